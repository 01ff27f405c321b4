//! How far the folders of mail servers have been read. A mail is marked there only once it is ours here.

use chrono::{DateTime, Utc};
use entities::{imap_folder, imap_trouble, mail_in, reconciliation};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use crate::platform::{Failure, Tx};

/// Tries before a mail that cannot be fetched is left aside, shown, and tried once a day.
pub const TRIES: i32 = 3;

/// How the error of a folder begins whose mails come in and cannot be marked or moved on the server. It stays until
/// the server does as asked.
pub const REFUSES: &str = "the server refuses to ";

/// A folder of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Account.
    pub account: String,
    /// Folder.
    pub folder: String,
}

impl Place {
    /// Names a mail of this folder for ever (RFC 3501 2.3.1.1: a UID lives with its UIDVALIDITY).
    pub fn key(&self, uidvalidity: u32, uid: u32) -> String {
        format!("{}{uidvalidity}|{uid}", self.prefix())
    }

    /// What every key of this folder begins with.
    pub fn prefix(&self) -> String {
        format!("imap|{}|{}|", self.account, self.folder)
    }
}

async fn row(tx: &Tx, place: &Place) -> Result<Option<imap_folder::Model>, Failure> {
    let key = (place.account.clone(), place.folder.clone());
    Ok(imap_folder::Entity::find_by_id(key).one(tx.conn()).await?)
}

/// Where the history of a folder ends, which is not ours to touch: what has a number up to `uid` and came
/// before `from`. A mail that somebody moves there later is ours, however old it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct History {
    /// Highest number of what was there.
    pub uid: u32,
    /// The first instant that is ours.
    pub from: DateTime<Utc>,
}

impl History {
    /// Whether a mail belongs to it.
    pub fn holds(&self, uid: u32, came: Option<DateTime<Utc>>) -> bool {
        uid <= self.uid && came.is_some_and(|at| at < self.from)
    }
}

/// The history of a folder's row.
pub fn history(row: &imap_folder::Model) -> History {
    History { uid: u32::try_from(row.history_to).unwrap_or(u32::MAX), from: row.started_at }
}

/// Begins a folder after `last_uid`.
pub async fn begin(
    tx: &Tx,
    place: &Place,
    uidvalidity: u32,
    last_uid: u32,
    history: History,
) -> Result<(), Failure> {
    let fresh = imap_folder::ActiveModel {
        account: Set(place.account.clone()),
        folder: Set(place.folder.clone()),
        uidvalidity: Set(i64::from(uidvalidity)),
        last_uid: Set(i64::from(last_uid)),
        started_at: Set(history.from),
        history_to: Set(i64::from(history.uid)),
        ..Default::default()
    };
    imap_folder::Entity::insert(fresh).exec_without_returning(tx.conn()).await?;
    let detail = json!({ "account": place.account, "folder": place.folder, "uidvalidity": uidvalidity, "after": last_uid });
    tx.audit_key("mailbox.begin", ("mailbox", &place.account), detail).await
}

/// The server numbered the folder anew, up to `highest`: it is read again from the instant it was begun; what is
/// ours already is known by its bytes.
pub async fn renumbered(tx: &Tx, place: &Place, uidvalidity: u32, highest: u32) -> Result<(), Failure> {
    let was = row(tx, place).await?.map(|row| row.uidvalidity);
    change(
        tx,
        place,
        imap_folder::ActiveModel {
            uidvalidity: Set(i64::from(uidvalidity)),
            last_uid: Set(0),
            history_to: Set(i64::from(highest)),
            ..Default::default()
        },
    )
    .await?;
    let detail = json!({ "account": place.account, "folder": place.folder, "was": was, "is": uidvalidity });
    tx.audit_key("mailbox.renumbered", ("mailbox", &place.account), detail).await
}

/// A mail that was ours under an old number of its folder: its line bears the new key. Gives the line.
pub async fn rename(tx: &Tx, hash: &str, key: &str) -> Result<Option<i64>, Failure> {
    let Some((with_validity, _)) = key.rsplit_once('|') else { return Ok(None) };
    let Some((folder, _)) = with_validity.rsplit_once('|') else { return Ok(None) };
    let (now, folder) = (format!("{with_validity}|"), format!("{folder}|"));
    let known = mail_in::Entity::find()
        .filter(mail_in::Column::RawBlob.eq(hash))
        .order_by_asc(mail_in::Column::Id)
        .all(tx.conn())
        .await?;
    let was_here = |key: &str| key.starts_with(&folder) && !key.starts_with(&now);
    let Some(line) = known.iter().find(|line| line.source_key.as_deref().is_some_and(was_here)) else {
        return Ok(None);
    };
    mail_in::Entity::update_many()
        .col_expr(mail_in::Column::SourceKey, Expr::value(key))
        .filter(mail_in::Column::Id.eq(line.id))
        .exec(tx.conn())
        .await?;
    Ok(Some(line.id))
}

