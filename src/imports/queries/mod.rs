//! Reads of the ledger of files.

pub mod proof;
pub mod tables;

use std::collections::HashMap;

use entities::{audit, donor, donor_mail, import_file, import_row, job};
use rules::money::Cents;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, Statement, Value,
};

use crate::donors;
use crate::imports::reading::{Facts, Source, Verdict, Why};
use crate::platform::{Core, Failure};
use crate::web::paging::{PAGE, Slice, Way};

/// Somebody who is known.
#[derive(Debug, Clone, Default)]
pub struct KnownDonor {
    /// Name.
    pub name: String,
    /// Postal code and city.
    pub place: String,
    /// Mail addresses.
    pub mails: String,
    /// What it says.
    pub facts: donors::DonorFacts,
}

/// States of some files.
pub async fn states(
    conn: &impl ConnectionTrait,
    files: impl IntoIterator<Item = i64>,
) -> Result<HashMap<i64, String>, Failure> {
    let states: Vec<(i64, String)> = import_file::Entity::find()
        .select_only()
        .columns([import_file::Column::Id, import_file::Column::State])
        .filter(import_file::Column::Id.is_in(files))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(states.into_iter().collect())
}

/// Whether a file of this state is there: being looked at, or taken.
pub fn stands(state: &str) -> bool {
    ["reading", "previewed", "taken"].contains(&state)
}

/// Files that hold corrected lines of this one, and were not given up.
pub async fn corrected_in(conn: &impl ConnectionTrait, id: i64) -> Result<Vec<i64>, Failure> {
    Ok(import_file::Entity::find()
        .select_only()
        .column(import_file::Column::Id)
        .filter(import_file::Column::CorrectsId.eq(id))
        .filter(import_file::Column::State.ne("abandoned"))
        .order_by_asc(import_file::Column::Id)
        .into_tuple()
        .all(conn)
        .await?)
}

/// The file that a file was written anew in with what was put right of it, and that stands: what is left to put right is
/// put right there.
pub async fn written_anew_in(conn: &impl ConnectionTrait, id: i64) -> Result<Option<i64>, Failure> {
    Ok(import_file::Entity::find()
        .select_only()
        .column(import_file::Column::Id)
        .filter(import_file::Column::CorrectsId.eq(id))
        .filter(import_file::Column::State.is_in(["reading", "previewed", "taken"]))
        .order_by_desc(import_file::Column::Id)
        .into_tuple()
        .one(conn)
        .await?)
}

/// Lines and money of one verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum {
    /// Lines.
    pub rows: i64,
    /// What they amount to: gifts.
    pub cents: Cents,
    /// What those that are no gifts move the account by.
    pub moved: Cents,
    /// Lines that write a movement.
    pub puts: i64,
}

/// Lines and money of a file by verdict.
pub async fn sums(conn: &impl ConnectionTrait, id: i64) -> Result<HashMap<Verdict, Sum>, Failure> {
    let sql = "SELECT verdict, CAST(COUNT(*) AS BIGINT) AS n, CAST(COALESCE(SUM(cents), 0) AS BIGINT) AS cents, \
               CAST(COALESCE(SUM(CASE WHEN cents IS NULL THEN moves END), 0) AS BIGINT) AS moved, \
               CAST(COUNT(CASE WHEN puts THEN 1 END) AS BIGINT) AS puts FROM import_row WHERE import_id = $1 GROUP BY verdict";
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(id)]);
    let mut sums = HashMap::new();
    for row in conn.query_all_raw(statement).await? {
        let verdict: String = row.try_get("", "verdict")?;
        let sum = Sum {
            rows: row.try_get("", "n")?,
            cents: Cents(row.try_get("", "cents")?),
            moved: Cents(row.try_get("", "moved")?),
            puts: row.try_get("", "puts")?,
        };
        sums.extend(Verdict::parse(&verdict).map(|verdict| (verdict, sum)));
    }
    Ok(sums)
}

