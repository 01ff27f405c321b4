//! Conversations that go on, so that not every mail begins one; one that ended meanwhile costs no mail.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::build::Letter;
use super::fate::Fate;
use super::server::Server;
use super::talk::{Handed, Talk};

/// How long we keep to the fewer connections that the server would have.
const NARROW: Duration = Duration::from_secs(300);

/// Conversations that go on.
pub struct Pool {
    server: Server,
    idle: Mutex<Vec<Talk>>,
    most: u32,
    narrow: Mutex<Option<(u32, Instant)>>,
    answered: Mutex<Option<Instant>>,
    took: AtomicBool,
}

impl Pool {
    /// Over at most so many connections.
    pub fn new(server: Server, most: u32) -> Self {
        let (idle, narrow, answered) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self { server, idle, most, narrow, answered, took: AtomicBool::new(false) }
    }

    /// Carries one mail.
    pub async fn carry(&self, letter: &Letter) -> Fate {
        while let Some(mut talk) = self.idle_one() {
            match talk.hand(letter).await {
                Handed::Fate(Fate::Away(_)) | Handed::DeadLine(_) => {} // it ended while nobody used it
                Handed::Fate(fate) => return self.keep(talk, fate),
                Handed::NotPassedOn(words) => return self.not_passed_on(talk, words),
            }
        }
        let mut talk = match Talk::open(&self.server).await {
            Ok(talk) => talk,
            Err(fate) => return fate,
        };
        match talk.hand(letter).await {
            Handed::Fate(fate) => self.keep(talk, fate),
            Handed::NotPassedOn(words) => self.not_passed_on(talk, words),
            Handed::DeadLine(words) => Fate::Later(words),
        }
    }

    /// A server that takes others of ours refuses this one; one that took none does not know us.
    fn not_passed_on(&self, talk: Talk, words: String) -> Fate {
        let fate = if self.took.load(Ordering::Relaxed) {
            Fate::Refused(words)
        } else {
            Fate::Setup(format!("the mail server passes nothing on for us: {words}"))
        };
        self.keep(talk, fate)
    }

    fn idle_one(&self) -> Option<Talk> {
        let mut idle = self.idle.lock().ok()?;
        idle.retain(Talk::is_fresh);
        idle.pop()
    }

    fn keep(&self, talk: Talk, fate: Fate) -> Fate {
        if !matches!(fate, Fate::Away(_) | Fate::Setup(_))
            && let Ok(mut answered) = self.answered.lock()
        {
            *answered = Some(Instant::now());
        }
        if matches!(fate, Fate::Taken(_)) {
            self.took.store(true, Ordering::Relaxed);
        }
        if talk.is_fresh() {
            if let Ok(mut idle) = self.idle.lock() {
                idle.push(talk);
            }
        } else {
            tokio::spawn(talk.end());
        }
        fate
    }

    /// Connections to use now.
    pub fn width(&self) -> u32 {
        match self.narrow.lock().ok().and_then(|narrow| *narrow) {
            Some((width, since)) if since.elapsed() < NARROW => width,
            _ => self.most,
        }
    }

    /// The server answers, and takes no more connections than it has: we do with fewer for a while.
    /// False when it does not answer at all.
    pub fn is_only_crowded(&self) -> bool {
        let answered = self.answered.lock().ok().and_then(|at| *at);
        let crowded = answered.is_some_and(|at| at.elapsed() < Duration::from_secs(5));
        if crowded && let Ok(mut narrow) = self.narrow.lock() {
            let width = narrow.filter(|(_, since)| since.elapsed() < NARROW).map_or(self.most, |(w, _)| w);
            *narrow = Some(((width / 2).max(1), Instant::now()));
        }
        crowded
    }

    /// Says good-bye to the server.
    pub async fn end(&self) {
        let idle = self.idle.lock().map(|mut idle| std::mem::take(&mut *idle)).unwrap_or_default();
        futures::future::join_all(idle.into_iter().map(Talk::end)).await;
    }
}
