//! What has not left, for the people whose mail it is: the desk sees its own, and never whether somebody gives
//! (law P7); the treasury sees receipts and donors' links; the administrator sees the rest.

use entities::outbox;
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::platform::core::Core;
use crate::platform::failure::Failure;

/// Whose mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shelf {
    /// Replies and acknowledgements.
    Desk,
    /// Receipts, and links and notices to donors.
    Treasury,
    /// Links and notices to staff.
    House,
}

impl Shelf {
    fn condition(self) -> Condition {
        let kind = outbox::Column::Kind;
        let told = |theirs: bool| {
            let donor = outbox::Column::DonorId;
            Condition::all().add(kind.is_in(["link", "notice"])).add(if theirs {
                donor.is_not_null()
            } else {
                donor.is_null()
            })
        };
        match self {
            Self::Desk => Condition::all().add(kind.is_in(["reply", "acknowledgement"])),
            Self::Treasury => Condition::any().add(kind.eq("receipt")).add(told(true)),
            Self::House => told(false),
        }
    }
}

/// Which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Nobody knows whether they left.
    Decide,
    /// Given up.
    Failed,
    /// Held back by somebody.
    Held,
    /// Leaving now.
    Leaving,
    /// Waiting.
    Waiting,
}

impl List {
    /// In the order in which they matter.
    pub const ALL: [Self; 5] = [Self::Decide, Self::Failed, Self::Held, Self::Leaving, Self::Waiting];

    /// State in the table.
    pub const fn state(self) -> &'static str {
        match self {
            Self::Decide => "ambiguous",
            Self::Failed => "dead",
            Self::Held => "held",
            Self::Leaving => "sending",
            Self::Waiting => "waiting",
        }
    }
}

/// How many there are of each of [`List::ALL`].
pub async fn counts(core: &Core, shelf: Shelf) -> Result<[u64; 5], Failure> {
    let mut counts = [0; 5];
    for (list, count) in List::ALL.into_iter().zip(&mut counts) {
        let found = outbox::Entity::find().filter(shelf.condition());
        *count = found.filter(outbox::Column::State.eq(list.state())).count(core.db.read()).await?;
    }
    Ok(counts)
}

/// At most `limit` of a list, after the mail `after`: what waits in the order in which it was written, the rest
/// newest first.
pub async fn rows(
    core: &Core,
    shelf: Shelf,
    list: List,
    after: Option<i64>,
    limit: u64,
) -> Result<Vec<outbox::Model>, Failure> {
    let (id, waits) = (outbox::Column::Id, matches!(list, List::Waiting | List::Leaving));
    let mut found = outbox::Entity::find()
        .filter(shelf.condition())
        .filter(outbox::Column::State.eq(list.state()))
        .limit(limit);
    found = match (after, waits) {
        (Some(after), true) => found.filter(id.gt(after)),
        (Some(after), false) => found.filter(id.lt(after)),
        (None, _) => found,
    };
    found = if waits { found.order_by_asc(id) } else { found.order_by_desc(id) };
    Ok(found.all(core.db.read()).await?)
}

/// Whether this mail is theirs.
pub async fn is_on(core: &Core, shelf: Shelf, id: i64) -> Result<bool, Failure> {
    let found = outbox::Entity::find_by_id(id).filter(shelf.condition());
    Ok(found.one(core.db.read()).await?.is_some())
}
