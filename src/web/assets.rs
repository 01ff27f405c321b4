//! Our own files: styles, scripts, fonts, icons. Their address changes with them, so browsers may keep them.

use std::path::PathBuf;

use rocket::http::{ContentType, Header};
use rocket::{Responder, get};

use crate::platform::render::Files;

/// A file of ours.
#[derive(Responder)]
pub struct Asset {
    bytes: Vec<u8>,
    kind: ContentType,
    keep: Header<'static>,
}

/// `/assets/…`
#[get("/assets/<path..>")]
pub fn file(path: PathBuf) -> Option<Asset> {
    let name = format!("assets/{}", path.to_str()?);
    let kind = ContentType::from_extension(path.extension()?.to_str()?)?;
    let file = Files::get(&name)?;
    let keep = Header::new("Cache-Control", "public, max-age=31536000, immutable");
    Some(Asset { bytes: file.data.into_owned(), kind, keep })
}

/// Browsers ask for it whatever we say.
#[get("/favicon.ico")]
pub fn favicon() -> Option<Asset> {
    file(PathBuf::from("icon.svg"))
}
