//! A file is read, judged and laid out: nothing is in the ledger yet.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use entities::{import_file, import_row};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use tokio::sync::mpsc;

use super::judge::{Bench, Candidate, Judged, judge};
use super::{Refusal, file};
use crate::imports::helloasso::{self, FileRefusal, Seen};
use crate::imports::queries;
use crate::imports::reading::{Entry, Facts, Gift, Reading, Source, Verdict, Why};
use crate::platform::{Actor, Core, Failure, Stop, Tx};

/// Lines judged and written at once.
pub(super) const AT_ONCE: usize = 1000;
/// Rows of one statement: well under the variables that either engine takes.
const ROWS: usize = 500;

/// What a preview gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A preview to look at.
    Previewed {
        /// The file.
        id: i64,
    },
    /// The very same file is in the ledger: nothing to do.
    AlreadyTaken {
        /// The file.
        id: i64,
    },
}

/// What the reading thread sends.
enum Piece {
    Seen(Seen),
    Refused(FileRefusal),
    Entries(Vec<Entry>),
    Failed(std::io::Error),
}

/// Reads the file at `path` and lays it out; `progress` hears the number of lines done. The bytes are kept.
///
/// # Errors
/// [`Refusal::File`] when the whole file cannot be read; nothing is kept then.
pub async fn preview(
    core: &Core,
    actor: &Actor,
    source: Source,
    name: &str,
    path: &Path,
    progress: &(dyn Fn(u64) + Send + Sync),
) -> Result<Outcome, Stop<Refusal>> {
    let mut pieces = read(source, path.to_owned());
    let seen = match pieces.recv().await {
        Some(Piece::Seen(seen)) => seen,
        Some(Piece::Refused(refusal)) => return Err(Stop::Refused(Refusal::File(refusal))),
        Some(Piece::Failed(error)) => return Err(Failure::from(error).into()),
        _ => return Err(Failure::new("a file was not read").into()),
    };
    let stored = core.blobs.put_file(path.to_owned()).await?;
    if let Some(id) = queries::taken_with(core, source, &stored.hash).await? {
        return Ok(Outcome::AlreadyTaken { id });
    }
    let tx = Tx::begin(core, actor.clone()).await?;
    core.blobs.name_in(&tx, &stored).await?;
    let row = import_file::ActiveModel {
        source: Set(source.code().into()),
        file_name: Set(name.chars().filter(|c| !c.is_control()).take(200).collect()),
        file_hash: Set(stored.hash),
        size: Set(stored.size),
        state: Set("reading".into()),
        rows_new: Set(0),
        rows_known: Set(0),
        rows_changed: Set(0),
        rows_conflict: Set(0),
        rows_refused: Set(0),
        rows_ignored: Set(0),
        cents_new: Set(0),
        notes: Set(serde_json::to_string(&seen)?),
        created_by: Set(actor.name()),
        created_at: Set(tx.at),
        ..Default::default()
    };
    let id = import_file::Entity::insert(row).exec(tx.conn()).await?.last_insert_id;
    tx.commit().await?;
    let mut lines = 0;
    while let Some(piece) = pieces.recv().await {
        match piece {
            Piece::Entries(entries) => {
                lines += entries.len() as u64;
                stage(core, actor, source, id, entries).await?;
                progress(lines);
            }
            Piece::Failed(error) => return Err(Failure::from(error).into()),
            Piece::Seen(_) | Piece::Refused(_) => {}
        }
    }
    let tx = Tx::begin(core, actor.clone()).await?;
    settle(&tx, id).await?;
    tx.commit().await?;
    Ok(Outcome::Previewed { id })
}

