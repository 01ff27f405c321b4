//! What the forms of accounts say.

use rocket::FromForm;

/// A name, or words of a rule, or a reason.
#[derive(Debug, FromForm)]
pub struct Words<'r> {
    /// What was typed.
    #[field(default = "")]
    pub words: &'r str,
}

/// A payout and the line that it became.
#[derive(Debug, FromForm)]
pub struct Match<'r> {
    /// Name of the payout.
    #[field(default = "")]
    pub payout: &'r str,
    /// Number of the line; empty to take a match back.
    #[field(default = "")]
    pub line: &'r str,
}

/// Who gave what a line of the bank holds.
#[derive(Debug, FromForm)]
pub struct Giver<'r> {
    /// Number of the donor, or `nobody` for an anonymous gift.
    #[field(default = "")]
    pub donor: &'r str,
}
