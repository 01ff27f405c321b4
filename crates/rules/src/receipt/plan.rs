//! The plan of a year: for each donor, receipts to issue or the reasons why not (laws R1, R4, R6).
//! Every line of the year ends in exactly one place, so that ledger and receipts meet to the cent.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

use super::category;
use super::facts::{AssociationFacts, DonorFacts, LineFacts, ReceiptFacts};
use super::input::{Association, Donor, DonorKind, Gift, Preference};
use super::mentions::{Mention, missing_in_association, registration};
use super::reason::Reason;
use crate::gift::counterpart::{beyond_cap, too_dear};
use crate::gift::{Method, Nature, Purpose};
use crate::money::Cents;
use crate::words::euros_in_words;

/// Form copied by these receipts.
pub const FORM: &str = "11580*05";
/// Version of the frozen structure and of the page drawn from it.
pub const LAYOUT: u32 = 1;

/// What is to be done for a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Calendar year of the gifts.
    pub year: i32,
    /// One entry per donor with lines in the year, by id (merged records count as one).
    pub donors: Vec<DonorPlan>,
    /// Lines without a donor: booked, never receipted.
    pub anonymous: Vec<i64>,
    /// Lines that a reversal cancels, and the reversals.
    pub cancelled: Vec<i64>,
}

/// What is to be done for one donor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DonorPlan {
    /// `donor.id` of the record that remains.
    pub donor_id: i64,
    /// Issue, or not.
    pub outcome: Outcome,
    /// Lines that are on none of the receipts, each with its reason (even when others are issued).
    pub left_lines: Vec<(i64, Reason)>,
}

/// Issue, or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Receipts to issue: one per nature of gift, or one per gift if the donor prefers.
    Issue(Vec<Draft>),
    /// No receipt, and why.
    LeftOut(Vec<Reason>),
}

/// Everything a receipt says but its number and its day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// `donor.id`.
    pub donor_id: i64,
    /// The facts; `number` is empty and `issued_on` is the last day of the gifts until [`Draft::issue`].
    facts: ReceiptFacts,
}

impl Draft {
    /// The facts as far as they are known (for a preview).
    pub const fn preview(&self) -> &ReceiptFacts {
        &self.facts
    }

    /// The total.
    pub const fn amount(&self) -> Cents {
        Cents(self.facts.amount_cents)
    }

    /// Ledger lines that it stands for, oldest first.
    pub fn gift_ids(&self) -> impl Iterator<Item = i64> {
        self.facts.lines.iter().map(|line| line.gift_id)
    }

    /// The frozen facts, once the number is allocated.
    ///
    /// # Errors
    /// Every mention that lacks (R4).
    pub fn issue(
        self,
        number: &str,
        issued_on: NaiveDate,
        replaces: Option<String>,
    ) -> Result<ReceiptFacts, Vec<Mention>> {
        let facts = ReceiptFacts { number: number.to_owned(), issued_on, replaces, ..self.facts };
        let missing = super::mentions::missing_mentions(&facts);
        if missing.is_empty() { Ok(facts) } else { Err(missing) }
    }
}

