//! What becomes of lines that are gifts: looked up in the ledger, many at once.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use entities::gift;
use rules::dates::{paris_clock, paris_day, short_fr};
use rules::gift::{DatePolicy, DateRefusal, GiftRefusal, Method, Nature, Purpose};
use rules::money::Cents;
use sea_orm::ConnectionTrait;

use super::known::{Known, look_up};
use crate::accounts::association::Policies;
use crate::donations::{self, NewGift};
use crate::donors;
use crate::imports::reading::{Gift, Source, Verdict, Why, donor_of};
use crate::platform::{Failure, Tx};

/// A line to judge.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Name of the gift.
    pub key: String,
    /// Order it belongs to.
    pub order: Option<String>,
    /// What the file says.
    pub gift: Gift,
    /// What a person chose: this donor, or a new one.
    pub chosen: Option<Option<i64>>,
}

/// What becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// Why.
    pub reason: Option<Why>,
    /// The donor, if known.
    pub donor_id: Option<i64>,
    /// A donor who resembles.
    pub proposed_id: Option<i64>,
    /// The ledger's line, if known.
    pub gift_id: Option<i64>,
}

impl Judged {
    fn is(verdict: Verdict, why: Why) -> Self {
        Self { verdict, reason: Some(why), donor_id: None, proposed_id: None, gift_id: None }
    }

    fn of(verdict: Verdict, why: Why, line: &gift::Model) -> Self {
        Self { donor_id: line.donor_id, gift_id: Some(line.id), ..Self::is(verdict, why) }
    }
}

/// What does not change from line to line.
#[derive(Debug, Clone, Copy)]
pub struct Bench {
    /// Where the file comes from.
    pub source: Source,
    policy: DatePolicy,
    today: NaiveDate,
    closed: Option<NaiveDate>,
}

impl Bench {
    /// The association's rules, today.
    pub async fn set(tx: &Tx, source: Source) -> Result<Self, Failure> {
        let policy = Policies::get(tx.conn()).await?.for_source(source.code());
        let closed = donations::queries::periods::closed_through(tx.conn()).await?;
        Ok(Self { source, policy, today: paris_day(tx.at), closed })
    }

    /// The last closed day, when this one is closed.
    fn closed(&self, day: NaiveDate) -> Option<NaiveDate> {
        self.closed.filter(|through| day <= *through)
    }
}

/// The gift as the ledger takes it.
pub fn as_new(source: Source, key: &str, gift: &Gift, donor_id: Option<i64>, import_id: i64) -> NewGift {
    NewGift {
        donor_id,
        source: source.code().into(),
        external_id: key.to_owned(),
        gross: gift.gross,
        fee: gift.fee,
        method: Some(gift.method),
        nature: Nature::Money,
        campaign: gift.campaign.clone(),
        paid_at: gift.paid_at,
        provider_credited_on: gift.provider_credited_on,
        received_on: gift.received_on,
        receipted_elsewhere: gift.receipted_elsewhere.clone(),
        import_id: Some(import_id),
        note: gift.comment.clone(),
        purpose: if gift.dues { Purpose::Dues } else { Purpose::Gift },
        ..NewGift::default()
    }
}

/// Judges a few lines (at most a thousand), in order.
pub async fn judge(
    conn: &impl ConnectionTrait,
    bench: Bench,
    lines: &[Candidate],
) -> Result<Vec<Judged>, Failure> {
    let known = look_up(conn, bench, lines).await?;
    Ok(lines.iter().map(|line| known.judge(bench, line)).collect())
}

impl Known {
    fn judge(&self, bench: Bench, line: &Candidate) -> Judged {
        if let Some(found) = self.ledger.get(&line.key) {
            return self.against(bench, found, line);
        }
        if line.gift.refunded {
            return Judged::is(Verdict::Ignored, Why::Refunded);
        }
        if let Some(judged) = self.other_export(bench, line) {
            return judged;
        }
        let new = as_new(bench.source, &line.key, &line.gift, None, 0);
        match new.check(bench.policy, bench.today) {
            Err(refused) => return Judged::is(Verdict::Refused, why_not(refused.first(), line)),
            Ok((_, told)) => {
                if let Some(through) = bench.closed(told.resolved.date) {
                    return Judged::is(Verdict::Refused, Why::PeriodClosed { day: short_fr(through) });
                }
            }
        }
        if !line.gift.giver.is_nobody()
            && let Err(refused) = donor_of(&line.gift.giver).tidy()
        {
            return Judged::is(Verdict::Refused, Why::Law { what: format!("{refused:?}") });
        }
        self.giver(line)
    }

