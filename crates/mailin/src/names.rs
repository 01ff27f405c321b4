//! File names that no disk, no shell and no eye is fooled by.

const LONGEST: usize = 120;

/// A safe file name for the `number`th attachment (from 1): no path, no control or bidirectional
/// character, no name Windows keeps for itself, at most 120 bytes with its extension, never empty.
#[must_use]
pub fn safe_name(given: &str, number: usize, mime: &str) -> String {
    let last = given.rsplit(['/', '\\']).find(|p| !p.trim_matches(['.', ' ']).is_empty()).unwrap_or_default();
    let kept: String = last.chars().filter_map(safe_char).collect();
    let joined = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    let tidy = joined.trim_matches(|c: char| c == '.' || c.is_whitespace());
    if tidy.is_empty() {
        return format!("piece-jointe-{number}.{}", extension_of(mime));
    }
    let free = if is_reserved(tidy) { format!("_{tidy}") } else { tidy.to_owned() };
    shorten(&free)
}

fn safe_char(c: char) -> Option<char> {
    match c {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' | '/' | '\\' => Some('_'),
        '\t' | '\n' | '\r' | '\u{a0}' => Some(' '),
        c if c.is_control() => None,
        '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => None,
        '\u{feff}' | '\u{fff9}'..='\u{fffd}' | '\u{2028}' | '\u{2029}' => None,
        '\u{e0000}'..='\u{e007f}' => None,
        // Slashes and dots that only look like ours.
        '\u{2044}' | '\u{2215}' | '\u{29f8}' | '\u{ff0f}' | '\u{ff3c}' | '\u{2216}' => Some('_'),
        '\u{2024}' | '\u{ff0e}' => Some('.'),
        c => Some(c),
    }
}

/// Windows answers these with a device, whatever the extension.
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim().to_ascii_uppercase();
    let numbered = |p: &str| {
        stem.strip_prefix(p)
            .is_some_and(|n| n.chars().count() == 1 && n.chars().all(|c| "0123456789¹²³".contains(c)))
    };
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(&stem.as_str())
        || numbered("COM")
        || numbered("LPT")
}

fn shorten(name: &str) -> String {
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, ext)) if !stem.is_empty() && ext.len() <= 16 => (stem, format!(".{ext}")),
        _ => (name, String::new()),
    };
    let stem = crate::clean::cut(stem, LONGEST - extension.len())
        .trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    format!("{stem}{extension}")
}

const KNOWN: [(&str, &str); 28] = [
    ("application/pdf", "pdf"),
    ("image/jpeg", "jpg"),
    ("image/jpg", "jpg"),
    ("image/png", "png"),
    ("image/gif", "gif"),
    ("image/webp", "webp"),
    ("image/svg+xml", "svg"),
    ("image/heic", "heic"),
    ("text/plain", "txt"),
    ("text/html", "html"),
    ("text/csv", "csv"),
    ("text/calendar", "ics"),
    ("text/vcard", "vcf"),
    ("text/x-vcard", "vcf"),
    ("message/rfc822", "eml"),
    ("message/global", "eml"),
    ("application/zip", "zip"),
    ("application/ms-tnef", "dat"),
    ("application/pgp-signature", "asc"),
    ("application/pkcs7-signature", "p7s"),
    ("application/vnd.oasis.opendocument.text", "odt"),
    ("application/msword", "doc"),
    ("application/vnd.oasis.opendocument.spreadsheet", "ods"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ("application/vnd.ms-excel", "xls"),
    ("application/rtf", "rtf"),
    ("application/gzip", "gz"),
];

/// The type a file's name tells, for files that come without one.
pub fn mime_of(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default();
    KNOWN.iter().find(|(_, e)| *e == extension).map_or("application/octet-stream", |(m, _)| m)
}

/// The extension of a type.
pub fn extension_of(mime: &str) -> &'static str {
    let reports = ["message/delivery-status", "message/disposition-notification", "message/feedback-report"];
    let other = if mime.starts_with("text/") || reports.contains(&mime) { "txt" } else { "bin" };
    KNOWN.iter().find(|(m, _)| *m == mime).map_or(other, |(_, e)| e)
}
