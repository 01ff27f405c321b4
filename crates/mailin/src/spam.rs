//! What a spam filter on the way wrote into the headers. Only a label (law M3): a mail said to be spam
//! is shown apart, never dropped.

use serde::{Deserialize, Serialize};

use crate::clean;
use crate::head::Head;

/// A filter's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Probably spam.
    Spam,
    /// Probably not.
    Ham,
    /// It does not decide.
    Unsure,
}

/// What the filters said; where several did, "spam" counts first, then "ham".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spam {
    /// The verdict.
    pub verdict: Verdict,
    /// The filter's points, on its own scale.
    pub score: Option<f64>,
    /// The header and its value, for the person who wonders; at most 200 bytes.
    pub words: String,
}

/// One reader for each header that we know.
type Reader = fn(&str) -> Option<(Verdict, Option<f64>)>;

const READERS: &[(&str, Reader)] = &[
    ("x-spam-flag", yes_or_no),
    ("x-spam-status", spamassassin),
    ("x-spam", yes_or_no),
    ("x-spamd-result", rspamd_result),
    ("x-rspamd-action", rspamd_action),
    ("x-rspamd-score", |_| None),
    ("x-spamd-bar", |v| bar(v, '+')),
    ("x-spam-level", |v| bar(v, '*')),
    ("x-ovh-spamstate", vade),
    ("x-vr-spamstate", vade),
    ("x-vade-spamstate", vade),
    ("x-vr-spamcause", |_| None),
    ("x-ms-exchange-organization-scl", scl),
    ("x-forefront-antispam-report", forefront),
    ("x-microsoft-antispam", |_| None),
    ("x-proofpoint-spam-details", proofpoint),
    ("x-proofpoint-spam-reason", |_| None),
    ("x-bogosity", bogofilter),
    ("x-dspam-result", word),
    ("x-gm-spam", |v| (v.trim() == "1").then_some((Verdict::Spam, None))),
    ("x-spambayes-classification", word),
    ("x-orange-spam", yes_or_no),
    ("x-me-spam-level", |_| None),
    ("x-barracuda-spam-status", spamassassin),
    ("x-ironport-anti-spam-result", |_| None),
    ("x-cm-analysis", |_| None),
    ("x-yahoofilteredbulk", |_| Some((Verdict::Spam, None))),
    ("x-hmailserver-spam", yes_or_no),
    ("x-purgate-type", |v| word(v.split(['.', ' ']).next().unwrap_or_default())),
    ("x-mailscanner-spamcheck", |v| {
        let spam = v.to_lowercase().starts_with("spam");
        Some((if spam { Verdict::Spam } else { Verdict::Ham }, number_after(v, "score=")))
    }),
    ("x-spam-checked-in-group", |_| None),
];

/// Reads every header of a filter that we know.
pub fn find(head: &Head) -> Option<Spam> {
    let mut best: Option<Spam> = None;
    for (name, reader) in READERS {
        for value in head.all(name).take(5) {
            let Some((verdict, score)) = reader(value) else { continue };
            let words = format!("{name}: {}", clean::line(value));
            let new = Spam { verdict, score, words: clean::cut(&words, 200).to_owned() };
            let rank = |s: &Spam| match s.verdict {
                Verdict::Spam => 0,
                Verdict::Ham => 1,
                Verdict::Unsure => 2,
            };
            match &mut best {
                None => best = Some(new),
                // The one that also tells the points tells more.
                Some(old) if rank(&new) == rank(old) && old.score.is_none() && new.score.is_some() => {
                    *old = new
                }
                Some(old) if rank(&new) < rank(old) => {
                    let score = new.score.or(old.score);
                    *old = Spam { score, ..new };
                }
                Some(old) => old.score = old.score.or(new.score),
            }
        }
    }
    best
}

fn said(spam: bool) -> Verdict {
    if spam { Verdict::Spam } else { Verdict::Ham }
}

fn yes_or_no(value: &str) -> Option<(Verdict, Option<f64>)> {
    let value = value.trim().to_ascii_lowercase();
    let first = value.split([' ', ',', ';']).next().unwrap_or_default();
    match first {
        "yes" | "true" | "1" | "spam" | "oui" => Some((Verdict::Spam, None)),
        "no" | "false" | "0" | "ham" | "non" => Some((Verdict::Ham, None)),
        _ => None,
    }
}

/// `Yes, score=7.1 required=5.0 tests=…`
fn spamassassin(value: &str) -> Option<(Verdict, Option<f64>)> {
    let (verdict, _) = yes_or_no(value)?;
    Some((verdict, number_after(value, "score=").or_else(|| number_after(value, "hits="))))
}

/// `default: False [2.50 / 15.00]; …`
fn rspamd_result(value: &str) -> Option<(Verdict, Option<f64>)> {
    let (said, rest) = value.split_once('[')?;
    let said = said.to_ascii_lowercase();
    let verdict = if said.contains("true") {
        Verdict::Spam
    } else if said.contains("false") {
        Verdict::Ham
    } else {
        Verdict::Unsure
    };
    Some((verdict, rest.split(['/', ']']).next().and_then(|n| n.trim().parse().ok())))
}

fn rspamd_action(value: &str) -> Option<(Verdict, Option<f64>)> {
    let verdict = match value.trim().to_ascii_lowercase().as_str() {
        "add header" | "rewrite subject" | "reject" | "soft reject" => Verdict::Spam,
        "no action" => Verdict::Ham,
        "greylist" => Verdict::Unsure,
        _ => return None,
    };
    Some((verdict, None))
}

