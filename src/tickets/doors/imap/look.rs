//! One look into a folder: what is new becomes ours, then is marked there.

use async_imap::error::Error;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use futures::TryStreamExt;

use super::connect::{Mailbox, told};
use crate::platform::config::{After, First, ImapAccount};
use crate::platform::{Actor, Core, Failure, Tx};
use crate::tickets::actions::digest::digest_many;
use crate::tickets::actions::intake::{self, Arrival, Raw, Way};
use crate::tickets::actions::mailbox::{self, History, Place};
use crate::tickets::queries::mailboxes;

/// Mails asked for at once. A batch that breaks is asked for again, one by one.
const BATCH: usize = 25;
/// Bytes of a batch kept in memory before they go to the ledger.
const AT_HAND: usize = 8 << 20;

/// A folder that is selected.
pub struct Look<'l> {
    pub core: &'l Core,
    pub account: &'l ImapAccount,
    pub place: Place,
    pub uidvalidity: u32,
    /// Batches of one: something in the last batch broke the line.
    pub careful: bool,
}

/// What a batch brought.
#[derive(Debug, Default)]
struct Fetched {
    /// UIDs that are ours.
    ours: Vec<u32>,
    /// UIDs of the folder's history: seen to, never touched.
    past: Vec<u32>,
    /// UIDs of mails that are larger than we take, with their bytes.
    too_large: Vec<(u32, usize)>,
    /// Their lines of the ledger.
    lines: Vec<i64>,
    /// Mails that are there and did not come.
    troubled: usize,
}

/// Mails on their way into the ledger.
#[derive(Debug, Default)]
struct Lot {
    arrivals: Vec<Arrival>,
    uids: Vec<u32>,
    bytes: usize,
}

/// What a look brought.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Brought {
    /// Mails that are ours now.
    pub taken: usize,
    /// Mails that could not be fetched.
    pub troubled: usize,
}

/// The folder of an account.
pub fn place(account: &ImapAccount) -> Place {
    Place { account: account.name.clone(), folder: account.folder.clone() }
}

/// Its name as IMAP writes it (RFC 3501 5.1.3).
pub fn folder_name(name: &str) -> String {
    utf7_imap::encode_utf7_imap(name.to_owned())
}

/// Selects the folder, begins it if it is new, notices new numbers, and gives what to look for.
pub async fn open<'l>(
    core: &'l Core,
    account: &'l ImapAccount,
    session: &mut Mailbox,
) -> Result<Look<'l>, Failure> {
    let place = place(account);
    let selected = session.select(folder_name(&account.folder)).await;
    let selected =
        selected.map_err(|e| told(&format!("the folder `{}` cannot be opened", account.folder), e))?;
    let uidvalidity =
        selected.uid_validity.ok_or_else(|| Failure::new("the server numbers no mail (UIDVALIDITY)"))?;
    let row = mailboxes::folder(core, &place).await?;
    let highest = match selected.uid_next {
        Some(next) => next.saturating_sub(1),
        None => all_uids(session, "ALL").await?.last().copied().unwrap_or(0),
    };
    match row {
        None => begin(core, account, session, &place, uidvalidity, highest).await?,
        Some(row) if row.uidvalidity != i64::from(uidvalidity) => {
            tracing::warn!(account = account.name, "the mail server numbered the folder anew");
            let tx = Tx::begin(core, Actor::System).await?;
            mailbox::renumbered(&tx, &place, uidvalidity, highest).await?;
            tx.commit().await?;
        }
        Some(_) => {}
    }
    Ok(Look { core, account, place, uidvalidity, careful: false })
}

async fn begin(
    core: &Core,
    account: &ImapAccount,
    session: &mut Mailbox,
    place: &Place,
    uidvalidity: u32,
    highest: u32,
) -> Result<(), Failure> {
    let all = DateTime::<Utc>::UNIX_EPOCH;
    let (last, history) = match account.first().unwrap_or(First::Now) {
        // The server's own clock says when the last of its old mails came.
        First::Now => {
            let latest = arrivals(session, "1:*").await?.into_iter().filter_map(|(_, at)| at).max();
            let from = latest.map_or(all, |at| at + TimeDelta::seconds(1));
            (highest, History { uid: highest, from })
        }
        First::All => (0, History { uid: 0, from: all }),
        First::Since(day) => {
            let from = rules::dates::paris_midnight(day).unwrap_or(all);
            (0, History { uid: highest, from })
        }
    };
    let tx = Tx::begin(core, Actor::System).await?;
    mailbox::begin(&tx, place, uidvalidity, last, history).await?;
    Ok(tx.commit().await?)
}

