//! Errors are pages in the same voice: what happened, why, what to do.

use rocket::http::{ContentType, Status};
use rocket::response::Responder;
use rocket::{Catcher, Request, catch, catchers, get};
use serde_json::json;

use super::{Answer, Frame, Reply, request};

/// Catchers of the house.
pub fn catchers() -> Vec<Catcher> {
    catchers![sign_in_first, any]
}

/// Where a request without its token ends.
#[get("/-/refused")]
pub async fn refused() -> Reply {
    Ok(Answer::Error(Status::Forbidden))
}

#[catch(401)]
async fn sign_in_first(req: &Request<'_>) -> Answer {
    let next = req.uri().path().percent_encode_path();
    Answer::go(format!("/sign-in?next={next}"))
}

/// Percent-encodes what a query value may not hold.
trait PercentEncode {
    fn percent_encode_path(&self) -> String;
}

impl PercentEncode for rocket::http::uri::Path<'_> {
    fn percent_encode_path(&self) -> String {
        self.as_str()
            .bytes()
            .map(|b| {
                if b.is_ascii_alphanumeric() || b"/-_.~".contains(&b) {
                    char::from(b).to_string()
                } else {
                    format!("%{b:02X}")
                }
            })
            .collect()
    }
}

/// The page of any other status.
struct ErrorPage(Status, String);

impl<'r> Responder<'r, 'static> for ErrorPage {
    fn respond_to(self, req: &'r Request<'_>) -> rocket::response::Result<'static> {
        let mut page = (ContentType::HTML, self.1).respond_to(req)?;
        page.set_status(self.0);
        Ok(page)
    }
}

#[catch(default)]
async fn any(status: Status, req: &Request<'_>) -> ErrorPage {
    let known = match status.code {
        400 | 405 | 406 | 411 | 415 => 404,
        413 | 422 => 422,
        code @ (403 | 404 | 429) => code,
        _ => 500,
    };
    let plain = ErrorPage(status, format!("{status} · {}", request::id(req)));
    let Ok(frame) = Frame::open(req).await else { return plain };
    let (name, title) = match known {
        403 => ("pages/errors/403", frame.word("layout-error-403-title")),
        404 => ("pages/errors/404", frame.word("layout-error-404-title")),
        422 => ("pages/errors/422", frame.word("layout-error-422-title")),
        429 => ("pages/errors/429", frame.word("layout-error-429-title")),
        _ => ("pages/errors/500", frame.word("layout-error-500-title")),
    };
    match frame.page_with(status, "public", name, &title, &json!({})) {
        Ok(Answer::Page(status, html)) => ErrorPage(status, html),
        other => {
            tracing::error!(?other, "the error page failed");
            plain
        }
    }
}
