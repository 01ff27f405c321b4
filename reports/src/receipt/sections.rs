//! The sections of the receipt, top to bottom, each a block as wide as the text area.

use chrono::NaiveDate;
use rules::dates::{self, short_fr};
use rules::lang::Lang;
use rules::money::Cents;
use rules::receipt::facts::ReceiptFacts;

use super::ReceiptError;
use super::form;
use crate::page::block::*;
use crate::page::face::Faces;
use crate::page::paper::WIDTH;
use crate::page::wrap::{clean, wrap};

const TEXT: Style = Style::regular(9.0, 12.2, BLACK);
const NAME: Style = Style::semibold(9.6, 12.6, BLACK);
const LABEL: Style = Style::regular(8.0, 12.2, GREY);
const SMALL: Style = Style::regular(7.8, 10.6, BLACK);
const CHOICE: Style = Style::regular(8.3, 11.2, BLACK);
const NOTE: Style = Style::regular(6.5, 8.1, GREY);
const PAD: f32 = 10.0;
const LABEL_WIDTH: f32 = 98.0;

/// Title on the left, number in its box on the right.
pub(super) fn header(faces: &Faces, facts: &ReceiptFacts) -> Block {
    const BOX: f32 = 150.0;
    let mut block = Block::default();
    let title =
        paragraph(faces, Role::Title, form::TITLE, Style::semibold(13.0, 16.6, NAVY), WIDTH - BOX - 22.0);
    let reference = format!("2041-RD   ·   N°\u{A0}{}", clean(&facts.form));
    block.part(Role::Paragraph, vec![flush_left(&reference, Style::regular(8.2, 11.0, GREY), 0.0, 0.0)]);
    block.include(title, 0.0, 13.0);
    let number_style = Style::semibold(12.5, 16.0, NAVY);
    let lines = paragraph(faces, Role::Paragraph, &facts.number, number_style, BOX - 18.0);
    let height = (30.0 + lines.height).max(46.0);
    let mut boxed = Block { height, parts: Vec::new() };
    boxed.behind(Mark::Box {
        x: 0.0,
        y: 0.0,
        width: BOX,
        height,
        fill: Some(MIST),
        stroke: Some((NAVY, 0.8)),
    });
    boxed.part(Role::Paragraph, vec![flush_left("Numéro d’ordre du reçu", LABEL, 9.0, 6.0)]);
    boxed.include(lines, 9.0, 20.0);
    block.include(boxed, WIDTH - BOX, 1.0);
    block.below(Block::space(3.0), 0.0);
    block
}

/// A line that says something unusual about the paper: a copy, a replacement, a cancellation.
pub(super) fn banner(faces: &Faces, word: &str, sentence: &str, ink: Ink, ground: Ink) -> Block {
    let word_style = Style::semibold(10.5, 13.0, ink);
    let lead =
        if word.is_empty() { 0.0 } else { faces.of(word_style.weight).measure(word, word_style.size) + 12.0 };
    let text =
        paragraph(faces, Role::Paragraph, sentence, Style::regular(8.8, 12.0, ink), WIDTH - lead - 2.0 * PAD);
    let height = text.height.max(13.0) + 9.0;
    let mut block = Block { height, parts: Vec::new() };
    block.behind(Mark::Box {
        x: 0.0,
        y: 0.0,
        width: WIDTH,
        height,
        fill: Some(ground),
        stroke: Some((ink, 0.7)),
    });
    if !word.is_empty() {
        block.part(Role::Paragraph, vec![flush_left(word, word_style, PAD, 4.2)]);
    }
    block.include(text, PAD + lead, 5.0);
    block.height = height;
    block
}

/// Light letters across the first page.
pub(super) fn watermark(faces: &Faces, word: &str, ink: Ink) -> Mark {
    let style = Style::semibold(if word.chars().count() > 7 { 92.0 } else { 116.0 }, 100.0, ink);
    let length = faces.of(style.weight).measure(word, style.size);
    let (sine, cosine) = (0.6428, 0.766);
    Mark::Turned {
        x: (WIDTH - length * cosine) / 2.0,
        y: 400.0 + length * sine / 2.0,
        style,
        text: word.to_owned(),
        degrees: 40.0,
    }
}

/// `5 janvier 2026`.
fn long_date(day: NaiveDate) -> String {
    dates::long(day, Lang::Fr)
}

