//! Lines that could not be read are put right and read again, as a file of their own.

use entities::{gift, import_file};
use rocket::http::Status;
use rules::roles::Role;
use sea_orm::{EntityTrait, QueryOrder};

use crate::house::House;

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
    // The first file stands as it came; the same correction again changes nothing.
    let again = who.post("/imports/1/corrections", &typed).await;
    let id = again.location.as_deref().unwrap().rsplit('/').next().unwrap().to_owned();
    who.post(&format!("/imports/{id}/taking"), &[]).await;
    assert_eq!(gift::Entity::find().all(house.core.db.read()).await.unwrap().len(), 2);
    let files = import_file::Entity::find()
        .order_by_asc(import_file::Column::Id)
        .all(house.core.db.read())
        .await
        .unwrap();
    assert_eq!((files[0].rows_refused, files[1].corrects_id), (3, Some(1)));
    // Nothing chosen, and lines that are not in the file.
    let none = who.post("/imports/1/corrections", &[("rows[0].line", "3")]).await;
    assert_eq!(none.status, Status::UnprocessableEntity);
    none.says("ne contient aucune ligne").says("value=\"douze\"");
    let foreign = row(0, "99", ["02/01/2026", "5,00", "X", "y", ""], true);
    let foreign: Vec<(&str, &str)> = foreign.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let none = who.post("/imports/1/corrections", &foreign).await;
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

async fn movements(house: &House) -> Vec<(i64, i64)> {
    let all = entities::movement::Entity::find().order_by_asc(entities::movement::Column::Key);
    let all = all.all(house.core.db.read()).await.unwrap();
    all.iter().map(|row| (row.account_id, row.net_cents)).collect()
}

const STATEMENT: &str = "Date de comptabilisation;Libelle simplifie;Libelle operation;Reference;Informations complementaires;\
    Type operation;Categorie;Sous categorie;Debit;Credit;Date operation;Date de valeur;Pointage operation\r\n\
    02/03/2026;VIR;VIR ÉCOLE;;;;;;;+12,00;02/03/2026;02/03/2026;0\r\n\
    02/03/2026;VIR;VIR deux;;;;;;;+douze;02/03/2026;02/03/2026;0\r\n\
    02/03/2026;VIR;VIR trois;;;;;;;+12,00;02/03/2026;02/03/2026;0\r\n";

#[tokio::test]
async fn a_bank_s_statement_is_read_again_whole_with_what_was_put_right() {
    let house = House::new().await;
    let mut who = house.staff(Role::Treasurer).await;
    let tx = house.tx().await;
    let account =
        soutien::clearing::actions::accounts::open(&tx, "Crédit du Test").await.unwrap().to_string();
    tx.commit().await.unwrap();
    who.get("/imports").await;
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(STATEMENT);
    let file = [("file", "relevé.csv", "text/csv", &*bytes)];
    let fields = [("source", "bank-csv"), ("account", account.as_str())];
    let brought = who.post_files("/imports", &fields, &file).await;
    assert_eq!(brought.status, Status::SeeOther, "{}", brought.body);
    who.get("/imports/1?show=refused").await.says("Corriger ces lignes");
    who.post("/imports/1/taking", &[]).await;
    assert_eq!(movements(&house).await.len(), 2);
    let page = who.get("/imports/1/corrections").await;
    page.says("il est écrit de nouveau en entier").says("value=\"VIR deux\"");
    let fields = typed_on(&page.body, 0, &[("+douze", "+12,00")]);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let corrected = who.post("/imports/1/corrections", &fields).await;
    assert_eq!(corrected.status, Status::SeeOther, "{}", corrected.body);
    let page = who.follow(&corrected).await;
    page.says("relevé.csv (lignes corrigées)").says("Les lignes corrigées sont relues");
    let file = import_file::Entity::find_by_id(2).one(house.core.db.read()).await.unwrap().unwrap();
    assert_eq!((file.corrects_id, file.rows_refused), (Some(1), 0));
    who.post("/imports/2/taking", &[]).await;
    let all = movements(&house).await;
    assert_eq!(
        all.iter().map(|(_, cents)| cents).collect::<Vec<_>>(),
        [&1200; 3],
        "three equal lines of one day"
    );
    // The same once more, and the first file once more: nothing.
    let again = who.post("/imports/1/corrections", &fields).await;
    who.follow(&again).await.says("déjà");
    assert_eq!(movements(&house).await.len(), 3);
    assert_eq!(soutien::check::all(&house.core).await.unwrap(), []);
    // What the corrections brought is undone without what the first file brought.
    who.post("/imports/2/undo", &[]).await;
    assert_eq!(movements(&house).await.len(), 2);
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
    let page = who.get("/imports/1/corrections").await;
    let of = |was: &str, is: &str| typed_on(&page.body, 0, &[(was, is)]);
    // Corrected wrongly, it is shown as it is: refused again, and the file's balance is told to be off.
    for (is, off, lines) in [("onze", true, 2), ("12,00", false, 3)] {
        let fields = of("douze", is);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        let corrected = who.post("/imports/1/corrections", &fields).await;
        let page = who.follow(&corrected).await;
        assert_eq!(page.body.contains("ne suit pas de ces lignes"), off, "{is}");
        let there = corrected.location.clone().unwrap();
        who.post(&format!("{there}/taking"), &[]).await;
        assert_eq!(gift::Entity::find().all(house.core.db.read()).await.unwrap().len(), lines, "{is}");
    }
    assert_eq!(soutien::check::all(&house.core).await.unwrap(), []);
}

