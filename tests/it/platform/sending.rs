//! Mail that leaves, step by step: what is certain is certain, what is not is for a person (law M5).

use std::sync::Arc;
use std::sync::atomic::Ordering;

use chrono::TimeDelta;
use entities::outbox;
use sea_orm::{EntityTrait, QueryOrder};
use soutien::platform::config::SmtpTls;
use soutien::platform::outbox::{Kind, NewMail, hold, post, post_many, release, take_back};
use soutien::platform::render::MailWords;
use soutien::platform::sending::{Brake, Carrier, hold_all, send_due};
use soutien::platform::{Config, Core};

use super::receiver::{Plan, Receiver, Step};
use crate::house::House;

async fn house(receiver: &Receiver, change: impl FnOnce(&mut Config)) -> House {
    let url = receiver.url();
    House::with(|c| {
        c.smtp_url = Some(url);
        c.smtp_timeout_seconds = 2;
        change(c);
    })
    .await
}

fn new(kind: Kind, to: &str) -> NewMail {
    let words =
        MailWords { subject: "Œuvre".into(), text: "Bonjour\n.\n".into(), html: "<p>Bonjour</p>".into() };
    NewMail::new(kind, to, "Zoë d’Œ", words)
}

async fn one(house: &House, kind: Kind, to: &str) -> i64 {
    let tx = house.tx().await;
    let row = post(&house.core, &tx, new(kind, to)).await.unwrap();
    tx.commit().await.unwrap();
    row.id
}

async fn batch(house: &House, to: &[String]) {
    let tx = house.tx().await;
    post_many(&house.core, &tx, to.iter().map(|to| new(Kind::Receipt, to)).collect()).await.unwrap();
    tx.commit().await.unwrap();
}

fn at(domain: &str, many: usize) -> Vec<String> {
    (0..many).map(|n| format!("zoe{n}@{domain}")).collect()
}

async fn row(house: &House, id: i64) -> outbox::Model {
    outbox::Entity::find_by_id(id).one(house.core.db.read()).await.unwrap().unwrap()
}

async fn count(house: &House, state: &str) -> usize {
    let all =
        outbox::Entity::find().order_by_asc(outbox::Column::Id).all(house.core.db.read()).await.unwrap();
    all.iter().filter(|row| row.state == state).count()
}

async fn brake(house: &House) -> Brake {
    Brake::read(house.core.db.read()).await.unwrap()
}

/// State, tries and whether all mail waits, after one try against a server with this plan.
async fn tried(plan: Plan) -> (String, i32, bool) {
    let receiver = Receiver::new(plan).await;
    let port = receiver.port;
    let house = house(&receiver, |c| c.smtp_url = Some(format!("smtp://u:p@127.0.0.1:{port}"))).await;
    let id = one(&house, Kind::Reply, "zoe@exemple.fr").await;
    house.work().await;
    let row = row(&house, id).await;
    assert!(row.lease_token.is_none() && row.lease_until.is_none());
    (row.state, row.attempts, brake(&house).await.pause.is_some())
}

fn dies(step: Step) -> Plan {
    Plan { dies: Some(step), auth: true, ..Plan::default() }
}

#[tokio::test]
async fn a_line_that_breaks_before_the_server_lets_us_in_costs_the_mail_no_try() {
    for step in [Step::Greeting, Step::Ehlo, Step::Auth] {
        assert_eq!(tried(dies(step)).await, ("waiting".into(), 0, true), "{step:?}");
    }
}

#[tokio::test]
async fn a_line_that_breaks_before_the_mail_was_handed_over_means_later() {
    for step in [Step::Mail, Step::Rcpt, Step::Data] {
        assert_eq!(tried(dies(step)).await, ("waiting".into(), 1, false), "{step:?}");
    }
}

#[tokio::test]
async fn a_line_that_breaks_once_the_mail_was_begun_is_for_a_person() {
    for step in [Step::GoOn, Step::Within, Step::Dot] {
        assert_eq!(tried(dies(step)).await, ("ambiguous".into(), 1, false), "{step:?}");
    }
}

#[tokio::test]
async fn a_line_that_breaks_after_the_answer_changes_nothing() {
    assert_eq!(tried(dies(Step::Taken)).await, ("sent".into(), 1, false));
    let refused = Plan { says: Some((Step::Rcpt, "550 no such person")), ..dies(Step::Rset) };
    assert_eq!(tried(refused).await, ("dead".into(), 1, false));
}

