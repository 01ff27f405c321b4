//! What the forms of imports say.

use rocket::FromForm;
use rocket::fs::TempFile;

/// A file to look at.
#[derive(Debug, FromForm)]
pub struct Upload<'r> {
    /// Code of the source.
    #[field(default = "")]
    pub source: &'r str,
    /// Number of the bank account that was chosen; empty for none.
    #[field(default = "")]
    pub account: &'r str,
    /// The file.
    pub file: Option<TempFile<'r>>,
}

impl Upload<'_> {
    /// Name of the file as the person has it, without its folders.
    pub fn name(&self) -> String {
        let raw = self.file.as_ref().and_then(TempFile::raw_name);
        let name = raw.map(|n| n.dangerous_unsafe_unsanitized_raw().as_str().to_owned()).unwrap_or_default();
        name.rsplit(['/', '\\']).next().unwrap_or_default().trim().to_owned()
    }
}

/// Who gave: a donor's number, or `new`.
#[derive(Debug, FromForm)]
pub struct Choice<'r> {
    /// The choice.
    #[field(default = "")]
    pub donor: &'r str,
}

impl Choice<'_> {
    /// The donor, or none for a new one; an outer none when the form says nothing.
    pub fn read(&self) -> Option<Option<i64>> {
        match self.donor {
            "new" => Some(None),
            number => number.parse().ok().map(Some),
        }
    }
}
