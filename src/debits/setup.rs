//! Who collects, and how long before donors are told.

use reports::debits::{Creditor, Version};
use serde::{Deserialize, Serialize};

/// Days of notice where nothing else was agreed (rulebook, 4.3.4).
pub const NOTICE: u32 = 14;
/// Name of the setting.
pub const KEY: &str = "debits.setup";

/// What is needed before anything is collected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setup {
    /// Who collects.
    pub creditor: Creditor,
    /// Days from the announcement to the debit.
    pub notice_days: u32,
    /// Version of the file that the bank takes.
    pub version: Version,
}
