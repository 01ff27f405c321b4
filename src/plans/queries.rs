//! Plans by standing, and those of one donor.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};
use entities::{instalment, mandate, plan};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
};

use crate::platform::Failure;
use crate::web::paging::{PAGE, Slice, Way};

/// Days after which a change of amount is old news.
const NEWS: u64 = 90;

/// Which plans are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Show {
    /// Those that pay.
    Active,
    /// One payment lacks.
    Late,
    /// Two lack.
    Lapsed,
    /// Another amount than before, lately.
    Changed,
    /// Ended by a person.
    Ended,
}

impl Show {
    /// In the order of the page.
    pub const ALL: [Self; 5] = [Self::Active, Self::Late, Self::Lapsed, Self::Changed, Self::Ended];

    /// Code of an address.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Late => "late",
            Self::Lapsed => "lapsed",
            Self::Changed => "changed",
            Self::Ended => "ended",
        }
    }

    /// Reads the code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|show| show.code() == code)
    }

    fn condition(self, today: NaiveDate) -> Condition {
        use plan::Column;
        let open = || Condition::all().add(Column::EndedOn.is_null());
        match self {
            Self::Active => open().add(Column::ActiveUntil.gte(today)),
            Self::Late => open().add(Column::ActiveUntil.lt(today)).add(Column::LateUntil.gte(today)),
            Self::Lapsed => open().add(Column::LateUntil.lt(today)),
            Self::Changed => {
                let since = today.checked_sub_days(Days::new(NEWS)).unwrap_or(today);
                open().add(Column::ChangedOn.gte(since)).add(Column::LateUntil.gte(today))
            }
            Self::Ended => Condition::all().add(Column::EndedOn.is_not_null()),
        }
    }
}

/// How many plans, and what they give in a year, in cents.
pub async fn sums(
    conn: &impl ConnectionTrait,
    today: NaiveDate,
) -> Result<HashMap<Show, (i64, i64)>, Failure> {
    let mut sums = HashMap::new();
    for show in Show::ALL {
        let rows: Vec<(String, i64, Option<i64>)> = plan::Entity::find()
            .select_only()
            .column(plan::Column::Rhythm)
            .column_as(plan::Column::Id.count(), "n")
            .column_as(sea_orm::sea_query::ExprTrait::cast_as(plan::Column::Cents.sum(), "BIGINT"), "cents")
            .filter(show.condition(today))
            .group_by(plan::Column::Rhythm)
            .into_tuple()
            .all(conn)
            .await?;
        let yearly = |rhythm: &str| match rhythm {
            "monthly" => 12,
            "quarterly" => 4,
            _ => 1,
        };
        let sum = rows.iter().fold((0, 0), |(n, year), (rhythm, count, cents)| {
            (n + count, year + cents.unwrap_or(0).saturating_mul(yearly(rhythm)))
        });
        sums.insert(show, sum);
    }
    Ok(sums)
}

/// A page of plans, newest first.
pub async fn page(
    conn: &impl ConnectionTrait,
    show: Show,
    today: NaiveDate,
    way: &Way<i64>,
) -> Result<Slice<plan::Model>, Failure> {
    let mut found = plan::Entity::find().filter(show.condition(today)).limit(PAGE + 1);
    found = match way {
        Way::First => found.order_by_desc(plan::Column::Id),
        Way::After(id) => found.filter(plan::Column::Id.lt(*id)).order_by_desc(plan::Column::Id),
        Way::Before(id) => found.filter(plan::Column::Id.gt(*id)).order_by_asc(plan::Column::Id),
    };
    Ok(Slice::cut(found.all(conn).await?, way))
}

/// Those of a donor, those that go on first.
pub async fn of_donor(conn: &impl ConnectionTrait, donor_id: i64) -> Result<Vec<plan::Model>, Failure> {
    let mut all = plan::Entity::find()
        .filter(plan::Column::DonorId.eq(donor_id))
        .order_by_desc(plan::Column::Id)
        .all(conn)
        .await?;
    all.sort_by_key(|row| row.ended_on.is_some());
    Ok(all)
}

/// Mandates of a donor, newest first.
pub async fn mandates(conn: &impl ConnectionTrait, donor_id: i64) -> Result<Vec<mandate::Model>, Failure> {
    let of = mandate::Column::DonorId.eq(donor_id);
    Ok(mandate::Entity::find().filter(of).order_by_desc(mandate::Column::Id).all(conn).await?)
}

/// A mandate.
pub async fn mandate(conn: &impl ConnectionTrait, id: i64) -> Result<Option<mandate::Model>, Failure> {
    Ok(mandate::Entity::find_by_id(id).one(conn).await?)
}

/// The last debits of some mandates, newest first.
pub async fn instalments(
    conn: &impl ConnectionTrait,
    mandates: &[i64],
) -> Result<Vec<instalment::Model>, Failure> {
    Ok(instalment::Entity::find()
        .filter(instalment::Column::MandateId.is_in(mandates.iter().copied()))
        .order_by_desc(instalment::Column::DueOn)
        .limit(24)
        .all(conn)
        .await?)
}

/// Whether gifts wait to be looked at for plans.
pub async fn waiting(conn: &impl ConnectionTrait) -> Result<bool, Failure> {
    let sql = "SELECT 1 AS one FROM plan_due LIMIT 1";
    Ok(conn.query_one_raw(Statement::from_string(conn.get_database_backend(), sql)).await?.is_some())
}