    fn against(&self, bench: Bench, found: &gift::Model, line: &Candidate) -> Judged {
        if self.taken_back.contains(&found.id) {
            let why = if line.gift.refunded { Why::Refunded } else { Why::TakenBack };
            return Judged::of(Verdict::Known, why, found);
        }
        if line.gift.refunded {
            return Judged::of(Verdict::Conflict, Why::RefundedInLedger, found);
        }
        // A part of it went back: the ledger holds what is left.
        let mut told = line.gift.clone();
        let in_part = self.went_back.get(&line.key).filter(|back| **back < told.gross.0);
        if let Some(back) = in_part {
            told.gross = Cents(told.gross.0 - back);
            told.fee = told.fee.min(told.gross);
        }
        let Some((was, now)) = differs(found, &told) else {
            let paid_out = line.gift.provider_credited_on.filter(|_| found.provider_credited_on.is_none());
            let why = paid_out.map_or(Why::Known, |day| Why::KnownPaidOut { day: short_fr(day) });
            return Judged::of(Verdict::Known, why, found);
        };
        if in_part.is_some() {
            // To write the line anew would bring back what went back.
            return Judged::of(Verdict::Conflict, Why::Changed { was, now }, found);
        }
        match self.receipts.get(&found.id) {
            Some(number) => {
                let why = Why::ChangedOnReceipt { was, now, number: number.clone() };
                Judged::of(Verdict::Conflict, why, found)
            }
            None => match bench.closed(found.gift_date) {
                Some(through) => {
                    let why = Why::ChangedInClosedPeriod { was, now, day: short_fr(through) };
                    Judged::of(Verdict::Conflict, why, found)
                }
                None => Judged::of(Verdict::Changed, Why::Changed { was, now }, found),
            },
        }
    }

    /// Payments and orders are two exports of the same money.
    fn other_export(&self, bench: Bench, line: &Candidate) -> Option<Judged> {
        let order = line.order.as_ref()?;
        let is_order = |key: &str| key.starts_with("commande-");
        let others: Vec<&gift::Model> = self
            .orders
            .get(order)?
            .iter()
            .filter(|other| is_order(&other.external_id) != is_order(&line.key))
            .filter(|other| line.gift.dues == (other.purpose == Purpose::Dues.code()))
            .collect();
        let first = others.first()?;
        let day = line.gift.paid_at.map(paris_day);
        let same = others.iter().find(|other| {
            // An order that is paid every month has one line there and twelve here.
            let same_day = is_order(&line.key) || other.paid_at.map(paris_day) == day;
            other.gross_cents == line.gift.gross.0 && same_day
        });
        let order = order.clone();
        // The export of payments says more: campaign, payout, a receipt made there. It takes the place of the other.
        let better = same.filter(|same| {
            !is_order(&line.key)
                && !self.receipts.contains_key(&same.id)
                && bench.closed(same.gift_date).is_none()
        });
        Some(match same {
            Some(_) if better.is_some() => {
                let found = better.copied().unwrap_or(first);
                Judged::of(Verdict::Changed, Why::BetterExport { order }, found)
            }
            Some(same) => Judged::of(Verdict::Known, Why::KnownByOrder { order }, same),
            None => Judged::of(Verdict::Conflict, Why::OrderOtherwise { order }, first),
        })
    }

