//! The cheque deposit slip (bordereau de remise de chèques) as PDF: what is handed to the bank with the cheques, and
//! what the association keeps. A pure function of the frozen slip.

use rules::cheque::{Cheque, Slip};
use rules::dates::{self, short_fr};
use rules::lang::Lang;
use rules::money::Cents;

use crate::page::block::*;
use crate::page::face::{Faces, Weight};
use crate::page::paper::{self, BOTTOM, Sheet, Shown, TOP, WIDTH};
use crate::page::wrap::{clean, wrap};
use crate::page::{archive, document, profile};
use crate::receipt::ReceiptError;

const ROW: f32 = 17.0;
const CELL: Style = Style::regular(9.0, ROW, BLACK);
const HEAD: Style = Style::semibold(8.2, ROW, NAVY);
const TEXT: Style = Style::regular(9.4, 13.0, BLACK);
/// Left edges of line, drawer, bank, number, written on; the amount ends at the right edge.
const EDGES: [f32; 5] = [4.0, 28.0, 204.0, 318.0, 388.0];
const LABELS: [&str; 5] = ["N°", "Émetteur", "Banque", "N° de chèque", "Émis le"];

/// The slip as a PDF file. A character that the typeface does not have is shown as `?`.
///
/// # Errors
/// `Font` when the typefaces are damaged, `File` when the file cannot be put together.
pub fn render(slip: &Slip) -> Result<Vec<u8>, ReceiptError> {
    let faces = Faces::open_sans()?;
    let french = document::FrenchCuts::of(&faces)?;
    let mut shown = Shown::default();
    let sheets = lay_out(&faces, slip);
    let drawn: Vec<_> = sheets.iter().map(|sheet| paper::draw(&faces, sheet, &mut shown)).collect();
    let (pages, roles): (Vec<_>, Vec<_>) = drawn.into_iter().unzip();
    let document = document::assemble(&faces, &french, pages, &mut shown, None)?;
    let about = archive::About {
        kind: "slip",
        title: format!("Bordereau de remise de chèques {}", clean(&slip.number)),
        author: clean(&slip.holder),
        subject: "Bordereau de remise de chèques".into(),
        number: clean(&slip.number),
        created: slip.deposited_on,
        modified: slip.deposited_on,
        signed_by: String::new(),
    };
    archive::finish(document, &about, &roles, &profile::srgb())
}

/// The text in characters that the face has.
fn drawable(faces: &Faces, weight: Weight, text: &str) -> String {
    let has = |c: &char| faces.of(weight).width(*c).is_some();
    clean(text).chars().map(|c| if has(&c) { c } else { '?' }).collect()
}

/// As much of a text as stands in `width` points, with an ellipsis where it was cut.
fn cut(faces: &Faces, text: &str, style: Style, width: f32) -> String {
    let text = drawable(faces, style.weight, text);
    let face = faces.of(style.weight);
    if face.measure(&text, style.size) <= width {
        return text;
    }
    let room = width - face.measure("…", style.size);
    let first = wrap(face, &text, style.size, room).into_iter().next().unwrap_or_default();
    format!("{}…", first.trim_end())
}

fn lay_out(faces: &Faces, slip: &Slip) -> Vec<Sheet> {
    let mut sheets = Vec::new();
    let (mut rest, mut first) = (slip.cheques.as_slice(), 0);
    loop {
        let mut sheet = Sheet::default();
        let head = if first == 0 { header(faces, slip) } else { continued(slip) };
        let mut y = TOP + head.height + 12.0;
        sheet.place(head, TOP);
        let foot = foot(faces, slip);
        // The last page keeps room for the total and the signatures.
        let fits = |room: f32| -> usize { (0..rest.len()).take_while(|n| line_at(*n + 1) <= room).count() };
        let with_foot = fits(BOTTOM - y - foot.height - 14.0);
        let here = if with_foot >= rest.len() { rest.len() } else { fits(BOTTOM - y - 14.0) };
        let last = with_foot >= rest.len();
        let (some, later) = rest.split_at(here.min(rest.len()));
        let table = table(faces, some, first);
        let height = table.height;
        sheet.place(table, y);
        y += height + 14.0;
        if last {
            sheet.place(foot, y);
        }
        sheets.push(sheet);
        first += some.len();
        rest = later;
        if last {
            break;
        }
    }
    let pages = sheets.len();
    if pages > 1 {
        for (sheet, page) in sheets.iter_mut().zip(1..) {
            let style = Style::regular(7.0, 9.0, GREY);
            let mut block = Block { height: 9.0, parts: Vec::new() };
            let right = format!("Page {page} sur {pages}");
            block.part(Role::Artifact, vec![flush_right(faces, &right, style, WIDTH, 0.0)]);
            sheet.place(block, BOTTOM + 10.0);
        }
    }
    sheets
}

#[allow(clippy::cast_precision_loss)]
fn line_at(rows: usize) -> f32 {
    (rows + 1) as f32 * ROW + 4.0
}