/// Plans the receipts of a year. `gifts` holds the lines of the year and every reversal of one of them,
/// whatever its date; other lines of other years are not looked at.
pub fn plan(year: i32, association: &Association, donors: &[Donor], gifts: &[Gift]) -> Plan {
    let by_id: BTreeMap<i64, &Donor> = donors.iter().map(|donor| (donor.id, donor)).collect();
    let in_year: Vec<&Gift> = gifts.iter().filter(|gift| gift.date.year() == year).collect();
    let cancelled = cancelled_lines(&in_year);
    let mut anonymous = Vec::new();
    let mut of_donor: BTreeMap<i64, Vec<&Gift>> = BTreeMap::new();
    for gift in in_year {
        match gift.donor_id.map(|id| survivor(id, &by_id)) {
            Some(donor_id) => of_donor.entry(donor_id).or_default().push(gift),
            None if cancelled.contains(&gift.id) => {}
            None => anonymous.push(gift.id),
        }
    }
    let reversed: BTreeSet<i64> = gifts.iter().filter_map(|gift| gift.reverses).collect();
    let lacks = missing_in_association(association);
    let donors = of_donor
        .into_iter()
        .map(|(donor_id, lines)| {
            let remain: Vec<&Gift> = lines.into_iter().filter(|gift| !cancelled.contains(&gift.id)).collect();
            let (ready, left_lines) = sort_lines(association, remain, &reversed);
            let donor = by_id.get(&donor_id).copied();
            plan_donor(year, association, &lacks, (donor_id, donor), &ready, left_lines)
        })
        .collect();
    Plan { year, donors, anonymous, cancelled: cancelled.into_iter().collect() }
}

/// The record that remains after merges; a loop stops where it began.
fn survivor(id: i64, by_id: &BTreeMap<i64, &Donor>) -> i64 {
    let mut seen = BTreeSet::from([id]);
    let mut current = id;
    while let Some(next) = by_id.get(&current).and_then(|donor| donor.merged_into) {
        if !seen.insert(next) {
            break;
        }
        current = next;
    }
    current
}

/// Pairs of a line and its reversal. A line on a live receipt stays visible: that receipt is to be cancelled.
fn cancelled_lines(gifts: &[&Gift]) -> BTreeSet<i64> {
    let by_id: BTreeMap<i64, &Gift> = gifts.iter().map(|gift| (gift.id, *gift)).collect();
    let mut cancelled = BTreeSet::new();
    for reversal in gifts {
        let Some(original) = reversal.reverses.and_then(|id| by_id.get(&id)) else { continue };
        let opposite = original.gross.checked_add(reversal.gross) == Some(Cents::ZERO);
        let fresh = !cancelled.contains(&original.id) && !cancelled.contains(&reversal.id);
        if opposite && fresh && original.live_receipt.is_none() && original.id != reversal.id {
            cancelled.insert(original.id);
            cancelled.insert(reversal.id);
        }
    }
    cancelled
}

/// Lines that may be on a receipt, oldest first, and the others, each with its reason.
fn sort_lines<'a>(
    association: &Association,
    mut lines: Vec<&'a Gift>,
    reversed: &BTreeSet<i64>,
) -> (Vec<&'a Gift>, Vec<(i64, Reason)>) {
    lines.sort_by_key(|gift| (gift.date, gift.id));
    let stands = |gift: &&&Gift| gift.reverses.is_none() && !reversed.contains(&gift.id);
    let (done, open): (Vec<&Gift>, Vec<&Gift>) = lines
        .iter()
        .filter(stands)
        .partition(|gift| gift.live_receipt.is_some() || gift.receipted_elsewhere.is_some());
    let receipted = Cents(done.iter().map(|gift| gift.counterpart.0).sum());
    let returned = open.iter().map(|gift| (gift.date, gift.id, gift.counterpart)).collect();
    let beyond: BTreeMap<i64, (Cents, Cents)> = beyond_cap(&association.caps, receipted, returned)
        .into_iter()
        .map(|(id, sum, most)| (id, (sum, most)))
        .collect();
    let mut ready = Vec::new();
    let mut left_lines = Vec::new();
    for gift in lines {
        let reason = line_reason(gift, reversed.contains(&gift.id));
        match reason.or_else(|| no_gift(association, gift, beyond.get(&gift.id).copied())) {
            Some(reason) => left_lines.push((gift.id, reason)),
            None => ready.push(gift),
        }
    }
    (ready, left_lines)
}

