//! Which section stands where: everything on one page when it fits, the list of payments on the
//! following pages when it does not.

use chrono::NaiveDate;
use rules::receipt::facts::ReceiptFacts;

use super::ReceiptError;
use super::{payments, sections};
use crate::page::block::{Block, Ink, MIST, NAVY, RED, ROSE};
use crate::page::face::Faces;
use crate::page::paper::{BOTTOM, PAGE, Sheet, TOP};

/// Least and most space between two sections.
const GAP: (f32, f32) = (5.2, 16.0);
/// What sums of lengths may be off by.
const HAIRBREADTH: f32 = 0.1;
/// Where the footer stands.
const FOOT: f32 = PAGE.1 - 26.0;
const WATER: Ink = Ink(0.925, 0.94, 0.955);
const BLUSH: Ink = Ink(0.985, 0.92, 0.92);

/// What is said of the paper itself.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Marks<'a> {
    pub(super) duplicate: Option<NaiveDate>,
    pub(super) cancelled: Option<&'a str>,
    /// Width and height of the picture of the signature, in pixels.
    pub(super) picture: Option<(f32, f32)>,
}

/// Lays the receipt out on sheets.
pub(super) fn lay_out(
    faces: &Faces,
    facts: &ReceiptFacts,
    marks: Marks<'_>,
) -> Result<Vec<Sheet>, ReceiptError> {
    let mut stack = above(faces, facts, marks)?;
    let signature = sections::signature(faces, facts, marks.picture);
    let notes = sections::notes(faces);
    let listed = facts.lines.len() > 1;
    let mut list_follows = false;
    if listed {
        let with_list = payments::title(faces, facts, false).height + payments::height(facts.lines.len());
        let taken = needed(&stack) + signature.height + notes.height + 3.0 * GAP.0;
        if taken + with_list <= BOTTOM - TOP {
            let mut list = payments::title(faces, facts, false);
            list.below(payments::table(faces, &facts.lines, 0)?, 0.0);
            stack.push(list);
        } else {
            list_follows = true;
            stack.push(payments::elsewhere(faces, facts));
        }
    }
    stack.push(signature);
    let mut sheets = stacked(facts, stack, notes)?;
    if list_follows {
        list(faces, facts, &mut sheets)?;
    }
    let pages = sheets.len();
    for (sheet, page) in sheets.iter_mut().zip(1..) {
        if pages > 1 {
            sheet.place(sections::footer(faces, facts, page, pages), FOOT);
        }
        if marks.cancelled.is_some() {
            sheet.behind(sections::watermark(faces, "ANNULÉ", BLUSH));
        } else if marks.duplicate.is_some() {
            sheet.behind(sections::watermark(faces, "DUPLICATA", WATER));
        }
    }
    Ok(sheets)
}

/// The sections above the list of payments.
fn above(faces: &Faces, facts: &ReceiptFacts, marks: Marks<'_>) -> Result<Vec<Block>, ReceiptError> {
    let mut stack = vec![sections::header(faces, facts)];
    if let Some(reason) = marks.cancelled {
        let sentence = format!("Ce reçu est annulé et ne peut pas être utilisé. Motif\u{202F}: {reason}");
        stack.push(sections::banner(faces, "ANNULÉ", &sentence, RED, ROSE));
    }
    if let Some(day) = marks.duplicate {
        let sentence = sections::duplicate_sentence(facts, day);
        stack.push(sections::banner(faces, "DUPLICATA", &sentence, NAVY, MIST));
    }
    if let Some(replaced) = &facts.replaces {
        let sentence = format!("Ce reçu annule et remplace le reçu n°\u{A0}{replaced}.");
        stack.push(sections::banner(faces, "", &sentence, NAVY, MIST));
    }
    stack.push(sections::association(faces, facts));
    stack.push(sections::donor(faces, facts));
    stack.push(sections::gift(faces, facts)?);
    stack.push(sections::choices(faces, facts)?);
    Ok(stack)
}

/// Height of a stack with the least space between its blocks.
#[allow(clippy::cast_precision_loss)]
fn needed(stack: &[Block]) -> f32 {
    stack.iter().map(|block| block.height).sum::<f32>() + stack.len().saturating_sub(1) as f32 * GAP.0
}

/// Puts the stack on pages, with even space on the first; the notes stand at the foot of the last.
#[allow(clippy::cast_precision_loss)]
fn stacked(facts: &ReceiptFacts, stack: Vec<Block>, notes: Block) -> Result<Vec<Sheet>, ReceiptError> {
    let spare = BOTTOM - TOP - notes.height - GAP.0 - needed(&stack);
    let gap = (GAP.0 + spare / stack.len().max(1) as f32).clamp(GAP.0, GAP.1);
    let mut sheets = Vec::new();
    let mut sheet = Sheet::default();
    let mut y = TOP;
    for block in stack {
        if block.height > BOTTOM - TOP - 30.0 {
            return Err(ReceiptError::TooLong);
        }
        if y + block.height > BOTTOM + HAIRBREADTH {
            sheets.push(std::mem::take(&mut sheet));
            y = next_page(facts, &mut sheet);
        }
        let height = block.height;
        sheet.place(block, y);
        y += height + gap;
    }
    if y + notes.height > BOTTOM + HAIRBREADTH {
        sheets.push(std::mem::take(&mut sheet));
        next_page(facts, &mut sheet);
    }
    let top = BOTTOM - notes.height;
    sheet.place(notes, top);
    sheets.push(sheet);
    Ok(sheets)
}

/// Heads a page after the first, and says where its text begins.
fn next_page(facts: &ReceiptFacts, sheet: &mut Sheet) -> f32 {
    let head = sections::continued(facts);
    let below = TOP + head.height + 2.0;
    sheet.place(head, TOP);
    below
}

/// The list of payments, on pages of its own.
fn list(faces: &Faces, facts: &ReceiptFacts, sheets: &mut Vec<Sheet>) -> Result<(), ReceiptError> {
    let mut rest = facts.lines.as_slice();
    let mut row = 0;
    while !rest.is_empty() {
        let mut sheet = Sheet::default();
        let y = next_page(facts, &mut sheet);
        let mut block = payments::title(faces, facts, row > 0);
        let room = payments::capacity(BOTTOM - y - block.height).max(2);
        let (here, later) = rest.split_at(room.min(rest.len()));
        block.below(payments::table(faces, here, row)?, 0.0);
        row += here.len() + 2;
        rest = later;
        sheet.place(block, y);
        sheets.push(sheet);
    }
    Ok(())
}
