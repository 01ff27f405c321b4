//! A slip is numbered and frozen, then brought as a file.

use std::collections::HashMap;

use chrono::{Datelike, Days, NaiveDate};
use entities::deposit_slip;
use reports::csv::{Cell, Flavour, Table};
use rules::cheque::{Cheque, Slip, payable_until, slip_number};
use rules::dates::{DateError, paris_day, short_fr};
use rules::money::AmountError;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;

use super::queries;
use crate::accounts::association;
use crate::clearing;
use crate::donations::LARGEST;
use crate::donations::queries::periods::closed_through;
use crate::donors;
use crate::imports;
use crate::imports::actions::Own;
use crate::imports::reading::Source;
use crate::platform::{Actor, Core, Failure, Say, Stop, Tx};

/// More cheques than a slip holds.
pub const MOST: usize = 200;
/// Longest text of a cell.
const LONGEST: usize = 200;
/// Days before which a slip may be dated: the way to the bank, and a weekend.
const AHEAD: u64 = 31;

/// A slip to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSlip {
    /// The day it is taken to the bank.
    pub deposited_on: NaiveDate,
    /// The bank account, if it was chosen.
    pub account: Option<i64>,
    /// Cheques.
    pub cheques: Vec<Cheque>,
    /// A person said that cheques which look deposited already are other ones.
    pub others: bool,
}

/// Why a slip is not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No cheque.
    Empty,
    /// More than [`MOST`].
    TooMany,
    /// The day of the deposit lacks or does not read.
    BadDay,
    /// It is too far ahead.
    TooFarAhead,
    /// There is no such bank account.
    NoAccount,
    /// Something about one cheque; lines are counted from 0.
    Line(usize, &'static str, LineRefusal),
    /// There is no such slip.
    Unknown,
    /// Its file is refused.
    Import(imports::actions::Refusal),
}

/// Why a cheque is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineRefusal {
    /// A cell that is needed is empty.
    Needed,
    /// A text is too long.
    TooLong,
    /// Not an amount.
    BadAmount(AmountError),
    /// Zero or less.
    NotAboveZero,
    /// Not a day.
    BadDay(DateError),
    /// Received after the deposit.
    ReceivedAfter,
    /// Received in a closed period.
    Closed(NaiveDate),
    /// Too old for any bank.
    Expired(NaiveDate),
    /// The same number as on another line.
    Twice(usize),
    /// The same number and amount on an earlier slip.
    Deposited(String),
    /// There is no such donor.
    NoDonor,
    /// Not a mail address.
    BadMail,
}

impl Refusal {
    /// The sentence for the person.
    pub fn say(&self) -> Say {
        match self {
            Self::Empty => Say::new("deposits-refused-empty"),
            Self::TooMany => Say::new("deposits-refused-too-many").count("most", MOST),
            Self::BadDay => Say::new("deposits-refused-day"),
            Self::TooFarAhead => Say::new("deposits-refused-ahead"),
            Self::NoAccount => Say::new("deposits-refused-account"),
            Self::Line(at, _, why) => why.say().count("line", at + 1),
            Self::Unknown => Say::new("deposits-refused-unknown"),
            Self::Import(why) => why.say(),
        }
    }
}

impl Refusal {
    /// The same with lines told by their place in the grid, where empty rows stand between them.
    #[must_use]
    pub fn placed(self, places: &[usize]) -> Self {
        let place = |at: usize| places.get(at).copied().unwrap_or(at);
        match self {
            Self::Line(at, field, LineRefusal::Twice(other)) => {
                Self::Line(place(at), field, LineRefusal::Twice(place(other)))
            }
            Self::Line(at, field, why) => Self::Line(place(at), field, why),
            other => other,
        }
    }
}

impl LineRefusal {
    fn say(&self) -> Say {
        match self {
            Self::Needed => Say::new("deposits-line-needed"),
            Self::TooLong => Say::new("deposits-line-too-long"),
            Self::BadAmount(AmountError::Ambiguous) => Say::new("deposits-line-ambiguous"),
            Self::BadAmount(AmountError::TooLarge) => Say::new("deposits-line-too-much"),
            Self::BadAmount(_) => Say::new("deposits-line-amount"),
            Self::NotAboveZero => Say::new("deposits-line-above-zero"),
            Self::BadDay(_) => Say::new("deposits-line-day"),
            Self::ReceivedAfter => Say::new("deposits-line-received-after"),
            Self::Closed(through) => Say::new("deposits-line-closed").with("day", short_fr(*through)),
            Self::Expired(until) => Say::new("deposits-line-expired").with("day", short_fr(*until)),
            Self::Twice(other) => Say::new("deposits-line-twice").count("other", other + 1),
            Self::Deposited(number) => Say::new("deposits-line-deposited").with("number", number.clone()),
            Self::NoDonor => Say::new("deposits-line-no-donor"),
            Self::BadMail => Say::new("deposits-line-mail"),
        }
    }
}

