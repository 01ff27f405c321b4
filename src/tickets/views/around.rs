//! What the ticket page says around the conversation.

use entities::{message, ticket, unreachable};
use rules::dates;
use serde_json::{Value, json};

use super::named;
use crate::platform::Say;
use crate::tickets::queries::around::{Around, Origin};
use crate::tickets::queries::conversation::Conversation;
use crate::tickets::words;
use crate::web::Frame;

/// People in copy, each with whether the reply goes to them too.
pub fn copies(frame: &Frame, around: &Around, chosen: &[i64]) -> Vec<Value> {
    let line = |person: &entities::requester::Model| {
        json!({
            "id": person.id,
            "label": format!("{} ({})", named(frame, person), person.email),
            "checked": chosen.contains(&person.id),
        })
    };
    around.copied.iter().map(line).collect()
}

/// Tickets that have to do with this one.
pub fn linked(tickets: &[ticket::Model]) -> Vec<Value> {
    tickets
        .iter()
        .map(|t| json!({ "id": t.id, "subject": t.subject, "at": t.last_at, "open": t.state == "open" }))
        .collect()
}

/// A sentence for each address whose mail comes back.
pub fn unreachable(frame: &Frame, rows: &[unreachable::Model]) -> Vec<String> {
    let say = |row: &unreachable::Model| {
        let key = if row.kind == "hard" { "tickets-unreachable-hard" } else { "tickets-unreachable-soft" };
        let at = dates::exact(row.last_at, frame.lang);
        let why = words::shortened(row.why.lines().next().unwrap_or_default(), 200);
        frame.say(&Say::new(key).with("address", row.address.clone()).with("at", at).with("why", why))
    };
    rows.iter().map(say).collect()
}

/// What is to be known of a mail's sender, when it is not simply right.
pub fn doubt(frame: &Frame, origin: Option<&Origin>) -> Option<String> {
    let auth = origin?.auth.as_ref()?;
    auth.is_forged().then(|| frame.word("tickets-origin-forged"))
}

/// Why the ticket stands among what is probably spam.
pub fn suspicion(frame: &Frame, found: &Conversation) -> Option<Value> {
    let suspected = found.ticket.suspected && found.ticket.promise == "owed";
    if !suspected {
        return None;
    }
    let why = found.around.origins.values().find_map(|o| o.spam_why.clone());
    let why = why.map(|why| frame.say(&Say::new("tickets-suspected-why").with("why", why)));
    Some(json!({ "why": why.unwrap_or_default() }))
}

/// The events of a message's calendar, in words.
pub fn calendar(frame: &Frame, message: &message::Model) -> Vec<Vec<String>> {
    let words = match frame.lang {
        rules::lang::Lang::Fr => mailin::calendar::Words::FRENCH,
        rules::lang::Lang::En => mailin::calendar::Words::ENGLISH,
    };
    let kept = message.calendar.as_deref().unwrap_or("[]");
    let events: Vec<mailin::calendar::Event> = serde_json::from_str(kept).unwrap_or_default();
    events.iter().take(10).map(|event| crate::tickets::words::paragraphs(&event.text(&words))).collect()
}

/// Messages that can have a ticket of their own: those of people, when there is more than one.
pub fn separable(frame: &Frame, found: &Conversation) -> Vec<Value> {
    let written: Vec<&message::Model> = found.messages.iter().filter(|m| m.kind == "inbound").collect();
    if written.len() < 2 {
        return Vec::new();
    }
    let own = written.into_iter().filter(|m| m.ticket_id == found.ticket.id).rev().take(50);
    let label = |m: &message::Model| {
        let at = dates::exact(m.at, frame.lang);
        let who = m.requester_id.and_then(|id| found.people.get(&id)).map(|p| named(frame, p));
        let said = words::shortened(&words::first_line(&m.text), 60);
        json!({ "value": m.id.to_string(), "label": format!("{at} · {} · {said}", who.unwrap_or_default()) })
    };
    own.map(label).collect()
}
