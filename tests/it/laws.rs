//! Each law is broken by hand in the database, behind the program's back, and `soutien check` names it.

use chrono::NaiveDate;
use entities::{mail_in, receipt};
use rules::address::PostalAddress;
use rules::gift::Method;
use rules::money::Cents;
use rules::roles::Role;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, EntityTrait, Statement};
use soutien::donations::{self, NewGift};
use soutien::donors::{self, DonorFacts};
use soutien::platform::Actor;
use soutien::receipts::{self, StartRun};
use soutien::{check, tickets};

use crate::house::House;
use crate::tickets::{mail, receive, ticketed};

/// A house in which something of everything happened, and every law holds.
async fn lived_in() -> House {
    let house = House::new().await;
    let _agent = house.staff(Role::Agent).await;
    let tx = house.tx().await;
    let facts = DonorFacts {
        last_name: "Œufroy".into(),
        first_names: "Zoë".into(),
        address: PostalAddress {
            street: vec!["1 rue de l’Essai".into()],
            postal_code: "69001".into(),
            city: "Lyon".into(),
            country: "FR".into(),
        },
        mails: vec!["zoe@exemple.org".into()],
        ..DonorFacts::default()
    };
    let mut gifts = Vec::new();
    for person in ["Zoë", "Léa"] {
        let facts = DonorFacts { first_names: person.into(), ..facts.clone() };
        let donor = donors::create(&house.core, &tx, &facts).await.unwrap();
        for (n, cents) in [1200, 3050].into_iter().enumerate() {
            let day = NaiveDate::from_ymd_opt(2025, 6, 1 + u32::try_from(n).unwrap());
            let gift = NewGift {
                donor_id: Some(donor),
                gross: Cents(cents),
                method: Some(Method::Cheque),
                received_on: day,
                ..NewGift::default()
            };
            gifts.push(donations::record(&house.core, &tx, &gift).await.unwrap());
        }
    }
    let run = receipts::start_run(&tx, StartRun { year: 2025, planned: 0 }).await.unwrap();
    tx.commit().await.unwrap();
    receipts::issue_run(&house.core, &Actor::Command, run, true, &mut |_| {}).await.unwrap();
    let answered =
        ticketed(&house, mail("lea@exemple.net", "Un", "1@exemple.net", "", "Bonjour, une question.")).await;
    ticketed(&house, mail("awa@exemple.net", "Deux", "2@exemple.net", "", "Bonjour, une autre question."))
        .await;
    receive(&house, mail("lea@exemple.net", "Un", "1@exemple.net", "", "Bonjour, une question.")).await;
    let tx = crate::tickets::member_tx(&house).await;
    let reply = tickets::actions::reply::Reply {
        ticket_id: answered,
        text: "Bonjour Léa, voici la réponse à votre question.".into(),
        template: None,
        then_close: true,
        copies: Vec::new(),
    };
    tickets::actions::reply::reply(&house.core, &tx, 1, reply).await.unwrap();
    tx.commit().await.unwrap();
    house.wait(chrono::TimeDelta::minutes(1));
    house.work().await;
    assert_eq!(check::all(&house.core).await.unwrap(), Vec::new(), "every law holds to begin with");
    house
}

/// A connection on which nothing is refused: triggers, checks and unique indexes are out of the way.
async fn crowbar(house: &House) -> DatabaseConnection {
    let mut options = sea_orm::ConnectOptions::new(house.core.config.database());
    options.max_connections(1);
    let conn = Database::connect(options).await.unwrap();
    let named = |text: &str| Statement::from_string(conn.get_database_backend(), text);
    if house.core.db.is_sqlite() {
        conn.execute_unprepared("PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF")
            .await
            .unwrap();
        let all = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name NOT LIKE 'donor_search%'";
        for row in conn.query_all_raw(named(all)).await.unwrap() {
            let name: String = row.try_get("", "name").unwrap();
            conn.execute_unprepared(&format!("DROP TRIGGER {name}")).await.unwrap();
        }
    } else {
        let all = "SELECT conrelid::regclass::text AS place, conname AS name FROM pg_constraint \
                   WHERE contype IN ('c', 'f') AND connamespace = 'public'::regnamespace";
        for row in conn.query_all_raw(named(all)).await.unwrap() {
            let (place, name): (String, String) =
                (row.try_get("", "place").unwrap(), row.try_get("", "name").unwrap());
            conn.execute_unprepared(&format!("ALTER TABLE {place} DROP CONSTRAINT \"{name}\""))
                .await
                .unwrap();
        }
        for place in ["gift", "receipt", "receipt_line", "mail_in", "audit"] {
            conn.execute_unprepared(&format!("ALTER TABLE {place} DISABLE TRIGGER USER")).await.unwrap();
        }
    }
    for index in ["receipt_line_once", "promise_one_live"] {
        conn.execute_unprepared(&format!("DROP INDEX {index}")).await.unwrap();
    }
    conn
}

