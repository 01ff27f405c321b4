//! What is typed on the pages of receipts.

use rocket::FromForm;

/// "Issue the receipts of this year."
#[derive(Debug, FromForm)]
pub struct RunForm {
    /// Calendar year of the gifts.
    pub year: i32,
    /// Receipts that the dry run announced.
    #[field(default = 0)]
    pub planned: i64,
    /// Mails leave with them.
    #[field(default = false)]
    pub mails: bool,
}

/// "Issue this donor's receipts although they are left out by default."
#[derive(Debug, FromForm)]
pub struct OneForm {
    /// `donor.id`.
    pub donor: i64,
    /// Calendar year of the gifts.
    pub year: i32,
}

/// Why a receipt is cancelled or replaced.
#[derive(Debug, FromForm)]
pub struct ReasonForm<'r> {
    /// In the person's own words.
    #[field(default = "")]
    pub reason: &'r str,
}
