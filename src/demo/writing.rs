//! A year of people who write and are answered, told in order through the real door and the real verbs.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc};
use lettre::message::Mailbox;
use rules::promise::WaiveReason;

use super::words::{ANSWERED_AFTER, ASKED, ASKED_EN, Asked, Dice, FIRST, LAST, SAID_AFTER};
use crate::platform::{Actor, Core, Failure, Stop, Tx, worker};
use crate::tickets::actions::digest::{Outcome, digest};
use crate::tickets::actions::intake::{Arrival, Raw, Way, store};
use crate::tickets::actions::reply::{Reply, reply};
use crate::tickets::actions::{settle, take};

/// Conversations of the story.
const TALKS: i64 = 110;

/// What happens next in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Writes,
    Answered { last: bool },
    WritesAgain,
    Noted,
    Waived,
}

struct Talk {
    name: String,
    address: String,
    asked: Asked,
    english: bool,
    after: usize,
    member: i64,
    ticket: Option<i64>,
    spam: bool,
    mails: u32,
}

/// Tells it up to `now`. `members` answer.
pub async fn tell(
    core: &Core,
    dice: &mut Dice,
    members: &[(i64, String)],
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let mut talks = Vec::new();
    let mut next = BinaryHeap::new();
    for n in 0..TALKS {
        // Denser towards today; the last dozen are still owed an answer.
        let ago = TimeDelta::minutes((TALKS - 1 - n) * (TALKS - n) * 42 + 25 + dice.upto(240));
        next.push(Reverse((now - ago, n, Step::Writes)));
        talks.push(talk(dice, n, members.len()));
    }
    while let Some(Reverse((at, n, step))) = next.pop() {
        if at > now {
            continue;
        }
        core.clock.set(at);
        let Some(talk) = usize::try_from(n).ok().and_then(|n| talks.get_mut(n)) else { continue };
        let Some((member, name)) = usize::try_from(talk.member).ok().and_then(|m| members.get(m)) else {
            continue;
        };
        let actor = Actor::Member { id: *member, name: name.clone() };
        let fresh = n >= TALKS - 12;
        match step {
            Step::Writes => {
                writes(core, talk, talk.asked.1).await?;
                if talk.spam {
                    next.push(Reverse((at + TimeDelta::minutes(90), n, Step::Waived)));
                } else if !fresh {
                    let more = n % 3 == 0 && !talk.english;
                    let wait = TimeDelta::minutes(40 + dice.upto(60 * 30));
                    let answered = office(at + wait);
                    next.push(Reverse((answered, n, Step::Answered { last: !more })));
                    if n % 7 == 2 {
                        next.push(Reverse((answered - TimeDelta::minutes(12), n, Step::Noted)));
                    }
                    if more {
                        next.push(Reverse((
                            answered + TimeDelta::hours(5 + dice.upto(30)),
                            n,
                            Step::WritesAgain,
                        )));
                    }
                }
            }
            Step::WritesAgain => {
                let words = SAID_AFTER.get(talk.after).copied().unwrap_or_default();
                writes(core, talk, words).await?;
                if n < TALKS - 16 {
                    let wait = TimeDelta::minutes(30 + dice.upto(60 * 20));
                    next.push(Reverse((office(at + wait), n, Step::Answered { last: true })));
                }
            }
            Step::Answered { last } => answers(core, actor, *member, talk, last).await?,
            Step::Noted => notes(core, actor, *member, talk).await?,
            Step::Waived => waives(core, actor, *member, talk).await?,
        }
    }
    core.clock.set(now);
    worker::drain(core).await
}

/// The next moment of a working day, for those who answer.
fn office(at: DateTime<Utc>) -> DateTime<Utc> {
    let paris = rules::dates::paris_clock(at);
    let mut day = paris.date();
    let minutes = i64::from(paris.hour() * 60 + paris.minute());
    if minutes >= 18 * 60 {
        day += TimeDelta::days(1);
    } else if (9 * 60..18 * 60).contains(&minutes) && day.weekday().number_from_monday() < 6 {
        return at;
    }
    while day.weekday().number_from_monday() > 5 {
        day += TimeDelta::days(1);
    }
    let early = TimeDelta::minutes(9 * 60 + minutes % 180);
    rules::dates::paris_midnight(day).map_or(at, |midnight| midnight + early)
}

