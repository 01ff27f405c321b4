//! Coming in and going out.

use chrono::TimeDelta;
use rocket::http::{Method, Status};
use rules::roles::Role;
use soutien::accounts::actions::{LinkFor, make_link, set_password};
use soutien::accounts::association;

use crate::house::House;

#[tokio::test]
async fn a_link_signs_in_once() {
    let house = House::new().await;
    let _someone = house.staff(Role::Agent).await;
    let mut visitor = house.visitor().await;
    visitor.get("/sign-in").await;
    let sent = visitor.post("/sign-in/link", &[("email", "Agent0@Asso.Example")]).await;
    assert_eq!(sent.status, Status::SeeOther);
    visitor.follow(&sent).await.says("un lien vient de lui être envoyé");
    house.work().await;
    let mails = house.mails();
    assert_eq!(mails.len(), 1);
    let link = mails[0].text.split_whitespace().find(|w| w.contains("/sign-in/")).unwrap();
    let path = link.strip_prefix("http://127.0.0.1:8000").unwrap().to_owned();
    visitor.get(&path).await.says("Bienvenue");
    assert_eq!(visitor.post(&path, &[]).await.location.as_deref(), Some("/home"));
    let mut other = house.visitor().await;
    other.get("/sign-in").await;
    assert_eq!(other.post(&path, &[]).await.location.as_deref(), Some("/sign-in"));
}

#[tokio::test]
async fn an_unknown_address_gets_the_same_answer_and_no_mail() {
    let house = House::new().await;
    let mut visitor = house.visitor().await;
    visitor.get("/sign-in").await;
    let sent = visitor.post("/sign-in/link", &[("email", "nobody@asso.example")]).await;
    visitor.follow(&sent).await.says("un lien vient de lui être envoyé");
    house.work().await;
    assert!(house.mails().is_empty());
}

#[tokio::test]
async fn a_password_signs_in_until_there_were_too_many_tries() {
    let house = House::new().await;
    let _someone = house.staff(Role::Treasurer).await;
    let tx = house.tx().await;
    set_password(&tx, 1, "une phrase de passe", None).await.unwrap();
    tx.commit().await.unwrap();
    let mut visitor = house.visitor().await;
    visitor.get("/sign-in").await;
    let pair =
        |password| [("email", "treasurer0@asso.example"), ("password", password), ("next", "//evil.example")];
    let wrong = visitor.post("/sign-in", &pair("une autre phrase")).await;
    assert_eq!(wrong.status, Status::UnprocessableEntity);
    wrong.says("ne conviennent pas").says("treasurer0@asso.example");
    let right = visitor.post("/sign-in", &pair("une phrase de passe")).await;
    assert_eq!(right.location.as_deref(), Some("/home"), "never to another site");
    let mut robot = house.visitor().await;
    robot.get("/sign-in").await;
    for _ in 0..9 {
        robot.post("/sign-in", &pair("x")).await;
    }
    assert_eq!(robot.post("/sign-in", &pair("une phrase de passe")).await.status, Status::TooManyRequests);
    house.wait(TimeDelta::minutes(16));
    assert_eq!(robot.post("/sign-in", &pair("une phrase de passe")).await.status, Status::SeeOther);
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let house = House::new().await;
    let mut agent = house.staff(Role::Agent).await;
    assert_eq!(agent.get("/home").await.status, Status::SeeOther);
    agent.post("/sign-out", &[]).await;
    assert_eq!(agent.get("/home").await.location.as_deref(), Some("/sign-in?next=/home"));
}

#[tokio::test]
async fn a_form_without_its_token_changes_nothing() {
    let house = House::new().await;
    let mut agent = house.staff(Role::Agent).await;
    let refused = agent.raw(Method::Post, "/sign-out", "").await;
    assert_eq!(refused.status, Status::Forbidden);
    assert_eq!(agent.get("/home").await.status, Status::SeeOther);
}

/// A PNG of one half-transparent pixel row, as people scan their signature.
fn picture() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 4, 2);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header().unwrap().write_image_data(&[0, 0, 0, 128].repeat(8)).unwrap();
    bytes
}

