//! What imports do behind the pages: large files are laid out and taken while the person does something else.

use serde_json::{Value, json};

use super::actions::{self, Refusal};
use crate::platform::jobs::{self, Work};
use crate::platform::{Actor, Core, Failure, Stop, Tx};

/// Files above this many bytes are laid out behind the pages.
pub const LARGE: i64 = 256 * 1024;
/// Previews above this many lines to write are taken behind the pages.
pub const MANY: i64 = 2000;

/// Asks for a file to be laid out.
pub async fn ask_lay_out(tx: &Tx, id: i64) -> Result<(), Failure> {
    jobs::ask(tx, LayOut.kind(), &payload(tx, id), Some(&key(id))).await.map(|_| ())
}

/// Asks for a preview to be taken.
pub async fn ask_take(tx: &Tx, id: i64) -> Result<(), Failure> {
    jobs::ask(tx, Take.kind(), &payload(tx, id), Some(&key(id))).await.map(|_| ())
}

/// Name of the work on a file: one at a time.
pub fn key(id: i64) -> String {
    format!("import-{id}")
}

fn payload(tx: &Tx, id: i64) -> Value {
    json!({ "import": id, "by": { "id": tx.actor.member_id(), "name": tx.actor.name() } })
}

fn read(payload: &Value) -> (i64, Actor) {
    let id = payload.get("import").and_then(Value::as_i64).unwrap_or_default();
    let member = payload.pointer("/by/id").and_then(Value::as_i64);
    let name = payload.pointer("/by/name").and_then(Value::as_str);
    let actor = match (member, name) {
        (Some(id), Some(name)) => Actor::Member { id, name: name.into() },
        _ => Actor::System,
    };
    (id, actor)
}

/// Lays a file out.
#[derive(Debug)]
pub struct LayOut;

#[async_trait::async_trait]
impl Work for LayOut {
    fn kind(&self) -> &'static str {
        "import.lay_out"
    }

    async fn run(&self, core: &Core, payload: &Value) -> Result<(), Failure> {
        let (id, actor) = read(payload);
        match Stop::split(actions::lay_out(core, &actor, id, &|_| {}).await)? {
            Ok(()) | Err(Refusal::Unknown) => Ok(()),
            Err(other) => Err(Failure::new(format!("file {id} was refused: {other:?}"))),
        }
    }
}

/// Takes a preview.
#[derive(Debug)]
pub struct Take;

#[async_trait::async_trait]
impl Work for Take {
    fn kind(&self) -> &'static str {
        "import.take"
    }

    async fn run(&self, core: &Core, payload: &Value) -> Result<(), Failure> {
        let (id, actor) = read(payload);
        let tx = Tx::begin(core, actor.clone()).await?;
        match Stop::split(actions::take(core, &tx, id, &|_| {}).await)? {
            Ok(_) => Ok(tx.commit().await?),
            Err(Refusal::Stale { .. }) => {
                drop(tx);
                // The preview is shown again as it is now; a person presses once more.
                let tx = Tx::begin(core, actor).await?;
                Stop::split(actions::refresh(&tx, id).await)?.ok();
                Ok(tx.commit().await?)
            }
            Err(_) => Ok(()), // taken, abandoned or gone meanwhile
        }
    }
}
