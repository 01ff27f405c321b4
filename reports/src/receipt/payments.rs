//! The list of payments: two columns side by side, as many pages as it takes.

use rules::dates::short_fr;
use rules::money::Cents;
use rules::receipt::facts::{LineFacts, ReceiptFacts};

use super::ReceiptError;
use super::form;
use crate::page::block::*;
use crate::page::face::Faces;
use crate::page::paper::WIDTH;

const ROW: f32 = 11.2;
const HEAD: f32 = 14.0;
const GAP: f32 = 22.0;
const COLUMN: f32 = (WIDTH - GAP) / 2.0;
/// Left edges of date, way of payment and nature; the amount ends at the right edge.
const EDGES: [f32; 3] = [4.0, 58.0, 130.0];
const CELL: Style = Style::regular(8.2, ROW, BLACK);
const HEADER: Style = Style::semibold(7.8, ROW, NAVY);

/// How tall a table of so many payments is.
#[allow(clippy::cast_precision_loss)]
pub(super) fn height(payments: usize) -> f32 {
    HEAD + payments.div_ceil(2) as f32 * ROW + 2.0
}

/// How many payments a table of this height holds.
pub(super) fn capacity(height: f32) -> usize {
    let mut rows = 0;
    while self::height((rows + 1) * 2) <= height {
        rows += 1;
    }
    rows * 2
}

/// The table of some payments; `row` is the number of its first row in the whole document.
pub(super) fn table(faces: &Faces, lines: &[LineFacts], mut row: usize) -> Result<Block, ReceiptError> {
    let rows = lines.len().div_ceil(2);
    let mut block = Block::default();
    for (column, lines) in lines.chunks(rows.max(1)).enumerate() {
        let left = if column == 0 { 0.0 } else { COLUMN + GAP };
        let mut part = Block::default();
        head(faces, &mut part, row);
        row += 1;
        for line in lines {
            payment(faces, &mut part, line, row)?;
            row += 1;
        }
        part.height += 2.0;
        block.include(part, left, 0.0);
    }
    Ok(block)
}

fn head(faces: &Faces, block: &mut Block, row: usize) {
    let role = Role::Cell { row, header: true };
    for (label, left) in ["Date", "Mode", "Nature"].into_iter().zip(EDGES) {
        block.part(role, vec![flush_left(label, HEADER, left, 0.0)]);
    }
    block.part(role, vec![flush_right(faces, "Montant", HEADER, COLUMN - 4.0, 0.0)]);
    let rule =
        Mark::Stroke { points: vec![(0.0, HEAD - 1.2), (COLUMN, HEAD - 1.2)], ink: NAVY, thickness: 0.7 };
    block.part(Role::Artifact, vec![rule]);
    block.height = HEAD;
}

fn payment(faces: &Faces, block: &mut Block, line: &LineFacts, row: usize) -> Result<(), ReceiptError> {
    let role = Role::Cell { row, header: false };
    let top = block.height;
    let words =
        [short_fr(line.date), form::method(&line.method)?.to_owned(), form::nature(&line.nature)?.to_owned()];
    for (text, left) in words.iter().zip(EDGES) {
        block.part(role, vec![flush_left(text, CELL, left, top)]);
    }
    block.part(role, vec![flush_right(faces, &Cents(line.amount_cents).fr(), CELL, COLUMN - 4.0, top)]);
    let rule =
        Mark::Stroke { points: vec![(0.0, top + ROW), (COLUMN, top + ROW)], ink: HAIR, thickness: 0.35 };
    block.part(Role::Artifact, vec![rule]);
    block.height += ROW;
    Ok(())
}

/// Heading of the list, or of what goes on of it.
pub(super) fn title(faces: &Faces, facts: &ReceiptFacts, goes_on: bool) -> Block {
    let style = Style::semibold(9.2, 12.0, NAVY);
    let mut block = Block { height: 19.0, parts: Vec::new() };
    block.behind(Mark::Box { x: 0.0, y: 0.0, width: WIDTH, height: 16.0, fill: Some(MIST), stroke: None });
    let text = if goes_on { "Détail des versements (suite)" } else { "Détail des versements" };
    block.part(
        Role::Artifact,
        vec![Mark::Box { x: 0.0, y: 0.0, width: 2.4, height: 16.0, fill: Some(NAVY), stroke: None }],
    );
    block.part(Role::Heading, vec![flush_left(text, style, 10.0, 2.0)]);
    let total = format!("{} versements, {} au total", facts.lines.len(), Cents(facts.amount_cents).fr());
    let style = Style::regular(8.2, 12.0, GREY);
    block.part(Role::Paragraph, vec![flush_right(faces, &total, style, WIDTH - 6.0, 2.0)]);
    block
}

/// Sentence on the first page when the list stands on the next ones.
pub(super) fn elsewhere(faces: &Faces, facts: &ReceiptFacts) -> Block {
    let text = format!("Le détail des {} versements figure à la suite de cette page.", facts.lines.len());
    let mut block = Block::default();
    block
        .below(paragraph(faces, Role::Paragraph, &text, Style::regular(8.4, 12.0, GREY), WIDTH - 20.0), 10.0);
    block
}
