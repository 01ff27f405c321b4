//! The command line. Standard output carries data only; words go to standard error.

use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use soutien::platform::{Clock, Config, Failure, log};
use soutien::{accounts, app, check, demo, imports, receipts, tickets, treasury};

/// Pages are many small pieces of text: this allocator halves what they cost.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Donors, gifts, tax receipts, and a support queue in which every person gets a human reply.
#[derive(Parser)]
#[command(name = "soutien", version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Web and worker; the first start prints a one-time set-up link.
    Serve,
    /// Worker only: sends mail and does jobs.
    Work,
    /// Brings the database up to date.
    Migrate,
    /// People on staff.
    #[command(subcommand)]
    User(accounts::cli::User),
    /// A sample association with invented people: builds it, prints a link per role, serves.
    Demo(demo::cli::Demo),
    /// Re-proves the laws on the live data: 0 they hold, 1 says what does not.
    Check {
        /// JSON on standard output.
        #[arg(long)]
        json: bool,
    },
    /// Tax receipts.
    #[command(subcommand)]
    Receipts(receipts::cli::Receipts),
    /// Mail that comes in, and the set-up of mail that leaves.
    #[command(subcommand)]
    Mail(tickets::cli::Mail),
    /// Takes the gifts of a payment tool's file: `import helloasso FILE`, `import undo ID`.
    Import(imports::cli::Import),
    /// A table as CSV: gifts, donors, receipts or tickets.
    Export(treasury::cli::Take),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let config = match Config::load(Path::new("soutien.toml")) {
        Ok(config) => config,
        Err(bad) => {
            eprintln!("{bad}");
            return ExitCode::from(2);
        }
    };
    log::start(&config);
    let run = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match run.map_err(Failure::from).and_then(|runtime| runtime.block_on(act(cli, config))) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("soutien: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn act(cli: Cli, config: Config) -> Result<ExitCode, Failure> {
    let command = cli.command.unwrap_or(Command::Serve);
    if matches!(command, Command::Serve | Command::Work | Command::Demo(_))
        && let Err(bad) = config.files_can_be_read()
    {
        eprintln!("{bad}");
        return Ok(ExitCode::from(2));
    }
    match command {
        Command::Migrate => {
            std::fs::create_dir_all(&config.data_dir)?;
            soutien::platform::db::Db::migrate(&config.database(), &config.data_dir).await?;
            eprintln!("The database is up to date.");
            Ok(ExitCode::SUCCESS)
        }
        Command::Serve => {
            let core = app::open(config, Clock::system()).await?;
            accounts::cli::first_start(&core).await?;
            app::serve(core).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Work => {
            let core = app::open(config, Clock::system()).await?;
            app::work(core).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Mail(command) => tickets::cli::mail(config, command).await,
        Command::Export(command) => {
            treasury::cli::take(&app::open(config, Clock::system()).await?, command).await
        }
        Command::User(command) => {
            accounts::cli::user(&app::open(config, Clock::system()).await?, command).await
        }
        Command::Demo(command) => demo::cli::demo(config, command).await,
        Command::Check { json } => check::command(&app::open(config, Clock::system()).await?, json).await,
        Command::Receipts(command) => {
            receipts::cli::receipts(&app::open(config, Clock::system()).await?, command).await
        }
        Command::Import(command) => {
            imports::cli::import(&app::open(config, Clock::system()).await?, command).await
        }
    }
}
