//! What is written down when somebody takes a table out.

use serde_json::json;

use super::Asked;
use crate::platform::{Failure, Tx};

/// Notes who takes which table out.
pub async fn note_export(tx: &Tx, asked: &Asked) -> Result<(), Failure> {
    let detail = json!({ "from": asked.from, "to": asked.to, "year": asked.year, "plain": asked.plain });
    tx.audit_key("export.take", ("export", asked.export.name()), detail).await
}
