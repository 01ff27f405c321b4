//! What the forms of imports say.

use std::collections::BTreeMap;

use moneyin::generic::{Field, Mapping};
use rocket::FromForm;
use rocket::fs::TempFile;

use crate::web::files;

/// A file to look at.
#[derive(Debug, FromForm)]
pub struct Upload<'r> {
    /// Code of the source.
    #[field(default = "")]
    pub source: &'r str,
    /// Number of the bank account that was chosen; empty for none.
    #[field(default = "")]
    pub account: &'r str,
    /// Number of the table of gifts that was chosen; empty for none.
    #[field(default = "")]
    pub table: &'r str,
    /// The file.
    pub file: Option<TempFile<'r>>,
}

impl Upload<'_> {
    /// Name of the file as the person has it, without its folders.
    pub fn name(&self) -> String {
        self.file.as_ref().map(files::name).unwrap_or_default()
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

/// The columns of a table of gifts, one field each by its code.
#[derive(Debug, FromForm)]
pub struct TableForm {
    /// Name of the column of each field.
    #[field(name = "column", default = BTreeMap::new())]
    pub columns: BTreeMap<String, String>,
    /// The month comes first.
    #[field(default = false)]
    pub month_first: bool,
}

impl TableForm {
    /// As it is kept.
    pub fn mapping(&self) -> Mapping {
        let named = |field: &Field| {
            let name: String = self.columns.get(field.code())?.trim().chars().take(100).collect();
            (!name.is_empty()).then_some((*field, name))
        };
        Mapping {
            name: String::new(),
            columns: Field::ALL.iter().filter_map(named).collect(),
            month_first: self.month_first,
        }
    }
}

/// A line of a file as a person corrects it.
#[derive(Debug, Clone, Default, FromForm)]
pub struct CorrectedLine {
    /// Line of the file.
    #[field(default = 0)]
    pub line: u64,
    /// Whether it is to be brought again.
    #[field(default = false)]
    pub keep: bool,
    /// Its cells, one for each column.
    #[field(default = Vec::new())]
    pub cells: Vec<String>,
}

/// Corrected lines.
#[derive(Debug, Clone, Default, FromForm)]
pub struct Corrections {
    /// They.
    #[field(default = Vec::new())]
    pub rows: Vec<CorrectedLine>,
    /// Where the page began.
    #[field(default = String::new())]
    pub after: String,
}

/// A name.
#[derive(Debug, FromForm)]
pub struct Name<'r> {
    /// What was typed.
    #[field(default = "")]
    pub name: &'r str,
}
