//! Files written into the text between `begin 644 name` and `end`, as mail did before MIME and some
//! scanners still do.

/// A text and the files that stood in it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Unpacked {
    /// The text; each file left its name in square brackets.
    pub text: String,
    /// Name as given, and content.
    pub files: Vec<(String, Vec<u8>)>,
}

/// Takes the files out. A block that cannot be decoded to its end stays text.
pub fn unpack(text: &str) -> Unpacked {
    let mut out = Unpacked::default();
    if !text.contains("begin ") {
        out.text = text.to_owned();
        return out;
    }
    let mut rest = text;
    while !rest.is_empty() {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        if let Some((name, bytes, later)) = named(line).and_then(|name| block(after, name)) {
            out.text.push_str(&format!("[{name}]\n"));
            out.files.push((name.to_owned(), bytes));
            rest = later;
        } else {
            out.text.push_str(rest.get(..rest.len() - after.len()).unwrap_or_default());
            rest = after;
        }
    }
    out
}

/// `photo.jpg` of `begin 644 photo.jpg`.
fn named(line: &str) -> Option<&str> {
    let (mode, name) = line.strip_prefix("begin ")?.split_once(' ')?;
    let octal = (3..=4).contains(&mode.len()) && mode.bytes().all(|b| (b'0'..=b'7').contains(&b));
    let name = name.trim();
    (octal && !name.is_empty()).then_some(name)
}

/// The content of a block, and what follows its `end`.
fn block<'t>(text: &'t str, name: &'t str) -> Option<(&'t str, Vec<u8>, &'t str)> {
    let mut bytes = Vec::new();
    let mut rest = text;
    loop {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        rest = after;
        let line = line.trim_end_matches(['\r', '\n']);
        match line {
            "end" => return Some((name, bytes, rest)),
            "" | "`" | " " => {}
            line => decode_line(line, &mut bytes)?,
        }
        if rest.is_empty() {
            return None;
        }
    }
}

/// One line: its length, then four characters for each three bytes.
fn decode_line(line: &str, bytes: &mut Vec<u8>) -> Option<()> {
    let value = |b: u8| (32..=96).contains(&b).then(|| (b - 32) & 63);
    let (first, data) = line.as_bytes().split_first()?;
    let length = usize::from(value(*first)?);
    // Some senders cut the blanks that end a line, some add a check character.
    if data.len() > length.div_ceil(3) * 4 + 2 || data.len() + 4 < length.div_ceil(3) * 4 {
        return None;
    }
    let start = bytes.len();
    for group in data.chunks(4) {
        let mut four = [0u8; 4];
        for (at, slot) in four.iter_mut().enumerate() {
            *slot = value(group.get(at).copied().unwrap_or(b' '))?;
        }
        let [a, b, c, d] = four;
        bytes.extend([a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
    }
    bytes.resize(start + length, 0);
    Some(())
}

/// A whole part that says it is encoded so; `None` when it holds no block.
pub fn decode_part(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(bytes);
    let mut unpacked = unpack(&text);
    (unpacked.files.len() == 1).then(|| unpacked.files.pop().map(|(_, bytes)| bytes)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_in_the_text_comes_out_and_leaves_its_name() {
        let found = unpack("Fichier :\nbegin 644 a.txt\n#0V%T\n`\nend\nMerci\n");
        assert_eq!(found.text, "Fichier :\n[a.txt]\nMerci\n");
        assert_eq!(found.files, [("a.txt".to_owned(), b"Cat".to_vec())]);
    }

    #[test]
    fn a_block_without_end_or_with_other_words_stays_text() {
        for text in [
            "begin 644 a.txt\n#0V%T\n",
            "begin 644 a\nà demain\nend\n",
            "begin with this\nend\n",
            "begin 999 a\nend",
        ] {
            assert_eq!(unpack(text), Unpacked { text: text.into(), files: vec![] });
        }
    }
}
