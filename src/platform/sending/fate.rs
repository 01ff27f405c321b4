//! What became of one try to hand a mail over.

use lettre::transport::smtp::Error;

/// What became of one try. Only what is certain is called certain (law M5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// The mail server has it, in its words.
    Taken(String),
    /// Not now, says the server of this mail; nothing was handed over.
    Later(String),
    /// Never, says the server of this mail; nothing was handed over.
    Refused(String),
    /// The line broke when the mail was being handed over: the server may or may not have it.
    Unknown(String),
    /// The server cannot be reached, or takes nothing now. That is no fault of this mail.
    Away(String),
    /// The server takes nothing from us until somebody changes a setting. No fault of this mail either.
    Setup(String),
}

/// What a command came to before the mail was handed over.
#[derive(Debug)]
pub enum Answer {
    /// 4xx.
    NotNow(String),
    /// 421: the server hangs up.
    Closing(String),
    /// 5xx, with its code.
    Never(u16, String),
    /// No answer that can be read.
    Broken(String),
}

/// Reads what the library says went wrong.
pub fn read(error: &Error) -> Answer {
    let Some(code) = error.status() else { return Answer::Broken(chain(error)) };
    let number = code.to_string().parse().unwrap_or(0);
    let said = std::error::Error::source(error).map_or_else(String::new, ToString::to_string);
    let words = format!("{number} {said}").trim_end().to_owned();
    match number {
        421 => Answer::Closing(words),
        _ if is_quota(&words) => Answer::Closing(words),
        _ if error.is_permanent() => Answer::Never(number, words),
        _ => Answer::NotNow(words),
    }
}

/// The error and what caused it, said once each.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !words.contains(&more) {
            words = format!("{words}: {more}");
        }
        cause = error.source();
    }
    words
}

/// We sent too much for today, says the server: it takes nothing for a while, though it says "never".
fn is_quota(words: &str) -> bool {
    speaks_of_us(words) || words.to_ascii_lowercase().contains("rate limit")
}

/// Whether the server hangs up, or has a limit for us rather than for whoever the mail goes to.
pub fn speaks_of_us(words: &str) -> bool {
    let lower = words.to_ascii_lowercase();
    let limits = ["5.4.5", "4.4.5", "sending limit", "sending quota"];
    words.starts_with("421") || limits.iter().any(|sign| lower.contains(sign))
}

impl Answer {
    /// Its words.
    pub fn words(self) -> String {
        match self {
            Self::NotNow(words) | Self::Closing(words) | Self::Never(_, words) | Self::Broken(words) => words,
        }
    }
}