fn header(faces: &Faces, slip: &Slip) -> Block {
    const BOX: f32 = 150.0;
    let mut block = Block::default();
    let title = Style::semibold(15.0, 19.0, NAVY);
    block.part(Role::Title, vec![flush_left("Bordereau de remise de chèques", title, 0.0, 2.0)]);
    let mut boxed = Block { height: 42.0, parts: Vec::new() };
    let ground = Some(MIST);
    boxed.behind(Mark::Box {
        x: 0.0,
        y: 0.0,
        width: BOX,
        height: 42.0,
        fill: ground,
        stroke: Some((NAVY, 0.8)),
    });
    boxed.part(
        Role::Paragraph,
        vec![
            flush_left("Numéro\u{A0}", Style::regular(8.0, 12.0, GREY), 9.0, 4.0),
            flush_left(&clean(&slip.number), Style::semibold(12.5, 16.0, NAVY), 9.0, 18.0),
        ],
    );
    block.include(boxed, WIDTH - BOX, 0.0);
    block.height = 56.0;
    let mut line = |label: &str, value: &str| {
        let style = Style::regular(8.4, 13.0, GREY);
        let value = cut(faces, value, TEXT, WIDTH - 100.0);
        let top = block.height;
        let label = format!("{label}\u{202F}: ");
        block.part(
            Role::Paragraph,
            vec![flush_left(&label, style, 0.0, top), flush_left(&value, TEXT, 96.0, top)],
        );
        block.height += 15.0;
    };
    line("Titulaire", &slip.holder);
    line("Compte", &slip.account);
    if let Some(iban) = &slip.iban {
        let groups: Vec<String> =
            iban.chars().collect::<Vec<_>>().chunks(4).map(|some| some.iter().collect()).collect();
        line("IBAN", &groups.join("\u{A0}"));
    }
    line("Remis le", &dates::long(slip.deposited_on, Lang::Fr));
    block
}

fn continued(slip: &Slip) -> Block {
    let mut block = Block { height: 22.0, parts: Vec::new() };
    let text = format!("Suite du bordereau {} du {}", clean(&slip.number), short_fr(slip.deposited_on));
    block.part(Role::Artifact, vec![flush_left(&text, Style::semibold(9.4, 12.0, NAVY), 0.0, 0.0)]);
    block
}

fn table(faces: &Faces, cheques: &[Cheque], first: usize) -> Block {
    let mut block = Block { height: ROW, parts: Vec::new() };
    // Rows of the whole document are counted for the structure, heads too.
    let base = first * 2;
    let role = Role::Cell { row: base, header: true };
    for (label, left) in LABELS.into_iter().zip(EDGES) {
        block.part(role, vec![flush_left(label, HEAD, left, 0.0)]);
    }
    block.part(role, vec![flush_right(faces, "Montant", HEAD, WIDTH - 4.0, 0.0)]);
    rule(&mut block, NAVY, 0.8);
    for (cheque, at) in cheques.iter().zip(1..) {
        let top = block.height;
        let role = Role::Cell { row: base + at, header: false };
        let written = cheque.written_on.map(short_fr).unwrap_or_default();
        let texts = [
            (first + at).to_string(),
            cheque.drawer.clone(),
            cheque.bank.clone(),
            cheque.number.clone(),
            written,
        ];
        let ends = [EDGES[1], EDGES[2], EDGES[3], EDGES[4], WIDTH - 60.0];
        for ((text, left), end) in texts.iter().zip(EDGES).zip(ends) {
            block.part(role, vec![flush_left(&cut(faces, text, CELL, end - left - 6.0), CELL, left, top)]);
        }
        block.part(role, vec![flush_right(faces, &Cents(cheque.cents).fr(), CELL, WIDTH - 4.0, top)]);
        block.height += ROW;
        rule(&mut block, HAIR, 0.4);
    }
    block
}

fn rule(block: &mut Block, ink: Ink, thickness: f32) {
    let y = block.height - 1.0;
    block.part(Role::Artifact, vec![Mark::Stroke { points: vec![(0.0, y), (WIDTH, y)], ink, thickness }]);
}

fn foot(faces: &Faces, slip: &Slip) -> Block {
    let mut block = Block { height: 30.0, parts: Vec::new() };
    block.behind(Mark::Box { x: 0.0, y: 0.0, width: WIDTH, height: 26.0, fill: Some(MIST), stroke: None });
    let count = match slip.cheques.len() {
        1 => "1 chèque".to_owned(),
        n => format!("{n} chèques"),
    };
    let style = Style::semibold(11.5, 16.0, NAVY);
    let total = format!("Total\u{202F}: {}", Cents(slip.cents()).fr());
    block.part(
        Role::Paragraph,
        vec![flush_left(&count, style, 8.0, 5.0), flush_right(faces, &total, style, WIDTH - 8.0, 5.0)],
    );
    let small = Style::regular(8.4, 12.0, GREY);
    let top = block.height + 10.0;
    for (label, left) in [("Date et signature du déposant", 0.0), ("Cachet de la banque", WIDTH / 2.0 + 8.0)]
    {
        block.part(Role::Paragraph, vec![flush_left(label, small, left, top)]);
        let stroke = Some((HAIR, 0.7));
        let mark =
            Mark::Box { x: left, y: top + 16.0, width: WIDTH / 2.0 - 8.0, height: 62.0, fill: None, stroke };
        block.part(Role::Artifact, vec![mark]);
    }
    block.height = top + 80.0;
    block
}
