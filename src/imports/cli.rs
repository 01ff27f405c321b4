//! `soutien import …`: words and progress on standard error, data on standard output.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::{Args, Subcommand};
use rules::lang::Lang;
use rules::money::Cents;
use serde_json::{Value, json};

use super::actions::{self, Brought, Outcome, Refusal};
use super::queries::{self, Line};
use super::reading::{Source, Verdict};
use crate::clearing;
use crate::platform::{Actor, Core, Failure, Say, Stop, Tx};

/// `soutien import`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Import {
    #[command(subcommand)]
    command: Option<Command>,
    /// Where the file comes from: helloasso, stripe, paypal, cheques, sepa, bank-csv, camt053, ofx, qif,
    /// generic.
    source: Option<String>,
    /// The file.
    file: Option<PathBuf>,
    /// The bank account that the file is of, by its name, its IBAN or its number; found by itself when the file
    /// tells it or when there is only one.
    #[arg(long)]
    account: Option<String>,
    /// The table of gifts that a `generic` file is, by the name under which its columns are kept.
    #[arg(long)]
    table: Option<String>,
    /// Looks only: nothing is written in the ledger.
    #[arg(long)]
    dry_run: bool,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Takes a file back: its gifts leave the ledger.
    Undo {
        /// Number of the import.
        id: i64,
    },
}

/// Does it: 0 all taken, 1 something refused, 2 not understood.
pub async fn import(core: &Core, command: Import) -> Result<ExitCode, Failure> {
    if let Some(Command::Undo { id }) = command.command {
        return undo(core, id).await;
    }
    let (Some(source), Some(file)) = (command.source, command.file) else {
        eprintln!("Say which source and which file: soutien import helloasso payments.csv");
        return Ok(ExitCode::from(2));
    };
    let Some(known) = Source::parse(&source) else {
        let names: Vec<_> = Source::ALL.iter().map(|s| s.code()).collect();
        eprintln!("The source `{source}` does not exist; there is: {}.", names.join(", "));
        return Ok(ExitCode::from(2));
    };
    if !file.is_file() {
        eprintln!("There is no file {}.", file.display());
        return Ok(ExitCode::from(2));
    }
    let account = match command.account {
        None => None,
        Some(name) => match clearing::queries::accounts::named(core.db.read(), &name).await? {
            Some(account) => Some(account.id),
            None => {
                eprintln!("There is no bank account named `{name}`; /treasury/accounts shows them.");
                return Ok(ExitCode::from(2));
            }
        },
    };
    let table = match command.table {
        None => None,
        Some(name) => match queries::tables::named(core.db.read(), &name).await? {
            Some(table) => Some(table.id),
            None => {
                eprintln!("There is no table named `{name}`; /imports/tables shows them.");
                return Ok(ExitCode::from(2));
            }
        },
    };
    let done = run(core, known, &file, (account, table), command.dry_run).await?;
    report(core, known, &file, &done, command.json).await
}

enum Done {
    Refused(Refusal),
    Already(i64),
    Looked(i64),
    Taken(i64),
}

async fn run(
    core: &Core,
    source: Source,
    file: &Path,
    (account, table): (Option<i64>, Option<i64>),
    dry_run: bool,
) -> Result<Done, Failure> {
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let started = Instant::now();
    let reading = move |lines| tell(started, "read", lines);
    let brought = Brought { source, name: &name, path: file, account, table };
    let seen = actions::preview(core, &Actor::Command, brought, &reading).await;
    let id = match Stop::split(seen)? {
        Err(refusal) => return Ok(Done::Refused(refusal)),
        Ok(Outcome::AlreadyTaken { id }) => return Ok(Done::Already(id)),
        Ok(Outcome::Previewed { id }) => id,
    };
    if dry_run {
        return Ok(Done::Looked(id));
    }
    let started = Instant::now();
    let writing = move |gifts| tell(started, "written", gifts);
    for _ in 0..3 {
        let tx = Tx::begin(core, Actor::Command).await?;
        match Stop::split(actions::take(core, &tx, id, &writing).await)? {
            Ok(taken) => {
                tx.commit().await?;
                if taken.refunds > 0 {
                    eprintln!("{} gifts taken back: their money was.", taken.refunds);
                }
                if taken.matched > 0 {
                    eprintln!("{} payouts matched to their bank line.", taken.matched);
                }
                return Ok(Done::Taken(id));
            }
            Err(Refusal::Stale { .. }) => drop(tx),
            Err(refusal) => return Ok(Done::Refused(refusal)),
        }
        // Somebody else wrote in the ledger meanwhile: look again, then take what is still new.
        let tx = Tx::begin(core, Actor::Command).await?;
        if let Err(refusal) = Stop::split(actions::refresh(&tx, id).await)? {
            return Ok(Done::Refused(refusal));
        }
        tx.commit().await?;
    }
    Ok(Done::Refused(Refusal::Stale { lines: 1 }))
}

