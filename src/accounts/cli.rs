//! `soutien user …` and the first start.

use std::process::ExitCode;

use chrono::TimeDelta;
use clap::Subcommand;
use rules::lang::Lang;
use rules::roles::Role;

use super::actions::{self, LinkFor, NewMember};
use super::queries;
use crate::platform::{Actor, Core, Failure, Stop, Tx};

/// `soutien user`
#[derive(Debug, Subcommand)]
pub enum User {
    /// Adds a person to the staff.
    Add {
        /// Mail address.
        email: String,
        /// Name.
        #[arg(long)]
        name: String,
        /// agent, treasurer, admin or auditor.
        #[arg(long)]
        role: String,
    },
    /// Prints a link that signs a person in once, within a day.
    Link {
        /// Mail address.
        email: String,
    },
}

/// Does it.
pub async fn user(core: &Core, command: User) -> Result<ExitCode, Failure> {
    match command {
        User::Add { email, name, role } => {
            let Some(role) = Role::parse(&role) else {
                eprintln!("The role `{role}` does not exist: choose agent, treasurer, admin or auditor.");
                return Ok(ExitCode::from(2));
            };
            let tx = Tx::begin(core, Actor::Command).await?;
            let new = NewMember { email: email.clone(), name, role, language: "fr".into() };
            if let Err(refusal) = Stop::split(actions::add_member(&tx, new).await)? {
                eprintln!("{}", core.render.locales.say(Lang::En, &refusal.say()));
                return Ok(ExitCode::FAILURE);
            }
            tx.commit().await?;
            eprintln!("{email} is on the staff.");
            Ok(ExitCode::SUCCESS)
        }
        User::Link { email } => match queries::by_email(core, &email).await? {
            Some(person) => {
                println!("{}", sign_in_link(core, person.id).await?);
                Ok(ExitCode::SUCCESS)
            }
            None => {
                eprintln!("Nobody on staff has the address {email}.");
                Ok(ExitCode::FAILURE)
            }
        },
    }
}

/// A link that signs a member in once, within a day.
pub async fn sign_in_link(core: &Core, member_id: i64) -> Result<String, Failure> {
    let tx = Tx::begin(core, Actor::Command).await?;
    let token = actions::make_link(&tx, LinkFor::Member(member_id), tx.at + TimeDelta::days(1)).await?;
    tx.commit().await?;
    Ok(format!("{}/sign-in/{token}", core.config.public()))
}

/// With nobody on staff yet: prints the link of the wizard.
pub async fn first_start(core: &Core) -> Result<(), Failure> {
    if queries::is_empty(core).await? {
        let tx = Tx::begin(core, Actor::Command).await?;
        let token = actions::make_link(&tx, LinkFor::SetUp, tx.at + TimeDelta::days(7)).await?;
        tx.commit().await?;
        eprintln!("Nobody is on staff yet. Set Soutien up here, once, within 7 days:");
        println!("{}/set-up/{token}", core.config.public());
    }
    eprintln!("Soutien listens on {}", core.config.public());
    Ok(())
}
