//! What is drawn, before it has a place: blocks of marks, measured from their own top left corner,
//! x to the right and y downwards, in points. `paper` stacks blocks on pages.

use super::face::{Faces, Weight};
use super::wrap::{clean, wrap};

/// A colour of the page, sRGB from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ink(pub(crate) f32, pub(crate) f32, pub(crate) f32);

pub(crate) const BLACK: Ink = Ink(0.1, 0.11, 0.13);
pub(crate) const GREY: Ink = Ink(0.36, 0.39, 0.43);
pub(crate) const HAIR: Ink = Ink(0.78, 0.81, 0.84);
pub(crate) const NAVY: Ink = Ink(0.11, 0.22, 0.38);
pub(crate) const MIST: Ink = Ink(0.93, 0.95, 0.97);
pub(crate) const PAPER: Ink = Ink(1.0, 1.0, 1.0);
pub(crate) const RED: Ink = Ink(0.64, 0.12, 0.12);
pub(crate) const ROSE: Ink = Ink(0.99, 0.94, 0.94);

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub(crate) weight: Weight,
    pub(crate) size: f32,
    /// Distance of two baselines.
    pub(crate) leading: f32,
    pub(crate) ink: Ink,
}

impl Style {
    pub(crate) const fn regular(size: f32, leading: f32, ink: Ink) -> Self {
        Self { weight: Weight::Regular, size, leading, ink }
    }

    pub(crate) const fn semibold(size: f32, leading: f32, ink: Ink) -> Self {
        Self { weight: Weight::Semibold, size, leading, ink }
    }

    /// Distance from the top of a line to its baseline.
    pub(crate) fn baseline(&self) -> f32 {
        (self.leading - self.size) / 2.0 + self.size * 0.83
    }
}

/// One thing drawn.
#[derive(Debug, Clone)]
pub(crate) enum Mark {
    /// A line of text; `y` is its baseline. Hidden text is there for search and hearing only.
    Text { x: f32, y: f32, style: Style, text: String, hidden: bool },
    /// A large text across the page, turned counter-clockwise around its left end.
    Turned { x: f32, y: f32, style: Style, text: String, degrees: f32 },
    /// A rectangle, filled, drawn around, or both.
    Box { x: f32, y: f32, width: f32, height: f32, fill: Option<Ink>, stroke: Option<(Ink, f32)> },
    /// An open line through points.
    Stroke { points: Vec<(f32, f32)>, ink: Ink, thickness: f32 },
    /// The picture of the signature.
    Signature { x: f32, y: f32, width: f32, height: f32 },
}

/// What a part is to a person who hears the page instead of seeing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Decoration.
    Artifact,
    /// The title.
    Title,
    /// A heading.
    Heading,
    /// A paragraph.
    Paragraph,
    /// A cell of the table of payments; neighbours with the same row number make the row.
    Cell { row: usize, header: bool },
    /// The picture of the signature.
    Figure,
}

/// Marks that are read together.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) role: Role,
    pub(crate) marks: Vec<Mark>,
}

/// A piece of a page that stays together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Block {
    pub(crate) height: f32,
    pub(crate) parts: Vec<Part>,
}

impl Block {
    pub(crate) fn space(height: f32) -> Self {
        Self { height, parts: Vec::new() }
    }

    pub(crate) fn part(&mut self, role: Role, marks: Vec<Mark>) {
        self.parts.push(Part { role, marks });
    }

    /// Puts decoration under what is already there.
    pub(crate) fn behind(&mut self, mark: Mark) {
        self.parts.insert(0, Part { role: Role::Artifact, marks: vec![mark] });
    }

    /// Puts another block into this one.
    pub(crate) fn include(&mut self, other: Self, dx: f32, dy: f32) {
        self.height = self.height.max(dy + other.height);
        for mut part in other.parts {
            for mark in &mut part.marks {
                mark.shift(dx, dy);
            }
            self.parts.push(part);
        }
    }

