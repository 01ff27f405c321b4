//! A gift's page: every fact of the line, and what stands around it.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{gift, gift_proof};
use rules::dates::{exact, long, paris_day};
use rules::gift::counterpart::too_dear;
use rules::gift::{Cause, DateBasis, Form, Nature, straddles};
use rules::money::Cents;
use serde::Serialize;

use super::super::queries::Around;
use super::proofs::ProofRow;
use super::{source_word, what};
use crate::donations::queries::straddling::candidates;
use crate::platform::Say;
use crate::web::Frame;

/// The page.
#[derive(Debug, Serialize)]
pub struct GiftView {
    /// Title of the page.
    pub title: String,
    id: i64,
    donor_id: Option<i64>,
    donor: Option<String>,
    gross: i64,
    fee: i64,
    net: i64,
    what: String,
    counterpart: i64,
    counterpart_what: String,
    counterpart_dear: bool,
    cause: Option<&'static str>,
    proofs: Vec<ProofRow>,
    lacks_proof: bool,
    may_prove: bool,
    may_correct: bool,
    form: &'static str,
    campaign: String,
    source: String,
    external_id: String,
    gift_date: NaiveDate,
    basis: String,
    days: Vec<Day>,
    straddles: bool,
    elsewhere: Option<String>,
    import_id: Option<i64>,
    file: Option<String>,
    note: Vec<String>,
    created_at: DateTime<Utc>,
    reverses_id: Option<i64>,
    reversed_by: Option<i64>,
    receipts: Vec<Standing>,
    on_receipt: Option<String>,
    writes: bool,
}

#[derive(Debug, Serialize)]
struct Day {
    label: String,
    text: String,
    counts: bool,
}

#[derive(Debug, Serialize)]
struct Standing {
    number: String,
    cancelled: bool,
}

impl GiftView {
    /// The page of `line`.
    pub fn new(
        frame: &Frame,
        line: &gift::Model,
        around: Around,
        (proofs, donor): (&[gift_proof::Model], Option<String>),
        may: bool,
    ) -> Self {
        let live = around.receipts.iter().find(|r| r.state == "issued").map(|r| r.number.clone());
        let stands = around.reversed_by.is_none() && line.reverses_id.is_none();
        let cause = line.cause.as_deref().and_then(Cause::parse);
        let proven = proofs.iter().any(|proof| proof.withdrawn_at.is_none());
        let wants = stands && Nature::parse(&line.nature).is_some_and(Nature::needs_proof)
            || cause.is_some_and(Cause::wants_proof) && line.import_id.is_none();
        let title = Say::new(if line.reverses_id.is_some() {
            "donations-reversal-title"
        } else {
            "donations-gift-title"
        });
        Self {
            title: frame.say(&title.count("id", line.id)),
            id: line.id,
            donor_id: line.donor_id,
            donor,
            gross: line.gross_cents,
            fee: line.fee_cents,
            net: line.net_cents,
            what: what(frame.lang, line),
            counterpart: line.counterpart_cents,
            counterpart_what: line.counterpart.clone(),
            counterpart_dear: too_dear(Cents(line.gross_cents), Cents(line.counterpart_cents)),
            cause: cause.map(|cause| cause.label(frame.lang)),
            proofs: proofs.iter().map(ProofRow::from).collect(),
            lacks_proof: wants && !proven,
            may_prove: may,
            may_correct: may && stands && live.is_none(),
            form: Form::parse(&line.form).map_or("", |f| f.label(frame.lang)),
            campaign: line.campaign.clone(),
            source: source_word(frame, &line.source),
            external_id: line.external_id.clone(),
            gift_date: line.gift_date,
            basis: DateBasis::parse(&line.date_basis).map_or("", |b| b.label(frame.lang)).into(),
            days: days(frame, line),
            straddles: straddles(&candidates(line)),
            elsewhere: line.receipted_elsewhere.clone(),
            import_id: line.import_id,
            file: around.file,
            note: line.note.lines().map(str::to_owned).collect(),
            created_at: line.created_at,
            reverses_id: line.reverses_id,
            reversed_by: around.reversed_by,
            receipts: around
                .receipts
                .into_iter()
                .map(|r| Standing { number: r.number, cancelled: r.state == "cancelled" })
                .collect(),
            on_receipt: live,
            writes: may && stands,
        }
    }
}

/// The days that are known, in the order of the form.
fn days(frame: &Frame, line: &gift::Model) -> Vec<Day> {
    let paid = line.paid_at.map(|at| {
        let midnight = rules::dates::paris_midnight(paris_day(at)) == Some(at);
        if midnight { long(paris_day(at), frame.lang) } else { exact(at, frame.lang) }
    });
    let day = |day: Option<NaiveDate>| day.map(|day| long(day, frame.lang));
    [
        ("donations-paid-on", paid, DateBasis::PaidAt),
        ("donations-received-on", day(line.received_on), DateBasis::Received),
        ("donations-bank-on", day(line.bank_credited_on), DateBasis::BankCredited),
        ("donations-provider-on", day(line.provider_credited_on), DateBasis::ProviderCredited),
    ]
    .into_iter()
    .filter_map(|(key, text, basis)| {
        let counts = line.date_basis == basis.code();
        text.map(|text| Day { label: frame.word(key), text, counts })
    })
    .collect()
}
