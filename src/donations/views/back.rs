//! The page that asks before a gift goes back.

use chrono::NaiveDate;
use entities::gift;
use rules::gift::Cause;
use rules::money::Cents;
use serde::Serialize;

use super::effect::EffectView;
use super::{Choice, Error};
use crate::donations::effect::Effect;
use crate::donations::forms::BackForm;
use crate::donations::line::Refusal;
use crate::web::Frame;

/// What stands in the fields.
#[derive(Debug, Clone, Serialize, Default)]
pub struct BackTyped {
    /// Why.
    pub cause: String,
    /// How much.
    pub back: String,
    /// In words.
    pub reason: String,
    /// Where the paper is kept.
    pub place: String,
    /// A file was chosen, and is to be chosen again.
    pub file_again: bool,
}

impl BackTyped {
    /// What was typed.
    pub fn of_form(form: &BackForm<'_>) -> Self {
        Self {
            cause: form.cause.into(),
            back: form.back.into(),
            reason: form.reason.into(),
            place: form.proof_place.into(),
            file_again: form.proof.as_ref().is_some_and(|file| file.len() > 0),
        }
    }
}

/// The page.
#[derive(Debug, Serialize)]
pub struct BackView {
    id: i64,
    date: NaiveDate,
    gross: i64,
    typed: BackTyped,
    causes: Vec<Choice>,
    seen: i64,
    part: bool,
    receipt: Option<String>,
    effect: EffectView,
    errors: Vec<Error>,
    back_error: Option<String>,
    reason_error: Option<String>,
}

impl BackView {
    /// The page of `line`; `seen` is the amount whose effect is shown.
    pub fn new(
        frame: &Frame,
        line: &gift::Model,
        typed: BackTyped,
        why: Option<&Refusal>,
        (seen, receipt, effect): (Cents, Option<String>, &Effect),
    ) -> Self {
        let told = why.map(|why| (why.field(None), frame.say(&why.say())));
        let at =
            |wanted| told.as_ref().filter(|(field, _)| *field == Some(wanted)).map(|(_, text)| text.clone());
        let causes = Cause::ALL.iter().map(|cause| Choice {
            value: cause.code(),
            label: cause.label(frame.lang).into(),
            selected: cause.code() == typed.cause,
        });
        Self {
            id: line.id,
            date: line.gift_date,
            gross: line.gross_cents,
            causes: causes.collect(),
            seen: seen.0,
            part: seen.0 < line.gross_cents && seen.0 > 0,
            receipt,
            effect: EffectView::new(frame, effect),
            back_error: at("back"),
            reason_error: at("reason"),
            errors: told.map(|(field, text)| Error { field, text }).into_iter().collect(),
            typed,
        }
    }
}
