//! Debits that the bank gave back: the gift is taken back by the import that told of it; here the instalment learns it,
//! a mandate that banks will not serve any more ends, and the donor is told.

use chrono::NaiveDate;
use entities::{instalment, mandate};
use rules::sepa::{Returned, returned};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::mails;
use crate::debits::queries::{self, Back};
use crate::donors;
use crate::plans;
use crate::platform::tx::Actor;
use crate::platform::{Core, Failure, Stop, Tx, outbox};

/// Looks for debits that came back and are not known to have; gives how many. One transaction each.
pub async fn notice_returns(core: &Core) -> Result<usize, Failure> {
    let mut done = 0;
    for back in queries::came_back(core.db.read()).await? {
        let tx = Tx::begin(core, Actor::System).await?;
        done += usize::from(one(core, &tx, &back).await?);
        tx.commit().await?;
    }
    Ok(done)
}

async fn one(core: &Core, tx: &Tx, back: &Back) -> Result<bool, Failure> {
    let locked = instalment::Entity::update_many()
        .col_expr(instalment::Column::State, Expr::value("returned"))
        .col_expr(instalment::Column::ReturnedOn, Expr::value(back.on))
        .col_expr(instalment::Column::ReturnCode, Expr::value(back.code.clone()))
        .filter(instalment::Column::Id.eq(back.instalment_id))
        .filter(instalment::Column::State.eq("collected"))
        .exec(tx.conn())
        .await?;
    if locked.rows_affected == 0 {
        return Ok(false); // another process was first
    }
    let Some(found) = instalment::Entity::find_by_id(back.instalment_id).one(tx.conn()).await? else {
        return Ok(false);
    };
    let Some(mandate) = mandate::Entity::find_by_id(found.mandate_id).one(tx.conn()).await? else {
        return Ok(false);
    };
    let what = back.code.as_deref().map_or(Returned::MayPassLater, returned);
    if what != Returned::MayPassLater && mandate.state == "active" {
        let why = format!("Rejet bancaire {}", back.code.as_deref().unwrap_or_default());
        Stop::split(plans::actions::end_mandate(tx, mandate.id, why.trim()).await)?.ok();
    }
    let told = tell(core, tx, mandate.donor_id, (found.cents, back.on), what).await?;
    if told {
        instalment::Entity::update_many()
            .col_expr(instalment::Column::ToldAt, Expr::value(tx.at))
            .filter(instalment::Column::Id.eq(found.id))
            .exec(tx.conn())
            .await?;
    }
    let detail =
        json!({ "instalment": found.end_to_end, "cents": found.cents, "code": back.code, "told": told });
    tx.audit("debit.returned", ("donor", mandate.donor_id), detail).await?;
    Ok(true)
}

/// Nobody writes to the dead.
async fn tell(
    core: &Core,
    tx: &Tx,
    donor_id: i64,
    what_and_when: (i64, NaiveDate),
    what: Returned,
) -> Result<bool, Failure> {
    if what == Returned::Died {
        return Ok(false);
    }
    let Some(donor) = donors::queries::get(tx.conn(), donor_id).await? else { return Ok(false) };
    let mails = donors::queries::mails_of(tx.conn(), donor_id).await?;
    let Some(main) = mails.into_iter().find(|mail| mail.is_main) else { return Ok(false) };
    let mail = mails::gone_back(core, tx, &donor, &main.address, what_and_when, what).await?;
    outbox::post(core, tx, mail).await?;
    Ok(true)
}
