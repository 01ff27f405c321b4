//! Reads of proofs: those of a line, lines that lack one.

use std::collections::HashSet;

use entities::{gift, gift_proof};
use rules::gift::{Cause, Nature};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::super::line::HAND;
use crate::platform::Failure;

/// The proofs of a line, oldest first, withdrawn ones included.
pub async fn of(conn: &impl ConnectionTrait, gift_id: i64) -> Result<Vec<gift_proof::Model>, Failure> {
    Ok(gift_proof::Entity::find()
        .filter(gift_proof::Column::GiftId.eq(gift_id))
        .order_by_asc(gift_proof::Column::Id)
        .all(conn)
        .await?)
}

/// Those of these lines that have a proof.
pub async fn proven(conn: &impl ConnectionTrait, ids: Vec<i64>) -> Result<HashSet<i64>, Failure> {
    let mut found = HashSet::new();
    for some in ids.chunks(1000) {
        let have: Vec<i64> = gift_proof::Entity::find()
            .select_only()
            .column(gift_proof::Column::GiftId)
            .filter(gift_proof::Column::GiftId.is_in(some.iter().copied()))
            .filter(gift_proof::Column::WithdrawnAt.is_null())
            .into_tuple()
            .all(conn)
            .await?;
        found.extend(have);
    }
    Ok(found)
}

/// A proof of a line.
pub async fn get(
    conn: &impl ConnectionTrait,
    gift_id: i64,
    proof_id: i64,
) -> Result<Option<gift_proof::Model>, Failure> {
    let found = gift_proof::Entity::find_by_id(proof_id).filter(gift_proof::Column::GiftId.eq(gift_id));
    Ok(found.one(conn).await?)
}

/// Lines that lack a proof: gifts that are not money, unless they were taken back, and what was taken back by hand for
/// another cause than a mistake.
fn lacking() -> Condition {
    let natures = Nature::ALL.iter().filter(|nature| nature.needs_proof()).map(|nature| nature.code());
    let causes = Cause::ALL.iter().filter(|cause| cause.wants_proof()).map(|cause| cause.code());
    let back = Query::select()
        .column(gift::Column::ReversesId)
        .from(gift::Entity)
        .and_where(gift::Column::ReversesId.is_not_null())
        .to_owned();
    let kind = Condition::all()
        .add(gift::Column::ReversesId.is_null())
        .add(gift::Column::Nature.is_in(natures))
        .add(gift::Column::Id.not_in_subquery(back));
    let returned = Condition::all().add(gift::Column::Cause.is_in(causes)).add(gift::Column::Source.eq(HAND));
    let has = Query::select()
        .expr(Expr::val(1))
        .from(gift_proof::Entity)
        .and_where(
            Expr::col((gift_proof::Entity, gift_proof::Column::GiftId))
                .equals((gift::Entity, gift::Column::Id)),
        )
        .and_where(gift_proof::Column::WithdrawnAt.is_null())
        .to_owned();
    Condition::all().add(Condition::any().add(kind).add(returned)).add(Expr::exists(has).not())
}

/// How many lines lack a proof.
pub async fn count_lacking(conn: &impl ConnectionTrait) -> Result<u64, Failure> {
    Ok(gift::Entity::find().filter(lacking()).count(conn).await?)
}

/// Lines that lack a proof, latest first, below an id.
pub async fn page_lacking(
    conn: &impl ConnectionTrait,
    below: Option<i64>,
    size: u64,
) -> Result<Vec<gift::Model>, Failure> {
    let found = gift::Entity::find().filter(lacking()).order_by_desc(gift::Column::Id).limit(size);
    let found = match below {
        Some(below) => found.filter(gift::Column::Id.lt(below)),
        None => found,
    };
    Ok(found.all(conn).await?)
}

/// How many gifts of a file have a proof that was not withdrawn.
pub async fn of_file(conn: &impl ConnectionTrait, import_id: i64) -> Result<u64, Failure> {
    let mine = Query::select()
        .column(gift::Column::Id)
        .from(gift::Entity)
        .and_where(ExprTrait::eq(Expr::col(gift::Column::ImportId), import_id))
        .to_owned();
    Ok(gift_proof::Entity::find()
        .filter(gift_proof::Column::GiftId.in_subquery(mine))
        .filter(gift_proof::Column::WithdrawnAt.is_null())
        .count(conn)
        .await?)
}