fn plan_donor(
    year: i32,
    association: &Association,
    lacks: &[Mention],
    (donor_id, donor): (i64, Option<&Donor>),
    ready: &[&Gift],
    mut left_lines: Vec<(i64, Reason)>,
) -> DonorPlan {
    let mut reasons = donor.map_or_else(|| vec![Reason::NoDonor], donor_reasons);
    if !lacks.is_empty() {
        reasons.push(Reason::AssociationLacks(lacks.to_vec()));
    }
    if ready.is_empty() {
        let mut told: Vec<Reason> = Vec::new();
        for (_, reason) in &left_lines {
            if !told.contains(reason) {
                told.push(reason.clone());
            }
        }
        let outcome = Outcome::LeftOut(if told.is_empty() { vec![Reason::NothingLeft] } else { told });
        return DonorPlan { donor_id, outcome, left_lines };
    }
    let drafts = match donor {
        Some(donor) if reasons.is_empty() => drafts(year, association, donor, ready),
        _ => Err(reasons),
    };
    let outcome = match drafts {
        Ok(drafts) => Outcome::Issue(drafts),
        Err(reasons) => {
            if let Some(first) = reasons.first() {
                left_lines.extend(ready.iter().map(|gift| (gift.id, first.clone())));
            }
            Outcome::LeftOut(reasons)
        }
    };
    DonorPlan { donor_id, outcome, left_lines }
}

fn line_reason(gift: &Gift, reversed: bool) -> Option<Reason> {
    match (&gift.live_receipt, &gift.receipted_elsewhere) {
        (Some(number), _) if reversed => Some(Reason::ReversedAfterReceipt { number: number.clone() }),
        (Some(number), _) => Some(Reason::AlreadyReceipted { number: number.clone() }),
        _ if gift.reverses.is_some() || gift.gross <= Cents::ZERO => Some(Reason::Reversal),
        _ if reversed => Some(Reason::ReversedOtherwise),
        (_, Some(number)) => Some(Reason::ReceiptedElsewhere { number: number.clone() }),
        _ if gift.nature == Nature::Money && gift.method.is_none() => Some(Reason::MethodUnknown),
        _ => None,
    }
}

/// Why a payment that stands and is not receipted yet gives no right to a receipt by what it is.
fn no_gift(association: &Association, gift: &Gift, beyond: Option<(Cents, Cents)>) -> Option<Reason> {
    if gift.purpose == Purpose::Dues && association.dues_without_receipt {
        return Some(Reason::DuesWithoutReceipt);
    }
    if too_dear(gift.gross, gift.counterpart) {
        return Some(Reason::CounterpartTooDear { gross: gift.gross, counterpart: gift.counterpart });
    }
    if let Some((sum, most)) = beyond {
        return Some(Reason::CounterpartBeyondCap { sum, most });
    }
    (gift.nature.needs_proof() && !gift.proven).then_some(Reason::ProofMissing)
}

fn donor_reasons(donor: &Donor) -> Vec<Reason> {
    if donor.kind == DonorKind::Organisation {
        return vec![Reason::Organisation];
    }
    if donor.preference == Preference::None {
        return vec![Reason::PreferenceNone];
    }
    let country = donor.address.country();
    let abroad = country.filter(|c| !c.is_taxed_in_france() && !donor.wants_receipt_abroad);
    if let Some(country) = abroad {
        return vec![Reason::NotInFrance { country: country.alpha2.to_owned() }];
    }
    let mut reasons = Vec::new();
    let (last, first) = (donor.last_name.trim().is_empty(), donor.first_names.trim().is_empty());
    if last || first {
        reasons.push(Reason::NoName { last_name: last, first_names: first });
    }
    let missing = donor.address.missing_parts();
    if !missing.is_empty() {
        reasons.push(Reason::AddressIncomplete(missing));
    }
    reasons
}

