//! Law G3 on the live data.

use sea_orm::{ConnectionTrait, Statement};

use crate::check::Breach;
use crate::platform::{Core, Failure};

/// Each way in which the ledger of files and the ledger of gifts may disagree: a query that gives the file, how
/// many lines it is about, and the words.
const PROOFS: [(&str, &str); 6] = [
    (
        "SELECT r.import_id AS id, COUNT(*) AS n FROM import_row r JOIN import_file f ON f.id = r.import_id \
         WHERE f.state = 'taken' AND r.verdict IN ('new', 'changed') AND r.cents IS NOT NULL \
         AND NOT EXISTS (SELECT 1 FROM gift g WHERE g.id = r.gift_id AND g.import_id = r.import_id) \
         GROUP BY r.import_id",
        "lines that were taken have no gift in the ledger",
    ),
    (
        "SELECT g.import_id AS id, COUNT(*) AS n FROM gift g JOIN import_file f ON f.id = g.import_id \
         WHERE f.state <> 'taken' GROUP BY g.import_id",
        "gifts are in the ledger, but their file is not taken",
    ),
    (
        "SELECT g.import_id AS id, COUNT(*) AS n FROM gift g WHERE g.import_id IS NOT NULL \
         AND g.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM import_row r WHERE r.gift_id = g.id \
         AND r.import_id = g.import_id AND r.verdict IN ('new', 'changed')) \
         AND NOT EXISTS (SELECT 1 FROM movement m WHERE m.kind IN ('refund', 'dispute') \
         AND g.external_id = m.about || '#' || CAST(g.import_id AS TEXT) || '-' || CAST(m.id AS TEXT)) \
         GROUP BY g.import_id",
        "gifts of the file stand on none of its lines and are no remainder of a refund",
    ),
    (
        "SELECT r.import_id AS id, COUNT(*) AS n FROM import_row r JOIN gift g ON g.id = r.gift_id \
         JOIN import_file f ON f.id = r.import_id WHERE f.state = 'taken' AND r.verdict IN ('new', 'changed') \
         AND (g.gross_cents <> r.cents OR g.source <> f.source) GROUP BY r.import_id",
        "gifts do not have the amount or the source of their line",
    ),
    (
        "SELECT f.id AS id, f.rows_new AS n FROM import_file f WHERE f.state = 'taken' AND (f.rows_new <> \
         (SELECT COUNT(*) FROM import_row r WHERE r.import_id = f.id AND r.verdict = 'new') OR f.cents_new <> \
         (SELECT COALESCE(SUM(r.cents), 0) FROM import_row r WHERE r.import_id = f.id AND r.verdict = 'new'))",
        "new lines counted, but the lines or their sum are others",
    ),
    (
        "SELECT r.import_id AS id, COUNT(*) AS n FROM import_row r \
         WHERE r.reason IS NULL AND r.verdict NOT IN ('new') GROUP BY r.import_id",
        "lines that were not taken have no reason",
    ),
];

/// Re-proves law G3.
pub async fn check(core: &Core) -> Result<Vec<Breach>, Failure> {
    let conn = core.db.read();
    let mut found = Vec::new();
    for (sql, words) in PROOFS {
        let rows = conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await?;
        for row in rows {
            let (id, n): (i64, i64) = (row.try_get("", "id")?, row.try_get("", "n")?);
            found.push(Breach { law: "G3", subject: format!("import {id}"), what: format!("{n} {words}") });
        }
    }
    Ok(found)
}
