//! Text that a spreadsheet shows and never runs.
//!
//! A cell is taken for a formula when its first visible character is `=`, `+`, `-` or `@`
//! (also in their full-width forms), or when it begins with a tab or a line break. Such a cell
//! gets an apostrophe in front, which spreadsheets read as "this is text". Control characters are
//! dropped, because some readers skip them before they look for the formula.

/// Whether the text can be written as it is: no formula, nothing to clean.
pub(super) fn is_harmless(text: &str) -> bool {
    let mut bytes = text.bytes();
    match bytes.next() {
        None => return true,
        // A plain first character: only control characters remain to be looked for.
        Some(b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z') => {}
        Some(0xC3) => {}
        Some(_) if runs(text) => return false,
        Some(_) => {}
    }
    // C0 and DEL in one look; 0xC2 leads the two-byte characters where C1 live.
    !text.bytes().any(|byte| (byte < 0x20 && byte != b'\n' && byte != b'\t') || byte == 0x7F || byte == 0xC2)
        || !text.chars().any(is_dropped)
}

/// Writes the text cleaned, with an apostrophe in front of what would run.
/// Line breaks of all sorts become LF; tabs stay.
pub(super) fn push_harmless(out: &mut Vec<u8>, text: &str) {
    if runs(text) {
        out.push(b'\'');
    }
    let mut characters = text.chars().peekable();
    let mut utf8 = [0; 4];
    while let Some(character) = characters.next() {
        match character {
            '\r' => {
                if characters.peek() != Some(&'\n') {
                    out.push(b'\n');
                }
            }
            dropped if is_dropped(dropped) => {}
            kept => out.extend_from_slice(kept.encode_utf8(&mut utf8).as_bytes()),
        }
    }
}

fn is_dropped(character: char) -> bool {
    character.is_control() && character != '\n' && character != '\t'
}

fn runs(text: &str) -> bool {
    let mut visible = text.chars().filter(|c| !is_dropped(*c) || *c == '\r');
    if matches!(visible.next(), Some('\t' | '\r' | '\n')) {
        return true;
    }
    let invisible = |c: &char| c.is_whitespace() || c.is_control() || is_zero_width(*c);
    matches!(text.chars().find(|c| !invisible(c)), Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠'))
}

fn is_zero_width(character: char) -> bool {
    matches!(character, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{AD}')
}
