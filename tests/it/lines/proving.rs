//! Proofs: waited for, kept, withdrawn.

use super::*;

#[tokio::test]
async fn waived_expenses_wait_for_their_proof_and_keep_it() {
    let house = House::new().await;
    zoe(&house).await;
    let mut who = house.staff(Role::Treasurer).await;
    who.get("/gifts/new?donor=1").await;
    let waived = [
        ("key", "aaaaaaaaaaaaaaaa"),
        ("donor", "1"),
        ("gross", "84,60"),
        ("nature", "waived_expenses"),
        ("received_on", "15/02/2026"),
        ("note", "Trains pour l’assemblée générale"),
    ];
    who.post("/gifts", &waived).await.says("Dès que son justificatif est joint").says("name=\"proof\"");
    let seen = [waived.as_slice(), &[("seen", "true")]].concat();
    let done = who.post_files("/gifts", &seen, &[]).await;
    let line = done.location.clone().unwrap(); // what was only looked at takes a number on one engine and none on the other
    who.follow(&done).await.says("Il manque un justificatif");
    who.get("/gifts").await.says("Il manque un justificatif");
    who.get("/gifts/proofs").await.says("84,60");
    who.get("/receipts/run?year=2026").await.says("Justificatif manquant");
    assert_eq!(run(&house, 2026).await.issued, 0);

    who.get(&line).await;
    let empty = who.post_files(&format!("{line}/proofs"), &[("proof_place", " ")], &[]).await;
    who.follow(&empty).await.says("Choisissez un fichier");
    let sent = who
        .post_files(&format!("{line}/proofs"), &[], &[("proof", "..\\C/renonce <b>.pdf", "text/html", PDF)])
        .await;
    who.follow(&sent).await.says("Le justificatif est joint").says("renonce &lt;b&gt;.pdf");
    let first = gift_proof::Entity::find().one(house.core.db.read()).await.unwrap().unwrap();
    let proof = format!("{line}/proofs/{}", first.id);
    let file = who.get(&proof).await;
    assert_eq!(file.bytes, PDF);
    assert_eq!(file.header("Content-Type"), Some("application/octet-stream"), "never shown as a page");
    assert!(file.header("Content-Disposition").unwrap().starts_with("attachment"));
    assert_eq!(who.get(&format!("/gifts/99/proofs/{}", first.id)).await.status, Status::NotFound);
    who.get("/gifts/proofs").await.says("Rien ne manque");
    assert_eq!(run(&house, 2026).await.issued, 1);
    assert_eq!(live(&house).await[0].amount_cents, 8460);

    let taken = who.post(&format!("{proof}/withdraw"), &[("reason", "mauvais fichier")]).await;
    who.follow(&taken).await.says("figure sur le reçu");
    let paper =
        who.post_files(&format!("{line}/proofs"), &[("proof_place", "classeur 2026, pièce 12")], &[]).await;
    who.follow(&paper).await.says("classeur 2026, pièce 12");
    let silent = who.post(&format!("{proof}/withdraw"), &[("reason", " ")]).await;
    who.follow(&silent).await.says("Dites en quelques mots pourquoi");
    let taken = who.post(&format!("{proof}/withdraw"), &[("reason", "mauvais fichier")]).await;
    who.follow(&taken).await.says("Le justificatif est retiré").says("mauvais fichier");
    let twice = who.post(&format!("{proof}/withdraw"), &[("reason", "encore")]).await;
    who.follow(&twice).await.says("n’existe pas, ou il est déjà retiré");
    assert_eq!(who.get(&proof).await.bytes, PDF, "what was withdrawn is kept");

    let mut auditor = house.staff(Role::Auditor).await;
    assert_eq!(auditor.get(&proof).await.bytes, PDF);
    assert_eq!(
        auditor.post_files(&format!("{line}/proofs"), &[("proof_place", "x")], &[]).await.status,
        Status::Forbidden
    );
    let mut agent = house.staff(Role::Agent).await;
    assert_eq!(agent.get(&proof).await.status, Status::Forbidden, "P7");
    laws_hold(&house).await;
}

#[tokio::test]
async fn a_proof_is_neither_changed_nor_deleted() {
    let house = House::new().await;
    let donor = zoe(&house).await;
    let id = record(&house, &cheque(donor, "2025-05-01", 2000)).await;
    let tx = house.tx().await;
    let place = NewProof { file: None, place: "classeur".into() };
    proofs::add(&house.core, &tx, id, &place).await.unwrap();
    tx.commit().await.unwrap();
    for sql in
        ["UPDATE gift_proof SET place = 'x'", "UPDATE gift_proof SET gift_id = 2", "DELETE FROM gift_proof"]
    {
        let tx = house.tx().await;
        assert!(tx.conn().execute_unprepared(sql).await.is_err(), "{sql}");
    }
}

#[tokio::test]
async fn a_part_of_waived_expenses_goes_back_and_the_rest_keeps_its_proof() {
    let house = House::new().await;
    let donor = zoe(&house).await;
    let waived =
        NewGift { nature: Nature::WaivedExpenses, method: None, ..cheque(donor, "2025-05-01", 12_000) };
    let id = record(&house, &waived).await;
    let tx = house.tx().await;
    let proof = NewProof { file: None, place: "classeur".into() };
    proofs::add(&house.core, &tx, id, &proof).await.unwrap();
    tx.commit().await.unwrap();
    run(&house, 2025).await;
    let number = live(&house).await[0].number.clone();
    let done = give_back(&house, &part(id, Some(2000), Some(&number))).await.unwrap();
    assert!(done.replaced_by.is_some());
    assert_eq!(live(&house).await[0].amount_cents, 10_000);
    laws_hold(&house).await;
}