/// Runs `text` behind the program's back and asserts that check names `law`.
async fn broken(text: &str, law: &str) {
    let house = lived_in().await;
    let conn = crowbar(&house).await;
    conn.execute_unprepared(text).await.unwrap();
    conn.close().await.unwrap();
    let found = check::all(&house.core).await.unwrap();
    assert!(found.iter().any(|b| b.law == law), "«{text}» breaks {law}, and check says {found:#?}");
}

#[tokio::test]
async fn the_changes_for_mail_are_undone_and_made_again_over_a_house_that_lives() {
    let house = lived_in().await;
    let mut options = sea_orm::ConnectOptions::new(house.core.config.database());
    options.max_connections(1);
    let conn = Database::connect(options).await.unwrap();
    let before = (mail_in::Entity::find().all(&conn).await.unwrap().len(), outbox_rows(&conn).await);
    migrations::lock::down(&conn, Some(2)).await.unwrap();
    migrations::lock::up(&conn).await.unwrap();
    let after = (mail_in::Entity::find().all(&conn).await.unwrap().len(), outbox_rows(&conn).await);
    conn.close().await.unwrap();
    assert!(before.0 == 3 && before.1 > 2, "{before:?}");
    assert_eq!(after, before, "no row is lost");
    assert_eq!(check::all(&house.core).await.unwrap(), Vec::new(), "every law holds still");
}

async fn outbox_rows(conn: &DatabaseConnection) -> usize {
    entities::outbox::Entity::find().all(conn).await.unwrap().len()
}

#[tokio::test]
async fn a_promise_that_vanished_is_named() {
    broken("DELETE FROM promise WHERE state = 'owed'", "P1").await;
}

#[tokio::test]
async fn a_ticket_closed_while_it_owes_is_named() {
    broken("UPDATE ticket SET state = 'closed', closed_at = last_at WHERE promise = 'owed'", "P2").await;
}

#[tokio::test]
async fn a_promise_kept_by_an_automatic_mail_is_named() {
    broken("UPDATE message SET kind = 'automatic', member_id = NULL WHERE kind = 'reply'", "P3").await;
}

#[tokio::test]
async fn a_promise_kept_by_a_reply_that_did_not_arrive_is_named() {
    broken("UPDATE message SET state = 'failed' WHERE kind = 'reply'", "P3").await;
}

#[tokio::test]
async fn a_waiver_without_its_reason_or_its_name_is_named() {
    broken(
        "UPDATE promise SET state = 'waived', waived_reason = NULL, member_id = NULL, ended_at = owed_since \
         WHERE state = 'answered'",
        "P4",
    )
    .await;
}

#[tokio::test]
async fn a_merged_ticket_that_kept_its_promise_is_named() {
    broken("UPDATE ticket SET merged_into = 1 WHERE promise = 'owed'", "P5").await;
}

#[tokio::test]
async fn a_place_in_the_queue_moved_by_hand_is_named() {
    broken(
        "UPDATE ticket SET owed_since = '2027-01-01T00:00:00+00:00' WHERE promise = 'owed'; \
         UPDATE promise SET owed_since = '2027-01-01T00:00:00+00:00' WHERE state = 'owed'",
        "P6",
    )
    .await;
}

#[tokio::test]
async fn a_mail_whose_bytes_are_gone_is_named() {
    let house = lived_in().await;
    let row = mail_in::Entity::find().one(house.core.db.read()).await.unwrap().unwrap();
    std::fs::remove_file(house.core.blobs.file(&row.raw_blob)).unwrap();
    let found = check::all(&house.core).await.unwrap();
    assert!(found.iter().any(|b| b.law == "M1"), "{found:#?}");
}

#[tokio::test]
async fn a_mail_that_is_said_to_be_in_a_ticket_and_is_not_is_named() {
    broken("UPDATE mail_in SET ticket_id = NULL WHERE state = 'ticketed'", "M2").await;
}

