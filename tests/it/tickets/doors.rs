//! Mail servers at our doors: real sockets, and what is said on them.

use std::sync::Arc;
use std::time::Duration;

use entities::mail_in;
use sea_orm::{EntityTrait, QueryOrder};
use soutien::tickets::actions::intake::{Arrival, Raw, Way, store};
use soutien::tickets::actions::mailbox::Place;
use soutien::tickets::doors::{self, Kind};
use soutien::tickets::queries::mailboxes;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::{mail, messages};
use crate::house::House;

/// A house whose doors are open.
struct Open {
    house: House,
    smtp: u16,
    lmtp: u16,
    stop: watch::Sender<bool>,
    keeping: tokio::task::JoinHandle<()>,
}

async fn open(change: impl FnOnce(&mut soutien::platform::Config)) -> Open {
    let house = House::with(|config| {
        config.smtp_listen = Some("127.0.0.1:0".into());
        config.lmtp_listen = Some("127.0.0.1:0".into());
        change(config);
    })
    .await;
    let doors = doors::open(&house.core.config).await.unwrap();
    let (smtp, lmtp) = (doors.port(Kind::Smtp).unwrap(), doors.port(Kind::Lmtp).unwrap());
    let (stop, stopped) = watch::channel(false);
    let keeping = tokio::spawn(doors::run(house.core.clone(), doors, stopped));
    Open { house, smtp, lmtp, stop, keeping }
}

impl Open {
    async fn close(self) -> House {
        self.stop.send_replace(true);
        self.keeping.await.unwrap();
        self.house
    }

    /// The ledger, once nothing in it waits to be digested.
    async fn ledger(&self) -> Vec<mail_in::Model> {
        for _ in 0..400 {
            let rows = mail_in::Entity::find()
                .order_by_asc(mail_in::Column::Id)
                .all(self.house.core.db.read())
                .await
                .unwrap();
            if rows.iter().all(|row| row.state != "stored") {
                return rows;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("a mail was never digested");
    }
}

/// A mail server that talks to us.
struct Server<S> {
    stream: BufReader<S>,
}

impl Server<TcpStream> {
    async fn meet(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let mut this = Self { stream: BufReader::new(stream) };
        assert!(this.hears().await.starts_with("220 "));
        this
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Server<S> {
    /// An answer: its last line.
    async fn hears(&mut self) -> String {
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line).await.unwrap() == 0 {
                return "gone".into();
            }
            if line.as_bytes().get(3) != Some(&b'-') {
                return line.trim_end().to_owned();
            }
        }
    }

    async fn says(&mut self, words: &str) -> String {
        self.stream.get_mut().write_all(format!("{words}\r\n").as_bytes()).await.unwrap();
        self.hears().await
    }

    async fn writes(&mut self, bytes: &[u8]) {
        self.stream.get_mut().write_all(bytes).await.unwrap();
    }

    /// Hands a mail over, dots doubled; the answer to its end.
    async fn hands(&mut self, from: &str, to: &str, raw: &str) -> String {
        assert!(self.says(&format!("MAIL FROM:<{from}>")).await.starts_with("250"));
        assert!(self.says(&format!("RCPT TO:<{to}>")).await.starts_with("250"));
        assert!(self.says("DATA").await.starts_with("354"));
        let stuffed = raw.replace("\r\n.", "\r\n..");
        self.writes(stuffed.as_bytes()).await;
        self.says(if raw.ends_with("\r\n") { "." } else { "\r\n." }).await
    }
}

const US: &str = "contact@asso.example";

#[tokio::test]
async fn a_mail_brought_by_lmtp_is_in_the_ledger_before_its_server_hears_so() {
    let open = open(|_| ()).await;
    let mut server = Server::meet(open.lmtp).await;
    assert!(server.says("LHLO mx.asso.example").await.starts_with("250"));
    let raw = mail("lea@x.example", "Accès", "a1@x.example", "", "Bonjour\r\n.un point en tête\r\nà vous");
    let answer = server.hands("lea@x.example", US, &raw).await;
    assert_eq!(answer, "250 2.0.0 It is ours, number 1");
    let rows = mail_in::Entity::find().all(open.house.core.db.read()).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert!(open.house.core.blobs.get(&rows[0].raw_blob).await.unwrap().ends_with(b"vous\r\n"));
    let rows = open.ledger().await;
    assert_eq!((rows[0].state.as_str(), rows[0].way.as_str()), ("ticketed", "lmtp"));
    assert_eq!(rows[0].envelope_from.as_deref(), Some("lea@x.example"));
    assert_eq!(rows[0].envelope_to.as_deref(), Some(US));
    assert!(messages(&open.house).await[0].text.contains("\n.un point en tête\n"));
    assert_eq!(server.says("QUIT").await, "221 2.0.0 Goodbye");
    open.close().await;
}

#[tokio::test]
async fn lmtp_answers_for_each_recipient_and_the_mail_is_one() {
    let open = open(|_| ()).await;
    let mut server = Server::meet(open.lmtp).await;
    server.says("LHLO mx").await;
    server.says("MAIL FROM:<lea@x.example>").await;
    server.says(&format!("RCPT TO:<{US}>")).await;
    server.says("RCPT TO:<dons@asso.example>").await;
    server.says("DATA").await;
    server.writes(mail("lea@x.example", "Deux", "d@x.example", "", "Bonjour à vous deux").as_bytes()).await;
    assert!(server.says(".").await.starts_with("250"));
    assert!(server.hears().await.starts_with("250"));
    let rows = open.ledger().await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].envelope_to.as_deref(), Some("contact@asso.example, dons@asso.example"));
    open.close().await;
}

