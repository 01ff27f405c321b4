//! What becomes of lines that are gifts: looked up in the ledger, many at once.

use std::collections::{HashMap, HashSet};

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use entities::{donor, gift, import_row, movement, receipt, receipt_line};
use rules::dates::{paris_clock, paris_day, short_fr};
use rules::fold::escape_like;
use rules::gift::{DatePolicy, DateRefusal, GiftRefusal, Method, Nature};
use rules::money::Cents;
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::accounts::association;
use crate::clearing;
use crate::donations::{self, NewGift};
use crate::donors;
use crate::imports::reading::{Gift, Source, Verdict, Why, donor_of};
use crate::platform::{Failure, Tx};

/// A line to judge.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Name of the gift.
    pub key: String,
    /// Order it belongs to.
    pub order: Option<String>,
    /// What the file says.
    pub gift: Gift,
    /// What a person chose: this donor, or a new one.
    pub chosen: Option<Option<i64>>,
}

/// What becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// Why.
    pub reason: Option<Why>,
    /// The donor, if known.
    pub donor_id: Option<i64>,
    /// A donor who resembles.
    pub proposed_id: Option<i64>,
    /// The ledger's line, if known.
    pub gift_id: Option<i64>,
}

impl Judged {
    fn is(verdict: Verdict, why: Why) -> Self {
        Self { verdict, reason: Some(why), donor_id: None, proposed_id: None, gift_id: None }
    }

    fn of(verdict: Verdict, why: Why, line: &gift::Model) -> Self {
        Self { donor_id: line.donor_id, gift_id: Some(line.id), ..Self::is(verdict, why) }
    }
}

/// What does not change from line to line.
#[derive(Debug, Clone, Copy)]
pub struct Bench {
    /// Where the file comes from.
    pub source: Source,
    policy: DatePolicy,
    today: NaiveDate,
}

impl Bench {
    /// The association's rules, today.
    pub async fn set(tx: &Tx, source: Source) -> Result<Self, Failure> {
        let identity = association::get(tx.conn()).await?;
        let policy =
            identity.and_then(|a| DatePolicy::parse(&a.date_policy)).unwrap_or(DatePolicy::PaymentDay);
        Ok(Self { source, policy, today: paris_day(tx.at) })
    }
}

/// The gift as the ledger takes it.
pub fn as_new(source: Source, key: &str, gift: &Gift, donor_id: Option<i64>, import_id: i64) -> NewGift {
    NewGift {
        donor_id,
        source: source.code().into(),
        external_id: key.to_owned(),
        gross: gift.gross,
        fee: gift.fee,
        method: Some(gift.method),
        nature: Nature::Money,
        campaign: gift.campaign.clone(),
        paid_at: gift.paid_at,
        provider_credited_on: gift.provider_credited_on,
        received_on: gift.received_on,
        receipted_elsewhere: gift.receipted_elsewhere.clone(),
        import_id: Some(import_id),
        note: gift.comment.clone(),
        ..NewGift::default()
    }
}

/// Everything that the database says of a few lines.
struct Known {
    /// What went back of each payment, in cents above zero.
    went_back: HashMap<String, i64>,
    ledger: HashMap<String, gift::Model>,
    taken_back: HashSet<i64>,
    orders: HashMap<String, Vec<gift::Model>>,
    receipts: HashMap<i64, String>,
    mails: HashMap<String, Vec<i64>>,
    donors: HashMap<i64, donor::Model>,
    alike: HashMap<(String, String), i64>,
}

/// Judges a few lines (at most a thousand), in order.
pub async fn judge(
    conn: &impl ConnectionTrait,
    bench: Bench,
    lines: &[Candidate],
) -> Result<Vec<Judged>, Failure> {
    let known = look_up(conn, bench, lines).await?;
    Ok(lines.iter().map(|line| known.judge(bench, line)).collect())
}

