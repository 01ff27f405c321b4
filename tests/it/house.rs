//! A house for one test: its own database, clock, mail folder and browsers.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use rocket::http::{ContentType, Header, Status};
use rocket::local::asynchronous::{Client, LocalResponse};
use rules::roles::Role;
use sea_orm::{ConnectionTrait, Database};
use soutien::accounts::actions::{LinkFor, NewMember, add_member, make_link};
use soutien::accounts::association;
use soutien::app;
use soutien::platform::db::Db;
use soutien::platform::{Actor, Clock, Config, Core, Tx, worker};
use tokio::sync::OnceCell;

/// Monday 2 March 2026, 10 h 00 in Paris.
pub fn morning() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 9, 0, 0).unwrap()
}

pub struct House {
    pub core: Core,
    pub dir: tempfile::TempDir,
    staff: AtomicU32,
    pg: Option<(String, String)>,
}

static TEMPLATE: OnceCell<(PathBuf, tempfile::TempDir)> = OnceCell::const_new();
static PG_TEMPLATE: OnceCell<String> = OnceCell::const_new();
static COUNT: AtomicU32 = AtomicU32::new(0);

#[allow(clippy::disallowed_methods)] // tests are told by the script which database they run on
fn cluster() -> Option<String> {
    std::env::var("SOUTIEN_TEST_DATABASE").ok().filter(|url| !url.is_empty())
}

async fn sqlite_copy(dir: &std::path::Path) {
    let (template, _) = TEMPLATE
        .get_or_init(|| async {
            let dir = tempfile::tempdir().unwrap();
            let file = dir.path().join("template.sqlite");
            Db::migrate(&format!("sqlite://{}", file.display()), dir.path()).await.unwrap();
            (file, dir)
        })
        .await;
    std::fs::copy(template, dir.join("soutien.sqlite")).unwrap();
}

async fn pg_copy(cluster: &str) -> (String, String) {
    let base = cluster.rsplit_once('/').unwrap().0.to_owned();
    let template = PG_TEMPLATE
        .get_or_init(|| async {
            let name = format!("template_{}", std::process::id());
            let admin = Database::connect(cluster).await.unwrap();
            admin.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await.unwrap();
            admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
            admin.close().await.unwrap();
            Db::migrate(&format!("{base}/{name}"), std::path::Path::new(".")).await.unwrap();
            name
        })
        .await;
    let name = format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
    let admin = Database::connect(cluster).await.unwrap();
    // Two tests may not copy the template at the same moment: PostgreSQL says so, and we try again.
    for attempt in 0.. {
        match admin.execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await {
            Ok(_) => break,
            Err(error) if attempt > 200 => panic!("{error}"),
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
        }
    }
    admin.close().await.unwrap();
    (format!("{base}/{name}"), name)
}

impl House {
    /// A house with nobody in it.
    pub async fn empty() -> Self {
        Self::with(|_| {}).await
    }

    /// The same with another configuration.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut config = Config {
            data_dir: dir.path().to_owned(),
            smtp_url: Some(format!("file:{}", dir.path().join("mail").display())),
            mail_from: "contact@asso.example".into(),
            public_url: Some("http://127.0.0.1:8000".into()),
            connections: 2,
            // Nobody listens there: no test asks the name servers of the machine.
            dns_server: Some("127.0.0.1:9".into()),
            ..Config::default()
        };
        let mut pg = None;
        match cluster() {
            Some(cluster) => {
                let (url, name) = pg_copy(&cluster).await;
                config.database_url = Some(url);
                pg = Some((cluster, name));
            }
            None => sqlite_copy(dir.path()).await,
        }
        change(&mut config);
        let core = Core::open_migrated(config, Clock::standing_at(morning())).await.unwrap();
        Self { core: app::plug(core), dir, staff: AtomicU32::new(0), pg }
    }

    /// A house whose association can issue receipts.
    pub async fn new() -> Self {
        let house = Self::empty().await;
        let tx = house.tx().await;
        let mut identity = association::blank(&tx);
        identity.name = "Les Amis d’Œuvre libre".into();
        identity.rna = Some("W751234567".into());
        identity.street = "12 rue de l’Essai".into();
        identity.postal_code = "69007".into();
        identity.city = "Lyon".into();
        identity.object = "Promouvoir les logiciels libres et l’éducation populaire".into();
        identity.signer_name = "Noëlle Œufroy".into();
        identity.signer_quality = "Trésorière".into();
        identity.contact_mail = "contact@asso.example".into();
        association::save(&tx, identity).await.unwrap();
        tx.commit().await.unwrap();
        house
    }

    /// A transaction of the command line.
    pub async fn tx(&self) -> Tx {
        Tx::begin(&self.core, Actor::Command).await.unwrap()
    }

    /// A browser of somebody who is not signed in.
    pub async fn visitor(&self) -> Browser {
        let client = Client::tracked(app::build(self.core.clone()).unwrap()).await.unwrap();
        Browser { client, token: String::new(), core: self.core.clone() }
    }

    /// A browser in which a new member with this role has signed in.
    pub async fn staff(&self, role: Role) -> Browser {
        let n = self.staff.fetch_add(1, Ordering::SeqCst);
        let tx = self.tx().await;
        let new = NewMember {
            email: format!("{}{n}@asso.example", role.code()),
            name: format!("Camille {n} d’Ö"),
            role,
            language: "fr".into(),
        };
        let id = add_member(&tx, new).await.unwrap();
        let token = make_link(&tx, LinkFor::Member(id), tx.at + TimeDelta::hours(1)).await.unwrap();
        tx.commit().await.unwrap();
        let mut browser = self.visitor().await;
        browser.get("/sign-in").await;
        let entered = browser.post(&format!("/sign-in/{token}"), &[]).await;
        assert_eq!(entered.status, Status::SeeOther, "{}", entered.body);
        browser.get("/home").await;
        browser
    }

    /// The real program on this house's data, `args` given.
    pub fn command(&self, args: &[&str]) -> std::process::Command {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_soutien"));
        command
            .args(args)
            .current_dir(self.dir.path())
            .env_remove("SOUTIEN_TEST_DATABASE")
            .env("SOUTIEN_DATA_DIR", self.dir.path())
            .env("SOUTIEN_DATABASE_URL", self.core.config.database())
            .env("SOUTIEN_LOG", "warn");
        command
    }

    /// Moves the clock.
    pub fn wait(&self, time: TimeDelta) {
        self.core.clock.set(self.core.clock.now() + time);
    }

    /// Sends every mail and does every job that is due.
    pub async fn work(&self) {
        worker::drain(&self.core).await.unwrap();
    }

    /// Every mail that left, oldest first, as its receiver reads it.
    pub fn mails(&self) -> Vec<mailin::Mail> {
        let mut files: Vec<_> = match std::fs::read_dir(self.dir.path().join("mail")) {
            Ok(files) => files.map(|f| f.unwrap().path()).collect(),
            Err(_) => Vec::new(),
        };
        files.sort_by_key(|f| f.metadata().unwrap().modified().unwrap());
        files.iter().map(|f| mailin::read(&std::fs::read(f).unwrap(), &mailin::Limits::default())).collect()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some((cluster, name)) = self.pg.take() {
            // Its own thread: a drop cannot wait.
            let dropping = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async {
                    let admin = Database::connect(cluster).await.unwrap();
                    let _gone = admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
                });
            });
            let _done = dropping.join();
        }
    }
}