fn wizard() -> Vec<(&'static str, &'static str)> {
    vec![
        ("name", "L’Atelier d’Œuvre & <b>Cie</b>"),
        ("rna", "W751234567"),
        ("street", "12 rue de l’Essai"),
        ("postal_code", "69007"),
        ("city", "Lyon"),
        ("country", "FR"),
        ("object", "Promouvoir les logiciels libres"),
        ("category", "interet_general"),
        ("sub_box", "association_1901"),
        ("signer_name", "Zoë d’Œ"),
        ("signer_quality", "Trésorière"),
        ("prefix", "RF"),
        ("last_number", "41"),
        ("spelling", "traditional"),
        ("policy", "credited_day"),
        ("contact", "contact@asso.example"),
        ("admin_name", "O'Brien-Müller"),
        ("admin_email", "admin@asso.example"),
        ("admin_password", "une phrase de passe"),
    ]
}

async fn set_up_path(house: &House) -> String {
    let tx = house.tx().await;
    let token = make_link(&tx, LinkFor::SetUp, tx.at + TimeDelta::days(7)).await.unwrap();
    tx.commit().await.unwrap();
    format!("/set-up/{token}")
}

#[tokio::test]
async fn the_wizard_sets_everything_up_once() {
    let house = House::empty().await;
    let path = set_up_path(&house).await;
    let mut visitor = house.visitor().await;
    visitor.get(&path).await.says("Mettre Soutien en route");
    let png = picture();
    let done = visitor.post_files(&path, &wizard(), &[("signature", "s.png", "image/png", &png)]).await;
    assert_eq!(done.location.as_deref(), Some("/settings/next-steps"), "{}", done.body);
    visitor.follow(&done).await.says("Inviter l’équipe").says("O&#x27;Brien-Müller");
    let row = association::get(house.core.db.read()).await.unwrap().unwrap();
    assert_eq!((row.receipt_last_number, row.receipt_first_year), (41, 2026));
    let facts = association::for_receipts(&row);
    assert_eq!(rules::receipt::missing_in_association(&facts), [], "a receipt can be issued");
    let printed = visitor.get("/settings/signature.png").await;
    assert_eq!(printed.header("Content-Type"), Some("image/png"));
    visitor.get("/settings").await.says("L’Atelier d’Œuvre &amp; &lt;b&gt;Cie&lt;/b&gt;");
    visitor.get("/settings/services").await.says("Dons et reçus fiscaux");
    visitor.get("/audit").await.says("a mis l’outil en route");
    let mut second = house.visitor().await;
    assert_eq!(second.get(&path).await.status, Status::Gone);
    second.get("/sign-in").await;
    assert_eq!(second.post_files(&path, &wizard(), &[]).await.status, Status::Gone);
    let mut by_password = house.visitor().await;
    by_password.get("/sign-in").await;
    let pair = [("email", "Admin@asso.example"), ("password", "une phrase de passe")];
    assert_eq!(by_password.post("/sign-in", &pair).await.location.as_deref(), Some("/home"));
}

