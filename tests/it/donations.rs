//! The ledger: written once, corrected by a reversal and a new line.

use proptest::prelude::*;
use rocket::http::Status;
use rules::gift::{GiftRefusal, Method};
use rules::money::Cents;
use rules::roles::Role;
use sea_orm::{ConnectionTrait, EntityTrait};
use soutien::donations::queries::ledger::{self, Filter};
use soutien::donations::{self, NewGift, Refusal};
use soutien::donors;
use soutien::platform::Stop;

use crate::donors::person;
use crate::house::{House, Page, morning};

fn card(donor_id: i64, cents: i64) -> NewGift {
    NewGift {
        donor_id: Some(donor_id),
        gross: Cents(cents),
        fee: Cents(cents / 50),
        method: Some(Method::Card),
        paid_at: Some(morning()),
        ..NewGift::default()
    }
}

async fn donor(house: &House) -> i64 {
    let tx = house.tx().await;
    let id = donors::create(&house.core, &tx, &person("Zoë", "d’Œ")).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn line(house: &House, id: i64) -> entities::gift::Model {
    entities::gift::Entity::find_by_id(id).one(house.core.db.read()).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_reversal_takes_a_gift_back_once() {
    let house = House::new().await;
    let donor = donor(&house).await;
    let tx = house.tx().await;
    let id = donations::record(&house.core, &tx, &card(donor, 5000)).await.unwrap();
    let back = donations::reverse(&house.core, &tx, id, "saisi deux fois").await.unwrap();
    for (gift, why) in
        [(id, Refusal::AlreadyReversed { by: back }), (back, Refusal::IsReversal), (99, Refusal::Unknown)]
    {
        let refused = donations::reverse(&house.core, &tx, gift, "encore").await;
        assert!(matches!(refused, Err(Stop::Refused(r)) if r == why));
    }
    tx.commit().await.unwrap();
    let (there, again) = (line(&house, id).await, line(&house, back).await);
    assert_eq!((again.gross_cents, again.fee_cents, again.net_cents), (-5000, -100, -4900));
    assert_eq!(
        (again.gift_date, again.date_basis, again.reverses_id),
        (there.gift_date, there.date_basis, Some(id))
    );
}

#[tokio::test]
async fn the_same_source_and_name_are_one_gift() {
    let house = House::new().await;
    let donor = donor(&house).await;
    let tx = house.tx().await;
    let new = NewGift { source: "stripe".into(), external_id: "ch_1".into(), ..card(donor, 1000) };
    let id = donations::record(&house.core, &tx, &new).await.unwrap();
    let again = donations::record(&house.core, &tx, &new).await;
    assert!(matches!(again, Err(Stop::Refused(r)) if r == [Refusal::Known { gift_id: id }]));
    let nobody = donations::record(&house.core, &tx, &card(99, 1000)).await;
    assert!(matches!(nobody, Err(Stop::Refused(r)) if r == [Refusal::NoDonor]));
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_correction_is_a_reversal_and_a_new_line_or_nothing() {
    let house = House::new().await;
    let donor = donor(&house).await;
    let tx = house.tx().await;
    let id = donations::record(&house.core, &tx, &card(donor, 5000)).await.unwrap();
    tx.commit().await.unwrap();
    let tx = house.tx().await;
    let wrong = donations::correct(&house.core, &tx, id, &card(donor, -1), "faute de frappe").await;
    assert!(matches!(wrong, Err(Stop::Refused(r)) if r.contains(&Refusal::Gift(GiftRefusal::NotAboveZero))));
    drop(tx);
    let tx = house.tx().await;
    let new = donations::correct(&house.core, &tx, id, &card(donor, 500), "faute de frappe").await.unwrap();
    tx.commit().await.unwrap();
    let all = entities::gift::Entity::find().all(house.core.db.read()).await.unwrap();
    assert_eq!(all.iter().map(|g| g.gross_cents).sum::<i64>(), 500);
    assert_eq!((all.len(), line(&house, new).await.reverses_id), (3, None));
}

#[tokio::test]
async fn a_line_is_neither_changed_nor_deleted() {
    let house = House::new().await;
    let donor = donor(&house).await;
    let tx = house.tx().await;
    let id = donations::record(&house.core, &tx, &card(donor, 5000)).await.unwrap();
    tx.commit().await.unwrap();
    for change in
        ["gross_cents = 1, net_cents = 1", "gift_date = '2020-01-01'", "source = 'x'", "method = 'cash'"]
    {
        let tx = house.tx().await;
        let sql = format!("UPDATE gift SET {change} WHERE id = {id}");
        let refused = tx.conn().execute_unprepared(&sql).await.unwrap_err().to_string();
        assert!(refused.contains("never changed"), "{refused}");
    }
    let tx = house.tx().await;
    let refused = tx.conn().execute_unprepared(&format!("DELETE FROM gift WHERE id = {id}")).await;
    assert!(refused.unwrap_err().to_string().contains("never deleted"));
}

#[tokio::test]
async fn many_gifts_come_in_in_their_order() {
    let house = House::new().await;
    let donor = donor(&house).await;
    let many: Vec<_> = (1..=1203)
        .map(|n| NewGift { source: "stripe".into(), external_id: format!("ch_{n}"), ..card(donor, n) })
        .collect();
    let tx = house.tx().await;
    let ids = donations::record_many(&house.core, &tx, &many).await.unwrap();
    tx.commit().await.unwrap();
    for at in [0, 499, 500, 1202] {
        assert_eq!(line(&house, ids[at]).await.gross_cents, many[at].gross.0);
    }
    let tx = house.tx().await;
    let known = donations::record_many(&house.core, &tx, &many[..2]).await;
    assert!(matches!(known, Err(Stop::Refused((None, _)))));
    drop(tx);
    let tx = house.tx().await;
    let wrong = donations::record_many(
        &house.core,
        &tx,
        &[NewGift { external_id: "x".into(), ..card(donor, 5) }, card(donor, 0)],
    )
    .await;
    assert!(matches!(wrong, Err(Stop::Refused((Some(1), _)))));
}

async fn receipt_on(house: &House, donor: i64, gift: i64) {
    let tx = house.tx().await;
    let sql = [
        format!(
            "INSERT INTO receipt (id, kind, year, seq, number, gift_year, donor_id, amount_cents, issued_at, issued_by, facts, layout, pdf_sha256, salt, commitment, link, state) \
             VALUES (1, 'individual', 2026, 1, 'RF-2026-000001', 2026, {donor}, 5000, '2026-03-02 09:00:00+00:00', 'x', '{{}}', 1, 'x', 'x', 'x', 'x', 'issued')"
        ),
        format!(
            "INSERT INTO receipt_line (receipt_id, gift_id, amount_cents, live) VALUES (1, {gift}, 5000, TRUE)"
        ),
    ];
    for sql in sql {
        tx.conn().execute_unprepared(&sql).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_gift_on_a_live_receipt_is_not_taken_back() {
    let house = House::new().await;
    let donor = donor(&house).await;
    let tx = house.tx().await;
    let id = donations::record(&house.core, &tx, &card(donor, 5000)).await.unwrap();
    tx.commit().await.unwrap();
    receipt_on(&house, donor, id).await;
    let tx = house.tx().await;
    let refused = donations::reverse(&house.core, &tx, id, "erreur").await;
    assert!(
        matches!(refused, Err(Stop::Refused(Refusal::OnReceipt { number })) if number == "RF-2026-000001")
    );
    drop(tx);
    let mut browser = house.staff(Role::Treasurer).await;
    browser.get("/gifts/1").await.says("annulez d’abord ce reçu").says("/receipts/RF-2026-000001.pdf");
    browser.get(&format!("/donors/{donor}")).await.says("RF-2026-000001");
    let fields = [("reason", "erreur"), ("seen", "5000")];
    let refused = browser.post("/gifts/1/reverse", &fields).await;
    assert_eq!(refused.status, Status::UnprocessableEntity);
    refused.says("figure sur le reçu RF-2026-000001");
}

const CHEQUE: [(&str, &str); 5] = [
    ("donor", "1"),
    ("gross", "1 234,50"),
    ("nature", "money"),
    ("method", "cheque"),
    ("received_on", "1/3/2026"),
];

#[tokio::test]
async fn a_gift_is_recorded_by_hand_and_a_double_click_records_it_once() {
    let house = House::new().await;
    donor(&house).await;
    let mut browser = house.staff(Role::Treasurer).await;
    browser.get("/gifts/new").await.says("Qui a donné");
    browser.get("/gifts/new?q=zoe").await.says("/gifts/new?donor=1");
    let page = browser.get("/gifts/new?donor=1").await;
    page.says("Zoë d’Œ");
    let key = page.body.split("name=\"key\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let mut fields = CHEQUE.to_vec();
    fields.push(("key", &key));
    let done = browser.post("/gifts", &fields).await;
    browser
        .follow(&done)
        .await
        .says("Le don est enregistré")
        .says("1\u{202f}234,50")
        .says("jour de réception");
    let again = browser.post("/gifts", &fields).await;
    assert_eq!(again.location, done.location);
    browser.follow(&again).await.says("déjà enregistré");
    assert_eq!(entities::gift::Entity::find().all(house.core.db.read()).await.unwrap().len(), 1);
    // A form without a key is a new gift each time.
    let other = browser.post("/gifts", &CHEQUE).await;
    assert_ne!(other.location, done.location);
}

#[tokio::test]
async fn what_is_refused_is_shown_again_with_its_reason_at_the_field() {
    let house = House::new().await;
    donor(&house).await;
    let mut browser = house.staff(Role::Treasurer).await;
    browser.get("/gifts/new?donor=1").await;
    for (change, field, words) in [
        (("gross", "douze <b>"), "gross", "Ce n’est pas un montant"),
        (("gross", "1,234"), "gross", "de deux façons"),
        (("gross", "-5"), "gross", "au-dessus de zéro"),
        (("fee", "9999"), "fee", "Les frais dépassent"),
        (("method", ""), "method", "le moyen de paiement"),
        (("nature", "in_kind"), "note", "ce qui a été donné"),
        (("received_on", ""), "received_on", "la date écrite dessus ne compte pas"),
        (("received_on", "31/02/2026"), "received_on", "n’existe pas dans le calendrier"),
        (("received_on", "03/03/2026"), "received_on", "dans le futur"),
        (("donor", "99"), "", "Cette fiche n’existe pas"),
    ] {
        let mut fields: Vec<_> = CHEQUE.iter().copied().filter(|(name, _)| *name != change.0).collect();
        fields.extend([change, ("note", "reçu à l’assemblée")]);
        if change.0 == "nature" {
            fields.pop();
        }
        let page = browser.post("/gifts", &fields).await;
        assert_eq!(page.status, Status::UnprocessableEntity, "{change:?}");
        page.says(words);
        if !field.is_empty() {
            page.says(&format!("id=\"f-{field}-error\""));
        }
        if change.0 != "gross" {
            page.says("value=\"1 234,50\"");
        }
        assert!(!page.body.contains("douze <b>"));
    }
    assert!(entities::gift::Entity::find().all(house.core.db.read()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_gift_is_corrected_and_reversed_on_its_page() {
    let house = House::new().await;
    donor(&house).await;
    let mut browser = house.staff(Role::Treasurer).await;
    browser.get("/gifts/new?donor=1").await;
    browser.post("/gifts", &CHEQUE).await;
    browser.get("/gifts/1/correct").await.says("value=\"1234,50\"").says("value=\"01/03/2026\"");
    let mut fields = CHEQUE.to_vec();
    fields[1] = ("gross", "123,45");
    assert_eq!(browser.post("/gifts/1/correct", &fields).await.status, Status::UnprocessableEntity);
    fields.push(("reason", "virgule mal placée"));
    let done = browser.post("/gifts/1/correct", &fields).await;
    browser.follow(&done).await.says("Le don est corrigé").says("123,45");
    browser.get("/gifts/1").await.says("Ce don a été annulé").says("/gifts/2");
    browser.get("/gifts/2").await.says("virgule mal placée").says("Cette ligne annule un don");
    let twice = browser.post("/gifts/1/correct", &fields).await;
    browser.follow(&twice).await.says("déjà été annulé");
    browser.get("/gifts/3/reverse").await.says("Cela ne se défait pas");
    assert_eq!(
        browser.post("/gifts/3/reverse", &[("reason", " "), ("seen", "12345")]).await.status,
        Status::UnprocessableEntity
    );
    let unseen = browser.post("/gifts/3/reverse", &[("reason", "impayé")]).await;
    assert_eq!(unseen.status, Status::Ok, "what it does to receipts is shown before it is done");
    let done = browser
        .post("/gifts/3/reverse", &[("reason", "impayé"), ("cause", "unpaid"), ("seen", "12345")])
        .await;
    browser.follow(&done).await.says("Le don est annulé");
    let donor = browser.get("/donors/1").await;
    donor.says("class=\"struck\"").says("En tout").says("0,00");
}

#[tokio::test]
async fn the_ledger_is_filtered_summed_and_walked_whole() {
    let house = House::new().await;
    donor(&house).await;
    let tx = house.tx().await;
    let many: Vec<_> = (1..=130)
        .map(|n| NewGift {
            source: if n % 2 == 0 { "stripe".into() } else { "paypal".into() },
            external_id: format!("ch_{n}"),
            campaign: if n % 10 == 0 { "Été 50%".into() } else { String::new() },
            paid_at: Some(morning() - chrono::TimeDelta::days(n % 7)),
            ..card(1, n * 100)
        })
        .collect();
    donations::record_many(&house.core, &tx, &many).await.unwrap();
    donations::reverse(&house.core, &tx, 130, "remboursé").await.unwrap();
    donations::record(&house.core, &tx, &NewGift { donor_id: None, ..card(1, 700) }).await.unwrap();
    tx.commit().await.unwrap();
    let mut browser = house.staff(Role::Auditor).await;
    let ids = |page: &Page| -> Vec<i64> {
        let rows = page.body.split("<th scope=\"row\"><a href=\"/gifts/").skip(1);
        rows.map(|rest| rest.split('"').next().unwrap().parse().unwrap()).collect()
    };
    let mut page = browser.get("/gifts").await;
    page.says("Don anonyme");
    let mut seen = ids(&page);
    while let Some((_, rest)) = page.body.split_once("rel=\"next\" href=\"") {
        let to = rest.split('"').next().unwrap().replace("&#x3D;", "=").replace("&amp;", "&");
        page = browser.get(&to).await;
        seen.extend(ids(&page));
    }
    let mut sorted = seen.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (1..=132).collect::<Vec<i64>>());
    let dated = entities::gift::Entity::find().all(house.core.db.read()).await.unwrap();
    let date = |id: &i64| dated.iter().find(|g| g.id == *id).map(|g| (g.gift_date, g.id)).unwrap();
    assert!(seen.is_sorted_by(|a, b| date(a) > date(b)));

    let filter = Filter { source: "stripe".into(), ..Filter::default() };
    let sum = ledger::sum(house.core.db.read(), &filter).await.unwrap();
    // The reversal came by hand: what Stripe gave stays 2 + 4 + … + 130.
    assert_eq!((sum.lines, sum.gross), (65, 4290 * 100));
    for (query, lines) in [
        ("/gifts?campaign=50%25", "14 lignes"),
        ("/gifts?from=02/03/2026&to=02/03/2026", "19 lignes"),
        ("/gifts?q=zoe%20lyon&method=card", "131 lignes"),
        ("/gifts?q=%231&source=hand", "1 ligne<"),
        ("/gifts?method=cash", "Aucun don ne répond"),
        ("/gifts?from=26/02/2026&to=26/02/2026", "class=\"struck\""),
    ] {
        browser.get(query).await.says(lines);
    }
    let odd = browser.get("/gifts?from=hier").await;
    assert_eq!(odd.status, Status::UnprocessableEntity);
    odd.says("Ce n’est pas une date").says("value=\"hier\"");
}

/// One step of a treasurer: record an amount, take a line back, or correct it to an amount.
#[derive(Debug, Clone)]
enum Step {
    Record(i64),
    Reverse(usize),
    Correct(usize, i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let cents = || prop_oneof![Just(0), 1..1_000_000_i64, Just(-5)];
    let step = prop_oneof![
        cents().prop_map(Step::Record),
        (0..12_usize).prop_map(Step::Reverse),
        ((0..12_usize), cents()).prop_map(|(at, cents)| Step::Correct(at, cents)),
    ];
    prop::collection::vec(step, 1..25)
}

/// Does the steps, keeping beside the ledger what it should sum to.
async fn the_ledger_sums_to_what_stands(steps: Vec<Step>) {
    let house = House::new().await;
    let donor = donor(&house).await;
    let mut lines: Vec<i64> = Vec::new();
    let mut standing: std::collections::BTreeMap<i64, i64> = std::collections::BTreeMap::new();
    for step in steps {
        let tx = house.tx().await;
        let of = |at: usize| lines.get(at).copied().unwrap_or(99_999);
        let (took, gave, done) = match step {
            Step::Record(cents) => {
                (None, Some(cents), donations::record(&house.core, &tx, &card(donor, cents)).await.ok())
            }
            Step::Reverse(at) => {
                (Some(of(at)), None, donations::reverse(&house.core, &tx, of(at), "x").await.ok())
            }
            Step::Correct(at, cents) => {
                let new = card(donor, cents);
                (
                    Some(of(at)),
                    Some(cents),
                    donations::correct(&house.core, &tx, of(at), &new, "x").await.ok(),
                )
            }
        };
        let allowed = took.is_none_or(|id| standing.contains_key(&id)) && gave.is_none_or(|cents| cents > 0);
        assert_eq!(done.is_some(), allowed);
        if let Some(id) = done {
            tx.commit().await.unwrap();
            took.map(|id| standing.remove(&id));
            gave.map(|cents| standing.insert(id, cents));
            lines.push(id);
        }
    }
    let sum = ledger::sum(house.core.db.read(), &Filter::default()).await.unwrap();
    assert_eq!(sum.gross, standing.values().sum::<i64>());
    assert_eq!(sum.net, sum.gross - sum.fee);
    assert_eq!(donations::check(&house.core).await.unwrap(), []);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_is_recorded_reversed_and_corrected_the_laws_hold(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(the_ledger_sums_to_what_stands(steps));
    }
}

#[tokio::test]
async fn the_check_names_each_line_that_breaks_a_law() {
    let house = House::new().await;
    let donor = donor(&house).await;
    let tx = house.tx().await;
    let id = donations::record(&house.core, &tx, &card(donor, 5000)).await.unwrap();
    donations::reverse(&house.core, &tx, id, "x").await.unwrap();
    donations::record(&house.core, &tx, &card(donor, 700)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(donations::check(&house.core).await.unwrap(), []);
    let tx = house.tx().await;
    let on = if house.core.db.is_sqlite() { "" } else { " ON gift" };
    for sql in [
        format!("DROP TRIGGER gift_frozen{on}"),
        "UPDATE gift SET gift_date = '2025-12-31' WHERE id = 3".into(),
        "UPDATE gift SET gross_cents = -4000, net_cents = -3900 WHERE id = 2".into(),
    ] {
        tx.conn().execute_unprepared(&sql).await.unwrap();
    }
    tx.commit().await.unwrap();
    let breaches = donations::check(&house.core).await.unwrap();
    let told: Vec<_> = breaches.iter().map(|b| (b.law, b.subject.as_str())).collect();
    assert_eq!(told, [("G2", "gift 2"), ("G1", "gift 3")]);
}

#[tokio::test]
async fn who_answers_people_never_sees_gifts() {
    let house = House::new().await;
    donor(&house).await;
    let mut agent = house.staff(Role::Agent).await;
    for path in ["/gifts", "/gifts?q=zoe", "/gifts/1", "/gifts/new", "/gifts/1/correct", "/gifts/1/reverse"] {
        assert_eq!(agent.get(path).await.status, Status::Forbidden, "{path}");
    }
    assert_eq!(agent.post("/gifts", &CHEQUE).await.status, Status::Forbidden);
    let mut auditor = house.staff(Role::Auditor).await;
    assert_eq!(auditor.get("/gifts").await.status, Status::Ok);
    assert_eq!(auditor.post("/gifts", &CHEQUE).await.status, Status::Forbidden);
    assert_eq!(auditor.post("/gifts/1/reverse", &[("reason", "x")]).await.status, Status::Forbidden);
}

#[tokio::test]
async fn days_in_two_years_are_decided_once_and_the_decision_is_kept() {
    let house = House::new().await;
    let donor = donor(&house).await;
    let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    let at = |text: &str| rules::dates::paris_instant(text.parse().unwrap());
    let tx = house.tx().await;
    let base = NewGift { provider_credited_on: Some(day("2026-01-05")), ..card(donor, 5000) };
    let late = NewGift { paid_at: at("2025-12-31T23:58:00"), ..base.clone() };
    let first = donations::record(&house.core, &tx, &late).await.unwrap();
    let other = NewGift { paid_at: at("2025-12-30T10:00:00"), ..base.clone() };
    let second = donations::record(&house.core, &tx, &other).await.unwrap();
    let new_year = NewGift { paid_at: at("2026-01-01T00:00:00"), ..base.clone() };
    donations::record(&house.core, &tx, &new_year).await.unwrap();
    let cheque = NewGift {
        method: Some(Method::Cheque),
        paid_at: at("2025-12-31T00:00:00"),
        received_on: Some(day("2026-01-02")),
        provider_credited_on: None,
        ..base
    };
    donations::record(&house.core, &tx, &cheque).await.unwrap();
    tx.commit().await.unwrap();
    let mut who = house.staff(Role::Treasurer).await;
    let page = who.get("/gifts/straddling?year=2025").await;
    page.says("2 dons attendent une décision")
        .says("31/12/2025")
        .says("05/01/2026")
        .says("compte aujourd’hui");
    let kept = who.post(&format!("/gifts/{first}/date"), &[("basis", "paid_at"), ("year", "2025")]).await;
    who.follow(&kept).await.says("La date de ce don est décidée").says("Un don attend");
    assert_eq!(line(&house, first).await.gift_date, day("2025-12-31"));
    assert!(line(&house, first).await.date_decided_by.is_some());
    let bad = who.post(&format!("/gifts/{second}/date"), &[("basis", "received"), ("year", "2025")]).await;
    who.follow(&bad).await.says("Un don attend");
    let moved =
        who.post(&format!("/gifts/{second}/date"), &[("basis", "provider_credited"), ("year", "2025")]).await;
    who.follow(&moved).await.says("Aucun don à cheval");
    let all = entities::gift::Entity::find().all(house.core.db.read()).await.unwrap();
    let back = all.iter().find(|line| line.reverses_id == Some(second)).unwrap();
    assert_eq!((back.gross_cents, back.gift_date), (-5000, day("2025-12-30")));
    let now = all.iter().find(|line| line.id > back.id).unwrap();
    assert_eq!(
        (now.gift_date, now.date_basis.as_str(), now.gross_cents),
        (day("2026-01-05"), "provider_credited", 5000)
    );
    assert!(now.date_decided_at.is_some());
    assert_eq!(who.post("/gifts/99/date", &[("basis", "paid_at")]).await.status, Status::NotFound);
    assert!(soutien::check::all(&house.core).await.unwrap().is_empty());
}
