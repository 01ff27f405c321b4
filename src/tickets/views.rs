//! What the pages of the desk see.

pub mod around;
pub mod ledger;

use chrono::{DateTime, Utc};
use entities::{attachment, message, outbox};
use rules::lang::Lang;
use serde::Serialize;
use serde_json::json;

use super::actions::acknowledge::shown_name;
use super::queries::conversation::Conversation;
use super::words;
use crate::platform::Say;
use crate::platform::config::RemoteImages;
use crate::web::Frame;

/// A choice of a menu.
#[derive(Debug, Clone, Serialize)]
pub struct Choice {
    /// Value.
    pub value: String,
    /// Words.
    pub label: String,
    /// Chosen now.
    pub selected: bool,
}

/// A tab.
#[derive(Debug, Clone, Serialize)]
pub struct Tab {
    /// Address.
    pub href: String,
    /// Word.
    pub label: String,
    /// Number, if any.
    pub count: Option<String>,
    /// Where we are.
    pub current: bool,
}

/// A file of a message.
#[derive(Debug, Clone, Serialize)]
pub struct FileChip {
    /// Address.
    pub href: String,
    /// Name.
    pub name: String,
    /// Size, in words.
    pub size: String,
}

/// Pictures on other servers.
#[derive(Debug, Clone, Serialize)]
pub struct Remote {
    /// How many.
    pub count: usize,
    /// Where they are shown.
    pub href: String,
}

/// Which message is shown as HTML.
#[derive(Debug, Clone, Copy, Default)]
pub struct AsHtml {
    /// Its number.
    pub message: Option<i64>,
    /// With the pictures on other servers.
    pub remote: bool,
}

/// A message of the conversation.
#[derive(Debug, Clone, Serialize)]
pub struct Shown {
    /// Row.
    pub id: i64,
    /// `person`, `ours`, `note`, `machine`, `automatic`, `event`.
    pub class: &'static str,
    /// Who wrote.
    pub who: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Text as paragraphs.
    pub paragraphs: Vec<String>,
    /// Quotes and signature, folded.
    pub quoted: Vec<String>,
    /// Sanitised HTML, when it is asked for or ours.
    pub html: Option<String>,
    /// Address of the HTML view, when there is one and it is not shown.
    pub html_href: Option<String>,
    /// Address of the text view, when the HTML is shown.
    pub text_href: Option<String>,
    /// Pictures on other servers that are not shown, and the address of the view that shows them.
    pub remote: Option<Remote>,
    /// Files.
    pub files: Vec<FileChip>,
    /// Events of its calendar, in words.
    pub calendar: Vec<Vec<String>>,
    /// What is to be known of its sender.
    pub doubt: Option<String>,
    /// Its own subject, when it speaks of something else than the ticket.
    pub other_subject: Option<String>,
    /// What became of our mail, in words, when it is not simply sent.
    pub fate: Option<String>,
    /// It did not arrive.
    pub failed: bool,
    /// Until when it can be taken back.
    pub until: Option<DateTime<Utc>>,
    /// Where it is taken back.
    pub take_back: String,
}

/// `12 ko`.
pub fn size(bytes: i64, lang: Lang) -> String {
    let kilo = bytes.max(0) / 1000;
    let (unit, big) = lang.pick("ko|Mo", "kB|MB").split_once('|').unwrap_or(("", ""));
    match kilo {
        0 => format!("1\u{a0}{unit}"),
        1..1000 => format!("{kilo}\u{a0}{unit}"),
        _ => format!("{}\u{a0}{big}", kilo / 1000),
    }
}

/// Files of a message under the ticket's address `base`; pictures inside the HTML are not listed twice.
pub fn chips(base: &str, files: &[attachment::Model], lang: Lang) -> Vec<FileChip> {
    let listed = files.iter().filter(|f| !f.is_inline || f.content_id.is_none());
    listed
        .map(|f| FileChip {
            href: format!("{base}/files/{}", f.id),
            name: f.name.clone(),
            size: size(f.size, lang),
        })
        .collect()
}

/// The whole conversation with its history in between, oldest first.
pub fn messages(frame: &Frame, seen: &Conversation, html: AsHtml) -> Vec<Shown> {
    let mut all: Vec<Shown> = seen.messages.iter().map(|m| shown(frame, seen, m, html)).collect();
    all.extend(seen.events.iter().filter_map(|event| told(frame, event)));
    all.sort_by_key(|m| m.at);
    all
}

