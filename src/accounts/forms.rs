//! What the forms of the association say, read field by field.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rocket::FromForm;
use rocket::fs::TempFile;
use rules::address::{AddressPart, PostalAddress, normalise_mail};
use rules::gift::DatePolicy;
use rules::ids;
use rules::receipt::category::{self, Needs};
use rules::receipt::number::is_prefix;
use rules::words::Spelling;
use serde::Serialize;

use super::actions::identity::Identity;
use super::actions::set_up::FirstAdmin;
use super::association::TOOLS;
use super::passwords;
use crate::platform::Say;
use crate::platform::blobs::Stored;

/// A field that cannot be kept, and why.
#[derive(Debug, Clone)]
pub struct Wrong {
    /// Name of the field.
    pub field: &'static str,
    /// The sentence for the person.
    pub say: Say,
}

fn wrong(field: &'static str, key: &'static str) -> Wrong {
    Wrong { field, say: Say::new(key) }
}

/// Writes the form and the texts it holds, so that what was typed can be shown again.
macro_rules! identity_form {
    ($($field:ident)*) => {
        /// The association's form, and on the first start its first admin's.
        #[derive(Debug, FromForm)]
        pub struct IdentityForm<'r> {
            $(
                #[field(default = "")]
                #[allow(missing_docs)]
                pub $field: &'r str,
            )*
            /// Picture of the signature, if one was chosen.
            pub signature: Option<TempFile<'r>>,
        }

        /// The texts of the form.
        #[derive(Debug, Clone, Default, Serialize)]
        pub struct Typed {
            $(#[allow(missing_docs)] pub $field: String,)*
        }

        impl IdentityForm<'_> {
            /// What was typed.
            pub fn typed(&self) -> Typed {
                Typed { $($field: self.$field.to_owned(),)* }
            }
        }

        /// Every field's name.
        pub const FIELDS: &[&str] = &["signature", $(stringify!($field),)*];
    };
}

identity_form! {
    name siren rna street postal_code city country object category sub_box detail date
    signer_name signer_quality kept prefix last_number spelling policy policy_helloasso policy_stripe policy_paypal policy_sepa abroad dues_without contact version
    admin_name admin_email admin_password
}

impl Typed {
    /// The tools whose day was chosen apart.
    fn policies(&self) -> BTreeMap<String, DatePolicy> {
        let chosen = [&self.policy_helloasso, &self.policy_stripe, &self.policy_paypal, &self.policy_sepa];
        let tools = TOOLS.into_iter().zip(chosen);
        tools.filter_map(|(tool, code)| Some((tool.to_owned(), DatePolicy::parse(code)?))).collect()
    }
}

/// Reads the association. `signature` is the picture stored meanwhile.
pub fn identity(typed: &Typed, signature: Option<Stored>) -> Result<Identity, Vec<Wrong>> {
    let mut bad = Vec::new();
    let name = needed(&mut bad, "name", &typed.name, "settings-wrong-name");
    let (siren, rna) = registration(&mut bad, typed);
    let address = seat(&mut bad, typed);
    let object = needed(&mut bad, "object", &typed.object, "settings-wrong-object");
    let (sub_box, detail, date) = category_of(&mut bad, typed);
    let signer_name = needed(&mut bad, "signer_name", &typed.signer_name, "settings-wrong-signer");
    let signer_quality = needed(&mut bad, "signer_quality", &typed.signer_quality, "settings-wrong-quality");
    let prefix = typed.prefix.trim().to_uppercase();
    if !is_prefix(&prefix) {
        bad.push(wrong("prefix", "settings-wrong-prefix"));
    }
    let last_number = last_number(&mut bad, &typed.last_number);
    let policy = DatePolicy::parse(&typed.policy);
    if policy.is_none() {
        bad.push(wrong("policy", "settings-wrong-policy"));
    }
    let contact = normalise_mail(&typed.contact);
    if contact.is_err() {
        bad.push(wrong("contact", "accounts-refused-address"));
    }
    match (policy, contact) {
        (Some(policy), Ok(contact)) if bad.is_empty() => Ok(Identity {
            name,
            siren,
            rna,
            address,
            object,
            category: typed.category.clone(),
            sub_box,
            detail,
            date,
            signer_name,
            signer_quality,
            signature,
            prefix,
            last_number,
            spelling: Spelling::parse(&typed.spelling).unwrap_or_default(),
            policy,
            policies: typed.policies(),
            abroad: !typed.abroad.is_empty(),
            dues_without: !typed.dues_without.is_empty(),
            contact: contact.as_str().to_owned(),
        }),
        _ => Err(bad),
    }
}

