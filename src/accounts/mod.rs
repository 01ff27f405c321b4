//! People on staff: who they are, how they come in, what each may do.

pub mod actions;
pub mod association;
pub mod cli;
mod forms;
pub mod guards;
pub mod mail_check;
pub mod pages;
pub mod passwords;
pub mod queries;
mod views;

pub use guards::Visitor;

use crate::platform::{Core, Failure, settings};

/// What every mail's templates may say of us: `page.association` and `page.public_url`.
pub async fn mail_page(core: &Core) -> Result<serde_json::Value, Failure> {
    let name = settings::get(core.db.read(), "association.name").await?;
    let contact = core.config.mail_from.clone();
    Ok(serde_json::json!({
        "association": name.unwrap_or_else(|| "Soutien".into()),
        "public_url": core.config.public(),
        "contact": contact,
        "now": core.clock.now(),
    }))
}