#[tokio::test]
async fn a_mail_whose_answers_would_go_astray_is_named() {
    broken("DELETE FROM mail_thread", "M4").await;
}

#[tokio::test]
async fn a_link_that_one_side_alone_knows_is_named() {
    broken("INSERT INTO ticket_link (ticket_id, other_id) SELECT MIN(id), MAX(id) FROM ticket", "M4").await;
}

#[tokio::test]
async fn a_mailbox_that_is_not_accounted_for_is_named() {
    let of = "account, folder, uidvalidity, uid, tries, why, first_at, last_at";
    let then = "'2026-01-01T00:00:00+00:00'";
    let trouble = format!(
        "INSERT INTO imap_trouble ({of}) VALUES ('contact', 'INBOX', 1, 7, 40, 'NO', {then}, {then})"
    );
    broken(&trouble, "M2").await;
    let compared = format!(
        "INSERT INTO reconciliation (at, account, folder, on_server, in_ledger, missing, note) \
         VALUES ({then}, 'contact', 'INBOX', 3, 2, 1, '')"
    );
    broken(&compared, "M2").await;
}

#[tokio::test]
async fn a_mail_sent_at_no_time_is_named() {
    broken("UPDATE outbox SET sent_at = NULL WHERE state = 'sent'", "M5").await;
}

#[tokio::test]
async fn a_machine_that_passes_for_a_person_is_named() {
    broken("UPDATE outbox SET automatic = FALSE WHERE kind = 'acknowledgement'", "M6").await;
}

#[tokio::test]
async fn cents_that_do_not_add_up_are_named() {
    broken("UPDATE gift SET net_cents = net_cents - 1", "G1").await;
}

#[tokio::test]
async fn a_reversal_that_does_not_mirror_its_line_is_named() {
    broken(
        "UPDATE gift SET reverses_id = (SELECT MIN(id) FROM gift), gross_cents = -5, net_cents = -5 \
         WHERE id = (SELECT MAX(id) FROM gift)",
        "G2",
    )
    .await;
}

#[tokio::test]
async fn a_gift_on_two_live_receipts_is_named() {
    broken(
        "INSERT INTO receipt_line (receipt_id, gift_id, amount_cents, live) \
         SELECT (SELECT MAX(id) FROM receipt), gift_id, amount_cents, live FROM receipt_line WHERE id = 1",
        "R1",
    )
    .await;
}

#[tokio::test]
async fn a_gap_in_the_numbers_is_named() {
    broken("UPDATE receipt SET seq = seq + 1 WHERE id = (SELECT MAX(id) FROM receipt)", "R2").await;
}

#[tokio::test]
async fn a_receipt_changed_after_issue_is_named() {
    broken("UPDATE receipt SET facts = REPLACE(facts, 'Lyon', 'Nice')", "R3").await;
}

#[tokio::test]
async fn a_receipt_that_lacks_a_mention_is_named() {
    broken("UPDATE receipt SET facts = REPLACE(facts, '\"signer\":{\"name\":\"Noëlle Œufroy\"', '\"signer\":{\"name\":\"\"')", "R4")
        .await;
}

#[tokio::test]
async fn a_register_that_was_cut_is_named() {
    broken(
        "DELETE FROM receipt_line WHERE receipt_id = (SELECT MAX(id) FROM receipt); \
         DELETE FROM receipt WHERE id = (SELECT MAX(id) FROM receipt)",
        "R5",
    )
    .await;
}

#[tokio::test]
async fn the_tables_themselves_refuse_what_a_law_forbids() {
    let house = lived_in().await;
    assert!(receipt::Entity::find().one(house.core.db.read()).await.unwrap().is_some());
    for text in [
        "UPDATE ticket SET state = 'closed', closed_at = last_at WHERE promise = 'owed'",
        "UPDATE gift SET gross_cents = 1, net_cents = 1",
        "DELETE FROM gift",
        "DELETE FROM receipt",
        "UPDATE receipt SET amount_cents = 1",
        "DELETE FROM receipt_line",
        "UPDATE receipt_line SET amount_cents = 1",
        "DELETE FROM mail_in",
        "INSERT INTO receipt_line (receipt_id, gift_id, amount_cents, live) \
         SELECT receipt_id, gift_id, amount_cents, live FROM receipt_line WHERE id = 1",
    ] {
        assert!(house.core.db.read().execute_unprepared(text).await.is_err(), "the database took «{text}»");
    }
}
