//! Cheques typed in a grid become a numbered slip, gifts, and one line of the bank.

use entities::{deposit_slip, gift};
use rocket::http::Status;
use rules::cheque::Cheque;
use rules::roles::Role;
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};
use soutien::deposits::actions::{self, LineRefusal, NewSlip, Refusal};
use soutien::imports::actions as imports;
use soutien::platform::{Actor, Stop, Tx};
use soutien::{check, donors};

use crate::donors::person;
use crate::house::House;

const BANK: &str = "Date;Valeur;Libellé;Débit;Crédit\r\n\
    04/03/2026;04/03/2026;REMISE CHEQUES BRC-2026-0001;;180,00\r\n";

fn cheque(number: &str, cents: i64) -> Cheque {
    Cheque {
        drawer: "Paul FICTIF".into(),
        number: number.into(),
        received_on: "2026-02-27".parse().unwrap(),
        cents,
        ..Cheque::default()
    }
}

fn slip(cheques: Vec<Cheque>) -> NewSlip {
    NewSlip { deposited_on: "2026-03-02".parse().unwrap(), account: None, cheques, others: false }
}

async fn create(house: &House, new: &NewSlip) -> Result<(i64, i64), Vec<Refusal>> {
    Stop::split(actions::create(&house.core, &Actor::System, new).await).unwrap()
}

async fn take(house: &House, import: i64) {
    let tx = house.tx().await;
    Stop::split(imports::take(&house.core, &tx, import, &|_| {}).await).unwrap().unwrap();
    tx.commit().await.unwrap();
}

async fn holds(house: &House) {
    assert_eq!(check::all(&house.core).await.unwrap(), []);
}

#[tokio::test]
async fn cheques_typed_become_a_slip_gifts_and_one_line_of_the_bank() {
    let house = House::new().await;
    let tx = house.tx().await;
    let zoe = Stop::split(donors::create(&house.core, &tx, &person("Zoë", "MODÈLE")).await).unwrap().unwrap();
    tx.commit().await.unwrap();
    let mut who = house.staff(Role::Treasurer).await;
    who.get("/deposits").await.says("Aucune remise");
    who.get("/deposits/new").await.says("02/03/2026").says("Ctrl + Entrée");
    let offered = who.get("/deposits/drawers?q=modele").await;
    assert_eq!(offered.header("content-type"), Some("application/json"));
    let offered: Vec<String> = serde_json::from_str(&offered.body).unwrap();
    assert!(offered[0].starts_with(&format!("#{zoe} Zoë MODÈLE")), "{offered:?}");

    let known = offered[0].as_str();
    let typed = [
        ("deposited_on", "02/03/2026"),
        ("campaign", "Hiver"),
        ("lines[0].drawer", known),
        ("lines[0].cents", "100"),
        ("lines[0].number", "0000123"),
        ("lines[0].bank", "Banque Exemple"),
        ("lines[0].written_on", "31/12/2025"),
        ("lines[0].received_on", "02/01/2026"),
        ("lines[1].drawer", ""), // an empty row is none
        ("lines[1].received_on", "02/03/2026"),
        ("lines[2].drawer", "=SUM(A1) MAQUETTE"),
        ("lines[2].cents", "80,00 €"),
        ("lines[2].number", "000 0456"),
        ("lines[2].received_on", "31/12/2025"),
        ("lines[2].street", "3 rue du Modèle"),
        ("lines[2].postal_code", "75001"),
        ("lines[2].city", "Paris"),
        ("lines[2].mail", "Ana@Example.org"),
    ];
    let made = who.post("/deposits", &typed).await;
    assert_eq!(made.status, Status::SeeOther, "{}", made.body);
    let preview = who.follow(&made).await;
    preview.says("Le bordereau est numéroté").says("BRC-2026-0001.csv").says("180,00").says("Zoë MODÈLE");
    let import = made.location.as_deref().unwrap().rsplit('/').next().unwrap().to_owned();
    let done = who.post(&format!("/imports/{import}/taking"), &[]).await;
    who.follow(&done).await.says("2 dons sont importés");

    let lines = gift::Entity::find().order_by_asc(gift::Column::Id).all(house.core.db.read()).await.unwrap();
    let told: Vec<(i64, String, &str, &str)> = lines
        .iter()
        .map(|g| (g.gross_cents, g.gift_date.to_string(), g.date_basis.as_str(), g.campaign.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (10_000, "2026-01-02".into(), "received", "Hiver"),
            (8_000, "2025-12-31".into(), "received", "Hiver")
        ]
    );
    assert_eq!(lines[0].donor_id, Some(zoe));
    let ana = donors::queries::get(house.core.db.read(), lines[1].donor_id.unwrap()).await.unwrap().unwrap();
    assert_eq!(
        (ana.first_names.as_str(), ana.postal_code.as_str(), ana.city.as_str()),
        ("=SUM(A1)", "75001", "Paris")
    );

    who.get("/deposits/1").await.says("Pas encore sur le compte").says("BRC-2026-0001").says("180,00");
    let bank = [("file", "bank.csv", "text/csv", BANK.as_bytes())];
    let tx = house.tx().await;
    let account =
        Stop::split(soutien::clearing::actions::accounts::open(&tx, "Courant").await).unwrap().unwrap();
    tx.commit().await.unwrap();
    let account = account.to_string();
    let brought = who.post_files("/imports", &[("source", "bank-csv"), ("account", &account)], &bank).await;
    assert_eq!(brought.status, Status::SeeOther, "{}", brought.body);
    let id = brought.location.as_deref().unwrap().rsplit('/').next().unwrap().to_owned();
    who.post(&format!("/imports/{id}/taking"), &[]).await;
    who.get("/deposits/1").await.says("Sur le compte, au centime près");
    who.get("/deposits").await.says("Au registre des dons");
    let paper = who.get("/deposits/1.pdf").await;
    assert_eq!(paper.header("content-type"), Some("application/pdf"));
    let table = who.get("/treasury/exports/deposits.csv?plain=1").await;
    table.says("slip,deposited_on,line,drawer").says("BRC-2026-0001,2026-03-02,1,Zoë MODÈLE,Banque Exemple,0000123,2025-12-31,2026-01-02,100.00,1,2026-03-04");
    table.says("BRC-2026-0001,2026-03-02,2,");
    holds(&house).await;
    assert_eq!(house.staff(Role::Auditor).await.get("/deposits/new").await.status, Status::Forbidden);
    assert_eq!(who.get("/deposits/99.pdf").await.status, Status::NotFound);
}