fn drafts(
    year: i32,
    association: &Association,
    donor: &Donor,
    lines: &[&Gift],
) -> Result<Vec<Draft>, Vec<Reason>> {
    let mut groups: Vec<Vec<&Gift>> = Vec::new();
    if donor.preference == Preference::Each {
        groups.extend(lines.iter().map(|gift| vec![*gift]));
    } else {
        for nature in Nature::ALL {
            let group: Vec<&Gift> = lines.iter().copied().filter(|gift| gift.nature == *nature).collect();
            if !group.is_empty() {
                groups.push(group);
            }
        }
    }
    groups.into_iter().map(|group| draft(year, association, donor, &group).map_err(|r| vec![r])).collect()
}

fn draft(year: i32, association: &Association, donor: &Donor, lines: &[&Gift]) -> Result<Draft, Reason> {
    let total = Cents::sum(lines.iter().map(|gift| gift.gross)).ok_or(Reason::AmountTooLarge)?;
    let words = euros_in_words(total, association.spelling).map_err(|_| Reason::AmountTooLarge)?;
    let ticked = |codes: BTreeSet<(usize, &'static str)>| -> Vec<String> {
        codes.into_iter().map(|(_, code)| code.to_owned()).collect()
    };
    let signer =
        association.signer.clone().ok_or_else(|| Reason::AssociationLacks(vec![Mention::SignerName]))?;
    let facts = ReceiptFacts {
        layout: LAYOUT,
        form: FORM.to_owned(),
        number: String::new(),
        issued_on: lines.last().map_or_else(NaiveDate::default, |gift| gift.date),
        gift_year: year,
        association: association_facts(association),
        donor: donor_facts(donor),
        amount_cents: total.0,
        amount_in_words: words,
        lines: lines.iter().map(|gift| line_facts(gift)).collect(),
        articles: association.articles.clone(),
        forms: ticked(lines.iter().map(|gift| (gift.form as usize, gift.form.code())).collect()),
        natures: ticked(lines.iter().map(|gift| (gift.nature as usize, gift.nature.code())).collect()),
        methods: ticked(
            lines.iter().filter_map(|gift| method(gift)).map(|m| (m as usize, m.code())).collect(),
        ),
        replaces: None,
        signer,
    };
    Ok(Draft { donor_id: donor.id, facts })
}

/// How the money came; nothing for what is not money, whatever the ledger says.
fn method(gift: &Gift) -> Option<Method> {
    gift.method.filter(|_| gift.nature == Nature::Money)
}

fn line_facts(gift: &Gift) -> LineFacts {
    LineFacts {
        gift_id: gift.id,
        date: gift.date,
        amount_cents: gift.gross.0,
        method: method(gift).map_or_else(String::new, |method| method.code().to_owned()),
        nature: gift.nature.code().to_owned(),
    }
}

fn association_facts(association: &Association) -> AssociationFacts {
    let address = &association.address;
    let top = category::find(&association.category);
    let sub = association.sub_box.as_deref().and_then(category::find_sub_box);
    let precision =
        association.category_precision.as_deref().map(str::trim).filter(|words| !words.is_empty());
    let precise = |label: &str| match precision {
        Some(words) => format!("{label} ({words})"),
        None => label.to_owned(),
    };
    let top_label = top.map_or("", |found| found.label_fr);
    AssociationFacts {
        name: association.name.clone(),
        registration: registration(association).unwrap_or_default(),
        street: address.street.clone(),
        postal_code: address.postal_code.clone(),
        city: address.city.clone(),
        country: address.country().map_or("", |country| country.fr).to_owned(),
        object: association.object.clone(),
        category: association.category.clone(),
        category_label: if sub.is_none() { precise(top_label) } else { top_label.to_owned() },
        category_sub_label: sub.map(|found| precise(found.label_fr)),
    }
}

fn donor_facts(donor: &Donor) -> DonorFacts {
    let address = &donor.address;
    DonorFacts {
        last_name: donor.last_name.clone(),
        first_names: donor.first_names.clone(),
        street: address.street.clone(),
        postal_code: address.postal_code.clone(),
        city: address.city.clone(),
        country: address.country().map_or("", |country| country.fr).to_owned(),
    }
}

#[cfg(test)]
mod tests;
