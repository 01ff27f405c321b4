//! `soutien receipts …`: data on standard output, words on standard error.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use rules::lang::Lang;
use rules::money::Cents;
use serde_json::{Value, json};

use super::actions::{self, Refusal, StartRun};
use super::queries::survey::{Someone, Survey, survey};
use super::queries::{batch, register};
use super::why::Why;
use crate::platform::{Actor, Core, Failure, Stop, Tx};

/// `soutien receipts`
#[derive(Debug, Subcommand)]
pub enum Receipts {
    /// Issues the receipts of a year; run again, it issues what is left.
    Issue {
        /// Calendar year of the gifts.
        #[arg(long)]
        year: i32,
        /// individual or company.
        #[arg(long, default_value = "individual")]
        kind: String,
        /// Says who would get what, and who is left out and why; changes nothing.
        #[arg(long)]
        dry_run: bool,
        /// Sends no mail.
        #[arg(long)]
        no_mail: bool,
        /// JSON on standard output.
        #[arg(long)]
        json: bool,
    },
    /// Writes the paper of a receipt, byte for byte as it was issued.
    Render {
        /// Numéro d'ordre, e.g. RF-2026-000123.
        number: String,
        /// Marks it DUPLICATA, with today's date.
        #[arg(long)]
        duplicate: bool,
        /// File to write.
        #[arg(short, long)]
        output: PathBuf,
    },
}

/// Does it.
pub async fn receipts(core: &Core, command: Receipts) -> Result<ExitCode, Failure> {
    match command {
        Receipts::Issue { kind, .. } if kind == "company" => {
            eprintln!("Receipts for companies (form 16216) are not built yet.");
            Ok(ExitCode::from(2))
        }
        Receipts::Issue { kind, .. } if kind != register::INDIVIDUAL => {
            eprintln!("The kind `{kind}` does not exist: choose individual or company.");
            Ok(ExitCode::from(2))
        }
        Receipts::Issue { year, .. } if batch::days(year).is_err() => {
            eprintln!("{year} is not a year.");
            Ok(ExitCode::from(2))
        }
        Receipts::Issue { year, dry_run: true, json, .. } => look(core, year, json).await,
        Receipts::Issue { year, no_mail, json, .. } => issue(core, year, !no_mail, json).await,
        Receipts::Render { number, duplicate, output } => render(core, &number, duplicate, &output).await,
    }
}

fn refused(core: &Core, refusal: &Refusal) -> ExitCode {
    eprintln!("{}", refusal.sentence(core, Lang::En));
    ExitCode::FAILURE
}

async fn look(core: &Core, year: i32, as_json: bool) -> Result<ExitCode, Failure> {
    let (mut out, mut issue, mut left) = (std::io::stdout().lock(), Vec::new(), Vec::new());
    let mut broken = None;
    let found = survey(core, year, |one| {
        let row = told(core, one);
        if as_json {
            if one.receipts > 0 { &mut issue } else { &mut left }.push(row);
        } else if let Err(error) = writeln!(out, "{}", line(core, one)) {
            broken = Some(error);
        }
    })
    .await?;
    if let Some(error) = broken {
        return Err(error.into());
    }
    if as_json {
        left.retain(|row| row.pointer("/reasons/0").is_some());
        writeln!(out, "{}", whole(&found, issue, left))?;
    }
    eprintln!(
        "{} receipts for {} donors would be issued for {year}: {} €. Nothing was changed.",
        found.receipts,
        found.donors,
        Cents(found.to_issue.cents).plain()
    );
    if !found.lacks.is_empty() {
        return Ok(refused(core, &Refusal::AssociationLacks(found.lacks)));
    }
    Ok(ExitCode::SUCCESS)
}

fn told(core: &Core, one: &Someone) -> Value {
    let why = |why: &Why| json!({ "code": why.code(), "sentence": why.sentence(core, Lang::En) });
    let reasons: Vec<Value> = one.reasons.iter().filter(|w| !w.is_done()).map(why).collect();
    json!({
        "donor": one.donor_id, "name": one.name, "cents": one.cents, "receipts": one.receipts,
        "gifts": one.lines, "reasons": reasons,
    })
}