/// Numbers a slip and freezes it, then brings its table as a file to look at; gives the slip and the file.
///
/// # Errors
/// Every [`Refusal`] at once; nothing is numbered then.
pub async fn create(core: &Core, actor: &Actor, new: &NewSlip) -> Result<(i64, i64), Stop<Vec<Refusal>>> {
    let tx = Tx::begin(core, actor.clone()).await?;
    let year = new.deposited_on.year();
    tx.alone("deposit", &["all".into()]).await?;
    let refused = refusals(&tx, new).await?;
    if !refused.is_empty() {
        return Err(Stop::Refused(refused));
    }
    let last: Option<Option<i64>> = deposit_slip::Entity::find()
        .select_only()
        .column_as(deposit_slip::Column::Seq.max(), "seq")
        .filter(deposit_slip::Column::Year.eq(year))
        .into_tuple()
        .one(tx.conn())
        .await?;
    let seq = last.flatten().unwrap_or(0) + 1;
    let slip = freeze(&tx, new, slip_number(year, seq)).await?;
    let row = deposit_slip::ActiveModel {
        number: Set(slip.number.clone()),
        year: Set(year),
        seq: Set(seq),
        deposited_on: Set(slip.deposited_on),
        cheques: Set(i64::try_from(slip.cheques.len()).unwrap_or(i64::MAX)),
        cents: Set(slip.cents()),
        facts: Set(serde_json::to_string(&slip).map_err(Failure::from)?),
        created_by: Set(tx.actor.name()),
        created_at: Set(tx.at),
        ..Default::default()
    };
    let id = deposit_slip::Entity::insert(row).exec(tx.conn()).await?.last_insert_id;
    let detail = json!({ "number": slip.number, "cheques": slip.cheques.len(), "cents": slip.cents() });
    tx.audit("deposit.create", ("deposit", id), detail).await?;
    tx.commit().await?;
    match Stop::split(bring(core, actor, id).await)? {
        Ok(import) => Ok((id, import)),
        Err(why) => Err(Stop::Refused(vec![why])),
    }
}

/// Brings the table of a slip as a file: once, and again when that was cut off or its file was given up.
///
/// # Errors
/// [`Refusal::Unknown`], [`Refusal::Import`].
pub async fn bring(core: &Core, actor: &Actor, id: i64) -> Result<i64, Stop<Refusal>> {
    let found = queries::one(core.db.read(), id).await?.ok_or(Stop::Refused(Refusal::Unknown))?;
    if let Some(import) = found.import_id.filter(|_| found.stands()) {
        return Ok(import);
    }
    // Texts as they are: a name is never made harmless for a spreadsheet on its way into the ledger.
    let bytes = table(&found.slip, Flavour::Plain)?;
    let name = format!("{}.csv", found.slip.number);
    let key = |cheque: &Cheque| format!("{}/{}", found.slip.number, cheque.number);
    let givers: Vec<(String, i64)> =
        found.slip.cheques.iter().filter_map(|cheque| Some((key(cheque), cheque.donor_id?))).collect();
    let own = Own { source: Source::CHEQUES, name: &name, bytes: &bytes, of: (None, None), givers: &givers };
    let import = Stop::split(imports::actions::bring(core, actor, own).await)?;
    let import = import.map_err(|why| Stop::Refused(Refusal::Import(why)))?;
    let tx = Tx::begin(core, actor.clone()).await?;
    deposit_slip::Entity::update_many()
        .col_expr(deposit_slip::Column::ImportId, Expr::value(import))
        .filter(deposit_slip::Column::Id.eq(id))
        .exec(tx.conn())
        .await?;
    tx.commit().await?;
    Ok(import)
}

async fn freeze(tx: &Tx, new: &NewSlip, number: String) -> Result<Slip, Failure> {
    let holder = association::get(tx.conn()).await?.map(|identity| identity.name).unwrap_or_default();
    let account = match new.account {
        Some(id) => clearing::queries::accounts::one(tx.conn(), id).await?,
        None => None,
    };
    let chosen: Vec<i64> = new.cheques.iter().filter_map(|cheque| cheque.donor_id).collect();
    let names = donors::queries::names(tx.conn(), &chosen).await?;
    let named = |cheque: &Cheque| Cheque {
        drawer: match cheque.donor_id.and_then(|id| names.get(&id)).filter(|_| cheque.drawer.is_empty()) {
            Some(name) => name.clone(),
            None => cheque.drawer.clone(),
        },
        ..cheque.clone()
    };
    Ok(Slip {
        number,
        deposited_on: new.deposited_on,
        holder,
        iban: account.as_ref().and_then(|account| account.iban.clone()),
        account: account.map(|account| account.name).unwrap_or_default(),
        cheques: new.cheques.iter().map(named).collect(),
    })
}

