//! Proves again that collections are what their instalments say, and that nobody is debited twice.

use sea_orm::{ConnectionTrait, Statement};

use crate::check::Breach;
use crate::platform::{Core, Failure};

/// Law G3, of debits: a collection is as much as its instalments, a mandate is debited once for a due day and once in a
/// collection, never after its end by age, and no instalment stays with a collection that was called off.
pub async fn check(core: &Core) -> Result<Vec<Breach>, Failure> {
    let asked = [
        (
            "SELECT c.number AS subject FROM debit_collection c LEFT JOIN instalment i ON i.collection_id = c.id \
             WHERE c.cancelled_at IS NULL GROUP BY c.id, c.number, c.cents, c.debits \
             HAVING COALESCE(SUM(i.cents), 0) <> c.cents OR COUNT(i.id) <> c.debits",
            "is not as much as its instalments",
        ),
        (
            "SELECT c.number AS subject FROM debit_collection c WHERE c.cancelled_at IS NOT NULL \
             AND EXISTS (SELECT 1 FROM instalment i WHERE i.collection_id = c.id)",
            "was called off and still has instalments",
        ),
        (
            "SELECT m.rum AS subject FROM instalment i JOIN mandate m ON m.id = i.mandate_id GROUP BY m.rum, i.due_on \
             HAVING COUNT(*) > 1",
            "is debited twice for one due day",
        ),
        (
            "SELECT m.rum AS subject FROM instalment i JOIN mandate m ON m.id = i.mandate_id \
             WHERE i.collection_id IS NOT NULL GROUP BY m.rum, i.collection_id HAVING COUNT(*) > 1",
            "is debited twice in one collection",
        ),
        (
            "SELECT i.end_to_end AS subject FROM instalment i JOIN mandate m ON m.id = i.mandate_id JOIN plan p \
             ON p.id = i.plan_id WHERE p.mandate_id IS NULL OR p.mandate_id <> i.mandate_id OR p.donor_id <> m.donor_id",
            "is of a plan of another mandate or donor",
        ),
        (
            "SELECT c.year || '' AS subject FROM debit_collection c GROUP BY c.year HAVING COUNT(*) <> MAX(c.seq)",
            "has a gap in the numbers of its collections",
        ),
    ];
    let conn = core.db.read();
    let mut found = Vec::new();
    for (sql, what) in asked {
        for row in conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await? {
            found.push(Breach { law: "G3", subject: row.try_get("", "subject")?, what: what.into() });
        }
    }
    Ok(found)
}
