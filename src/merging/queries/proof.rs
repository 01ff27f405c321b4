//! Proves again that nothing is left with a record that stands aside.

use entities::{donor, donor_mail, donor_merge, gift, receipt};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::check::Breach;
use crate::platform::{Core, Failure};

/// Breaches shown of one kind.
const SHOWN: u64 = 1000;

/// Gifts (G2), receipts (R3) and mail addresses of records that stand aside; records that stand aside without a merge.
pub async fn check(core: &Core) -> Result<Vec<Breach>, Failure> {
    let conn = core.db.read();
    let aside = || {
        Query::select()
            .column(donor::Column::Id)
            .from(donor::Entity)
            .and_where(donor::Column::MergedInto.is_not_null())
            .to_owned()
    };
    let gifts: Vec<i64> = gift::Entity::find()
        .select_only()
        .column(gift::Column::Id)
        .filter(gift::Column::DonorId.in_subquery(aside()))
        .limit(SHOWN)
        .into_tuple()
        .all(conn)
        .await?;
    let receipts: Vec<String> = receipt::Entity::find()
        .select_only()
        .column(receipt::Column::Number)
        .filter(receipt::Column::DonorId.in_subquery(aside()))
        .limit(SHOWN)
        .into_tuple()
        .all(conn)
        .await?;
    let mails: Vec<i64> = donor_mail::Entity::find()
        .select_only()
        .column(donor_mail::Column::DonorId)
        .filter(donor_mail::Column::DonorId.in_subquery(aside()))
        .limit(SHOWN)
        .into_tuple()
        .all(conn)
        .await?;
    let merges = Query::select()
        .column(donor_merge::Column::AbsorbedId)
        .from(donor_merge::Entity)
        .and_where(donor_merge::Column::UndoneAt.is_null())
        .to_owned();
    let lost: Vec<i64> = donor::Entity::find()
        .select_only()
        .column(donor::Column::Id)
        .filter(donor::Column::MergedInto.is_not_null())
        .filter(donor::Column::Id.not_in_subquery(merges))
        .limit(SHOWN)
        .into_tuple()
        .all(conn)
        .await?;
    let breach = |law, subject: String, what: &str| Breach { law, subject, what: what.to_owned() };
    let aside = "belongs to a record that was merged into another one";
    let mut found: Vec<Breach> =
        gifts.into_iter().map(|id| breach("G2", format!("gift {id}"), aside)).collect();
    found.extend(receipts.into_iter().map(|number| breach("R3", format!("receipt {number}"), aside)));
    found.extend(
        mails
            .into_iter()
            .map(|id| breach("S2", format!("donor {id}"), "stands aside and has mail addresses")),
    );
    found.extend(
        lost.into_iter().map(|id| breach("S2", format!("donor {id}"), "stands aside, and no merge says why")),
    );
    Ok(found)
}
