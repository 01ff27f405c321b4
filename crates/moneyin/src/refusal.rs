//! Why a whole file is refused.

use rules::money::Cents;

use crate::text::NotText;
use crate::why::Sentence;

/// Why a whole file is refused; nothing of it is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileRefusal {
    /// It is no table of text.
    NotText(NotText),
    /// It was turned into UTF-8 twice: `RÃ©fÃ©rence`.
    Garbled,
    /// It has no line of column names.
    NoHeader,
    /// Columns that are needed are not there.
    Missing {
        /// What they are called in the files of this source.
        missing: Vec<&'static str>,
        /// Every column found.
        found: Vec<String>,
    },
    /// Columns that a person named are not there.
    Unmapped {
        /// Their names.
        missing: Vec<String>,
        /// Every column found.
        found: Vec<String>,
    },
    /// It is another kind of file than was said.
    OtherKind {
        /// What was expected (`CAMT.053`, `OFX`, `QIF`).
        expected: &'static str,
        /// What it looks like.
        found: String,
    },
    /// It declares an encoding that is not read.
    Encoding {
        /// Its name.
        found: String,
    },
    /// It declares entities or a document type: what an XML bomb does, and no bank.
    Doctype,
    /// It is not well formed.
    Malformed {
        /// Byte of the file, from 0.
        at: u64,
        /// What the parser says, in English.
        what: String,
    },
    /// It ends in the middle.
    Truncated,
    /// It is larger, or unfolds to more, than any statement of a bank.
    TooLarge,
    /// An archive with no file, or several, in it.
    Archive {
        /// Files in it.
        files: usize,
    },
    /// Another currency than the euro.
    Currency {
        /// The currency.
        found: String,
    },
    /// Opening balance and lines do not give the closing balance.
    Unbalanced {
        /// Name of the statement.
        name: String,
        /// What lacks.
        gap: Cents,
    },
    /// It holds lines of several accounts and does not say which they are.
    SeveralAccounts {
        /// The second one.
        found: String,
    },
    /// It holds no line at all.
    NoLine,
}

/// Why no more comes of a file.
#[derive(Debug)]
pub enum Broken {
    /// The disk could not be read.
    Disk(std::io::Error),
    /// The file is refused, for the person to read; nothing of it may be kept.
    File(FileRefusal),
}

impl From<std::io::Error> for Broken {
    fn from(error: std::io::Error) -> Self {
        Self::Disk(error)
    }
}

impl From<FileRefusal> for Broken {
    fn from(refusal: FileRefusal) -> Self {
        Self::File(refusal)
    }
}

impl FileRefusal {
    /// The sentence for the person.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::NotText(kind) => kind.sentence(),
            Self::Garbled => Sentence::new("imports-file-garbled"),
            Self::NoHeader => Sentence::new("imports-file-no-header"),
            Self::Missing { missing, found } => Sentence::new("imports-file-missing")
                .count("count", missing.len())
                .with("missing", listed(missing))
                .with("found", listed(found)),
            Self::Unmapped { missing, found } => Sentence::new("imports-file-unmapped")
                .count("count", missing.len())
                .with("missing", listed(missing))
                .with("found", listed(found)),
            Self::OtherKind { expected, found } => {
                Sentence::new("imports-file-other-kind").with("expected", *expected).with("found", found)
            }
            Self::Encoding { found } => Sentence::new("imports-file-encoding").with("found", found),
            Self::Doctype => Sentence::new("imports-file-doctype"),
            Self::Malformed { at, what } => {
                Sentence::new("imports-file-malformed").count("at", at).with("what", what)
            }
            Self::Truncated => Sentence::new("imports-file-truncated"),
            Self::TooLarge => Sentence::new("imports-file-too-large"),
            Self::Archive { files } => Sentence::new("imports-file-archive-of").count("count", files),
            Self::Currency { found } => Sentence::new("imports-file-currency").with("found", found),
            Self::Unbalanced { name, gap } => {
                Sentence::new("imports-file-unbalanced").with("name", name).with("gap", gap.csv_fr())
            }
            Self::SeveralAccounts { found } => {
                Sentence::new("imports-file-several-accounts").with("found", found)
            }
            Self::NoLine => Sentence::new("imports-file-no-line"),
        }
    }
}

fn listed(names: &[impl AsRef<str>]) -> String {
    let names: Vec<String> = names.iter().take(60).map(|n| n.as_ref().chars().take(80).collect()).collect();
    names.join(" · ")
}