async fn look_up(conn: &impl ConnectionTrait, bench: Bench, lines: &[Candidate]) -> Result<Known, Failure> {
    let (ledger, taken_back) = ledger(conn, bench.source, lines).await?;
    let orders = by_order(conn, bench.source, lines).await?;
    let differing: Vec<i64> = lines
        .iter()
        .filter_map(|line| ledger.get(&line.key).filter(|g| differs(g, &line.gift).is_some()).map(|g| g.id))
        .collect();
    let differing: Vec<i64> =
        differing.into_iter().chain(orders.values().flatten().map(|line| line.id)).collect();
    let receipts = receipts(conn, &differing).await?;
    let norms: HashSet<String> = lines.iter().filter_map(|line| line.gift.giver.mail.clone()).collect();
    let norms: Vec<String> = norms.into_iter().collect();
    let mails = donors::find_by_mails(conn, &norms).await?;
    let ids: HashSet<i64> = mails.values().flatten().copied().collect();
    let donors = donor::Entity::find().filter(donor::Column::Id.is_in(ids)).all(conn).await?;
    let donors = donors.into_iter().map(|row| (row.id, row)).collect();
    let alike = alike(conn, lines, &mails).await?;
    let went_back = went_back(conn, bench.source, lines).await?;
    Ok(Known { went_back, ledger, taken_back, orders, receipts, mails, donors, alike })
}

async fn went_back(
    conn: &impl ConnectionTrait,
    source: Source,
    lines: &[Candidate],
) -> Result<HashMap<String, i64>, Failure> {
    let Some(account) = clearing::actions::accounts::find_provider(conn, source.code()).await? else {
        return Ok(HashMap::new());
    };
    let refunds: Vec<(Option<String>, i64)> = movement::Entity::find()
        .select_only()
        .columns([movement::Column::About, movement::Column::GrossCents])
        .filter(movement::Column::AccountId.eq(account))
        .filter(movement::Column::About.is_in(lines.iter().map(|line| line.key.as_str())))
        .filter(movement::Column::Kind.is_in(["refund", "dispute"]))
        .into_tuple()
        .all(conn)
        .await?;
    let mut back = HashMap::new();
    for (about, gross) in refunds {
        *back.entry(about.unwrap_or_default()).or_insert(0) -= gross;
    }
    back.retain(|_, cents| *cents > 0);
    Ok(back)
}

/// The ledger's live line of each key, or the last one taken back.
async fn ledger(
    conn: &impl ConnectionTrait,
    source: Source,
    lines: &[Candidate],
) -> Result<(HashMap<String, gift::Model>, HashSet<i64>), Failure> {
    let of_source = || {
        gift::Entity::find()
            .filter(gift::Column::Source.eq(source.code()))
            .filter(gift::Column::ReversesId.is_null())
    };
    let keys = lines.iter().map(|line| line.key.as_str());
    let found = of_source().filter(gift::Column::ExternalId.is_in(keys)).all(conn).await?;
    let mut taken_back = reversed(conn, &found).await?;
    let mut ledger: HashMap<String, gift::Model> =
        found.into_iter().map(|line| (line.external_id.clone(), line)).collect();
    let corrected: Vec<String> =
        ledger.values().filter(|g| taken_back.contains(&g.id)).map(|g| g.external_id.clone()).collect();
    for some in corrected.chunks(100) {
        let any = some.iter().fold(Condition::any(), |any, key| {
            let like = LikeExpr::new(format!("{}#%", escape_like(key))).escape('\\');
            any.add(Expr::col(gift::Column::ExternalId).like(like))
        });
        let later = of_source().filter(any).all(conn).await?;
        let gone = reversed(conn, &later).await?;
        for line in later.into_iter().filter(|line| !gone.contains(&line.id)) {
            if let Some((key, _)) = line.external_id.rsplit_once('#') {
                ledger.insert(key.to_owned(), line);
            }
        }
        taken_back.extend(gone);
    }
    Ok((ledger, taken_back))
}

async fn reversed(conn: &impl ConnectionTrait, lines: &[gift::Model]) -> Result<HashSet<i64>, Failure> {
    if lines.is_empty() {
        return Ok(HashSet::new());
    }
    let ids: Vec<Option<i64>> = gift::Entity::find()
        .select_only()
        .column(gift::Column::ReversesId)
        .filter(gift::Column::ReversesId.is_in(lines.iter().map(|line| line.id)))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(ids.into_iter().flatten().collect())
}

