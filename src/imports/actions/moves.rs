//! What becomes of lines that move an account.

use std::collections::HashMap;

use moneyin::MovementKind;
use rules::money::Cents;

use super::stage::Laying;
use super::{Refusal, file};
use crate::clearing::actions::accounts;
use crate::clearing::actions::movements::{self, Coming};
use crate::clearing::{self, queries};
use crate::imports::reading::{Entry, Facts, Movement, Notes, Source, Verdict, Why};
use crate::platform::{Failure, Stop, Tx};

/// The verdict of each line that moves an account, by its place: for one that is a gift too, what becomes of the
/// movement alone.
pub(super) async fn judge(
    tx: &Tx,
    laying: &Laying,
    entries: &[(usize, Entry)],
) -> Result<HashMap<usize, (Verdict, Option<Why>)>, Failure> {
    let mut of_account: HashMap<Option<i64>, Vec<(usize, &str, &Movement)>> = HashMap::new();
    for (at, (statement, entry)) in entries.iter().enumerate() {
        if let Some(movement) = &entry.movement {
            let account = laying.account(*statement);
            of_account.entry(account).or_default().push((at, entry.key.as_str(), movement));
        }
    }
    let mut verdicts = HashMap::new();
    for (account, lines) in of_account {
        let keys: Vec<&str> = lines.iter().map(|(_, key, _)| *key).collect();
        let known = match account {
            Some(account) => queries::known(tx.conn(), account, &keys).await?,
            None => HashMap::new(),
        };
        for (at, key, movement) in lines {
            let verdict = match known.get(key) {
                None => (Verdict::New, first_told(movement)),
                Some(was) if was.net_cents != movement.net.0 => {
                    let (was, now) = (Cents(was.net_cents).fr(), movement.net.fr());
                    (Verdict::Changed, Some(Why::MovementChanged { was, now }))
                }
                Some(was) => match &movement.payout {
                    Some(payout) if was.payout.is_none() => {
                        (Verdict::Changed, Some(Why::MovementPaidOut { payout: payout.clone() }))
                    }
                    _ => (Verdict::Known, Some(Why::MovementKnown)),
                },
            };
            verdicts.insert(at, verdict);
        }
    }
    Ok(verdicts)
}

/// What is said of a new movement: a refund says what it undoes.
fn first_told(movement: &Movement) -> Option<Why> {
    match (movement.kind, &movement.about) {
        (MovementKind::Refund | MovementKind::Dispute, Some(about)) if movement.net.0 < 0 => {
            Some(Why::Refund { about: about.clone() })
        }
        (MovementKind::Refund, None) if movement.net.0 < 0 => Some(Why::RefundUnnamed),
        _ => None,
    }
}

/// The accounts of a file that is taken; what is not there yet is made.
pub(super) struct Accounts {
    source: Source,
    of_statement: Vec<i64>,
    provider: Option<i64>,
}

impl Accounts {
    /// Finds or makes them, and keeps what the file says of each as a whole.
    pub(super) async fn open(tx: &Tx, source: Source, id: i64) -> Result<Self, Stop<Refusal>> {
        let mut accounts = Self { source, of_statement: Vec::new(), provider: None };
        if !source.is_bank() {
            return Ok(accounts);
        }
        let file = file(tx.conn(), id).await?.ok_or(Stop::Refused(Refusal::Unknown))?;
        let notes: Notes = serde_json::from_str(&file.notes).map_err(Failure::from)?;
        for statement in &notes.statements {
            let told = clearing::Told { told: statement.account.clone(), chosen: file.account_id };
            match Stop::split(accounts::bank(tx, &told).await)? {
                Ok(account) => {
                    movements::keep_statement(tx, id, account, statement).await?;
                    accounts.of_statement.push(account);
                }
                Err(refusal) => return Err(Stop::Refused(Refusal::Account(refusal))),
            }
        }
        Ok(accounts)
    }

    async fn of(&mut self, tx: &Tx, facts: &Facts) -> Result<Option<i64>, Failure> {
        if self.source.is_bank() {
            return Ok(self.of_statement.get(facts.statement).copied());
        }
        if self.provider.is_none() {
            self.provider = Some(accounts::provider(tx, self.source.code(), self.source.name()).await?);
        }
        Ok(self.provider)
    }

    /// Writes the movements of some lines, each with its name.
    pub(super) async fn put(
        &mut self,
        tx: &Tx,
        id: i64,
        lines: impl Iterator<Item = (&str, &Facts)> + Send,
    ) -> Result<u64, Stop<Refusal>> {
        let mut coming = Vec::new();
        for (key, facts) in lines {
            let Some(movement) = &facts.movement else { continue };
            let Some(account_id) = self.of(tx, facts).await? else { continue };
            coming.push(Coming { account_id, key: key.to_owned(), movement: movement.clone() });
        }
        match Stop::split(movements::put(tx, id, &coming).await)? {
            Ok(written) => Ok(written.new + written.paid_out + written.corrected),
            Err(_) => Err(Stop::Refused(Refusal::Stale { lines: 1 })),
        }
    }
}
