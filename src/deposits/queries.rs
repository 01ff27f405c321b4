//! Slips, and what became of them.

use std::collections::HashMap;

use entities::{deposit_slip, movement};
use rules::cheque::{Cheque, Slip};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement};

use crate::check::Breach;
use crate::clearing::queries::payouts;
use crate::imports;
use crate::platform::{Core, Failure};
use crate::web::paging::{PAGE, Slice, Way};

/// A slip with the state of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its row.
    pub id: i64,
    /// As it was frozen.
    pub slip: Slip,
    /// Its file.
    pub import_id: Option<i64>,
    /// State of that file; empty when it was not brought.
    pub state: String,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: chrono::DateTime<chrono::Utc>,
}

impl Found {
    /// Whether its file is there: being looked at or taken.
    pub fn stands(&self) -> bool {
        imports::queries::stands(&self.state)
    }
}

async fn with_state(
    conn: &impl ConnectionTrait,
    rows: Vec<deposit_slip::Model>,
) -> Result<Vec<Found>, Failure> {
    let states = imports::queries::states(conn, rows.iter().filter_map(|row| row.import_id)).await?;
    let read = |row: deposit_slip::Model| {
        Ok(Found {
            id: row.id,
            slip: serde_json::from_str(&row.facts)?,
            state: row.import_id.and_then(|id| states.get(&id).cloned()).unwrap_or_default(),
            import_id: row.import_id,
            created_by: row.created_by,
            created_at: row.created_at,
        })
    };
    rows.into_iter().map(read).collect()
}

/// One slip.
pub async fn one(conn: &impl ConnectionTrait, id: i64) -> Result<Option<Found>, Failure> {
    let row = deposit_slip::Entity::find_by_id(id).one(conn).await?;
    Ok(with_state(conn, row.into_iter().collect()).await?.pop())
}

/// A page of slips, newest first.
pub async fn page(conn: &impl ConnectionTrait, way: &Way<i64>) -> Result<Slice<Found>, Failure> {
    let mut found = deposit_slip::Entity::find().limit(PAGE + 1);
    found = match way {
        Way::First => found.order_by_desc(deposit_slip::Column::Id),
        Way::After(id) => {
            found.filter(deposit_slip::Column::Id.lt(*id)).order_by_desc(deposit_slip::Column::Id)
        }
        Way::Before(id) => {
            found.filter(deposit_slip::Column::Id.gt(*id)).order_by_asc(deposit_slip::Column::Id)
        }
    };
    let slice = Slice::cut(found.all(conn).await?, way);
    Ok(Slice { rows: with_state(conn, slice.rows).await?, before: slice.before, after: slice.after })
}

/// What the bank says of a slip whose file is taken.
pub async fn payout(conn: &impl ConnectionTrait, number: &str) -> Result<Option<payouts::Payout>, Failure> {
    match crate::clearing::actions::accounts::find_provider(conn, "cheques").await? {
        Some(account) => payouts::one(conn, account, number).await,
        None => Ok(None),
    }
}

/// Cheques with these numbers and amounts that are on a slip already, taken or still to be looked at: the slip of each.
pub async fn deposited(
    conn: &impl ConnectionTrait,
    cheques: &[Cheque],
) -> Result<HashMap<(String, i64), String>, Failure> {
    let mut found = HashMap::new();
    // A button pressed twice: the first slip waits to be taken.
    let waiting = "SELECT s.facts AS facts FROM deposit_slip s LEFT JOIN import_file f ON f.id = s.import_id \
                   WHERE s.import_id IS NULL OR f.state IN ('reading', 'previewed')";
    for row in conn.query_all_raw(Statement::from_string(conn.get_database_backend(), waiting)).await? {
        let slip: Slip = serde_json::from_str(&row.try_get::<String>("", "facts")?)?;
        let number = slip.number;
        found.extend(slip.cheques.into_iter().map(|cheque| ((cheque.number, cheque.cents), number.clone())));
    }
    let Some(account) = crate::clearing::actions::accounts::find_provider(conn, "cheques").await? else {
        return Ok(found);
    };
    let rows = movement::Entity::find()
        .filter(movement::Column::AccountId.eq(account))
        .filter(movement::Column::Reference.is_in(cheques.iter().map(|cheque| cheque.number.as_str())))
        .all(conn)
        .await?;
    let told = |row: movement::Model| ((row.reference, row.gross_cents), row.payout.unwrap_or_default());
    found.extend(rows.into_iter().map(told));
    Ok(found)
}

/// Law G3, of slips: a slip whose file is taken has as much on the account of cheques as is written on it, and the
/// numbers of a year have no gap.
pub async fn check(core: &Core) -> Result<Vec<Breach>, Failure> {
    let conn = core.db.read();
    let mut found = Vec::new();
    let sums = "SELECT s.number AS number, s.cents AS cents, \
        CAST(COALESCE((SELECT SUM(m.net_cents) FROM movement m JOIN money_account a ON a.id = m.account_id \
          AND a.source = 'cheques' WHERE m.payout = s.number), 0) AS BIGINT) AS moved \
        FROM deposit_slip s JOIN import_file f ON f.id = s.import_id AND f.state = 'taken'";
    let backend = conn.get_database_backend();
    for row in conn.query_all_raw(Statement::from_string(backend, sums)).await? {
        let (number, cents, moved): (String, i64, i64) =
            (row.try_get("", "number")?, row.try_get("", "cents")?, row.try_get("", "moved")?);
        if cents != moved {
            let what = format!("{cents} cents are written on it, {moved} on the account of cheques");
            found.push(Breach { law: "G3", subject: format!("deposit slip {number}"), what });
        }
    }
    let gaps = "SELECT year, CAST(COUNT(*) AS BIGINT) AS n, MAX(seq) AS last FROM deposit_slip GROUP BY year";
    for row in conn.query_all_raw(Statement::from_string(backend, gaps)).await? {
        let (year, n, last): (i32, i64, i64) =
            (row.try_get("", "year")?, row.try_get("", "n")?, row.try_get("", "last")?);
        if n != last {
            let what = format!("{n} slips, the last of which has number {last}");
            found.push(Breach { law: "G3", subject: format!("deposit slips of {year}"), what });
        }
    }
    Ok(found)
}
