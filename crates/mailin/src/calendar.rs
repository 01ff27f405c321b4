//! Invitations and their answers (RFC 5545, RFC 5546) as words: what, when, where, who, and what is
//! asked. The calendar file itself stays a file of the mail.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::{Mailbox, clean};

/// Events read from one file.
const MOST: usize = 20;

/// A point in time as the calendar says it; nothing is converted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// The wall clock; midnight for a whole day.
    pub at: NaiveDateTime,
    /// `UTC`, the zone's name as written (`Europe/Paris`, `Romance Standard Time`), or none: wherever
    /// the reader is.
    pub zone: Option<String>,
    /// A whole day, without a clock.
    pub all_day: bool,
}

/// An event of a calendar file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Event {
    /// `REQUEST`, `CANCEL`, `REPLY`, `PUBLISH`…: what the mail asks (RFC 5546 1.4).
    pub method: Option<String>,
    /// What it is.
    pub summary: String,
    /// Its details.
    pub description: String,
    /// When it begins.
    pub start: Option<Moment>,
    /// When it ends: for whole days the day after the last (RFC 5545 3.6.1).
    pub end: Option<Moment>,
    /// Where.
    pub place: Option<String>,
    /// Who invites.
    pub organiser: Option<Mailbox>,
    /// Who is invited, with the answer given: `ACCEPTED`, `DECLINED`, `TENTATIVE`, `NEEDS-ACTION`.
    pub attendees: Vec<(Mailbox, Option<String>)>,
    /// How it repeats, as written: `FREQ=WEEKLY;BYDAY=MO`.
    pub repeats: Option<String>,
    /// `CANCELLED`, `CONFIRMED`, `TENTATIVE`.
    pub status: Option<String>,
    /// The name it bears for life.
    pub uid: Option<String>,
}

/// The words around an event, for a language.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs)] // each is the word its name says
pub struct Words {
    pub invitation: &'static str,
    pub cancelled: &'static str,
    pub answer: &'static str,
    pub event: &'static str,
    pub when: &'static str,
    pub place: &'static str,
    pub organiser: &'static str,
    pub invited: &'static str,
    pub repeats: &'static str,
    pub accepted: &'static str,
    pub declined: &'static str,
    pub tentative: &'static str,
    /// How a colon is set.
    pub colon: &'static str,
    /// How a day is written, for chrono.
    pub day: &'static str,
}

impl Words {
    /// In French.
    pub const FRENCH: Words = Words {
        invitation: "Invitation",
        cancelled: "Annulation",
        answer: "Réponse à une invitation",
        event: "Événement",
        when: "Quand",
        place: "Où",
        organiser: "Organisé par",
        invited: "Personnes invitées",
        repeats: "Se répète",
        accepted: "accepté",
        declined: "refusé",
        tentative: "peut-être",
        colon: "\u{a0}: ",
        day: "%d/%m/%Y",
    };
    /// In English.
    pub const ENGLISH: Words = Words {
        invitation: "Invitation",
        cancelled: "Cancelled",
        answer: "Answer to an invitation",
        event: "Event",
        when: "When",
        place: "Where",
        organiser: "Organised by",
        invited: "Invited",
        repeats: "Repeats",
        accepted: "accepted",
        declined: "declined",
        tentative: "maybe",
        colon: ": ",
        day: "%Y-%m-%d",
    };
}

/// The events of a calendar file. Never fails: what is not one gives none.
#[must_use]
pub fn read(ics: &str) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    let mut method = None;
    let mut inside: Vec<String> = Vec::new();
    let mut event = Event::default();
    for line in unfolded(ics) {
        let Some(property) = Property::parse(&line) else { continue };
        let value = property.value;
        match property.name.as_str() {
            "BEGIN" => {
                let kind = value.to_ascii_uppercase();
                if kind == "VEVENT" {
                    event = Event::default();
                }
                inside.push(kind);
            }
            "END" => {
                let kind = inside.pop();
                if kind.as_deref() == Some("VEVENT") && events.len() < MOST {
                    events.push(std::mem::take(&mut event));
                }
            }
            "METHOD" => method = Some(clean::line(value).to_ascii_uppercase()).filter(|m| !m.is_empty()),
            _ if inside.last().map(String::as_str) == Some("VEVENT") => event.set(&property),
            _ => {}
        }
    }
    for event in &mut events {
        event.method.clone_from(&method);
    }
    events
}

