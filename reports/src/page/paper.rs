//! Sheets of A4: blocks are stacked on them, then drawn as page operations.

use std::collections::BTreeSet;
use std::iter;

use printpdf::{
    Color, DictItem, FontId, Line, LineCapStyle, LineJoinStyle, LinePoint, Op, PaintMode, PdfFontHandle,
    Point, Pt, Rect, Rgb, TextItem, TextMatrix, TextRenderingMode, XObjectId, XObjectTransform,
};

use super::block::{Block, Ink, Mark, Part, Role, Style};
use super::face::{Faces, Weight};

/// A4 in points.
pub(crate) const PAGE: (f32, f32) = (595.28, 841.89);
/// Empty edge on the left and on the right.
pub(crate) const MARGIN: f32 = 42.0;
/// Width of the text area.
pub(crate) const WIDTH: f32 = PAGE.0 - 2.0 * MARGIN;
/// First usable line from the top.
pub(crate) const TOP: f32 = 32.0;
/// Last usable line from the top; the footer stands below.
pub(crate) const BOTTOM: f32 = PAGE.1 - 38.0;

/// Name of the picture of the signature among the resources.
pub(crate) const SIGNATURE: &str = "Signature";

/// One page: parts placed from its top left corner.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) parts: Vec<Part>,
}

impl Sheet {
    /// Puts a block at a distance from the top of the page.
    pub(crate) fn place(&mut self, block: Block, top: f32) {
        for mut part in block.parts {
            for mark in &mut part.marks {
                mark.shift(MARGIN, top);
            }
            self.parts.push(part);
        }
    }

    /// Puts decoration under everything else.
    pub(crate) fn behind(&mut self, mut mark: Mark) {
        mark.shift(MARGIN, 0.0);
        self.parts.insert(0, Part { role: Role::Artifact, marks: vec![mark] });
    }
}

/// Characters that a document shows, per face.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    regular: BTreeSet<char>,
    semibold: BTreeSet<char>,
}

impl Shown {
    pub(crate) fn of(&mut self, weight: Weight) -> &mut BTreeSet<char> {
        match weight {
            Weight::Regular => &mut self.regular,
            Weight::Semibold => &mut self.semibold,
        }
    }
}

/// Resource name of a face.
pub(crate) fn font_id(weight: Weight) -> FontId {
    FontId(match weight {
        Weight::Regular => "OsR".to_owned(),
        Weight::Semibold => "OsS".to_owned(),
    })
}

/// A sheet as page operations, and the roles of its marked contents in order (MCID 0, 1, …).
pub(crate) fn draw(faces: &Faces, sheet: &Sheet, shown: &mut Shown) -> (Vec<Op>, Vec<Role>) {
    let mut pen = Pen { faces, shown, ops: Vec::with_capacity(sheet.parts.len() * 8), fill: None };
    let mut roles = Vec::new();
    pen.ops.push(Op::SetLineJoinStyle { join: LineJoinStyle::Miter });
    pen.ops.push(Op::SetLineCapStyle { cap: LineCapStyle::Butt });
    let mut parts = sheet.parts.iter().filter(|part| !part.marks.is_empty()).peekable();
    while let Some(part) = parts.next() {
        if part.role == Role::Artifact {
            pen.ops.push(Op::BeginMarkedContent { tag: "Artifact".to_owned() });
            let more = iter::from_fn(|| parts.next_if(|next| next.role == Role::Artifact));
            for mark in iter::once(part).chain(more).flat_map(|part| &part.marks) {
                pen.mark(mark);
            }
        } else {
            let id = i64::try_from(roles.len()).unwrap_or(i64::MAX);
            let properties = DictItem::Dict { map: [("MCID".to_owned(), DictItem::Int(id))].into() };
            pen.ops.push(Op::BeginMarkedContentWithProperties { tag: tag(part.role).to_owned(), properties });
            roles.push(part.role);
            for mark in &part.marks {
                pen.mark(mark);
            }
        }
        pen.ops.push(Op::EndMarkedContent);
    }
    (pen.ops, roles)
}

/// Name of a role in the structure of a PDF (ISO 32000-1, 14.8.4).
pub(crate) fn tag(role: Role) -> &'static str {
    match role {
        Role::Artifact => "Artifact",
        Role::Title => "H1",
        Role::Heading => "H2",
        Role::Paragraph => "P",
        Role::Cell { header: true, .. } => "TH",
        Role::Cell { header: false, .. } => "TD",
        Role::Figure => "Figure",
    }
}

struct Pen<'a> {
    faces: &'a Faces,
    shown: &'a mut Shown,
    ops: Vec<Op>,
    fill: Option<Ink>,
}

