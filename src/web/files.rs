//! Files that people sent: their names, and how they are given back.

use std::path::Path;

use rocket::fs::TempFile;
use rocket::http::Status;
use tokio::io::AsyncReadExt;

use super::answer::{Answer, Reply};
use super::frame::Frame;
use crate::platform::Failure;

/// Pictures that browsers show without risk.
const PICTURES: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// Name of the file as the person has it, without its folders.
pub fn name(file: &TempFile<'_>) -> String {
    let raw =
        file.raw_name().map(|n| n.dangerous_unsafe_unsanitized_raw().as_str().to_owned()).unwrap_or_default();
    raw.rsplit(['/', '\\']).next().unwrap_or_default().trim().to_owned()
}

/// The first bytes of a file: what tells its kind.
pub async fn beginning(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::with_capacity(64);
    tokio::fs::File::open(path).await?.take(64).read_to_end(&mut bytes).await?;
    Ok(bytes)
}

/// A file by its blob, name and media type: pictures that browsers show without risk may be shown, all else is kept.
pub async fn answer(frame: &Frame, found: Option<(String, String, String)>) -> Reply {
    let Some((blob, name, mime)) = found else { return Ok(Answer::Error(Status::NotFound)) };
    let bytes = frame.core.blobs.get(&blob).await?;
    let inline = PICTURES.contains(&mime.as_str());
    let mime = if inline { mime } else { "application/octet-stream".into() };
    Ok(Answer::File { bytes, mime, name, inline })
}
