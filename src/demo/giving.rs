//! Two years of gifts: monthly plans, a rush at the year's end, cheques, one mistake put right.

use chrono::{Datelike, NaiveDate, TimeDelta};
use rules::address::PostalAddress;
use rules::fold::search_key;
use rules::gift::{Cause, Method, Nature, Purpose};
use rules::lang::Lang;
use rules::money::Cents;
use rules::receipt::input::{DonorKind, Preference};

use super::words::{Dice, FIRST, LAST, STREETS, TOWNS};
use crate::donations::actions::proofs::{self, NewProof};
use crate::donations::{self, GiveBack, NewGift};
use crate::donors::record::Route;
use crate::donors::{self, DonorFacts};
use crate::platform::{Actor, Core, Failure, Stop, Tx};

/// Donors of the story.
const PEOPLE: u64 = 140;

/// How a donor gives.
#[derive(Debug, Clone)]
pub struct Habit {
    id: i64,
    since: NaiveDate,
    /// Cents each month, or none.
    monthly: Option<i64>,
    /// Cents at the end of each year, or none.
    yearly: Option<i64>,
    method: Method,
}

fn failed<R: std::fmt::Debug>(refusal: R) -> Failure {
    Failure::new(format!("the demo's own data was refused: {refusal:?}"))
}

/// Donors as they come, with how they will give.
pub async fn donors(core: &Core, dice: &mut Dice, start: NaiveDate) -> Result<Vec<Habit>, Failure> {
    let mut facts: Vec<DonorFacts> = (0..PEOPLE).map(|n| person(dice, n)).collect();
    facts.extend([
        organisation("Coopérative Le Chêne vert", "SCOP", "contact@chene-vert.exemple.org"),
        organisation("Librairie L’Œil nu", "SARL", "bonjour@oeil-nu.exemple.org"),
    ]);
    let tx = Tx::begin(core, Actor::Command).await?;
    let mut habits = Vec::new();
    for (n, facts) in facts.iter().enumerate() {
        let id = Stop::split(donors::create(core, &tx, facts).await)?.map_err(failed)?;
        let method =
            *dice.pick(&[Method::Card, Method::Card, Method::Card, Method::Transfer, Method::Cheque]);
        let monthly = (n % 5 < 3).then(|| *dice.pick(&[500, 800, 1000, 1000, 1500, 2000, 3000]));
        let yearly = (n % 4 != 1).then(|| *dice.pick(&[2000, 3000, 5000, 5000, 10_000, 25_000]));
        let since = start + TimeDelta::days(dice.upto(500));
        let method = if monthly.is_some() && method == Method::Cheque { Method::DirectDebit } else { method };
        habits.push(Habit { id, since, monthly, yearly, method });
    }
    if let Some(twin) = facts.get(3).map(twin) {
        Stop::split(donors::create(core, &tx, &twin).await)?.map_err(failed)?;
    }
    tx.commit().await?;
    Ok(habits)
}

/// The same person, written down a second time by somebody in a hurry.
fn twin(of: &DonorFacts) -> DonorFacts {
    DonorFacts {
        last_name: of.last_name.to_uppercase(),
        address: PostalAddress { city: of.address.city.to_uppercase(), ..of.address.clone() },
        mails: vec![format!("travail.{}", of.mails.first().map_or("", String::as_str))],
        ..of.clone()
    }
}

fn person(dice: &mut Dice, n: u64) -> DonorFacts {
    let (given, family) = (*dice.pick(&FIRST), *dice.pick(&LAST));
    let (postal_code, city) = *dice.pick(&TOWNS);
    let plain = |name: &str| search_key(name).replace([' ', '-', '\''], "");
    let mut facts = DonorFacts {
        last_name: family.into(),
        first_names: given.into(),
        address: PostalAddress {
            street: vec![format!("{} {}", dice.upto(150) + 1, dice.pick(&STREETS))],
            postal_code: postal_code.into(),
            city: city.into(),
            country: "FR".into(),
        },
        mails: vec![format!("{}.{}{n}@exemple.org", plain(given), plain(family))],
        ..DonorFacts::default()
    };
    // A few of the cases that every treasurer knows.
    match n {
        7 => facts.receipt_route = Route::Post,
        13 => facts.address = PostalAddress { country: "FR".into(), ..PostalAddress::default() },
        21 => facts.receipt_pref = Preference::None,
        29 => {
            facts.address = PostalAddress {
                street: vec!["Chaussée de Wavre 214".into()],
                postal_code: "1050".into(),
                city: "Bruxelles".into(),
                country: "BE".into(),
            };
        }
        34 => {
            facts.language = Lang::En;
            facts.last_name = "O’Brien-Müller".into();
        }
        55 => facts.address.postal_code = String::new(),
        _ => {}
    }
    facts
}