#[tokio::test]
async fn what_is_wrong_in_the_grid_is_said_line_by_line_and_what_was_typed_stays() {
    let house = House::new().await;
    let mut who = house.staff(Role::Treasurer).await;
    who.get("/deposits/new").await;
    let refused = who.post("/deposits", &[("deposited_on", "02/03/2026")]).await;
    assert_eq!(refused.status, Status::UnprocessableEntity);
    refused.says("Saisissez au moins un chèque");
    let typed = [
        ("deposited_on", "02/03/2026"),
        ("lines[0].drawer", ""),
        ("lines[0].cents", "1,234"),
        ("lines[0].number", "7"),
        ("lines[0].received_on", "31/02/2026"),
        ("lines[3].drawer", "Ana MAQUETTE"),
        ("lines[3].cents", "12"),
        ("lines[3].number", "7"),
        ("lines[3].received_on", "03/03/2026"),
        ("lines[3].written_on", "01/02/2025"),
        ("lines[4].drawer", "#999"),
        ("lines[4].cents", "-5"),
        ("lines[4].number", ""),
        ("lines[4].received_on", ""),
        ("lines[4].mail", "nobody"),
    ];
    let refused = who.post("/deposits", &typed).await;
    refused
        .says("Ligne 1\u{202f}: mille, ou un virgule")
        .says("value=\"1,234\"")
        .says("value=\"31/02/2026\"");
    let new = NewSlip {
        cheques: vec![
            Cheque { drawer: String::new(), ..cheque("7", 0) },
            Cheque {
                written_on: "2025-02-01".parse().ok(),
                received_on: "2026-03-03".parse().unwrap(),
                ..cheque("7", 5)
            },
            Cheque { donor_id: Some(999), mail: "nobody".into(), ..cheque("", 5) },
        ],
        ..slip(Vec::new())
    };
    let why = create(&house, &new).await.unwrap_err();
    let line = |at, field, why| Refusal::Line(at, field, why);
    let until = "2026-02-09".parse().unwrap();
    assert_eq!(
        why,
        [
            line(0, "drawer", LineRefusal::Needed),
            line(0, "cents", LineRefusal::NotAboveZero),
            line(1, "number", LineRefusal::Twice(0)),
            line(1, "received_on", LineRefusal::ReceivedAfter),
            line(1, "written_on", LineRefusal::Expired(until)),
            line(2, "drawer", LineRefusal::NoDonor),
            line(2, "mail", LineRefusal::BadMail),
            line(2, "number", LineRefusal::Needed),
        ]
    );
    let none = deposit_slip::Entity::find().all(house.core.db.read()).await.unwrap();
    assert_eq!(none, [], "nothing is numbered");
    let more =
        who.post("/deposits", &[("more", "true"), ("lines[0].drawer", "Ana"), ("lines[0].cents", "3")]).await;
    assert_eq!(more.status, Status::Ok);
    more.says("value=\"Ana\"");
}

