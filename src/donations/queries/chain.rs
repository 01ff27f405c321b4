//! The lines of a gift: the first one, and those that took its place, named after it (`PAY2#left-7`), or written by hand
//! instead of it (`instead-7`).

use std::collections::{HashMap, HashSet};

use entities::gift;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::donations::line::HAND;
use crate::platform::Failure;

/// Names asked for by one statement.
const AT_ONCE: usize = 500;

/// Whether a line is named after another, and after which: as the index `gift_later` has them.
const fn named_after(backend: DbBackend) -> (&'static str, &'static str) {
    match backend {
        DbBackend::Postgres => ("strpos(external_id, '#') > 1", "split_part(external_id, '#', 1)"),
        _ => ("instr(external_id, '#') > 1", "substr(external_id, 1, instr(external_id, '#') - 1)"),
    }
}

/// The name of the first line of a gift, by that of any of its lines.
pub fn first_name(name: &str) -> &str {
    name.split('#').next().unwrap_or_default()
}

/// The name of the line that a person writes instead of another.
pub fn instead_of(gift_id: i64) -> String {
    format!("instead-{gift_id}")
}

/// These lines of a gift and those that a person wrote instead of them, with what took the place of those in turn; oldest
/// first.
pub async fn with_instead(
    conn: &impl ConnectionTrait,
    mut lines: Vec<gift::Model>,
) -> Result<Vec<gift::Model>, Failure> {
    let mut names: Vec<String> = lines.iter().map(|line| instead_of(line.id)).collect();
    while !names.is_empty() {
        let found: Vec<gift::Model> =
            self::lines(conn, HAND, &names).await?.into_values().flatten().collect();
        names = found.iter().map(|line| instead_of(line.id)).collect();
        lines.extend(found);
    }
    lines.sort_unstable_by_key(|line| line.id);
    Ok(lines)
}

/// Lines that took the place of these, oldest first; by the name of the first.
pub async fn later<S: AsRef<str>>(
    conn: &impl ConnectionTrait,
    source: &str,
    names: &[S],
) -> Result<HashMap<String, Vec<gift::Model>>, Failure> {
    let (later, first) = named_after(conn.get_database_backend());
    let mut found: HashMap<String, Vec<gift::Model>> = HashMap::new();
    for some in names.chunks(AT_ONCE) {
        let lines = gift::Entity::find()
            .filter(gift::Column::Source.eq(source))
            .filter(Expr::cust(later))
            .filter(Expr::cust(first).is_in(some.iter().map(AsRef::as_ref)))
            .filter(gift::Column::ReversesId.is_null())
            .order_by_asc(gift::Column::Id)
            .all(conn)
            .await?;
        for line in lines {
            found.entry(first_name(&line.external_id).to_owned()).or_default().push(line);
        }
    }
    Ok(found)
}

/// All lines of these gifts, oldest first; by the name of the first.
pub async fn lines<S: AsRef<str>>(
    conn: &impl ConnectionTrait,
    source: &str,
    names: &[S],
) -> Result<HashMap<String, Vec<gift::Model>>, Failure> {
    let mut found: HashMap<String, Vec<gift::Model>> = HashMap::new();
    for some in names.chunks(AT_ONCE) {
        let firsts = gift::Entity::find()
            .filter(gift::Column::Source.eq(source))
            .filter(gift::Column::ExternalId.is_in(some.iter().map(AsRef::as_ref)))
            .filter(gift::Column::ReversesId.is_null())
            .all(conn)
            .await?;
        found.extend(firsts.into_iter().map(|line| (line.external_id.clone(), vec![line])));
    }
    for (name, lines) in later(conn, source, names).await? {
        found.entry(name).or_default().extend(lines);
    }
    Ok(found)
}

/// Those of these lines that were taken back.
pub async fn taken_back(
    conn: &impl ConnectionTrait,
    lines: impl IntoIterator<Item = &gift::Model>,
) -> Result<HashSet<i64>, Failure> {
    let ids: Vec<i64> = lines.into_iter().map(|line| line.id).collect();
    let mut gone = HashSet::new();
    for some in ids.chunks(2 * AT_ONCE) {
        let back: Vec<Option<i64>> = gift::Entity::find()
            .select_only()
            .column(gift::Column::ReversesId)
            .filter(gift::Column::ReversesId.is_in(some.iter().copied()))
            .into_tuple()
            .all(conn)
            .await?;
        gone.extend(back.into_iter().flatten());
    }
    Ok(gone)
}

/// The line of these that stands: the last one that was not taken back.
pub fn standing<'l>(lines: &'l [gift::Model], gone: &HashSet<i64>) -> Option<&'l gift::Model> {
    lines.iter().rev().find(|line| !gone.contains(&line.id))
}
