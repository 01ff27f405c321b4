//! The ledger of files, and the form that brings one.

use chrono::{DateTime, Utc};
use entities::{gift_table, import_file, money_account};
use serde::Serialize;

use super::{source_label, source_name, state};
use crate::imports::reading::Source;
use crate::web::Frame;

/// A choice of a select.
#[derive(Debug, Serialize)]
pub struct Choice {
    value: &'static str,
    label: String,
    selected: bool,
}

/// A bank account of a select.
#[derive(Debug, Serialize)]
pub struct AccountChoice {
    value: String,
    label: String,
}

/// The ledger of files, and the form that brings one.
#[derive(Debug, Serialize)]
pub struct ListView {
    rows: Vec<FileRow>,
    prev: Option<String>,
    next: Option<String>,
    writes: bool,
    sources: Vec<Choice>,
    tables: Vec<AccountChoice>,
    accounts: Vec<AccountChoice>,
    errors: Vec<FieldError>,
    file_error: Option<String>,
}

/// A field that is refused.
#[derive(Debug, Serialize)]
pub struct FieldError {
    field: &'static str,
    text: String,
}

/// A file of the list.
#[derive(Debug, Serialize)]
pub struct FileRow {
    id: i64,
    name: String,
    source: String,
    at: DateTime<Utc>,
    by: String,
    state: String,
    badge: &'static str,
    icon: &'static str,
    rows_new: i64,
    cents_new: Option<i64>,
    to_see: i64,
    struck: bool,
}

impl ListView {
    /// The list, and why a file was refused, if one was.
    pub fn new(
        frame: &Frame,
        files: &[import_file::Model],
        (accounts, tables): (&[money_account::Model], &[gift_table::Model]),
        links: (Option<String>, Option<String>),
        (writes, refused): (bool, Option<String>),
    ) -> Self {
        let rows = files.iter().map(|file| {
            let (state, badge, icon) = state(frame, &file.state);
            FileRow {
                id: file.id,
                name: file.file_name.clone(),
                source: source_name(frame, &file.source),
                at: file.created_at,
                by: file.created_by.clone(),
                state,
                badge,
                icon,
                rows_new: file.rows_new,
                cents_new: Source::parse(&file.source).is_none_or(|s| !s.is_bank()).then_some(file.cents_new),
                to_see: file.rows_conflict + file.rows_refused,
                struck: matches!(file.state.as_str(), "undone" | "abandoned"),
            }
        });
        let by_content =
            Choice { value: "auto", label: frame.word("imports-source-by-itself"), selected: true };
        let sources =
            Source::ALL.map(|s| Choice { value: s.code(), label: source_label(frame, s), selected: false });
        let sources = std::iter::once(by_content).chain(sources);
        let banks: Vec<_> = accounts.iter().filter(|account| account.kind == "bank").collect();
        let by_itself =
            AccountChoice { value: String::new(), label: frame.word("imports-account-by-itself") };
        let named = banks
            .iter()
            .map(|account| AccountChoice { value: account.id.to_string(), label: account.name.clone() });
        let accounts =
            if banks.is_empty() { Vec::new() } else { std::iter::once(by_itself).chain(named).collect() };
        let by_itself = AccountChoice { value: String::new(), label: frame.word("imports-table-by-itself") };
        let named = tables
            .iter()
            .map(|table| AccountChoice { value: table.id.to_string(), label: table.name.clone() });
        let tables =
            if tables.is_empty() { Vec::new() } else { std::iter::once(by_itself).chain(named).collect() };
        Self {
            tables,
            rows: rows.collect(),
            prev: links.0,
            next: links.1,
            writes,
            sources: sources.collect(),
            accounts,
            errors: refused
                .iter()
                .map(|_| FieldError { field: "file", text: frame.word("imports-file-refused") })
                .collect(),
            file_error: refused,
        }
    }
}
