//! Who may come in. A guard is a type that names the right it asks for; a page without one is public.

use std::ops::Deref;

use rocket::Request;
use rocket::http::Status;
use rocket::request::{FromRequest, Outcome};
use rules::roles::{Permission, may};

use super::queries;
use crate::platform::{Actor, Core, Failure, Tx};
use crate::web::frame::{NavItem, Signed};
use crate::web::{Frame, cookies};

/// Anybody: signed in or not.
#[derive(Debug)]
pub struct Visitor {
    /// What surrounds the page.
    pub frame: Frame,
}

impl Deref for Visitor {
    type Target = Frame;
    fn deref(&self) -> &Frame {
        &self.frame
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Visitor {
    type Error = ();
    async fn from_request(req: &'r Request<'_>) -> Outcome<Self, ()> {
        match open(req).await {
            Ok(frame) => Outcome::Success(Self { frame }),
            Err(failure) => {
                tracing::error!(request = crate::web::request::id(req), %failure, "a request could not begin");
                Outcome::Error((Status::InternalServerError, ()))
            }
        }
    }
}

async fn open(req: &Request<'_>) -> Result<Frame, Failure> {
    let mut frame = Frame::open(req).await?;
    let Some(cookie) = req.cookies().get(cookies::session(&frame.core.config)) else { return Ok(frame) };
    if let Some((signed, lang)) = queries::signed_in(&frame.core, cookie.value()).await? {
        frame.lang = lang;
        frame.nav = nav(&frame, &signed).await?;
        frame.search = may(signed.role, Permission::ReadDonors).then_some("/donors");
        frame.member = Some(signed);
    }
    Ok(frame)
}

/// Address, icon, word and right of each entry.
const NAV: [(&str, &str, &str, Permission); 7] = [
    ("/tickets", "inbox", "nav-desk", Permission::ReadTickets),
    ("/donors", "people", "nav-people", Permission::ReadDonors),
    ("/gifts", "gift", "nav-gifts", Permission::ReadMoney),
    ("/receipts", "receipt", "nav-receipts", Permission::ReadReceipts),
    ("/treasury", "treasury", "nav-treasury", Permission::ReadMoney),
    ("/settings", "settings", "nav-settings", Permission::ReadSettings),
    ("/audit", "audit", "nav-audit", Permission::ReadAudit),
];

async fn nav(frame: &Frame, signed: &Signed) -> Result<Vec<NavItem>, Failure> {
    let mut items = Vec::new();
    for (href, icon, word, right) in NAV {
        if !may(signed.role, right) {
            continue;
        }
        let mut count = None;
        for counter in frame.core.counters.iter().filter(|c| c.place() == href) {
            count = counter.count(&frame.core).await?;
        }
        let current =
            frame.path == href || frame.path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/'));
        items.push(NavItem { href, icon, label: frame.word(word), count, current });
    }
    Ok(items)
}

/// A signed-in person with the right that a page asks for.
async fn with_right(req: &Request<'_>, right: Option<Permission>) -> Outcome<(Visitor, Signed), ()> {
    let visitor = match Visitor::from_request(req).await {
        Outcome::Success(visitor) => visitor,
        Outcome::Error(error) => return Outcome::Error(error),
        Outcome::Forward(status) => return Outcome::Forward(status),
    };
    match visitor.frame.member.clone() {
        None => Outcome::Error((Status::Unauthorized, ())),
        Some(signed) if right.is_none_or(|right| may(signed.role, right)) => {
            Outcome::Success((visitor, signed))
        }
        Some(_) => Outcome::Error((Status::Forbidden, ())),
    }
}

macro_rules! guards {
    ($($name:ident, $right:expr, $doc:literal;)*) => {$(
        #[doc = $doc]
        #[derive(Debug)]
        pub struct $name {
            visitor: Visitor,
            /// The person.
            pub member: Signed,
        }

        impl $name {
            /// A write transaction in this person's name.
            pub async fn tx(&self) -> Result<Tx, Failure> {
                begin(&self.visitor.frame, &self.member).await
            }
        }

        impl Deref for $name {
            type Target = Frame;
            fn deref(&self) -> &Frame {
                &self.visitor.frame
            }
        }

        #[rocket::async_trait]
        impl<'r> FromRequest<'r> for $name {
            type Error = ();
            async fn from_request(req: &'r Request<'_>) -> Outcome<Self, ()> {
                with_right(req, $right).await.map(|(visitor, member)| Self { visitor, member })
            }
        }
    )*};
}

guards! {
    Member, None, "Anybody on staff.";
    ReadTickets, Some(Permission::ReadTickets), "May see the queue and tickets.";
    AnswerTickets, Some(Permission::AnswerTickets), "May reply, take, close, waive, merge.";
    ReadDonors, Some(Permission::ReadDonors), "May see donors.";
    WriteDonors, Some(Permission::WriteDonors), "May change donors.";
    ReadMoney, Some(Permission::ReadMoney), "May see gifts, imports and the treasury.";
    WriteMoney, Some(Permission::WriteMoney), "May record, import and reverse gifts.";
    ReadReceipts, Some(Permission::ReadReceipts), "May see receipts.";
    IssueReceipts, Some(Permission::IssueReceipts), "May issue, cancel and replace receipts.";
    Export, Some(Permission::Export), "May take files out.";
    Configure, Some(Permission::Configure), "May set the association, its people and the mail up.";
    ReadSettings, Some(Permission::ReadSettings), "May see the settings.";
    ReadAudit, Some(Permission::ReadAudit), "May see the audit.";
}

async fn begin(frame: &Frame, member: &Signed) -> Result<Tx, Failure> {
    let mut tx = Tx::begin(&frame.core, Actor::Member { id: member.id, name: member.name.clone() }).await?;
    tx.request_id = Some(frame.request_id.clone());
    Ok(tx)
}

impl Visitor {
    /// A write transaction in the name of `actor`, for public pages.
    pub async fn tx(&self, actor: Actor) -> Result<Tx, Failure> {
        let mut tx = Tx::begin(&self.frame.core, actor).await?;
        tx.request_id = Some(self.frame.request_id.clone());
        Ok(tx)
    }

    /// The process.
    pub fn core(&self) -> &Core {
        &self.frame.core
    }
}