/// A word about the progress every ten thousand lines.
fn tell(started: Instant, what: &str, lines: u64) {
    if lines > 0 && lines.is_multiple_of(10_000) {
        let millis = started.elapsed().as_millis().max(1);
        eprintln!("{lines} lines {what}, {} a second", u128::from(lines) * 1000 / millis);
    }
}

async fn report(
    core: &Core,
    source: Source,
    file: &Path,
    done: &Done,
    json: bool,
) -> Result<ExitCode, Failure> {
    let (id, state) = match done {
        Done::Refused(refusal) => {
            let words = core.render.locales.say(Lang::En, &refusal.say());
            eprintln!("{}: {words}", file.display());
            if json {
                println!("{}", json!({ "source": source.code(), "state": "refused", "refusal": words }));
            }
            return Ok(ExitCode::FAILURE);
        }
        Done::Already(id) => {
            eprintln!("{}: import {id} already took this very file; nothing to do.", file.display());
            (*id, "already_taken")
        }
        Done::Looked(id) => (*id, "dry_run"),
        Done::Taken(id) => (*id, "taken"),
    };
    let sums = queries::sums(core.db.read(), id).await?;
    let mut counts = serde_json::Map::new();
    for verdict in Verdict::ALL {
        let sum = sums.get(&verdict).copied().unwrap_or_default();
        counts.insert(
            verdict.code().into(),
            json!({ "rows": sum.rows, "cents": sum.cents.0, "moved_cents": sum.moved.0 }),
        );
    }
    let mut object = json!({ "id": id, "source": source.code(), "state": state, "counts": counts });
    let problems = problems(core, id, json, &mut object).await?;
    if json {
        println!("{object}");
    }
    let told = |verdict| sums.get(&verdict).copied().unwrap_or_default();
    let shown = |verdict: &Verdict| state != "already_taken" && told(*verdict).rows > 0;
    for verdict in Verdict::ALL.into_iter().filter(shown) {
        let sum = told(verdict);
        let mut money =
            if sum.cents == Cents::ZERO { String::new() } else { format!(", {}", sum.cents.en()) };
        if sum.moved != Cents::ZERO {
            money.push_str(&format!(", {} moved", sum.moved.en()));
        }
        eprintln!("{:>9}  {}{money}", sum.rows, verdict.code());
    }
    match done {
        Done::Looked(_) => {
            let tx = Tx::begin(core, Actor::Command).await?;
            Stop::split(actions::abandon(&tx, id).await)?.ok();
            tx.commit().await?;
            eprintln!("A look only: the ledger is as it was.");
        }
        Done::Taken(_) => eprintln!("Taken as import {id}; `soutien import undo {id}` takes it back."),
        _ => {}
    }
    let all_well = state == "already_taken" || problems == 0;
    Ok(if all_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Says each line that was refused or is in conflict; gives how many there are.
async fn problems(core: &Core, id: i64, json: bool, object: &mut Value) -> Result<usize, Failure> {
    let (mut after, mut count, mut rows) = (0, 0, Vec::new());
    loop {
        let some = queries::lines(core, id, &[Verdict::Refused, Verdict::Conflict], after, 500).await?;
        let Some(last) = some.last() else { break };
        after = last.id;
        for line in &some {
            count += 1;
            let words = words(core, line);
            if json {
                rows.push(json!({ "line": line.line, "key": line.key, "verdict": line.verdict.code(), "reason": words }));
            } else if count <= 100 {
                eprintln!("line {}: {}: {words}", line.line, line.verdict.code());
            }
        }
    }
    if !json && count > 100 {
        eprintln!("… and {} more; --json says them all.", count - 100);
    }
    if let Some(object) = object.as_object_mut() {
        object.insert("rows".into(), Value::Array(rows));
    }
    Ok(count)
}

fn words(core: &Core, line: &Line) -> String {
    let say = line
        .why
        .as_ref()
        .map_or_else(|| Say::new("imports-why-known"), |why| super::reading::say(why.sentence()));
    core.render.locales.say(Lang::En, &say)
}

async fn undo(core: &Core, id: i64) -> Result<ExitCode, Failure> {
    let tx = Tx::begin(core, Actor::Command).await?;
    match Stop::split(actions::undo(&tx, id).await)? {
        Ok(gifts) => {
            tx.commit().await?;
            eprintln!("Import {id} is undone: {gifts} gifts left the ledger.");
            Ok(ExitCode::SUCCESS)
        }
        Err(refusal) => {
            eprintln!("{}", core.render.locales.say(Lang::En, &refusal.say()));
            Ok(ExitCode::FAILURE)
        }
    }
}