/// A browser: keeps its cookies and the token of its forms.
pub struct Browser {
    pub client: Client,
    core: Core,
    pub token: String,
}

/// What came back.
#[derive(Debug)]
pub struct Page {
    pub status: Status,
    pub body: String,
    pub bytes: Vec<u8>,
    pub location: Option<String>,
    pub headers: Vec<(String, String)>,
}

impl Page {
    pub async fn read(answer: LocalResponse<'_>) -> Self {
        let status = answer.status();
        let location = answer.headers().get_one("Location").map(str::to_owned);
        let headers = answer.headers().iter().map(|h| (h.name.to_string(), h.value.to_string())).collect();
        let bytes = answer.into_bytes().await.unwrap_or_default();
        Self { status, body: String::from_utf8_lossy(&bytes).into_owned(), bytes, location, headers }
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    /// Asserts that the page says `words` (as HTML writes them).
    #[track_caller]
    pub fn says(&self, words: &str) -> &Self {
        assert!(self.body.contains(words), "{} does not say «{words}»:\n{}", self.status, self.body);
        self
    }
}

impl Browser {
    pub async fn get(&mut self, path: &str) -> Page {
        // What stands behind the sign never leaves a browser.
        let path = path.split('#').next().unwrap_or(path);
        let page = Page::read(self.client.get(path.to_owned()).dispatch().await).await;
        if let Some((_, rest)) = page.body.split_once("name=\"csrf\" value=\"") {
            self.token = rest.split('"').next().unwrap().to_owned();
        } else if let Some(visit) = self.client.cookies().get("soutien-visit") {
            // A page without a form: the token that its next form would carry.
            let session =
                self.client.cookies().get("soutien").map(|c| c.value().to_owned()).unwrap_or_default();
            self.token = self.core.keys.seal("csrf", &format!("{} {session}", visit.value()));
        }
        page
    }

    /// Follows where an answer leads.
    pub async fn follow(&mut self, page: &Page) -> Page {
        let to =
            page.location.clone().unwrap_or_else(|| panic!("no redirect: {} {}", page.status, page.body));
        self.get(&to).await
    }

    /// Posts a form as a browser does, with the token of the page before.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut body = format!("csrf={}", self.token);
        for (name, value) in fields {
            body.push_str(&format!("&{}={}", encode(name), encode(value)));
        }
        let request = self.client.post(path.to_owned()).header(ContentType::Form).body(body);
        Page::read(request.dispatch().await).await
    }

    /// Posts a form with files: (field, file name, media type, bytes).
    pub async fn post_files(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &str, &[u8])],
    ) -> Page {
        let mut body = Vec::new();
        let mut part = |head: String, bytes: &[u8]| {
            body.extend_from_slice(
                format!("--limit7MA4\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes(),
            );
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        };
        part("name=\"csrf\"".into(), self.token.as_bytes());
        for (name, value) in fields {
            part(format!("name=\"{name}\""), value.as_bytes());
        }
        for (name, file, mime, bytes) in files {
            part(format!("name=\"{name}\"; filename=\"{file}\"\r\nContent-Type: {mime}"), bytes);
        }
        body.extend_from_slice(b"--limit7MA4--\r\n");
        let kind = Header::new("Content-Type", "multipart/form-data; boundary=limit7MA4");
        let request = self.client.post(path.to_owned()).header(kind).body(body);
        Page::read(request.dispatch().await).await
    }

    /// Any request, as it is.
    pub async fn raw(&self, method: rocket::http::Method, path: &str, body: &str) -> Page {
        let request = self.client.req(method, path.to_owned()).header(ContentType::Form).body(body);
        Page::read(request.dispatch().await).await
    }
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}