#[tokio::test]
async fn what_was_typed_in_the_wizard_stays_with_each_refusal_at_its_field() {
    let house = House::empty().await;
    let path = set_up_path(&house).await;
    let mut visitor = house.visitor().await;
    visitor.get(&path).await;
    let mut typed = wizard();
    typed.retain(|(name, _)| *name != "policy" && *name != "admin_password");
    typed.push(("admin_password", "court"));
    let png = picture();
    let refused = visitor.post_files(&path, &typed, &[("signature", "s.png", "image/png", &png)]).await;
    assert_eq!(refused.status, Status::UnprocessableEntity);
    refused.says("#f-policy").says("#f-admin_password").says("value=\"W751234567\"").says("est gardée");
    assert!(!refused.body.contains("court\""), "a password is never shown again");
    let kept = refused.body.split("name=\"kept\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let kept = kept.to_owned();
    visitor.token = refused.body.split("name=\"csrf\" value=\"").nth(1).unwrap()[..22].to_owned();
    let mut again = wizard();
    again.push(("kept", &kept));
    let kept_static: Vec<(&str, &str)> = again;
    assert_eq!(visitor.post_files(&path, &kept_static, &[]).await.status, Status::SeeOther);
    let row = association::get(house.core.db.read()).await.unwrap().unwrap();
    assert!(row.signature_blob.is_some(), "the file need not be chosen twice");
}

#[tokio::test]
async fn a_file_that_is_no_picture_is_refused_at_its_field() {
    let house = House::new().await;
    let mut admin = house.staff(Role::Admin).await;
    admin.get("/settings").await;
    let refused =
        admin.post_files("/settings", &wizard(), &[("signature", "s.png", "image/png", b"<svg/>")]).await;
    assert_eq!(refused.status, Status::UnprocessableEntity);
    refused.says("Cette image ne peut pas être lue");
}

#[tokio::test]
async fn settings_changed_by_somebody_else_meanwhile_are_not_overwritten() {
    let house = House::new().await;
    let mut admin = house.staff(Role::Admin).await;
    let page = admin.get("/settings").await;
    page.says("name=\"version\" value=\"1\"");
    let with = |version| {
        let mut form = wizard();
        form.push(("version", version));
        form
    };
    assert_eq!(admin.post_files("/settings", &with("1"), &[]).await.status, Status::SeeOther);
    let late = admin.post_files("/settings", &with("1"), &[]).await;
    assert_eq!(late.status, Status::UnprocessableEntity);
    late.says("entre-temps");
}

#[tokio::test]
async fn an_invited_person_comes_in_by_the_link_of_the_mail() {
    let house = House::new().await;
    let mut admin = house.staff(Role::Admin).await;
    admin.get("/settings/members").await;
    let new = [("name", "Zoë d’Œ"), ("email", "zoe@asso.example"), ("role", "treasurer"), ("language", "en")];
    let done = admin.post("/settings/members", &new).await;
    admin.follow(&done).await.says("zoe@asso.example").says("Trésorerie");
    let twice = admin.post("/settings/members", &new).await;
    assert_eq!(twice.status, Status::UnprocessableEntity);
    twice.says("a déjà cette adresse").says("value=\"Zoë d’Œ\"");
    house.work().await;
    let mails = house.mails();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text.contains("opened an account for you"), "{}", mails[0].text);
    let link = mails[0].text.split_whitespace().find(|w| w.contains("/sign-in/")).unwrap();
    let mut zoe = house.visitor().await;
    let path = link.strip_prefix("http://127.0.0.1:8000").unwrap().to_owned();
    zoe.get(&path).await;
    assert_eq!(zoe.post(&path, &[]).await.location.as_deref(), Some("/home"));
    zoe.get("/account").await.says("Your account").says("You have no password");
}

#[tokio::test]
async fn the_last_admin_stays() {
    let house = House::new().await;
    let mut admin = house.staff(Role::Admin).await;
    admin.get("/settings/members/1").await;
    let demoted = admin.post("/settings/members/1", &[("name", "Camille"), ("role", "agent")]).await;
    assert_eq!(demoted.status, Status::UnprocessableEntity);
    demoted.says("dernière personne qui administre");
    let closed = admin.post("/settings/members/1/closure", &[]).await;
    admin.follow(&closed).await.says("dernière personne qui administre");
    let _second = house.staff(Role::Admin).await;
    let closed = admin.post("/settings/members/1/closure", &[]).await;
    assert_eq!(closed.status, Status::SeeOther);
    assert_eq!(admin.get("/settings").await.location.as_deref(), Some("/sign-in?next=/settings"));
}

#[tokio::test]
async fn closing_an_account_ends_its_sessions_and_links() {
    let house = House::new().await;
    let mut admin = house.staff(Role::Admin).await;
    let mut agent = house.staff(Role::Agent).await;
    admin.get("/settings/members/2").await;
    admin.post("/settings/members/2/link", &[]).await;
    house.work().await;
    admin.post("/settings/members/2/closure", &[]).await;
    assert_eq!(agent.get("/account").await.location.as_deref(), Some("/sign-in?next=/account"));
    let link = house.mails()[0].text.split_whitespace().find(|w| w.contains("/sign-in/")).unwrap().to_owned();
    let path = link.strip_prefix("http://127.0.0.1:8000").unwrap().to_owned();
    let mut late = house.visitor().await;
    late.get("/sign-in").await;
    assert_eq!(late.post(&path, &[]).await.location.as_deref(), Some("/sign-in"));
    admin.post("/settings/members/2/reopening", &[]).await;
    admin.get("/settings/members/2").await.says("Fermer le compte");
}