impl Pen<'_> {
    fn mark(&mut self, mark: &Mark) {
        match mark {
            Mark::Text { x, y, style, text, hidden } => {
                if *hidden {
                    self.ops.push(Op::SetTextRenderingMode { mode: TextRenderingMode::Invisible });
                }
                let pos = Point { x: across(*x), y: up(*y) };
                self.text(*style, text, Op::SetTextCursor { pos });
                if *hidden {
                    self.ops.push(Op::SetTextRenderingMode { mode: TextRenderingMode::Fill });
                }
            }
            Mark::Turned { x, y, style, text, degrees } => {
                let (sine, cosine) = (degrees.to_radians().sin(), degrees.to_radians().cos());
                let (sine, cosine) = ((sine * 1e4).round() / 1e4, (cosine * 1e4).round() / 1e4);
                let matrix = TextMatrix::Raw([cosine, sine, -sine, cosine, across(*x).0, up(*y).0]);
                // Decoration: whoever copies or hears the page has the word from the banner.
                let silent = DictItem::String { data: Vec::new(), literal: true };
                let properties = DictItem::Dict { map: [("ActualText".to_owned(), silent)].into() };
                self.ops.push(Op::BeginMarkedContentWithProperties { tag: "Span".to_owned(), properties });
                self.text(*style, text, Op::SetTextMatrix { matrix });
                self.ops.push(Op::EndMarkedContent);
            }
            Mark::Box { x, y, width, height, fill, stroke } => {
                self.rectangle(*x, *y, *width, *height, *fill, *stroke)
            }
            Mark::Stroke { points, ink, thickness } => {
                self.outline(*ink, *thickness);
                let points = points
                    .iter()
                    .map(|(x, y)| LinePoint { p: Point { x: across(*x), y: up(*y) }, bezier: false })
                    .collect();
                self.ops.push(Op::DrawLine { line: Line { points, is_closed: false } });
            }
            Mark::Signature { x, y, width, height } => {
                let transform = XObjectTransform {
                    translate_x: Some(across(*x)),
                    translate_y: Some(up(y + height)),
                    scale_x: Some(round(*width)),
                    scale_y: Some(round(*height)),
                    no_auto_scale: true,
                    ..XObjectTransform::default()
                };
                self.ops.push(Op::UseXobject { id: XObjectId(SIGNATURE.to_owned()), transform });
            }
        }
    }

    fn text(&mut self, style: Style, text: &str, place: Op) {
        self.fill(style.ink);
        self.shown.of(style.weight).extend(text.chars());
        let items = self.kerned(style.weight, text);
        let font = PdfFontHandle::External(font_id(style.weight));
        self.ops.extend([
            Op::StartTextSection,
            Op::SetFont { font, size: Pt(style.size) },
            place,
            Op::ShowText { items },
            Op::EndTextSection,
        ]);
    }

    /// The text cut where two letters stand nearer or farther than usual.
    #[allow(clippy::cast_precision_loss)]
    fn kerned(&self, weight: Weight, text: &str) -> Vec<TextItem> {
        let face = self.faces.of(weight);
        let mut items = Vec::new();
        let mut run = String::new();
        let mut before = None;
        for character in text.chars() {
            let kern = before.map_or(0, |before| face.kern(before, character));
            if kern != 0 {
                items.push(TextItem::Text(std::mem::take(&mut run)));
                items.push(TextItem::Offset(-kern as f32));
            }
            run.push(character);
            before = Some(character);
        }
        items.push(TextItem::Text(run));
        items
    }

    fn rectangle(
        &mut self,
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        fill: Option<Ink>,
        stroke: Option<(Ink, f32)>,
    ) {
        if let Some(ink) = fill {
            self.fill(ink);
        }
        if let Some((ink, thickness)) = stroke {
            self.outline(ink, thickness);
        }
        let mode = match (fill, stroke) {
            (Some(_), Some(_)) => PaintMode::FillStroke,
            (Some(_), None) => PaintMode::Fill,
            (None, Some(_)) => PaintMode::Stroke,
            (None, None) => return,
        };
        let rectangle = Rect {
            x: across(x),
            y: up(y + height),
            width: Pt(round(width)),
            height: Pt(round(height)),
            mode: Some(mode),
            winding_order: None,
        };
        self.ops.push(Op::DrawRectangle { rectangle });
    }

    fn fill(&mut self, ink: Ink) {
        if self.fill != Some(ink) {
            self.fill = Some(ink);
            self.ops.push(Op::SetFillColor { col: colour(ink) });
        }
    }

    fn outline(&mut self, ink: Ink, thickness: f32) {
        self.ops.push(Op::SetOutlineColor { col: colour(ink) });
        self.ops.push(Op::SetOutlineThickness { pt: Pt(thickness) });
    }
}

fn colour(Ink(r, g, b): Ink) -> Color {
    Color::Rgb(Rgb { r, g, b, icc_profile: None })
}

fn across(x: f32) -> Pt {
    Pt(round(x))
}

/// From a distance below the top edge to a height above the bottom edge.
fn up(y: f32) -> Pt {
    Pt(round(PAGE.1 - y))
}

/// Hundredths of a point are enough for paper and keep the file short.
fn round(length: f32) -> f32 {
    (length * 100.0).round() / 100.0
}
