//! Tables of gifts of any other tool: brought by page and command, their columns named once.

use entities::gift;
use rocket::http::Status;
use rules::roles::Role;
use sea_orm::{EntityTrait, QueryOrder};

use crate::house::House;

const TABLE: &str =
    "Wann;Wieviel;Wer;Nummer\r\n31/12/2025;7,00;Ana MAQUETTE;a1\r\n02/01/2026;8,50;Léo GABARIT;a2\r\n";

#[tokio::test]
async fn a_table_that_nobody_knows_is_named_once_and_read() {
    let house = House::new().await;
    let mut who = house.staff(Role::Treasurer).await;
    who.get("/imports").await;
    let file = [("file", "gifts.csv", "text/csv", TABLE.as_bytes())];
    let refused = who.post_files("/imports", &[("source", "generic")], &file).await;
    assert_eq!(refused.status, Status::UnprocessableEntity);
    refused.says("Wieviel").says("Montant");

    who.get("/imports/tables").await.says("Aucune table nommée");
    let refused = who.post("/imports/tables", &[("name", " … ")]).await;
    refused.says("Donnez à la table un nom");
    let named = who.post("/imports/tables", &[("name", "Spenden-Tool")]).await;
    let page = who.follow(&named).await;
    page.says("Spenden-Tool").says("Reconnue aussi sous");
    let refused = who.post("/imports/tables", &[("name", "spenden-tool")]).await;
    refused.says("Donnez à la table un nom").says("spenden-tool");
    let columns = [
        ("column[date]", "Wann"),
        ("column[amount]", "Wieviel"),
        ("column[name]", "Wer"),
        ("column[reference]", "Nummer"),
    ];
    let kept = who.post("/imports/tables/1/columns", &columns).await;
    who.follow(&kept).await.says("Les colonnes sont gardées").says("Spenden-Tool");
    who.get("/imports/tables/1").await.says("Wieviel");

    let brought = who.post_files("/imports", &[("source", "generic"), ("table", "1")], &file).await;
    assert_eq!(brought.status, Status::SeeOther, "{}", brought.body);
    who.follow(&brought).await.says("15,50").says("Ana MAQUETTE");
    let id = brought.location.as_deref().unwrap().rsplit('/').next().unwrap().to_owned();
    let done = who.post(&format!("/imports/{id}/taking"), &[]).await;
    who.follow(&done).await.says("2 dons sont importés");
    let lines = gift::Entity::find().order_by_asc(gift::Column::Id).all(house.core.db.read()).await.unwrap();
    let names: Vec<(&str, &str)> =
        lines.iter().map(|line| (line.source.as_str(), line.external_id.as_str())).collect();
    assert_eq!(names, [("generic", "spenden-tool/a1"), ("generic", "spenden-tool/a2")]);
    // The same rows in another file change nothing.
    let longer = format!("{TABLE}03/01/2026;9,00;Ana MAQUETTE;a3\r\n");
    let file = [("file", "more.csv", "text/csv", longer.as_bytes())];
    let brought = who.post_files("/imports", &[("source", "generic"), ("table", "1")], &file).await;
    who.follow(&brought).await.says("9,00");
    assert_eq!(house.staff(Role::Auditor).await.get("/imports/tables/1").await.status, Status::Forbidden);
}

#[tokio::test]
async fn the_command_reads_a_table_whose_columns_speak_for_themselves() {
    let house = House::new().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gifts.csv");
    std::fs::write(
        &path,
        "Date,Amount,Name,Email\n2026-01-02,12.50,Ana Maquette,ana@example.org\nsoon,1,A B,\n",
    )
    .unwrap();
    let run = |extra: &[&str]| {
        let mut args = vec!["import", "generic", path.to_str().unwrap(), "--json"];
        args.extend(extra);
        house.command(&args).output().unwrap()
    };
    let out = run(&[]);
    let told: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(out.status.code(), Some(1), "one line is refused: {told}");
    let lines = gift::Entity::find().all(house.core.db.read()).await.unwrap();
    assert_eq!(lines.iter().map(|line| line.gross_cents).collect::<Vec<_>>(), [1250]);
    let out = run(&["--table", "Nowhere"]);
    assert_eq!(out.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&out.stderr).contains("no table named `Nowhere`"));
}
