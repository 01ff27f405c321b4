//! What people do with a mail that has not left.

use entities::outbox;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use crate::platform::core::Core;
use crate::platform::failure::Failure;
use crate::platform::tx::Tx;

/// Takes a mail back that has not begun to leave. False when it is too late.
pub async fn take_back(tx: &Tx, id: i64) -> Result<bool, Failure> {
    let done = outbox::Entity::update_many()
        .col_expr(outbox::Column::State, Expr::value("cancelled"))
        .filter(outbox::Column::Id.eq(id))
        .filter(outbox::Column::State.is_in(["waiting", "held"]))
        .filter(outbox::Column::Attempts.eq(0))
        .exec(tx.conn())
        .await?;
    if done.rows_affected == 1 {
        tx.audit("mail.take_back", ("outbox", id), json!({})).await?;
    }
    Ok(done.rows_affected == 1)
}

/// What a person says of a mail that may or may not have left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It arrived: count it as sent.
    Left,
    /// It did not: send it (once more, under the same Message-ID).
    SendAgain,
    /// It failed, and nothing more is to be done about it.
    SetAside,
}

/// A person decides about an ambiguous or dead mail. False when there was nothing to decide any more.
pub async fn decide(core: &Core, tx: &Tx, id: i64, verdict: Verdict) -> Result<bool, Failure> {
    let Some(row) = outbox::Entity::find_by_id(id).one(tx.conn()).await? else { return Ok(false) };
    // What may have left is not set aside: somebody waits for an answer, or has it.
    if !matches!(row.state.as_str(), "ambiguous" | "dead")
        || (verdict == Verdict::SetAside && row.state != "dead")
    {
        return Ok(false);
    }
    let mut change = outbox::ActiveModel::default();
    match verdict {
        Verdict::Left => {
            change.state = Set("sent".into());
            change.sent_at = Set(Some(tx.at));
        }
        Verdict::SendAgain => {
            change.state = Set("waiting".into());
            change.not_before = Set(tx.at);
            change.first_tried_at = Set(None); // it has its days before it again
            change.attempts = Set(1);
        }
        Verdict::SetAside => change.state = Set("cancelled".into()),
    }
    let done = outbox::Entity::update_many()
        .set(change)
        .filter(outbox::Column::Id.eq(id))
        .filter(outbox::Column::State.eq(row.state.clone()))
        .exec(tx.conn())
        .await?;
    if done.rows_affected == 0 {
        return Ok(false);
    }
    let word = match verdict {
        Verdict::Left => "left",
        Verdict::SendAgain => "send_again",
        Verdict::SetAside => "set_aside",
    };
    tx.audit("mail.decide", ("outbox", id), json!({ "was": row.state, "verdict": word })).await?;
    for delivery in core.deliveries.iter() {
        match verdict {
            Verdict::Left => delivery.accepted(core, tx, &row).await?,
            Verdict::SendAgain => delivery.tried_again(core, tx, &row).await?,
            Verdict::SetAside => {} // what is owed for it was said when it failed
        }
    }
    core.bell.notify_one();
    Ok(true)
}

/// Holds a waiting mail back until somebody releases it. False when it does not wait.
pub async fn hold(tx: &Tx, id: i64) -> Result<bool, Failure> {
    let change = outbox::ActiveModel {
        state: Set("held".into()),
        held_at: Set(Some(tx.at)),
        held_by: Set(Some(tx.actor.name())),
        ..Default::default()
    };
    let done = outbox::Entity::update_many()
        .set(change)
        .filter(outbox::Column::Id.eq(id))
        .filter(outbox::Column::State.eq("waiting"))
        .exec(tx.conn())
        .await?;
    if done.rows_affected == 1 {
        tx.audit("mail.hold", ("outbox", id), json!({})).await?;
    }
    Ok(done.rows_affected == 1)
}

/// Lets a held mail leave. False when nobody held it.
pub async fn release(core: &Core, tx: &Tx, id: i64) -> Result<bool, Failure> {
    let change = outbox::ActiveModel {
        state: Set("waiting".into()),
        not_before: Set(tx.at),
        first_tried_at: Set(None),
        held_at: Set(None),
        held_by: Set(None),
        ..Default::default()
    };
    let done = outbox::Entity::update_many()
        .set(change)
        .filter(outbox::Column::Id.eq(id))
        .filter(outbox::Column::State.eq("held"))
        .exec(tx.conn())
        .await?;
    if done.rows_affected == 1 {
        tx.audit("mail.release", ("outbox", id), json!({})).await?;
        core.bell.notify_one();
    }
    Ok(done.rows_affected == 1)
}
