//! The picture of the signature: a PNG whose compressed pixels are put into the file as they are,
//! so that nothing is decoded or packed again for each receipt.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use printpdf::{DictItem, ExternalStream, ExternalXObject};
use sha2::{Digest, Sha256};

use crate::image::{self, ImageError};
use crate::receipt::ReceiptError;

/// A picture ready to be drawn.
pub(crate) struct Picture {
    source: Vec<u8>,
    sha256: String,
    width: u16,
    height: u16,
    pub(crate) object: ExternalXObject,
}

impl Picture {
    /// Width and height in pixels.
    pub(crate) fn size(&self) -> (f32, f32) {
        (self.width.into(), self.height.into())
    }

    fn read(source: &[u8]) -> Result<Self, ImageError> {
        let canonical = image::canonical(source)?;
        let pixels =
            image::packed_pixels(&canonical).ok_or_else(|| ImageError::Damaged("no pixels".into()))?;
        Ok(Self {
            source: source.to_vec(),
            sha256: hex::encode(Sha256::digest(source)),
            width: pixels.width,
            height: pixels.height,
            object: object(pixels),
        })
    }
}

fn object(pixels: image::PackedPixels) -> ExternalXObject {
    let int = |value: u16| DictItem::Int(value.into());
    let name = |name: &str| DictItem::Name(name.as_bytes().to_vec());
    let colours = if pixels.grey { 1 } else { 3 };
    let packing: BTreeMap<_, _> = [
        ("Predictor".to_owned(), int(15)),
        ("Colors".to_owned(), int(colours)),
        ("BitsPerComponent".to_owned(), int(8)),
        ("Columns".to_owned(), int(pixels.width)),
    ]
    .into();
    let dict = [
        ("Type", name("XObject")),
        ("Subtype", name("Image")),
        ("Width", int(pixels.width)),
        ("Height", int(pixels.height)),
        ("ColorSpace", name(if pixels.grey { "DeviceGray" } else { "DeviceRGB" })),
        ("BitsPerComponent", int(8)),
        ("Filter", name("FlateDecode")),
        ("DecodeParms", DictItem::Dict { map: packing }),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into();
    let stream = ExternalStream { dict, content: pixels.stream, compress: false };
    ExternalXObject { stream, width: None, height: None, dpi: None }
}

/// The last picture used, since a whole campaign is signed by the same person.
#[derive(Default)]
pub(crate) struct Pictures {
    last: Mutex<Option<Arc<Picture>>>,
}

impl Pictures {
    /// The picture, if it is the one that the facts name.
    pub(crate) fn of(
        &self,
        named: Option<&str>,
        png: Option<&[u8]>,
    ) -> Result<Option<Arc<Picture>>, ReceiptError> {
        let (named, png) = match (named, png) {
            (None, None) => return Ok(None),
            (Some(named), Some(png)) => (named, png),
            _ => return Err(ReceiptError::SignatureDiffers),
        };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let picture = match last.as_ref().filter(|picture| picture.source == png) {
            Some(picture) => Arc::clone(picture),
            None => Arc::clone(last.insert(Arc::new(Picture::read(png)?))),
        };
        if picture.sha256.eq_ignore_ascii_case(named) {
            Ok(Some(picture))
        } else {
            Err(ReceiptError::SignatureDiffers)
        }
    }
}
