//! Proves G1 and G2 again on the live ledger, a batch of lines at a time.

use std::collections::HashMap;

use entities::gift;
use rules::dates::paris_day;
use rules::gift::{DateBasis, Form, Method, Nature, Purpose};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::check::Breach;
use crate::platform::{Core, Failure};

const BATCH: u64 = 2000;

/// Every breach of G1 and G2.
pub async fn check(core: &Core) -> Result<Vec<Breach>, Failure> {
    let conn = core.db.read();
    let mut breaches = reversed_twice(conn).await?;
    breaches.extend(super::periods::check(conn).await?);
    let mut last = 0;
    loop {
        let lines = gift::Entity::find()
            .filter(gift::Column::Id.gt(last))
            .order_by_asc(gift::Column::Id)
            .limit(BATCH)
            .all(conn)
            .await?;
        let Some(end) = lines.last() else { return Ok(breaches) };
        last = end.id;
        let reversed: Vec<i64> = lines.iter().filter_map(|l| l.reverses_id).collect();
        let originals = gift::Entity::find().filter(gift::Column::Id.is_in(reversed)).all(conn).await?;
        let originals: HashMap<i64, gift::Model> = originals.into_iter().map(|l| (l.id, l)).collect();
        for line in &lines {
            breaches.extend(of_line(line).into_iter().map(|what| breach("G1", line.id, what)));
            if let Some(original) = line.reverses_id {
                let what = of_reversal(line, originals.get(&original));
                breaches.extend(what.into_iter().map(|what| breach("G2", line.id, what)));
            }
        }
    }
}

fn breach(law: &'static str, id: i64, what: String) -> Breach {
    Breach { law, subject: format!("gift {id}"), what }
}

async fn reversed_twice(conn: &impl ConnectionTrait) -> Result<Vec<Breach>, Failure> {
    let twice: Vec<Option<i64>> = gift::Entity::find()
        .select_only()
        .column(gift::Column::ReversesId)
        .filter(gift::Column::ReversesId.is_not_null())
        .group_by(gift::Column::ReversesId)
        .having(gift::Column::Id.count().gt(1))
        .limit(1000)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(twice
        .into_iter()
        .flatten()
        .map(|id| breach("G2", id, "was taken back more than once".into()))
        .collect())
}

/// What is wrong with a line by itself.
fn of_line(line: &gift::Model) -> Vec<String> {
    let mut wrong = Vec::new();
    if Some(line.net_cents) != line.gross_cents.checked_sub(line.fee_cents) {
        wrong.push(format!(
            "net {} is not gross {} - fee {}",
            line.net_cents, line.gross_cents, line.fee_cents
        ));
    }
    let reversal = line.reverses_id.is_some();
    if line.gross_cents == 0 || reversal != (line.gross_cents < 0) {
        wrong.push(format!("gross {} on a {}", line.gross_cents, if reversal { "reversal" } else { "gift" }));
    }
    let (gross, fee) = (line.gross_cents.unsigned_abs(), line.fee_cents.unsigned_abs());
    if fee > gross || line.fee_cents.signum() * line.gross_cents.signum() < 0 {
        wrong.push(format!("fee {} of gross {}", line.fee_cents, line.gross_cents));
    }
    if Method::parse(&line.method).is_none() || Form::parse(&line.form).is_none() {
        wrong.push(format!("method {} or form {} is not known", line.method, line.form));
    }
    match Nature::parse(&line.nature) {
        None => wrong.push(format!("nature {} is not known", line.nature)),
        Some(nature) if nature != Nature::Money && line.method != Method::Other.code() => {
            wrong.push(format!("{} is not money, yet came by {}", line.nature, line.method));
        }
        Some(_) => {}
    }
    let (counterpart, sign) = (line.counterpart_cents, line.gross_cents.signum());
    if counterpart.unsigned_abs() > gross || counterpart.signum() * sign < 0 {
        wrong.push(format!("counterpart {counterpart} of gross {}", line.gross_cents));
    }
    match Purpose::parse(&line.purpose) {
        None => wrong.push(format!("purpose {} is not known", line.purpose)),
        Some(Purpose::Dues) if line.nature != Nature::Money.code() => {
            wrong.push("dues that are not money".into())
        }
        Some(_) => {}
    }
    if line.cause.is_some() && !reversal {
        wrong.push("a gift with the cause of a reversal".into());
    }
    wrong.extend(of_date(line));
    wrong
}

fn of_date(line: &gift::Model) -> Option<String> {
    let basis = DateBasis::parse(&line.date_basis);
    let stands_on = match basis {
        None => return Some(format!("basis {} is not known", line.date_basis)),
        Some(DateBasis::PaidAt) => line.paid_at.map(paris_day),
        Some(DateBasis::ProviderCredited) => line.provider_credited_on,
        Some(DateBasis::BankCredited) => line.bank_credited_on,
        Some(DateBasis::Received | DateBasis::HandedOver) => line.received_on,
        Some(DateBasis::Reversed) => Some(paris_day(line.created_at)).filter(|_| line.reverses_id.is_some()),
    };
    if stands_on == Some(line.gift_date) {
        return None;
    }
    let day = stands_on.map_or("none".to_owned(), |day| day.to_string());
    Some(format!("gift date {} does not stand on {}, which is {day}", line.gift_date, line.date_basis))
}

/// What is wrong between a reversal and the line that it takes back.
fn of_reversal(line: &gift::Model, original: Option<&gift::Model>) -> Vec<String> {
    let Some(original) = original else { return vec!["takes back a line that is not there".into()] };
    let mut wrong = Vec::new();
    if original.reverses_id.is_some() {
        wrong.push(format!("takes back gift {}, itself a reversal", original.id));
    }
    let cents = |l: &gift::Model| [l.gross_cents, l.fee_cents, l.net_cents, l.counterpart_cents];
    if cents(line) != cents(original).map(|c| -c) {
        wrong.push(format!("does not cancel gift {} out", original.id));
    }
    // A gift of a closed period is taken back on a later day.
    let later = line.date_basis == DateBasis::Reversed.code() && line.gift_date > original.gift_date;
    let day = later || (&line.gift_date, &line.date_basis) == (&original.gift_date, &original.date_basis);
    let same = (&line.donor_id, &line.nature, &line.form, &line.purpose)
        == (&original.donor_id, &original.nature, &original.form, &original.purpose);
    if !same || !day {
        wrong.push(format!("differs from gift {} in date, donor, nature, form or purpose", original.id));
    }
    wrong
}