/// Reads on a thread of its own, a few pieces ahead.
fn read(source: Source, path: PathBuf) -> mpsc::Receiver<Piece> {
    let (to, from) = mpsc::channel(3);
    tokio::task::spawn_blocking(move || {
        let Source::HelloAsso = source;
        let opened = std::fs::File::open(path).and_then(helloasso::open);
        let entries = match opened {
            Ok(Ok(entries)) => entries,
            Ok(Err(refusal)) => return to.blocking_send(Piece::Refused(refusal)),
            Err(error) => return to.blocking_send(Piece::Failed(error)),
        };
        to.blocking_send(Piece::Seen(entries.seen.clone()))?;
        let mut some = Vec::with_capacity(AT_ONCE);
        for entry in entries {
            match entry {
                Ok(entry) => some.push(entry),
                Err(error) => return to.blocking_send(Piece::Failed(error)),
            }
            if some.len() == AT_ONCE {
                to.blocking_send(Piece::Entries(std::mem::take(&mut some)))?;
            }
        }
        to.blocking_send(Piece::Entries(some))
    });
    from
}

/// A line on its way into the table.
struct Staged {
    entry: Entry,
    facts: String,
    judged: Judged,
}

async fn stage(
    core: &Core,
    actor: &Actor,
    source: Source,
    file_id: i64,
    entries: Vec<Entry>,
) -> Result<(), Failure> {
    let tx = Tx::begin(core, actor.clone()).await?;
    let bench = Bench::set(&tx, source).await?;
    let gifts: Vec<Candidate> = entries.iter().filter_map(candidate).collect();
    let mut judged = judge(tx.conn(), bench, &gifts).await?.into_iter();
    let mut staged = Vec::with_capacity(entries.len());
    for entry in entries {
        let none = |verdict, why: &Why| Judged {
            verdict,
            reason: Some(why.clone()),
            donor_id: None,
            proposed_id: None,
            gift_id: None,
        };
        let (facts, judged) = match &entry.reading {
            Reading::Gift(gift) => {
                let judged = judged.next().ok_or_else(|| Failure::new("a line was not judged"))?;
                (Facts { gift: Some((**gift).clone()), text: String::new() }, judged)
            }
            Reading::Ignored(why) => {
                (Facts { gift: None, text: entry.text.clone() }, none(Verdict::Ignored, why))
            }
            Reading::Refused(why) => {
                (Facts { gift: None, text: entry.text.clone() }, none(Verdict::Refused, why))
            }
        };
        staged.push(Staged { facts: serde_json::to_string(&facts)?, entry, judged });
    }
    twice(&tx, file_id, &mut staged).await?;
    let rows = staged.into_iter().map(|line| row(file_id, line)).collect::<Result<Vec<_>, _>>()?;
    for some in rows.chunks(ROWS) {
        import_row::Entity::insert_many(some.to_vec()).exec_without_returning(tx.conn()).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn candidate(entry: &Entry) -> Option<Candidate> {
    let Reading::Gift(gift) = &entry.reading else { return None };
    Some(Candidate {
        key: entry.key.clone(),
        order: entry.order.clone(),
        gift: (**gift).clone(),
        chosen: None,
    })
}

fn row(file_id: i64, line: Staged) -> Result<import_row::ActiveModel, Failure> {
    let Staged { entry, facts, judged } = line;
    let cents = match &entry.reading {
        Reading::Gift(gift) => Some(gift.gross.0),
        _ => None,
    };
    Ok(import_row::ActiveModel {
        id: sea_orm::ActiveValue::NotSet,
        import_id: Set(file_id),
        line: Set(i64::try_from(entry.line).unwrap_or(i64::MAX)),
        row_key: Set(entry.key),
        order_ref: Set(entry.order),
        cents: Set(cents),
        verdict: Set(judged.verdict.code().into()),
        reason: Set(judged.reason.map(|why| serde_json::to_string(&why)).transpose()?),
        facts: Set(facts),
        donor_id: Set(judged.donor_id),
        proposed_id: Set(judged.proposed_id),
        chosen: Set(false),
        made_donor: Set(false),
        gift_id: Set(judged.gift_id),
    })
}

/// The same key twice in a file: the same line again is one gift; other facts are for a person to settle.
async fn twice(tx: &Tx, file_id: i64, staged: &mut [Staged]) -> Result<(), Failure> {
    let keys: Vec<&str> = staged.iter().filter(|s| is_gift(s)).map(|s| s.entry.key.as_str()).collect();
    let before = import_row::Entity::find()
        .filter(import_row::Column::ImportId.eq(file_id))
        .filter(import_row::Column::RowKey.is_in(keys))
        .filter(import_row::Column::Cents.is_not_null())
        .order_by_asc(import_row::Column::Id)
        .all(tx.conn())
        .await?;
    let mut earlier = Vec::new(); // rows of the table that are now in doubt
    let mut first: HashMap<String, (Place, i64, String)> = HashMap::new();
    for row in before {
        first.entry(row.row_key).or_insert((Place::Row(row.id), row.line, row.facts));
    }
    for at in 0..staged.len() {
        let Some(line) = staged.get_mut(at).filter(|s| is_gift(s)) else { continue };
        let number = i64::try_from(line.entry.line).unwrap_or(i64::MAX);
        let Some((place, other, facts)) = first.get(&line.entry.key).cloned() else {
            first.insert(line.entry.key.clone(), (Place::Here(at), number, line.facts.clone()));
            continue;
        };
        if facts == line.facts {
            line.judged.verdict = Verdict::Ignored;
            line.judged.reason = Some(Why::Twice { line: other.to_string() });
            continue;
        }
        line.judged.verdict = Verdict::Conflict;
        line.judged.reason = Some(Why::TwiceOtherwise { line: other.to_string() });
        match place {
            Place::Row(id) => earlier.push((id, number)),
            Place::Here(before) => {
                if let Some(before) = staged.get_mut(before) {
                    before.judged.verdict = Verdict::Conflict;
                    before.judged.reason = Some(Why::TwiceOtherwise { line: number.to_string() });
                }
            }
        }
    }
    for (id, line) in earlier {
        let why = serde_json::to_string(&Why::TwiceOtherwise { line: line.to_string() })?;
        import_row::Entity::update_many()
            .col_expr(import_row::Column::Verdict, Expr::value(Verdict::Conflict.code()))
            .col_expr(import_row::Column::Reason, Expr::value(why))
            .filter(import_row::Column::Id.eq(id))
            .exec(tx.conn())
            .await?;
    }
    Ok(())
}

#[derive(Debug, Clone, Copy)]
enum Place {
    Row(i64),
    Here(usize),
}

fn is_gift(line: &Staged) -> bool {
    matches!(line.entry.reading, Reading::Gift(_))
}

/// Counts a file that is laid out.
pub(super) async fn settle(tx: &Tx, id: i64) -> Result<(), Failure> {
    let sums = queries::sums(tx.conn(), id).await?;
    let rows = |verdict: Verdict| sums.get(&verdict).map_or(0, |sum| sum.rows);
    let new = sums.get(&Verdict::New).map_or(0, |sum| sum.cents.0);
    import_file::Entity::update_many()
        .col_expr(import_file::Column::State, Expr::value("previewed"))
        .col_expr(import_file::Column::RowsNew, Expr::value(rows(Verdict::New)))
        .col_expr(import_file::Column::RowsKnown, Expr::value(rows(Verdict::Known)))
        .col_expr(import_file::Column::RowsChanged, Expr::value(rows(Verdict::Changed)))
        .col_expr(import_file::Column::RowsConflict, Expr::value(rows(Verdict::Conflict)))
        .col_expr(import_file::Column::RowsRefused, Expr::value(rows(Verdict::Refused)))
        .col_expr(import_file::Column::RowsIgnored, Expr::value(rows(Verdict::Ignored)))
        .col_expr(import_file::Column::CentsNew, Expr::value(new))
        .filter(import_file::Column::Id.eq(id))
        .filter(import_file::Column::State.is_in(["reading", "previewed"]))
        .exec(tx.conn())
        .await?;
    let detail = json!({ "new": rows(Verdict::New), "known": rows(Verdict::Known), "changed": rows(Verdict::Changed),
        "conflict": rows(Verdict::Conflict), "refused": rows(Verdict::Refused), "ignored": rows(Verdict::Ignored),
        "cents_new": new });
    tx.audit("import.preview", ("import", id), detail).await
}

/// The gift lines after row `after`, a thousand at most, save those that the file itself puts in doubt.
pub(super) async fn gift_rows(
    tx: &Tx,
    file_id: i64,
    after: i64,
) -> Result<Vec<(import_row::Model, Gift)>, Failure> {
    let rows = import_row::Entity::find()
        .filter(import_row::Column::ImportId.eq(file_id))
        .filter(import_row::Column::Id.gt(after))
        .filter(import_row::Column::Cents.is_not_null())
        .order_by_asc(import_row::Column::Id)
        .limit(AT_ONCE as u64)
        .all(tx.conn())
        .await?;
    let mut read = Vec::with_capacity(rows.len());
    for row in rows {
        let facts: Facts = serde_json::from_str(&row.facts)?;
        read.extend(facts.gift.map(|gift| (row, gift)));
    }
    Ok(read)
}

/// Whether the file itself decided, whatever the ledger says.
pub(super) fn by_the_file(row: &import_row::Model) -> bool {
    row.reason.as_deref().is_some_and(|reason| reason.contains("\"why\":\"twice"))
}

/// Judges lines again; lines that the file itself decided keep their verdict (none is given for them).
pub(super) async fn judge_again(
    tx: &Tx,
    bench: Bench,
    rows: &[(import_row::Model, Gift)],
) -> Result<Vec<Option<Judged>>, Failure> {
    let again = |(row, gift): &(import_row::Model, Gift)| Candidate {
        key: row.row_key.clone(),
        order: row.order_ref.clone(),
        gift: gift.clone(),
        chosen: row.chosen.then_some(row.donor_id),
    };
    let lines: Vec<Candidate> = rows.iter().filter(|(row, _)| !by_the_file(row)).map(again).collect();
    let mut judged = judge(tx.conn(), bench, &lines).await?.into_iter();
    Ok(rows.iter().map(|(row, _)| if by_the_file(row) { None } else { judged.next() }).collect())
}

/// Judges a preview again, after the ledger changed; gives how many lines have another verdict now.
///
/// # Errors
/// [`Refusal::Unknown`], [`Refusal::NotPreviewed`].
pub async fn refresh(tx: &Tx, id: i64) -> Result<u64, Stop<Refusal>> {
    let found = file(tx.conn(), id).await?.ok_or(Stop::Refused(Refusal::Unknown))?;
    if found.state != "previewed" {
        return Err(Stop::Refused(Refusal::NotPreviewed { state: found.state }));
    }
    let source = Source::parse(&found.source).ok_or(Stop::Refused(Refusal::Unknown))?;
    let bench = Bench::set(tx, source).await?;
    let (mut after, mut changed) = (0, 0);
    loop {
        let rows = gift_rows(tx, id, after).await?;
        let Some((last, _)) = rows.last() else { break };
        after = last.id;
        for ((row, _), judged) in rows.iter().zip(judge_again(tx, bench, &rows).await?) {
            let Some(judged) = judged else { continue };
            let reason = judged.reason.as_ref().map(serde_json::to_string).transpose()?;
            let same = row.verdict == judged.verdict.code() && row.reason == reason;
            if same && row.donor_id == judged.donor_id && row.proposed_id == judged.proposed_id {
                continue;
            }
            changed += u64::from(row.verdict != judged.verdict.code());
            rewrite(tx, row.id, &judged, reason).await?;
        }
    }
    settle(tx, id).await?;
    Ok(changed)
}

pub(super) async fn rewrite(
    tx: &Tx,
    row_id: i64,
    judged: &Judged,
    reason: Option<String>,
) -> Result<(), Failure> {
    import_row::Entity::update_many()
        .col_expr(import_row::Column::Verdict, Expr::value(judged.verdict.code()))
        .col_expr(import_row::Column::Reason, Expr::value(reason))
        .col_expr(import_row::Column::DonorId, Expr::value(judged.donor_id))
        .col_expr(import_row::Column::ProposedId, Expr::value(judged.proposed_id))
        .col_expr(import_row::Column::GiftId, Expr::value(judged.gift_id))
        .filter(import_row::Column::Id.eq(row_id))
        .exec(tx.conn())
        .await?;
    Ok(())
}
