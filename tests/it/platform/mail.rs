//! Mail that leaves, before servers that answer as servers do.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::TimeDelta;
use entities::outbox;
use sea_orm::EntityTrait;
use sea_orm::sea_query::Expr;
use soutien::platform::outbox::{Kind, NewMail, Verdict, decide, post, take_back};
use soutien::platform::render::MailWords;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::house::House;

/// How the server answers.
#[derive(Clone, Copy, PartialEq)]
enum Mood {
    /// Takes every mail.
    Takes,
    /// "Not now" to every receiver.
    NotNow,
    /// "No such person".
    Never,
    /// Hangs up once it has the whole mail, without a word.
    HangsUp,
}

/// A mail server on loopback. Gives its port and how many mails it has.
async fn server(mood: Mood) -> (u16, Arc<AtomicU32>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let has = Arc::new(AtomicU32::new(0));
    let counted = has.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, mood, counted.clone()));
        }
    });
    (port, has)
}

async fn serve(stream: TcpStream, mood: Mood, has: Arc<AtomicU32>) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 loopback\r\n").await?;
    let mut in_mail = false;
    while let Some(line) = lines.next_line().await? {
        if in_mail {
            if line == "." {
                in_mail = false;
                has.fetch_add(1, Ordering::SeqCst);
                if mood == Mood::HangsUp {
                    return Ok(());
                }
                write.write_all(b"250 taken as 42\r\n").await?;
            }
            continue;
        }
        let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer: &[u8] = match (word.as_str(), mood) {
            ("EHLO", _) => b"250-loopback\r\n250 8BITMIME\r\n",
            ("RCPT", Mood::NotNow) => b"451 come back later\r\n",
            ("RCPT", Mood::Never) => b"550 no such person\r\n",
            ("DATA", _) => {
                in_mail = true;
                b"354 go on\r\n"
            }
            ("QUIT", _) => b"221 bye\r\n",
            _ => b"250 fine\r\n",
        };
        write.write_all(answer).await?;
    }
    Ok(())
}

async fn house(port: u16) -> House {
    House::with(|c| c.smtp_url = Some(format!("smtp://127.0.0.1:{port}"))).await
}

async fn mail(house: &House, wait: TimeDelta) -> i64 {
    let words = MailWords {
        subject: "Œuvre".into(),
        text: "Bonjour,\n.\nZoë\n".into(),
        html: "<p>Bonjour</p>".into(),
    };
    let mut new = NewMail::new(Kind::Notice, "zoe@exemple.fr", "Zoë d’Œ", words);
    new.wait = wait;
    let tx = house.tx().await;
    let row = post(&house.core, &tx, new).await.unwrap();
    tx.commit().await.unwrap();
    row.id
}

async fn row(house: &House, id: i64) -> outbox::Model {
    outbox::Entity::find_by_id(id).one(house.core.db.read()).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_mail_is_sent_once_with_the_servers_answer_kept() {
    let (port, has) = server(Mood::Takes).await;
    let house = house(port).await;
    let id = mail(&house, TimeDelta::zero()).await;
    house.work().await;
    house.work().await;
    let sent = row(&house, id).await;
    assert_eq!((sent.state.as_str(), has.load(Ordering::SeqCst)), ("sent", 1));
    assert!(sent.server_answer.unwrap().contains("taken as 42"));
    assert!(sent.sent_at.is_some() && sent.lease_token.is_none());
}

#[tokio::test]
async fn not_now_means_later_under_the_same_name() {
    let (port, has) = server(Mood::NotNow).await;
    let house = house(port).await;
    let id = mail(&house, TimeDelta::zero()).await;
    let name = row(&house, id).await.message_id;
    house.work().await;
    let waits = row(&house, id).await;
    assert_eq!((waits.state.as_str(), waits.attempts), ("waiting", 1));
    assert!(waits.not_before > house.core.clock.now());
    assert_eq!(waits.message_id, name);
    house.wait(TimeDelta::days(6));
    house.work().await;
    assert_eq!(row(&house, id).await.state, "dead", "after five days a person must know");
    assert_eq!(has.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn never_means_dead_at_once() {
    let (port, _) = server(Mood::Never).await;
    let house = house(port).await;
    let id = mail(&house, TimeDelta::zero()).await;
    house.work().await;
    let dead = row(&house, id).await;
    assert_eq!((dead.state.as_str(), dead.attempts), ("dead", 1));
    assert!(dead.last_error.unwrap().contains("no such person"));
}

#[tokio::test]
async fn a_line_cut_after_the_mail_is_never_sent_again_blindly() {
    let (port, has) = server(Mood::HangsUp).await;
    let house = house(port).await;
    let id = mail(&house, TimeDelta::zero()).await;
    house.work().await;
    assert_eq!(row(&house, id).await.state, "ambiguous");
    house.wait(TimeDelta::days(30));
    house.work().await;
    assert_eq!(has.load(Ordering::SeqCst), 1, "the server may have it: a person decides");
    let tx = house.tx().await;
    assert!(decide(&house.core, &tx, id, Verdict::Left).await.unwrap());
    assert!(!decide(&house.core, &tx, id, Verdict::SendAgain).await.unwrap(), "decided once");
    tx.commit().await.unwrap();
    assert_eq!(row(&house, id).await.state, "sent");
}

#[tokio::test]
async fn a_server_that_is_away_is_tried_again() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let house = house(port).await;
    let id = mail(&house, TimeDelta::zero()).await;
    house.work().await;
    let waits = row(&house, id).await;
    assert_eq!((waits.state.as_str(), waits.attempts), ("waiting", 0), "it was never tried");
    assert!(waits.last_error.is_some());
}

#[tokio::test]
async fn a_mail_that_was_leaving_when_the_program_died_is_for_a_person_to_decide() {
    let (port, has) = server(Mood::Takes).await;
    let house = house(port).await;
    let id = mail(&house, TimeDelta::zero()).await;
    let until = house.core.clock.now() + TimeDelta::minutes(5);
    outbox::Entity::update_many()
        .col_expr(outbox::Column::State, Expr::value("sending"))
        .col_expr(outbox::Column::LeaseUntil, Expr::value(until))
        .exec(house.core.db.read())
        .await
        .unwrap();
    house.work().await;
    assert_eq!(row(&house, id).await.state, "sending", "it may still be leaving");
    house.wait(TimeDelta::minutes(6));
    house.work().await;
    assert_eq!(row(&house, id).await.state, "ambiguous");
    assert_eq!(has.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_mail_can_be_taken_back_until_it_leaves() {
    let (port, has) = server(Mood::Takes).await;
    let house = house(port).await;
    let (first, second) =
        (mail(&house, TimeDelta::seconds(15)).await, mail(&house, TimeDelta::seconds(15)).await);
    house.work().await;
    let tx = house.tx().await;
    assert!(take_back(&tx, first).await.unwrap());
    tx.commit().await.unwrap();
    house.wait(TimeDelta::seconds(16));
    house.work().await;
    let tx = house.tx().await;
    assert!(!take_back(&tx, second).await.unwrap(), "it left");
    assert_eq!((row(&house, first).await.state.as_str(), has.load(Ordering::SeqCst)), ("cancelled", 1));
}