#[tokio::test]
async fn the_same_mail_brought_again_after_a_lost_answer_is_no_second_ticket() {
    let open = open(|_| ()).await;
    for id in ["", "Message-ID: <seul@x.example>\r\n"] {
        let raw =
            format!("From: lea@x.example\r\nSubject: Accès\r\n{id}\r\nBonjour, voici ma question {id}\r\n");
        for _ in 0..2 {
            let mut server = Server::meet(open.lmtp).await;
            server.says("LHLO mx").await;
            assert!(server.hands("lea@x.example", US, &raw).await.starts_with("250"));
        }
        let rows = open.ledger().await;
        let last: Vec<_> = rows.iter().rev().take(2).map(|r| r.disposition.clone().unwrap()).collect();
        assert_eq!(last, ["duplicate", "new"], "{id}");
    }
    open.close().await;
}

#[tokio::test]
async fn a_stranger_reaches_our_addresses_only() {
    let open = open(|_| ()).await;
    let mut server = Server::meet(open.smtp).await;
    assert!(server.says("LHLO mx").await.starts_with("500"));
    assert!(server.says("MAIL FROM:<a@b.example>").await.starts_with("503"));
    assert!(server.says("EHLO mx.b.example").await.starts_with("250"));
    assert!(server.says(&format!("RCPT TO:<{US}>")).await.starts_with("503"));
    assert!(server.says("MAIL FROM:<a@b.example>").await.starts_with("250"));
    assert!(server.says("RCPT TO:<someone@elsewhere.example>").await.starts_with("550"));
    assert!(server.says("DATA").await.starts_with("503"));
    assert!(server.says("RCPT TO:<contact+t1.x@asso.example>").await.starts_with("250"));
    assert_eq!(server.says("RCPT TO:<Postmaster>").await, "250 2.1.5 Recipient noted");
    assert!(server.says("RSET").await.starts_with("250"));
    assert!(server.says("NONSENSE").await.starts_with("500"));
    assert!(server.says("VRFY lea").await.starts_with("252"));
    assert!(server.says("AUTH PLAIN AGEAYg==").await.starts_with("50"));
    assert!(server.hands("a@b.example", US, "From: a@b.example\r\n\r\nBonjour").await.starts_with("250"));
    let rows = open.ledger().await;
    assert_eq!((rows.len(), rows[0].way.as_str()), (1, "smtp"));
    assert_eq!(rows[0].peer.as_deref(), Some("127.0.0.1 (mx.b.example)"));
    open.close().await;
}

#[tokio::test]
async fn a_null_sender_is_a_machine() {
    let open = open(|_| ()).await;
    let mut server = Server::meet(open.smtp).await;
    server.says("EHLO mx").await;
    let raw = "From: robot@x.example\r\nSubject: Avis\r\n\r\nCeci est un avis\r\n";
    assert!(server.hands("", US, raw).await.starts_with("250"));
    let rows = open.ledger().await;
    assert!(
        rows[0].reason.as_deref().unwrap().contains("bulk")
            || rows[0].reason.as_deref().unwrap().contains("auto")
    );
    assert!(open.house.mails().is_empty(), "no automatic mail goes back to a machine");
    open.close().await;
}

#[tokio::test]
async fn too_large_is_said_before_and_after_and_the_line_goes_on() {
    let open = open(|config| config.mail_max_bytes = 64 << 10).await;
    let mut server = Server::meet(open.lmtp).await;
    server.says("LHLO mx").await;
    assert!(server.says("MAIL FROM:<a@b.example> SIZE=70000").await.starts_with("552"));
    let raw = format!("From: a@b.example\r\n\r\n{}", "x\r\n".repeat(40_000));
    assert!(server.hands("a@b.example", US, &raw).await.starts_with("552"));
    let raw = format!("From: a@b.example\r\n\r\n{}", "y\r\n".repeat(20_000));
    assert!(server.hands("a@b.example", US, &raw).await.starts_with("250"));
    assert_eq!(open.ledger().await.len(), 1);
    open.close().await;
}

