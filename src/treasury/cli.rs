//! `soutien export …`: data on standard output or into a file, words on standard error.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::NaiveDate;
use clap::Args;

use super::{Asked, Export, actions, export};
use crate::platform::{Actor, Core, Failure, Tx};

/// `soutien export`
#[derive(Debug, Args)]
pub struct Take {
    /// gifts, donors, receipts or tickets.
    name: String,
    /// First day, as 2026-12-31 or 31/12/2026.
    #[arg(long)]
    from: Option<String>,
    /// Last day.
    #[arg(long)]
    to: Option<String>,
    /// Calendar year of the gifts.
    #[arg(long)]
    year: Option<i32>,
    /// RFC 4180: commas, decimal points, ISO dates, codes instead of French words.
    #[arg(long)]
    plain: bool,
    /// File to write; standard output without it.
    #[arg(short, long)]
    output: Option<PathBuf>,
}

fn day(text: Option<&str>) -> Result<Option<NaiveDate>, String> {
    match text.map(rules::dates::parse_typed) {
        None => Ok(None),
        Some(Ok(typed)) => Ok(Some(typed.day)),
        Some(Err(why)) => Err(format!("`{}` is not a day: {why}", text.unwrap_or_default())),
    }
}

impl Take {
    fn asked(&self) -> Result<Asked, String> {
        let Some(export) = Export::parse(&self.name) else {
            let names = Export::ALL.map(Export::name).join(", ");
            return Err(format!("There is no table `{}`: choose one of {names}.", self.name));
        };
        let from = day(self.from.as_deref())?;
        let to = day(self.to.as_deref())?;
        let asked = Asked { from, to, plain: self.plain, ..Asked::all(export) };
        Ok(self.year.map_or(asked, |year| asked.in_year(year)))
    }
}

/// Takes a table out. A file is whole or not there at all.
pub async fn take(core: &Core, command: Take) -> Result<ExitCode, Failure> {
    let asked = match command.asked() {
        Ok(asked) => asked,
        Err(words) => {
            eprintln!("{words}");
            return Ok(ExitCode::from(2));
        }
    };
    let tx = Tx::begin(core, Actor::Command).await?;
    actions::note_export(&tx, &asked).await?;
    tx.commit().await?;
    let rows = match &command.output {
        None => write(core, asked, std::io::stdout().lock()).await?,
        Some(path) => {
            let aside = path.with_extension("part");
            let rows = write(core, asked, std::fs::File::create(&aside)?).await?;
            std::fs::rename(&aside, path)?;
            rows
        }
    };
    eprintln!("{rows} rows of {}.", asked.export.name());
    Ok(ExitCode::SUCCESS)
}

async fn write(core: &Core, asked: Asked, mut out: impl Write) -> Result<u64, Failure> {
    let (give, mut take) = tokio::sync::mpsc::channel::<Vec<u8>>(4);
    let core = core.clone();
    let running = tokio::spawn(async move { export::run(&core, &asked, give).await });
    while let Some(bytes) = take.recv().await {
        if let Err(error) = out.write_all(&bytes) {
            // `| head` has seen enough.
            if error.kind() == std::io::ErrorKind::BrokenPipe {
                return Ok(0);
            }
            return Err(error.into());
        }
    }
    out.flush()?;
    running.await.map_err(|e| Failure::new(e.to_string()))?
}
