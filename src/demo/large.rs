//! The sizes of the benchmarks: written in batches straight into the tables, with progress. Its rows keep every
//! law that `soutien check` proves, save that its mails have no raw file.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entities::{donor, donor_mail, gift, message, participant, promise, requester, ticket};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel, Iterable,
    Statement,
};

use super::words::{ANSWERED_AFTER, ASKED, Dice, FIRST, LAST, SAID_AFTER, STREETS, TOWNS};
use crate::platform::{Actor, Core, Failure, Tx};

/// How much of everything.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// Donors.
    pub donors: i64,
    /// Gifts for each donor.
    pub gifts_each: i64,
    /// Tickets.
    pub tickets: i64,
    /// Messages in each ticket, on average (odd, so that most end with the person).
    pub messages_each: i64,
}

/// DESIGN section 6.
pub const LARGE: Sizes = Sizes { donors: 100_000, gifts_each: 9, tickets: 1_000_000, messages_each: 5 };

/// Those who give on the same day are not neighbours in the table; a prime visits each of them in turn.
const STRIDE: i64 = 7919;
/// Rows in a transaction.
const BATCH: i64 = 20_000;

/// What tickets refer to.
struct Plan<'a> {
    tickets: i64,
    each: i64,
    ticket: i64,
    message: i64,
    person: i64,
    people: i64,
    members: &'a [i64],
    services: &'a [i64],
    now: DateTime<Utc>,
}

/// Builds it all after what is there already. `members` and `services` must not be empty.
pub async fn build(core: &Core, sizes: Sizes, members: &[i64], services: &[i64]) -> Result<(), Failure> {
    let mut dice = Dice::new(7);
    let now = core.clock.now();
    let donor = next_id(core, "donor").await?;
    for (from, to) in slices("donors", sizes.donors) {
        let tx = Tx::begin(core, Actor::Command).await?;
        donors(&tx, &mut dice, donor, from, to).await?;
        tx.commit().await?;
    }
    let line = next_id(core, "gift").await?;
    let all = sizes.donors * sizes.gifts_each;
    for (from, to) in slices("gifts", all) {
        let tx = Tx::begin(core, Actor::Command).await?;
        gifts(&tx, &mut dice, (donor, sizes.donors, all, line), from, to).await?;
        tx.commit().await?;
    }
    let people = (sizes.tickets / 4).max(1);
    let person = next_id(core, "requester").await?;
    for (from, to) in slices("people who write", people) {
        let tx = Tx::begin(core, Actor::Command).await?;
        requesters(&tx, &mut dice, person, from, to).await?;
        tx.commit().await?;
    }
    let plan = Plan {
        tickets: sizes.tickets,
        each: sizes.messages_each,
        ticket: next_id(core, "ticket").await?,
        message: next_id(core, "message").await?,
        person,
        people,
        members,
        services,
        now,
    };
    for (from, to) in slices("tickets", sizes.tickets) {
        let tx = Tx::begin(core, Actor::Command).await?;
        tickets(&tx, &mut dice, &plan, from, to).await?;
        tx.commit().await?;
    }
    settle(core).await
}

/// Slices of `all`, telling how far it is.
fn slices(what: &'static str, all: i64) -> impl Iterator<Item = (i64, i64)> {
    let began = std::time::Instant::now();
    let mut from = 0;
    std::iter::from_fn(move || {
        eprint!("\r{what}: {from} of {all}, {:.0} s   ", began.elapsed().as_secs_f64());
        if from >= all {
            eprintln!();
            return None;
        }
        let to = (from + BATCH).min(all);
        let slice = (from, to);
        from = to;
        Some(slice)
    })
}

/// The id after the last one of `table`.
async fn next_id(core: &Core, table: &str) -> Result<i64, Failure> {
    let conn = core.db.read();
    let text = format!("SELECT COALESCE(MAX(id), 0) AS last FROM {table}");
    let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), text)).await?;
    let last = row.map(|r| r.try_get::<i64>("", "last")).transpose()?.unwrap_or(0);
    Ok(last + 1)
}

