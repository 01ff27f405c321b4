//! A file and its lines.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entities::import_file;
use moneyin::text::Encoding;
use rules::dates::paris_day;
use rules::likeness::likeness;
use serde::Serialize;

use super::{source_name, state};
use crate::donors::record::reason_word;
use crate::imports::queries::{KnownDonor, Line, Sum};
use crate::imports::reading::{self, Source, Verdict};
use crate::platform::Say;
use crate::web::Frame;

/// A file and its lines.
#[derive(Debug, Serialize)]
pub struct FileView {
    id: i64,
    undo: String,
    crumbs: Vec<Crumb>,
    name: String,
    source: String,
    by: String,
    at: DateTime<Utc>,
    taken_at: Option<DateTime<Utc>>,
    undone_at: Option<DateTime<Utc>>,
    state: String,
    badge: &'static str,
    icon: &'static str,
    reading: bool,
    taking: bool,
    previewed: bool,
    taken: bool,
    gone: bool,
    lines_done: i64,
    writes: bool,
    notes: Vec<String>,
    to_write: i64,
    cents_to_write: i64,
    moved_to_write: i64,
    bank: bool,
    to_see: i64,
    proposed: i64,
    take_label: String,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    deciding: bool,
    cents_shown: i64,
    explain: String,
    next: Option<String>,
    first: Option<String>,
    /// Refused lines may be corrected here.
    correctable: bool,
    corrects: Option<i64>,
    corrected_in: Vec<i64>,
}

/// A step of the way to a page.
#[derive(Debug, Serialize)]
pub struct Crumb {
    href: Option<&'static str>,
    label: String,
}

/// A verdict's tab.
#[derive(Debug, Serialize)]
pub struct Tab {
    href: String,
    label: String,
    count: i64,
    current: bool,
}

/// A line.
#[derive(Debug, Serialize)]
pub struct Row {
    id: i64,
    line: i64,
    key: String,
    day: Option<NaiveDate>,
    name: String,
    mail: Option<String>,
    place: String,
    cents: Option<i64>,
    why: Option<String>,
    text: String,
    gift_id: Option<i64>,
    donor_id: Option<i64>,
    donor: Option<String>,
    choices: Vec<DonorChoice>,
    made: bool,
}

/// Somebody who may have given.
#[derive(Debug, Serialize)]
pub struct DonorChoice {
    alike: Option<String>,
    id: i64,
    name: String,
    place: String,
    mails: String,
    checked: bool,
}

/// What a page of a file is made of.
pub struct Parts<'a> {
    /// The file.
    pub file: &'a import_file::Model,
    /// Lines and money by verdict.
    pub sums: &'a HashMap<Verdict, Sum>,
    /// Lines that wait for somebody to say who gave.
    pub proposed: i64,
    /// The tab.
    pub show: Show,
    /// Its lines.
    pub lines: &'a [Line],
    /// Donors named by them, with those who may have given.
    pub donors: &'a HashMap<i64, KnownDonor>,
    /// Donors of a mail address that several have.
    pub owners: &'a HashMap<String, Vec<i64>>,
    /// Work under way.
    pub working: bool,
    /// Whether the person may write.
    pub writes: bool,
    /// Address of the lines that follow.
    pub next: Option<String>,
    /// Whether these are not the first ones.
    pub further: bool,
    /// Files with corrected lines of this one.
    pub corrected_in: &'a [i64],
}

/// Which lines are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// Those of a verdict.
    Verdict(Verdict),
    /// Those for which somebody is proposed.
    Proposed,
}

