//! What a change does to receipts, in words and sums.

use rules::money::Cents;
use serde::Serialize;

use crate::donations::effect::{Effect, YearEffect};
use crate::platform::Say;
use crate::platform::registrar::{Outlook, Paper};
use crate::web::Frame;

/// What a change does to receipts.
#[derive(Debug, Serialize)]
pub struct EffectView {
    anonymous: bool,
    said: Vec<String>,
    years: Vec<Year>,
}

#[derive(Debug, Serialize)]
struct Year {
    year: i32,
    standing: [i64; 2],
    coming: [i64; 2],
    left: [usize; 2],
}

impl EffectView {
    /// In the person's language.
    pub fn new(frame: &Frame, effect: &Effect) -> Self {
        let mut said = Vec::new();
        for year in &effect.years {
            cancelled(frame, effect, year, &mut said);
            for id in effect.written.iter().filter(|_| effect.cancelled.is_none()) {
                said.extend(written(frame, year, *id, effect.once_proven));
            }
            for (id, why) in newly_left(effect, year) {
                said.push(frame.say(&Say::new("effect-other").count("id", id).with("why", why)));
            }
        }
        let years = effect.years.iter().map(|year| Year {
            year: year.year,
            standing: both(year, |outlook| sum(&outlook.standing)),
            coming: both(year, |outlook| sum(&outlook.coming)),
            left: [year.before.left.len(), year.after.left.len()],
        });
        Self { anonymous: effect.donor_id.is_none(), said, years: years.collect() }
    }
}

fn both(year: &YearEffect, of: impl Fn(&Outlook) -> i64) -> [i64; 2] {
    [of(&year.before), of(&year.after)]
}

fn sum(papers: &[Paper]) -> i64 {
    papers.iter().map(|paper| paper.cents).sum()
}

/// The receipt that goes, and what takes its place.
fn cancelled(frame: &Frame, effect: &Effect, year: &YearEffect, said: &mut Vec<String>) {
    let gone = |paper: &&Paper| paper.number.is_some() && paper.number == effect.cancelled;
    let Some(old) = year.before.standing.iter().find(gone) else { return };
    let mut shares = year.after.coming.iter();
    let new = shares
        .find(|paper| paper.gifts.iter().any(|id| old.gifts.contains(id) || effect.written.contains(id)));
    let say = match new {
        Some(new) => Say::new("effect-replaced").with("new", money(frame, new.cents)),
        None => Say::new("effect-cancelled"),
    };
    let number = old.number.clone().unwrap_or_default();
    said.push(frame.say(&say.with("number", number).with("old", money(frame, old.cents))));
}

/// Where a line that is to stand ends up.
fn written(frame: &Frame, year: &YearEffect, id: i64, once_proven: bool) -> Option<String> {
    if let Some(paper) = year.after.coming.iter().find(|paper| paper.gifts.contains(&id)) {
        let key = if once_proven { "effect-once-proven" } else { "effect-on-receipt" };
        let say = Say::new(key).with("year", year.year.to_string());
        return Some(frame.say(&say.with("amount", money(frame, paper.cents))));
    }
    let (_, why) = year.after.left.iter().find(|(left, _)| *left == id)?;
    Some(frame.say(&Say::new("effect-none").with("why", why.clone())))
}

/// Other lines that were to be on a receipt and no longer are.
fn newly_left(effect: &Effect, year: &YearEffect) -> Vec<(i64, String)> {
    let was = |id: i64| {
        let papers = year.before.coming.iter().chain(&year.before.standing);
        papers.into_iter().any(|paper| paper.gifts.contains(&id))
    };
    let new = year.after.left.iter().filter(|(id, _)| was(*id) && !effect.written.contains(id));
    new.cloned().collect()
}

fn money(frame: &Frame, cents: i64) -> String {
    Cents(cents).in_lang(frame.lang)
}
