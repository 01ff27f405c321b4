//! A donor who came in by a link.

use std::ops::{Deref, DerefMut};

use entities::donor;
use rocket::Request;
use rocket::http::Status;
use rocket::request::{FromRequest, Outcome};
use rules::lang::Lang;

use super::queries;
use crate::accounts::Visitor;
use crate::platform::{Actor, Failure, Tx};
use crate::web::{Frame, cookies};

/// A donor, with the records that are theirs. Pages ask for it as an option: without it they lead to the form.
#[derive(Debug)]
pub struct Donor {
    visitor: Visitor,
    /// The address they proved to be theirs.
    pub email: String,
    /// Token of the session.
    pub token: String,
    /// Their records; at least one.
    pub records: Vec<donor::Model>,
}

impl Deref for Donor {
    type Target = Frame;
    fn deref(&self) -> &Frame {
        &self.visitor.frame
    }
}

impl DerefMut for Donor {
    fn deref_mut(&mut self) -> &mut Frame {
        &mut self.visitor.frame
    }
}

impl Donor {
    /// A write transaction in this donor's name.
    pub async fn tx(&self) -> Result<Tx, Failure> {
        self.visitor.tx(Actor::Donor { email: self.email.clone() }).await
    }

    /// Their record with this row, if it is theirs.
    pub fn record(&self, id: i64) -> Option<&donor::Model> {
        self.records.iter().find(|row| row.id == id)
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Donor {
    type Error = ();
    async fn from_request(req: &'r Request<'_>) -> Outcome<Self, ()> {
        let visitor = match Visitor::from_request(req).await {
            Outcome::Success(visitor) => visitor,
            Outcome::Error(error) => return Outcome::Error(error),
            Outcome::Forward(status) => return Outcome::Forward(status),
        };
        match known(req, visitor).await {
            Ok(Some(donor)) => Outcome::Success(donor),
            Ok(None) => Outcome::Forward(Status::Unauthorized),
            Err(failure) => {
                tracing::error!(request = crate::web::request::id(req), %failure, "a donor's request could not begin");
                Outcome::Error((Status::InternalServerError, ()))
            }
        }
    }
}

async fn known(req: &Request<'_>, mut visitor: Visitor) -> Result<Option<Donor>, Failure> {
    let core = visitor.core().clone();
    let Some(token) = req.cookies().get(cookies::donor(&core.config)).map(|c| c.value().to_owned()) else {
        return Ok(None);
    };
    let Some(email) = queries::session(&core, &token).await? else { return Ok(None) };
    let records = queries::own(core.db.read(), &email).await?;
    let Some(first) = records.first() else { return Ok(None) };
    // The language of their record, unless they chose another on this device.
    if req.cookies().get("lang").is_none() {
        visitor.frame.lang = Lang::parse(&first.language).unwrap_or_default();
    }
    Ok(Some(Donor { visitor, email, token, records }))
}