fn organisation(name: &str, legal_form: &str, mail: &str) -> DonorFacts {
    DonorFacts {
        kind: DonorKind::Organisation,
        organisation: name.into(),
        legal_form: legal_form.into(),
        address: PostalAddress {
            street: vec!["3 place du Marché".into()],
            postal_code: "38000".into(),
            city: "Grenoble".into(),
            country: "FR".into(),
        },
        mails: vec![mail.into()],
        ..DonorFacts::default()
    }
}

/// The gifts of the month that begins on `first`, recorded at the clock's instant; none after it.
pub async fn month(core: &Core, dice: &mut Dice, habits: &[Habit], first: NaiveDate) -> Result<(), Failure> {
    let today = core.clock.today();
    let mut gifts = Vec::new();
    for habit in habits {
        let wished = [
            habit.monthly.map(|cents| (cents, 4 + habit.id % 20, "Soutien mensuel")),
            habit
                .yearly
                .filter(|_| u32::try_from(habit.id % 3).is_ok_and(|n| first.month() == 10 + n))
                .map(|cents| (cents, 1 + dice.upto(27), "Collecte de fin d’année")),
        ];
        for (cents, day, campaign) in wished.into_iter().flatten() {
            let day = first + TimeDelta::days(day);
            if day >= habit.since && day <= today && day.month() == first.month() {
                gifts.push(gift(habit, cents, day, campaign));
            }
        }
    }
    let tx = Tx::begin(core, Actor::Command).await?;
    let ids = Stop::split(donations::record_many(core, &tx, &gifts).await)?.map_err(failed)?;
    tx.audit("gift.record_many", ("demo", 0), serde_json::json!({ "lines": ids.len() })).await?;
    // Once in the story, a cheque comes back unpaid.
    if first.month() == 11
        && let Some(id) = ids.last()
    {
        let back = GiveBack {
            gift_id: *id,
            cause: Cause::Unpaid,
            back: None,
            reason: "Chèque revenu impayé".into(),
            receipt: None,
            proof: NewProof { file: None, place: "Classeur banque, avis du mois".into() },
        };
        Stop::split(donations::give_back(core, &tx, &back).await)?.map_err(failed)?;
    }
    let day = first + TimeDelta::days(9);
    if day <= today {
        for (n, (new, proof)) in others(habits, day).into_iter().enumerate() {
            let id = Stop::split(donations::record(core, &tx, &new).await)?.map_err(failed)?;
            if n == 0 {
                Stop::split(proofs::add(core, &tx, id, &proof).await)?.map_err(failed)?;
            }
        }
    }
    tx.commit().await?;
    Ok(())
}

/// What is not plain money, in some months: a volunteer's waived trains with their paper, office chairs still without,
/// dues with a book in return.
fn others(habits: &[Habit], day: NaiveDate) -> Vec<(NewGift, NewProof)> {
    let new = |at: usize, cents: i64| NewGift {
        donor_id: habits.get(at).map(|habit| habit.id),
        source: "demo".into(),
        external_id: format!("{day}-other-{at}"),
        gross: Cents(cents),
        received_on: Some(day),
        method: None,
        ..NewGift::default()
    };
    let paper = NewProof { file: None, place: "Classeur des renonciations, pièce 12".into() };
    match day.month() {
        2 => vec![
            (
                NewGift {
                    nature: Nature::WaivedExpenses,
                    note: "Trains pour l’assemblée générale, renonciation signée".into(),
                    ..new(3, 8460)
                },
                paper,
            ),
            (
                NewGift {
                    nature: Nature::InKind,
                    note: "Six chaises de bureau, estimées par le donateur".into(),
                    ..new(5, 24_000)
                },
                NewProof::default(),
            ),
            (
                NewGift {
                    purpose: Purpose::Dues,
                    method: Some(Method::Cheque),
                    counterpart: Cents(900),
                    counterpart_what: "Le livre des vingt ans".into(),
                    ..new(7, 4000)
                },
                NewProof::default(),
            ),
        ],
        _ => Vec::new(),
    }
}

fn gift(habit: &Habit, cents: i64, day: NaiveDate, campaign: &str) -> NewGift {
    let paid = rules::dates::paris_midnight(day).map(|at| at + TimeDelta::minutes(9 * 60 + habit.id % 400));
    let by_hand = matches!(habit.method, Method::Cheque | Method::Cash);
    let by_bank = matches!(habit.method, Method::Transfer | Method::DirectDebit);
    NewGift {
        donor_id: Some(habit.id),
        source: "demo".into(),
        external_id: format!("{}-{day}-{campaign}", habit.id),
        gross: Cents(cents),
        method: Some(habit.method),
        nature: Nature::Money,
        campaign: campaign.into(),
        paid_at: paid,
        received_on: by_hand.then_some(day),
        bank_credited_on: by_bank.then_some(day),
        ..NewGift::default()
    }
}
