//! What the leaves of a mail add up to: its text, its HTML, its files, its invitations.

use crate::mime::{self, Part};
use crate::{
    Attachment, Event, Limits, Note, calendar, charset, clean, encoded, html, names, read, tnef, uuencode,
};

/// How many mails within mails are opened to find a text.
const DEEPEST: usize = 3;

/// The content of a mail.
#[derive(Default)]
pub struct Body {
    pub text: String,
    pub html: Option<String>,
    pub attachments: Vec<Attachment>,
    pub events: Vec<Event>,
}

/// Gathers the content; `depth` counts the mails around this one.
pub fn gather(leaves: Vec<Part>, limits: &Limits, depth: usize, notes: &mut Vec<Note>) -> Body {
    let leaves = placed(leaves);
    let has_html = leaves.iter().any(|p| p.is_body() && p.is_html() && p.is_html_body);
    let mut gathered = Gathered { limits, has_html, ..Gathered::new(limits) };
    for part in leaves {
        match part.is_body() {
            true => gathered.body(&part, notes),
            false => gathered.file(part),
        }
    }
    gathered.finish(depth, notes)
}

struct Gathered<'l> {
    limits: &'l Limits,
    has_html: bool,
    texts: Vec<String>,
    pages: Vec<String>,
    from_pages: Vec<String>,
    files: Vec<Attachment>,
    embedded: Vec<html::Embedded>,
    events: Vec<Event>,
    /// Text and page of a winmail.dat, for a mail that has none of its own.
    wrapped: Option<tnef::Unpacked>,
}

impl<'l> Gathered<'l> {
    fn new(limits: &'l Limits) -> Self {
        Self {
            limits,
            has_html: false,
            texts: Vec::new(),
            pages: Vec::new(),
            from_pages: Vec::new(),
            files: Vec::new(),
            embedded: Vec::new(),
            events: Vec::new(),
            wrapped: None,
        }
    }

    fn file(&mut self, part: Part) {
        if part.mime == "text/calendar" || part.mime == "application/ics" {
            let ics =
                charset::decode(&part.bytes, part.head.mime_attribute("charset").or(Some("utf-8"))).text;
            let events = calendar::read(&ics);
            let known = |e: &Event| self.events.iter().any(|k| k.uid == e.uid && k.start == e.start);
            // Gmail and Outlook send the same calendar twice, once as a part without a name.
            let twice = !events.is_empty() && events.iter().all(known);
            if twice && part.head.file_name().is_none() {
                return;
            }
            if twice {
                self.files.retain(|f| f.mime != "text/calendar" || f.name != "invitation.ics");
            }
            let new: Vec<Event> = events.into_iter().filter(|e| !known(e)).collect();
            self.events.extend(new);
        }
        let is_tnef = part.mime.ends_with("ms-tnef") || part.bytes.starts_with(&[0x78, 0x9f, 0x3e, 0x22]);
        match is_tnef.then(|| tnef::unpack(&part.bytes, self.limits)).flatten() {
            Some(mut unpacked) => {
                self.files.append(&mut unpacked.files);
                if !unpacked.whole {
                    self.files.push(part.into_attachment(self.files.len() + 1));
                }
                self.wrapped.get_or_insert(unpacked);
            }
            None => self.files.push(part.into_attachment(self.files.len() + 1)),
        }
    }

    fn body(&mut self, part: &Part, notes: &mut Vec<Note>) {
        let text = part.text(notes);
        if part.is_html() {
            self.page(&text, part.is_text_body, notes);
            return;
        }
        let unpacked = uuencode::unpack(&text);
        for (name, bytes) in unpacked.files {
            let mime = names::mime_of(&name);
            let name = names::safe_name(&name, self.files.len() + 1, mime);
            self.files.push(Attachment { name, mime: mime.into(), content_id: None, inline: false, bytes });
        }
        if self.has_html && part.is_html_body {
            self.pages.push(as_html(&unpacked.text));
        }
        if part.is_text_body || !self.has_html {
            self.texts.push(unpacked.text);
        }
    }

