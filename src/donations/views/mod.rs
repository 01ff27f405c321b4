//! What the templates of gifts see.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use entities::gift;
use rules::gift::{Method, Nature, Purpose};
use rules::lang::Lang;
use serde::Serialize;

use super::forms::LedgerForm;
use super::line::Refusal;
use super::queries::ledger::Sum;
use crate::donors::queries::list::Line as DonorLine;
use crate::donors::record::name_of;
use crate::web::Frame;
use crate::web::paging::Slice;

mod back;
mod caps;
mod effect;
mod form;
mod gift_page;
mod look;
mod proofs;
mod straddling;

pub use back::{BackTyped, BackView};
pub use caps::{CapTyped, CapsView};
pub use form::{FormView, Typed};
pub use gift_page::GiftView;
pub use look::LookView;
pub use proofs::LackingView;
pub use straddling::straddling;

/// A choice of a list.
#[derive(Debug, Serialize)]
struct Choice {
    value: &'static str,
    label: String,
    selected: bool,
}

/// A refusal at its field.
#[derive(Debug, Serialize)]
struct Error {
    field: Option<&'static str>,
    text: String,
}

/// Where lines come from: the word of a source, or the source itself.
fn source_word(frame: &Frame, source: &str) -> String {
    let key = match source {
        "hand" => "donations-source-hand",
        "bank" => "donations-source-bank",
        "cheques" => "donations-source-cheques",
        "sepa" => "donations-source-sepa",
        "helloasso" => return "HelloAsso".into(),
        "stripe" => return "Stripe".into(),
        "paypal" => return "PayPal".into(),
        other => return other.into(),
    };
    frame.word(key)
}

const SOURCES: [&str; 7] = ["hand", "helloasso", "stripe", "paypal", "cheques", "sepa", "bank"];

/// The way of payment, of dues with the word; or what was given when it is not money.
fn what(lang: Lang, line: &gift::Model) -> String {
    let method = Method::parse(&line.method).map_or("", |m| m.label(lang));
    match Nature::parse(&line.nature) {
        Some(Nature::Money) | None if line.purpose == Purpose::Dues.code() => {
            format!("{} · {method}", Purpose::Dues.label(lang))
        }
        Some(Nature::Money) | None => method.into(),
        Some(nature) => nature.label(lang).into(),
    }
}

/// The ledger.
#[derive(Debug, Serialize)]
pub struct LedgerView {
    from: String,
    to: String,
    campaign: String,
    q: String,
    methods: Vec<Choice>,
    sources: Vec<Choice>,
    filtered: bool,
    rows: Vec<Row>,
    sum: Option<Sum>,
    prev: Option<String>,
    next: Option<String>,
    errors: Vec<Error>,
    from_error: Option<String>,
    to_error: Option<String>,
    writes: bool,
    lacking: u64,
}

#[derive(Debug, Serialize)]
struct Row {
    id: i64,
    date: NaiveDate,
    donor_id: Option<i64>,
    donor: String,
    what: String,
    source: String,
    campaign: String,
    gross: i64,
    fee: i64,
    net: i64,
    struck: bool,
    reversal: bool,
}

impl LedgerView {
    /// The lines of a page; `known` holds which were taken back and the names of donors.
    pub fn new(
        frame: &Frame,
        form: &LedgerForm<'_>,
        slice: &Slice<gift::Model>,
        known: (&HashSet<i64>, &HashMap<i64, String>),
        sum: Option<Sum>,
    ) -> Self {
        let (back, names) = known;
        let (prev, next) = slice.links("/gifts", &form.query(), |line| (line.gift_date, line.id));
        let donor = |line: &gift::Model| line.donor_id.and_then(|id| names.get(&id).cloned());
        let rows = slice.rows.iter().map(|line| Row {
            id: line.id,
            date: line.gift_date,
            donor_id: line.donor_id,
            donor: donor(line).unwrap_or_else(|| frame.word("donations-anonymous")),
            what: what(frame.lang, line),
            source: source_word(frame, &line.source),
            campaign: line.campaign.clone(),
            gross: line.gross_cents,
            fee: line.fee_cents,
            net: line.net_cents,
            struck: back.contains(&line.id),
            reversal: line.reverses_id.is_some(),
        });
        let all = |chosen: &str| Choice {
            value: "",
            label: frame.word("donations-all"),
            selected: chosen.is_empty(),
        };
        let mut methods = vec![all(form.method)];
        methods.extend(Method::ALL.iter().map(|m| Choice {
            value: m.code(),
            label: m.label(frame.lang).into(),
            selected: m.code() == form.method,
        }));
        let mut sources = vec![all(form.source)];
        sources.extend(SOURCES.into_iter().map(|s| Choice {
            value: s,
            label: source_word(frame, s),
            selected: s == form.source,
        }));
        Self {
            from: form.from.into(),
            to: form.to.into(),
            campaign: form.campaign.into(),
            q: form.q.into(),
            methods,
            sources,
            filtered: sum.is_some(),
            rows: rows.collect(),
            sum,
            prev,
            next,
            errors: Vec::new(),
            from_error: None,
            to_error: None,
            writes: false,
            lacking: 0,
        }
    }

    /// With what did not read, whether the person may write, and how many lines lack a proof.
    #[must_use]
    pub fn with(mut self, frame: &Frame, refused: &[Refusal], (writes, lacking): (bool, u64)) -> Self {
        self.writes = writes;
        self.lacking = lacking;
        for why in refused {
            let (field, text) = (why.field(None), frame.say(&why.say()));
            match field {
                Some("from") => self.from_error = Some(text.clone()),
                _ => self.to_error = Some(text.clone()),
            }
            self.errors.push(Error { field, text });
        }
        self
    }
}

/// Who gave?
#[derive(Debug, Serialize)]
pub struct PickView {
    q: String,
    found: Option<Vec<Picked>>,
    more: bool,
}

#[derive(Debug, Serialize)]
struct Picked {
    id: i64,
    name: String,
    mail: Option<String>,
    city: String,
}

impl PickView {
    /// What the search found.
    pub fn new(q: &str, found: Option<Slice<DonorLine>>) -> Self {
        let more = found.as_ref().is_some_and(|slice| slice.after);
        let picked = |line: DonorLine| {
            let d = line.donor;
            Picked {
                id: d.id,
                name: name_of(&d.kind, &d.organisation, &d.first_names, &d.last_name),
                mail: line.mail,
                city: d.city,
            }
        };
        let found = found.map(|slice| slice.rows.into_iter().map(picked).collect());
        Self { q: q.into(), found, more }
    }
}