fn heading(text: &str) -> Block {
    let style = Style::semibold(9.2, 12.0, NAVY);
    let mut block = Block { height: 19.5, parts: Vec::new() };
    block.behind(Mark::Box { x: 0.0, y: 0.0, width: WIDTH, height: 16.0, fill: Some(MIST), stroke: None });
    block.behind(Mark::Box { x: 0.0, y: 0.0, width: 2.4, height: 16.0, fill: Some(NAVY), stroke: None });
    block.parts.swap(0, 1);
    block.part(Role::Heading, vec![flush_left(text, style, PAD, 2.0)]);
    block
}

/// The label of a field, on the baseline of its value.
fn label(text: &str, value: Style) -> Mark {
    flush_left(&format!("{text}\u{202F}: "), LABEL, 0.0, value.baseline() - LABEL.baseline())
}

/// A label on the left, what was typed `indent` points further; read as one.
fn field(faces: &Faces, name: &str, value: &str, style: Style, indent: f32, width: f32) -> Block {
    let mut block = Block { height: style.leading, parts: Vec::new() };
    block.part(Role::Paragraph, vec![label(name, style)]);
    block.include(paragraph(faces, Role::Paragraph, value, style, width - indent), indent, 0.0);
    block.read_as_one(Role::Paragraph)
}

/// Street, then postal code, town and country: one paragraph of short lines.
fn address(
    faces: &Faces,
    street: &[String],
    postal_code: &str,
    city: &str,
    country: &str,
    width: f32,
) -> Block {
    let town = format!("{postal_code} {city}, {country}");
    let mut lines = Block::default();
    for line in street.iter().chain([&town]) {
        if !clean(line).is_empty() {
            lines.below(paragraph(faces, Role::Paragraph, line, TEXT, width - LABEL_WIDTH), 0.0);
        }
    }
    let mut block = Block { height: TEXT.leading, parts: Vec::new() };
    block.part(Role::Paragraph, vec![label("Adresse", TEXT)]);
    block.include(lines, LABEL_WIDTH, 0.0);
    block.read_as_one(Role::Paragraph)
}

/// What the number of an association is called, and the number: a SIREN in groups of three.
fn registration(number: &str) -> (&'static str, String) {
    let digits: String = number.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() == 9 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let (first, rest) = digits.split_at(3);
        let (second, third) = rest.split_at(3);
        return ("Numéro SIREN", format!("{first}\u{202F}{second}\u{202F}{third}"));
    }
    if digits.starts_with('W') { ("Numéro RNA", digits) } else { ("N° SIREN ou RNA", number.to_owned()) }
}

/// The body that received the gifts.
pub(super) fn association(faces: &Faces, facts: &ReceiptFacts) -> Block {
    let body = &facts.association;
    let inner = WIDTH - 2.0 * PAD;
    let field = |name: &str, value: &str, style: Style| field(faces, name, value, style, LABEL_WIDTH, inner);
    let (number_name, number) = registration(&body.registration);
    let mut block = heading("Organisme bénéficiaire des dons et versements");
    block.below(field("Nom ou dénomination", &body.name, NAME), PAD);
    block.below(field(number_name, &number, TEXT), PAD);
    block.below(address(faces, &body.street, &body.postal_code, &body.city, &body.country, inner), PAD);
    block.below(field("Objet", &body.object, Style { leading: 11.4, size: 8.6, ..TEXT }), PAD);
    block.below(Block::space(3.0), 0.0);
    block.below(check_box(faces, true, &body.category_label, SMALL, inner), PAD);
    if let Some(label) = &body.category_sub_label {
        block.below(check_box(faces, true, label, SMALL, inner - 13.0), PAD + 13.0);
    }
    block
}

/// The person who gave.
pub(super) fn donor(faces: &Faces, facts: &ReceiptFacts) -> Block {
    const SHORT_LABEL: f32 = 48.0;
    let donor = &facts.donor;
    let inner = WIDTH - 2.0 * PAD;
    let half = inner / 2.0;
    let mut block = heading("Donateur ou donatrice");
    let mut names = field(faces, "Nom", &donor.last_name, NAME, LABEL_WIDTH, half - 8.0);
    let first_names = field(faces, "Prénoms", &donor.first_names, NAME, SHORT_LABEL, half - 8.0);
    if names.height > NAME.leading || first_names.height > NAME.leading {
        names = field(faces, "Nom", &donor.last_name, NAME, LABEL_WIDTH, inner);
        names.below(field(faces, "Prénoms", &donor.first_names, NAME, LABEL_WIDTH, inner), 0.0);
    } else {
        names.include(first_names, half + 8.0, 0.0);
    }
    block.below(names, PAD);
    block.below(address(faces, &donor.street, &donor.postal_code, &donor.city, &donor.country, inner), PAD);
    block
}

