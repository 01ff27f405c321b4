//! `soutien demo`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::people::{MARK, STAFF};
use super::{large, small};
use crate::accounts::{self, queries};
use crate::app;
use crate::platform::{Clock, Config, Core, Failure, settings};

/// `soutien demo`
#[derive(Debug, Args)]
pub struct Demo {
    /// small: one story over two years; large: the sizes of the benchmarks.
    #[arg(long, default_value = "small", value_parser = ["small", "large"])]
    scale: String,
    /// Folder of the sample association.
    #[arg(long, default_value = "./soutien-demo")]
    dir: PathBuf,
    /// Address and port to listen on.
    #[arg(long)]
    listen: Option<String>,
    /// Builds the data and stops.
    #[arg(long)]
    build_only: bool,
    /// Tickets of the large scale.
    #[arg(long, default_value_t = large::LARGE.tickets)]
    tickets: i64,
    /// Donors of the large scale.
    #[arg(long, default_value_t = large::LARGE.donors)]
    donors: i64,
    /// Gifts for each donor of the large scale.
    #[arg(long, default_value_t = large::LARGE.gifts_each)]
    gifts_each: i64,
}

/// Builds it if it is not there yet, prints a link for each role, serves.
pub async fn demo(mut config: Config, command: Demo) -> Result<ExitCode, Failure> {
    std::fs::create_dir_all(&command.dir)?;
    config.data_dir = std::path::absolute(&command.dir)?;
    if let Some(listen) = &command.listen {
        config.listen.clone_from(listen);
    }
    if config.smtp_url.is_none() {
        config.smtp_url = Some(format!("file:{}", config.data_dir.join("mail-out").display()));
    }
    if config.mail_from == Config::default().mail_from {
        config.mail_from = "bonjour@ateliers.example".into();
    }
    let config = config.checked().map_err(|bad| Failure::new(bad.to_string()))?;
    let core = app::open(config.clone(), Clock::system()).await?;
    match settings::get(core.db.read(), MARK).await? {
        Some(_) => eprintln!("The sample association in {} is used again.", command.dir.display()),
        None if queries::is_empty(&core).await? => build(config, &command).await?,
        None => {
            eprintln!(
                "{} holds a real association: choose another folder with --dir.",
                command.dir.display()
            );
            return Ok(ExitCode::from(2));
        }
    }
    if command.build_only {
        core.db.close().await?;
        return Ok(ExitCode::SUCCESS);
    }
    print_links(&core).await?;
    app::serve(core).await?;
    Ok(ExitCode::SUCCESS)
}

async fn build(config: Config, command: &Demo) -> Result<(), Failure> {
    let began = std::time::Instant::now();
    eprintln!("Building the sample association in {} …", command.dir.display());
    // The story's own clock walks through two years; its mails go nowhere but to a folder.
    let told =
        Config { smtp_url: Some(format!("file:{}", config.data_dir.join("mail-out").display())), ..config };
    let clock = Clock::standing_at(Clock::system().now());
    let core = app::plug(Core::open_migrated(told, clock).await?);
    let members = small::build(&core, &command.scale).await?;
    if command.scale == "large" {
        let services: Vec<i64> = queries::services(&core).await?.iter().map(|s| s.id).collect();
        let sizes = large::Sizes {
            donors: command.donors,
            gifts_each: command.gifts_each,
            tickets: command.tickets,
            ..large::LARGE
        };
        large::build(&core, sizes, &members, &services).await?;
    }
    core.db.close().await?;
    eprintln!("Built in {:.0} s.", began.elapsed().as_secs_f64());
    Ok(())
}

/// One sign-in link per role and the public addresses, on standard output.
async fn print_links(core: &Core) -> Result<(), Failure> {
    let public = core.config.public();
    eprintln!("\nSign in (each link works once, within a day):");
    let mut shown = Vec::new();
    for (email, name, role) in STAFF {
        if shown.contains(&role) {
            continue;
        }
        shown.push(role);
        if let Some(person) = queries::by_email(core, email).await? {
            let link = accounts::cli::sign_in_link(core, person.id).await?;
            println!("{:<10} {:<18} {link}", role.code(), name);
        }
    }
    eprintln!("\nWithout signing in:");
    println!("{:<29} {public}/", "public");
    println!("{:<29} {public}/contact", "write to us");
    println!("{:<29} {public}/my", "donors");
    eprintln!("\nMail that leaves is written to {}.", core.config.smtp_url.as_deref().unwrap_or("nowhere"));
    eprintln!("Press Ctrl-C to stop.");
    Ok(())
}