fn needed(bad: &mut Vec<Wrong>, field: &'static str, text: &str, key: &'static str) -> String {
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(1000).collect();
    if text.is_empty() {
        bad.push(wrong(field, key));
    }
    text
}

fn registration(bad: &mut Vec<Wrong>, typed: &Typed) -> (Option<String>, Option<String>) {
    let siren = Some(typed.siren.trim()).filter(|t| !t.is_empty()).map(ids::siren);
    let rna = Some(typed.rna.trim()).filter(|t| !t.is_empty()).map(ids::rna);
    match &siren {
        Some(Err(ids::IdError::CheckDigit)) => bad.push(wrong("siren", "settings-wrong-siren-digit")),
        Some(Err(_)) => bad.push(wrong("siren", "settings-wrong-siren")),
        None if rna.is_none() => bad.push(wrong("siren", "settings-wrong-registration")),
        _ => {}
    }
    if matches!(rna, Some(Err(_))) {
        bad.push(wrong("rna", "settings-wrong-rna"));
    }
    (siren.and_then(Result::ok), rna.and_then(Result::ok))
}

fn seat(bad: &mut Vec<Wrong>, typed: &Typed) -> PostalAddress {
    let lines: Vec<&str> = typed.street.lines().collect();
    let address = PostalAddress::tidy(&lines, &typed.postal_code, &typed.city, &typed.country);
    for part in address.missing_parts() {
        bad.push(match part {
            AddressPart::Street => wrong("street", "settings-wrong-street"),
            AddressPart::PostalCode => wrong("postal_code", "settings-wrong-postal-code"),
            AddressPart::PostalCodeShape => wrong("postal_code", "settings-wrong-postal-shape"),
            AddressPart::City => wrong("city", "settings-wrong-city"),
            AddressPart::Country => wrong("country", "settings-wrong-country"),
        });
    }
    if address.street.len() > 2 {
        bad.push(wrong("street", "settings-wrong-street-long"));
    }
    address
}

type Precision = (Option<String>, Option<String>, Option<NaiveDate>);

/// The box under the top one, and the words or the date that they ask for.
fn category_of(bad: &mut Vec<Wrong>, typed: &Typed) -> Precision {
    let Some(top) = category::find(&typed.category) else {
        bad.push(wrong("category", "settings-wrong-category"));
        return (None, None, None);
    };
    let mut sub_box = None;
    let mut needs = top.needs;
    if needs == Needs::SubBox {
        let Some(sub) = category::find_sub_box(&typed.sub_box) else {
            bad.push(wrong("sub_box", "settings-wrong-sub-box"));
            return (None, None, None);
        };
        sub_box = Some(sub.code.to_owned());
        needs = sub.needs;
    }
    match needs {
        Needs::Date => {
            let date = rules::dates::parse_typed(&typed.date).ok().map(|typed| typed.day);
            if date.is_none() {
                bad.push(wrong("date", "settings-wrong-date"));
            }
            (sub_box, None, date)
        }
        Needs::Precision => {
            let words = needed(bad, "detail", &typed.detail, "settings-wrong-detail");
            (sub_box, Some(words), None)
        }
        Needs::Nothing | Needs::SubBox => (sub_box, None, None),
    }
}