/// Inserts rows, as many at a time as both engines take (SQLite: 32,766 values).
async fn insert<A>(tx: &Tx, rows: Vec<A>) -> Result<(), Failure>
where
    A: ActiveModelTrait + Send,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
{
    let columns = <A::Entity as EntityTrait>::Column::iter().count();
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let some: Vec<A> = rows.by_ref().take(30_000 / columns).collect();
        A::Entity::insert_many(some).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

async fn donors(tx: &Tx, dice: &mut Dice, first: i64, from: i64, to: i64) -> Result<(), Failure> {
    let mut rows = Vec::new();
    let mut mails = Vec::new();
    for n in from..to {
        let (given, family) = (*dice.pick(&FIRST), *dice.pick(&LAST));
        let (postal, town) = *dice.pick(&TOWNS);
        let address = format!("{}.{n}@exemple.org", rules::fold::search_key(given).replace([' ', '-'], "."));
        let street = format!("{} {}", dice.upto(180) + 1, dice.pick(&STREETS));
        rows.push(donor::ActiveModel {
            id: Set(first + n),
            kind: Set("person".into()),
            last_name: Set(family.into()),
            first_names: Set(given.into()),
            organisation: Set(String::new()),
            legal_form: Set(String::new()),
            siren: Set(None),
            name_key: Set(Some(rules::likeness::name_key(family, given))),
            address_key: Set(Some(rules::likeness::address_key(&rules::address::PostalAddress::tidy(
                &[&street],
                postal,
                town,
                "FR",
            )))),
            merged_into: Set(None),
            street: Set(street),
            postal_code: Set(postal.into()),
            city: Set(town.into()),
            country: Set("FR".into()),
            language: Set("fr".into()),
            receipt_pref: Set("yearly".into()),
            receipt_route: Set("mail".into()),
            notes: Set(String::new()),
            sort_key: Set(rules::fold::search_key(&format!("{family} {given}"))),
            search_key: Set(rules::fold::search_key(&format!("{family} {given} {address} {postal} {town}"))),
            created_at: Set(tx.at),
            updated_at: Set(tx.at),
            version: Set(1),
        });
        mails.push(donor_mail::ActiveModel {
            donor_id: Set(first + n),
            address: Set(address.clone()),
            norm: Set(address),
            is_main: Set(true),
            ..Default::default()
        });
    }
    insert(tx, rows).await?;
    insert(tx, mails).await
}

/// Small gifts of the last years in the order of their days, as a ledger grows; each donor gives `each` times.
async fn gifts(
    tx: &Tx,
    dice: &mut Dice,
    (donor, donors, all, first): (i64, i64, i64, i64),
    from: i64,
    to: i64,
) -> Result<(), Failure> {
    let start = NaiveDate::from_ymd_opt(2024, 1, 5).unwrap_or_default();
    let mut rows = Vec::new();
    for n in from..to {
        let day = start + TimeDelta::days(n * 900 / all + dice.upto(4));
        let cents = *dice.pick(&[500, 1000, 1200, 2000, 2000, 3000, 5000, 10_000]);
        let at = rules::dates::paris_midnight(day).map(|at| at + TimeDelta::hours(10));
        rows.push(gift::ActiveModel {
            id: Set(first + n),
            donor_id: Set(Some(donor + n * STRIDE % donors)),
            source: Set("demo".into()),
            external_id: Set(format!("demo-{}", first + n)),
            gross_cents: Set(cents),
            fee_cents: Set(0),
            net_cents: Set(cents),
            method: Set("card".into()),
            nature: Set("money".into()),
            form: Set("manual_gift".into()),
            campaign: Set("Soutien mensuel".into()),
            paid_at: Set(at),
            provider_credited_on: Set(None),
            bank_credited_on: Set(None),
            received_on: Set(None),
            gift_date: Set(day),
            date_basis: Set("paid_at".into()),
            receipted_elsewhere: Set(None),
            reverses_id: Set(None),
            import_id: Set(None),
            note: Set(String::new()),
            created_at: Set(tx.at),
            learned_import_id: Set(None),
            date_decided_by: Set(None),
            date_decided_at: Set(None),
            purpose: Set("gift".into()),
            counterpart_cents: Set(0),
            counterpart: Set(String::new()),
            cause: Set(None),
        });
    }
    insert(tx, rows).await
}

async fn requesters(tx: &Tx, dice: &mut Dice, first: i64, from: i64, to: i64) -> Result<(), Failure> {
    let mut rows = Vec::new();
    for n in from..to {
        rows.push(requester::ActiveModel {
            id: Set(first + n),
            email: Set(format!("personne.{}@exemple.net", first + n)),
            name: Set(format!("{} {}", dice.pick(&FIRST), dice.pick(&LAST))),
            language: Set("fr".into()),
            created_at: Set(tx.at),
        });
    }
    insert(tx, rows).await
}

/// Tickets over three years. One in two hundred is still owed an answer.
async fn tickets(tx: &Tx, dice: &mut Dice, plan: &Plan<'_>, from: i64, to: i64) -> Result<(), Failure> {
    let mut heads = Vec::new();
    let mut parts = Vec::new();
    let mut said = Vec::new();
    let mut kept = Vec::new();
    for n in from..to {
        let id = plan.ticket + n;
        let person = plan.person + n % plan.people;
        let owed = n % 200 == 0;
        let opened =
            plan.now - TimeDelta::minutes((plan.tickets - n) * 3 * 365 * 24 * 60 / plan.tickets + 90);
        let (subject, first, answer) = *dice.pick(&ASKED);
        let subject = format!("{subject} #{n:07}");
        let member = *dice.pick(plan.members);
        let base = plan.message + n * plan.each;
        let last = plan.each - 1;
        let mut at = opened;
        let mut waiting = (opened, base);
        let mut answered_yet = true;
        let mut words = first;
        for k in 0..plan.each {
            // Persons and we take turns; an owed ticket ends with them, an answered one with us.
            let ours = if owed { k % 2 == 1 && k < last } else { (k % 2 == 1 && k + 1 < last) || k == last };
            at += TimeDelta::minutes(if k == 0 { 0 } else { 7 + dice.upto(11) });
            words = match (k, ours) {
                (0, _) => first,
                (1, true) => answer,
                (_, true) => *dice.pick::<&str>(&ANSWERED_AFTER),
                (_, false) => *dice.pick::<&str>(&SAID_AFTER),
            };
            let message_id = ours.then(|| format!("<demo.{}@exemple.org>", base + k));
            said.push(message::ActiveModel {
                id: Set(base + k),
                ticket_id: Set(id),
                kind: Set(if ours { "reply".into() } else { "inbound".into() }),
                requester_id: Set((!ours).then_some(person)),
                member_id: Set(ours.then_some(member)),
                at: Set(at),
                subject: Set(subject.clone()),
                text: Set(words.into()),
                quoted: Set(String::new()),
                html: Set(None),
                message_id: Set(message_id),
                message_id_hash: Set(None),
                mail_in_id: Set(None),
                state: Set(if ours { "sent".into() } else { "kept".into() }),
                other_subject: Set(false),
                calendar: Set(None),
            });
            if ours {
                kept.push(answered(id, person, waiting, (member, at, base + k)));
                answered_yet = true;
            } else if answered_yet {
                waiting = (at, base + k);
                answered_yet = false;
            }
        }
        if owed {
            kept.push(still_owed(id, person, waiting));
        }
        parts.push(participant::ActiveModel {
            ticket_id: Set(id),
            requester_id: Set(person),
            copied: Set(false),
        });
        heads.push(ticket::ActiveModel {
            id: Set(id),
            subject: Set(subject),
            about: Set("support".into()),
            service_id: Set(Some(*dice.pick(plan.services))),
            requester_id: Set(person),
            assignee_id: Set((!owed || n % 400 == 0).then_some(member)),
            state: Set(if owed { "open".into() } else { "closed".into() }),
            promise: Set(if owed { "owed".into() } else { "answered".into() }),
            owed_since: Set(owed.then_some(waiting.0)),
            close_when_sent: Set(false),
            last_words: Set(words.into()),
            last_at: Set(at),
            opened_at: Set(opened),
            closed_at: Set((!owed).then_some(at)),
            linked_to: Set(None),
            merged_into: Set(None),
            version: Set(1),
            suspected: Set(false),
        });
    }
    insert(tx, heads).await?;
    insert(tx, parts).await?;
    insert(tx, said).await?;
    insert(tx, kept).await
}

/// Since when, and by which message.
type Waiting = (DateTime<Utc>, i64);

fn answered(
    ticket: i64,
    person: i64,
    waiting: Waiting,
    by: (i64, DateTime<Utc>, i64),
) -> promise::ActiveModel {
    promise::ActiveModel {
        state: Set("answered".into()),
        member_id: Set(Some(by.0)),
        ended_at: Set(Some(by.1)),
        answer_message_id: Set(Some(by.2)),
        ..still_owed(ticket, person, waiting)
    }
}

fn still_owed(ticket: i64, person: i64, waiting: Waiting) -> promise::ActiveModel {
    promise::ActiveModel {
        ticket_id: Set(ticket),
        requester_id: Set(Some(person)),
        first_message_id: Set(Some(waiting.1)),
        owed_since: Set(waiting.0),
        state: Set("owed".into()),
        member_id: Set(None),
        answer_message_id: Set(None),
        waived_reason: Set(None),
        waived_note: Set(None),
        moved_to: Set(None),
        ended_at: Set(None),
        ..Default::default()
    }
}

/// Tells the engine's planner what is there, and PostgreSQL's counters where to go on.
async fn settle(core: &Core) -> Result<(), Failure> {
    eprintln!("counting for the planner…");
    let tx = Tx::begin(core, Actor::Command).await?;
    if tx.conn().get_database_backend() == DbBackend::Postgres {
        for table in ["donor", "gift", "requester", "ticket", "message"] {
            let text = format!(
                "SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM {table}))"
            );
            tx.conn().execute_unprepared(&text).await?;
        }
    }
    tx.conn().execute_unprepared("ANALYZE").await?;
    tx.commit().await?;
    Ok(())
}
