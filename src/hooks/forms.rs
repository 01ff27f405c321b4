//! The secret of a tool.

use rocket::FromForm;

/// As typed.
#[derive(Debug, FromForm)]
pub struct SecretForm<'r> {
    /// The secret.
    #[field(default = "")]
    pub secret: &'r str,
}
