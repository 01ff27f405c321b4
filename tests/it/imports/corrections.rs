//! Lines that could not be read are put right and read again, as a file of their own.

use entities::{gift, import_file};
use rocket::http::Status;
use rules::roles::Role;
use sea_orm::{EntityTrait, QueryOrder};

use crate::house::{Browser, House};

const TABLE: &str = "Date;Montant;Nom;Référence;Note\r\n\
    31/12/2025;7,00;Ana MAQUETTE;a1;\r\n\
    31/02/2026;8,50;Léo GABARIT;a2;=1+1\r\n\
    02/01/2026;douze;Zoë MODÈLE;a3;\r\n\
    02/01/2026;5,00\r\n";

#[tokio::test]
async fn refused_lines_are_put_right_and_read_again() {
    let house = House::new().await;
    let mut who = house.staff(Role::Treasurer).await;
    who.get("/imports").await;
    let file = [("file", "dons.csv", "text/csv", TABLE.as_bytes())];
    let brought = who.post_files("/imports", &[("source", "generic")], &file).await;
    assert_eq!(brought.status, Status::SeeOther, "{}", brought.body);
    who.get("/imports/1?show=refused").await.says("Corriger ces lignes");
    who.post("/imports/1/taking", &[]).await;
    let page = who.get("/imports/1/corrections").await;
    page.says("« Date » n’est pas une date".replace("« ", "«\u{202f}").replace(" »", "\u{202f}»").as_str());
    page.says("value=\"31/02/2026\"")
        .says("value=\"douze\"")
        .says("value=\"Léo GABARIT\"")
        .says("cette ligne est coupée");
    let row = |at: usize, line: &str, cells: [&str; 5], keep: bool| {
        let mut fields = vec![(format!("rows[{at}].line"), line.to_owned())];
        for (n, cell) in cells.iter().enumerate() {
            fields.push((format!("rows[{at}].cells[{n}]"), (*cell).to_owned()));
        }
        if keep {
            fields.push((format!("rows[{at}].keep"), "true".into()));
        }
        fields
    };
    let typed = [
        row(0, "3", ["28/02/2026", "8,50", "Léo GABARIT", "a2", "=1+1"], true),
        row(1, "4", ["02/01/2026", "douze", "Zoë MODÈLE", "a3", ""], true),
        row(2, "5", ["02/01/2026", "5,00", "", "", ""], false),
    ]
    .concat();
    let typed: Vec<(&str, &str)> =
        typed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let corrected = who.post("/imports/1/corrections", &typed).await;
    assert_eq!(corrected.status, Status::SeeOther, "{}", corrected.body);
    let page = who.follow(&corrected).await;
    page.says("dons.csv (lignes corrigées)").says("8,50").says("Léo GABARIT");
    who.get("/imports/2?show=refused").await.says("douze");
    who.get("/imports/1").await.says("Des lignes corrigées sont dans le fichier");
    who.post("/imports/2/taking", &[]).await;
    let lines = gift::Entity::find().order_by_asc(gift::Column::Id).all(house.core.db.read()).await.unwrap();
    let told: Vec<(&str, i64)> = lines.iter().map(|g| (g.external_id.as_str(), g.gross_cents)).collect();
    assert_eq!(told, [("a1", 700), ("a2", 850)]);
    assert_eq!(lines[1].note, "=1+1", "what was typed is kept as it is");
    // The first file stands as it came; what is left is put right in the one that was written anew.
    let again = who.post("/imports/1/corrections", &typed).await;
    who.follow(&again).await.says("ce qui reste se corrige dans le fichier nᵒ\u{a0}2");
    let there = who.get("/imports/1/corrections").await;
    assert_eq!(there.location.as_deref(), Some("/imports/2?show=refused"));
    let page = who.get("/imports/2/corrections").await;
    page.says("value=\"douze\"").says("cette ligne est coupée");
    let fields = typed_on(&page.body, 0, &[("02/01/2026", "31/12/2025"), ("5,00", "7,00")]);
    let other = typed_on(&page.body, 1, &[("douze", "12,00")]);
    let fields: Vec<(String, String)> = [fields, other].concat();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let corrected = who.post("/imports/2/corrections", &fields).await;
    assert_eq!(corrected.status, Status::SeeOther, "{}", corrected.body);
    who.post("/imports/3/taking", &[]).await;
    assert_eq!(gift::Entity::find().all(house.core.db.read()).await.unwrap().len(), 4);
    let files = import_file::Entity::find()
        .order_by_asc(import_file::Column::Id)
        .all(house.core.db.read())
        .await
        .unwrap();
    assert_eq!((files[0].rows_refused, files[1].corrects_id), (3, Some(1)));
    // Nothing chosen, and lines that are not in the file.
    let none = who.post("/imports/3/corrections", &[("rows[0].line", "3")]).await;
    assert_eq!(none.status, Status::UnprocessableEntity);
    none.says("ne contient aucune ligne");
    let foreign = row(0, "99", ["02/01/2026", "5,00", "X", "y", ""], true);
    let foreign: Vec<(&str, &str)> = foreign.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let none = who.post("/imports/3/corrections", &foreign).await;
    none.says("ne contient aucune ligne");
    assert_eq!(
        house.staff(Role::Auditor).await.get("/imports/1/corrections").await.status,
        Status::Forbidden
    );
    assert_eq!(soutien::check::all(&house.core).await.unwrap(), []);
}