#[tokio::test]
async fn a_cheque_deposited_already_is_asked_about_and_an_undone_slip_is_taken_up_again() {
    let house = House::new().await;
    let (id, import) = create(&house, &slip(vec![cheque("0000123", 5_000)])).await.unwrap();
    let pressed = create(&house, &slip(vec![cheque("0000123", 5_000)])).await.unwrap_err();
    assert_eq!(
        pressed,
        [Refusal::Line(0, "number", LineRefusal::Deposited("BRC-2026-0001".into()))],
        "pressed twice"
    );
    take(&house, import).await;
    let again = slip(vec![cheque("0000123", 5_000), cheque("0000124", 5_000)]);
    let why = create(&house, &again).await.unwrap_err();
    assert_eq!(why, [Refusal::Line(0, "number", LineRefusal::Deposited("BRC-2026-0001".into()))]);
    create(&house, &NewSlip { others: true, ..again }).await.unwrap();
    let tx = house.tx().await;
    Stop::split(imports::undo(&tx, import).await).unwrap().unwrap();
    tx.commit().await.unwrap();
    let mut who = house.staff(Role::Treasurer).await;
    who.get(&format!("/deposits/{id}")).await.says("Import annulé").says("Reprendre ces chèques");
    let brought = who.post(&format!("/deposits/{id}/file"), &[]).await;
    let second: i64 = brought.location.as_deref().unwrap().rsplit('/').next().unwrap().parse().unwrap();
    assert_ne!(second, import);
    take(&house, second).await;
    who.get(&format!("/deposits/{id}")).await.says("Au registre des dons");
    holds(&house).await;
}

#[tokio::test]
async fn numbers_of_a_year_have_no_gap_whoever_makes_slips_at_once_and_a_slip_is_never_changed() {
    let house = House::new().await;
    let one = slip(vec![cheque("1", 100)]);
    let other = slip(vec![cheque("2", 200)]);
    let wrong = slip(Vec::new());
    let third = slip(vec![cheque("4", 400)]);
    let made = tokio::join!(
        create(&house, &one),
        create(&house, &wrong),
        create(&house, &other),
        create(&house, &third)
    );
    assert!(made.0.is_ok() && made.1.is_err() && made.2.is_ok() && made.3.is_ok());
    let twice = tokio::join!(create(&house, &one), create(&house, &one));
    assert!(twice.0.is_err() && twice.1.is_err(), "the cheque is on a slip");
    let next = NewSlip {
        deposited_on: "2025-12-31".parse().unwrap(),
        cheques: vec![Cheque { received_on: "2025-12-30".parse().unwrap(), ..cheque("3", 1) }],
        ..one
    };
    create(&house, &next).await.unwrap();
    let rows = deposit_slip::Entity::find()
        .order_by_asc(deposit_slip::Column::Number)
        .all(house.core.db.read())
        .await
        .unwrap();
    let numbers: Vec<&str> = rows.iter().map(|row| row.number.as_str()).collect();
    assert_eq!(numbers, ["BRC-2025-0001", "BRC-2026-0001", "BRC-2026-0002", "BRC-2026-0003"]);
    for sql in ["UPDATE deposit_slip SET cents = 1", "DELETE FROM deposit_slip"] {
        let tx = Tx::begin(&house.core, Actor::System).await.unwrap();
        assert!(tx.conn().execute_unprepared(sql).await.is_err(), "{sql}");
    }
    holds(&house).await;
}

/// A slip whose cheques wait to be taken, for tests of other rooms.
pub async fn one_slip(house: &House) {
    let today = rules::dates::paris_day(house.core.clock.now());
    let cheque = Cheque { received_on: today, ..cheque("0000123", 5_000) };
    create(house, &NewSlip { deposited_on: today, ..slip(vec![cheque]) }).await.unwrap();
}
