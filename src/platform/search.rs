//! Searching by words, as each engine does it best: the one place where they differ.

use rules::fold::{escape_like, search_key};
use sea_orm::sea_query::{Alias, Cond, Expr, ExprTrait, IntoIden, LikeExpr, Query};
use sea_orm::{ConnectionTrait, DbBackend};

/// Words that are looked at; a person types fewer.
const MOST: usize = 12;

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
    let (long, short): (Vec<_>, Vec<_>) = if conn.get_database_backend() == DbBackend::Sqlite {
        // A trigram index finds nothing shorter than three characters.
        words.iter().partition(|w| w.chars().count() >= 3)
    } else {
        (Vec::new(), words.iter().collect())
    };
    let mut all = Cond::all();
    for word in short {
        let like = LikeExpr::new(format!("%{}%", escape_like(word))).escape('\\');
        all = all.add(Expr::col((Alias::new(of.table), Alias::new(of.column))).like(like));
    }
    if !long.is_empty() {
        let quoted: Vec<_> = long.iter().map(|w| format!("\"{}\"", w.replace('"', "\"\""))).collect();
        let index = Alias::new(of.index).into_iden();
        let found = Query::select()
            .column(Alias::new("rowid"))
            .from(index.clone())
            .and_where(Expr::col(index).binary(
                sea_orm::sea_query::extension::sqlite::SqliteBinOper::Match,
                Expr::value(quoted.join(" AND ")),
            ))
            .to_owned();
        all = all.add(Expr::col((Alias::new(of.table), Alias::new("id"))).in_subquery(found));
    }
    all
}