/// The cells that stand on the page for a line, as a browser sends them, with some of them typed anew.
fn typed_on(page: &str, at: usize, anew: &[(&str, &str)]) -> Vec<(String, String)> {
    let value_of = |tag: &str| {
        let (_, rest) = tag.split_once("value=\"")?;
        Some(rest.split_once('"')?.0.replace("&quot;", "\"").replace("&#x27;", "'").replace("&amp;", "&"))
    };
    let name_of = |tag: &str| Some(tag.split_once("name=\"")?.1.split_once('"')?.0.to_owned());
    let mut fields = Vec::new();
    for tag in page.split("<input").skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
        let Some(name) = name_of(tag).filter(|name| name.starts_with(&format!("rows[{at}]."))) else {
            continue;
        };
        let value = value_of(tag).unwrap_or_default();
        let put_right = anew.iter().find(|(was, _)| *was == value).map(|(_, is)| (*is).to_owned());
        fields.push((name, put_right.unwrap_or(value)));
    }
    fields
}

/// What the account holds: labels and cents, in the order that they came.
async fn movements(house: &House) -> Vec<(String, i64)> {
    let all = entities::movement::Entity::find().order_by_asc(entities::movement::Column::Id);
    let all = all.all(house.core.db.read()).await.unwrap();
    all.into_iter().map(|row| (row.label, row.net_cents)).collect()
}

fn told(all: &[(String, i64)]) -> Vec<(&str, i64)> {
    all.iter().map(|(label, cents)| (label.as_str(), *cents)).collect()
}

/// A treasurer who brought a file of an account that was opened by hand.
async fn bank_file(house: &House, source: &str, (name, bytes): (&str, &[u8])) -> Browser {
    let mut who = house.staff(Role::Treasurer).await;
    let tx = house.tx().await;
    let account = soutien::clearing::actions::accounts::open(&tx, "Crédit du Test").await.unwrap();
    tx.commit().await.unwrap();
    who.get("/imports").await;
    let (account, file) = (account.to_string(), [("file", name, "text/plain", bytes)]);
    let brought =
        who.post_files("/imports", &[("source", source), ("account", account.as_str())], &file).await;
    assert_eq!(brought.status, Status::SeeOther, "{}", brought.body);
    who
}