/// The file with these very bytes that is in the ledger, if any, when nothing of it is left to do: no line
/// waits for a person, and no gift that it knew has left the ledger since.
pub async fn taken_with(core: &Core, source: Source, hash: &str) -> Result<Option<i64>, Failure> {
    let found = import_file::Entity::find()
        .filter(import_file::Column::FileHash.eq(hash))
        .filter(import_file::Column::Source.eq(source.code()))
        .filter(import_file::Column::State.eq("taken"))
        .order_by_desc(import_file::Column::Id)
        .one(core.db.read())
        .await?;
    let Some(file) = found.filter(|file| file.rows_conflict + file.rows_refused == 0) else {
        return Ok(None);
    };
    let gone = import_row::Entity::find()
        .filter(import_row::Column::ImportId.eq(file.id))
        .filter(import_row::Column::Verdict.is_in(["new", "changed", "known"]))
        .filter(import_row::Column::Cents.is_not_null())
        .filter(import_row::Column::GiftId.is_null())
        .one(core.db.read())
        .await?;
    // Another file of the source that was undone since may have taken movements away that both told.
    let undone = import_file::Entity::find()
        .filter(import_file::Column::Source.eq(source.code()))
        .filter(import_file::Column::UndoneAt.gte(file.taken_at))
        .one(core.db.read())
        .await?;
    Ok((gone.is_none() && undone.is_none()).then_some(file.id))
}

/// A file.
pub async fn file(core: &Core, id: i64) -> Result<Option<import_file::Model>, Failure> {
    Ok(import_file::Entity::find_by_id(id).one(core.db.read()).await?)
}

/// A page of the ledger of files, newest first.
pub async fn files(core: &Core, way: &Way<i64>) -> Result<Slice<import_file::Model>, Failure> {
    let all = import_file::Entity::find().limit(PAGE + 1);
    let page = match way {
        Way::First => all.order_by_desc(import_file::Column::Id),
        Way::After(id) => all.filter(import_file::Column::Id.lt(*id)).order_by_desc(import_file::Column::Id),
        Way::Before(id) => all.filter(import_file::Column::Id.gt(*id)).order_by_asc(import_file::Column::Id),
    };
    Ok(Slice::cut(page.all(core.db.read()).await?, way))
}

/// Whether work of this name waits or runs.
pub async fn working(core: &Core, key: &str) -> Result<bool, Failure> {
    let found = job::Entity::find()
        .filter(job::Column::UniqueKey.eq(key))
        .filter(job::Column::State.is_in(["ready", "leased"]))
        .one(core.db.read())
        .await?;
    Ok(found.is_some())
}

fn waiting(id: i64) -> Select<import_row::Entity> {
    import_row::Entity::find()
        .filter(import_row::Column::ImportId.eq(id))
        .filter(import_row::Column::Verdict.eq(Verdict::New.code()))
        .filter(import_row::Column::ProposedId.is_not_null())
        .filter(import_row::Column::Chosen.eq(false))
}

/// How many new lines wait for somebody to say who gave.
pub async fn proposed(core: &Core, id: i64) -> Result<i64, Failure> {
    Ok(i64::try_from(waiting(id).count(core.db.read()).await?).unwrap_or(i64::MAX))
}

/// Those lines, after row `after`, `limit` at most.
pub async fn proposed_lines(core: &Core, id: i64, after: i64, limit: u64) -> Result<Vec<Line>, Failure> {
    let rows = waiting(id)
        .filter(import_row::Column::Id.gt(after))
        .order_by_asc(import_row::Column::Id)
        .limit(limit)
        .all(core.db.read())
        .await?;
    rows.into_iter().map(line).collect()
}

type People = (HashMap<i64, KnownDonor>, HashMap<String, Vec<i64>>);

