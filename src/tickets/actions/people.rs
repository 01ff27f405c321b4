//! People who write to us.

use entities::{participant, requester};
use rules::lang::Lang;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use crate::platform::{Failure, Tx};

/// Longest address we keep; RFC 5321 allows 254.
const LONGEST: usize = 320;

/// Who wrote, as far as the mail says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Writer {
    /// Address in its one form; empty when the mail names none.
    pub email: String,
    /// Name, or empty.
    pub name: String,
    /// Language they seem to write in.
    pub language: Lang,
}

/// The row of the person with that address, made if missing. A person who had no name gets it.
pub async fn find_or_add(tx: &Tx, writer: &Writer) -> Result<requester::Model, Failure> {
    let email: String = writer.email.chars().take(LONGEST).collect();
    let row = requester::ActiveModel {
        email: Set(email.clone()),
        name: Set(writer.name.chars().take(200).collect()),
        language: Set(writer.language.as_str().into()),
        created_at: Set(tx.at),
        ..Default::default()
    };
    let once = OnConflict::column(requester::Column::Email).do_nothing().to_owned();
    requester::Entity::insert(row).on_conflict(once).exec_without_returning(tx.conn()).await?;
    let found = requester::Entity::find().filter(requester::Column::Email.eq(email)).one(tx.conn()).await?;
    let mut person = found.ok_or_else(|| Failure::new("a requester could not be added"))?;
    if person.name.is_empty() && !writer.name.is_empty() && !person.email.is_empty() {
        person.name = writer.name.chars().take(200).collect();
        requester::Entity::update_many()
            .col_expr(requester::Column::Name, sea_orm::sea_query::Expr::value(person.name.clone()))
            .filter(requester::Column::Id.eq(person.id))
            .exec(tx.conn())
            .await?;
    }
    Ok(person)
}

/// A person by number.
pub async fn by_id(tx: &Tx, id: i64) -> Result<Option<requester::Model>, Failure> {
    Ok(requester::Entity::find_by_id(id).one(tx.conn()).await?)
}

/// The person takes part in the ticket: they wrote in it.
pub async fn takes_part(tx: &Tx, ticket: i64, person: i64) -> Result<(), Failure> {
    let row =
        participant::ActiveModel { ticket_id: Set(ticket), requester_id: Set(person), copied: Set(false) };
    let columns = [participant::Column::TicketId, participant::Column::RequesterId];
    let writes = OnConflict::columns(columns).update_column(participant::Column::Copied).to_owned();
    participant::Entity::insert(row).on_conflict(writes).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// The person got a copy of a mail of the ticket: they may answer it there.
pub async fn is_in_copy(tx: &Tx, ticket: i64, person: i64) -> Result<(), Failure> {
    let row =
        participant::ActiveModel { ticket_id: Set(ticket), requester_id: Set(person), copied: Set(true) };
    let columns = [participant::Column::TicketId, participant::Column::RequesterId];
    let once = OnConflict::columns(columns).do_nothing().to_owned();
    participant::Entity::insert(row).on_conflict(once).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Those who wrote in the ticket, and those who were only in copy.
pub async fn writers_and_copied(
    tx: &Tx,
    ticket: i64,
) -> Result<(Vec<requester::Model>, Vec<requester::Model>), Failure> {
    let rows =
        participant::Entity::find().filter(participant::Column::TicketId.eq(ticket)).all(tx.conn()).await?;
    let people = requester::Entity::find()
        .filter(requester::Column::Id.is_in(rows.iter().map(|r| r.requester_id)))
        .all(tx.conn())
        .await?;
    let copied = |p: &requester::Model| rows.iter().any(|r| r.requester_id == p.id && r.copied);
    Ok(people.into_iter().partition(|person| !copied(person)))
}

/// Everybody who takes part in one of these tickets: (ticket, person).
pub async fn parts(tx: &Tx, tickets: &[i64]) -> Result<Vec<(i64, requester::Model)>, Failure> {
    let rows = participant::Entity::find()
        .filter(participant::Column::TicketId.is_in(tickets.iter().copied()))
        .all(tx.conn())
        .await?;
    let people = requester::Entity::find()
        .filter(requester::Column::Id.is_in(rows.iter().map(|r| r.requester_id)))
        .all(tx.conn())
        .await?;
    let person = |id: i64| people.iter().find(|p| p.id == id).cloned();
    Ok(rows.into_iter().filter_map(|r| Some((r.ticket_id, person(r.requester_id)?))).collect())
}