impl Show {
    /// Reads the tab of an address.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "proposed" { Some(Self::Proposed) } else { Verdict::parse(text).map(Self::Verdict) }
    }

    /// As it stands in an address.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Verdict(verdict) => verdict.code(),
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Proposed => "imports-tab-proposed",
            Self::Verdict(Verdict::New) => "imports-tab-new",
            Self::Verdict(Verdict::Changed) => "imports-tab-changed",
            Self::Verdict(Verdict::Conflict) => "imports-tab-conflict",
            Self::Verdict(Verdict::Refused) => "imports-tab-refused",
            Self::Verdict(Verdict::Known) => "imports-tab-known",
            Self::Verdict(Verdict::Ignored) => "imports-tab-ignored",
        }
    }

    fn explain(self) -> &'static str {
        match self {
            Self::Proposed => "imports-explain-proposed",
            Self::Verdict(Verdict::New) => "imports-explain-new",
            Self::Verdict(Verdict::Changed) => "imports-explain-changed",
            Self::Verdict(Verdict::Conflict) => "imports-explain-conflict",
            Self::Verdict(Verdict::Refused) => "imports-explain-refused",
            Self::Verdict(Verdict::Known) => "imports-explain-known",
            Self::Verdict(Verdict::Ignored) => "imports-explain-ignored",
        }
    }
}

impl FileView {
    /// The page of a file.
    pub fn new(frame: &Frame, parts: &Parts<'_>) -> Self {
        let file = parts.file;
        let sum = |verdict| parts.sums.get(&verdict).copied().unwrap_or_default();
        let (new, changed) = (sum(Verdict::New), sum(Verdict::Changed));
        let (word, badge, icon) = state(frame, &file.state);
        // A gift that is known, or dues, may still bring a movement of the account.
        let beside: i64 = parts
            .sums
            .iter()
            .filter(|(verdict, _)| !matches!(verdict, Verdict::New | Verdict::Changed))
            .map(|(_, sum)| sum.puts)
            .sum();
        let to_write = new.rows + changed.rows + beside;
        let shown = match parts.show {
            Show::Verdict(verdict) => sum(verdict).cents.0 + sum(verdict).moved.0,
            Show::Proposed => 0,
        };
        let open = matches!(file.state.as_str(), "previewed");
        Self {
            id: file.id,
            undo: format!("/imports/{}/undo", file.id),
            crumbs: vec![
                Crumb { href: Some("/imports"), label: frame.word("imports-title") },
                Crumb { href: None, label: file.file_name.clone() },
            ],
            name: file.file_name.clone(),
            source: source_name(frame, &file.source),
            by: file.created_by.clone(),
            at: file.created_at,
            taken_at: file.taken_at,
            undone_at: file.undone_at,
            state: word,
            badge,
            icon,
            reading: file.state == "reading",
            taking: open && parts.working,
            previewed: open && !parts.working,
            taken: file.state == "taken",
            gone: file.state == "abandoned",
            lines_done: parts.sums.values().map(|sum| sum.rows).sum(),
            writes: parts.writes,
            notes: notes(frame, file),
            to_write,
            cents_to_write: new.cents.0 + changed.cents.0,
            moved_to_write: new.moved.0 + changed.moved.0,
            bank: Source::parse(&file.source).is_some_and(Source::is_bank),
            to_see: sum(Verdict::Conflict).rows + sum(Verdict::Refused).rows,
            proposed: if open { parts.proposed } else { 0 },
            take_label: frame.say(&Say::new("imports-take").count("n", to_write)),
            tabs: tabs(frame, parts),
            rows: parts.lines.iter().map(|line| row(frame, parts, line)).collect(),
            deciding: open
                && (parts.show == Show::Proposed || parts.show == Show::Verdict(Verdict::Conflict)),
            cents_shown: shown,
            explain: frame.word(parts.show.explain()),
            next: parts.next.clone(),
            correctable: parts.writes
                && parts.show == Show::Verdict(Verdict::Refused)
                && Source::parse(&file.source).is_some_and(|source| source.may_correct(&file.state)),
            corrects: file.corrects_id,
            corrected_in: parts.corrected_in.to_vec(),
            first: parts.further.then(|| format!("/imports/{}?show={}", file.id, parts.show.code())),
        }
    }
}