/// Live gifts of the same orders, whichever export they came by.
async fn by_order(
    conn: &impl ConnectionTrait,
    source: Source,
    lines: &[Candidate],
) -> Result<HashMap<String, Vec<gift::Model>>, Failure> {
    let orders: HashSet<&str> = lines.iter().filter_map(|line| line.order.as_deref()).collect();
    let mut found: HashMap<String, Vec<gift::Model>> = HashMap::new();
    if orders.is_empty() {
        return Ok(found);
    }
    let pairs: Vec<(Option<String>, Option<i64>)> = import_row::Entity::find()
        .select_only()
        .columns([import_row::Column::OrderRef, import_row::Column::GiftId])
        .filter(import_row::Column::OrderRef.is_in(orders))
        .filter(import_row::Column::GiftId.is_not_null())
        .distinct()
        .into_tuple()
        .all(conn)
        .await?;
    let of_gift: HashMap<i64, String> =
        pairs.into_iter().filter_map(|(order, gift)| Some((gift?, order?))).collect();
    for ids in of_gift.keys().copied().collect::<Vec<_>>().chunks(1000) {
        let gifts = gift::Entity::find()
            .filter(gift::Column::Id.is_in(ids.iter().copied()))
            .filter(gift::Column::Source.eq(source.code()))
            .filter(gift::Column::ReversesId.is_null())
            .all(conn)
            .await?;
        let gone = reversed(conn, &gifts).await?;
        for line in gifts.into_iter().filter(|line| !gone.contains(&line.id)) {
            if let Some(order) = of_gift.get(&line.id) {
                found.entry(order.clone()).or_default().push(line);
            }
        }
    }
    Ok(found)
}

async fn receipts(conn: &impl ConnectionTrait, gifts: &[i64]) -> Result<HashMap<i64, String>, Failure> {
    if gifts.is_empty() {
        return Ok(HashMap::new());
    }
    let lines = receipt_line::Entity::find()
        .filter(receipt_line::Column::GiftId.is_in(gifts.iter().copied()))
        .filter(receipt_line::Column::Live.eq(true))
        .all(conn)
        .await?;
    let ids = lines.iter().map(|line| line.receipt_id);
    let receipts = receipt::Entity::find().filter(receipt::Column::Id.is_in(ids)).all(conn).await?;
    let numbers: HashMap<i64, String> = receipts.into_iter().map(|r| (r.id, r.number)).collect();
    let named = lines.iter().map(|l| (l.gift_id, numbers.get(&l.receipt_id).cloned().unwrap_or_default()));
    Ok(named.collect())
}

/// Names of givers of whom the file says nothing else: a cheque.
fn bare_names(lines: &[Candidate]) -> HashSet<String> {
    let bare = lines
        .iter()
        .map(|line| &line.gift.giver)
        .filter(|giver| giver.mail.is_none() && giver.address.postal_code.is_empty() && !giver.is_nobody());
    bare.map(|giver| donor_of(giver).sort_key()).collect()
}

/// Donors of the same folded name and the same postal code as a giver whose mail nobody has; of the same name, when
/// the file tells nothing but the name.
async fn alike(
    conn: &impl ConnectionTrait,
    lines: &[Candidate],
    mails: &HashMap<String, Vec<i64>>,
) -> Result<HashMap<(String, String), i64>, Failure> {
    let strangers =
        lines.iter().filter(|l| !l.gift.giver.mail.as_ref().is_some_and(|m| mails.contains_key(m)));
    let (mut names, mut codes) = (HashSet::new(), HashSet::new());
    for stranger in strangers.filter(|l| !l.gift.giver.address.postal_code.is_empty()) {
        names.insert(donor_of(&stranger.gift.giver).sort_key());
        codes.insert(stranger.gift.giver.address.postal_code.clone());
    }
    let bare = bare_names(lines);
    let mut alike = HashMap::new();
    if !bare.is_empty() {
        let rows: Vec<(i64, String)> = donor::Entity::find()
            .select_only()
            .columns([donor::Column::Id, donor::Column::SortKey])
            .filter(donor::Column::SortKey.is_in(bare))
            .into_tuple()
            .all(conn)
            .await?;
        for (id, name) in rows {
            let oldest = alike.entry((name, String::new())).or_insert(id);
            *oldest = Ord::min(id, *oldest);
        }
    }
    if names.is_empty() {
        return Ok(alike);
    }
    let rows: Vec<(i64, String, String)> = donor::Entity::find()
        .select_only()
        .columns([donor::Column::Id, donor::Column::SortKey, donor::Column::PostalCode])
        .filter(donor::Column::SortKey.is_in(names))
        .filter(donor::Column::PostalCode.is_in(codes))
        .into_tuple()
        .all(conn)
        .await?;
    for (id, name, code) in rows {
        let oldest = alike.entry((name, code)).or_insert(id);
        *oldest = Ord::min(id, *oldest);
    }
    Ok(alike)
}

