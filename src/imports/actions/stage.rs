//! Lines of a file laid out in the table, judged.

use std::collections::HashMap;

use entities::{import_file, import_row};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::Refusal;
use super::judge::{Bench, Candidate, Judged, judge};
use super::moves;
use crate::clearing;
use crate::imports::reading::{Entry, Facts, Notes, Reading, Source, Verdict, Why};
use crate::platform::{Actor, Core, Failure, Stop, Tx};

/// Rows of one statement: well under the variables that either engine takes.
const ROWS: usize = 500;

/// A line on its way into the table.
struct Staged {
    entry: Entry,
    facts: String,
    judged: Judged,
    /// Whether it writes a movement.
    puts: bool,
}

/// What does not change while a file is laid out.
pub(super) struct Laying {
    source: Source,
    file_id: i64,
    /// The account of each of its statements; none for one that is not there yet.
    accounts: Vec<Option<i64>>,
}

impl Laying {
    /// Finds the accounts that the file is of.
    pub(super) async fn begin(
        core: &Core,
        source: Source,
        file: &import_file::Model,
    ) -> Result<Self, Stop<Refusal>> {
        let conn = core.db.read();
        let accounts = if source.is_bank() {
            let notes: Notes = serde_json::from_str(&file.notes).map_err(Failure::from)?;
            let mut accounts = Vec::with_capacity(notes.statements.len());
            for statement in notes.statements {
                let told = clearing::Told { told: statement.account, chosen: file.account_id };
                match Stop::split(clearing::actions::accounts::find(conn, &told).await)? {
                    Ok(account) => accounts.push(account),
                    Err(refusal) => return Err(Stop::Refused(Refusal::Account(refusal))),
                }
            }
            accounts
        } else {
            vec![clearing::actions::accounts::find_provider(conn, source.code()).await?]
        };
        Ok(Self { source, file_id: file.id, accounts })
    }

    /// The account of a line of this statement.
    pub(super) fn account(&self, statement: usize) -> Option<i64> {
        let statement = if self.source.is_bank() { statement } else { 0 };
        self.accounts.get(statement).copied().flatten()
    }
}

/// Judges a few lines and writes them, in one transaction.
pub(super) async fn stage(
    core: &Core,
    actor: &Actor,
    laying: &Laying,
    entries: Vec<(usize, Entry)>,
) -> Result<(), Failure> {
    let tx = Tx::begin(core, actor.clone()).await?;
    let file_id = laying.file_id;
    let bench = Bench::set(&tx, laying.source).await?;
    let gifts: Vec<Candidate> = entries.iter().filter_map(|(_, entry)| candidate(entry)).collect();
    let mut judged = judge(tx.conn(), bench, &gifts).await?.into_iter();
    let mut movements = moves::judge(&tx, laying, &entries).await?;
    let mut staged = Vec::with_capacity(entries.len());
    for (at, (statement, entry)) in entries.into_iter().enumerate() {
        let none = |verdict, why: &Why| Judged {
            verdict,
            reason: Some(why.clone()),
            donor_id: None,
            proposed_id: None,
            gift_id: None,
        };
        let movement = movements.remove(&at);
        let puts = movement.as_ref().is_some_and(|(verdict, _)| *verdict != Verdict::Known);
        let (gift, text, judged) = match &entry.reading {
            Reading::Gift(gift) => {
                let judged = judged.next().ok_or_else(|| Failure::new("a line was not judged"))?;
                (Some((**gift).clone()), String::new(), judged)
            }
            Reading::Movement => {
                let (verdict, reason) = movement.unwrap_or((Verdict::New, None));
                (None, String::new(), Judged { reason, ..none(verdict, &Why::MovementOnly) })
            }
            Reading::Ignored(why) => (None, entry.text.clone(), none(Verdict::Ignored, why)),
            Reading::Refused(why) => (None, entry.text.clone(), none(Verdict::Refused, why)),
        };
        let statement = if laying.source.is_bank() { statement } else { 0 };
        let facts = Facts { gift, movement: entry.movement.as_deref().cloned(), statement, text };
        staged.push(Staged { facts: serde_json::to_string(&facts)?, entry, judged, puts });
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
    let Staged { entry, facts, judged, puts } = line;
    let cents = match &entry.reading {
        Reading::Gift(gift) => Some(gift.gross.0),
        _ => None,
    };
    let moves = entry.movement.as_ref().map(|movement| movement.net.0);
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
        moves: Set(moves),
        puts: Set(puts),
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
            line.puts = false;
            continue;
        }
        line.judged.verdict = Verdict::Conflict;
        line.judged.reason = Some(Why::TwiceOtherwise { line: other.to_string() });
        line.puts = false;
        match place {
            Place::Row(id) => earlier.push((id, number)),
            Place::Here(before) => {
                if let Some(before) = staged.get_mut(before) {
                    before.judged.verdict = Verdict::Conflict;
                    before.judged.reason = Some(Why::TwiceOtherwise { line: number.to_string() });
                    before.puts = false;
                }
            }
        }
    }
    for (id, line) in earlier {
        let why = serde_json::to_string(&Why::TwiceOtherwise { line: line.to_string() })?;
        import_row::Entity::update_many()
            .col_expr(import_row::Column::Verdict, Expr::value(Verdict::Conflict.code()))
            .col_expr(import_row::Column::Reason, Expr::value(why))
            .col_expr(import_row::Column::Puts, Expr::value(false))
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
