//! Bytes → [`Mail`], step by step.

use crate::bounce::{self, Report};
use crate::head::Head;
use crate::parts::{self, Part};
use crate::raw::{self, Sound};
use crate::{
    Attachment, Bounce, Limits, MachineKind, Mail, Mailbox, Note, clean, fold, html, machine, names,
};

/// How many mails within mails are opened to find a text.
const DEEPEST: usize = 3;

/// Reads a mail. Never fails, never panics, never loses text: what cannot be understood is kept as
/// text or as a file, and `notes` say so.
#[must_use]
pub fn read(raw: &[u8], limits: &Limits) -> Mail {
    read_at(raw, limits, 0)
}

fn read_at(raw: &[u8], limits: &Limits, depth: usize) -> Mail {
    let mut notes = Vec::new();
    if raw.iter().all(u8::is_ascii_whitespace) {
        return Mail { notes: vec![Note::Empty], ..Mail::default() };
    }
    let sound = raw::repair(raw, limits, &mut notes);
    let head = Head::parse(sound.bytes.get(..sound.body_at).unwrap_or_default());
    let leaves = if sound.body_at == 0 { vec![whole(&sound)] } else { parts::leaves(&sound, &mut notes) };
    let mut mail = from_headers(&head, limits, &mut notes);
    let body = body(leaves, limits, depth, &mut notes);
    mail.machine = machine::detect(&head, mail.from.as_ref(), &mail.subject);
    if let Some(MachineKind::Bounce | MachineKind::Report) = mail.machine.as_ref().map(|m| m.kind) {
        mail.bounce = read_bounce(&head, &body).or(mail.bounce);
    }
    mail.parts = fold(&body.text, is_forward(&mail.subject));
    mail.text = body.text;
    mail.html = body.html;
    mail.attachments = body.attachments;
    mail.notes = notes;
    mail
}

fn whole(sound: &Sound<'_>) -> Part {
    Part {
        head: Head::default(),
        bytes: sound.bytes.to_vec(),
        mime: "text/plain".into(),
        is_text_body: true,
        is_html_body: false,
    }
}

fn from_headers(head: &Head, limits: &Limits, notes: &mut Vec<Note>) -> Mail {
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
    let delivered = ["delivered-to", "x-original-to", "envelope-to", "x-envelope-to"];
    let mut delivered_to: Vec<String> = Vec::new();
    for address in delivered.iter().flat_map(|n| head.all(n)).flat_map(|v| v.split(',')) {
        let address = clean::line(address.trim().trim_start_matches('<').trim_end_matches('>'));
        if !address.is_empty() && !delivered_to.contains(&address) && delivered_to.len() < limits.recipients {
            delivered_to.push(address);
        }
    }
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
        delivered_to,
        subject: clean::cut(&head.text("subject").unwrap_or_default(), 4000).to_owned(),
        date: head.date("date"),
        spam_verdict: spam_verdict(head),
        ..Mail::default()
    }
}

fn spam_verdict(head: &Head) -> Option<String> {
    let flag = head.raw("x-spam-flag").filter(|v| v.eq_ignore_ascii_case("yes"));
    let found = flag.and(head.raw("x-spam-status").or(flag)).or_else(|| head.raw("x-spam-status"));
    let found = found.or_else(|| head.raw("x-spam")).or_else(|| head.raw("x-spamd-result"));
    found.map(|v| clean::cut(&clean::line(v), 200).to_owned())
}

/// "Tr: ", "Fwd: ": the mail copied below is what is being told.
fn is_forward(subject: &str) -> bool {
    const MARKS: [&str; 9] = ["tr", "fwd", "fw", "wg", "rv", "i", "fs", "vs", "doorst"];
    let subject = subject.to_lowercase();
    let mark = subject.trim_start().split([':', ' ', '\u{a0}', '\u{202f}']).next().unwrap_or_default();
    MARKS.contains(&mark) && subject.contains(':')
}

/// What the leaves of a mail add up to.
struct Body {
    text: String,
    html: Option<String>,
    attachments: Vec<Attachment>,
}

