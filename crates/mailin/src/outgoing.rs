//! What our own mails say of themselves.

/// Why a mail leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Written {
    /// A person signed in wrote it: it never bears a mark of automatic mail (law M6).
    ByHuman,
    /// We answer a mail automatically (acknowledgement).
    InAnswer,
    /// We tell something on our own (sign-in link, receipt, notice).
    OnOurOwn,
}

/// The headers that say how a mail came to be.
#[must_use]
pub fn headers(written: Written) -> &'static [(&'static str, &'static str)] {
    match written {
        Written::ByHuman => &[],
        Written::InAnswer => &[("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")],
        Written::OnOurOwn => &[("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")],
    }
}

/// Longest References value we write, in bytes (RFC 5322 bounds a line to 998).
const LONGEST: usize = 900;

/// The References header for an answer in a thread, oldest first: the first mail and as many of the
/// newest as fit. Ids may come with or without brackets.
#[must_use]
pub fn references_for(thread: &[String]) -> String {
    let ids: Vec<String> = thread.iter().filter_map(|id| bracketed(id)).collect();
    let Some((first, rest)) = ids.split_first() else { return String::new() };
    let mut room = LONGEST.saturating_sub(first.len());
    let mut newest: Vec<&str> = Vec::new();
    for id in rest.iter().rev() {
        if id.len() + 1 > room {
            break;
        }
        room -= id.len() + 1;
        newest.push(id);
    }
    let kept = std::iter::once(first.as_str()).chain(newest.into_iter().rev());
    kept.collect::<Vec<_>>().join(" ")
}

fn bracketed(id: &str) -> Option<String> {
    let bare = id.trim().trim_start_matches('<').trim_end_matches('>');
    let clean = !bare.is_empty()
        && bare.len() <= 400
        && bare.chars().all(|c| c.is_ascii_graphic() && !"<>".contains(c));
    clean.then(|| format!("<{bare}>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_thread_keeps_its_first_and_its_newest_mails() {
        let thread: Vec<String> = (0..200).map(|n| format!("mail-{n}@exemple.fr")).collect();
        let line = references_for(&thread);
        assert!(line.starts_with("<mail-0@exemple.fr> ") && line.ends_with(" <mail-199@exemple.fr>"));
        assert!(line.len() <= LONGEST);
        assert_eq!(references_for(&[]), "");
    }

    #[test]
    fn a_foreign_id_cannot_add_a_header() {
        assert_eq!(references_for(&["a@b\r\nBcc: x@y".into(), "<c@d>".into()]), "<c@d>");
    }

    #[test]
    fn a_human_reply_never_says_it_is_automatic() {
        assert!(headers(Written::ByHuman).is_empty());
        assert!(
            headers(Written::InAnswer).iter().any(|(n, v)| *n == "Auto-Submitted" && *v == "auto-replied")
        );
    }
}