    fn giver(&self, line: &Candidate) -> Judged {
        let giver = &line.gift.giver;
        let mut judged = Judged {
            verdict: Verdict::New,
            reason: line.gift.left_out.first().cloned(),
            donor_id: None,
            proposed_id: None,
            gift_id: None,
        };
        if let Some(chosen) = line.chosen {
            judged.donor_id = chosen.map(|id| self.merged.get(&id).copied().unwrap_or(id));
            return judged;
        }
        let owners = giver.mail.as_ref().and_then(|mail| self.mails.get(mail)).map_or(&[][..], Vec::as_slice);
        match owners {
            [] => {
                judged.proposed_id = self.alike.best(giver);
                if judged.proposed_id.is_some() {
                    judged.reason = Some(Why::Resembles { name: giver.name() });
                }
            }
            [one] => {
                judged.donor_id = Some(*one);
                let named = self.donors.get(one).filter(|_| !giver.name().is_empty());
                if let Some(other) =
                    named.filter(|row| row.name_key.as_deref() != Some(&donor_of(giver).name_key()))
                {
                    let name = donors::record::name_of(
                        &other.kind,
                        &other.organisation,
                        &other.first_names,
                        &other.last_name,
                    );
                    judged.reason = Some(Why::OtherName { name });
                }
            }
            [first, ..] => {
                let mail = giver.mail.clone().unwrap_or_default();
                judged.verdict = Verdict::Conflict;
                judged.proposed_id = Some(*first);
                judged.reason = Some(Why::SeveralDonors { mail, count: owners.len().to_string() });
            }
        }
        judged
    }
}

fn why_not(refusal: Option<&donations::Refusal>, line: &Candidate) -> Why {
    match refusal {
        Some(donations::Refusal::Gift(GiftRefusal::InTheFuture { date })) => {
            Why::Future { day: short_fr(*date) }
        }
        Some(donations::Refusal::Gift(GiftRefusal::Date(DateRefusal::CreditedNeeded))) => Why::CreditedNeeded,
        Some(donations::Refusal::TooMuch) => Why::TooMuch { amount: line.gift.gross.csv_fr() },
        other => Why::Law { what: other.map(|o| format!("{o:?}")).unwrap_or_default() },
    }
}

/// Some exports cut the seconds off, some the hour.
fn same_moment(a: NaiveDateTime, b: NaiveDateTime) -> bool {
    let minute = |at: NaiveDateTime| (at.hour(), at.minute());
    let cut = |by: fn(&NaiveDateTime) -> bool| by(&a) || by(&b);
    a == b
        || (a.date() == b.date() && cut(|at| at.time() == NaiveTime::MIN))
        || (a.date() == b.date() && minute(a) == minute(b) && cut(|at| at.second() == 0))
}

/// What the file says otherwise than the ledger: before and after, in words; none when they agree. What the
/// file does not tell is no difference.
pub(super) fn differs(found: &gift::Model, gift: &Gift) -> Option<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    if (found.gross_cents, found.fee_cents) != (gift.gross.0, gift.fee.0) {
        pairs.push((Cents(found.gross_cents).fr(), gift.gross.fr()));
    }
    if found.method != gift.method.code() {
        let label = |method: Option<Method>| method.map_or("?", Method::label_fr).to_owned();
        pairs.push((label(Method::parse(&found.method)), label(Some(gift.method))));
    }
    if gift.dues && found.purpose != Purpose::Dues.code() {
        pairs.push((Purpose::Gift.label_fr().to_owned(), Purpose::Dues.label_fr().to_owned()));
    }
    if let (Some(was), Some(now)) = (found.paid_at, gift.paid_at) {
        let (was, now) = (paris_clock(was), paris_clock(now));
        if !same_moment(was, now) {
            let text = |at: NaiveDateTime| format!("{} {}", short_fr(at.date()), at.format("%H:%M:%S"));
            pairs.push((text(was), text(now)));
        }
    }
    let days =
        [(found.provider_credited_on, gift.provider_credited_on), (found.received_on, gift.received_on)];
    for (was, now) in days {
        if let (Some(was), Some(now)) = (was, now)
            && was != now
        {
            pairs.push((short_fr(was), short_fr(now)));
        }
    }
    if gift.receipted_elsewhere.is_some() && found.receipted_elsewhere != gift.receipted_elsewhere {
        let number = |n: &Option<String>| n.clone().unwrap_or_else(|| "–".into());
        pairs.push((number(&found.receipted_elsewhere), number(&gift.receipted_elsewhere)));
    }
    if pairs.is_empty() {
        return None;
    }
    let (was, now): (Vec<String>, Vec<String>) = pairs.into_iter().unzip();
    Some((was.join(" · "), now.join(" · ")))
}
