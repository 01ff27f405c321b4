//! What is shown before a gift is written whose receipt is not a matter of course.

use entities::gift;
use rules::gift::Nature;
use serde::Serialize;

use super::effect::EffectView;
use super::form::Typed;
use crate::donations::effect::Effect;
use crate::donations::line::NewGift;
use crate::web::Frame;

/// The page.
#[derive(Debug, Serialize)]
pub struct LookView {
    action: String,
    back: String,
    fields: Vec<(&'static str, String)>,
    gross: i64,
    what: String,
    counterpart: i64,
    counterpart_what: String,
    note: String,
    needs_proof: bool,
    correcting: bool,
    effect: EffectView,
}

impl LookView {
    /// The page of `new`, with what was typed to be sent again.
    pub fn new(
        frame: &Frame,
        action: &str,
        typed: Typed,
        new: &NewGift,
        (line, reason): (Option<&gift::Model>, &str),
        effect: &Effect,
    ) -> Self {
        let lang = frame.lang;
        let what = match new.nature {
            Nature::Money => {
                let method = new.method.map_or("", |method| method.label(lang));
                format!("{} · {method}", new.purpose.label(lang))
            }
            nature => nature.label(lang).to_owned(),
        };
        let mut fields = typed.fields();
        fields.push(("reason", reason.to_owned()));
        Self {
            action: action.to_owned(),
            back: line.map_or_else(|| "/gifts".to_owned(), |line| format!("/gifts/{}", line.id)),
            fields,
            gross: new.gross.0,
            what,
            counterpart: new.counterpart.0,
            counterpart_what: new.counterpart_what.clone(),
            note: new.note.clone(),
            needs_proof: new.nature.needs_proof(),
            correcting: line.is_some(),
            effect: EffectView::new(frame, effect),
        }
    }
}