#[tokio::test]
async fn a_person_keeps_their_own_account() {
    let house = House::new().await;
    let mut agent = house.staff(Role::Agent).await;
    agent.get("/account").await;
    let pass = [("password", "une phrase de passe")];
    assert_eq!(agent.post("/account/password", &pass).await.status, Status::SeeOther, "just came in");
    house.wait(TimeDelta::minutes(20));
    agent.get("/account").await.says("Mot de passe actuel");
    let wrong = agent.post("/account/password", &pass).await;
    assert_eq!(wrong.status, Status::UnprocessableEntity);
    wrong.says("pas votre mot de passe actuel");
    let mut other = house.visitor().await;
    other.get("/sign-in").await;
    let pair = [("email", "agent0@asso.example"), ("password", "une phrase de passe")];
    assert_eq!(other.post("/sign-in", &pair).await.status, Status::SeeOther);
    other.get("/account").await;
    let both = [("current", "une phrase de passe"), ("password", "une autre phrase à moi")];
    agent.post("/account/password", &both).await;
    assert_eq!(other.get("/account").await.location.as_deref(), Some("/sign-in?next=/account"));
    let about = [("name", "Zoë <b>"), ("language", "en"), ("signature", "Zoë\r\n--")];
    agent.post("/account", &about).await;
    agent.get("/account").await.says("Your account").says("Zoë &lt;b&gt;").says("Zoë\n--");
}

#[tokio::test]
async fn a_session_is_listed_and_can_be_ended_by_its_owner_alone() {
    let house = House::new().await;
    let mut agent = house.staff(Role::Agent).await;
    let mut other = house.staff(Role::Agent).await;
    agent.get("/account").await.says("Où vous êtes connecté·e");
    assert_eq!(agent.post("/account/sessions/2/end", &[]).await.status, Status::NotFound, "not theirs");
    assert_eq!(other.get("/account").await.status, Status::Ok);
    other.post("/account/sessions/2/end", &[]).await;
    assert_eq!(other.get("/account").await.status, Status::SeeOther);
}

#[tokio::test]
async fn the_language_of_the_pages_is_chosen_by_a_button() {
    let house = House::new().await;
    let mut visitor = house.visitor().await;
    visitor.get("/sign-in").await.says("Se connecter");
    let there = visitor.post("/lang/en", &[("back", "/sign-in")]).await;
    visitor.follow(&there).await.says("Sign in");
    assert_eq!(visitor.post("/lang/fr", &[("back", "//evil.example")]).await.location.as_deref(), Some("/"));
    let mut agent = house.staff(Role::Agent).await;
    agent.post("/lang/en", &[("back", "/account")]).await;
    agent.get("/account").await.says("Your account");
}

#[tokio::test]
async fn services_are_ordered_renamed_and_withdrawn() {
    let house = House::new().await;
    let mut admin = house.staff(Role::Admin).await;
    admin.get("/settings/services").await.says("Aucun service");
    for name in ["Œufs & <b>", "Aide", "Aide"] {
        assert_eq!(admin.post("/settings/services", &[("name", name)]).await.status, Status::SeeOther);
    }
    assert_eq!(admin.post("/settings/services", &[("name", " ")]).await.status, Status::UnprocessableEntity);
    admin.post("/settings/services/3/place", &[("way", "up")]).await;
    admin.post("/settings/services/1", &[("name", "Dons"), ("gifts", "true")]).await;
    let all = soutien::accounts::queries::services(&house.core).await.unwrap();
    let seen: Vec<_> = all.iter().map(|s| (s.id, s.slug.as_str(), s.about.as_str(), s.active)).collect();
    assert_eq!(
        seen,
        [(1, "oeufs-b", "gift_receipt", false), (3, "aide-2", "support", true), (2, "aide", "support", true)]
    );
}