fn tabs(frame: &Frame, parts: &Parts<'_>) -> Vec<Tab> {
    let all = Verdict::ALL.map(Show::Verdict);
    let count = |show| match show {
        Show::Proposed => parts.proposed,
        Show::Verdict(verdict) => parts.sums.get(&verdict).map_or(0, |sum| sum.rows),
    };
    std::iter::once(Show::Proposed)
        .chain(all)
        .filter(|show| count(*show) > 0 || *show == parts.show)
        .map(|show| Tab {
            href: format!("/imports/{}?show={}", parts.file.id, show.code()),
            label: frame.word(show.label()),
            count: count(show),
            current: show == parts.show,
        })
        .collect()
}

/// What was seen of the file that the person should know.
fn notes(frame: &Frame, file: &import_file::Model) -> Vec<String> {
    let Ok(reading::Notes { seen, gap, .. }) = serde_json::from_str(&file.notes) else { return Vec::new() };
    let mut notes = vec![frame.word(seen.kind.key())];
    if let Some(gap) = gap {
        notes.push(frame.say(&Say::new("imports-note-gap").with("gap", gap.in_lang(frame.lang))));
    }
    if seen.encoding != Encoding::Utf8 {
        notes.push(frame.say(&Say::new("imports-note-encoding").with("encoding", seen.encoding.name())));
    }
    if !seen.unknown.is_empty() {
        let names = seen.unknown.iter().take(20).cloned().collect::<Vec<_>>().join(" · ");
        let say = Say::new("imports-note-unknown").count("count", seen.unknown.len()).with("names", names);
        notes.push(frame.say(&say));
    }
    notes
}

fn row(frame: &Frame, parts: &Parts<'_>, line: &Line) -> Row {
    let gift = line.facts.gift.as_ref();
    let movement = line.facts.movement.as_ref();
    let giver = gift.map(|gift| &gift.giver);
    let place = giver.map(|g| format!("{} {}", g.address.postal_code, g.address.city).trim().to_owned());
    let owners = giver.and_then(|g| g.mail.as_ref()).and_then(|mail| parts.owners.get(mail));
    let mut ids: Vec<i64> = line.proposed_id.into_iter().collect();
    if line.verdict == Verdict::Conflict || line.chosen {
        ids.extend(owners.into_iter().flatten().copied().filter(|id| Some(*id) != line.proposed_id));
    }
    let open = parts.writes && parts.file.state == "previewed" && line.proposed_id.is_some();
    let choice = |id: &i64| {
        let known = parts.donors.get(id)?;
        let told = giver.map(reading::donor_of);
        let alike = told.map(|told| likeness(&told.compared(), &known.facts.compared())).unwrap_or_default();
        let reasons = alike.reasons.iter().map(|reason| frame.word(reason_word(*reason)));
        let say = Say::new("imports-likeness")
            .with("score", alike.score.to_string())
            .with("why", reasons.collect::<Vec<_>>().join(", "));
        Some(DonorChoice {
            alike: Some(frame.say(&say)).filter(|_| !alike.reasons.is_empty()),
            id: *id,
            name: known.name.clone(),
            place: known.place.clone(),
            mails: known.mails.clone(),
            checked: line.chosen && line.donor_id == Some(*id),
        })
    };
    Row {
        id: line.id,
        line: line.line,
        key: line.key.clone(),
        day: gift.and_then(|gift| gift.paid_at).map(paris_day).or(movement.map(|m| m.booked_on)),
        name: match (giver, movement) {
            (Some(giver), _) => giver.name(),
            (None, Some(movement)) if !movement.label.is_empty() => movement.label.clone(),
            (None, movement) => movement.map(|m| m.party.clone()).unwrap_or_default(),
        },
        mail: giver.and_then(|g| g.mail.clone()),
        place: place.unwrap_or_default(),
        cents: gift.map(|gift| gift.gross.0).or(movement.map(|movement| movement.net.0)),
        why: line.why.as_ref().map(|why| frame.say(&reading::say(why.sentence()))),
        text: line.facts.text.clone(),
        gift_id: line.gift_id,
        donor_id: line.donor_id,
        donor: line.donor_id.and_then(|id| parts.donors.get(&id)).map(|known| known.name.clone()),
        choices: if open { ids.iter().filter_map(choice).collect() } else { Vec::new() },
        made: line.chosen && line.donor_id.is_none(),
    }
}