fn line(core: &Core, one: &Someone) -> String {
    let name: String = one.name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let word = if one.receipts > 0 { "issue" } else { "left" };
    let why: Vec<String> = one.reasons.iter().map(|why| why.sentence(core, Lang::En)).collect();
    format!("{word}\t{}\t{name}\t{}\t{}", one.donor_id, Cents(one.cents).plain(), why.join(" "))
}

fn whole(found: &Survey, issue: Vec<Value>, left: Vec<Value>) -> Value {
    let reasons: Vec<Value> = found
        .left
        .iter()
        .map(|(code, left)| json!({ "reason": code, "donors": left.donors, "gifts": left.sum.lines, "cents": left.sum.cents }))
        .collect();
    json!({
        "year": found.year, "kind": register::INDIVIDUAL, "dry_run": true,
        "donors": found.donors, "receipts": found.receipts, "cents": found.to_issue.cents,
        "already_receipted": { "gifts": found.done.lines, "cents": found.done.cents },
        "anonymous": { "gifts": found.anonymous.lines, "cents": found.anonymous.cents },
        "ledger": { "gifts": found.ledger.lines, "cents": found.ledger.cents },
        "gap_cents": found.gap(),
        "left_out_by_reason": reasons,
        "association_lacks": found.lacks.iter().map(|m| m.label(Lang::En)).collect::<Vec<_>>(),
        "issue": issue, "left_out": left,
    })
}

async fn issue(core: &Core, year: i32, with_mails: bool, as_json: bool) -> Result<ExitCode, Failure> {
    let tx = Tx::begin(core, Actor::Command).await?;
    let run_id = match Stop::split(actions::start_run(&tx, StartRun { year, planned: 0 }).await)? {
        Ok(id) => id,
        Err(refusal) => return Ok(refused(core, &refusal)),
    };
    tx.commit().await?;
    let (mut so_far, mut broken) = (0, None);
    let mut told = |step: &actions::Step| {
        so_far += step.issued.len();
        eprintln!("{so_far} receipts issued…");
        for one in step.issued.iter().filter(|_| !as_json) {
            let row = format!("{}\t{}\t{}", one.number, one.donor_id, Cents(one.cents).plain());
            if let Err(error) = writeln!(std::io::stdout(), "{row}") {
                broken = Some(error);
            }
        }
    };
    let done =
        match Stop::split(actions::issue_run(core, &Actor::Command, run_id, with_mails, &mut told).await)? {
            Ok(done) => done,
            Err(refusal) => return Ok(refused(core, &refusal)),
        };
    if let Some(error) = broken {
        return Err(error.into());
    }
    if as_json {
        println!(
            "{}",
            json!({
                "year": year, "kind": register::INDIVIDUAL, "dry_run": false, "run": done.run_id,
                "issued": done.issued, "cents": done.cents, "left_out": done.left_out,
                "first": done.first, "last": done.last,
            })
        );
    }
    eprintln!(
        "{} receipts issued for {year}: {} €. {} donors are left out.",
        done.issued,
        Cents(done.cents).plain(),
        done.left_out
    );
    Ok(ExitCode::SUCCESS)
}

async fn render(
    core: &Core,
    number: &str,
    duplicate: bool,
    file: &std::path::Path,
) -> Result<ExitCode, Failure> {
    let pdf = if duplicate {
        let tx = Tx::begin(core, Actor::Command).await?;
        match Stop::split(actions::duplicate(core, &tx, number).await)? {
            Ok(pdf) => {
                tx.commit().await?;
                pdf
            }
            Err(refusal) => return Ok(refused(core, &refusal)),
        }
    } else {
        match register::by_number(core.db.read(), number).await? {
            Some(row) => actions::paper_of(core, &row).await?,
            None => return Ok(refused(core, &Refusal::NoSuchNumber(number.into()))),
        }
    };
    tokio::fs::write(file, &pdf).await?;
    eprintln!("{number}: {} bytes written to {}.", pdf.len(), file.display());
    Ok(ExitCode::SUCCESS)
}