/// When each mail of a set came to the server (INTERNALDATE).
pub async fn arrivals(
    session: &mut Mailbox,
    set: &str,
) -> Result<Vec<(u32, Option<DateTime<Utc>>)>, Failure> {
    let lost = |e: Error| told("the folder cannot be read", e);
    let mut answers = session.uid_fetch(set, "(UID INTERNALDATE)").await.map_err(lost)?;
    let mut all = Vec::new();
    while let Some(answer) = answers.try_next().await.map_err(lost)? {
        all.extend(answer.uid.map(|uid| (uid, answer.internal_date().map(|at| at.to_utc()))));
    }
    Ok(all)
}

/// What a folder holds beyond `last` and beyond its history, in order.
pub async fn beyond(session: &mut Mailbox, last: u32, history: History) -> Result<Vec<u32>, Failure> {
    let mut found = Vec::new();
    if last < history.uid {
        let query = format!("UID {}:{} {}", last.saturating_add(1), history.uid, since(history.from));
        found = all_uids(session, &query).await?;
    }
    // `N:*` always names the last mail, even when its number is lower than N (RFC 3501 6.4.8).
    let fresh = Ord::max(last, history.uid).saturating_add(1);
    found.extend(all_uids(session, &format!("UID {fresh}:*")).await?.into_iter().filter(|uid| *uid >= fresh));
    Ok(found)
}

/// UIDs that fit, in order.
pub async fn all_uids(session: &mut Mailbox, query: &str) -> Result<Vec<u32>, Failure> {
    let found = session.uid_search(query).await.map_err(|e| told("the folder cannot be searched", e))?;
    let mut uids: Vec<u32> = found.into_iter().collect();
    uids.sort_unstable();
    Ok(uids)
}

/// `SINCE` looks at days of the server's own zone: a day earlier is asked for, and each mail's instant decides.
pub fn since(from: DateTime<Utc>) -> String {
    match from.date_naive().pred_opt().filter(|day| *day > NaiveDate::default()) {
        Some(day) => format!("SINCE {}", day.format("%d-%b-%Y")),
        None => "ALL".into(),
    }
}

impl Fetched {
    fn settles(&self, uid: u32) -> bool {
        let too_large = self.too_large.iter().any(|(large, _)| *large == uid);
        too_large || self.ours.contains(&uid) || self.past.contains(&uid)
    }
}

