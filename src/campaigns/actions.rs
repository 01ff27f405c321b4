//! What was asked for is kept under the name that gifts bear.

use chrono::NaiveDate;
use entities::campaign;
use rules::dates::DateError;
use rules::fold::{one_line, paragraphs};
use rules::money::{AmountError, Cents};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use crate::platform::{Say, Stop, Tx};

/// What it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It begins and ends.
    Campaign,
    /// Money given for one purpose only.
    Fund,
}

impl Kind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Campaign, Self::Fund];

    /// Code kept in the table.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Campaign => "campaign",
            Self::Fund => "fund",
        }
    }

    /// Reads the code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// A campaign or a fund as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCampaign {
    /// The name that gifts bear.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// What is asked for.
    pub goal: Option<Cents>,
    /// Its first day; gifts before it do not count for the goal.
    pub begins_on: Option<NaiveDate>,
    /// Its last day.
    pub ends_on: Option<NaiveDate>,
    /// For the staff.
    pub note: String,
}

/// Why it is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It needs a name.
    Name,
    /// Another one has this name.
    NameTaken,
    /// Not an amount.
    Goal(AmountError),
    /// Zero or less.
    GoalNotAboveZero,
    /// Not a day.
    BadDay(&'static str, DateError),
    /// It ends before it begins.
    EndsBefore,
    /// There is no such campaign.
    Unknown,
}

impl Refusal {
    /// The sentence for the person.
    pub fn say(&self) -> Say {
        Say::new(match self {
            Self::Name => "campaigns-refused-name",
            Self::NameTaken => "campaigns-refused-taken",
            Self::Goal(AmountError::Ambiguous) => "donations-refused-amount-ambiguous",
            Self::Goal(_) => "donations-refused-amount",
            Self::GoalNotAboveZero => "donations-refused-above-zero",
            Self::BadDay(..) => "plans-refused-day",
            Self::EndsBefore => "campaigns-refused-ends",
            Self::Unknown => "campaigns-refused-unknown",
        })
    }

    /// The field where it belongs.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::Name | Self::NameTaken => Some("name"),
            Self::Goal(_) | Self::GoalNotAboveZero => Some("goal"),
            Self::BadDay(field, _) => Some(field),
            Self::EndsBefore => Some("ends_on"),
            Self::Unknown => None,
        }
    }
}

/// Keeps a campaign: a new one, or this one changed. Gifts bear the name that they bear: another name is another
/// campaign. Gives its row.
///
/// # Errors
/// Every [`Refusal`] at once.
pub async fn save(tx: &Tx, id: Option<i64>, new: &NewCampaign) -> Result<i64, Stop<Vec<Refusal>>> {
    tx.alone("campaign", &["all".into()]).await?;
    let mut refused = Vec::new();
    let name: String = one_line(&new.name).chars().take(200).collect();
    if name.is_empty() {
        refused.push(Refusal::Name);
    }
    let note: String = paragraphs(&new.note).chars().take(5000).collect();
    let same = campaign::Entity::find().filter(campaign::Column::Name.eq(&name)).one(tx.conn()).await?;
    // A button pressed twice: the same words are one campaign.
    if let Some(same) = same.as_ref().filter(|row| {
        let told = (row.kind.as_str(), row.goal_cents, row.begins_on, row.ends_on, row.note.as_str());
        let goal = new.goal.map(|goal| goal.0);
        id.is_none() && told == (new.kind.code(), goal, new.begins_on, new.ends_on, note.as_str())
    }) {
        return Ok(same.id);
    }
    if same.is_some_and(|row| Some(row.id) != id) {
        refused.push(Refusal::NameTaken);
    }
    if new.goal.is_some_and(|goal| goal <= Cents::ZERO) {
        refused.push(Refusal::GoalNotAboveZero);
    }
    if let (Some(from), Some(to)) = (new.begins_on, new.ends_on)
        && to < from
    {
        refused.push(Refusal::EndsBefore);
    }
    let before = match id {
        Some(id) => Some(campaign::Entity::find_by_id(id).one(tx.conn()).await?),
        None => None,
    };
    if matches!(before, Some(None)) {
        return Err(Stop::Refused(vec![Refusal::Unknown]));
    }
    if !refused.is_empty() {
        return Err(Stop::Refused(refused));
    }
    let mut row = campaign::ActiveModel {
        name: Set(name.clone()),
        kind: Set(new.kind.code().into()),
        goal_cents: Set(new.goal.map(|goal| goal.0)),
        begins_on: Set(new.begins_on),
        ends_on: Set(new.ends_on),
        note: Set(note),
        ..Default::default()
    };
    let id = match before.flatten() {
        Some(before) => {
            row.id = Set(before.id);
            campaign::Entity::update(row).exec(tx.conn()).await?;
            before.id
        }
        None => {
            row.created_by = Set(tx.actor.name());
            row.created_at = Set(tx.at);
            campaign::Entity::insert(row).exec(tx.conn()).await?.last_insert_id
        }
    };
    let detail = json!({ "name": name, "kind": new.kind.code(), "goal": new.goal.map(|goal| goal.0),
        "begins_on": new.begins_on, "ends_on": new.ends_on });
    tx.audit("campaign.save", ("campaign", id), detail).await?;
    Ok(id)
}