const STATEMENT: &str = "Date de comptabilisation;Libelle simplifie;Libelle operation;Reference;Informations complementaires;\
    Type operation;Categorie;Sous categorie;Debit;Credit;Date operation;Date de valeur;Pointage operation\r\n\
    02/03/2026;VIR;VIR ÉCOLE;;;;;;;+12,00;02/03/2026;02/03/2026;0\r\n\
    02/03/2026;VIR;VIR deux;;;;;;;+douze;02/03/2026;02/03/2026;0\r\n\
    02/03/2026;VIR;VIR trois;;;;;;;+12,00;02/03/2026;02/03/2026;0\r\n\
    02/03/2026;VIR;VIR quatre;;;;;;;douze;02/03/2026;02/03/2026;0\r\n";

#[tokio::test]
async fn a_bank_s_statement_is_read_again_whole_with_what_was_put_right() {
    let house = House::new().await;
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(STATEMENT);
    let mut who = bank_file(&house, "bank-csv", ("relevé.csv", &bytes)).await;
    who.get("/imports/1?show=refused").await.says("Corriger ces lignes");
    who.post("/imports/1/taking", &[]).await;
    assert_eq!(movements(&house).await.len(), 2);
    let before = movements(&house).await;
    assert_eq!(before.len(), 2);
    // In two goes: both amounts are those of lines that are known.
    for (file, at, anew) in
        [(1, 0, [("+douze", "+12,00"), ("-", "-")]), (2, 0, [("douze", "12,00"), ("-", "-")])]
    {
        let page = who.get(&format!("/imports/{file}/corrections")).await;
        page.says("il est écrit de nouveau en entier");
        let fields = typed_on(&page.body, at, &anew);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        let corrected = who.post(&format!("/imports/{file}/corrections"), &fields).await;
        assert_eq!(corrected.status, Status::SeeOther, "{}", corrected.body);
        let page = who.follow(&corrected).await;
        page.says("(lignes corrigées)").says("Les lignes corrigées sont relues");
        who.post(&format!("/imports/{}/taking", file + 1), &[]).await;
    }
    let all = movements(&house).await;
    let labels: Vec<&str> = told(&all).into_iter().map(|(label, _)| label).collect();
    assert_eq!(told(&all).iter().map(|(_, cents)| *cents).collect::<Vec<_>>(), [1200; 4]);
    assert!(
        labels[2].contains("deux") && labels[3].contains("quatre"),
        "each line once, none for another: {labels:?}"
    );
    let file = import_file::Entity::find_by_id(3).one(house.core.db.read()).await.unwrap().unwrap();
    assert_eq!((file.corrects_id, file.rows_refused), (Some(2), 0));
    assert_eq!(soutien::check::all(&house.core).await.unwrap(), []);
    // What the corrections brought is undone without what the first file brought.
    for file in [3, 2] {
        who.post(&format!("/imports/{file}/undo"), &[]).await;
    }
    assert_eq!(movements(&house).await, before);
}

const ACTIVITY: &str = "\"Date\",\"Time\",\"TimeZone\",\"Name\",\"Type\",\"Status\",\"Currency\",\"Gross\",\"Fee\",\"Net\",\"From Email Address\",\"Transaction ID\",\"Reference Txn ID\",\"Balance\",\"Balance Impact\"\n\
    02/03/2026,10:00:00,CET,Zoé Test,Donation Payment,Completed,EUR,\"40,00\",\"-1,50\",\"38,50\",zoe@example.org,PAY1,,\"38,50\",Credit\n\
    02/03/2026,11:00:00,CET,Luc Fictif,Donation Payment,Completed,EUR,\"douze\",\"-0,60\",\"11,40\",luc@example.org,PAY2,,\"49,90\",Credit\n\
    02/03/2026,12:00:00,CET,Ana Test,Donation Payment,Completed,EUR,\"10,00\",\"-0,50\",\"9,50\",ana@example.org,PAY3,,\"59,40\",Credit\n";

