//! Donors: kept, found, corrected.

use rocket::http::Status;
use rules::address::PostalAddress;
use rules::receipt::input::DonorKind;
use rules::roles::Role;
use soutien::donors::{self, DonorFacts, Refusal};
use soutien::platform::Stop;
use soutien::web::paging::href;

use crate::house::{House, Page};

pub fn person(first: &str, last: &str) -> DonorFacts {
    DonorFacts {
        first_names: first.into(),
        last_name: last.into(),
        address: PostalAddress::tidy(&["12 rue des Œillets"], "69007", "Lyon", "FR"),
        mails: vec![format!("p{}@exemple.fr", first.len() + last.len())],
        ..DonorFacts::default()
    }
}

/// Names that break what is badly made.
pub fn hostile() -> Vec<DonorFacts> {
    let long = "Ö".repeat(200);
    ["O'Brien-Müller", "d’Œ", "<b>gras</b>", "=cmd|' /C calc'!A0", "שלום \u{202E}olleh", "50%_\\", &long]
        .iter()
        .map(|last| person("Zoë", last))
        .collect()
}

#[tokio::test]
async fn a_donor_is_found_by_any_mail_address_and_corrected_once() {
    let house = House::new().await;
    let tx = house.tx().await;
    let mut facts = person("Zoë", "d’Œ");
    facts.mails = vec!["Zoe@Exemple.fr".into(), "zoe@travail.example".into()];
    let id = donors::create(&house.core, &tx, &facts).await.unwrap();
    let other = donors::create(
        &house.core,
        &tx,
        &DonorFacts { mails: vec!["zoe@travail.example".into()], ..person("Léa", "M") },
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let found = donors::find_by_mail(house.core.db.read(), " ZOE@travail.example ").await.unwrap();
    assert_eq!(found.iter().map(|d| d.id).collect::<Vec<_>>(), [other, id]);
    let many = donors::find_by_mails(house.core.db.read(), &["zoe@exemple.fr".into(), "x@y.fr".into()])
        .await
        .unwrap();
    assert_eq!(many.into_iter().collect::<Vec<_>>(), [("zoe@exemple.fr".to_owned(), vec![id])]);

    let tx = house.tx().await;
    donors::update(&house.core, &tx, id, 1, &DonorFacts { notes: "appeler le soir".into(), ..facts.clone() })
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let tx = house.tx().await;
    let late = donors::update(&house.core, &tx, id, 1, &facts).await;
    assert!(matches!(late, Err(Stop::Refused(r)) if r == [Refusal::Changed]));
    let unknown = donors::update(&house.core, &tx, 99, 1, &facts).await;
    assert!(matches!(unknown, Err(Stop::Refused(r)) if r == [Refusal::Unknown]));
}

#[tokio::test]
async fn many_donors_come_in_in_their_order_with_hostile_names() {
    let house = House::new().await;
    let tx = house.tx().await;
    let mut many: Vec<_> = hostile();
    many.extend((0..1200).map(|n| person("Camille", &format!("Nom {n:04}"))));
    let ids = donors::insert_many(&house.core, &tx, &many).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(ids.len(), many.len());
    for (at, facts) in many.iter().enumerate().filter(|(at, _)| *at < 8 || at % 397 == 0) {
        let row = donors::queries::get(house.core.db.read(), ids[at]).await.unwrap().unwrap();
        assert_eq!(row.last_name, facts.tidy().unwrap().last_name);
    }
    let tx = house.tx().await;
    let bad = [person("A", "B"), DonorFacts::default()];
    let refused = donors::insert_many(&house.core, &tx, &bad).await;
    assert!(matches!(refused, Err(Stop::Refused((1, why))) if why == [Refusal::NoName]));
}

async fn keep(house: &House, donors: &[DonorFacts]) -> Vec<i64> {
    let tx = house.tx().await;
    let ids = donors::insert_many(&house.core, &tx, donors).await.unwrap();
    tx.commit().await.unwrap();
    ids
}

/// Ids of a list page, in order, and where its links lead.
fn listed(page: &Page) -> (Vec<i64>, Option<String>, Option<String>) {
    let ids = page.body.split("<th scope=\"row\"><a href=\"/donors/").skip(1);
    let link = |rel: &str| {
        let (_, rest) = page.body.split_once(&format!("rel=\"{rel}\" href=\""))?;
        Some(rest.split('"').next()?.replace("&amp;", "&").replace("&#x3D;", "="))
    };
    let ids = ids.map(|rest| rest.split('"').next().unwrap().parse().unwrap()).collect();
    (ids, link("prev"), link("next"))
}

#[tokio::test]
async fn hostile_names_are_shown_as_they_are_and_never_run() {
    let house = House::new().await;
    let ids = keep(&house, &hostile()).await;
    let mut browser = house.staff(Role::Treasurer).await;
    let list = browser.get("/donors").await;
    list.says("Zoë O&#x27;Brien-Müller")
        .says("&lt;b&gt;gras&lt;/b&gt;")
        .says("&#x3D;cmd|")
        .says(&"Ö".repeat(200));
    for id in ids {
        for path in [format!("/donors/{id}"), format!("/donors/{id}/edit")] {
            let page = browser.get(&path).await;
            assert_eq!(page.status, Status::Ok, "{}", page.body);
            assert!(!page.body.contains("<b>gras"));
        }
    }
}

#[tokio::test]
async fn a_search_finds_every_word_whatever_the_accents_and_the_case() {
    let house = House::new().await;
    let mut all = hostile();
    let association = DonorFacts {
        kind: DonorKind::Organisation,
        organisation: "Les Œufs du Cœur".into(),
        mails: vec!["bonjour@oeufs.example".into()],
        address: PostalAddress::tidy(&["1 quai"], "29200", "Brest", "FR"),
        ..DonorFacts::default()
    };
    all.push(association);
    let ids = keep(&house, &all).await;
    let mut browser = house.staff(Role::Auditor).await;
    for (typed, expected) in [
        ("muller o'brien", vec![ids[0]]),
        ("O’BRIEN", vec![ids[0]]),
        ("zoe d'oe", vec![ids[1]]),
        ("œ", ids.clone()),
        ("brest coeur", vec![ids[7]]),
        ("coeur lyon", vec![]),
        ("29200", vec![ids[7]]),
        ("BONJOUR@oeufs", vec![ids[7]]),
        ("50%_", vec![ids[5]]),
        ("0%_\\", vec![ids[5]]),
        ("%", vec![ids[5]]),
        ("_", vec![ids[5]]),
        ("\"", vec![]),
        ("\" OR \"", vec![]),
        ("gras zoe NEAR", vec![]),
        ("שלום", vec![ids[4]]),
        ("#3", vec![3]),
        ("#0", vec![]),
    ] {
        let page = browser.get(&href("/donors", &[("q", typed)])).await;
        let mut found = listed(&page).0;
        found.sort_unstable();
        let mut expected = expected;
        expected.sort_unstable();
        assert_eq!(found, expected, "{typed}");
    }
}

#[tokio::test]
async fn walking_every_page_shows_everybody_once_both_ways() {
    let house = House::new().await;
    // Many share a name: the id decides between them.
    let many: Vec<_> = (0..330).map(|n| person("Camille", &format!("Nom {}", n * n % 40))).collect();
    let mut expected = keep(&house, &many).await;
    let mut browser = house.staff(Role::Treasurer).await;
    for q in ["", "camille lyon"] {
        let mut page = browser.get(&href("/donors", &[("q", q)])).await;
        let (mut ids, prev, mut next) = listed(&page);
        assert_eq!((ids.len(), prev), (50, None));
        let mut forward = ids;
        while let Some(to) = next {
            page = browser.get(&to).await;
            (ids, _, next) = listed(&page);
            forward.extend(ids);
        }
        let (mut backward, mut prev, _) = listed(&page);
        while let Some(to) = prev {
            page = browser.get(&to).await;
            let (mut ids, before, _) = listed(&page);
            ids.extend(backward);
            (backward, prev) = (ids, before);
        }
        assert_eq!(forward, backward);
        forward.sort_unstable();
        expected.sort_unstable();
        assert_eq!(forward, expected);
    }
}

#[tokio::test]
async fn a_word_that_everybody_has_is_found_like_a_rare_one() {
    let house = House::new().await;
    let mut many: Vec<_> = (0..2000).map(|n| person("Camille", &format!("Nom {n:04}"))).collect();
    many.push(person("Zoë", "d’Œ%"));
    let ids = keep(&house, &many).await;
    let mut browser = house.staff(Role::Treasurer).await;
    for (typed, count, first) in [
        ("camille", 50, ids[0]),
        ("LYON camille", 50, ids[0]),
        ("lyon 1999", 1, ids[1999]),
        ("lyon %", 1, ids[2000]),
        ("lyon zz", 0, 0),
    ] {
        let (found, ..) = listed(&browser.get(&href("/donors", &[("q", typed)])).await);
        assert_eq!((found.len(), found.first().copied().unwrap_or_default()), (count, first), "{typed}");
    }
}

#[tokio::test]
async fn what_is_refused_is_shown_again_at_its_field() {
    let house = House::new().await;
    let mut browser = house.staff(Role::Treasurer).await;
    browser.get("/donors/new").await;
    let typed = [
        ("kind", "organisation"),
        ("siren", "732 829 321"),
        ("mails", "<b>@x"),
        ("country", "FR"),
        ("city", "Lyon \"2\""),
    ];
    let page = browser.post("/donors", &typed).await;
    assert_eq!(page.status, Status::UnprocessableEntity);
    page.says("Il manque le nom de l’organisation")
        .says("id=\"f-siren-error\"")
        .says("value=\"732 829 321\"");
    page.says("&lt;b&gt;@x").says("Lyon &quot;2&quot;");
    let fine = [
        ("last_name", "O'Brien-Müller"),
        ("mails", "A@exemple.fr, b@exemple.fr"),
        ("country", "BE"),
        ("notes", "ligne 1\r\nligne 2"),
    ];
    browser.get("/donors/new").await;
    let done = browser.post("/donors", &fine).await;
    assert_eq!(done.location.as_deref(), Some("/donors/1"));
    browser.follow(&done).await.says("a@exemple.fr").says("ligne 2").says("Belgique").says("a créé la fiche");
}

#[tokio::test]
async fn two_people_who_correct_one_record_see_each_other() {
    let house = House::new().await;
    keep(&house, &[person("Zoë", "d’Œ")]).await;
    let mut first = house.staff(Role::Treasurer).await;
    let mut second = house.staff(Role::Admin).await;
    first.get("/donors/1/edit").await;
    second.get("/donors/1/edit").await;
    let fields = |version: &'static str, city: &'static str| {
        [
            ("version", version),
            ("first_names", "Zoë"),
            ("last_name", "d’Œ"),
            ("street", "12 rue des Œillets"),
            ("postal_code", "69007"),
            ("country", "FR"),
            ("mails", "p6@exemple.fr"),
            ("city", city),
        ]
    };
    assert_eq!(first.post("/donors/1", &fields("1", "Paris")).await.status, Status::SeeOther);
    let late = second.post("/donors/1", &fields("1", "Brest")).await;
    assert_eq!(late.status, Status::UnprocessableEntity);
    late.says("Une autre personne a changé cette fiche").says(">Paris</td>").says(">Brest</td>");
    late.says("name=\"version\" value=\"2\"");
    let again = second.post("/donors/1", &fields("2", "Brest")).await;
    second.follow(&again).await.says("69007 Brest").says("Paris → Brest").says("Lyon → Paris");
}

#[tokio::test]
async fn an_address_that_two_donors_have_is_said() {
    let house = House::new().await;
    keep(&house, &[DonorFacts { mails: vec!["nous@exemple.fr".into()], ..person("Zoë", "d’Œ") }]).await;
    let mut browser = house.staff(Role::Treasurer).await;
    browser.get("/donors/new").await;
    let done = browser.post("/donors", &[("last_name", "Martin"), ("mails", "NOUS@exemple.fr")]).await;
    let page = browser.follow(&done).await;
    page.says("est aussi celle d’une autre fiche").says("Aussi l’adresse de").says("href=\"/donors/1\"");
}

#[tokio::test]
async fn who_answers_people_never_sees_who_gives() {
    let house = House::new().await;
    keep(&house, &[person("Zoë", "d’Œ")]).await;
    let mut agent = house.staff(Role::Agent).await;
    for path in ["/donors", "/donors/1", "/donors/new", "/donors/1/edit", "/donors?q=zoe"] {
        assert_eq!(agent.get(path).await.status, Status::Forbidden, "{path}");
    }
    assert_eq!(agent.post("/donors/1", &[("last_name", "x")]).await.status, Status::Forbidden);
    let mut auditor = house.staff(Role::Auditor).await;
    assert_eq!(auditor.get("/donors/1").await.status, Status::Ok);
    assert_eq!(auditor.get("/donors/1/edit").await.status, Status::Forbidden);
    assert_eq!(auditor.post("/donors", &[("last_name", "x")]).await.status, Status::Forbidden);
}
