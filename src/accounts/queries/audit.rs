//! The audit, newest first.

use entities::audit;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::platform::{Core, Failure};
use crate::web::paging::PAGE;

/// Which lines.
#[derive(Debug, Clone, Default)]
pub struct Filter<'a> {
    /// Kind of the subject, e.g. `ticket`.
    pub kind: Option<&'a str>,
    /// Its id.
    pub id: Option<&'a str>,
    /// The person on staff who acted.
    pub actor: Option<i64>,
}

/// Up to `PAGE + 1` lines older than `before`, newest first.
pub async fn lines(
    core: &Core,
    filter: &Filter<'_>,
    before: Option<i64>,
) -> Result<Vec<audit::Model>, Failure> {
    let mut found = audit::Entity::find().order_by_desc(audit::Column::Id).limit(PAGE + 1);
    if let Some(kind) = filter.kind {
        found = found.filter(audit::Column::SubjectKind.eq(kind));
    }
    if let Some(id) = filter.id {
        found = found.filter(audit::Column::SubjectId.eq(id));
    }
    if let Some(actor) = filter.actor {
        found = found.filter(audit::Column::ActorId.eq(actor));
    }
    if let Some(before) = before {
        found = found.filter(audit::Column::Id.lt(before));
    }
    Ok(found.all(core.db.read()).await?)
}