#[tokio::test]
async fn a_large_mail_goes_through_a_file_and_is_whole() {
    let open = open(|_| ()).await;
    let mut server = Server::meet(open.smtp).await;
    server.says("EHLO mx").await;
    let body: String = (0..60_000).map(|n| format!("ligne {n}\r\n.{n}\r\n")).collect();
    let raw = format!("From: a@b.example\r\nSubject: Long\r\n\r\n{body}");
    assert!(server.hands("a@b.example", US, &raw).await.starts_with("250"));
    let row = &open.ledger().await[0];
    let kept = open.house.core.blobs.get(&row.raw_blob).await.unwrap();
    assert!(kept.ends_with(raw.as_bytes()));
    let left: Vec<_> = std::fs::read_dir(open.house.core.blobs.folder())
        .unwrap()
        .filter(|f| f.as_ref().unwrap().file_name().to_string_lossy().starts_with('.'))
        .collect();
    assert!(left.is_empty(), "no half file is left behind");
    open.close().await;
}

#[tokio::test]
async fn commands_sent_ahead_and_mail_in_chunks_are_understood() {
    let open = open(|_| ()).await;
    let mut server = Server::meet(open.smtp).await;
    server
        .writes(format!("EHLO mx\r\nMAIL FROM:<a@b.example> BODY=8BITMIME\r\nRCPT TO:<{US}>\r\n").as_bytes())
        .await;
    for _ in 0..3 {
        assert!(server.hears().await.starts_with("250"));
    }
    let (one, two) = ("From: a@b.example\r\nSubject: En mor", "ceaux\r\n\r\nBonjour à vous\r\n");
    let sent = format!("BDAT {}\r\n{one}BDAT {} LAST\r\n{two}QUIT\r\n", one.len(), two.len());
    server.writes(sent.as_bytes()).await;
    assert!(server.hears().await.starts_with("250"));
    assert!(server.hears().await.starts_with("250 2.0.0 It is ours"));
    assert!(server.hears().await.starts_with("221"));
    assert_eq!(open.ledger().await[0].subject.as_deref(), Some("En morceaux"));
    open.close().await;
}

#[tokio::test]
async fn a_line_cut_in_the_middle_of_a_mail_leaves_nothing() {
    let open = open(|_| ()).await;
    let mut server = Server::meet(open.lmtp).await;
    server.says("LHLO mx").await;
    server.says("MAIL FROM:<a@b.example>").await;
    server.says(&format!("RCPT TO:<{US}>")).await;
    server.says("DATA").await;
    server.writes(b"From: a@b.example\r\n\r\nBonjour, je voulais vous di").await;
    drop(server);
    let house = open.close().await;
    let rows = mail_in::Entity::find().all(house.core.db.read()).await.unwrap();
    assert!(rows.is_empty());
}

#[tokio::test]
async fn what_cannot_be_stored_is_left_with_its_server() {
    let open = open(|_| ()).await;
    let blobs = open.house.core.blobs.folder().to_owned();
    std::fs::remove_dir_all(&blobs).unwrap();
    std::fs::write(&blobs, "not a folder").unwrap();
    let mut server = Server::meet(open.lmtp).await;
    server.says("LHLO mx").await;
    let raw = mail("lea@x.example", "Accès", "a1@x.example", "", "Bonjour à vous");
    assert!(server.hands("lea@x.example", US, &raw).await.starts_with("451"));
    // A large one goes through a file while it comes: it is heard to its end, and then its server is told.
    let large = mail("lea@x.example", "Photos", "a2@x.example", "", &"De longues lignes\r\n".repeat(60_000));
    assert!(server.hands("lea@x.example", US, &large).await.starts_with("451"));
    std::fs::remove_file(&blobs).unwrap();
    std::fs::create_dir(&blobs).unwrap();
    assert!(server.hands("lea@x.example", US, &raw).await.starts_with("250"));
    assert!(server.hands("lea@x.example", US, &large).await.starts_with("250"));
    assert_eq!(open.ledger().await.len(), 2);
    open.close().await;
}

