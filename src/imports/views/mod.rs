//! What the pages of imports show.

mod file;
mod list;

pub use file::{FileView, Parts, Show};
pub use list::ListView;

use super::reading::Source;
use crate::platform::Say;
use crate::web::Frame;

/// Word, colour and sign of a state.
fn state(frame: &Frame, state: &str) -> (String, &'static str, &'static str) {
    match state {
        "taken" => (frame.word("imports-state-taken"), "ok", "check"),
        "undone" => (frame.word("imports-state-undone"), "", "undo"),
        "abandoned" => (frame.word("imports-state-abandoned"), "", "close"),
        "previewed" => (frame.word("imports-state-previewed"), "accent", "eye"),
        _ => (frame.word("imports-state-reading"), "", "clock"),
    }
}

fn source_label(frame: &Frame, source: Source) -> String {
    if source.is_bank() {
        return frame.say(&Say::new("imports-source-bank").with("format", source.name()));
    }
    if source == Source::GENERIC {
        return frame.word("imports-source-generic");
    }
    source.name().to_owned()
}

fn source_name(frame: &Frame, code: &str) -> String {
    Source::parse(code).map_or_else(|| "?".to_owned(), |source| source_label(frame, source))
}
