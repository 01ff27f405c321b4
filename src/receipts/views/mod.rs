//! What the pages of receipts show.

use rules::roles::{Permission, may};
use serde::Serialize;

use crate::web::Frame;

mod receipt;
mod register;
mod run;

pub use receipt::ReceiptView;
pub use register::{Parts, Register, RunLine};
pub use run::{DryRun, LeftPage};

/// An entry of a choice.
#[derive(Debug, Serialize)]
struct Choice {
    value: String,
    label: String,
    selected: bool,
}

/// Whether the person may issue.
fn issues(frame: &Frame) -> bool {
    frame.member.as_ref().is_some_and(|member| may(member.role, Permission::IssueReceipts))
}