/// Lines that begin with a blank belong to the one above (RFC 5545 3.1).
fn unfolded(ics: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in ics.lines() {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(more), Some(last)) => last.push_str(more),
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

/// `NAME;PARAM=value:value`.
struct Property<'l> {
    name: String,
    params: Vec<(String, String)>,
    value: &'l str,
}

impl<'l> Property<'l> {
    fn parse(line: &'l str) -> Option<Self> {
        let mut quoted = false;
        let colon = line.find(|c: char| {
            quoted ^= c == '"';
            c == ':' && !quoted
        })?;
        let (head, value) = (line.get(..colon)?, line.get(colon + 1..)?);
        let mut pieces = Vec::new();
        let mut from = 0;
        quoted = false;
        for (at, c) in head.char_indices() {
            quoted ^= c == '"';
            if c == ';' && !quoted {
                pieces.push(head.get(from..at)?);
                from = at + 1;
            }
        }
        pieces.push(head.get(from..)?);
        let mut pieces = pieces.into_iter();
        let name = pieces.next()?.trim().to_ascii_uppercase();
        let params = pieces.filter_map(|p| p.split_once('='));
        let params =
            params.map(|(n, v)| (n.trim().to_ascii_uppercase(), v.trim().trim_matches('"').to_owned()));
        Some(Self { name, params: params.collect(), value: value.trim() })
    }

    fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()).filter(|v| !v.is_empty())
    }

    fn text(&self) -> String {
        let mut out = String::with_capacity(self.value.len());
        let mut chars = self.value.chars();
        while let Some(c) = chars.next() {
            match (c, c == '\\') {
                (_, true) => match chars.next() {
                    Some('n' | 'N') => out.push('\n'),
                    Some(other) => out.push(other),
                    None => {}
                },
                (c, false) => out.push(c),
            }
        }
        clean::lines(&out)
    }

    fn mailbox(&self) -> Option<Mailbox> {
        let address = self.value.strip_prefix("mailto:").or_else(|| {
            let (scheme, rest) = self.value.split_once(':')?;
            scheme.eq_ignore_ascii_case("mailto").then_some(rest)
        });
        let address = clean::line(address.unwrap_or(self.value));
        let name = self.param("CN").map(clean::line).filter(|n| *n != address);
        (!address.is_empty() || name.is_some()).then_some(Mailbox { name, address })
    }

    fn moment(&self) -> Option<Moment> {
        let value = self.value.trim();
        let day = NaiveDate::parse_from_str(value.get(..8)?, "%Y%m%d").ok()?;
        let rest = value.get(8..)?;
        if rest.is_empty() {
            return Some(Moment { at: day.and_time(NaiveTime::MIN), zone: None, all_day: true });
        }
        let clock = NaiveTime::parse_from_str(rest.get(1..7)?, "%H%M%S").ok()?;
        let zone = if rest.ends_with('Z') { Some("UTC") } else { self.param("TZID") };
        Some(Moment { at: day.and_time(clock), zone: zone.map(clean::line), all_day: false })
    }
}

impl Event {
    fn set(&mut self, property: &Property<'_>) {
        let line = || Some(clean::line(&property.text())).filter(|t| !t.is_empty());
        match property.name.as_str() {
            "SUMMARY" => self.summary = line().unwrap_or_default(),
            "DESCRIPTION" => self.description = property.text().trim().to_owned(),
            "LOCATION" => self.place = line(),
            "DTSTART" => self.start = property.moment(),
            "DTEND" => self.end = property.moment(),
            "RRULE" => self.repeats = line(),
            "STATUS" => self.status = line(),
            "UID" => self.uid = line(),
            "ORGANIZER" => self.organiser = property.mailbox(),
            "ATTENDEE" if self.attendees.len() < 100 => {
                let answer = property.param("PARTSTAT").map(|a| clean::line(a).to_ascii_uppercase());
                self.attendees.extend(property.mailbox().map(|m| (m, answer)));
            }
            _ => {}
        }
    }