#[tokio::test]
async fn a_server_that_falls_asleep_is_not_waited_for_for_ever() {
    let sleeps = |step| Plan { sleeps: Some(step), auth: true, ..Plan::default() };
    let (greeting, rcpt, dot) =
        tokio::join!(tried(sleeps(Step::Greeting)), tried(sleeps(Step::Rcpt)), tried(sleeps(Step::Dot)));
    assert_eq!(greeting, ("waiting".into(), 0, true));
    assert_eq!(rcpt, ("waiting".into(), 1, false));
    assert_eq!(dot, ("ambiguous".into(), 1, false));
}

#[tokio::test]
async fn the_word_of_the_server_is_taken_as_it_is_meant() {
    let says = |step, words| Plan { says: Some((step, words)), auth: true, ..Plan::default() };
    for (step, words, state, attempts, all_wait) in [
        (Step::Rcpt, "451 greylisted", "waiting", 1, false),
        (Step::Rcpt, "550 5.1.1 no such person", "dead", 1, false),
        (Step::Rcpt, "450 4.7.1 <zoe@exemple.fr> rate limit", "waiting", 1, false),
        (Step::Data, "452 no room", "waiting", 1, false),
        (Step::Data, "554 no", "dead", 1, false),
        (Step::Dot, "451 try again", "waiting", 1, false),
        (Step::Dot, "554 5.7.1 spam", "dead", 1, false),
        (Step::Dot, "what?", "ambiguous", 1, false),
        (Step::Mail, "421 closing", "waiting", 0, true),
        (Step::Rcpt, "421 closing", "waiting", 0, true),
        // What every mail would get is nobody's fault but the settings'.
        (Step::Greeting, "554 not for you", "waiting", 0, true),
        (Step::Auth, "535 5.7.8 wrong password", "waiting", 0, true),
        (Step::Auth, "454 4.7.0 not now", "waiting", 0, true),
        (Step::Mail, "530 5.7.0 sign in first", "waiting", 0, true),
        (Step::Mail, "553 5.7.1 not your address", "waiting", 0, true),
        (Step::Rcpt, "554 5.7.1 <zoe@exemple.fr>: Relay access denied", "waiting", 0, true),
        (Step::Rcpt, "550 5.4.5 Daily user sending limit exceeded", "waiting", 0, true),
        (Step::Dot, "550 5.4.5 Daily user sending limit exceeded", "waiting", 1, false),
    ] {
        let told = tried(says(step, words)).await;
        assert_eq!(told, (state.to_owned(), attempts, all_wait), "{step:?} {words}");
    }
}

#[tokio::test]
async fn what_waited_for_our_address_to_be_corrected_leaves_under_the_right_one() {
    let receiver =
        Receiver::new(Plan { says: Some((Step::Mail, "553 not your address")), ..Plan::default() }).await;
    let mut house = house(&receiver, |_| ()).await;
    let id = one(&house, Kind::Reply, "zoe@exemple.fr").await;
    house.work().await;
    assert_eq!(row(&house, id).await.state, "waiting");
    receiver.now(Plan::default());
    let config = Config { mail_from: "bonjour@asso.example".into(), ..(*house.core.config).clone() };
    house.core.config = Arc::new(config);
    house.wait(TimeDelta::minutes(10));
    house.work().await;
    assert_eq!(row(&house, id).await.state, "sent");
    let letter = &receiver.texts()[0];
    assert!(letter.contains("bonjour@asso.example") && !letter.contains("contact@asso.example"), "{letter}");
}

#[tokio::test]
async fn a_wrong_password_kills_no_mail_and_says_what_is_wrong_until_it_is_right() {
    let receiver =
        Receiver::new(Plan { says: Some((Step::Auth, "535 wrong")), auth: true, ..Plan::default() }).await;
    let port = receiver.port;
    let house = house(&receiver, |c| c.smtp_url = Some(format!("smtp://u:p@127.0.0.1:{port}"))).await;
    let first = one(&house, Kind::Reply, "zoe@exemple.fr").await;
    let second = one(&house, Kind::Reply, "lea@exemple.fr").await;
    for _ in 0..3 {
        house.work().await;
        house.wait(TimeDelta::days(3));
    }
    let pause = brake(&house).await.pause.unwrap();
    assert!(pause.needs_somebody && pause.why.contains("user and password"), "{pause:?}");
    assert_eq!((row(&house, first).await.attempts, row(&house, first).await.state.as_str()), (0, "waiting"));
    receiver.now(Plan { auth: true, ..Plan::default() });
    house.work().await;
    assert_eq!(brake(&house).await, Brake::default());
    for id in [first, second] {
        assert_eq!(row(&house, id).await.state, "sent", "nine days of a wrong password are not its own");
    }
}

