//! Message-IDs and addresses that only we can make.

use base64::Engine as _;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Small letters and digits that survive any mail system and are not mistaken for one another.
const LETTERS: [char; 32] = [
    'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'j', 'k', 'm', 'n', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x',
    'y', 'z', '2', '3', '4', '5', '6', '7', '8', '9', 'i',
];
/// Letters of the seal in a Message-ID (5 bits each).
const SEAL_ID: usize = 20;
/// Letters of the seal in an address, where room is short and guesses are slow.
const SEAL_ADDRESS: usize = 12;

/// The secret that signs our identifiers, and the domain they bear.
#[derive(Clone)]
pub struct Keys {
    secret: [u8; 32],
    domain: String,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("domain", &self.domain).finish_non_exhaustive()
    }
}

impl Keys {
    /// `domain` is what stands right of the `@` in our Message-IDs.
    #[must_use]
    pub fn new(secret: &[u8; 32], domain: &str) -> Self {
        Self { secret: *secret, domain: domain.to_ascii_lowercase() }
    }

    /// `<reply.123.k7f3…@domain>`: the Message-ID of the mail of this kind and row, for life. `kind`
    /// is made of small letters.
    #[must_use]
    pub fn message_id(&self, kind: &str, id: i64) -> String {
        let seal = self.seal("message-id", &format!("{kind}.{id}@{}", self.domain), SEAL_ID);
        format!("<{kind}.{id}.{seal}@{}>", self.domain)
    }

    /// The kind and row of a Message-ID that we made; `None` for any other, forged ones included.
    #[must_use]
    pub fn own_id(&self, message_id: &str) -> Option<(String, i64)> {
        let bare = bare(message_id);
        let (local, domain) = bare.split_once('@')?;
        let mut words = local.split('.');
        let (kind, number, seal) = (words.next()?, words.next()?, words.next()?);
        if words.next().is_some() || domain != self.domain || kind.is_empty() {
            return None;
        }
        let id = canonical(number)?;
        let ours = self.seal("message-id", &format!("{kind}.{id}@{domain}"), SEAL_ID);
        same(&ours, seal).then(|| (kind.to_owned(), id))
    }

    /// `aide@asso.fr` → `aide+t123.k7f3…@asso.fr`: mail sent there belongs to the ticket.
    #[must_use]
    pub fn plus_address(&self, base: &str, ticket_id: i64) -> String {
        let Some((local, domain)) = base.rsplit_once('@') else { return base.to_owned() };
        let seal = self.seal("address", &ticket_id.to_string(), SEAL_ADDRESS);
        format!("{local}+t{ticket_id}.{seal}@{domain}")
    }

    /// The ticket of an address that we made; `None` for any other. The domain is not looked at.
    #[must_use]
    pub fn ticket_of(&self, address: &str) -> Option<i64> {
        let address = bare(address);
        let (local, _) = address.rsplit_once('@')?;
        let (_, detail) = local.rsplit_once('+')?;
        let (number, seal) = detail.strip_prefix('t')?.split_once('.')?;
        let ticket = canonical(number)?;
        let ours = self.seal("address", &ticket.to_string(), SEAL_ADDRESS);
        same(&ours, seal).then_some(ticket)
    }

    /// Keyed hash of a foreign Message-ID, 64 hex digits: what is stored to thread by.
    #[must_use]
    pub fn hash(&self, message_id: &str) -> String {
        let id = message_id.trim().trim_start_matches('<').trim_end_matches('>');
        self.mac("foreign-id", id).iter().map(|b| format!("{b:02x}")).collect()
    }

    /// A word for a link that only we can make: 43 characters of URL-safe base64 over `purpose` and `about`.
    #[must_use]
    pub fn token(&self, purpose: &str, about: &str) -> String {
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(self.mac(purpose, about))
    }