/// Amount in figures and letters, dates, articles.
pub(super) fn gift(faces: &Faces, facts: &ReceiptFacts) -> Result<Block, ReceiptError> {
    const SUM: f32 = 168.0;
    let inner = WIDTH - 2.0 * PAD;
    let mut block = heading("Dons et versements");
    let figures = format!("***{}***", Cents(facts.amount_cents).fr());
    let style = Style::semibold(14.0, 18.0, NAVY);
    let mut line = paragraph(faces, Role::Paragraph, form::ACKNOWLEDGED, TEXT, inner - SUM - 14.0);
    let left = inner - SUM;
    line.part(
        Role::Artifact,
        vec![Mark::Box {
            x: left,
            y: -1.0,
            width: SUM,
            height: 27.0,
            fill: Some(PAPER),
            stroke: Some((NAVY, 0.9)),
        }],
    );
    line.part(Role::Paragraph, vec![centred(faces, &figures, style, left + SUM / 2.0, 3.2)]);
    line.height = line.height.max(27.0);
    block.below(line, PAD);
    block.below(Block::space(2.5), 0.0);
    let words = Style::semibold(9.2, 12.2, BLACK);
    block.below(named(faces, "Somme en toutes lettres", &facts.amount_in_words, words, inner), PAD);
    block.below(named(faces, "Date du versement ou du don", &dates(facts), TEXT, inner), PAD);
    block.below(Block::space(2.5), 0.0);
    block.below(articles(faces, facts, inner)?, PAD);
    Ok(block)
}

/// What is certified, and the boxes of the articles after it.
fn articles(faces: &Faces, facts: &ReceiptFacts, width: f32) -> Result<Block, ReceiptError> {
    const BOX: f32 = 84.0;
    let boxes = form::articles(&facts.articles)?;
    let face = faces.of(TEXT.weight);
    let last = wrap(face, form::CERTIFIED, TEXT.size, width)
        .last()
        .map_or(0.0, |line| face.measure(line, TEXT.size));
    let mut block = paragraph(faces, Role::Paragraph, form::CERTIFIED, TEXT, width);
    let mut left = last + 14.0;
    let mut top = block.height - CHOICE.leading - 0.4;
    if left + 2.0 * BOX > width {
        (left, top) = (0.0, block.height + 1.0);
    }
    for (label, on) in boxes {
        block.include(check_box(faces, on, label, CHOICE, BOX), left, top);
        left += BOX;
    }
    Ok(block)
}

/// A label and its value on the same line, the value hanging behind the label.
fn named(faces: &Faces, name: &str, value: &str, style: Style, width: f32) -> Block {
    let indent = faces.of(LABEL.weight).measure(&format!("{name}\u{202F}:"), LABEL.size) + 6.0;
    field(faces, name, value, style, indent, width)
}

fn dates(facts: &ReceiptFacts) -> String {
    let days = || facts.lines.iter().map(|line| line.date);
    match (days().min(), days().max(), facts.lines.len()) {
        (Some(first), Some(last), 2..) if first == last => {
            format!("{}, en {} versements (détail ci-joint)", long_date(first), facts.lines.len())
        }
        (Some(first), Some(last), 2..) => {
            format!("du {} au {} (voir le détail des versements)", long_date(first), long_date(last))
        }
        (Some(day), ..) => long_date(day),
        _ => format!("année {}", facts.gift_year),
    }
}

/// The three columns of boxes: form, nature, way of payment.
pub(super) fn choices(faces: &Faces, facts: &ReceiptFacts) -> Result<Block, ReceiptError> {
    let inner = WIDTH - 2.0 * PAD;
    let columns = [
        ("Forme du don", form::forms(&facts.forms)?, 0.0, 148.0),
        ("Nature du don\u{A0}(3)", form::natures(&facts.natures)?, 160.0, 186.0),
        ("Mode de versement (numéraire)", form::methods(&facts.methods)?, 358.0, inner - 358.0),
    ];
    let mut block = Block::default();
    for (title, boxes, left, width) in columns {
        let mut column = Block { height: 14.0, parts: Vec::new() };
        column.part(Role::Paragraph, vec![flush_left(title, Style::semibold(8.6, 12.0, BLACK), 0.0, 0.0)]);
        for (label, on) in boxes {
            column.below(check_box(faces, on, label, CHOICE, width), 0.0);
            column.below(Block::space(1.0), 0.0);
        }
        block.include(column, PAD + left, 0.0);
    }
    let height = block.height;
    for left in [152.0, 350.0] {
        block.behind(Mark::Stroke {
            points: vec![(PAD + left, 1.0), (PAD + left, height - 2.0)],
            ink: HAIR,
            thickness: 0.6,
        });
    }
    Ok(block)
}