impl Look<'_> {
    /// UIDs to fetch now: the new ones, those in trouble that are still tried.
    pub async fn wanted(&self, session: &mut Mailbox, patient: bool) -> Result<Vec<u32>, Failure> {
        let row = mailboxes::folder(self.core, &self.place).await?;
        let row = row.ok_or_else(|| Failure::new("the folder is not known"))?;
        let last = u32::try_from(row.last_uid).unwrap_or(u32::MAX);
        let mut wanted = beyond(session, last, mailbox::history(&row)).await?;
        let troubles = mailboxes::troubles(self.core, &self.place, self.uidvalidity).await?;
        let left_aside = |uid: u32| troubles.iter().any(|(t, tries)| *t == uid && *tries >= mailbox::TRIES);
        wanted.extend(troubles.iter().map(|(uid, _)| *uid));
        wanted.retain(|uid| !patient || !left_aside(*uid));
        wanted.sort_unstable();
        wanted.dedup();
        Ok(wanted)
    }

    /// Makes these mails ours, batch by batch; each batch is committed before the server hears of it.
    pub async fn take(&self, session: &mut Mailbox, wanted: &[u32]) -> Result<Brought, Failure> {
        let mut brought = Brought::default();
        for batch in wanted.chunks(if self.careful { 1 } else { BATCH }) {
            let Fetched { ours, past, lines, troubled, .. } =
                match self.fetch_and_look_after(session, batch).await {
                    Ok(done) => done,
                    Err(failure) => {
                        // Alone in its batch, it is this mail that broke the line.
                        if let ([uid], true) = (batch, self.careful) {
                            let why = format!("the line broke when this mail was asked for ({failure})");
                            self.note_trouble(*uid, &why).await?;
                        }
                        return Err(failure);
                    }
                };
            brought.troubled += troubled;
            let marked = self.mark(session, &ours).await;
            if let Ok(refused) = &marked {
                brought.taken += ours.len();
                let tx = Tx::begin(self.core, Actor::System).await?;
                for uid in ours.iter().chain(&past) {
                    mailbox::no_more_trouble(&tx, &self.place, self.uidvalidity, *uid).await?;
                }
                if !ours.is_empty() {
                    mailbox::marked(&tx, &self.place, refused.as_deref()).await?;
                }
                mailbox::read_to(&tx, &self.place, batch.last().copied().unwrap_or_default()).await?;
                tx.commit().await?;
            }
            digest_many(self.core, &lines).await;
            marked?;
        }
        Ok(brought)
    }

    /// Fetches a batch; what was asked for and did not come is gone meanwhile, or in trouble.
    async fn fetch_and_look_after(&self, session: &mut Mailbox, batch: &[u32]) -> Result<Fetched, Failure> {
        let mut fetched = self.fetch(session, batch).await?;
        let absent: Vec<u32> = batch.iter().copied().filter(|uid| !fetched.settles(*uid)).collect();
        for uid in absent {
            fetched.troubled += usize::from(self.is_still_there(session, uid).await?);
        }
        let most = self.core.config.mail_max_bytes;
        for (uid, bytes) in &fetched.too_large {
            let why = format!(
                "this mail has {bytes} bytes, and `mail_max_bytes` allows {most}; it stays on the server until that \
                 key is raised"
            );
            self.note_trouble(*uid, &why).await?;
        }
        fetched.troubled += fetched.too_large.len();
        Ok(fetched)
    }

    async fn note_trouble(&self, uid: u32, why: &str) -> Result<(), Failure> {
        tracing::error!(account = self.place.account, uid, why, "a mail on the server could not be fetched");
        let tx = Tx::begin(self.core, Actor::System).await?;
        mailbox::trouble(&tx, &self.place, self.uidvalidity, uid, why).await?;
        Ok(tx.commit().await?)
    }

    /// A mail that was asked for and did not come: gone meanwhile, or in trouble.
    async fn is_still_there(&self, session: &mut Mailbox, uid: u32) -> Result<bool, Failure> {
        let there = all_uids(session, &format!("UID {uid}")).await?.contains(&uid);
        if there {
            self.note_trouble(uid, "the server names this mail and does not give it").await?;
        } else {
            let tx = Tx::begin(self.core, Actor::System).await?;
            mailbox::no_more_trouble(&tx, &self.place, self.uidvalidity, uid).await?;
            tx.commit().await?;
        }
        Ok(there)
    }

    /// What of these mails is to be fetched: neither the folder's history, nor what is too large for us.
    async fn fitting(
        &self,
        session: &mut Mailbox,
        uids: &[u32],
        fetched: &mut Fetched,
    ) -> Result<Vec<u32>, Failure> {
        let lost = |e: Error| told("the folder cannot be read", e);
        let row = mailboxes::folder(self.core, &self.place).await?;
        let history = row.as_ref().map(mailbox::history);
        let most = self.core.config.mail_max_bytes;
        let mut fitting = Vec::new();
        let mut answers =
            session.uid_fetch(set(uids), "(UID INTERNALDATE RFC822.SIZE)").await.map_err(lost)?;
        while let Some(answer) = answers.try_next().await.map_err(lost)? {
            let Some(uid) = answer.uid.filter(|uid| uids.contains(uid)) else { continue };
            let came = answer.internal_date().map(|at| at.to_utc());
            let bytes = answer.size.and_then(|size| usize::try_from(size).ok()).unwrap_or_default();
            if history.is_some_and(|history| history.holds(uid, came)) {
                fetched.past.push(uid);
            } else if bytes > most {
                fetched.too_large.push((uid, bytes));
            } else {
                fitting.push(uid);
            }
        }
        Ok(fitting)
    }

    /// Fetches and stores.
    async fn fetch(&self, session: &mut Mailbox, uids: &[u32]) -> Result<Fetched, Failure> {
        let mut fetched = Fetched::default();
        let uids = self.fitting(session, uids, &mut fetched).await?;
        if uids.is_empty() {
            return Ok(fetched);
        }
        // One byte more than we take: a server that was wrong about the size is found out, and nothing is cut.
        let most = self.core.config.mail_max_bytes;
        let query = format!("(UID BODY.PEEK[]<0.{}>)", most.saturating_add(1));
        let lost = |e: Error| told("the mails could not be fetched", e);
        let mut lot = Lot::default();
        let mut answers = session.uid_fetch(set(&uids), &query).await.map_err(lost)?;
        while let Some(answer) = answers.try_next().await.map_err(lost)? {
            let (Some(uid), Some(body)) = (answer.uid.filter(|uid| uids.contains(uid)), answer.body()) else {
                continue;
            };
            if body.len() > most {
                fetched.too_large.push((uid, body.len()));
                continue;
            }
            lot.bytes += body.len();
            lot.uids.push(uid);
            lot.arrivals.push(self.arrival(uid, body.to_vec()));
            if lot.bytes > AT_HAND {
                self.store(&mut lot, &mut fetched).await?;
            }
        }
        self.store(&mut lot, &mut fetched).await?;
        Ok(fetched)
    }

    fn arrival(&self, uid: u32, raw: Vec<u8>) -> Arrival {
        Arrival {
            source_key: Some(self.place.key(self.uidvalidity, uid)),
            to: Some(self.account.user.clone()).filter(|user| user.contains('@')),
            peer: Some(self.account.server.clone()),
            ..Arrival::new(Raw::bytes(raw), Way::Imap)
        }
    }

    async fn store(&self, lot: &mut Lot, fetched: &mut Fetched) -> Result<(), Failure> {
        let Lot { arrivals, uids, .. } = std::mem::take(lot);
        if arrivals.is_empty() {
            return Ok(());
        }
        fetched.lines.extend(intake::store_many(self.core, &arrivals).await?);
        fetched.ours.extend(uids);
        Ok(())
    }

    /// Tells the server what is ours. Gives what it refuses, which changes nothing here; fails when the line is lost.
    async fn mark(&self, session: &mut Mailbox, uids: &[u32]) -> Result<Option<String>, Failure> {
        if uids.is_empty() {
            return Ok(None);
        }
        let (asked, what) = match self.account.after() {
            Some(After::Seen) => {
                let asked = format!("UID STORE {} +FLAGS.SILENT (\\Seen)", set(uids));
                (session.run_command_and_check_ok(asked).await, "mark mails that are ours as read".to_owned())
            }
            Some(After::Move(folder)) => {
                let asked = move_to(session, &set(uids), &folder).await;
                (asked, format!("move mails that are ours to `{folder}`"))
            }
            Some(After::Nothing) | None => return Ok(None),
        };
        match asked {
            Ok(()) => Ok(None),
            Err(error) if refuses(&error) => {
                let why = format!("{}{what}: {}.", mailbox::REFUSES, reason(&error));
                tracing::error!(
                    account = self.place.account,
                    why,
                    "mails are ours, and their server was told in vain"
                );
                Ok(Some(why))
            }
            Err(error) => Err(told("mails that are ours could not be marked", error)),
        }
    }
}