    fn page(&mut self, source: &str, is_text: bool, notes: &mut Vec<Note>) {
        let mut safe = sanitised(source, self.limits, notes);
        if safe.remote_images > 0 {
            notes.push(Note::RemoteImages { count: safe.remote_images });
        }
        self.embedded.append(&mut safe.embedded);
        let text = html::to_text(&safe.html);
        if is_text {
            self.texts.push(text.clone());
        }
        self.from_pages.push(text);
        self.pages.push(safe.html);
    }

    /// A winmail.dat speaks for a mail without words; its formatted body stays a file when it says more.
    fn unwrap(&mut self, notes: &mut Vec<Note>) {
        let Some(wrapped) = self.wrapped.take() else { return };
        let said = |texts: &[String]| texts.iter().any(|t| !t.trim().is_empty());
        let silent = !said(&self.texts) && !said(&self.from_pages);
        if silent && let Some(page) = &wrapped.html {
            self.has_html = true;
            self.page(page, true, notes);
        } else if silent && let Some(text) = &wrapped.text {
            self.texts.push(text.clone());
        }
        if let Some(bytes) = wrapped.rtf {
            let have: Vec<&str> = self.texts.iter().flat_map(|t| t.split_whitespace()).collect();
            let says_more =
                wrapped.text.iter().flat_map(|t| t.split_whitespace()).any(|w| !have.contains(&w));
            if says_more || silent {
                let name = names::safe_name("message.rtf", 1, "application/rtf");
                let mime = "application/rtf".to_owned();
                self.files.push(Attachment { name, mime, content_id: None, inline: false, bytes });
            }
        }
    }

    fn finish(mut self, depth: usize, notes: &mut Vec<Note>) -> Body {
        self.unwrap(notes);
        for picture in std::mem::take(&mut self.embedded) {
            self.files.push(picture_file(picture, self.files.len() + 1));
        }
        let mut text = joined(&self.texts);
        if text.trim().is_empty() {
            text = joined(&self.from_pages);
        }
        if text.trim().is_empty() && !self.events.is_empty() {
            let words = calendar::Words::FRENCH;
            text = joined(&self.events.iter().map(|e| e.text(&words)).collect::<Vec<_>>());
        }
        if text.trim().is_empty() {
            text = text_of_files(&self.files, self.limits, depth);
        }
        if text.len() > self.limits.text {
            notes.push(Note::TextCut { kept: self.limits.text, of: text.len() });
            text = clean::cut(&text, self.limits.text).to_owned();
        }
        let html = joined(&self.pages);
        let html = (self.has_html && !html.trim().is_empty()).then_some(html);
        let attachments = mime::bounded(self.files, self.limits, notes);
        Body { text, html, attachments, events: self.events }
    }
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
fn sanitised(source: &str, limits: &Limits, notes: &mut Vec<Note>) -> html::Safe {
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
    let content_id = Some(picture.content_id);
    Attachment { name, mime: picture.mime, content_id, inline: true, bytes: picture.bytes }
}

/// When the mail itself says nothing: the text of a mail inside, of a text file, of a report.
fn text_of_files(files: &[Attachment], limits: &Limits, depth: usize) -> String {
    let nested = files.iter().find(|f| f.mime == "message/rfc822" || f.mime == "message/global");
    if let Some(file) = nested.filter(|_| depth < DEEPEST) {
        let inner = read::read_at(&file.bytes, limits, depth + 1);
        let title = if inner.subject.is_empty() { String::new() } else { format!("{}\n\n", inner.subject) };
        return format!("{title}{}", inner.text);
    }
    let shown: Vec<String> = files
        .iter()
        .filter(|f| f.mime.starts_with("text/") || f.mime == "message/delivery-status")
        .map(|f| {
            let text = clean::lines(&charset::decode(&f.bytes, None).text);
            match f.mime.as_str() {
                "text/html" => html::to_text(&sanitised(&text, limits, &mut Vec::new()).html),
                "text/rfc822-headers" => encoded::decoded(&text).into_owned(),
                _ => text,
            }
        })
        .collect();
    joined(&shown)
}