impl Known {
    fn judge(&self, bench: Bench, line: &Candidate) -> Judged {
        if let Some(found) = self.ledger.get(&line.key) {
            return self.against(found, line);
        }
        if line.gift.refunded {
            return Judged::is(Verdict::Ignored, Why::Refunded);
        }
        if let Some(judged) = self.other_export(line) {
            return judged;
        }
        let new = as_new(bench.source, &line.key, &line.gift, None, 0);
        if let Err(refused) = new.check(bench.policy, bench.today) {
            return Judged::is(Verdict::Refused, why_not(refused.first(), line));
        }
        if !line.gift.giver.is_nobody()
            && let Err(refused) = donor_of(&line.gift.giver).tidy()
        {
            return Judged::is(Verdict::Refused, Why::Law { what: format!("{refused:?}") });
        }
        self.giver(line)
    }

    fn against(&self, found: &gift::Model, line: &Candidate) -> Judged {
        if self.taken_back.contains(&found.id) {
            let why = if line.gift.refunded { Why::Refunded } else { Why::TakenBack };
            return Judged::of(Verdict::Known, why, found);
        }
        if line.gift.refunded {
            return Judged::of(Verdict::Conflict, Why::RefundedInLedger, found);
        }
        // A part of it went back: the ledger holds what is left.
        let mut told = line.gift.clone();
        if let Some(back) = self.went_back.get(&line.key).filter(|back| **back < told.gross.0) {
            told.gross = Cents(told.gross.0 - back);
        }
        let Some((was, now)) = differs(found, &told) else {
            let paid_out = line.gift.provider_credited_on.filter(|_| found.provider_credited_on.is_none());
            let why = paid_out.map_or(Why::Known, |day| Why::KnownPaidOut { day: short_fr(day) });
            return Judged::of(Verdict::Known, why, found);
        };
        match self.receipts.get(&found.id) {
            Some(number) => {
                let why = Why::ChangedOnReceipt { was, now, number: number.clone() };
                Judged::of(Verdict::Conflict, why, found)
            }
            None => Judged::of(Verdict::Changed, Why::Changed { was, now }, found),
        }
    }

    /// Payments and orders are two exports of the same money.
    fn other_export(&self, line: &Candidate) -> Option<Judged> {
        let order = line.order.as_ref()?;
        let is_order = |key: &str| key.starts_with("commande-");
        let others: Vec<&gift::Model> = self
            .orders
            .get(order)?
            .iter()
            .filter(|other| is_order(&other.external_id) != is_order(&line.key))
            .collect();
        let first = others.first()?;
        let day = line.gift.paid_at.map(paris_day);
        let same = others.iter().find(|other| {
            // An order that is paid every month has one line there and twelve here.
            let same_day = is_order(&line.key) || other.paid_at.map(paris_day) == day;
            other.gross_cents == line.gift.gross.0 && same_day
        });
        let order = order.clone();
        // The export of payments says more: campaign, payout, a receipt made there. It takes the place of the other.
        let better = same.filter(|same| !is_order(&line.key) && !self.receipts.contains_key(&same.id));
        Some(match same {
            Some(_) if better.is_some() => {
                let found = better.copied().unwrap_or(first);
                Judged::of(Verdict::Changed, Why::BetterExport { order }, found)
            }
            Some(same) => Judged::of(Verdict::Known, Why::KnownByOrder { order }, same),
            None => Judged::of(Verdict::Conflict, Why::OrderOtherwise { order }, first),
        })
    }

