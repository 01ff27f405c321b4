//! Sends the links that were asked for.

use serde_json::Value;

use crate::platform::jobs::Work;
use crate::platform::{Core, Failure};

/// A link for an address, if somebody has it.
#[derive(Debug)]
pub struct SendLink;

#[async_trait::async_trait]
impl Work for SendLink {
    fn kind(&self) -> &'static str {
        super::actions::JOB
    }

    async fn run(&self, core: &Core, payload: &Value) -> Result<(), Failure> {
        let email = payload.get("email").and_then(Value::as_str).unwrap_or_default();
        super::actions::send_link(core, email).await
    }
}