async fn refusals(tx: &Tx, new: &NewSlip) -> Result<Vec<Refusal>, Failure> {
    let mut refused = Vec::new();
    if new.cheques.is_empty() {
        refused.push(Refusal::Empty);
    }
    if new.cheques.len() > MOST {
        return Ok(vec![Refusal::TooMany]);
    }
    let today = paris_day(tx.at);
    if new.deposited_on > today.checked_add_days(Days::new(AHEAD)).unwrap_or(today) {
        refused.push(Refusal::TooFarAhead);
    }
    if let Some(id) = new.account {
        let account = clearing::queries::accounts::one(tx.conn(), id).await?;
        if account.is_none_or(|account| account.kind != "bank") {
            refused.push(Refusal::NoAccount);
        }
    }
    let closed = closed_through(tx.conn()).await?;
    let chosen: Vec<i64> = new.cheques.iter().filter_map(|cheque| cheque.donor_id).collect();
    let known = donors::queries::names(tx.conn(), &chosen).await?;
    let earlier =
        if new.others { HashMap::new() } else { queries::deposited(tx.conn(), &new.cheques).await? };
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    for (at, cheque) in new.cheques.iter().enumerate() {
        let mut refuse = |field, why| refused.push(Refusal::Line(at, field, why));
        if cheque.drawer.is_empty() && cheque.donor_id.is_none() {
            refuse("drawer", LineRefusal::Needed);
        }
        if cheque.donor_id.is_some_and(|id| !known.contains_key(&id)) {
            refuse("drawer", LineRefusal::NoDonor);
        }
        let texts = [
            ("drawer", &cheque.drawer),
            ("bank", &cheque.bank),
            ("street", &cheque.street),
            ("postal_code", &cheque.postal_code),
            ("city", &cheque.city),
        ];
        for (field, text) in texts {
            if text.chars().count() > LONGEST {
                refuse(field, LineRefusal::TooLong);
            }
        }
        if !cheque.mail.is_empty() && rules::address::normalise_mail(&cheque.mail).is_err() {
            refuse("mail", LineRefusal::BadMail);
        }
        if cheque.cents <= 0 {
            refuse("cents", LineRefusal::NotAboveZero);
        } else if cheque.cents > LARGEST.0 {
            refuse("cents", LineRefusal::BadAmount(AmountError::TooLarge));
        }
        if cheque.number.is_empty() {
            refuse("number", LineRefusal::Needed);
        } else if cheque.number.len() > 40 {
            refuse("number", LineRefusal::TooLong);
        } else if let Some(other) = numbers.insert(&cheque.number, at) {
            refuse("number", LineRefusal::Twice(other));
        } else if let Some(slip) = earlier.get(&(cheque.number.clone(), cheque.cents)) {
            refuse("number", LineRefusal::Deposited(slip.clone()));
        }
        if cheque.received_on > new.deposited_on || cheque.received_on > today {
            refuse("received_on", LineRefusal::ReceivedAfter);
        }
        if let Some(through) = closed.filter(|through| cheque.received_on <= *through) {
            refuse("received_on", LineRefusal::Closed(through));
        }
        if let Some(until) = cheque.written_on.map(payable_until).filter(|until| *until < new.deposited_on) {
            refuse("written_on", LineRefusal::Expired(until));
        }
    }
    Ok(refused)
}

/// The slip as a table: what the import reads (plain), or what a spreadsheet opens (French).
pub fn table(slip: &Slip, flavour: Flavour) -> Result<Vec<u8>, Failure> {
    const COLUMNS: [&str; 15] = [
        "Bordereau",
        "Date de remise",
        "N° ligne",
        "Émetteur",
        "Banque",
        "N° de chèque",
        "Date du chèque",
        "Date de réception",
        "Montant",
        "Organisation",
        "Campagne",
        "Courriel",
        "Adresse",
        "Code postal",
        "Commune",
    ];
    let text = |words: &'_ str| if words.is_empty() { None } else { Some(words.to_owned()) };
    let mut table = Table::new(Vec::new(), flavour, &COLUMNS)?;
    for (cheque, line) in slip.cheques.iter().zip(1..) {
        let optional =
            [&cheque.bank, &cheque.campaign, &cheque.mail, &cheque.street, &cheque.postal_code, &cheque.city]
                .map(|words| text(words));
        let [bank, campaign, mail, street, postal_code, city] =
            optional.each_ref().map(|words| words.as_deref().map_or(Cell::Empty, Cell::Text));
        table.row(&[
            Cell::Text(&slip.number),
            Cell::Date(slip.deposited_on),
            Cell::Int(line),
            Cell::Text(&cheque.drawer),
            bank,
            Cell::Text(&cheque.number),
            cheque.written_on.map_or(Cell::Empty, Cell::Date),
            Cell::Date(cheque.received_on),
            Cell::Cents(cheque.cents),
            Cell::Bool(cheque.organisation),
            campaign,
            mail,
            street,
            postal_code,
            city,
        ])?;
    }
    Ok(table.finish()?)
}
