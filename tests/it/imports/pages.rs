//! The pages: bring a file, look, take, undo.

use rocket::http::Status;
use rules::roles::Role;
use sea_orm::ConnectionTrait;
use soutien::donors::{self, DonorFacts};
use soutien::imports;

use super::fixture;
use crate::house::{Browser, House, Page};

async fn bring(browser: &mut Browser, name: &str, bytes: &[u8]) -> Page {
    browser.get("/imports").await;
    let file = [("file", name, "text/csv", bytes)];
    browser.post_files("/imports", &[("source", "helloasso")], &file).await
}

#[tokio::test]
async fn a_treasurer_brings_a_file_looks_takes_and_undoes() {
    let house = House::new().await;
    let mut who = house.staff(Role::Treasurer).await;
    who.get("/imports").await.says("Aucun fichier encore");
    let bytes = std::fs::read(fixture("payments-31.csv")).unwrap();
    let brought = bring(&mut who, "paiements <b>.csv", &bytes).await;
    assert_eq!((brought.status, brought.location.as_deref()), (Status::SeeOther, Some("/imports/1")));
    let page = who.follow(&brought).await;
    page.says("paiements &lt;b&gt;.csv")
        .says("Importer ces")
        .says("368,00")
        .says("Atelier d&#x27;Œuvre &lt;b&gt;");
    who.get("/imports/1?show=refused").await.says("n’est pas un montant").says("douze");
    who.get("/imports/1?show=ignored").await.says("Billet");
    who.get("/imports/1?show=nonsense&after=spoiled").await.says("Importer ces");
    let done = who.post("/imports/1/taking", &[]).await;
    who.follow(&done)
        .await
        .says("6 dons sont importés")
        .says("2 lignes n’ont pas été importées")
        .says("/gifts/1");
    assert!(imports::check(&house.core).await.unwrap().is_empty());
    who.get("/imports/1/undo").await.says("Annuler cet import").says("368,00");
    let undone = who.post("/imports/1/undo", &[]).await;
    who.follow(&undone).await.says("6 dons sont retirés");
    assert!(imports::check(&house.core).await.unwrap().is_empty());
    who.get("/imports").await.says("Annulé");
    assert_eq!(who.get("/imports/99").await.status, Status::NotFound);
    assert_eq!(who.post("/imports/99/taking", &[]).await.status, Status::NotFound);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_refused_at_its_field() {
    let house = House::new().await;
    let mut who = house.staff(Role::Treasurer).await;
    let refused = bring(&mut who, "a.xlsx", b"PK\x03\x04....[Content_Types].xml").await;
    assert_eq!(refused.status, Status::UnprocessableEntity);
    refused.says("classeur de tableur");
    let renamed = std::fs::read(fixture("payments-renamed.csv")).unwrap();
    bring(&mut who, "b.csv", &renamed).await.says("Il manque une colonne").says("Identifiant bancaire");
    who.get("/imports").await;
    let none = who.post_files("/imports", &[("source", "helloasso")], &[]).await;
    none.says("Choisissez un fichier.");
    let odd =
        who.post_files("/imports", &[("source", "nowhere")], &[("file", "a", "text/csv", b"a;b")]).await;
    odd.says("Choisissez d’où vient le fichier.");
}

#[tokio::test]
async fn a_large_file_is_laid_out_and_taken_behind_the_pages() {
    let house = House::new().await;
    let mut who = house.staff(Role::Treasurer).await;
    let mut text = String::from(
        "Référence paiement;Montant total;Date du paiement;Statut du paiement;Type;Email payeur\r\n",
    );
    for n in 0..9000 {
        text.push_str(&format!("{n};7,50;01/02/2026 10:00:00;Payé;Don;a{}@example.org\r\n", n % 50));
    }
    let brought = bring(&mut who, "grand.csv", text.as_bytes()).await;
    who.follow(&brought).await.says("en cours de lecture").says("data-live");
    house.work().await;
    let page = who.get("/imports/1").await;
    page.says("Importer ces 9000 lignes").says("rel=\"next\"");
    who.post("/imports/1/taking", &[]).await;
    who.get("/imports/1").await.says("en cours").says("data-live");
    house.work().await;
    who.get("/imports/1").await.says("Importé");
    assert!(imports::check(&house.core).await.unwrap().is_empty());
}

#[tokio::test]
async fn who_resembles_is_shown_side_by_side_and_a_person_decides() {
    let house = House::new().await;
    let mut who = house.staff(Role::Treasurer).await;
    let tx = house.tx().await;
    let mut known =
        DonorFacts {
            last_name: "O'Brien-Müller".into(), first_names: "Zoë".into(), ..DonorFacts::default()
        };
    known.mails = vec!["ailleurs@example.org".into()];
    known.address.postal_code = "75011".into();
    let donor = donors::create(&house.core, &tx, &known).await.unwrap();
    tx.commit().await.unwrap();
    let bytes = std::fs::read(fixture("payments-cp1252.csv")).unwrap();
    let brought = bring(&mut who, "a.csv", &bytes).await;
    let page = who.follow(&brought).await;
    page.says("Qui est-ce").says("ailleurs@example.org").says("Windows-1252");
    let line = page.body.split("/lines/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let chosen = who.post(&format!("/imports/1/lines/{line}/donor"), &[("donor", &donor.to_string())]).await;
    who.follow(&chosen).await.says("Le choix est noté");
    assert_eq!(who.post("/imports/1/lines/999/donor", &[("donor", "new")]).await.status, Status::NotFound);
    who.post("/imports/1/taking", &[]).await;
    who.get("/imports/1?show=new").await.says(&format!("/donors/{donor}"));
}

#[tokio::test]
async fn a_breach_of_the_ledger_of_files_is_named() {
    let house = House::new().await;
    let mut who = house.staff(Role::Treasurer).await;
    let bytes = std::fs::read(fixture("payments-31.csv")).unwrap();
    bring(&mut who, "a.csv", &bytes).await;
    who.post("/imports/1/taking", &[]).await;
    for (harm, words) in [
        ("UPDATE import_file SET state = 'undone' WHERE id = 1", "not taken"),
        ("UPDATE import_file SET state = 'taken', rows_new = 4 WHERE id = 1", "counted"),
        ("UPDATE import_row SET cents = cents + 1 WHERE verdict = 'new'", "amount"),
        ("UPDATE import_row SET gift_id = NULL WHERE verdict = 'new'", "no gift"),
        ("UPDATE import_row SET reason = NULL WHERE verdict = 'refused'", "no reason"),
    ] {
        let tx = house.tx().await;
        tx.conn().execute_unprepared(harm).await.unwrap();
        tx.commit().await.unwrap();
        let found = imports::check(&house.core).await.unwrap();
        assert!(found.iter().any(|b| b.law == "G3" && b.what.contains(words)), "{harm}: {found:?}");
    }
}
