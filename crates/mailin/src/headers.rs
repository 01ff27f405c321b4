//! The fields of a mail that its headers give.

use crate::head::Head;
use crate::{Limits, Mail, Mailbox, Note, clean, spam};

/// Reads the header block, within the limits.
pub fn read(head: &Head, limits: &Limits, notes: &mut Vec<Note>) -> Mail {
    let mut people = |name: &str| {
        let mut list = head.mailboxes(name);
        if list.len() > limits.recipients {
            notes.push(Note::RecipientsCut { kept: limits.recipients, of: list.len() });
            list.truncate(limits.recipients);
        }
        list
    };
    let (reply_to, to, cc) = (people("reply-to"), people("to"), people("cc"));
    let mut references = head.ids("references");
    if references.len() > limits.references {
        notes.push(Note::ReferencesCut { kept: limits.references, of: references.len() });
        references.drain(..references.len() - limits.references);
    }
    let mut in_reply_to = head.ids("in-reply-to");
    in_reply_to.truncate(limits.references);
    let few = |name: &str| head.all(name).take(MOST_TRACES).map(clean::line).collect::<Vec<String>>();
    Mail {
        message_id: head.ids("message-id").into_iter().next(),
        in_reply_to,
        references,
        from: head.mailboxes("from").into_iter().next(),
        sender: head.mailboxes("sender").into_iter().next(),
        reply_to,
        return_path: head
            .raw("return-path")
            .map(|v| clean::line(v.trim().trim_start_matches('<').trim_end_matches('>'))),
        to,
        cc,
        delivered_to: delivered_to(head, limits),
        subject: clean::cut(&head.text("subject").unwrap_or_default(), 4000).to_owned(),
        date: head.date("date"),
        spam: spam::find(head),
        authentication_results: few("authentication-results"),
        received_spf: few("received-spf"),
        own_mark: head.raw(crate::own::HEADER).map(clean::line),
        ..Mail::default()
    }
}

/// Traces of servers kept of one kind.
const MOST_TRACES: usize = 20;

fn delivered_to(head: &Head, limits: &Limits) -> Vec<String> {
    let names = ["delivered-to", "x-original-to", "envelope-to", "x-envelope-to"];
    let mut found: Vec<String> = Vec::new();
    for address in names.iter().flat_map(|n| head.all(n)).flat_map(|v| v.split(',')) {
        let address = clean::line(address.trim().trim_start_matches('<').trim_end_matches('>'));
        if !address.is_empty() && !found.contains(&address) && found.len() < limits.recipients {
            found.push(address);
        }
    }
    found
}

/// The name to greet: what the mailbox says, else what stands before the `@`.
impl Mailbox {
    /// Display name, or the part before the `@`.
    #[must_use]
    pub fn shown_name(&self) -> &str {
        let local = self.address.split('@').next().unwrap_or_default();
        self.name.as_deref().filter(|n| !n.trim().is_empty()).unwrap_or(local)
    }
}