#[tokio::test]
async fn one_address_that_brings_too_much_is_asked_to_wait() {
    let open = open(|config| config.mail_rate = 2).await;
    let mut server = Server::meet(open.smtp).await;
    server.says("EHLO mx").await;
    for n in 0..2 {
        let raw = mail("lea@x.example", "Accès", &format!("a{n}@x.example"), "", "Bonjour à vous");
        assert!(server.hands("lea@x.example", US, &raw).await.starts_with("250"));
    }
    assert!(server.says("MAIL FROM:<lea@x.example>").await.starts_with("451"));
    let mut ours = Server::meet(open.lmtp).await;
    ours.says("LHLO mx").await;
    let raw = mail("lea@x.example", "Accès", "a9@x.example", "", "Bonjour à vous");
    assert!(ours.hands("lea@x.example", US, &raw).await.starts_with("250"), "our own server never waits");
    open.close().await;
}

#[tokio::test]
async fn a_conversation_goes_on_encrypted_and_what_was_slipped_in_before_is_not_heard() {
    let made = rcgen::generate_simple_self_signed(vec!["mx.asso.example".into()]).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (cert, key) = (dir.path().join("cert.pem"), dir.path().join("key.pem"));
    std::fs::write(&cert, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let open = open(|config| {
        config.mail_tls_cert = Some(cert);
        config.mail_tls_key = Some(key);
    })
    .await;
    let mut server = Server::meet(open.smtp).await;
    server.says("EHLO mx").await;
    server.writes(b"STARTTLS\r\nMAIL FROM:<slipped@in.example>\r\n").await;
    assert!(server.hears().await.starts_with("220"));
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = "mx.asso.example".try_into().unwrap();
    let stream =
        TlsConnector::from(Arc::new(client)).connect(name, server.stream.into_inner()).await.unwrap();
    let mut server = Server { stream: BufReader::new(stream) };
    assert!(server.says(&format!("RCPT TO:<{US}>")).await.starts_with("503"), "nothing was heard before");
    server.says("EHLO mx").await;
    assert!(server.says("STARTTLS").await.starts_with("502"));
    let raw = mail("lea@x.example", "Chiffré", "c1@x.example", "", "Bonjour à vous");
    assert!(server.hands("lea@x.example", US, &raw).await.starts_with("250"));
    assert_eq!(open.ledger().await.len(), 1);
    open.close().await;
}

#[tokio::test]
async fn the_command_hands_its_mail_to_the_server_that_runs() {
    let open = open(|_| ()).await;
    let raw = mail("lea@x.example", "Accès", "a1@x.example", "", "Bonjour à vous");
    let mut command = open.house.command(&["mail", "receive", "--to", US]);
    let done = tokio::task::spawn_blocking(move || {
        use std::io::Write;
        let mut child = command.stdin(std::process::Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(raw.as_bytes()).unwrap();
        child.wait().unwrap()
    });
    assert_eq!(done.await.unwrap().code(), Some(0));
    let rows = mail_in::Entity::find().all(open.house.core.db.read()).await.unwrap();
    assert_eq!((rows[0].way.as_str(), rows[0].state.as_str()), ("pipe", "ticketed"), "it is there at once");
    assert_eq!(rows[0].envelope_to.as_deref(), Some(US));
    open.close().await;
}

#[tokio::test]
async fn strangers_do_not_use_up_the_places_of_our_own_mail_server() {
    let open = open(|config| config.mail_max_connections = 1).await;
    let stranger = Server::meet(open.smtp).await;
    let next = TcpStream::connect(("127.0.0.1", open.smtp)).await.unwrap();
    assert!(Server { stream: BufReader::new(next) }.hears().await.starts_with("421 "));
    let mut ours = Server::meet(open.lmtp).await;
    assert!(ours.says("LHLO mx.asso.example").await.starts_with("250"));
    assert_eq!(ours.says("QUIT").await, "221 2.0.0 Goodbye");
    drop((stranger, ours));
    open.close().await;
}

#[tokio::test]
async fn the_ledger_knows_its_mails_of_a_folder_whatever_the_folder_is_called() {
    let house = House::empty().await;
    let place = |folder: &str| Place { account: "a_b".into(), folder: folder.into() };
    let odd = place(r"Reçus_50%\2026");
    let keys = [odd.key(7, 9), odd.key(7, 10), odd.key(8, 11), odd.key(77, 12)];
    let others = [place(r"Reçus-50 %\2026").key(7, 13), place("Reçus_50%").key(7, 14)];
    for (n, key) in keys.into_iter().chain(others).enumerate() {
        let raw = mail("lea@x.example", "Accès", &format!("k{n}@x.example"), "", "Bonjour");
        let arrival =
            Arrival { source_key: Some(key), ..Arrival::new(Raw::bytes(raw.into_bytes()), Way::Imap) };
        store(&house.core, arrival).await.unwrap();
    }
    let known = mailboxes::known(&house.core, &odd, 7).await.unwrap();
    assert_eq!(known, [9, 10].into());
}
