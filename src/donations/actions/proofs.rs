//! Proofs kept with a line: a waiver, a bill, a valuation, a notice of the bank. None is changed or deleted; a wrong one
//! is withdrawn with a reason.

use entities::{gift, gift_proof};
use rules::fold::one_line;
use rules::gift::Nature;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;

use super::super::line::Refusal;
use super::super::queries::{on_receipts, proofs};
use crate::platform::blobs::Stored;
use crate::platform::{Core, Failure, Stop, Tx};

/// Longest name and place, in characters.
const WORDS: usize = 200;

/// A file that was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its bytes.
    pub stored: Stored,
    /// Name as the person has it.
    pub name: String,
    /// Media type, by its first bytes.
    pub mime: &'static str,
}

/// A proof to keep.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewProof {
    /// The file, if there is one.
    pub file: Option<File>,
    /// Where the paper is kept, if there is one.
    pub place: String,
}

impl NewProof {
    /// Whether nothing was given.
    pub fn is_empty(&self) -> bool {
        self.file.is_none() && self.place.trim().is_empty()
    }
}

/// Keeps a proof with a line; gives its id.
///
/// # Errors
/// [`Refusal::ProofEmpty`], [`Refusal::Unknown`].
pub async fn add(core: &Core, tx: &Tx, gift_id: i64, proof: &NewProof) -> Result<i64, Stop<Refusal>> {
    if proof.is_empty() {
        return Err(Stop::Refused(Refusal::ProofEmpty));
    }
    if gift::Entity::find_by_id(gift_id).lock_exclusive().one(tx.conn()).await?.is_none() {
        return Err(Stop::Refused(Refusal::Unknown));
    }
    if let Some(file) = &proof.file {
        core.blobs.name_in(tx, &file.stored).await?;
    }
    let cut = |text: &str| one_line(text).chars().take(WORDS).collect::<String>();
    let (name, mime) =
        proof.file.as_ref().map_or_else(Default::default, |f| (cut(&f.name), f.mime.to_owned()));
    let place = cut(&proof.place);
    let row = gift_proof::ActiveModel {
        gift_id: Set(gift_id),
        blob: Set(proof.file.as_ref().map(|file| file.stored.hash.clone())),
        name: Set(name.clone()),
        mime: Set(mime),
        place: Set(place.clone()),
        added_by: Set(tx.actor.name()),
        added_at: Set(tx.at),
        ..Default::default()
    };
    let id = gift_proof::Entity::insert(row).exec(tx.conn()).await.map_err(Failure::from)?.last_insert_id;
    let hash = proof.file.as_ref().map(|file| file.stored.hash.as_str());
    let detail = json!({ "proof": id, "name": name, "place": place, "sha256": hash });
    tx.audit("gift.prove", ("gift", gift_id), detail).await?;
    Ok(id)
}

/// The proofs of a line are proofs of the one that takes its place, too.
pub(in crate::donations) async fn carry(tx: &Tx, from: i64, to: i64) -> Result<(), Failure> {
    let kept = proofs::of(tx.conn(), from).await?;
    for proof in kept.into_iter().filter(|proof| proof.withdrawn_at.is_none()) {
        let row = gift_proof::ActiveModel {
            gift_id: Set(to),
            blob: Set(proof.blob),
            name: Set(proof.name),
            mime: Set(proof.mime),
            place: Set(proof.place),
            added_by: Set(proof.added_by),
            added_at: Set(proof.added_at),
            ..Default::default()
        };
        gift_proof::Entity::insert(row).exec(tx.conn()).await?;
    }
    Ok(())
}

/// Withdraws a proof: it is seen no more as one, and kept.
///
/// # Errors
/// [`Refusal::NoReason`], [`Refusal::ProofUnknown`]; [`Refusal::OnReceipt`] when a receipt stands on it.
pub async fn withdraw(tx: &Tx, gift_id: i64, proof_id: i64, reason: &str) -> Result<(), Stop<Refusal>> {
    let reason: String = one_line(reason).chars().take(WORDS).collect();
    if reason.is_empty() {
        return Err(Stop::Refused(Refusal::NoReason));
    }
    let line = gift::Entity::find_by_id(gift_id).lock_exclusive().one(tx.conn()).await?;
    let line = line.ok_or(Stop::Refused(Refusal::Unknown))?;
    if Nature::parse(&line.nature).is_some_and(Nature::needs_proof) {
        let others = proofs::of(tx.conn(), gift_id).await?;
        let last = !others.iter().any(|proof| proof.id != proof_id && proof.withdrawn_at.is_none());
        let mut standing = on_receipts(tx.conn(), vec![gift_id]).await?;
        if let Some(number) = standing.remove(&gift_id).filter(|_| last) {
            return Err(Stop::Refused(Refusal::OnReceipt { number }));
        }
    }
    let done = gift_proof::Entity::update_many()
        .col_expr(gift_proof::Column::WithdrawnBy, Expr::value(tx.actor.name()))
        .col_expr(gift_proof::Column::WithdrawnAt, Expr::value(tx.at))
        .col_expr(gift_proof::Column::WithdrawnReason, Expr::value(reason.clone()))
        .filter(gift_proof::Column::Id.eq(proof_id))
        .filter(gift_proof::Column::GiftId.eq(gift_id))
        .filter(gift_proof::Column::WithdrawnAt.is_null())
        .exec(tx.conn())
        .await
        .map_err(Failure::from)?;
    if done.rows_affected == 0 {
        return Err(Stop::Refused(Refusal::ProofUnknown));
    }
    let detail = json!({ "proof": proof_id, "reason": reason });
    Ok(tx.audit("gift.withdraw_proof", ("gift", gift_id), detail).await?)
}