#[tokio::test]
async fn paypal_s_activity_sums_again_once_its_line_is_put_right() {
    let house = House::new().await;
    let mut who = house.staff(Role::Treasurer).await;
    who.get("/imports").await;
    let file = [("file", "activité.csv", "text/csv", ACTIVITY.as_bytes())];
    let brought = who.post_files("/imports", &[("source", "paypal")], &file).await;
    assert_eq!(brought.status, Status::SeeOther, "{}", brought.body);
    who.get("/imports/1").await.says("ne suit pas de ces lignes");
    // Corrected wrongly, it is shown as it is: refused again, and the file's balance is told to be off.
    for (file, was, is, off, lines) in [(1, "douze", "onze", true, 2), (2, "onze", "12,00", false, 3)] {
        let page = who.get(&format!("/imports/{file}/corrections")).await;
        let fields = typed_on(&page.body, 0, &[(was, is)]);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        let corrected = who.post(&format!("/imports/{file}/corrections"), &fields).await;
        let page = who.follow(&corrected).await;
        assert_eq!(page.body.contains("ne suit pas de ces lignes"), off, "{is}");
        who.post(&format!("/imports/{}/taking", file + 1), &[]).await;
        assert_eq!(gift::Entity::find().all(house.core.db.read()).await.unwrap().len(), lines, "{is}");
    }
    assert_eq!(soutien::check::all(&house.core).await.unwrap(), []);
}

const QIF: &str = "!Type:Bank\nD02/03/2026\nT12,00\nPVIR un\n^\nD02/03/2026\nTdouze\nPVIR deux\n^\nD02/03/2026\nT12,00\nPVIR trois\n^\n\
    D32/03/2026\nT12,00\nPVIR quatre\n^\n";

#[tokio::test]
async fn a_statement_that_is_no_table_is_read_again_whole_with_what_was_put_right() {
    let house = House::new().await;
    let mut who = bank_file(&house, "qif", ("compte.qif", QIF.as_bytes())).await;
    assert!(
        !who.get("/imports/1?show=refused").await.body.contains("/imports/1/corrections"),
        "once it is taken"
    );
    assert_eq!(who.get("/imports/1/corrections").await.status, Status::NotFound);
    who.post("/imports/1/taking", &[]).await;
    who.get("/imports/1?show=refused").await.says("Corriger ces lignes");
    let before = movements(&house).await;
    let page = who.get("/imports/1/corrections").await;
    page.says("Les lignes d’un relevé se comptent").says("value=\"VIR deux\"").says("value=\"02/03/2026\"");
    let fields = typed_on(&page.body, 0, &[("douze", "12,00 €")]);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let corrected = who.post("/imports/1/corrections", &fields).await;
    who.follow(&corrected).await.says("compte.qif (lignes corrigées)");
    who.post("/imports/2/taking", &[]).await;
    let again = who.post("/imports/1/corrections", &fields).await;
    who.follow(&again).await.says("a déjà été écrit de nouveau");
    let page = who.get("/imports/2/corrections").await;
    let fields = typed_on(&page.body, 0, &[("32/03/2026", "02/03/2026")]);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let corrected = who.post("/imports/2/corrections", &fields).await;
    who.follow(&corrected).await;
    who.post("/imports/3/taking", &[]).await;
    let all = movements(&house).await;
    let labels = [("VIR un", 1200), ("VIR trois", 1200), ("VIR deux", 1200), ("VIR quatre", 1200)];
    assert_eq!(told(&all), labels, "each line once, none for another");
    assert_eq!(all_accounts(&house).await, 1, "of the account that was chosen");
    assert_eq!(soutien::check::all(&house.core).await.unwrap(), []);
    for file in [3, 2] {
        who.post(&format!("/imports/{file}/undo"), &[]).await;
    }
    assert_eq!(movements(&house).await, before);
}

async fn all_accounts(house: &House) -> usize {
    soutien::clearing::queries::accounts::all(house.core.db.read()).await.unwrap().len()
}
