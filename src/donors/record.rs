//! What a donor's record says, checked before it is kept.

use rules::address::{PostalAddress, normalise_mail};
use rules::fold::{one_line, paragraphs, search_key};
use rules::lang::Lang;
use rules::likeness;
use rules::receipt::input::{DonorKind, Preference};

use crate::platform::Say;

/// Longest name, address line or city, in characters.
pub const LONGEST: usize = 300;
/// Longest notes, in characters.
pub const LONGEST_NOTES: usize = 10_000;

/// How a receipt travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Route {
    /// A link by mail.
    #[default]
    Mail,
    /// On paper.
    Post,
}

impl Route {
    /// Text kept in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Post => "post",
        }
    }

    /// Reads the text kept in the database.
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Mail, Self::Post].into_iter().find(|r| r.code() == code)
    }
}

/// A donor as typed or imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DonorFacts {
    /// Person or organisation.
    pub kind: DonorKind,
    /// Nom; of an organisation, the person who speaks for it.
    pub last_name: String,
    /// Prénoms.
    pub first_names: String,
    /// Dénomination of an organisation.
    pub organisation: String,
    /// Legal form of an organisation.
    pub legal_form: String,
    /// SIREN of an organisation, if it has one.
    pub siren: Option<String>,
    /// Postal address; may be empty or incomplete (a receipt asks for all of it).
    pub address: PostalAddress,
    /// Language of mails and receipts' letters.
    pub language: Lang,
    /// Which receipts they want.
    pub receipt_pref: Preference,
    /// How these travel.
    pub receipt_route: Route,
    /// For the staff only.
    pub notes: String,
    /// Mail addresses; the first is the main one.
    pub mails: Vec<String>,
}

impl Default for DonorFacts {
    fn default() -> Self {
        Self {
            kind: DonorKind::Person,
            last_name: String::new(),
            first_names: String::new(),
            organisation: String::new(),
            legal_form: String::new(),
            siren: None,
            address: PostalAddress { country: "FR".into(), ..PostalAddress::default() },
            language: Lang::Fr,
            receipt_pref: Preference::Yearly,
            receipt_route: Route::Mail,
            notes: String::new(),
            mails: Vec::new(),
        }
    }
}

/// Why a record is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A person without a name.
    NoName,
    /// An organisation without its name.
    NoOrganisation,
    /// Not a SIREN, or a digit is wrong.
    BadSiren,
    /// Not a mail address.
    BadMail(String),
    /// No country that we know.
    BadCountry,
    /// More than the record holds.
    TooLong(&'static str),
    /// Somebody changed the record since it was opened.
    Changed,
    /// There is no such donor.
    Unknown,
    /// The record was merged into another one.
    Merged,
}

impl Refusal {
    /// The sentence for the person.
    pub fn say(&self) -> Say {
        match self {
            Self::NoName => Say::new("donors-refused-no-name"),
            Self::NoOrganisation => Say::new("donors-refused-no-organisation"),
            Self::BadSiren => Say::new("donors-refused-siren"),
            Self::BadMail(typed) => Say::new("donors-refused-mail").with("typed", typed.clone()),
            Self::BadCountry => Say::new("donors-refused-country"),
            Self::TooLong(_) => Say::new("donors-refused-too-long"),
            Self::Changed => Say::new("donors-refused-changed"),
            Self::Unknown => Say::new("donors-refused-unknown"),
            Self::Merged => Say::new("donors-refused-merged"),
        }
    }

    /// The field of the form where it belongs.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::NoName => Some("last_name"),
            Self::NoOrganisation => Some("organisation"),
            Self::BadSiren => Some("siren"),
            Self::BadMail(_) => Some("mails"),
            Self::BadCountry => Some("country"),
            Self::TooLong(field) => Some(field),
            Self::Changed | Self::Unknown | Self::Merged => None,
        }
    }
}

impl DonorFacts {
    /// The record in its one written form: white space tidied, mails normalised and kept once.
    ///
    /// # Errors
    /// Every [`Refusal`], in the order of the form.
    pub fn tidy(&self) -> Result<Self, Vec<Refusal>> {
        let mut refused = Vec::new();
        let mut kept = Self {
            kind: self.kind,
            last_name: one_line(&self.last_name),
            first_names: one_line(&self.first_names),
            organisation: one_line(&self.organisation),
            legal_form: one_line(&self.legal_form),
            siren: None,
            address: self.tidy_address(&mut refused),
            language: self.language,
            receipt_pref: self.receipt_pref,
            receipt_route: self.receipt_route,
            notes: paragraphs(&self.notes),
            mails: Vec::new(),
        };
        if let Some(typed) = self.siren.as_deref().filter(|s| !s.trim().is_empty()) {
            match rules::ids::siren(typed) {
                Ok(siren) => kept.siren = Some(siren),
                Err(_) => refused.push(Refusal::BadSiren),
            }
        }
        match kept.kind {
            DonorKind::Person if kept.last_name.is_empty() && kept.first_names.is_empty() => {
                refused.push(Refusal::NoName);
            }
            DonorKind::Organisation if kept.organisation.is_empty() => refused.push(Refusal::NoOrganisation),
            _ => {}
        }
        for typed in self.mails.iter().filter(|m| !m.trim().is_empty()) {
            match normalise_mail(typed) {
                Ok(norm) if kept.mails.contains(&norm) => {}
                Ok(norm) => kept.mails.push(norm),
                Err(_) => refused.push(Refusal::BadMail(one_line(typed))),
            }
        }
        refused.extend(kept.too_long());
        if refused.is_empty() { Ok(kept) } else { Err(refused) }
    }

