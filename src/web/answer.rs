//! What a handler gives back.

use rocket::http::{ContentType, Header, Status};
use rocket::request::Request;
use rocket::response::{self, Responder, Response};
use serde::{Deserialize, Serialize};

use crate::platform::Failure;

/// What every handler returns: an answer for the person, or a failure for us.
pub type Reply = Result<Answer, Failure>;

/// A line shown once on the next page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// `ok`, `warn` or `error`.
    pub kind: String,
    /// The sentence, in the person's language.
    pub text: String,
}

/// An answer.
#[derive(Debug)]
pub enum Answer {
    /// A page.
    Page(Status, String),
    /// "Go there" (303), with a line to show.
    Go(String, Option<Flash>),
    /// A file to keep.
    File {
        /// Bytes.
        bytes: Vec<u8>,
        /// Media type.
        mime: String,
        /// Name offered.
        name: String,
        /// Shown in the browser rather than kept.
        inline: bool,
    },
    /// Data for machines.
    Data(Status, ContentType, Vec<u8>),
    /// An error page of the house.
    Error(Status),
}

impl Answer {
    /// Goes to `to`.
    pub fn go(to: impl Into<String>) -> Self {
        Self::Go(to.into(), None)
    }

    /// Goes to `to` and says that it is done.
    pub fn done(to: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Go(to.into(), Some(Flash { kind: "ok".into(), text: text.into() }))
    }

    /// Goes to `to` and says why it was not done.
    pub fn refused(to: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Go(to.into(), Some(Flash { kind: "error".into(), text: text.into() }))
    }
}

impl<'r> Responder<'r, 'static> for Answer {
    fn respond_to(self, req: &'r Request<'_>) -> response::Result<'static> {
        match self {
            Self::Page(status, html) => {
                let mut page = (ContentType::HTML, html).respond_to(req)?;
                page.set_status(status);
                Ok(page)
            }
            Self::Go(to, flash) => {
                if let Some(flash) = flash {
                    super::cookies::set_flash(req, &flash);
                }
                Response::build().status(Status::SeeOther).header(Header::new("Location", to)).ok()
            }
            Self::File { bytes, mime, name, inline } => {
                let way = if inline { "inline" } else { "attachment" };
                Response::build()
                    .header(Header::new("Content-Type", mime))
                    .header(Header::new("Content-Disposition", format!("{way}; {}", file_name(&name))))
                    .sized_body(bytes.len(), std::io::Cursor::new(bytes))
                    .ok()
            }
            Self::Data(status, kind, bytes) => Response::build()
                .status(status)
                .header(kind)
                .sized_body(bytes.len(), std::io::Cursor::new(bytes))
                .ok(),
            Self::Error(status) => Err(status),
        }
    }
}

/// RFC 6266: a plain name and a UTF-8 one.
pub fn file_name(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "._- ".contains(c) { c } else { '_' }).collect();
    let mut coded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) {
            coded.push(char::from(byte));
        } else {
            coded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("filename=\"{plain}\"; filename*=UTF-8''{coded}")
}

impl<'r> Responder<'r, 'static> for Failure {
    fn respond_to(self, req: &'r Request<'_>) -> response::Result<'static> {
        tracing::error!(request = super::request::id(req), path = super::request::quiet_path(req), failure = %self, "a request failed");
        Err(Status::InternalServerError)
    }
}