    /// A line each: what, when, where, who.
    #[must_use]
    pub fn text(&self, words: &Words) -> String {
        let called_off = self.status.as_deref() == Some("CANCELLED");
        let what = match self.method.as_deref() {
            Some("CANCEL") => words.cancelled,
            _ if called_off => words.cancelled,
            Some("REQUEST") => words.invitation,
            Some("REPLY" | "COUNTER") => words.answer,
            _ => words.event,
        };
        let mut lines = vec![format!("{what}{}{}", words.colon, self.summary)];
        let mut say = |label: &str, value: Option<String>| {
            if let Some(value) = value.filter(|v| !v.is_empty()) {
                lines.push(format!("{label}{}{value}", words.colon));
            }
        };
        say(words.when, self.when(words));
        say(words.repeats, self.repeats.clone());
        say(words.place, self.place.clone());
        say(words.organiser, self.organiser.as_ref().map(shown));
        let invited: Vec<String> = self
            .attendees
            .iter()
            .map(|(who, answer)| match answer.as_deref().and_then(|a| words.answer_of(a)) {
                Some(answer) => format!("{} ({answer})", shown(who)),
                None => shown(who),
            })
            .collect();
        say(words.invited, Some(invited.join(", ")));
        if !self.description.is_empty() {
            lines.push(String::new());
            lines.push(self.description.clone());
        }
        lines.join("\n")
    }

    fn when(&self, words: &Words) -> Option<String> {
        let start = self.start.as_ref()?;
        let day = |m: &Moment| m.at.format(words.day).to_string();
        if start.all_day {
            let last =
                self.end.as_ref().and_then(|e| e.at.date().pred_opt()).filter(|d| *d > start.at.date());
            return Some(match last {
                Some(last) => format!("{} – {}", day(start), last.format(words.day)),
                None => day(start),
            });
        }
        let clock = |m: &Moment| m.at.format("%H:%M").to_string();
        let zone = start.zone.as_ref().map_or(String::new(), |z| format!(" ({z})"));
        let end = match &self.end {
            Some(end) if end.at.date() == start.at.date() => format!("–{}", clock(end)),
            Some(end) => format!(" – {} {}", day(end), clock(end)),
            None => String::new(),
        };
        Some(format!("{} {}{end}{zone}", day(start), clock(start)))
    }
}

impl Words {
    fn answer_of(&self, answer: &str) -> Option<&'static str> {
        match answer {
            "ACCEPTED" => Some(self.accepted),
            "DECLINED" => Some(self.declined),
            "TENTATIVE" => Some(self.tentative),
            _ => None,
        }
    }
}

fn shown(who: &Mailbox) -> String {
    match &who.name {
        Some(name) if who.address.is_empty() => name.clone(),
        Some(name) => format!("{name} <{}>", who.address),
        None => who.address.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ICS: &str = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Atelier\\, salle\r\n  bleue\r\n\
        DTSTART;TZID=Europe/Paris:20250303T100000\r\nDTEND;TZID=Europe/Paris:20250303T113000\r\nLOCATION:Lyon\r\n\
        ORGANIZER;CN=\"Aide: asso\":mailto:aide@asso.example\r\nATTENDEE;PARTSTAT=ACCEPTED;CN=Jeanne:MAILTO:jeanne@exemple.fr\r\n\
        DESCRIPTION:Un\\nDeux\r\nBEGIN:VALARM\r\nDESCRIPTION:Rappel\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    #[test]
    fn an_invitation_says_what_when_where_and_who() {
        let events = read(ICS);
        assert_eq!(
            events[0].text(&Words::FRENCH),
            "Invitation\u{a0}: Atelier, salle bleue\nQuand\u{a0}: 03/03/2025 10:00–11:30 (Europe/Paris)\nOù\u{a0}: Lyon\n\
             Organisé par\u{a0}: Aide: asso <aide@asso.example>\n\
             Personnes invitées\u{a0}: Jeanne <jeanne@exemple.fr> (accepté)\n\nUn\nDeux"
        );
        assert!(
            events[0]
                .text(&Words::ENGLISH)
                .starts_with("Invitation: Atelier, salle bleue\nWhen: 2025-03-03 10:00")
        );
    }

    #[test]
    fn whole_days_end_on_their_last_day_and_nonsense_gives_nothing() {
        let ics =
            "BEGIN:VEVENT\nSUMMARY:Fermé\nDTSTART;VALUE=DATE:20250801\nDTEND;VALUE=DATE:20250804\nEND:VEVENT";
        assert_eq!(
            read(ics)[0].text(&Words::FRENCH),
            "Événement\u{a0}: Fermé\nQuand\u{a0}: 01/08/2025 – 03/08/2025"
        );
        assert!(
            read("BEGIN:VEVENT\nDTSTART:9\u{e9}9999999\nEND:X\nDTSTART:99999999")
                .iter()
                .all(|e| e.start.is_none())
        );
        assert!(read("").is_empty());
    }
}
