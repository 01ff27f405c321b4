//! From page operations to a document: each face is cut down to the characters that are shown.
//!
//! Most receipts show nothing but the letters of French; for them the cut is made and packed once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lopdf::{Dictionary, Document, Object, Stream};
use printpdf::{
    Mm, Op, ParsedFont, PdfDocument, PdfFont, PdfPage, PdfSaveOptions, Pt, Rect, XObject, XObjectId,
};
use sha2::{Digest, Sha256};
use subsetter::GlyphRemapper;

use super::face::{Face, Faces, Weight};
use super::paper::{PAGE, SIGNATURE, Shown, font_id};
use super::signature::Picture;
use crate::receipt::ReceiptError;

/// What French texts, names, amounts and dates are written with.
const FRENCH: &str = "\u{20}\u{A0}\u{202F}&'()*+,-./0123456789:;?[]_\
                      ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz\
                      ÂÇÈÉÎÔŒàâäçèéêëîïôöùûüœ«»°·’€";

/// Resources begin with these bytes when printpdf looks at them: a TrueType font.
const TRUETYPE: [u8; 4] = [0, 1, 0, 0];

/// The cuts that most receipts share.
pub(crate) struct FrenchCuts {
    regular: Arc<Cut>,
    semibold: Arc<Cut>,
}

impl FrenchCuts {
    pub(crate) fn of(faces: &Faces) -> Result<Self, ReceiptError> {
        let characters = FRENCH.chars().collect();
        let cut = |weight| Cut::of(faces.of(weight), &characters).map(Arc::new);
        Ok(Self { regular: cut(Weight::Regular)?, semibold: cut(Weight::Semibold)? })
    }

    /// The shared cut where it has every character, else one of these characters alone.
    fn for_characters(
        &self,
        faces: &Faces,
        weight: Weight,
        shown: &BTreeSet<char>,
    ) -> Result<Arc<Cut>, ReceiptError> {
        let shared = match weight {
            Weight::Regular => &self.regular,
            Weight::Semibold => &self.semibold,
        };
        if shown.is_subset(&shared.characters) {
            return Ok(Arc::clone(shared));
        }
        Cut::of(faces.of(weight), shown).map(Arc::new)
    }
}

/// A face with nothing but some characters, packed as it goes into a file.
struct Cut {
    characters: BTreeSet<char>,
    /// Name, codes, widths and measures, for printpdf; it is spared the outlines.
    font: ParsedFont,
    outlines: Stream,
}

impl Cut {
    fn of(face: &Face, characters: &BTreeSet<char>) -> Result<Self, ReceiptError> {
        let unusable = || ReceiptError::Font(face.name);
        let mut remapper = GlyphRemapper::new();
        let mut codes = BTreeMap::new();
        let mut widths = BTreeMap::new();
        let mut digest = Sha256::new();
        for character in characters {
            let code = u32::from(*character);
            let glyph =
                face.parsed.lookup_glyph_index(code).ok_or(ReceiptError::MissingCharacter(*character))?;
            let new = remapper.remap(glyph);
            codes.insert(code, new);
            widths.insert(new, face.parsed.get_glyph_width(glyph).ok_or_else(unusable)?);
            digest.update(code.to_be_bytes());
        }
        let bytes = subsetter::subset(face.bytes, 0, &remapper).map_err(|_| unusable())?;
        let length = i64::try_from(bytes.len()).map_err(|_| unusable())?;
        let mut outlines = Stream::new(Dictionary::from_iter([("Length1", Object::Integer(length))]), bytes);
        outlines.compress().map_err(|_| unusable())?;
        let tag: String = digest.finalize().iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect();
        let mut font = ParsedFont::with_glyph_data(
            TRUETYPE.to_vec(),
            0,
            Some(format!("{tag}+{}", face.name)),
            codes,
            widths,
            face.parsed.units_per_em,
            face.parsed.font_metrics.clone(),
        );
        font.pdf_font_metrics = face.parsed.pdf_font_metrics.clone();
        Ok(Self { characters: characters.clone(), font, outlines })
    }

    /// Puts the outlines where the descriptor of the font points to.
    fn put_into(&self, document: &mut Document) {
        let name = self.font.font_name.as_deref().unwrap_or_default().as_bytes();
        let place = document.objects.values().find_map(|object| {
            let descriptor = object.as_dict().ok()?;
            let named = descriptor.get(b"FontName").ok()?.as_name().ok()? == name;
            if named { descriptor.get(b"FontFile2").ok()?.as_reference().ok() } else { None }
        });
        if let Some(place) = place {
            document.objects.insert(place, self.outlines.clone().into());
        }
    }
}

/// Puts the pages, the cut faces and the picture together.
pub(crate) fn assemble(
    faces: &Faces,
    french: &FrenchCuts,
    pages: Vec<Vec<Op>>,
    shown: &mut Shown,
    picture: Option<&Picture>,
) -> Result<Document, ReceiptError> {
    let mut document = PdfDocument::new("");
    let mut cuts = Vec::new();
    for weight in [Weight::Regular, Weight::Semibold] {
        let characters = shown.of(weight);
        if !characters.is_empty() {
            let cut = french.for_characters(faces, weight, characters)?;
            document.resources.fonts.map.insert(font_id(weight), PdfFont::new(cut.font.clone()));
            cuts.push(cut);
        }
    }
    if let Some(picture) = picture {
        let object = XObject::External(picture.object.clone());
        document.resources.xobjects.map.insert(XObjectId(SIGNATURE.to_owned()), object);
    }
    document.pages = pages.into_iter().map(page).collect();
    let options =
        PdfSaveOptions { optimize: false, subset_fonts: false, secure: true, image_optimization: None };
    let mut document = document.to_lopdf_document(&options, &mut Vec::new());
    for cut in cuts {
        cut.put_into(&mut document);
    }
    Ok(document)
}

fn page(ops: Vec<Op>) -> PdfPage {
    let mut page = PdfPage::new(Mm(210.0), Mm(297.0), ops);
    let sheet = Rect::from_wh(Pt(PAGE.0), Pt(PAGE.1));
    page.media_box = sheet.clone();
    page.trim_box = sheet.clone();
    page.crop_box = sheet;
    page
}