    /// Puts another block below this one.
    pub(crate) fn below(&mut self, other: Self, dx: f32) {
        self.include(other, dx, self.height);
    }

    /// Makes one part of all text parts, read as one paragraph.
    pub(crate) fn read_as_one(mut self, role: Role) -> Self {
        let mut marks = Vec::new();
        let mut parts = Vec::new();
        for mut part in self.parts.drain(..) {
            if part.role == Role::Artifact {
                parts.push(part);
            } else {
                marks.append(&mut part.marks);
            }
        }
        parts.push(Part { role, marks });
        self.parts = parts;
        self
    }
}

impl Mark {
    pub(crate) fn shift(&mut self, dx: f32, dy: f32) {
        match self {
            Self::Text { x, y, .. }
            | Self::Turned { x, y, .. }
            | Self::Box { x, y, .. }
            | Self::Signature { x, y, .. } => {
                *x += dx;
                *y += dy;
            }
            Self::Stroke { points, .. } => {
                for (x, y) in points {
                    *x += dx;
                    *y += dy;
                }
            }
        }
    }
}

/// A wrapped text, at most `width` points wide.
pub(crate) fn paragraph(faces: &Faces, role: Role, text: &str, style: Style, width: f32) -> Block {
    let mut block = Block::default();
    let mut marks = Vec::new();
    for line in wrap(faces.of(style.weight), &clean(text), style.size, width) {
        marks.push(flush_left(&line, style, 0.0, block.height));
        block.height += style.leading;
    }
    block.part(role, marks);
    block
}

/// A text on one line that starts at `left`.
pub(crate) fn flush_left(text: &str, style: Style, left: f32, top: f32) -> Mark {
    Mark::Text { x: left, y: top + style.baseline(), style, text: text.to_owned(), hidden: false }
}

/// A text on one line that ends at `right`.
pub(crate) fn flush_right(faces: &Faces, text: &str, style: Style, right: f32, top: f32) -> Mark {
    flush_left(text, style, right - faces.of(style.weight).measure(text, style.size), top)
}

/// A text on one line around `middle`.
pub(crate) fn centred(faces: &Faces, text: &str, style: Style, middle: f32, top: f32) -> Mark {
    flush_left(text, style, middle - faces.of(style.weight).measure(text, style.size) / 2.0, top)
}

/// Side of a check box.
const SIDE: f32 = 7.6;

/// A check box with its label. To those who have the text only, the box says `[x]` or `[_]`.
pub(crate) fn check_box(faces: &Faces, ticked: bool, label: &str, style: Style, width: f32) -> Block {
    let indent = SIDE + 5.0;
    let style = Style { ink: if ticked { BLACK } else { GREY }, ..style };
    let top = (style.leading - SIDE) / 2.0;
    let left = 0.4;
    let mut decoration = vec![Mark::Box {
        x: left,
        y: top,
        width: SIDE,
        height: SIDE,
        fill: Some(PAPER),
        stroke: Some(if ticked { (NAVY, 0.9) } else { (GREY, 0.6) }),
    }];
    if ticked {
        let tick = [(0.2, 0.52), (0.42, 0.76), (0.84, 0.22)];
        decoration.push(Mark::Stroke {
            points: tick.map(|(x, y)| (left + x * SIDE, top + y * SIDE)).to_vec(),
            ink: NAVY,
            thickness: 1.4,
        });
    }
    let state = if ticked { "[x] " } else { "[_] " };
    let mut block = Block { height: style.leading, parts: Vec::new() };
    block.part(Role::Artifact, decoration);
    block.part(
        Role::Paragraph,
        vec![Mark::Text {
            x: left,
            y: style.baseline(),
            style: Style { size: 6.0, ..style },
            text: state.to_owned(),
            hidden: true,
        }],
    );
    block.include(paragraph(faces, Role::Paragraph, label, style, width - indent), indent, 0.0);
    block.read_as_one(Role::Paragraph)
}