    fn giver(&self, line: &Candidate) -> Judged {
        let giver = &line.gift.giver;
        let mut judged = Judged {
            verdict: Verdict::New,
            reason: line.gift.left_out.first().cloned(),
            donor_id: None,
            proposed_id: None,
            gift_id: None,
        };
        if let Some(chosen) = line.chosen {
            judged.donor_id = chosen;
            return judged;
        }
        let owners = giver.mail.as_ref().and_then(|mail| self.mails.get(mail)).map_or(&[][..], Vec::as_slice);
        match owners {
            [] => {
                let key = (donor_of(giver).sort_key(), giver.address.postal_code.clone());
                judged.proposed_id = self.alike.get(&key).copied();
                if judged.proposed_id.is_some() {
                    judged.reason = Some(Why::Resembles { name: giver.name() });
                }
            }
            [one] => {
                judged.donor_id = Some(*one);
                let named = self.donors.get(one).filter(|_| !giver.name().is_empty());
                if let Some(other) = named.filter(|row| row.sort_key != donor_of(giver).sort_key()) {
                    let name = donors::record::name_of(
                        &other.kind,
                        &other.organisation,
                        &other.first_names,
                        &other.last_name,
                    );
                    judged.reason = Some(Why::OtherName { name });
                }
            }
            [first, ..] => {
                let mail = giver.mail.clone().unwrap_or_default();
                judged.verdict = Verdict::Conflict;
                judged.proposed_id = Some(*first);
                judged.reason = Some(Why::SeveralDonors { mail, count: owners.len().to_string() });
            }
        }
        judged
    }
}

fn why_not(refusal: Option<&donations::Refusal>, line: &Candidate) -> Why {
    match refusal {
        Some(donations::Refusal::Gift(GiftRefusal::InTheFuture { date })) => {
            Why::Future { day: short_fr(*date) }
        }
        Some(donations::Refusal::Gift(GiftRefusal::Date(DateRefusal::CreditedNeeded))) => Why::CreditedNeeded,
        Some(donations::Refusal::TooMuch) => Why::TooMuch { amount: line.gift.gross.csv_fr() },
        other => Why::Law { what: other.map(|o| format!("{o:?}")).unwrap_or_default() },
    }
}

/// Some exports cut the seconds off, some the hour.
fn same_moment(a: NaiveDateTime, b: NaiveDateTime) -> bool {
    let minute = |at: NaiveDateTime| (at.hour(), at.minute());
    let cut = |by: fn(&NaiveDateTime) -> bool| by(&a) || by(&b);
    a == b
        || (a.date() == b.date() && cut(|at| at.time() == NaiveTime::MIN))
        || (a.date() == b.date() && minute(a) == minute(b) && cut(|at| at.second() == 0))
}

/// What the file says otherwise than the ledger: before and after, in words; none when they agree. What the
/// file does not tell is no difference.
fn differs(found: &gift::Model, gift: &Gift) -> Option<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    if (found.gross_cents, found.fee_cents) != (gift.gross.0, gift.fee.0) {
        pairs.push((Cents(found.gross_cents).fr(), gift.gross.fr()));
    }
    if found.method != gift.method.code() {
        let label = |method: Option<Method>| method.map_or("?", Method::label_fr).to_owned();
        pairs.push((label(Method::parse(&found.method)), label(Some(gift.method))));
    }
    if let (Some(was), Some(now)) = (found.paid_at, gift.paid_at) {
        let (was, now) = (paris_clock(was), paris_clock(now));
        if !same_moment(was, now) {
            let text = |at: NaiveDateTime| format!("{} {}", short_fr(at.date()), at.format("%H:%M:%S"));
            pairs.push((text(was), text(now)));
        }
    }
    let days =
        [(found.provider_credited_on, gift.provider_credited_on), (found.received_on, gift.received_on)];
    for (was, now) in days {
        if let (Some(was), Some(now)) = (was, now)
            && was != now
        {
            pairs.push((short_fr(was), short_fr(now)));
        }
    }
    if gift.receipted_elsewhere.is_some() && found.receipted_elsewhere != gift.receipted_elsewhere {
        let number = |n: &Option<String>| n.clone().unwrap_or_else(|| "–".into());
        pairs.push((number(&found.receipted_elsewhere), number(&gift.receipted_elsewhere)));
    }
    if pairs.is_empty() {
        return None;
    }
    let (was, now): (Vec<String>, Vec<String>) = pairs.into_iter().unzip();
    Some((was.join(" · "), now.join(" · ")))
}
