//! How far mailboxes have been read, and what could not be.

use std::collections::HashSet;

use entities::{imap_folder, imap_trouble, mail_in, reconciliation};
use rules::fold::escape_like;
use sea_orm::sea_query::LikeExpr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::platform::{Core, Failure};
use crate::tickets::actions::mailbox::Place;

/// A folder's row.
pub async fn folder(core: &Core, place: &Place) -> Result<Option<imap_folder::Model>, Failure> {
    let key = (place.account.clone(), place.folder.clone());
    Ok(imap_folder::Entity::find_by_id(key).one(core.db.read()).await?)
}

/// Every folder that was ever read, by account.
pub async fn folders(core: &Core) -> Result<Vec<imap_folder::Model>, Failure> {
    Ok(imap_folder::Entity::find().order_by_asc(imap_folder::Column::Account).all(core.db.read()).await?)
}

/// Mails of a folder that could not be fetched: UID and tries.
pub async fn troubles(core: &Core, place: &Place, uidvalidity: u32) -> Result<Vec<(u32, i32)>, Failure> {
    let rows = imap_trouble::Entity::find()
        .filter(imap_trouble::Column::Account.eq(place.account.clone()))
        .filter(imap_trouble::Column::Folder.eq(place.folder.clone()))
        .filter(imap_trouble::Column::Uidvalidity.eq(i64::from(uidvalidity)))
        .limit(10_000)
        .all(core.db.read())
        .await?;
    Ok(rows.into_iter().filter_map(|row| Some((u32::try_from(row.uid).ok()?, row.tries))).collect())
}

/// Every mail on a server that could not be fetched, for the ledger's page.
pub async fn all_troubles(core: &Core) -> Result<Vec<imap_trouble::Model>, Failure> {
    let found = imap_trouble::Entity::find().order_by_asc(imap_trouble::Column::FirstAt).limit(200);
    Ok(found.all(core.db.read()).await?)
}

/// How many there are.
pub async fn trouble_count(core: &Core) -> Result<u64, Failure> {
    Ok(imap_trouble::Entity::find().count(core.db.read()).await?)
}

/// UIDs of a folder that the ledger has.
pub async fn known(core: &Core, place: &Place, uidvalidity: u32) -> Result<HashSet<u32>, Failure> {
    let prefix = format!("{}{uidvalidity}|", place.prefix());
    // Not a range of texts: PostgreSQL orders them as its language does, and `~` may come before the digits.
    let begins = LikeExpr::new(format!("{}%", escape_like(&prefix))).escape('\\');
    let keys: Vec<String> = mail_in::Entity::find()
        .select_only()
        .column(mail_in::Column::SourceKey)
        .filter(mail_in::Column::SourceKey.like(begins))
        .into_tuple()
        .all(core.db.read())
        .await?;
    Ok(keys.iter().filter_map(|key| key.strip_prefix(&prefix)?.parse().ok()).collect())
}

/// The last comparison of each folder.
pub async fn comparisons(core: &Core) -> Result<Vec<reconciliation::Model>, Failure> {
    let mut latest: Vec<reconciliation::Model> = Vec::new();
    let rows = reconciliation::Entity::find()
        .order_by_desc(reconciliation::Column::Id)
        .limit(200)
        .all(core.db.read());
    for row in rows.await? {
        if !latest.iter().any(|seen| seen.account == row.account && seen.folder == row.folder) {
            latest.push(row);
        }
    }
    Ok(latest)
}
