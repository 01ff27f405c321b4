//! Searching by words, as each engine does it best: the one place where they differ.

use rules::fold::{escape_like, search_key};
use sea_orm::sea_query::extension::sqlite::SqliteExpr;
use sea_orm::sea_query::{Alias, Cond, Expr, ExprTrait, IntoIden, LikeExpr, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbBackend};

use super::failure::Failure;

/// Words that are looked at; a person types fewer.
const MOST: usize = 12;
/// Rows from which on a word counts as frequent: naming so many by the index and ordering them costs what
/// walking the list costs.
const MANY: u64 = 3000;

/// A table with its folded column, and its trigram index (SQLite: a table of its own, by row id).
#[derive(Debug, Clone, Copy)]
pub struct Searched {
    /// Table.
    pub table: &'static str,
    /// Folded column.
    pub column: &'static str,
    /// FTS5 table on SQLite.
    pub index: &'static str,
}

/// Donors.
pub const DONORS: Searched = Searched { table: "donor", column: "search_key", index: "donor_search" };

/// The folded words of what was typed.
pub fn words(typed: &str) -> Vec<String> {
    search_key(typed).split(' ').filter(|w| !w.is_empty()).take(MOST).map(str::to_owned).collect()
}

/// Holds for the rows in which every word occurs, anywhere, whatever the accents and the case.
pub fn every_word(conn: &impl ConnectionTrait, of: Searched, words: &[String]) -> Cond {
    let (long, short) = split(conn, words);
    let mut all = short.iter().fold(Cond::all(), |all, word| all.add(like(of, word)));
    if !long.is_empty() {
        all =
            all.add(Expr::col((Alias::new(of.table), Alias::new("id"))).in_subquery(by_trigrams(of, &long)));
    }
    all
}

/// The same for a list that is read in its order, a page at a time. SQLite does not know how often a word
/// occurs: when it is everywhere, the list is walked until the page is full; when it is rare, the index
/// names the rows.
pub async fn every_word_in_order(
    conn: &impl ConnectionTrait,
    of: Searched,
    words: &[String],
) -> Result<Cond, Failure> {
    let (long, _) = split(conn, words);
    if !long.is_empty() && is_frequent(conn, by_trigrams(of, &long)).await? {
        return Ok(words.iter().fold(Cond::all(), |all, word| all.add(like(of, word))));
    }
    Ok(every_word(conn, of, words))
}

async fn is_frequent(conn: &impl ConnectionTrait, mut rows: SelectStatement) -> Result<bool, Failure> {
    let counted = Query::select()
        .expr_as(Expr::cust("COUNT(*)"), "many")
        .from_subquery(rows.limit(MANY).to_owned(), "found")
        .to_owned();
    let row = conn.query_one(&counted).await?;
    let many: i64 = row.map(|row| row.try_get("", "many")).transpose()?.unwrap_or_default();
    Ok(many.unsigned_abs() == MANY)
}

/// The words for the trigram table, which finds nothing shorter than three characters, and the others.
/// PostgreSQL has one way for all: its trigram index serves `LIKE`.
fn split<'w>(conn: &impl ConnectionTrait, words: &'w [String]) -> (Vec<&'w String>, Vec<&'w String>) {
    match conn.get_database_backend() {
        DbBackend::Sqlite => words.iter().partition(|word| word.chars().count() >= 3),
        _ => (Vec::new(), words.iter().collect()),
    }
}

fn like(of: Searched, word: &str) -> Expr {
    let pattern = LikeExpr::new(format!("%{}%", escape_like(word))).escape('\\');
    Expr::col((Alias::new(of.table), Alias::new(of.column))).like(pattern)
}

fn by_trigrams(of: Searched, words: &[&String]) -> SelectStatement {
    let quoted: Vec<_> = words.iter().map(|w| format!("\"{}\"", w.replace('"', "\"\""))).collect();
    let index = Alias::new(of.index).into_iden();
    Query::select()
        .column(Alias::new("rowid"))
        .from(index.clone())
        .and_where(Expr::col(index).matches(Expr::value(quoted.join(" AND "))))
        .to_owned()
}