/// Stars or plus signs: as many as there are points. Alone they do not decide.
fn bar(value: &str, mark: char) -> Option<(Verdict, Option<f64>)> {
    let count = u16::try_from(value.trim().chars().take_while(|c| *c == mark).count()).ok()?;
    (count > 0).then(|| (Verdict::Unsure, Some(f64::from(count))))
}

/// Vade, at OVH and other French providers: `OK`, `SPAM`, `SPAM:HIGH`, `PCE`, `MCE`, `CLEAN`.
fn vade(value: &str) -> Option<(Verdict, Option<f64>)> {
    let value = value.trim().to_ascii_uppercase();
    let verdict = match value.split([':', '-', ' ']).next().unwrap_or_default() {
        "SPAM" | "VIRUS" | "PHISHING" | "SCAM" | "MALWARE" | "SUSPECT" => Verdict::Spam,
        "OK" | "CLEAN" | "HAM" | "BOUNCE" => Verdict::Ham,
        "" => return None,
        _ => Verdict::Unsure,
    };
    Some((verdict, None))
}

/// Exchange: -1 trusted, 0 to 4 no spam, 5 to 9 spam.
fn scl(value: &str) -> Option<(Verdict, Option<f64>)> {
    let level: i16 = value.trim().parse().ok()?;
    Some((said(level >= 5), Some(f64::from(level))))
}

/// `CIP:…;SCL:5;SFV:SPM;…`
fn forefront(value: &str) -> Option<(Verdict, Option<f64>)> {
    let field = |name: &str| value.split(';').find_map(|f| f.trim().strip_prefix(name)).map(str::trim);
    match field("SFV:") {
        Some("SPM" | "SKB") => Some((Verdict::Spam, field("SCL:").and_then(|s| s.parse().ok()))),
        _ => scl(field("SCL:")?),
    }
}

/// `rule=spam policy=default score=99 …`
fn proofpoint(value: &str) -> Option<(Verdict, Option<f64>)> {
    let rule = value.split_whitespace().find_map(|w| w.strip_prefix("rule="))?;
    Some((said(rule.contains("spam") && !rule.contains("notspam")), number_after(value, " score=")))
}

/// `Spam, tests=bogofilter, spamicity=0.99`
fn bogofilter(value: &str) -> Option<(Verdict, Option<f64>)> {
    word(value.split([',', ' ']).next()?).map(|(verdict, _)| (verdict, number_after(value, "spamicity=")))
}

fn word(value: &str) -> Option<(Verdict, Option<f64>)> {
    let verdict = match value.trim().trim_matches(',').to_ascii_lowercase().as_str() {
        "spam" | "yes" | "junk" => Verdict::Spam,
        "ham" | "no" | "innocent" | "whitelisted" | "clean" | "good" => Verdict::Ham,
        "unsure" => Verdict::Unsure,
        _ => return None,
    };
    Some((verdict, None))
}

fn number_after(value: &str, mark: &str) -> Option<f64> {
    let (_, rest) = value.split_once(mark)?;
    let number = rest.split(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-')).next()?;
    number.parse::<f64>().ok().filter(|n| n.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(headers: &str) -> Option<(Verdict, Option<f64>)> {
        find(&Head::parse(headers.as_bytes())).map(|s| (s.verdict, s.score))
    }

    #[test]
    fn the_words_of_filters_are_understood() {
        for (headers, wanted) in [
            ("X-Spam-Flag: YES\nX-Spam-Status: Yes, score=7.1 required=5.0", (Verdict::Spam, Some(7.1))),
            ("X-Spam-Status: No, score=-1.9 required=5.0", (Verdict::Ham, Some(-1.9))),
            (
                "X-Spamd-Result: default: False [2.50 / 15.00];\n R_SPF_ALLOW(-0.20)[+mx]",
                (Verdict::Ham, Some(2.5)),
            ),
            ("X-Rspamd-Action: add header", (Verdict::Spam, None)),
            ("X-OVH-SPAMSTATE: OK", (Verdict::Ham, None)),
            ("X-VR-SPAMSTATE: SPAM:HIGH", (Verdict::Spam, None)),
            ("X-MS-Exchange-Organization-SCL: 6", (Verdict::Spam, Some(6.0))),
            ("X-Forefront-Antispam-Report: CIP:255.255.255.255;SCL:1;SFV:NSPM;", (Verdict::Ham, Some(1.0))),
            ("X-Forefront-Antispam-Report: SFV:SPM;SCL:5", (Verdict::Spam, Some(5.0))),
            ("X-Bogosity: Unsure, tests=bogofilter, spamicity=0.52", (Verdict::Unsure, Some(0.52))),
            ("X-Spam-Level: *****", (Verdict::Unsure, Some(5.0))),
            ("X-Proofpoint-Spam-Details: rule=notspam policy=default score=0", (Verdict::Ham, Some(0.0))),
            ("X-Spam-Status: No, score=2\nX-VR-SPAMSTATE: SPAM", (Verdict::Spam, Some(2.0))),
        ] {
            assert_eq!(of(headers), Some(wanted), "{headers}");
        }
        assert_eq!(of("X-Spam-Status: peut-être\nX-Spamd-Result: x\nSubject: spam"), None);
    }
}