/// Everything up to `uid` is ours.
pub async fn read_to(tx: &Tx, place: &Place, uid: u32) -> Result<(), Failure> {
    let further = imap_folder::Column::LastUid.lt(i64::from(uid));
    imap_folder::Entity::update_many()
        .col_expr(imap_folder::Column::LastUid, Expr::value(i64::from(uid)))
        .filter(imap_folder::Column::Account.eq(place.account.clone()))
        .filter(imap_folder::Column::Folder.eq(place.folder.clone()))
        .filter(further)
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// A look at the folder is over: all went well, or why not. What the server refused to mark or move still stands.
pub async fn looked(tx: &Tx, place: &Place, error: Option<&str>) -> Result<(), Failure> {
    let Some(row) = row(tx, place).await? else { return Ok(()) };
    let looked = imap_folder::ActiveModel { looked_at: Set(Some(tx.at)), ..Default::default() };
    let change_to = match error {
        None if is_refused(&row) => looked,
        None => imap_folder::ActiveModel { last_error: Set(None), failing_since: Set(None), ..looked },
        Some(_) => failing(tx, &row, error),
    };
    change(tx, place, change_to).await
}

/// The server was told which mails are ours, and did as asked, or refused.
pub async fn marked(tx: &Tx, place: &Place, refused: Option<&str>) -> Result<(), Failure> {
    let Some(row) = row(tx, place).await? else { return Ok(()) };
    if refused.is_none() && !is_refused(&row) {
        return Ok(());
    }
    change(tx, place, failing(tx, &row, refused)).await
}

fn is_refused(row: &imap_folder::Model) -> bool {
    row.last_error.as_deref().is_some_and(|error| error.starts_with(REFUSES))
}

fn failing(tx: &Tx, row: &imap_folder::Model, error: Option<&str>) -> imap_folder::ActiveModel {
    imap_folder::ActiveModel {
        last_error: Set(error.map(|e| e.chars().take(500).collect())),
        failing_since: Set(error.and(row.failing_since.or(Some(tx.at)))),
        ..Default::default()
    }
}

async fn change(tx: &Tx, place: &Place, to: imap_folder::ActiveModel) -> Result<(), Failure> {
    imap_folder::Entity::update_many()
        .set(to)
        .filter(imap_folder::Column::Account.eq(place.account.clone()))
        .filter(imap_folder::Column::Folder.eq(place.folder.clone()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// A mail could not be fetched.
pub async fn trouble(tx: &Tx, place: &Place, uidvalidity: u32, uid: u32, why: &str) -> Result<(), Failure> {
    let why: String = why.chars().take(500).collect();
    let row = imap_trouble::ActiveModel {
        account: Set(place.account.clone()),
        folder: Set(place.folder.clone()),
        uidvalidity: Set(i64::from(uidvalidity)),
        uid: Set(i64::from(uid)),
        tries: Set(1),
        why: Set(why.clone()),
        first_at: Set(tx.at),
        last_at: Set(tx.at),
    };
    let key = [
        imap_trouble::Column::Account,
        imap_trouble::Column::Folder,
        imap_trouble::Column::Uidvalidity,
        imap_trouble::Column::Uid,
    ];
    let again = OnConflict::columns(key)
        .value(
            imap_trouble::Column::Tries,
            Expr::col((imap_trouble::Entity, imap_trouble::Column::Tries)).add(1),
        )
        .value(imap_trouble::Column::Why, Expr::value(why))
        .value(imap_trouble::Column::LastAt, Expr::value(tx.at))
        .to_owned();
    imap_trouble::Entity::insert(row).on_conflict(again).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// The trouble with a mail is over: it is ours, or it is gone from the server.
pub async fn no_more_trouble(tx: &Tx, place: &Place, uidvalidity: u32, uid: u32) -> Result<(), Failure> {
    let key = (place.account.clone(), place.folder.clone(), i64::from(uidvalidity), i64::from(uid));
    imap_trouble::Entity::delete_by_id(key).exec(tx.conn()).await?;
    Ok(())
}

/// Writes down that a folder and the ledger were compared.
pub async fn compared(
    tx: &Tx,
    place: &Place,
    on_server: usize,
    in_ledger: usize,
    missing: &[u32],
) -> Result<(), Failure> {
    let many = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let named: Vec<String> = missing.iter().take(50).map(u32::to_string).collect();
    let row = reconciliation::ActiveModel {
        at: Set(tx.at),
        account: Set(place.account.clone()),
        folder: Set(place.folder.clone()),
        on_server: Set(many(on_server)),
        in_ledger: Set(many(in_ledger)),
        missing: Set(many(missing.len())),
        note: Set(named.join(" ")),
        ..Default::default()
    };
    reconciliation::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}