/// Donors that these lines name or may name, and the donors of each mail address in conflict.
pub async fn people(core: &Core, lines: &[Line]) -> Result<People, Failure> {
    let conn = core.db.read();
    let open = lines.iter().filter(|line| line.proposed_id.is_some());
    let mails: Vec<String> =
        open.filter_map(|line| line.facts.gift.as_ref().and_then(|g| g.giver.mail.clone())).collect();
    let owners = donors::find_by_mails(conn, &mails).await?;
    let named = lines.iter().flat_map(|line| [line.donor_id, line.proposed_id]).flatten();
    let ids: Vec<i64> = named.chain(owners.values().flatten().copied()).collect();
    let mut known: HashMap<i64, KnownDonor> = HashMap::new();
    for row in donor::Entity::find().filter(donor::Column::Id.is_in(ids.iter().copied())).all(conn).await? {
        let name = donors::record::name_of(&row.kind, &row.organisation, &row.first_names, &row.last_name);
        let place = format!("{} {}", row.postal_code, row.city).trim().to_owned();
        let facts = donors::queries::facts_of(&row, Vec::new());
        known.insert(row.id, KnownDonor { name, place, mails: String::new(), facts });
    }
    for mail in donor_mail::Entity::find().filter(donor_mail::Column::DonorId.is_in(ids)).all(conn).await? {
        if let Some(donor) = known.get_mut(&mail.donor_id) {
            let comma = if donor.mails.is_empty() { "" } else { ", " };
            donor.mails.push_str(comma);
            donor.mails.push_str(&mail.address);
            donor.facts.mails.push(mail.address);
        }
    }
    Ok((known, owners))
}

/// A line of a file as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Row.
    pub id: i64,
    /// Line of the file.
    pub line: i64,
    /// Name of the gift.
    pub key: String,
    /// What becomes of it.
    pub verdict: Verdict,
    /// Why.
    pub why: Option<Why>,
    /// What the file says.
    pub facts: Facts,
    /// The donor, if known.
    pub donor_id: Option<i64>,
    /// A donor who resembles.
    pub proposed_id: Option<i64>,
    /// Whether a person chose.
    pub chosen: bool,
    /// The ledger's line, if known.
    pub gift_id: Option<i64>,
}

/// Lines of a file with one of `verdicts`, after row `after`, `limit` at most.
pub async fn lines(
    core: &Core,
    id: i64,
    verdicts: &[Verdict],
    after: i64,
    limit: u64,
) -> Result<Vec<Line>, Failure> {
    let rows = import_row::Entity::find()
        .filter(import_row::Column::ImportId.eq(id))
        .filter(import_row::Column::Verdict.is_in(verdicts.iter().map(|v| v.code())))
        .filter(import_row::Column::Id.gt(after))
        .order_by_asc(import_row::Column::Id)
        .limit(limit)
        .all(core.db.read())
        .await?;
    rows.into_iter().map(line).collect()
}

fn line(row: import_row::Model) -> Result<Line, Failure> {
    Ok(Line {
        id: row.id,
        line: row.line,
        key: row.row_key,
        verdict: Verdict::parse(&row.verdict).unwrap_or(Verdict::Refused),
        why: row.reason.as_deref().map(serde_json::from_str).transpose()?,
        facts: serde_json::from_str(&row.facts)?,
        donor_id: row.donor_id,
        proposed_id: row.proposed_id,
        chosen: row.chosen,
        gift_id: row.gift_id,
    })
}

/// What in the audit is neither about gifts nor about donors.
const ELSEWHERE: [&str; 4] = ["ticket", "outbox", "session", "service"];

/// The last line of the audit.
pub async fn last_audited(conn: &impl ConnectionTrait) -> Result<i64, Failure> {
    let last: Option<Option<i64>> =
        audit::Entity::find().select_only().expr(audit::Column::Id.max()).into_tuple().one(conn).await?;
    Ok(last.flatten().unwrap_or_default())
}

/// Whether the audit tells, after a line, of more than this file itself and what is elsewhere.
pub async fn changed_since(conn: &impl ConnectionTrait, after: i64, file_id: i64) -> Result<bool, Failure> {
    let own = Condition::all()
        .add(audit::Column::SubjectKind.eq("import"))
        .add(audit::Column::SubjectId.eq(file_id.to_string()));
    let found = audit::Entity::find()
        .filter(audit::Column::Id.gt(after))
        .filter(audit::Column::SubjectKind.is_not_in(ELSEWHERE))
        .filter(own.not())
        .limit(1)
        .one(conn)
        .await?;
    Ok(found.is_some())
}
