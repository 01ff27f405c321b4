//! What a donor may see: what hangs on the mail address that they proved to be theirs, nothing else.

use entities::{donor, donor_session};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::donors;
use crate::platform::keys::token_hash;
use crate::platform::{Core, Failure};

/// The mail address behind a session's token, while it lasts.
pub async fn session(core: &Core, token: &str) -> Result<Option<String>, Failure> {
    let found = donor_session::Entity::find()
        .filter(donor_session::Column::TokenHash.eq(token_hash(token)))
        .filter(donor_session::Column::ExpiresAt.gt(core.clock.now()));
    Ok(found.one(core.db.read()).await?.map(|row| row.email))
}

/// The records that have this address.
pub async fn own(conn: &impl ConnectionTrait, email: &str) -> Result<Vec<donor::Model>, Failure> {
    donors::find_by_mail(conn, email).await
}
