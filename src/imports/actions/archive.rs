//! An archive of one file is that file.

use std::io::{Read, Write};
use std::path::Path;

use moneyin::FileRefusal;

/// More than this is unfolded of no archive.
const MOST_BYTES: u64 = 4 * 1024 * 1024 * 1024;

/// The only file of the archive at `path`, in a temporary file; none when it is no zip archive. Folders, and what a
/// Mac adds beside each file, do not count.
///
/// # Errors
/// The disk's; inside, [`FileRefusal::Archive`] for none or several files, [`FileRefusal::TooLarge`],
/// [`FileRefusal::Truncated`] for one that is damaged.
pub fn unpack(path: &Path) -> std::io::Result<Result<Option<tempfile::NamedTempFile>, FileRefusal>> {
    let mut file = std::fs::File::open(path)?;
    let mut magic = [0; 4];
    if file.read_exact(&mut magic).is_err() || magic != *b"PK\x03\x04" {
        return Ok(Ok(None));
    }
    // What only looks like one is told by its reader, in its own words.
    let Ok(mut archive) = zip::ZipArchive::new(file) else { return Ok(Ok(None)) };
    let mut found = Vec::new();
    for at in 0..archive.len() {
        let Ok(entry) = archive.by_index_raw(at) else { return Ok(Err(FileRefusal::Truncated)) };
        let name = entry.name().map(std::borrow::Cow::into_owned).unwrap_or_default();
        let aside = name.starts_with("__MACOSX/") || name.ends_with(".DS_Store");
        if entry.is_file() && !aside {
            found.push((at, name));
        }
    }
    // A workbook is an archive too: its reader says so in its own words.
    if found.iter().any(|(_, name)| name == "[Content_Types].xml" || name == "mimetype") {
        return Ok(Ok(None));
    }
    let [(at, _)] = found.as_slice() else { return Ok(Err(FileRefusal::Archive { files: found.len() })) };
    let Ok(entry) = archive.by_index(*at) else { return Ok(Err(FileRefusal::Truncated)) };
    let mut to = tempfile::NamedTempFile::new()?;
    let mut from = entry.take(MOST_BYTES + 1);
    let mut piece = vec![0; 64 * 1024];
    let mut bytes = 0;
    loop {
        let Ok(read) = from.read(&mut piece) else { return Ok(Err(FileRefusal::Truncated)) };
        if read == 0 {
            break;
        }
        bytes += read as u64;
        if bytes > MOST_BYTES {
            return Ok(Err(FileRefusal::TooLarge));
        }
        to.write_all(piece.get(..read).unwrap_or_default())?;
    }
    to.flush()?;
    Ok(Ok(Some(to)))
}
