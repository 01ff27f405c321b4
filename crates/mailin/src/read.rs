//! Bytes → [`Mail`], step by step.

use crate::body::{self, Body};
use crate::bounce::{self, Report};
use crate::head::Head;
use crate::{Bounce, Limits, MachineKind, Mail, Note, clean, fold, forward, headers, machine, mime, raw};

/// Reads a mail. Never fails, never panics, never loses text: what cannot be understood is kept as
/// text or as a file, and `notes` say so.
#[must_use]
pub fn read(raw: &[u8], limits: &Limits) -> Mail {
    read_at(raw, limits, 0)
}

/// `depth` counts the mails around this one.
pub fn read_at(raw: &[u8], limits: &Limits, depth: usize) -> Mail {
    let mut notes = Vec::new();
    if raw.iter().all(u8::is_ascii_whitespace) {
        return Mail { notes: vec![Note::Empty], ..Mail::default() };
    }
    let sound = raw::repair(raw, limits, &mut notes);
    let head = Head::parse(sound.bytes.get(..sound.body_at).unwrap_or_default());
    let leaves = mime::leaves(&sound, &mut notes);
    let mut mail = headers::read(&head, limits, &mut notes);
    let body = body::gather(leaves, limits, depth, &mut notes);
    mail.machine = machine::detect(&head, &mail, &body);
    if let Some(MachineKind::Bounce | MachineKind::Report) = mail.machine.as_ref().map(|m| m.kind) {
        mail.bounce = read_bounce(&head, &mail, &body);
    }
    mail.parts = fold(&body.text, forward::is_told(&mail.subject));
    // A report shows the headers of our own mail: nobody passes it on.
    if mail.bounce.is_none() {
        mail.forward = forward::find(&body.text, &mail.subject);
    }
    mail.text = body.text;
    mail.html = body.html;
    mail.attachments = body.attachments;
    mail.events = body.events;
    mail.notes = notes;
    mail
}

fn read_bounce(head: &Head, mail: &Mail, body: &Body) -> Option<Bounce> {
    let text_of = |wanted: &[&str]| -> Vec<String> {
        let chosen = body.attachments.iter().filter(|f| wanted.contains(&f.mime.as_str()));
        chosen.map(|f| clean::lines(&String::from_utf8_lossy(&f.bytes))).collect()
    };
    let listed = head.all("x-failed-recipients").flat_map(|v| v.split(','));
    let report = Report {
        statuses: text_of(&["message/delivery-status", "message/global-delivery-status"]),
        returned: text_of(&[
            "message/rfc822",
            "message/global",
            "text/rfc822-headers",
            "message/rfc822-headers",
            "message/global-headers",
        ]),
        header_recipients: listed.map(|a| a.trim().to_owned()).collect(),
        text: body.text.clone(),
        subject: mail.subject.clone(),
        ours: mail.to.iter().map(|to| crate::normalise(&to.address)).collect(),
    };
    let bounce = bounce::read(&report);
    (bounce != Bounce::default()).then_some(bounce)
}
