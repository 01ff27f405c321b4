//! What receipts do behind the pages: runs, and papers for the mails that carry them.

use entities::outbox;
use serde_json::Value;

use super::actions::{Refusal, issue_run, original};
use super::queries::register;
use crate::platform::jobs::Work;
use crate::platform::outbox::Enclosure;
use crate::platform::sending::Maker;
use crate::platform::{Actor, Core, Failure, Stop};

/// A run that was asked for on a page.
#[derive(Debug)]
pub struct Run;

#[async_trait::async_trait]
impl Work for Run {
    fn kind(&self) -> &'static str {
        super::actions::RUN_JOB
    }

    async fn run(&self, core: &Core, payload: &Value) -> Result<(), Failure> {
        let run_id = payload.get("run").and_then(Value::as_i64).unwrap_or_default();
        let with_mails = payload.get("mails").and_then(Value::as_bool).unwrap_or(true);
        match Stop::split(issue_run(core, &actor(payload), run_id, with_mails, &mut |_| {}).await)? {
            Ok(_) | Err(Refusal::AssociationLacks(_) | Refusal::Prefix(_)) => Ok(()), // the run says that it stopped
            Err(other) => Err(Failure::new(format!("the run {run_id} was refused: {other:?}"))),
        }
    }
}

fn actor(payload: &Value) -> Actor {
    let id = payload.pointer("/by/id").and_then(Value::as_i64);
    let name = payload.pointer("/by/name").and_then(Value::as_str);
    match (id, name) {
        (Some(id), Some(name)) => Actor::Member { id, name: name.into() },
        _ => Actor::System,
    }
}

/// The paper of a receipt, drawn when its mail leaves.
#[derive(Debug)]
pub struct Papers;

#[async_trait::async_trait]
impl Maker for Papers {
    async fn make(
        &self,
        core: &Core,
        mail: &outbox::Model,
        file: &Enclosure,
    ) -> Result<Option<Vec<u8>>, Failure> {
        let Some(id) = mail.receipt_id.filter(|_| file.mime == "application/pdf") else { return Ok(None) };
        match register::by_id(core.db.read(), id).await? {
            Some(row) if row.pdf_sha256 == file.hash => Ok(Some(original(core, &row).await?)),
            _ => Ok(None),
        }
    }
}