fn talk(dice: &mut Dice, n: i64, members: usize) -> Talk {
    let (given, family) = (*dice.pick(&FIRST), *dice.pick(&LAST));
    let english = n % 13 == 5;
    let spam = n % 29 == 11;
    let asked = if spam {
        (
            "Grow your audience today",
            "Dear webmaster, we can bring 10 000 visitors to your site for a small fee. Answer this mail to begin.",
            "",
        )
    } else if english {
        *dice.pick(&ASKED_EN)
    } else {
        *dice.pick(&ASKED)
    };
    let plain = rules::fold::search_key(&format!("{given}.{family}")).replace([' ', '\''], "");
    Talk {
        name: format!("{given} {family}"),
        address: format!("{plain}.{n}@exemple.net"),
        asked,
        english: english || spam,
        after: usize::try_from(n / 3).unwrap_or(0) % SAID_AFTER.len(),
        member: dice.upto(i64::try_from(members).unwrap_or(1)),
        ticket: None,
        spam,
        mails: 0,
    }
}

fn refused<R: std::fmt::Debug>(refusal: R) -> Failure {
    Failure::new(format!("the demo's own story was refused: {refusal:?}"))
}

async fn writes(core: &Core, talk: &mut Talk, words: &str) -> Result<(), Failure> {
    talk.mails += 1;
    let base = core.config.mail_from.clone();
    let to = talk.ticket.map_or_else(|| base.clone(), |id| core.mail_ids().plus_address(&base, id));
    let subject =
        if talk.ticket.is_some() { format!("Re: {}", talk.asked.0) } else { talk.asked.0.to_owned() };
    let from = talk.address.parse().map_err(refused)?;
    let greeting = if talk.english { "Hello," } else { "Bonjour," };
    let mail = lettre::Message::builder()
        .from(Mailbox::new(Some(talk.name.clone()), from))
        .to(Mailbox::new(None, to.parse().map_err(refused)?))
        .subject(subject)
        .date(core.clock.now().into())
        .message_id(Some(format!("<{}.{}@exemple.net>", talk.mails, talk.address.replace('@', "."))))
        .body(format!("{greeting}\n\n{words}\n\n{}\n", talk.name))
        .map_err(refused)?;
    let arrival = Arrival { to: Some(to), ..Arrival::new(Raw::bytes(mail.formatted()), Way::Pipe) };
    let id = store(core, arrival).await?;
    if let Outcome::Ticketed(ticket) = digest(core, id).await? {
        talk.ticket = Some(ticket);
    }
    worker::drain(core).await
}

async fn answers(
    core: &Core,
    actor: Actor,
    member: i64,
    talk: &Talk,
    then_close: bool,
) -> Result<(), Failure> {
    let Some(ticket_id) = talk.ticket else { return Ok(()) };
    let tx = Tx::begin(core, actor).await?;
    // Somebody takes the ticket, reads it, answers.
    Stop::split(take::assign(&tx, ticket_id, Some(member), None).await)?.map_err(refused)?;
    let first = talk.name.split(' ').next().unwrap_or_default();
    let words = match talk.mails {
        1 => talk.asked.2,
        _ => ANSWERED_AFTER.get(talk.after).copied().unwrap_or_default(),
    };
    let text = if talk.english {
        format!("Hello {first},\n\n{words}\n\nKind regards")
    } else {
        format!("Bonjour {first},\n\n{words}\n\nBien à vous")
    };
    let reply_to = Reply { ticket_id, text, template: None, then_close, copies: Vec::new() };
    Stop::split(reply(core, &tx, member, reply_to).await)?.map_err(refused)?;
    tx.commit().await?;
    core.clock.set(core.clock.now() + TimeDelta::seconds(20));
    worker::drain(core).await
}

async fn notes(core: &Core, actor: Actor, member: i64, talk: &Talk) -> Result<(), Failure> {
    let Some(ticket_id) = talk.ticket else { return Ok(()) };
    let tx = Tx::begin(core, actor).await?;
    let text = "J’ai retrouvé la trace dans le journal du serveur : c’est lié à la mise à jour de mardi.";
    Stop::split(settle::note(&tx, ticket_id, member, text).await)?.map_err(refused)?;
    Ok(tx.commit().await?)
}

async fn waives(core: &Core, actor: Actor, member: i64, talk: &Talk) -> Result<(), Failure> {
    let Some(ticket_id) = talk.ticket else { return Ok(()) };
    let tx = Tx::begin(core, actor).await?;
    Stop::split(settle::waive(&tx, ticket_id, member, WaiveReason::Spam, None).await)?.map_err(refused)?;
    Stop::split(settle::close(&tx, ticket_id).await)?.map_err(refused)?;
    Ok(tx.commit().await?)
}
