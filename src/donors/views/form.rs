//! The form of a record, with what was typed and refused.

use std::collections::BTreeMap;

use rules::address::Country;
use rules::lang::Lang;
use rules::receipt::input::Preference;
use serde::Serialize;

use super::super::record::{DonorFacts, Refusal, Route};
use super::{kind_word, pref_word, route_word};
use crate::web::Frame;

/// A choice of a list.
#[derive(Debug, Serialize)]
struct Choice {
    value: String,
    label: String,
    selected: bool,
    hint: Option<String>,
}

fn choice(value: &str, label: String, chosen: &str) -> Choice {
    Choice { value: value.into(), label, selected: value == chosen, hint: None }
}

/// A refusal at its field.
#[derive(Debug, Serialize)]
struct Error {
    field: Option<&'static str>,
    text: String,
}

/// A field that two people changed.
#[derive(Debug, Serialize)]
struct Both {
    label: String,
    now: String,
    typed: String,
}

/// The form, with what was typed.
#[derive(Debug, Serialize)]
pub struct FormView {
    id: Option<i64>,
    version: i32,
    name: String,
    typed: Typed,
    kinds: Vec<Choice>,
    countries: Vec<Choice>,
    languages: Vec<Choice>,
    prefs: Vec<Choice>,
    routes: Vec<Choice>,
    errors: Vec<Error>,
    error: BTreeMap<&'static str, Option<String>>,
    both: Option<Vec<Both>>,
}

#[derive(Debug, Serialize)]
struct Typed {
    last_name: String,
    first_names: String,
    organisation: String,
    legal_form: String,
    siren: String,
    street: String,
    postal_code: String,
    city: String,
    mails: String,
    notes: String,
}

const FIELDS: [&str; 10] = [
    "last_name",
    "first_names",
    "organisation",
    "legal_form",
    "siren",
    "street",
    "postal_code",
    "city",
    "country",
    "mails",
];

impl FormView {
    /// The form of `facts` as typed, with what was refused.
    pub fn new(frame: &Frame, facts: &DonorFacts, refused: &[Refusal]) -> Self {
        let mut error: BTreeMap<_, _> = FIELDS.into_iter().chain(["notes"]).map(|f| (f, None)).collect();
        let mut errors = Vec::new();
        for why in refused.iter().filter(|why| **why != Refusal::Changed) {
            let text = frame.say(&why.say());
            if let Some(field) = why.field() {
                error.entry(field).or_default().get_or_insert_with(|| text.clone());
            }
            errors.push(Error { field: why.field(), text });
        }
        let word = |key: &'static str| frame.word(key);
        let kind = facts.kind.code();
        let lang = facts.language.as_str();
        let pref = facts.receipt_pref.code();
        let route = facts.receipt_route.code();
        Self {
            id: None,
            version: 0,
            name: String::new(),
            typed: Typed::of(facts),
            kinds: vec![
                choice("person", word("donors-kind-person"), kind),
                choice("organisation", word("donors-kind-organisation"), kind),
            ],
            countries: countries(frame.lang, &facts.address.country),
            languages: vec![choice("fr", "Français".into(), lang), choice("en", "English".into(), lang)],
            prefs: vec![
                choice(Preference::Yearly.code(), word("donors-pref-yearly"), pref),
                choice(Preference::Each.code(), word("donors-pref-each"), pref),
                choice(Preference::None.code(), word("donors-pref-none"), pref),
            ],
            routes: vec![
                choice(Route::Mail.code(), word("donors-route-mail"), route),
                choice(Route::Post.code(), word("donors-route-post"), route),
            ],
            errors,
            error,
            both: None,
        }
    }

    /// The form of a donor who is there already.
    #[must_use]
    pub fn of(mut self, id: i64, version: i32, name: &str) -> Self {
        (self.id, self.version, self.name) = (Some(id), version, name.into());
        self
    }

    /// With the record as somebody else left it, beside what was typed.
    #[must_use]
    pub fn beside(mut self, frame: &Frame, now: &DonorFacts, typed: &DonorFacts) -> Self {
        let typed = typed.tidy().unwrap_or_else(|_| typed.clone());
        let (now, typed) = (told(frame, now), told(frame, &typed));
        let pairs = now.into_iter().zip(typed).filter(|(now, typed)| now.1 != typed.1);
        self.both =
            Some(pairs.map(|(now, typed)| Both { label: now.0, now: now.1, typed: typed.1 }).collect());
        self
    }
}

/// Each field of a record in words.
fn told(frame: &Frame, facts: &DonorFacts) -> Vec<(String, String)> {
    let typed = Typed::of(facts);
    let country = Country::find(&facts.address.country).map_or("", |c| c.name(frame.lang)).to_owned();
    [
        ("donors-kind", frame.word(kind_word(facts.kind))),
        ("donors-last-name", typed.last_name),
        ("donors-first-names", typed.first_names),
        ("donors-organisation", typed.organisation),
        ("donors-legal-form", typed.legal_form),
        ("donors-siren", typed.siren),
        ("donors-street", typed.street),
        ("donors-postal-code", typed.postal_code),
        ("donors-city", typed.city),
        ("donors-country", country),
        ("donors-mails", typed.mails),
        ("donors-language", facts.language.pick("Français", "English").to_owned()),
        ("donors-pref", frame.word(pref_word(facts.receipt_pref))),
        ("donors-route", frame.word(route_word(facts.receipt_route))),
        ("donors-notes", typed.notes),
    ]
    .into_iter()
    .map(|(key, value)| (frame.word(key), value))
    .collect()
}

impl Typed {
    fn of(facts: &DonorFacts) -> Self {
        Self {
            last_name: facts.last_name.clone(),
            first_names: facts.first_names.clone(),
            organisation: facts.organisation.clone(),
            legal_form: facts.legal_form.clone(),
            siren: facts.siren.clone().unwrap_or_default(),
            street: facts.address.street.join("\n"),
            postal_code: facts.address.postal_code.clone(),
            city: facts.address.city.clone(),
            mails: facts.mails.join("\n"),
            notes: facts.notes.clone(),
        }
    }
}

/// Every country by name, France first; none when the address is not known.
fn countries(lang: Lang, chosen: &str) -> Vec<Choice> {
    let chosen = Country::find(chosen).map_or(chosen, |c| c.alpha2);
    let mut all: Vec<Country> = Country::all().collect();
    all.sort_by_cached_key(|c| (c.alpha2 != "FR", rules::fold::search_key(c.name(lang))));
    let mut list: Vec<Choice> =
        all.into_iter().map(|c| choice(c.alpha2, c.name(lang).to_owned(), chosen)).collect();
    list.insert(0, choice("", "—".into(), chosen));
    list
}
