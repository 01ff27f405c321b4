//! What people type on the desk's pages and on the contact form.

use rocket::FromForm;
use rocket::form::Form;
use rocket::fs::TempFile;
use rules::promise::WaiveReason;
use serde::Serialize;
use tokio::io::AsyncReadExt;

use super::actions::intake::Enclosed;
use crate::platform::{Failure, Say};
use crate::web::Frame;

/// Files on one message, and bytes of each.
const FILES: usize = 5;
const FILE_BYTES: u64 = 10 << 20;
/// Longest message, in characters.
const LONGEST: usize = 50_000;

/// A reply.
#[derive(FromForm)]
pub struct ReplyForm<'r> {
    /// Words.
    pub text: &'r str,
    /// What the composer held at first.
    pub template: Option<&'r str>,
    /// `close` to close once sent.
    pub then: Option<&'r str>,
    /// People in copy who get it too.
    pub copies: Vec<i64>,
}

/// A note.
#[derive(FromForm)]
pub struct NoteForm<'r> {
    /// Words.
    pub text: &'r str,
}

/// Who has the ticket.
#[derive(FromForm)]
pub struct AssignForm<'r> {
    /// Member, or empty for nobody.
    pub member: &'r str,
    /// Who had it on the page.
    pub seen: &'r str,
}

/// Why no reply is due.
#[derive(FromForm)]
pub struct WaiveForm<'r> {
    reason: &'r str,
    /// How it was answered otherwise.
    pub note: Option<&'r str>,
}

impl WaiveForm<'_> {
    /// The reason, if it is one of the list.
    pub fn reason(&self) -> Option<WaiveReason> {
        WaiveReason::parse(self.reason)
    }
}

/// Into which ticket.
#[derive(FromForm)]
pub struct MergeForm<'r> {
    into: &'r str,
}

impl MergeForm<'_> {
    /// The number, with or without its sign.
    pub fn target(&self) -> Option<i64> {
        self.into.trim().trim_start_matches(['#', '[']).trim_end_matches(']').parse().ok()
    }
}

/// Which message gets a ticket of its own.
#[derive(FromForm)]
pub struct SplitForm<'r> {
    /// Message.
    pub message: &'r str,
}

/// What a person says of what filters suspect.
#[derive(FromForm)]
pub struct SuspectedForm<'r> {
    /// `spam` or `not-spam`.
    pub verdict: &'r str,
    /// Tickets.
    pub ids: Vec<i64>,
}

/// What the ticket is about.
#[derive(FromForm)]
pub struct ServiceForm<'r> {
    /// Service, or empty.
    pub service: &'r str,
}

/// A number, or nothing.
pub fn number(text: &str) -> Option<i64> {
    text.trim().parse().ok()
}

/// What a person writes on the contact form.
#[derive(FromForm)]
pub struct ContactForm<'r> {
    name: &'r str,
    email: &'r str,
    service: Option<&'r str>,
    subject: &'r str,
    message: &'r str,
    /// Trap: people do not see it, robots fill it in.
    website: Option<&'r str>,
    files: Vec<TempFile<'r>>,
}

/// What a person writes on their own page.
#[derive(FromForm)]
pub struct OwnForm<'r> {
    message: &'r str,
    files: Vec<TempFile<'r>>,
}

/// A message that can be stored.
#[derive(Debug, Clone)]
pub struct Written {
    /// Name, or empty.
    pub name: String,
    /// Address in its one form.
    pub email: String,
    /// Service.
    pub service_id: Option<i64>,
    /// Subject, or empty.
    pub subject: String,
    /// Words.
    pub text: String,
    /// Files.
    pub files: Vec<Enclosed>,
    /// A robot fell into the trap.
    pub trapped: bool,
}

/// What was typed, with what is to be corrected.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Typed {
    /// As typed.
    pub name: String,
    /// As typed.
    pub email: String,
    /// As chosen.
    pub service: String,
    /// As typed.
    pub subject: String,
    /// As typed.
    pub message: String,
    /// Each refusal at its field.
    pub errors: Vec<Wrong>,
    /// The same, by field.
    pub wrong: std::collections::BTreeMap<&'static str, String>,
}

/// A field and what is wrong with it.
#[derive(Debug, Clone, Serialize)]
pub struct Wrong {
    /// Field.
    pub field: &'static str,
    /// Sentence.
    pub text: String,
}

