//! The story: two years, told month by month through the same verbs that people use.

use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};

use super::people::STAFF;
use super::words::Dice;
use super::{giving, money, people, writing};
use crate::platform::{Actor, Core, Failure, Stop, Tx};
use crate::receipts::{self, StartRun};

/// Tells the story up to the clock's instant. Gives the members that answer people.
pub async fn build(core: &Core, scale: &str) -> Result<Vec<i64>, Failure> {
    let now = core.clock.now();
    let today = core.clock.today();
    let first = today.checked_sub_months(Months::new(24)).and_then(|d| d.with_day(1)).unwrap_or(today);
    core.clock.set(noon(first));
    let tx = Tx::begin(core, Actor::Command).await?;
    let members = people::set_up(core, &tx, scale).await?;
    tx.commit().await?;
    let mut dice = Dice::new(1901);
    let habits = giving::donors(core, &mut dice, first).await?;
    let mut month = first;
    while month <= today {
        let next = month.checked_add_months(Months::new(1)).unwrap_or(today);
        eprint!("\r{} …", month.format("%Y-%m"));
        core.clock.set((noon(next) - TimeDelta::hours(15)).min(now));
        giving::month(core, &mut dice, &habits, month).await?;
        if month.month() == 1 && month > first {
            core.clock.set(noon(month + TimeDelta::days(25)).min(now));
            receipts_of(core, month.year() - 1).await?;
        }
        month = next;
    }
    core.clock.set(now);
    money::tell(core, today).await?;
    eprintln!("\rgifts and receipts are there");
    let answering = STAFF.iter().zip(&members).filter(|((_, _, role), _)| role.code() == "agent");
    let answering: Vec<(i64, String)> =
        answering.map(|((_, name, _), id)| (*id, (*name).to_owned())).collect();
    writing::tell(core, &mut dice, &answering, now).await?;
    eprintln!("conversations are there");
    core.clock.set(now);
    Ok(answering.into_iter().map(|(id, _)| id).collect())
}

fn noon(day: NaiveDate) -> DateTime<Utc> {
    day.and_hms_opt(11, 0, 0).map(|at| at.and_utc()).unwrap_or_default()
}

async fn receipts_of(core: &Core, year: i32) -> Result<(), Failure> {
    let tx = Tx::begin(core, Actor::Command).await?;
    let started = Stop::split(receipts::start_run(&tx, StartRun { year, planned: 0 }).await)?;
    tx.commit().await?;
    let run = started.map_err(|refusal| Failure::new(format!("{refusal:?}")))?;
    let done = Stop::split(receipts::issue_run(core, &Actor::Command, run, true, &mut |_| {}).await)?;
    done.map_err(|refusal| Failure::new(format!("{refusal:?}")))?;
    Ok(())
}
