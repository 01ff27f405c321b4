//! One line for each change (law S2). The table refuses to forget.

use entities::audit;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::Value;

use super::failure::Failure;
use super::tx::Tx;

impl Tx {
    /// Writes who did `verb` to `subject`, with what changed. `detail` holds ids, codes and amounts, never a
    /// message's text or a secret.
    pub async fn audit(&self, verb: &str, subject: (&str, i64), detail: Value) -> Result<(), Failure> {
        self.audit_key(verb, (subject.0, &subject.1.to_string()), detail).await
    }

    /// The same for a subject named by a text.
    pub async fn audit_key(&self, verb: &str, subject: (&str, &str), detail: Value) -> Result<(), Failure> {
        let line = self.audit_line(verb, subject, &detail);
        audit::Entity::insert(line).exec_without_returning(self.conn()).await?;
        Ok(())
    }

    /// One line for each subject of a batch, in a few statements.
    pub async fn audit_many(&self, verb: &str, kind: &str, details: &[(i64, Value)]) -> Result<(), Failure> {
        for some in details.chunks(500) {
            let lines =
                some.iter().map(|(id, detail)| self.audit_line(verb, (kind, &id.to_string()), detail));
            audit::Entity::insert_many(lines).exec_without_returning(self.conn()).await?;
        }
        Ok(())
    }

    fn audit_line(&self, verb: &str, subject: (&str, &str), detail: &Value) -> audit::ActiveModel {
        audit::ActiveModel {
            at: Set(self.at),
            actor_kind: Set(self.actor.kind().into()),
            actor_id: Set(self.actor.member_id()),
            actor_name: Set(self.actor.name()),
            verb: Set(verb.into()),
            subject_kind: Set(subject.0.into()),
            subject_id: Set(subject.1.into()),
            detail: Set(detail.to_string()),
            request_id: Set(self.request_id.clone()),
            ..Default::default()
        }
    }
}
