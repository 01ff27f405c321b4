//! Our own files: styles, scripts, fonts, icons. Their address changes with them, so browsers may keep them.
//! Texts travel compressed; pages do not, because they carry form tokens beside what a person typed.

use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex};

use rocket::http::{ContentType, Header};
use rocket::request::{FromRequest, Outcome, Request};
use rocket::{Responder, get};

use crate::platform::render::Files;

/// A file of ours.
#[derive(Responder)]
pub struct Asset {
    bytes: Vec<u8>,
    kind: ContentType,
    keep: Header<'static>,
    coding: Header<'static>,
    vary: Header<'static>,
}

/// Whether the browser takes gzip.
pub struct Gzip(bool);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Gzip {
    type Error = std::convert::Infallible;
    async fn from_request(req: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let takes = req
            .headers()
            .get("Accept-Encoding")
            .any(|list| list.split(',').any(|c| c.trim().starts_with("gzip")));
        Outcome::Success(Self(takes))
    }
}

/// Texts compressed once.
static PACKED: LazyLock<Mutex<HashMap<String, Vec<u8>>>> = LazyLock::new(Mutex::default);

fn packed(name: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut kept = PACKED.lock().ok()?;
    if let Some(done) = kept.get(name) {
        return Some(done.clone());
    }
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes).ok()?;
    let done = writer.finish().ok()?;
    kept.insert(name.to_owned(), done.clone());
    Some(done)
}

/// `/assets/…`
#[get("/assets/<path..>")]
pub fn file(path: PathBuf, gzip: Gzip) -> Option<Asset> {
    let name = format!("assets/{}", path.to_str()?);
    let extension = path.extension()?.to_str()?;
    let kind = ContentType::from_extension(extension)?;
    let file = Files::get(&name)?;
    let text = matches!(extension, "css" | "js" | "svg" | "txt");
    let small = if text && gzip.0 { packed(&name, &file.data) } else { None };
    let coding = if small.is_some() { "gzip" } else { "identity" };
    Some(Asset {
        bytes: small.unwrap_or_else(|| file.data.into_owned()),
        kind,
        keep: Header::new("Cache-Control", "public, max-age=31536000, immutable"),
        coding: Header::new("Content-Encoding", coding),
        vary: Header::new("Vary", "Accept-Encoding"),
    })
}

/// Browsers ask for it whatever we say.
#[get("/favicon.ico")]
pub fn favicon(gzip: Gzip) -> Option<Asset> {
    file(PathBuf::from("icon.svg"), gzip)
}