fn shown(frame: &Frame, seen: &Conversation, message: &message::Model, html: AsHtml) -> Shown {
    let base = format!("/tickets/{}", seen.ticket.id);
    let files = seen.files.get(&message.id).map(Vec::as_slice).unwrap_or_default();
    let mails = seen.mails.get(&message.id).map(Vec::as_slice).unwrap_or_default();
    let class = match message.kind.as_str() {
        "inbound" => "person",
        "reply" => "ours",
        "note" => "note",
        "machine" => "machine",
        _ => "automatic",
    };
    let asked = html.message == Some(message.id);
    let far = |path: String| format!("{base}/messages/{}/{path}", message.id);
    let body = match class {
        "ours" => Some(words::light_markdown(&message.text)),
        _ if asked => message.html.as_ref().map(|source| {
            let near = with_pictures(source, &base, files);
            if html.remote {
                mailin::html::place_remote(&near, |n| far(format!("pictures/{n}")))
            } else {
                near
            }
        }),
        _ => None,
    };
    let count = message.html.as_ref().filter(|_| asked && !html.remote && fetches(frame));
    let count = count.map_or(0, |html| mailin::html::remote_images(html).len());
    let href = format!("{base}?html={0}&pictures=true#m{0}", message.id);
    let offered = message.html.is_some() && class != "ours";
    Shown {
        id: message.id,
        class,
        who: who(frame, seen, message),
        at: message.at,
        paragraphs: if body.is_some() { Vec::new() } else { words::paragraphs(&message.text) },
        quoted: if asked { Vec::new() } else { words::paragraphs(&message.quoted) },
        html: body,
        html_href: (offered && !asked).then(|| format!("{base}?html={0}#m{0}", message.id)),
        text_href: (offered && asked).then(|| format!("{base}#m{}", message.id)),
        remote: (count > 0).then_some(Remote { count, href }),
        files: chips(&base, files, frame.lang),
        calendar: around::calendar(frame, message),
        doubt: around::doubt(frame, message.mail_in_id.and_then(|id| seen.around.origins.get(&id))),
        other_subject: message.other_subject.then(|| message.subject.clone()),
        fate: fate(frame, message, mails),
        failed: message.state == "failed",
        until: until(message, mails),
        take_back: format!("{base}/replies/{}/take-back", message.id),
    }
}

fn fetches(frame: &Frame) -> bool {
    frame.core.config.remote_images != RemoteImages::Never
}

fn with_pictures(html: &str, base: &str, files: &[attachment::Model]) -> String {
    mailin::html::place_images(html, |cid| {
        let file = files.iter().find(|f| f.content_id.as_deref() == Some(cid))?;
        Some(format!("{base}/files/{}", file.id))
    })
}

fn who(frame: &Frame, seen: &Conversation, message: &message::Model) -> String {
    let name = match message.member_id {
        Some(id) => seen.members.get(&id).cloned(),
        None => message.requester_id.and_then(|id| seen.people.get(&id)).map(|p| named(frame, p)),
    };
    name.filter(|n| !n.is_empty()).unwrap_or_else(|| frame.word("tickets-unknown-person"))
}

/// Name of a person, or words for one whose mail names nobody.
pub fn named(frame: &Frame, person: &entities::requester::Model) -> String {
    let name = shown_name(person);
    if name.is_empty() { frame.word("tickets-unknown-person") } else { name }
}

fn fate(frame: &Frame, message: &message::Model, mails: &[outbox::Model]) -> Option<String> {
    let error = mails.iter().find_map(|m| m.last_error.clone()).unwrap_or_default();
    let say = match message.state.as_str() {
        "taken_back" => Say::new("tickets-fate-taken-back"),
        "failed" if error.is_empty() => Say::new("tickets-fate-bounced"),
        "failed" => Say::new("tickets-fate-failed").with("why", words::shortened(&error, 200)),
        "sending" if mails.iter().any(|m| m.state == "ambiguous") => Say::new("tickets-fate-ambiguous"),
        "sending" if !error.is_empty() => {
            Say::new("tickets-fate-waits").with("why", words::shortened(&error, 200))
        }
        "sending" => Say::new("tickets-fate-sending"),
        _ => return None,
    };
    Some(frame.say(&say))
}

