//! What a change of the ledger does to receipts: it is done, looked at, and not kept.

use chrono::Datelike;
use entities::gift;
use rules::dates::paris_day;
use rules::lang::Lang;

use super::actions::proofs::NewProof;
use super::actions::{self, GiveBack};
use super::line::{NewGift, Refusal};
use crate::accounts::association::Policies;
use crate::donors;
use crate::platform::registrar::Outlook;
use crate::platform::{Core, Failure, Stop, Tx};

/// The receipts of a donor for a year, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearEffect {
    /// Calendar year of the gifts.
    pub year: i32,
    /// As things stand.
    pub before: Outlook,
    /// As they would stand.
    pub after: Outlook,
}

/// What a change does to receipts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Effect {
    /// The donor; none for an anonymous gift, which never has a receipt.
    pub donor_id: Option<i64>,
    /// Year by year.
    pub years: Vec<YearEffect>,
    /// Lines that the change writes and that are to stand.
    pub written: Vec<i64>,
    /// The receipt that is cancelled.
    pub cancelled: Option<String>,
    /// Shown as it is once the proof that the line needs is attached.
    pub once_proven: bool,
}

/// A gift that needs a proof is looked at as if it had it: what it would do without is known.
async fn proven(core: &Core, tx: &Tx, id: i64, new: &NewGift) -> Result<bool, Failure> {
    let needs = new.nature.needs_proof();
    let proof = NewProof { file: None, place: "?".into() };
    if needs && Stop::split(actions::proofs::add(core, tx, id, &proof).await)?.is_err() {
        return Err(Failure::new("a proof of a line that was just written was refused"));
    }
    Ok(needs)
}

/// Looks at the receipts of these donors and years.
async fn outlooks(
    core: &Core,
    tx: &Tx,
    of: &[(i64, i32)],
    asked: bool,
    lang: Lang,
) -> Result<Vec<Outlook>, Failure> {
    let registrar = core.registrar()?;
    let mut found = Vec::with_capacity(of.len());
    for one in of {
        found.push(registrar.outlook(core, tx, *one, asked, lang).await?);
    }
    Ok(found)
}

fn years(of: &[(i64, i32)], before: Vec<Outlook>, after: Vec<Outlook>) -> Vec<YearEffect> {
    let both = before.into_iter().zip(after);
    of.iter()
        .zip(both)
        .map(|((_, year), (before, after))| YearEffect { year: *year, before, after })
        .collect()
}

/// Whose receipts a gift would be about, and of which year; none for an anonymous gift.
async fn about(tx: &Tx, new: &NewGift) -> Result<Result<Option<(i64, i32)>, Vec<Refusal>>, Failure> {
    let policy = Policies::get(tx.conn()).await?.for_source(new.dated_as.as_deref().unwrap_or(&new.source));
    let told = match new.check(policy, paris_day(tx.at)) {
        Ok((_, told)) => told,
        Err(why) => return Ok(Err(why)),
    };
    let Some(donor_id) = new.donor_id else { return Ok(Ok(None)) };
    let stands = donors::queries::standing(tx.conn(), &[donor_id]).await?.remove(&donor_id);
    Ok(Ok(Some((stands.unwrap_or(donor_id), told.resolved.date.year()))))
}

/// What a gift would do, new or in the place of a line for a reason. Nothing of the transaction is kept.
///
/// # Errors
/// As [`actions::record`] or [`actions::correct`], in the inner result.
pub async fn of_writing(
    core: &Core,
    tx: Tx,
    lang: Lang,
    new: &NewGift,
    corrects: Option<(&gift::Model, &str)>,
) -> Result<Result<Effect, Vec<Refusal>>, Failure> {
    let there = match about(&tx, new).await? {
        Ok(there) => there,
        Err(why) => return Ok(Err(why)),
    };
    let mut of: Vec<(i64, i32)> = corrects.and_then(|(line, _)| whose(line)).into_iter().collect();
    of.extend(there.filter(|there| !of.contains(there)));
    let before = outlooks(core, &tx, &of, false, lang).await?;
    let written = match corrects {
        None => actions::record(core, &tx, new).await,
        Some((line, reason)) => actions::correct(core, &tx, line.id, new, reason).await,
    };
    let id = match Stop::split(written)? {
        Ok(id) => id,
        Err(why) => return Ok(Err(why)),
    };
    let once_proven = proven(core, &tx, id, new).await?;
    let after = outlooks(core, &tx, &of, false, lang).await?;
    Ok(Ok(Effect {
        donor_id: there.map(|(donor, _)| donor),
        years: years(&of, before, after),
        written: vec![id],
        cancelled: None,
        once_proven,
    }))
}

fn whose(line: &gift::Model) -> Option<(i64, i32)> {
    line.donor_id.map(|donor| (donor, line.gift_date.year()))
}

/// What giving back would do. Nothing of the transaction is kept.
///
/// # Errors
/// As [`actions::give_back`], in the inner result.
pub async fn of_giving_back(
    core: &Core,
    tx: Tx,
    lang: Lang,
    (line, command): (&gift::Model, &GiveBack),
) -> Result<Result<Effect, Refusal>, Failure> {
    let asked = command.receipt.is_some(); // what takes the place of a receipt is issued by name
    let of: Vec<(i64, i32)> = whose(line).into_iter().collect();
    let before = outlooks(core, &tx, &of, asked, lang).await?;
    let done = match Stop::split(actions::take(core, &tx, command).await)? {
        Ok(done) => done,
        Err(why) => return Ok(Err(why)),
    };
    let after = outlooks(core, &tx, &of, asked, lang).await?;
    let written = done.left.into_iter().collect();
    Ok(Ok(Effect {
        donor_id: line.donor_id,
        years: years(&of, before, after),
        written,
        cancelled: done.cancelled,
        once_proven: false,
    }))
}
