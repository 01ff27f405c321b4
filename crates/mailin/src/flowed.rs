//! `format=flowed` (RFC 3676): soft line breaks become one long line again.

/// Joins the lines that end with a space, within one depth of quoting; `delsp` removes that space.
pub fn unflow(text: &str, delsp: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let (depth, body) = depth_of(line);
        if open == Some(depth) && body != "-- " {
            out.push_str(body);
        } else {
            if open.is_some() || !out.is_empty() {
                out.push('\n');
            }
            if depth > 0 {
                out.push_str(&">".repeat(depth));
                out.push(' ');
            }
            out.push_str(body);
        }
        open = (body.ends_with(' ') && body != "-- ").then_some(depth);
        if open.is_some() && delsp {
            out.pop();
        }
    }
    out
}

/// Number of `>` in front, and the text after them without its stuffed space.
fn depth_of(line: &str) -> (usize, &str) {
    let body = line.trim_start_matches('>');
    let depth = line.len() - body.len();
    (depth, body.strip_prefix(' ').unwrap_or(body))
}
