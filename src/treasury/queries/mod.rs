//! Reads of the treasury: pages of exports, sums of a year.

pub mod deposits;
pub mod donors;
pub mod gifts;
pub mod receipts;
pub mod sums;
pub mod tickets;

use std::borrow::Cow;
use std::ops::Deref;

use futures::TryStreamExt;
use sea_orm::{FromQueryResult, Statement, StreamTrait, Value};
use serde::de::{Deserialize, Deserializer, Visitor};

use crate::platform::{Core, Failure};

/// Rows of a text of SQL that both engines read (`$1`, `$2`…).
async fn rows<T: FromQueryResult>(
    core: &Core,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<T>, Failure> {
    let conn = core.db.read();
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(T::find_by_statement(statement).all(conn).await?)
}

/// Hands each row of a page to `take` as it is read, and gives how many there were. `sql` selects one
/// `{array}(…){text}`, a JSON array: the database's thread then hands over one value a row, where thirty cost
/// more than the reading.
async fn each(
    core: &Core,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
    mut take: impl FnMut(&str) -> Result<(), Failure>,
) -> Result<u64, Failure> {
    let (array, text) = if core.db.is_sqlite() { ("json_array", "") } else { ("json_build_array", "::text") };
    let sql = sql.replace("{array}", array).replace("{text}", text);
    let conn = core.db.read();
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    let mut stream = conn.stream_raw(statement).await?;
    let mut many = 0;
    while let Some(row) = stream.try_next().await? {
        take(&row.try_get_by_index::<String>(0)?)?;
        many += 1;
    }
    Ok(many)
}

/// Text of a row, as long as the row lives; nothing is empty text.
#[derive(Debug, Default)]
pub struct Words<'a>(Cow<'a, str>);

impl Deref for Words<'_> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Words<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Words<'de>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("text or nothing")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Words(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Words(Cow::Owned(text.to_owned())))
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Words::default())
            }
        }
        from.deserialize_any(Read)
    }
}

/// Midnights between which an instant falls on one of these days in Paris.
fn midnights(asked: &super::Asked) -> (chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::Utc>) {
    let (from, to) = asked.days();
    let at = |day| rules::dates::paris_midnight(day).unwrap_or_default();
    (at(from), at(to.succ_opt().unwrap_or(to)))
}
