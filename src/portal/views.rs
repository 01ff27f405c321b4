//! What donors see.

use std::collections::{BTreeMap, HashSet};

use chrono::{Datelike, NaiveDate};
use entities::{donor, gift, receipt};
use rules::address::Country;
use rules::gift::Method;
use rules::receipt::Reason;
use rules::receipt::input::Preference;
use serde::Serialize;

use crate::donors;
use crate::donors::DonorFacts;
use crate::donors::queries::facts_of;
use crate::donors::queries::story::Year;
use crate::donors::record::Route;
use crate::web::Frame;

/// The form that asks for a link.
#[derive(Debug, Serialize)]
pub struct AskView {
    /// What was typed.
    pub email: String,
    /// Why it was refused.
    pub error: Option<String>,
}

/// A gift of theirs.
#[derive(Debug, Serialize)]
struct GiftView {
    date: NaiveDate,
    method: String,
    cents: i64,
    back: bool,
}

/// A year of gifts.
#[derive(Debug, Serialize)]
struct YearView {
    year: i32,
    cents: i64,
    gifts: Vec<GiftView>,
}

/// A receipt of theirs.
#[derive(Debug, Serialize)]
struct ReceiptView {
    number: String,
    gift_year: i32,
    cents: i64,
    cancelled: bool,
    href: String,
}

/// One record of theirs.
#[derive(Debug, Serialize)]
pub struct RecordView {
    id: i64,
    name: String,
    address: Vec<String>,
    missing: Option<String>,
    pref: String,
    route: String,
    edit: String,
    years: Vec<YearView>,
    receipts: Vec<ReceiptView>,
}

/// What a record's view is made from.
#[derive(Debug)]
pub struct Parts {
    /// The record.
    pub row: donor::Model,
    /// Sums by year.
    pub years: BTreeMap<i32, Year>,
    /// The latest gifts, and which of them were taken back.
    pub gifts: (Vec<gift::Model>, HashSet<i64>),
    /// Their receipts.
    pub receipts: Vec<receipt::Model>,
}

/// Everything of theirs.
#[derive(Debug, Serialize)]
pub struct MyView {
    email: String,
    records: Vec<RecordView>,
}

impl MyView {
    /// The page.
    pub fn new(frame: &Frame, email: &str, parts: Vec<Parts>) -> Self {
        let records = parts.into_iter().map(|one| RecordView::new(frame, one)).collect();
        Self { email: email.into(), records }
    }
}

impl RecordView {
    fn new(frame: &Frame, parts: Parts) -> Self {
        let facts = facts_of(&parts.row, Vec::new());
        let missing = facts.address.missing_parts();
        Self {
            id: parts.row.id,
            name: facts.name(),
            address: address(frame, &facts),
            missing: (!missing.is_empty()).then(|| Reason::AddressIncomplete(missing).sentence(frame.lang)),
            pref: format!("my-pref-{}", facts.receipt_pref.code()),
            route: format!("my-route-{}", facts.receipt_route.code()),
            edit: format!("/my/records/{}", parts.row.id),
            years: years(frame, &parts),
            receipts: parts.receipts.iter().map(ReceiptView::new).collect(),
        }
    }
}

impl ReceiptView {
    fn new(row: &receipt::Model) -> Self {
        Self {
            number: row.number.clone(),
            gift_year: row.gift_year,
            cents: row.amount_cents,
            cancelled: row.state == "cancelled",
            href: format!("/my/receipts/{}.pdf", row.number),
        }
    }
}

fn years(frame: &Frame, parts: &Parts) -> Vec<YearView> {
    let (gifts, back) = &parts.gifts;
    let view = |gift: &gift::Model| GiftView {
        date: gift.gift_date,
        method: Method::parse(&gift.method).map(|m| m.label(frame.lang)).unwrap_or_default().into(),
        cents: gift.gross_cents,
        back: back.contains(&gift.id) || gift.reverses_id.is_some(),
    };
    let of = |year: i32| gifts.iter().filter(|gift| gift.gift_date.year() == year).map(view).collect();
    parts
        .years
        .iter()
        .rev()
        .map(|(year, sum)| YearView { year: *year, cents: sum.gross, gifts: of(*year) })
        .collect()
}

fn address(frame: &Frame, facts: &DonorFacts) -> Vec<String> {
    let address = &facts.address;
    let city = format!("{} {}", address.postal_code, address.city);
    let country = Country::find(&address.country).map(|c| c.name(frame.lang).to_owned()).unwrap_or_default();
    let lines = address.street.iter().cloned().chain([city.trim().to_owned(), country]);
    lines.filter(|line| !line.is_empty()).collect()
}

/// An entry of a choice.
#[derive(Debug, Serialize)]
struct Choice {
    value: String,
    label: String,
    selected: bool,
    hint: Option<String>,
}

/// A refusal at its field.
#[derive(Debug, Serialize)]
struct Error {
    field: Option<&'static str>,
    text: String,
}

/// The form of a correction.
#[derive(Debug, Serialize)]
pub struct CorrectView {
    id: i64,
    version: i32,
    name: String,
    street: String,
    postal_code: String,
    city: String,
    countries: Vec<Choice>,
    prefs: Vec<Choice>,
    routes: Vec<Choice>,
    languages: Vec<Choice>,
    errors: Vec<Error>,
}

impl CorrectView {
    /// The form of `facts` as typed, with what was refused.
    pub fn new(frame: &Frame, row: &donor::Model, facts: &DonorFacts, refused: &[donors::Refusal]) -> Self {
        let choice = |value: &str, label: String, chosen: &str| Choice {
            value: value.into(),
            label,
            selected: value == chosen,
            hint: None,
        };
        let word = |key: &'static str| frame.word(key);
        let (pref, route) = (facts.receipt_pref.code(), facts.receipt_route.code());
        let chosen = Country::find(&facts.address.country).map_or("", |country| country.alpha2);
        let mut countries: Vec<Choice> = Country::all()
            .map(|country| choice(country.alpha2, country.name(frame.lang).into(), chosen))
            .collect();
        countries.sort_by_key(|c| (c.value != "FR", rules::fold::search_key(&c.label)));
        let error = |why: &donors::Refusal| Error { field: why.field(), text: frame.say(&why.say()) };
        Self {
            id: row.id,
            version: row.version,
            name: facts.name(),
            street: facts.address.street.join("\n"),
            postal_code: facts.address.postal_code.clone(),
            city: facts.address.city.clone(),
            countries,
            prefs: vec![
                choice(Preference::Yearly.code(), word("donors-pref-yearly"), pref),
                choice(Preference::Each.code(), word("donors-pref-each"), pref),
                choice(Preference::None.code(), word("donors-pref-none"), pref),
            ],
            routes: vec![
                choice(Route::Mail.code(), word("donors-route-mail"), route),
                choice(Route::Post.code(), word("donors-route-post"), route),
            ],
            languages: vec![
                choice("fr", "Français".into(), facts.language.as_str()),
                choice("en", "English".into(), facts.language.as_str()),
            ],
            errors: refused.iter().map(error).collect(),
        }
    }
}
