//! Mails of ours that come back to us as they left: by a list, a forwarding rule or a mistaken address.
//! Answering them would never end.

use crate::{Keys, Mail};

/// The header that we sign each outgoing mail with, in lower case.
pub const HEADER: &str = "x-soutien-mail";

/// How a mail shows that it is ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Own {
    /// It bears a Message-ID that only we make: the mail itself, passed on.
    MessageId,
    /// It bears our seal over a Message-ID of ours, though its own was changed on the way.
    Seal,
}

/// The header to put into an outgoing mail: name and value.
#[must_use]
pub fn seal(keys: &Keys, message_id: &str) -> (&'static str, String) {
    let bare = message_id.trim().trim_matches(['<', '>']).to_ascii_lowercase();
    ("X-Soutien-Mail", format!("{bare} {}", keys.token("own-mail", &bare)))
}

/// Whether this mail is one of ours that came back. A person's answer is not: it names our Message-ID in
/// In-Reply-To and bears another. Only a label (law M3): it stops automatic mail, it drops nothing.
#[must_use]
pub fn find(keys: &Keys, mail: &Mail) -> Option<Own> {
    if mail.message_id.as_deref().is_some_and(|id| keys.own_id(id).is_some()) {
        return Some(Own::MessageId);
    }
    let (id, token) = mail.own_mark.as_deref()?.split_once(' ')?;
    let ours = keys.token("own-mail", &id.to_ascii_lowercase());
    let same = subtle::ConstantTimeEq::ct_eq(ours.as_bytes(), token.trim().as_bytes());
    (bool::from(same) && keys.own_id(id).is_some()).then_some(Own::Seal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, read};

    #[test]
    fn a_mail_of_ours_is_known_when_it_comes_back_and_an_answer_is_not() {
        let keys = Keys::new(&[3; 32], "asso.example");
        let id = keys.message_id("reply", 7);
        let (name, value) = seal(&keys, &id);
        let mail = |headers: &str| {
            read(format!("From: a@b.example\n{headers}\n\nx\n").as_bytes(), &Limits::default())
        };
        assert_eq!(find(&keys, &mail(&format!("Message-ID: {id}"))), Some(Own::MessageId));
        assert_eq!(find(&keys, &mail(&format!("Message-ID: <x@y>\n{name}: {value}"))), Some(Own::Seal));
        assert_eq!(find(&keys, &mail(&format!("Message-ID: <x@y>\nIn-Reply-To: {id}"))), None);
        assert_eq!(find(&keys, &mail(&format!("{name}: {} x", id.trim_matches(['<', '>'])))), None);
        assert_eq!(find(&Keys::new(&[4; 32], "asso.example"), &mail(&format!("{name}: {value}"))), None);
    }
}
