//! From page operations to a document: each face is cut down to the characters that are shown.

use std::collections::BTreeMap;

use printpdf::{Mm, Op, ParsedFont, PdfDocument, PdfFont, PdfPage, PdfSaveOptions, Rect, XObject, XObjectId};
use sha2::{Digest, Sha256};
use subsetter::GlyphRemapper;

use super::ReceiptError;
use super::face::{Face, Faces, Weight};
use super::paper::{PAGE, SIGNATURE, Shown, font_id};
use super::signature::Picture;

/// Puts the pages, the cut faces and the picture together.
pub(super) fn assemble(
    faces: &Faces,
    pages: Vec<Vec<Op>>,
    shown: &mut Shown,
    picture: Option<&Picture>,
) -> Result<lopdf::Document, ReceiptError> {
    let mut document = PdfDocument::new("");
    for weight in [Weight::Regular, Weight::Semibold] {
        let characters = shown.of(weight);
        if !characters.is_empty() {
            let font = cut(faces.of(weight), characters.iter().copied())?;
            document.resources.fonts.map.insert(font_id(weight), PdfFont::new(font));
        }
    }
    if let Some(picture) = picture {
        let object = XObject::External(picture.object.clone());
        document.resources.xobjects.map.insert(XObjectId(SIGNATURE.to_owned()), object);
    }
    document.pages = pages.into_iter().map(page).collect();
    let options =
        PdfSaveOptions { optimize: false, subset_fonts: false, secure: true, image_optimization: None };
    Ok(document.to_lopdf_document(&options, &mut Vec::new()))
}

fn page(ops: Vec<Op>) -> PdfPage {
    let mut page = PdfPage::new(Mm(210.0), Mm(297.0), ops);
    let sheet = Rect::from_wh(printpdf::Pt(PAGE.0), printpdf::Pt(PAGE.1));
    page.media_box = sheet.clone();
    page.trim_box = sheet.clone();
    page.crop_box = sheet;
    page
}

/// A face with nothing but these characters, named after what is left in it.
fn cut(face: &Face, characters: impl Iterator<Item = char>) -> Result<ParsedFont, ReceiptError> {
    let unusable = || ReceiptError::Font(face.name);
    let mut remapper = GlyphRemapper::new();
    let mut codes = BTreeMap::new();
    let mut widths = BTreeMap::new();
    let mut digest = Sha256::new();
    for character in characters {
        let code = u32::from(character);
        let glyph = face.parsed.lookup_glyph_index(code).ok_or(ReceiptError::MissingCharacter(character))?;
        let new = remapper.remap(glyph);
        codes.insert(code, new);
        widths.insert(new, face.parsed.get_glyph_width(glyph).ok_or_else(unusable)?);
        digest.update(code.to_be_bytes());
    }
    let bytes = subsetter::subset(face.bytes, 0, &remapper).map_err(|_| unusable())?;
    let tag: String = digest.finalize().iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect();
    let mut font = ParsedFont::with_glyph_data(
        bytes,
        0,
        Some(format!("{tag}+{}", face.name)),
        codes,
        widths,
        face.parsed.units_per_em,
        face.parsed.font_metrics.clone(),
    );
    font.pdf_font_metrics = face.parsed.pdf_font_metrics.clone();
    Ok(font)
}