    fn tidy_address(&self, refused: &mut Vec<Refusal>) -> PostalAddress {
        let typed = &self.address;
        let street: Vec<&str> = typed.street.iter().map(String::as_str).collect();
        let kept = PostalAddress::tidy(&street, &typed.postal_code, &typed.city, &typed.country);
        if kept.country.is_empty() && !typed.country.trim().is_empty() {
            refused.push(Refusal::BadCountry);
        }
        kept
    }

    fn too_long(&self) -> Vec<Refusal> {
        let street = self.address.street.join("\n");
        let texts = [
            ("last_name", &self.last_name, LONGEST),
            ("first_names", &self.first_names, LONGEST),
            ("organisation", &self.organisation, LONGEST),
            ("legal_form", &self.legal_form, LONGEST),
            ("street", &street, 2 * LONGEST),
            ("postal_code", &self.address.postal_code, 40),
            ("city", &self.address.city, LONGEST),
            ("notes", &self.notes, LONGEST_NOTES),
        ];
        let long = texts.into_iter().filter(|(_, text, most)| text.chars().count() > *most);
        long.map(|(field, ..)| Refusal::TooLong(field)).collect()
    }

    /// How the donor is called: `Zoë d’Œ`, or the organisation.
    pub fn name(&self) -> String {
        name_of(self.kind.code(), &self.organisation, &self.first_names, &self.last_name)
    }

    /// What lists are ordered by: the last name first, folded.
    pub fn sort_key(&self) -> String {
        let named = match self.kind {
            DonorKind::Person => format!("{} {}", self.last_name, self.first_names),
            DonorKind::Organisation => self.organisation.clone(),
        };
        search_key(&named)
    }

    /// The postal address as it stands on an envelope; the country when it is not France.
    pub fn address_lines(&self, lang: Lang) -> Vec<String> {
        let of = &self.address;
        let mut lines = of.street.clone();
        lines.push(one_line(&format!("{} {}", of.postal_code, of.city)));
        if of.country != "FR" {
            lines.extend(of.country().map(|c| c.name(lang).to_owned()));
        }
        lines.retain(|line| !line.is_empty());
        lines
    }

    /// What is compared with other records.
    pub fn compared(&self) -> likeness::Record<'_> {
        let organisation = self.kind == DonorKind::Organisation;
        likeness::Record {
            organisation,
            last_name: if organisation { &self.organisation } else { &self.last_name },
            first_names: if organisation { "" } else { &self.first_names },
            siren: self.siren.as_deref(),
            address: &self.address,
            mails: &self.mails,
        }
    }

    /// The name as it is compared: [`likeness::name_key`].
    pub fn name_key(&self) -> String {
        let of = self.compared();
        likeness::name_key(of.last_name, of.first_names)
    }

    /// What a search looks in: names, mails, postal code and city, folded.
    pub fn search_key(&self) -> String {
        let mut parts = vec![self.last_name.as_str(), self.first_names.as_str(), self.organisation.as_str()];
        parts.extend(self.mails.iter().map(String::as_str));
        parts.extend([self.address.postal_code.as_str(), self.address.city.as_str()]);
        parts.extend(self.siren.as_deref());
        search_key(&parts.join(" "))
    }
}

/// The word for why two records look alike.
pub const fn reason_word(reason: likeness::Reason) -> &'static str {
    use likeness::Reason;
    match reason {
        Reason::SameSiren => "merging-reason-same-siren",
        Reason::SameMail => "merging-reason-same-mail",
        Reason::SameName => "merging-reason-same-name",
        Reason::CloseName => "merging-reason-close-name",
        Reason::SameAddress => "merging-reason-same-address",
        Reason::SamePostalCode => "merging-reason-same-postal-code",
        Reason::OtherSiren => "merging-reason-other-siren",
        Reason::OtherFirstName => "merging-reason-other-first-name",
        Reason::OtherKind => "merging-reason-other-kind",
    }
}

/// How a donor of these columns is called.
pub fn name_of(kind: &str, organisation: &str, first_names: &str, last_name: &str) -> String {
    if kind == DonorKind::Organisation.code() {
        return organisation.to_owned();
    }
    one_line(&format!("{first_names} {last_name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_kept_in_one_written_form() {
        let typed = DonorFacts {
            last_name: "  d’Œ\0 ".into(),
            first_names: "Zoë".into(),
            mails: vec![" Zoe@Example.org".into(), "zoe@example.ORG".into(), " ".into()],
            ..DonorFacts::default()
        };
        let kept = typed.tidy().unwrap();
        assert_eq!(
            (kept.name().as_str(), kept.mails.as_slice()),
            ("Zoë d’Œ", ["zoe@example.org".to_owned()].as_slice())
        );
        assert_eq!(
            (kept.sort_key().as_str(), kept.search_key().as_str()),
            ("d'oe zoe", "d'oe zoe zoe@example.org")
        );
        assert_eq!(kept.tidy().as_ref(), Ok(&kept));
    }

    #[test]
    fn every_refusal_is_said_at_once() {
        let typed = DonorFacts {
            kind: DonorKind::Organisation,
            siren: Some("732829321".into()),
            address: PostalAddress { country: "Atlantide".into(), ..PostalAddress::default() },
            mails: vec!["<b>".into()],
            notes: "x".repeat(LONGEST_NOTES + 1),
            ..DonorFacts::default()
        };
        let refused = typed.tidy().unwrap_err();
        let expected = [
            Refusal::BadCountry,
            Refusal::BadSiren,
            Refusal::NoOrganisation,
            Refusal::BadMail("<b>".into()),
            Refusal::TooLong("notes"),
        ];
        assert_eq!(refused, expected);
    }
}
