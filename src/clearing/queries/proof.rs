//! Law G4 on the live data.

use sea_orm::{ConnectionTrait, Statement};

use super::{accounts, payouts};
use crate::check::Breach;
use crate::platform::{Core, Failure};

/// Ways in which movements and their files may disagree: a query that gives the account and how many, and the words.
const PROOFS: [(&str, &str); 3] = [
    (
        "SELECT m.account_id AS id, COUNT(*) AS n FROM movement m JOIN import_file f ON f.id = m.import_id \
         WHERE f.state <> 'taken' GROUP BY m.account_id",
        "movements stand on a file that is not taken",
    ),
    (
        "SELECT p.account_id AS id, COUNT(*) AS n FROM payout_match p JOIN movement b ON b.id = p.movement_id \
         WHERE b.kind <> 'bank' GROUP BY p.account_id",
        "payouts are matched to something else than a line of the bank",
    ),
    (
        "SELECT p.account_id AS id, COUNT(*) AS n FROM payout_match p WHERE NOT EXISTS \
         (SELECT 1 FROM movement m WHERE m.account_id = p.account_id AND m.payout = p.payout) GROUP BY p.account_id",
        "matches are of payouts that no movement tells of",
    ),
];

/// Re-proves law G4: every payout that is matched sums to its bank line, every bank account to its statements.
pub async fn check(core: &Core) -> Result<Vec<Breach>, Failure> {
    let conn = core.db.read();
    let mut found = Vec::new();
    let breach = |id: i64, what: String| Breach { law: "G4", subject: format!("account {id}"), what };
    for (sql, words) in PROOFS {
        let rows = conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await?;
        for row in rows {
            let (id, n): (i64, i64) = (row.try_get("", "id")?, row.try_get("", "n")?);
            found.push(breach(id, format!("{n} {words}")));
        }
    }
    for payout in payouts::all(conn).await? {
        use rules::clearing::Clearing;
        match payout.clearing() {
            Some(Clearing::PartsOff { gap }) => {
                let what =
                    format!("payout {} is {} away from the sum of its parts", payout.payout, gap.plain());
                found.push(breach(payout.account_id, what));
            }
            Some(Clearing::BankOff { gap }) => {
                let what = format!("payout {} is {} away from its bank line", payout.payout, gap.plain());
                found.push(breach(payout.account_id, what));
            }
            Some(Clearing::Clear | Clearing::AwaitsBank) | None => {}
        }
    }
    for account in accounts::all(conn).await?.into_iter().filter(|account| account.kind == "bank") {
        if let Some((day, gap)) = accounts::balance(conn, account.id).await?.gap {
            found.push(breach(account.id, format!("{} lacks before its balance of {day}", gap.plain())));
        }
    }
    Ok(found)
}
