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
    who.follow(&none).await.says("ne contient aucune ligne");
    let foreign = row(0, "99", ["02/01/2026", "5,00", "X", "y", ""], true);
    let foreign: Vec<(&str, &str)> = foreign.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let none = who.post("/imports/1/corrections", &foreign).await;
    who.follow(&none).await.says("ne contient aucune ligne");
    assert_eq!(
        house.staff(Role::Auditor).await.get("/imports/1/corrections").await.status,
        Status::Forbidden
    );
    assert_eq!(soutien::check::all(&house.core).await.unwrap(), []);
}