fn last_number(bad: &mut Vec<Wrong>, text: &str) -> i64 {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if text.is_empty() {
        return 0;
    }
    match text.parse::<i64>() {
        Ok(number) if (0..=99_999_999).contains(&number) => number,
        _ => {
            bad.push(wrong("last_number", "settings-wrong-last-number"));
            0
        }
    }
}

/// Reads the first admin.
pub fn first_admin(typed: &Typed, language: rules::lang::Lang) -> Result<FirstAdmin, Vec<Wrong>> {
    let mut bad = Vec::new();
    let name = needed(&mut bad, "admin_name", &typed.admin_name, "accounts-refused-name");
    if normalise_mail(&typed.admin_email).is_err() {
        bad.push(wrong("admin_email", "accounts-refused-address"));
    }
    if typed.admin_password.chars().count() < passwords::SHORTEST {
        let say = Say::new("accounts-refused-short").count("length", passwords::SHORTEST);
        bad.push(Wrong { field: "admin_password", say });
    }
    if !bad.is_empty() {
        return Err(bad);
    }
    let (email, password) = (typed.admin_email.clone(), typed.admin_password.clone());
    Ok(FirstAdmin { name, email, password, language })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual() -> Typed {
        let text = str::to_owned;
        Typed {
            name: text("  Les Amis  d’Œuvre "),
            rna: text("w751234567"),
            street: text("12 rue de l’Essai\r\nBâtiment B"),
            postal_code: text("69 007"),
            city: text("Lyon"),
            country: text("FR"),
            object: text("Promouvoir"),
            category: text(category::DEFAULT),
            sub_box: text(category::DEFAULT_SUB_BOX),
            signer_name: text("Zoë d’Œ"),
            signer_quality: text("Trésorière"),
            prefix: text("rf"),
            last_number: text("1 204"),
            policy: text("payment_day"),
            contact: text("Contact@Asso.Example"),
            ..Typed::default()
        }
    }

    fn refused(change: impl FnOnce(&mut Typed)) -> Vec<&'static str> {
        let mut typed = usual();
        change(&mut typed);
        identity(&typed, None).map(|_| Vec::new()).unwrap_or_else(|bad| bad.iter().map(|w| w.field).collect())
    }

    #[test]
    fn a_full_form_is_read_into_one_written_form() {
        let read = identity(&usual(), None).unwrap();
        assert_eq!(read.name, "Les Amis d’Œuvre");
        assert_eq!(read.rna.as_deref(), Some("W751234567"));
        assert_eq!(read.address.street, ["12 rue de l’Essai", "Bâtiment B"]);
        assert_eq!((read.prefix.as_str(), read.last_number), ("RF", 1204));
        assert_eq!(read.contact, "contact@asso.example");
    }

    #[test]
    fn each_wrong_field_is_named() {
        assert_eq!(refused(|t| t.policy.clear()), ["policy"], "the day that counts has no silent default");
        assert_eq!(refused(|t| t.rna.clear()), ["siren"]);
        assert_eq!(refused(|t| t.siren = "732829321".into()), ["siren"]);
        assert_eq!(refused(|t| t.sub_box = "rup".into()), ["date"]);
        assert_eq!(refused(|t| t.sub_box = "autres".into()), ["detail"]);
        assert_eq!(refused(|t| t.last_number = "-3".into()), ["last_number"]);
        assert_eq!(refused(|t| t.prefix = "R F".into()), ["prefix"]);
        assert_eq!(refused(|t| t.postal_code = "7".into()), ["postal_code"]);
        let all = [
            "name",
            "siren",
            "street",
            "postal_code",
            "city",
            "country",
            "object",
            "category",
            "signer_name",
            "signer_quality",
            "prefix",
            "policy",
            "contact",
        ];
        assert_eq!(refused(|t| *t = Typed::default()), all, "an empty form names every field that is needed");
    }
}
