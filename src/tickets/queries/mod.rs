//! Reads for the pages of the desk.

pub mod around;
pub mod check;
pub mod conversation;
pub mod ledger;
pub mod mailboxes;
pub mod own;
pub mod queue;
pub mod wait;

use entities::{member, requester, service};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::platform::{Core, Failure};

/// A row that a menu offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Row.
    pub id: i64,
    /// Name.
    pub name: String,
}

/// Services, in their order; with `all`, those no longer offered too. A handful.
pub async fn services(core: &Core, all: bool) -> Result<Vec<Named>, Failure> {
    let mut found =
        service::Entity::find().order_by_asc(service::Column::Position).order_by_asc(service::Column::Id);
    if !all {
        found = found.filter(service::Column::Active.eq(true));
    }
    let rows = found.all(core.db.read()).await?;
    Ok(rows.into_iter().map(|s| Named { id: s.id, name: s.name }).collect())
}

/// People on staff, those who left too. A staff is small.
pub async fn members(core: &Core) -> Result<Vec<member::Model>, Failure> {
    Ok(member::Entity::find().order_by_asc(member::Column::Name).all(core.db.read()).await?)
}

/// Requesters by number.
async fn people(core: &Core, ids: Vec<i64>) -> Result<Vec<requester::Model>, Failure> {
    Ok(requester::Entity::find().filter(requester::Column::Id.is_in(ids)).all(core.db.read()).await?)
}
