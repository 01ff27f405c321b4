//! The pages: a statement brought, payouts looked at, lines placed.

use rocket::http::Status;
use rules::roles::Role;
use soutien::donors::{self, DonorFacts};

use super::story::{BANK, PAYPAL, bring, camt, files, later};
use crate::house::{Browser, Page};

async fn brought(browser: &mut Browser, source: &str, text: &str) -> Page {
    browser.get("/imports").await;
    let file = [("file", "releve.xml", "text/xml", text.as_bytes())];
    browser.post_files("/imports", &[("source", source), ("account", "")], &file).await
}

#[tokio::test]
async fn a_treasurer_brings_a_statement_and_places_each_line() {
    let house = later().await;
    let mut who = house.staff(Role::Treasurer).await;
    who.get("/treasury").await.says("/treasury/accounts");
    who.get("/treasury/accounts").await.says("Aucun compte encore");
    let answer = brought(&mut who, "auto", &camt(&BANK, 500_000)).await;
    let page = who.follow(&answer).await;
    page.says("Relevé bancaire, CAMT").says("Importer ces 11 lignes").says("FRAIS TENUE DE COMPTE");
    let done = who.post("/imports/1/taking", &[]).await;
    who.follow(&done).await.says("11 lignes du compte sont importées");
    let page = who.get("/treasury/accounts").await;
    page.says("Banque …0143").says("6\u{202F}009,00");
    who.get("/treasury/accounts/1").await.says("ATELIER DU TEST").says("à placer");
    who.get("/treasury/accounts/1?show=all").await.says("IMPRIMEUR");
    let tx = house.tx().await;
    let facts = DonorFacts { last_name: "Atelier du Test".into(), ..DonorFacts::default() };
    let donor = donors::create(&house.core, &tx, &facts).await.unwrap();
    tx.commit().await.unwrap();
    let page = who.get("/treasury/lines/1").await;
    page.says("Un don").says("Atelier du Test");
    let done = who.post("/treasury/lines/1/gift", &[("donor", "")]).await;
    who.follow(&done).await.says("Dites qui a donné");
    let done = who.post("/treasury/lines/1/gift", &[("donor", &donor.to_string())]).await;
    who.follow(&done).await.says("Le don est enregistré").says("800,00");
    who.get("/treasury/lines/1").await.says("/gifts/1");
    let done = who.post("/treasury/lines/8/aside", &[("words", "Subvention <b>")]).await;
    who.follow(&done).await.says("Mise de côté").says("Subvention &lt;b&gt;");
    let done = who.post("/treasury/lines/8/aside", &[("words", "back")]).await;
    who.follow(&done).await.says("à placer à nouveau");
    assert_eq!(who.get("/treasury/lines/99").await.status, Status::NotFound);
    assert_eq!(who.get("/treasury/accounts/99").await.status, Status::NotFound);
    let done = who.post("/treasury/accounts/1/name", &[("words", "Compte courant")]).await;
    who.follow(&done).await.says("Compte courant");
}

#[tokio::test]
async fn payouts_are_seen_matched_and_unmatched() {
    let house = later().await;
    for (format, text) in files() {
        bring(&house, format, &text).await;
    }
    let mut who = house.staff(Role::Treasurer).await;
    let page = who.get("/treasury/accounts").await;
    page.says("HelloAsso").says("Stripe").says("PayPal");
    let accounts = soutien::clearing::queries::accounts::all(house.core.db.read()).await.unwrap();
    let stripe = accounts.iter().find(|account| account.source == "stripe").unwrap().id;
    who.get(&format!("/treasury/accounts/{stripe}")).await.says("Rapproché").says("97,50");
    let payout = format!("/treasury/accounts/{stripe}/payout?name=po_TEST0001");
    who.get(&payout)
        .await
        .says("Versement Stripe du 9 mars 2026")
        .says("Remboursement")
        .says("par une règle");
    let matching = format!("/treasury/accounts/{stripe}/match");
    let done = who.post(&matching, &[("payout", "po_TEST0001"), ("line", "")]).await;
    who.follow(&done).await.says("Le rapprochement est défait").says("C’est celle-ci");
    let done = who.post("/treasury/accounts/matching", &[]).await;
    who.follow(&done).await.says("Un versement est rapproché");
    let rules = format!("/treasury/accounts/{stripe}/rules");
    let done = who.post(&rules, &[("words", "SPEL <i>")]).await;
    who.follow(&done).await.says("SPEL &lt;i&gt;");
    let done = who.post(&format!("{rules}/1/removal"), &[]).await;
    who.follow(&done).await.says("La règle est retirée");
    let mut auditor = house.staff(Role::Auditor).await;
    let page = auditor.get(&payout).await;
    page.says("97,50");
    assert!(!page.body.contains("Défaire ce rapprochement"), "an auditor reads only");
}

#[tokio::test]
async fn the_columns_of_an_unknown_bank_are_named_once() {
    let house = later().await;
    let mut who = house.staff(Role::Treasurer).await;
    who.get("/treasury/accounts").await;
    bring(&house, soutien::imports::reading::Format::Camt, &camt(&BANK, 500_000)).await;
    let done = who.post("/treasury/accounts", &[("words", "Banque d’ailleurs")]).await;
    assert_eq!(done.location.as_deref(), Some("/treasury/accounts/2/columns"));
    who.follow(&done).await.says("Colonnes du CSV");
    let refused = who.post("/treasury/accounts/2/columns", &[("day", "Quand <b>")]).await;
    assert_eq!(refused.status, Status::UnprocessableEntity);
    refused.says("Quand &lt;b&gt;").says("Nommez au moins le jour");
    let named = [("day", "Quand"), ("label", "Quoi"), ("amount", "Combien")];
    let done = who.post("/treasury/accounts/2/columns", &named).await;
    who.follow(&done).await.says("Les colonnes sont gardées");
    who.get("/imports").await.says("Banque d’ailleurs");
    let file = [("file", "x.csv", "text/csv", &b"Quand;Quoi;Combien\n03/03/2026;Don;12,00\n"[..])];
    let unknown = who.post_files("/imports", &[("source", "auto")], &file).await;
    assert_eq!(unknown.status, Status::UnprocessableEntity);
    unknown.says("Rien ici ne reconnaît ce fichier");
    let taken = who.post_files("/imports", &[("source", "bank-csv"), ("account", "2")], &file).await;
    who.follow(&taken).await.says("12,00");
}

#[tokio::test]
async fn a_tool_whose_balances_do_not_follow_from_its_lines_is_said_to_lack_some() {
    let house = later().await;
    let mut who = house.staff(Role::Treasurer).await;
    let lines: Vec<&str> = PAYPAL.lines().collect();
    let whole = brought(&mut who, "paypal", PAYPAL).await;
    let page = who.follow(&whole).await;
    assert!(!page.body.contains("Le solde que l’outil affiche"), "nothing lacks");
    // A line in the middle is filtered out.
    let cut: Vec<&str> = lines.iter().enumerate().filter(|(at, _)| *at != 2).map(|(_, line)| *line).collect();
    let cut = brought(&mut who, "paypal", &format!("{}\r\n", cut.join("\r\n"))).await;
    who.follow(&cut).await.says("Le solde que l’outil affiche ne suit pas de ces lignes");
}
