//! The form of the association.

use std::collections::BTreeMap;

use entities::association;
use rules::address::Country;
use rules::gift::DatePolicy;
use rules::lang::Lang;
use rules::receipt::category::{self, Category};
use rules::words::Spelling;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Choice, Tab, Told, tabs, told};
use crate::accounts::association::Policies;
use crate::accounts::forms::{FIELDS, Typed, Wrong};
use crate::web::Frame;

/// The form of the association.
#[derive(Debug, Serialize)]
pub struct IdentityView {
    /// Where the form goes.
    action: String,
    typed: Typed,
    errors: Vec<Told>,
    error: BTreeMap<&'static str, Option<String>>,
    countries: Vec<Choice>,
    categories: Vec<Choice>,
    sub_boxes: Vec<Choice>,
    policies: Vec<Choice>,
    by_tool: Vec<Value>,
    spellings: Vec<Choice>,
    abroad: bool,
    dues_without: bool,
    has_signature: bool,
    year: i32,
    may_change: bool,
    tabs: Vec<Tab>,
}

impl IdentityView {
    /// The form at `action`, filled with `typed`, each of `wrongs` at its field.
    pub fn new(frame: &Frame, action: &str, typed: Typed, wrongs: &[Wrong]) -> Self {
        let (errors, mut error) = told(frame, wrongs);
        for field in FIELDS {
            error.entry(field).or_insert(None);
        }
        let lang = frame.lang;
        Self {
            action: action.to_owned(),
            countries: countries(lang, &typed.country),
            categories: boxes(category::CATEGORIES, &typed.category),
            sub_boxes: boxes(category::SUB_BOXES, &typed.sub_box),
            policies: policies(frame, &typed.policy),
            by_tool: by_tool(frame, &typed),
            spellings: spellings(frame, &typed.spelling),
            abroad: !typed.abroad.is_empty(),
            dues_without: !typed.dues_without.is_empty(),
            has_signature: !typed.kept.is_empty(),
            year: chrono::Datelike::year(&rules::dates::paris_day(frame.core.clock.now())),
            may_change: true,
            tabs: tabs(frame, "/settings"),
            typed,
            errors,
            error,
        }
    }

    /// The same, to read only.
    #[must_use]
    pub fn for_reading(mut self, may_change: bool, has_signature: bool) -> Self {
        self.may_change = may_change;
        self.has_signature |= has_signature;
        self
    }
}

impl Typed {
    /// A form nobody has filled in: what most associations choose, save what must be asked.
    pub fn blank() -> Self {
        Self {
            country: "FR".into(),
            category: category::DEFAULT.into(),
            sub_box: category::DEFAULT_SUB_BOX.into(),
            prefix: "RF".into(),
            spelling: Spelling::Traditional.code().into(),
            version: "0".into(),
            ..Self::default()
        }
    }
}

impl From<association::Model> for Typed {
    fn from(row: association::Model) -> Self {
        let policies = Policies::of(&row);
        let own = |tool| policies.own(tool).map(|policy| policy.code().to_owned()).unwrap_or_default();
        Self {
            policy_helloasso: own("helloasso"),
            policy_stripe: own("stripe"),
            policy_paypal: own("paypal"),
            policy_sepa: own("sepa"),
            name: row.name,
            siren: row.siren.map(|s| rules::ids::spaced(&s)).unwrap_or_default(),
            rna: row.rna.unwrap_or_default(),
            street: row.street,
            postal_code: row.postal_code,
            city: row.city,
            country: row.country,
            object: row.object,
            category: row.category,
            sub_box: row.category_sub_box.unwrap_or_default(),
            detail: row.category_detail.unwrap_or_default(),
            date: row.category_date.map(|d| d.to_string()).unwrap_or_default(),
            signer_name: row.signer_name,
            signer_quality: row.signer_quality,
            prefix: row.receipt_prefix,
            last_number: row.receipt_last_number.to_string(),
            spelling: row.words_spelling,
            policy: row.date_policy,
            abroad: if row.receipts_abroad { "true".into() } else { String::new() },
            dues_without: if row.dues_receipted { String::new() } else { "true".into() },
            contact: row.contact_mail,
            version: row.version.to_string(),
            ..Self::default()
        }
    }
}

fn countries(lang: Lang, chosen: &str) -> Vec<Choice> {
    let mut all: Vec<Choice> = Country::all()
        .map(|c| Choice {
            value: c.alpha2.into(),
            label: c.name(lang).into(),
            selected: c.alpha2 == chosen,
            hint: None,
        })
        .collect();
    all.sort_by_cached_key(|c| rules::fold::search_key(&c.label));
    all
}

/// The form's own words, which exist in French only.
fn boxes(all: &[Category], chosen: &str) -> Vec<Choice> {
    let shortened = |text: &str| match text.char_indices().nth(110) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text).trim_end()),
        None => text.to_owned(),
    };
    all.iter()
        .map(|c| Choice {
            value: c.code.into(),
            label: shortened(c.label_fr),
            selected: c.code == chosen,
            hint: None,
        })
        .collect()
}

fn policies(frame: &Frame, chosen: &str) -> Vec<Choice> {
    [
        (DatePolicy::CreditedDay, "settings-policy-credited", "settings-policy-credited-hint"),
        (DatePolicy::PaymentDay, "settings-policy-payment", "settings-policy-payment-hint"),
    ]
    .into_iter()
    .map(|(policy, label, hint)| Choice {
        value: policy.code().into(),
        label: frame.word(label),
        selected: policy.code() == chosen,
        hint: Some(frame.word(hint)),
    })
    .collect()
}

/// One choice for each payment tool: the general day, or one of its own.
fn by_tool(frame: &Frame, typed: &Typed) -> Vec<Value> {
    let tools = [
        ("policy_helloasso", "HelloAsso".to_owned(), &typed.policy_helloasso),
        ("policy_stripe", "Stripe".to_owned(), &typed.policy_stripe),
        ("policy_paypal", "PayPal".to_owned(), &typed.policy_paypal),
        ("policy_sepa", frame.word("settings-policy-sepa"), &typed.policy_sepa),
    ];
    let tool = |(name, label, chosen): (&str, String, &String)| {
        let options = [
            ("", "settings-policy-same"),
            (DatePolicy::CreditedDay.code(), "settings-policy-credited-short"),
            (DatePolicy::PaymentDay.code(), "settings-policy-payment-short"),
        ];
        let options = options.map(
            |(value, key)| json!({ "value": value, "label": frame.word(key), "selected": value == chosen }),
        );
        json!({ "name": name, "label": label, "options": options })
    };
    tools.into_iter().map(tool).collect()
}

fn spellings(frame: &Frame, chosen: &str) -> Vec<Choice> {
    [
        (Spelling::Traditional, "settings-spelling-traditional"),
        (Spelling::Rectified1990, "settings-spelling-1990"),
    ]
    .into_iter()
    .map(|(spelling, label)| Choice {
        value: spelling.code().into(),
        label: frame.word(label),
        selected: spelling.code() == chosen || (chosen.is_empty() && spelling == Spelling::default()),
        hint: None,
    })
    .collect()
}