fn until(message: &message::Model, mails: &[outbox::Model]) -> Option<DateTime<Utc>> {
    let can = message.kind == "reply" && message.state == "sending" && !mails.is_empty();
    let untouched = mails.iter().all(|m| m.state == "waiting" && m.attempts == 0);
    if can && untouched { mails.iter().map(|m| m.not_before).min() } else { None }
}

fn told(frame: &Frame, event: &entities::audit::Model) -> Option<Shown> {
    let key = match event.verb.as_str() {
        "ticket.take" => "tickets-event-take",
        "ticket.assign" => "tickets-event-assign",
        "ticket.waive" => "tickets-event-waive",
        "ticket.close" => "tickets-event-close",
        "ticket.reopen" => "tickets-event-reopen",
        "ticket.merge" => "tickets-event-merge",
        "ticket.unmerge" => "tickets-event-unmerge",
        "ticket.split" => "tickets-event-split",
        "ticket.not_spam" => "tickets-event-not-spam",
        "ticket.bounced" => "tickets-event-bounced",
        "ticket.not_sent" => "tickets-event-not-sent",
        "ticket.take_back" => "tickets-event-take-back",
        _ => return None,
    };
    Some(Shown {
        id: 0,
        class: "event",
        who: frame.say(&Say::new(key).with("name", event.actor_name.clone())),
        at: event.at,
        paragraphs: Vec::new(),
        quoted: Vec::new(),
        html: None,
        html_href: None,
        text_href: None,
        remote: None,
        files: Vec::new(),
        calendar: Vec::new(),
        doubt: None,
        other_subject: None,
        fate: None,
        failed: false,
        until: None,
        take_back: String::new(),
    })
}

/// The promise in one sentence.
pub fn promise(frame: &Frame, seen: &Conversation) -> String {
    let name = named(frame, &seen.person);
    let since = seen.ticket.owed_since.map(|at| rules::dates::exact(at, frame.lang)).unwrap_or_default();
    let key = match seen.ticket.promise.as_str() {
        "owed" => "tickets-promise-owed",
        "answering" => "tickets-promise-answering",
        "answered" => "tickets-promise-answered",
        "waived" => "tickets-promise-waived",
        "moved" => "tickets-promise-moved",
        _ => "tickets-promise-none",
    };
    frame.say(&Say::new(key).with("name", name).with("since", since))
}

/// What the composer holds before anything is typed: a greeting, which alone is no reply (law P3).
pub fn starter(person: &entities::requester::Model) -> String {
    let name = shown_name(person);
    match Lang::parse(&person.language).unwrap_or_default() {
        Lang::Fr if name.is_empty() => "Bonjour,\n\n".into(),
        Lang::Fr => format!("Bonjour {name},\n\n"),
        Lang::En if name.is_empty() => "Hello,\n\n".into(),
        Lang::En => format!("Hello {name},\n\n"),
    }
}

/// Service, holder, waiver menus of a ticket.
pub fn menus(
    frame: &Frame,
    seen: &Conversation,
    services: &[super::queries::Named],
    me: i64,
) -> serde_json::Value {
    let mut of_services = vec![Choice {
        value: String::new(),
        label: frame.word("tickets-no-service"),
        selected: seen.ticket.service_id.is_none(),
    }];
    of_services.extend(services.iter().map(|s| Choice {
        value: s.id.to_string(),
        label: s.name.clone(),
        selected: seen.ticket.service_id == Some(s.id),
    }));
    let mut holders = vec![Choice {
        value: String::new(),
        label: frame.word("tickets-nobody"),
        selected: seen.ticket.assignee_id.is_none(),
    }];
    let mut members: Vec<(&i64, &String)> = seen.active.iter().collect();
    members.sort_by_key(|(id, name)| (**id != me, (*name).clone()));
    holders.extend(members.into_iter().map(|(id, name)| Choice {
        value: id.to_string(),
        label: name.clone(),
        selected: seen.ticket.assignee_id == Some(*id),
    }));
    let reasons: Vec<Choice> = rules::promise::WaiveReason::ALL
        .iter()
        .map(|r| Choice { value: r.code().into(), label: r.label(frame.lang).into(), selected: false })
        .collect();
    json!({ "services": of_services, "holders": holders, "reasons": reasons })
}
