//! The receipt for gifts (reçu fiscal, form 2041-RD, Cerfa 11580*05) as PDF.
//!
//! The paper is a pure function of the frozen facts, the picture of the signature and what is said
//! of the paper itself (copy, cancellation): the same input gives the same bytes, on every machine
//! and in every process. Files are PDF 1.7 with the metadata, colours, fonts and structure that
//! PDF/A-3b asks for.

mod form;
mod layout;
mod payments;
mod sections;

use chrono::NaiveDate;
use rules::receipt::facts::ReceiptFacts;

use crate::image::ImageError;
use crate::page::face::{Faces, Weight};
use crate::page::paper::{self, Shown};
use crate::page::wrap::clean;
use crate::page::{archive, document, profile, signature};

/// Version of the page drawn here; facts frozen for another one are refused.
pub const LAYOUT: u32 = 1;

/// Why a receipt cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// The facts were frozen for another page.
    #[error("layout {0} is not drawn by this version (it draws layout {LAYOUT})")]
    UnknownLayout(u32),
    /// The facts are those of another form.
    #[error("form {0} is not drawn here (only {number})", number = form::NUMBER)]
    UnknownForm(String),
    /// An article, form, nature or way of payment that no box of the form stands for.
    #[error("no box of the form stands for the code {0:?}")]
    UnknownCode(String),
    /// A character that the typeface does not have. It is never replaced nor left out silently:
    /// ask [`ReceiptRenderer::missing_characters`] before a receipt is issued.
    #[error("the typeface has no sign for {0:?} (U+{code:04X})", code = u32::from(*.0))]
    MissingCharacter(char),
    /// The total is not the sum of the payments.
    #[error("the total of {total} cents is not the sum of the payments, {sum} cents")]
    SumDiffers {
        /// Total of the receipt, in cents.
        total: i64,
        /// Sum of its payments, in cents.
        sum: i64,
    },
    /// A picture of a signature is missing, is there without being in the facts, or is another one.
    #[error("the picture of the signature is not the one that the facts name")]
    SignatureDiffers,
    /// The picture of the signature cannot be read.
    #[error("the picture of the signature cannot be read: {0}")]
    Signature(#[from] ImageError),
    /// A text of the facts is so long that its section does not fit on a page.
    #[error("a text is too long for a page")]
    TooLong,
    /// A typeface of the program cannot be read or cut down.
    #[error("the typeface {0} cannot be used")]
    Font(&'static str),
    /// The file could not be put together.
    #[error("the file could not be put together: {0}")]
    File(String),
}

/// Draws receipts. Typefaces are parsed once; one renderer serves all threads.
pub struct ReceiptRenderer {
    faces: Faces,
    french: document::FrenchCuts,
    pictures: signature::Pictures,
    profile: lopdf::Stream,
}

impl ReceiptRenderer {
    /// Parses the typefaces that come with the program.
    ///
    /// # Errors
    /// `Font` when they are damaged.
    pub fn new() -> Result<Self, ReceiptError> {
        let faces = Faces::open_sans()?;
        let french = document::FrenchCuts::of(&faces)?;
        Ok(Self { faces, french, pictures: signature::Pictures::default(), profile: profile::srgb() })
    }

    /// The receipt as a PDF file.
    ///
    /// `signature_png` is the picture whose SHA-256 the facts name, as
    /// [`crate::image::flatten_signature`] made it; `duplicate` the day on which a copy is given
    /// out; `cancelled` the reason why the receipt is no longer good.
    ///
    /// # Errors
    /// See [`ReceiptError`]; facts that were checked at issue meet none of them.
    pub fn render(
        &self,
        facts: &ReceiptFacts,
        signature_png: Option<&[u8]>,
        duplicate: Option<NaiveDate>,
        cancelled: Option<&str>,
    ) -> Result<Vec<u8>, ReceiptError> {
        check(facts)?;
        let picture = self.pictures.of(facts.signer.image_sha256.as_deref(), signature_png)?;
        let marks =
            layout::Marks { duplicate, cancelled, picture: picture.as_ref().map(|picture| picture.size()) };
        let sheets = layout::lay_out(&self.faces, facts, marks)?;
        let mut shown = Shown::default();
        let drawn: Vec<_> = sheets.iter().map(|sheet| paper::draw(&self.faces, sheet, &mut shown)).collect();
        if let Some(missing) = self.missing(&mut shown).first() {
            return Err(ReceiptError::MissingCharacter(*missing));
        }
        let (pages, roles): (Vec<_>, Vec<_>) = drawn.into_iter().unzip();
        let document = document::assemble(&self.faces, &self.french, pages, &mut shown, picture.as_deref())?;
        let about = about(facts, duplicate, cancelled);
        archive::finish(document, &about, &roles, &self.profile)
    }

    /// Characters of the facts that the typeface cannot show, once each: to be asked before a
    /// receipt is issued, so that a name can be written in Latin, Greek or Cyrillic letters.
    ///
    /// # Errors
    /// As [`ReceiptRenderer::render`], save `MissingCharacter` and those of the signature.
    pub fn missing_characters(&self, facts: &ReceiptFacts) -> Result<Vec<char>, ReceiptError> {
        check(facts)?;
        let mut shown = Shown::default();
        for sheet in layout::lay_out(&self.faces, facts, layout::Marks::default())? {
            paper::draw(&self.faces, &sheet, &mut shown);
        }
        Ok(self.missing(&mut shown))
    }

    fn missing(&self, shown: &mut Shown) -> Vec<char> {
        let mut missing = Vec::new();
        for weight in [Weight::Regular, Weight::Semibold] {
            let face = self.faces.of(weight);
            missing.extend(shown.of(weight).iter().filter(|character| face.width(**character).is_none()));
        }
        missing.sort_unstable();
        missing.dedup();
        missing
    }
}

fn check(facts: &ReceiptFacts) -> Result<(), ReceiptError> {
    if facts.layout != LAYOUT {
        return Err(ReceiptError::UnknownLayout(facts.layout));
    }
    if facts.form != form::NUMBER {
        return Err(ReceiptError::UnknownForm(facts.form.clone()));
    }
    let sum = facts.lines.iter().fold(0_i64, |sum, line| sum.saturating_add(line.amount_cents));
    if sum != facts.amount_cents {
        return Err(ReceiptError::SumDiffers { total: facts.amount_cents, sum });
    }
    Ok(())
}

/// What the file says about itself.
fn about(facts: &ReceiptFacts, duplicate: Option<NaiveDate>, cancelled: Option<&str>) -> archive::About {
    let state = match (cancelled, duplicate) {
        (Some(_), _) => " (annulé)",
        (None, Some(_)) => " (duplicata)",
        (None, None) => "",
    };
    archive::About {
        kind: "receipt",
        title: format!("Reçu de dons n°\u{A0}{}{state}", clean(&facts.number)),
        author: clean(&facts.association.name),
        subject: format!("Reçu au titre des dons, formulaire 2041-RD, Cerfa n°\u{A0}{}", clean(&facts.form)),
        number: clean(&facts.number),
        created: facts.issued_on,
        modified: duplicate.unwrap_or(facts.issued_on),
        signed_by: clean(&facts.signer.name),
    }
}