const QIF: &str = "!Type:Bank\nD02/03/2026\nT12,00\nPVIR un\n^\nD02/03/2026\nTdouze\nPVIR deux\n^\nD02/03/2026\nT12,00\nPVIR trois\n^\n";

#[tokio::test]
async fn lines_of_a_statement_that_is_no_table_are_put_right_beside_their_equals() {
    let house = House::new().await;
    let mut who = house.staff(Role::Treasurer).await;
    let tx = house.tx().await;
    let account =
        soutien::clearing::actions::accounts::open(&tx, "Crédit du Test").await.unwrap().to_string();
    tx.commit().await.unwrap();
    who.get("/imports").await;
    let file = [("file", "compte.qif", "text/plain", QIF.as_bytes())];
    let fields = [("source", "qif"), ("account", account.as_str())];
    let brought = who.post_files("/imports", &fields, &file).await;
    assert_eq!(brought.status, Status::SeeOther, "{}", brought.body);
    assert!(
        !who.get("/imports/1?show=refused").await.body.contains("/imports/1/corrections"),
        "once it is taken"
    );
    assert_eq!(who.get("/imports/1/corrections").await.status, Status::NotFound);
    who.post("/imports/1/taking", &[]).await;
    who.get("/imports/1?show=refused").await.says("Corriger ces lignes");
    let page = who.get("/imports/1/corrections").await;
    page.says("un petit relevé à part").says("value=\"VIR deux\"").says("value=\"02/03/2026\"");
    let fields = typed_on(&page.body, 0, &[("douze", "12,00 €")]);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    for _ in 0..2 {
        let corrected = who.post("/imports/1/corrections", &fields).await;
        assert_eq!(corrected.status, Status::SeeOther, "{}", corrected.body);
        let there = corrected.location.clone().unwrap();
        who.follow(&corrected).await.says("compte.qif (lignes corrigées)");
        who.post(&format!("{there}/taking"), &[]).await;
        let all = movements(&house).await;
        assert_eq!(all.iter().map(|(_, cents)| cents).collect::<Vec<_>>(), [&1200; 3], "once");
    }
    assert_eq!(all_accounts(&house).await, 1, "of the account that was chosen");
    assert_eq!(soutien::check::all(&house.core).await.unwrap(), []);
    who.post("/imports/2/undo", &[]).await;
    assert_eq!(movements(&house).await.len(), 2);
}

async fn all_accounts(house: &House) -> usize {
    soutien::clearing::queries::accounts::all(house.core.db.read()).await.unwrap().len()
}