#[tokio::test]
async fn while_the_server_is_away_one_mail_asks_for_all() {
    let receiver = Receiver::new(dies(Step::Greeting)).await;
    let house = house(&receiver, |_| {}).await;
    batch(&house, &at("exemple.fr", 40)).await;
    house.work().await;
    let asked = receiver.connections.load(Ordering::SeqCst);
    assert!(asked <= 8, "{asked}");
    house.work().await;
    assert_eq!(receiver.connections.load(Ordering::SeqCst), asked, "not before its time");
    for n in 1..5 {
        house.wait(TimeDelta::minutes(20));
        house.work().await;
        assert_eq!(receiver.connections.load(Ordering::SeqCst), asked + n, "one for all");
    }
    receiver.now(Plan::default());
    house.wait(TimeDelta::minutes(20));
    house.work().await;
    assert_eq!((receiver.many(), count(&house, "sent").await), (40, 40));
}

#[tokio::test]
async fn a_line_that_ended_while_nobody_used_it_is_opened_anew() {
    let receiver = Receiver::new(dies(Step::Taken)).await;
    let house = house(&receiver, |_| {}).await;
    let carrier = Arc::new(Carrier::open(&house.core).unwrap());
    for n in 0..3 {
        let id = one(&house, Kind::Reply, "zoe@exemple.fr").await;
        send_due(&house.core, &carrier).await.unwrap();
        assert_eq!((row(&house, id).await.state.as_str(), receiver.many()), ("sent", n + 1));
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    // One that goes on is used again.
    receiver.now(Plan::default());
    let before = receiver.connections.load(Ordering::SeqCst);
    for _ in 0..3 {
        one(&house, Kind::Reply, "zoe@exemple.fr").await;
        send_due(&house.core, &carrier).await.unwrap();
    }
    assert_eq!(receiver.connections.load(Ordering::SeqCst), before + 1);
    // A refused mail does not spoil the line of the next.
    receiver.now(Plan { says: Some((Step::Rcpt, "550 no")), ..Plan::default() });
    one(&house, Kind::Reply, "zoe@exemple.fr").await;
    send_due(&house.core, &carrier).await.unwrap();
    receiver.now(Plan::default());
    let id = one(&house, Kind::Reply, "zoe@exemple.fr").await;
    send_due(&house.core, &carrier).await.unwrap();
    assert_eq!(row(&house, id).await.state, "sent");
    assert_eq!(receiver.connections.load(Ordering::SeqCst), before + 1);
    carrier.end().await;
    assert_eq!(receiver.said.lock().unwrap().last().map(String::as_str), Some("QUIT"));
}

#[tokio::test]
async fn a_server_with_few_connections_gets_all_mails_over_those() {
    for most in [1, 2] {
        let receiver = Receiver::new(Plan { most: Some(most), ..Plan::default() }).await;
        let house = house(&receiver, |_| {}).await;
        let carrier = Arc::new(Carrier::open(&house.core).unwrap());
        batch(&house, &at("exemple.fr", 30)).await;
        one(&house, Kind::Reply, "zoe@exemple.fr").await;
        for _ in 0..40 {
            send_due(&house.core, &carrier).await.unwrap();
            house.wait(TimeDelta::seconds(6));
        }
        assert_eq!((receiver.many(), count(&house, "sent").await), (31, 31));
        assert_eq!(brake(&house).await.pause, None);
    }
}

#[tokio::test]
async fn one_mail_that_is_not_passed_on_stops_no_other() {
    let receiver = Receiver::new(Plan::default()).await;
    let house = house(&receiver, |_| {}).await;
    let carrier = Arc::new(Carrier::open(&house.core).unwrap());
    one(&house, Kind::Reply, "zoe@exemple.fr").await;
    send_due(&house.core, &carrier).await.unwrap();
    receiver.now(Plan { says: Some((Step::Rcpt, "554 relay access denied")), ..Plan::default() });
    let id = one(&house, Kind::Reply, "odd@exemple.fr").await;
    send_due(&house.core, &carrier).await.unwrap();
    assert_eq!((row(&house, id).await.state.as_str(), brake(&house).await.pause), ("dead", None));
}

#[tokio::test]
async fn mail_is_encrypted_and_the_certificate_must_be_right() {
    for implicit in [false, true] {
        let receiver = Receiver::encrypting(Plan { auth: true, ..Plan::default() }, implicit).await;
        let (port, ca) = (receiver.port, receiver.ca());
        let scheme = if implicit { "smtps" } else { "smtp" };
        let with = |ca: Option<std::path::PathBuf>, name: &str| {
            let url = format!("{scheme}://u:p@{name}:{port}");
            House::with(move |c| {
                (c.smtp_url, c.smtp_ca_file) = (Some(url), ca);
                c.smtp_tls = Some(SmtpTls::Required);
            })
        };
        let trusting = with(Some(ca.to_owned()), "localhost").await;
        let id = one(&trusting, Kind::Reply, "zoe@exemple.fr").await;
        trusting.work().await;
        let sent = row(&trusting, id).await;
        assert_eq!(sent.state, "sent", "{:?}", sent.last_error);
        for (ca, name) in [(None, "localhost"), (Some(ca.to_owned()), "127.0.0.1")] {
            let house = with(ca, name).await;
            let id = one(&house, Kind::Reply, "zoe@exemple.fr").await;
            house.work().await;
            let pause = brake(&house).await.pause.unwrap();
            assert!(pause.needs_somebody && pause.why.contains("certificate"), "{pause:?}");
            assert_eq!(row(&house, id).await.state, "waiting");
        }
        assert_eq!(receiver.many(), 1);
    }
}

#[tokio::test]
async fn a_server_that_must_encrypt_and_does_not_gets_nothing() {
    let receiver = Receiver::new(Plan::default()).await;
    let house = house(&receiver, |c| c.smtp_tls = Some(SmtpTls::Required)).await;
    let id = one(&house, Kind::Reply, "zoe@exemple.fr").await;
    house.work().await;
    let pause = brake(&house).await.pause.unwrap();
    assert!(pause.needs_somebody && pause.why.contains("smtp_tls"), "{pause:?}");
    assert_eq!((row(&house, id).await.state.as_str(), receiver.many()), ("waiting", 0));
    let said = receiver.said.lock().unwrap().clone();
    assert!(!said.iter().any(|line| line.starts_with("MAIL")), "{said:?}");
}

#[tokio::test]
async fn where_encryption_is_offered_here_it_is_used_whoever_signed() {
    let receiver = Receiver::encrypting(Plan::default(), false).await;
    let house = house(&receiver, |_| {}).await;
    let id = one(&house, Kind::Reply, "zoe@exemple.fr").await;
    house.work().await;
    assert_eq!(row(&house, id).await.state, "sent");
    assert!(receiver.said.lock().unwrap().iter().any(|line| line == "STARTTLS"));
    let dying = Receiver::encrypting(dies(Step::Starttls), false).await;
    let house = self::house(&dying, |_| {}).await;
    let id = one(&house, Kind::Reply, "zoe@exemple.fr").await;
    house.work().await;
    assert_eq!(
        (row(&house, id).await.state.as_str(), dying.many()),
        ("waiting", 0),
        "never in clear instead"
    );
}

#[tokio::test]
async fn an_address_with_accents_needs_a_server_that_takes_it() {
    let receiver = Receiver::new(Plan::default()).await;
    let house = house(&receiver, |_| {}).await;
    let id = one(&house, Kind::Reply, "zoé@exemple.fr").await;
    house.work().await;
    assert!(row(&house, id).await.last_error.unwrap().contains("SMTPUTF8"));
    receiver.now(Plan { offers: vec!["SMTPUTF8"], ..Plan::default() });
    let id = one(&house, Kind::Reply, "zoé@exemple.fr").await;
    house.work().await;
    assert_eq!(row(&house, id).await.state, "sent");
}

#[tokio::test]
async fn a_domain_gets_its_pace_and_the_others_do_not_wait_for_it() {
    let receiver = Receiver::new(Plan::default()).await;
    let house = house(&receiver, |c| c.mail_pace = 10).await;
    batch(&house, &at("Gros.example", 25)).await;
    batch(&house, &at("petit.example", 5)).await;
    house.work().await;
    let to = |domain: &str| receiver.texts().iter().filter(|t| t.contains(domain)).count();
    assert_eq!((to("@Gros.example"), to("@petit.example")), (10, 5));
    house.wait(TimeDelta::seconds(30));
    house.work().await;
    assert_eq!(to("@Gros.example"), 10, "half a minute is not a minute");
    // What somebody waits for and what a person wrote go at once.
    one(&house, Kind::Link, "lea@gros.example").await;
    one(&house, Kind::Reply, "max@gros.example").await;
    house.work().await;
    assert_eq!((to("lea@gros.example"), to("max@gros.example")), (1, 1));
    house.wait(TimeDelta::seconds(31));
    house.work().await;
    assert_eq!(to("@Gros.example"), 19, "the link was one of the minute's ten");
    house.wait(TimeDelta::minutes(2));
    house.work().await;
    assert_eq!((to("@Gros.example"), count(&house, "waiting").await), (25, 0));
}

#[tokio::test]
async fn several_processes_keep_the_pace_of_a_domain_together() {
    let receiver = Receiver::new(Plan::default()).await;
    let house = house(&receiver, |c| c.mail_pace = 10).await;
    batch(&house, &at("gros.example", 60)).await;
    let other = Core::open_migrated((*house.core.config).clone(), house.core.clock.clone()).await.unwrap();
    let carriers = [
        (house.core.clone(), Arc::new(Carrier::open(&house.core).unwrap())),
        (other.clone(), Arc::new(Carrier::open(&other).unwrap())),
    ];
    let sending = carriers
        .iter()
        .map(|(core, carrier)| async move { while send_due(core, carrier).await.unwrap() > 0 {} });
    futures::future::join_all(sending).await;
    assert_eq!((receiver.many(), count(&house, "sent").await), (10, 10));
    other.db.close().await.unwrap();
}

#[tokio::test]
async fn a_reply_never_stands_behind_a_batch() {
    let receiver = Receiver::new(Plan::default()).await;
    let house = house(&receiver, |c| (c.mail_pace, c.smtp_connections) = (0, 1)).await;
    batch(&house, &at("exemple.fr", 60)).await;
    house.wait(TimeDelta::minutes(1));
    one(&house, Kind::Link, "link@exemple.fr").await;
    one(&house, Kind::Reply, "reply@exemple.fr").await;
    house.work().await;
    let texts = receiver.texts();
    assert_eq!(texts.len(), 62);
    assert!(texts[0].contains("reply@exemple.fr") && texts[1].contains("link@exemple.fr"));
}

#[tokio::test]
async fn a_mail_that_is_held_stays_until_it_is_released() {
    let receiver = Receiver::new(Plan::default()).await;
    let house = house(&receiver, |_| {}).await;
    let (first, second) =
        (one(&house, Kind::Reply, "zoe@exemple.fr").await, one(&house, Kind::Reply, "lea@exemple.fr").await);
    let tx = house.tx().await;
    assert!(hold(&tx, first).await.unwrap() && hold(&tx, second).await.unwrap());
    assert!(!hold(&tx, first).await.unwrap(), "once");
    tx.commit().await.unwrap();
    house.wait(TimeDelta::days(30));
    house.work().await;
    assert_eq!((receiver.many(), row(&house, first).await.state.as_str()), (0, "held"));
    let tx = house.tx().await;
    assert!(release(&house.core, &tx, first).await.unwrap());
    assert!(!release(&house.core, &tx, first).await.unwrap(), "once");
    assert!(take_back(&tx, second).await.unwrap(), "what never left can be taken back");
    tx.commit().await.unwrap();
    house.work().await;
    assert_eq!((row(&house, first).await.state.as_str(), receiver.many()), ("sent", 1));
}

#[tokio::test]
async fn all_mail_can_be_held_and_let_go() {
    let receiver = Receiver::new(Plan::default()).await;
    let house = house(&receiver, |_| {}).await;
    one(&house, Kind::Reply, "zoe@exemple.fr").await;
    for (held, sent) in [(true, 0), (true, 0), (false, 1)] {
        let tx = house.tx().await;
        hold_all(&house.core, &tx, held).await.unwrap();
        tx.commit().await.unwrap();
        house.wait(TimeDelta::hours(1));
        house.work().await;
        assert_eq!((receiver.many(), brake(&house).await.held.is_some()), (sent, held));
    }
}

#[tokio::test]
async fn five_days_count_from_the_first_try_and_again_when_a_person_says_so() {
    let receiver = Receiver::new(Plan { says: Some((Step::Rcpt, "451 not now")), ..Plan::default() }).await;
    let house = house(&receiver, |_| {}).await;
    let id = one(&house, Kind::Reply, "zoe@exemple.fr").await;
    let tx = house.tx().await;
    hold(&tx, id).await.unwrap();
    tx.commit().await.unwrap();
    house.wait(TimeDelta::days(8));
    let tx = house.tx().await;
    release(&house.core, &tx, id).await.unwrap();
    tx.commit().await.unwrap();
    house.work().await;
    assert_eq!(row(&house, id).await.state, "waiting", "it was not tried while it was held");
    let (mut tries, began) = (1, house.core.clock.now());
    while row(&house, id).await.state == "waiting" {
        house.wait(TimeDelta::hours(1));
        house.work().await;
        tries = row(&house, id).await.attempts;
    }
    let days = (house.core.clock.now() - began).num_hours();
    assert!((120..146).contains(&days), "{days} hours");
    assert!((15..40).contains(&tries), "{tries}");
}