    fn mac(&self, purpose: &str, about: &str) -> Vec<u8> {
        // A key of 32 bytes is always taken.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.secret) else { return Vec::new() };
        mac.update(b"soutien\0");
        mac.update(purpose.as_bytes());
        mac.update(b"\0");
        mac.update(about.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }

    fn seal(&self, purpose: &str, about: &str, letters: usize) -> String {
        let mac = self.mac(purpose, about);
        mac.iter().take(letters).filter_map(|b| LETTERS.get(usize::from(b & 31))).collect()
    }
}

fn bare(id: &str) -> String {
    id.trim().trim_start_matches('<').trim_end_matches('>').to_ascii_lowercase()
}

/// One spelling per number: no sign, no leading zero.
fn canonical(number: &str) -> Option<i64> {
    let parsed: i64 = number.parse().ok()?;
    (parsed >= 0 && parsed.to_string() == number).then_some(parsed)
}

fn same(ours: &str, theirs: &str) -> bool {
    bool::from(ours.as_bytes().ct_eq(theirs.as_bytes()))
}

/// `[#123]`, to put in a subject.
#[must_use]
pub fn subject_tag(ticket_id: i64) -> String {
    format!("[#{ticket_id}]")
}

/// The ticket a subject names by `[#123]`; the last tag counts.
#[must_use]
pub fn tag_of(subject: &str) -> Option<i64> {
    subject
        .match_indices("[#")
        .filter_map(|(at, open)| {
            let (number, _) = subject.get(at + open.len()..)?.split_once(']')?;
            canonical(number)
        })
        .last()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        Keys::new(&[7; 32], "asso.fr")
    }

    #[test]
    fn our_message_ids_are_known_again_in_any_case_and_brackets() {
        let id = keys().message_id("reply", 123);
        assert_eq!(keys().own_id(&id), Some(("reply".into(), 123)));
        assert_eq!(keys().own_id(&id.to_uppercase()), Some(("reply".into(), 123)));
        assert_eq!(keys().own_id(id.trim_matches(['<', '>'])), Some(("reply".into(), 123)));
    }

    #[test]
    fn a_forged_message_id_is_not_ours() {
        let id = keys().message_id("reply", 123);
        for forged in [
            id.replace("123", "124"),
            id.replace("reply", "ack"),
            id.replace("asso", "assa"),
            id.replace("123", "0123"),
            id.replace('@', "x@"),
            "<reply.123.@asso.fr>".into(),
            String::new(),
        ] {
            assert_eq!(keys().own_id(&forged), None, "{forged}");
        }
        assert_eq!(Keys::new(&[8; 32], "asso.fr").own_id(&id), None);
    }

    #[test]
    fn a_signed_address_leads_to_its_ticket_and_a_forged_one_nowhere() {
        let address = keys().plus_address("aide@asso.fr", 42);
        assert!(address.starts_with("aide+t42.") && address.ends_with("@asso.fr"));
        assert_eq!(keys().ticket_of(&address), Some(42));
        assert_eq!(keys().ticket_of(&address.to_uppercase()), Some(42));
        assert_eq!(keys().ticket_of(&address.replace("t42", "t43")), None);
        assert_eq!(keys().ticket_of("aide+t42@asso.fr"), None);
        assert_eq!(keys().ticket_of("aide@asso.fr"), None);
    }

    #[test]
    fn a_subject_names_its_ticket() {
        assert_eq!(tag_of(&format!("Re: Accès {}", subject_tag(12))), Some(12));
        assert_eq!(tag_of("[#1] [#2]"), Some(2));
        assert_eq!(tag_of("[#x] [#-3] [#00] été [#"), None);
    }

    #[test]
    fn the_hash_of_a_foreign_id_does_not_depend_on_its_brackets() {
        assert_eq!(keys().hash("<a@b>"), keys().hash(" a@b "));
        assert_ne!(keys().hash("<a@b>"), keys().hash("<a@c>"));
        assert_eq!(keys().hash("<a@b>").len(), 64);
    }
}