fn body(leaves: Vec<Part>, limits: &Limits, depth: usize, notes: &mut Vec<Note>) -> Body {
    let mut texts: Vec<String> = Vec::new();
    let mut pages: Vec<String> = Vec::new();
    let mut files: Vec<Attachment> = Vec::new();
    let leaves = placed(leaves);
    let has_html = leaves.iter().any(|p| p.is_body() && p.is_html() && p.is_html_body);
    let mut from_pages: Vec<String> = Vec::new();
    let mut embedded = Vec::new();
    for part in leaves {
        if !part.is_body() {
            files.push(part.into_attachment(files.len() + 1));
            continue;
        }
        let text = part.text(notes);
        if !part.is_html() {
            if has_html && part.is_html_body {
                pages.push(as_html(&text));
            }
            if part.is_text_body || !has_html {
                texts.push(text);
            }
            continue;
        }
        let mut safe = page(&text, limits, notes);
        if safe.remote_images > 0 {
            notes.push(Note::RemoteImages { count: safe.remote_images });
        }
        embedded.append(&mut safe.embedded);
        from_pages.push(html::to_text(&safe.html));
        if part.is_text_body {
            texts.push(from_pages.last().cloned().unwrap_or_default());
        }
        pages.push(safe.html);
    }
    for picture in embedded {
        files.push(picture_file(picture, files.len() + 1));
    }
    let mut text = joined(&texts);
    if text.trim().is_empty() {
        text = joined(&from_pages);
    }
    if text.trim().is_empty() {
        text = text_of_files(&files, limits, depth);
    }
    if text.len() > limits.text {
        notes.push(Note::TextCut { kept: limits.text, of: text.len() });
        text = clean::cut(&text, limits.text).to_owned();
    }
    let html = joined(&pages);
    let html = (has_html && !html.trim().is_empty()).then_some(html);
    Body { text, html, attachments: parts::bounded(files, limits, notes) }
}

/// A text with a file name is a file, unless the mail starts with it. A broken structure places no
/// text at all: then every nameless text is the mail's.
fn placed(mut leaves: Vec<Part>) -> Vec<Part> {
    for part in leaves.iter_mut().skip(1).filter(|p| p.is_body() && p.head.file_name().is_some()) {
        part.is_text_body = false;
        part.is_html_body = false;
    }
    if !leaves.iter().any(Part::is_body) {
        for part in leaves.iter_mut().filter(|p| p.is_nameless_text()) {
            part.is_text_body = true;
            part.is_html_body = part.is_html();
        }
    }
    leaves
}

fn joined(texts: &[String]) -> String {
    let some: Vec<&str> =
        texts.iter().map(|t| t.trim_matches('\n')).filter(|t| !t.trim().is_empty()).collect();
    some.join("\n\n")
}

/// A page beyond the limit is not shown as HTML; its start still gives the text.
fn page(source: &str, limits: &Limits, notes: &mut Vec<Note>) -> html::Safe {
    if source.len() > limits.html {
        notes.push(Note::HtmlTooLong { size: source.len() });
    }
    html::sanitise(clean::cut(source, limits.html))
}

fn as_html(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<div>{}</div>", escaped.trim_matches('\n').replace('\n', "<br>"))
}

fn picture_file(picture: html::Embedded, number: usize) -> Attachment {
    let name = names::safe_name("", number, &picture.mime);
    Attachment {
        name,
        mime: picture.mime,
        content_id: Some(picture.content_id),
        inline: true,
        bytes: picture.bytes,
    }
}

/// When the mail itself says nothing: the text of a mail inside, of a calendar, of a text file.
fn text_of_files(files: &[Attachment], limits: &Limits, depth: usize) -> String {
    let nested = files.iter().find(|f| f.mime == "message/rfc822" || f.mime == "message/global");
    if let Some(file) = nested.filter(|_| depth < DEEPEST) {
        let inner = read_at(&file.bytes, limits, depth + 1);
        let title = if inner.subject.is_empty() { String::new() } else { format!("{}\n\n", inner.subject) };
        return format!("{title}{}", inner.text);
    }
    let shown: Vec<String> = files
        .iter()
        .filter(|f| f.mime.starts_with("text/") || f.mime == "message/delivery-status")
        .map(|f| {
            let text = clean::lines(&crate::charset::decode(&f.bytes, None).text);
            if f.mime == "text/html" {
                html::to_text(&page(&text, limits, &mut Vec::new()).html)
            } else {
                text
            }
        })
        .collect();
    joined(&shown)
}

fn read_bounce(head: &Head, body: &Body) -> Option<Bounce> {
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
    };
    let bounce = bounce::read(&report);
    (bounce != Bounce::default()).then_some(bounce)
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