#[tokio::test]
async fn the_audit_is_paged_and_filtered() {
    let house = House::new().await;
    let mut auditor = house.staff(Role::Auditor).await;
    let tx = house.tx().await;
    for n in 0..120 {
        tx.audit("test.thing", ("ticket", n), serde_json::json!({ "why": "<b>" })).await.unwrap();
    }
    tx.commit().await.unwrap();
    let first = auditor.get("/audit").await;
    first.says("La ligne de commande").says("&lt;b&gt;").says("échange 119");
    let next = first.body.split("href=\"").find(|h| h.starts_with("/audit?before")).unwrap();
    let next = next.split('"').next().unwrap().replace("&#x3D;", "=");
    auditor.get(&next).await.says("échange 69").says("échange 20");
    let one = auditor.get("/audit?kind=ticket&id=7&actor=").await;
    one.says("échange 7<");
    assert!(!one.body.contains("échange 8<"));
    auditor.get("/audit?kind=ticket&id=none").await.says("Aucune ligne ne correspond");
}

/// Verbs written into the audit, read out of the sources.
fn verbs(folder: &std::path::Path, found: &mut std::collections::BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            verbs(&path, found);
        } else {
            let text = std::fs::read_to_string(&path).unwrap();
            for part in ["audit(", "audit_key("].iter().flat_map(|call| text.split(call).skip(1)) {
                let first = part.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next());
                found.extend(first.filter(|verb| verb.contains('.')).map(str::to_owned));
            }
        }
    }
}

#[test]
fn every_verb_of_the_audit_has_a_sentence() {
    let mut found = std::collections::BTreeSet::new();
    verbs(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 30, "{found:?}");
    let render = soutien::platform::render::Render::shared().unwrap();
    let [fr, _] = render.locales.keys();
    let missing: Vec<_> = found
        .iter()
        .filter(|v| !fr.contains(&format!("audit-verb-{}", v.replace(['.', '_'], "-"))))
        .collect();
    assert!(missing.is_empty(), "the audit cannot say {missing:?}: give each a line in settings.ftl");
}

#[tokio::test]
async fn another_day_may_count_for_one_payment_tool() {
    use rules::gift::Method;
    use rules::money::Cents;
    use soutien::donations::{self, NewGift, Refusal};
    use soutien::platform::Stop;

    let house = House::new().await;
    let mut admin = house.staff(Role::Admin).await;
    admin.get("/settings").await.says("Un autre jour pour un outil de paiement");
    let mut form = wizard();
    form.extend([("version", "1"), ("policy_helloasso", "payment_day"), ("policy_stripe", "")]);
    let done = admin.post_files("/settings", &form, &[]).await;
    assert_eq!(done.status, Status::SeeOther, "{}", done.body);
    admin.get("/settings").await.says("<option value=\"payment_day\" selected>");
    let card = |source: &str| NewGift {
        source: source.into(),
        external_id: "1".into(),
        gross: Cents(1000),
        method: Some(Method::Card),
        paid_at: rules::dates::paris_midnight("2025-12-31".parse().unwrap()),
        ..NewGift::default()
    };
    let tx = house.tx().await;
    let id = Stop::split(donations::record(&house.core, &tx, &card("helloasso")).await).unwrap().unwrap();
    let refused =
        Stop::split(donations::record(&house.core, &tx, &card("stripe")).await).unwrap().unwrap_err();
    assert!(matches!(refused.as_slice(), [Refusal::Gift(_)]), "the credited day is not known: {refused:?}");
    // What corrects a gift counts on the day that counts for it.
    let correction = NewGift { external_id: String::new(), gross: Cents(900), ..card("hand") };
    let new =
        Stop::split(donations::correct(&house.core, &tx, id, &correction, "Erreur").await).unwrap().unwrap();
    let line = donations::queries::get(tx.conn(), new).await.unwrap().unwrap();
    assert_eq!((line.gift_date.to_string(), line.date_basis.as_str()), ("2025-12-31".into(), "paid_at"));
}
