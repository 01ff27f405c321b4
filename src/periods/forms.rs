//! What the forms of periods say.

use rocket::FromForm;

/// A period to close.
#[derive(Debug, FromForm)]
pub struct Closing<'r> {
    /// Its last day, `2026-01-31`.
    #[field(default = "")]
    pub through: &'r str,
    /// What is still to do may wait.
    #[field(default = false)]
    pub anyway: bool,
}

/// Why a period is opened again.
#[derive(Debug, FromForm)]
pub struct Reason<'r> {
    /// What was typed.
    #[field(default = "")]
    pub reason: &'r str,
}