impl Typed {
    fn refuse(&mut self, frame: &Frame, field: &'static str, say: &Say) {
        let text = frame.say(say);
        self.errors.push(Wrong { field, text: text.clone() });
        self.wrong.insert(field, text);
    }

    fn settle(mut self) -> Self {
        for field in ["name", "email", "service", "subject", "message", "files"] {
            self.wrong.entry(field).or_default();
        }
        self
    }

    /// Nothing typed yet.
    pub fn blank() -> Self {
        Self::default().settle()
    }
}

/// Reads the contact form; what cannot be sent comes back as it was typed.
pub async fn read_contact(
    frame: &Frame,
    mut form: Form<ContactForm<'_>>,
) -> Result<Result<Written, Box<Typed>>, Failure> {
    let mut typed = Typed {
        name: form.name.to_owned(),
        email: form.email.to_owned(),
        service: form.service.unwrap_or_default().to_owned(),
        subject: form.subject.to_owned(),
        message: form.message.to_owned(),
        ..Typed::default()
    };
    let email =
        rules::address::normalise_mail(form.email).ok().filter(|e| e.parse::<lettre::Address>().is_ok());
    if email.is_none() {
        typed.refuse(frame, "email", &Say::new("contact-refused-email"));
    }
    check_words(frame, &mut typed);
    let files = enclosed(frame, &mut form.files, &mut typed).await?;
    if !typed.errors.is_empty() {
        return Ok(Err(Box::new(typed.settle())));
    }
    Ok(Ok(Written {
        name: one_line(form.name, 200),
        email: email.unwrap_or_default(),
        service_id: form.service.and_then(number),
        subject: one_line(form.subject, 300),
        text: form.message.replace('\0', ""),
        files,
        trapped: form.website.is_some_and(|w| !w.trim().is_empty()),
    }))
}

/// Reads an answer on the person's own page.
pub async fn read_own(
    frame: &Frame,
    mut form: Form<OwnForm<'_>>,
) -> Result<Result<(String, Vec<Enclosed>), Box<Typed>>, Failure> {
    let mut typed = Typed { message: form.message.to_owned(), ..Typed::default() };
    check_words(frame, &mut typed);
    let files = enclosed(frame, &mut form.files, &mut typed).await?;
    if !typed.errors.is_empty() {
        return Ok(Err(Box::new(typed.settle())));
    }
    Ok(Ok((form.message.replace('\0', ""), files)))
}

fn check_words(frame: &Frame, typed: &mut Typed) {
    if typed.message.trim().is_empty() {
        typed.refuse(frame, "message", &Say::new("contact-refused-message"));
    } else if typed.message.chars().count() > LONGEST {
        typed.refuse(frame, "message", &Say::new("contact-refused-long").count("max", LONGEST));
    }
}

fn one_line(text: &str, max: usize) -> String {
    let joined: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    joined.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(max).collect()
}

async fn enclosed(
    frame: &Frame,
    files: &mut [TempFile<'_>],
    typed: &mut Typed,
) -> Result<Vec<Enclosed>, Failure> {
    let chosen: Vec<&mut TempFile<'_>> = files.iter_mut().filter(|f| f.len() > 0).collect();
    if chosen.len() > FILES {
        typed.refuse(frame, "files", &Say::new("contact-refused-files").count("max", FILES));
        return Ok(Vec::new());
    }
    if chosen.iter().any(|f| f.len() > FILE_BYTES) {
        typed.refuse(frame, "files", &Say::new("contact-refused-file-size").count("max", FILE_BYTES >> 20));
        return Ok(Vec::new());
    }
    let mut read = Vec::new();
    for (number, file) in (1..).zip(chosen) {
        let mut bytes = Vec::new();
        file.open().await?.read_to_end(&mut bytes).await?;
        let mime = file.content_type().map(ToString::to_string);
        let mime = mime.unwrap_or_else(|| "application/octet-stream".into());
        let given = file.raw_name().map(|n| n.dangerous_unsafe_unsanitized_raw().as_str().to_owned());
        let name = mailin::safe_name(given.as_deref().unwrap_or_default(), number, &mime);
        read.push(Enclosed { name, mime, bytes });
    }
    Ok(read)
}