/// Where it is signed: date, quality and name, picture of the signature.
pub(super) fn signature(faces: &Faces, facts: &ReceiptFacts, picture: Option<(f32, f32)>) -> Block {
    const RIGHT: f32 = 300.0;
    let mut block = heading("Date et signature");
    let field =
        |name: &str, value: &str, style: Style| field(faces, name, value, style, 52.0, RIGHT - PAD - 14.0);
    let mut left = field("Date", &long_date(facts.issued_on), TEXT);
    left.below(field("Signataire", &facts.signer.name, NAME), 0.0);
    left.below(field("Qualité", &facts.signer.quality, TEXT), 0.0);
    let top = block.height;
    block.include(left, PAD, top);
    let (width, height) = (WIDTH - PAD - RIGHT, 52.0);
    block.include(Block::space(height + 1.0), 0.0, top);
    block.part(
        Role::Artifact,
        vec![Mark::Box { x: RIGHT, y: top, width, height, fill: Some(PAPER), stroke: Some((HAIR, 0.6)) }],
    );
    if let Some((pixels_wide, pixels_high)) = picture {
        let scale = ((width - 12.0) / pixels_wide).min((height - 6.0) / pixels_high);
        let (drawn_width, drawn_height) = (pixels_wide * scale, pixels_high * scale);
        let mark = Mark::Signature {
            x: RIGHT + (width - drawn_width) / 2.0,
            y: top + (height - drawn_height) / 2.0,
            width: drawn_width,
            height: drawn_height,
        };
        block.part(Role::Figure, vec![mark]);
    }
    block
}

/// The notes of the form, under a thin line.
pub(super) fn notes(faces: &Faces) -> Block {
    let mut block = Block::space(5.0);
    block.part(
        Role::Artifact,
        vec![Mark::Stroke { points: vec![(0.0, 0.0), (WIDTH, 0.0)], ink: HAIR, thickness: 0.6 }],
    );
    for note in form::NOTES {
        block.below(paragraph(faces, Role::Paragraph, note, NOTE, WIDTH), 0.0);
    }
    block
}

/// What a copy says of itself.
pub(super) fn duplicate_sentence(facts: &ReceiptFacts, day: NaiveDate) -> String {
    format!(
        "Copie délivrée le {}, conforme au reçu émis le {} sous le même numéro.",
        long_date(day),
        long_date(facts.issued_on)
    )
}

/// What stands at the foot of a page.
pub(super) fn footer(faces: &Faces, facts: &ReceiptFacts, page: usize, pages: usize) -> Block {
    let style = Style::regular(7.0, 9.0, GREY);
    let mut block = Block { height: 9.0, parts: Vec::new() };
    let left = format!("Reçu n°\u{A0}{}", clean(&facts.number));
    let right = format!("Page {page} sur {pages}");
    block.part(
        Role::Artifact,
        vec![flush_left(&left, style, 0.0, 0.0), flush_right(faces, &right, style, WIDTH, 0.0)],
    );
    block
}

/// Title of the pages after the first.
pub(super) fn continued(facts: &ReceiptFacts) -> Block {
    let mut block = Block { height: 22.0, parts: Vec::new() };
    let text = format!("Suite du reçu n°\u{A0}{} du {}", clean(&facts.number), short_fr(facts.issued_on));
    block.part(Role::Artifact, vec![flush_left(&text, Style::semibold(9.4, 12.0, NAVY), 0.0, 0.0)]);
    block.part(
        Role::Artifact,
        vec![Mark::Stroke { points: vec![(0.0, 15.0), (WIDTH, 15.0)], ink: HAIR, thickness: 0.6 }],
    );
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_siren_is_read_in_threes() {
        assert_eq!(registration("500715776"), ("Numéro SIREN", "500\u{202F}715\u{202F}776".to_owned()));
        assert_eq!(registration("W751179246"), ("Numéro RNA", "W751179246".to_owned()));
    }
}