/// UIDs as IMAP writes them.
fn set(uids: &[u32]) -> String {
    uids.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
}

/// Whether a server said no, and the line holds.
fn refuses(error: &Error) -> bool {
    matches!(error, Error::No(_) | Error::Bad(_) | Error::Validate(_))
}

/// What it said, without the clothes of the library.
fn reason(error: &Error) -> String {
    let text = error.to_string();
    let said = text.split_once("info: Some(\"").and_then(|(_, rest)| rest.strip_suffix("\")"));
    said.unwrap_or(&text).trim_end_matches('.').to_owned()
}

/// Moves mails (RFC 6851); a server that cannot copies and removes them.
async fn move_to(session: &mut Mailbox, set: &str, folder: &str) -> Result<(), Error> {
    let name = folder_name(folder);
    let can = session.capabilities().await?;
    if can.has_str("MOVE") {
        return match session.uid_mv(set, &name).await {
            Err(error) if refuses(&error) => {
                create(session, &name).await?;
                session.uid_mv(set, &name).await
            }
            done => done,
        };
    }
    match session.uid_copy(set, &name).await {
        Err(error) if refuses(&error) => {
            create(session, &name).await?;
            session.uid_copy(set, &name).await?;
        }
        done => done?,
    }
    session.run_command_and_check_ok(format!("UID STORE {set} +FLAGS.SILENT (\\Seen \\Deleted)")).await?;
    if can.has_str("UIDPLUS") {
        session.run_command_and_check_ok(format!("UID EXPUNGE {set}")).await?;
    }
    Ok(())
}

/// Makes a folder; one that is there already is as good.
async fn create(session: &mut Mailbox, name: &str) -> Result<(), Error> {
    match session.create(name).await {
        Err(error) if !refuses(&error) => Err(error),
        _ => Ok(()),
    }
}
