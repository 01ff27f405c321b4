//! What the forms of duplicates say.

use rocket::FromForm;

use super::actions::Merge;

/// Two records, at the versions that were compared, and which one is kept.
#[derive(Debug, Clone, Copy, FromForm)]
pub struct MergeForm {
    one: i64,
    one_version: i32,
    other: i64,
    other_version: i32,
    keep: i64,
}

impl MergeForm {
    /// The two records.
    pub fn ids(&self) -> (i64, i64) {
        (self.one, self.other)
    }

    /// The command. What is kept is the first one unless the second was chosen.
    pub fn merge(&self) -> Merge {
        let (one, other) = ((self.one, self.one_version), (self.other, self.other_version));
        if self.keep == self.other {
            Merge { kept: other, absorbed: one }
        } else {
            Merge { kept: one, absorbed: other }
        }
    }
}

/// Two records.
#[derive(Debug, Clone, Copy, FromForm)]
pub struct Two {
    /// One.
    pub one: i64,
    /// The other.
    pub other: i64,
}
