//! Where tools announce, and what a person sees of it.

use rocket::data::{Data, ToByteUnit};
use rocket::form::Form;
use rocket::http::{ContentType, Status};
use rocket::request::{FromRequest, Outcome, Request};
use rocket::{Route, State, get, post, routes};
use serde_json::json;

use super::actions::{self, Refusal, Tool};
use super::forms::SecretForm;
use super::queries;
use crate::accounts::guards::WriteMoney;
use crate::platform::{Actor, Core, Stop};
use crate::web::{Answer, Reply};

/// An announcement is a few kilobytes.
const MOST_KIB: u64 = 256;

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    routes![hear, hooks, secret, bring]
}

/// The signature of either tool.
struct Signature(Option<String>, Option<String>);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Signature {
    type Error = std::convert::Infallible;

    async fn from_request(req: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let header = |tool: Tool| req.headers().get_one(tool.header()).map(str::to_owned);
        Outcome::Success(Self(header(Tool::HelloAsso), header(Tool::Stripe)))
    }
}

/// Anybody may knock; only the tool's signature opens. The answer says nothing to who is not it.
#[post("/hooks/<tool>", data = "<body>")]
async fn hear(core: &State<Core>, tool: &str, signature: Signature, body: Data<'_>) -> Reply {
    let Some(tool) = Tool::parse(tool) else { return Ok(Answer::Error(Status::Forbidden)) };
    let header = match tool {
        Tool::HelloAsso => signature.0,
        Tool::Stripe => signature.1,
    };
    let Some(header) = header else { return Ok(Answer::Error(Status::Forbidden)) };
    let body = body.open(MOST_KIB.kibibytes()).into_bytes().await?;
    if !body.is_complete() {
        return Ok(Answer::Error(Status::PayloadTooLarge));
    }
    match Stop::split(actions::hear(core, tool, &header, &body).await)? {
        Ok(()) => Ok(Answer::Data(Status::Ok, ContentType::JSON, b"{}".to_vec())),
        Err(Refusal::NotAnEvent) => Ok(Answer::Error(Status::UnprocessableEntity)),
        Err(_) => Ok(Answer::Error(Status::Forbidden)),
    }
}

#[get("/imports/hooks", rank = 1)]
async fn hooks(who: WriteMoney) -> Reply {
    let conn = who.core.db.read();
    let mut tools = Vec::new();
    for tool in Tool::ALL {
        let (count, cents) = queries::missing(conn, tool).await?;
        tools.push(json!({
            "code": tool.code(), "name": tool.name(), "url": format!("{}/hooks/{}", who.core.config.public(), tool.code()),
            "ready": actions::has_secret(&who.core, tool).await?, "count": count, "cents": cents,
            "brings": tool == Tool::HelloAsso && !queries::waiting(conn, tool).await?.is_empty(),
            "is_stripe": tool == Tool::Stripe,
        }));
    }
    let events = queries::last(conn).await?;
    let events = events.iter().map(|event| {
        json!({
            "tool": Tool::parse(&event.source).map(Tool::name), "kind": event.kind, "who": event.who, "cents": event.cents,
            "at": event.received_at, "import": event.import_id, "waiting": event.state == "waiting",
        })
    });
    let view = json!({
        "crumbs": [{ "href": "/imports", "label": who.word("imports-title") }],
        "tools": tools, "events": events.collect::<Vec<_>>(),
    });
    who.page("pages/hooks/hooks", &who.word("hooks-title"), &view)
}

#[post("/imports/hooks/<tool>/secret", data = "<form>")]
async fn secret(who: WriteMoney, tool: &str, form: Form<SecretForm<'_>>) -> Reply {
    let Some(tool) = Tool::parse(tool) else { return Ok(Answer::Error(Status::NotFound)) };
    let tx = who.tx().await?;
    match Stop::split(actions::set_secret(&who.core, &tx, tool, form.secret).await)? {
        Ok(()) => {
            tx.commit().await?;
            Ok(Answer::done("/imports/hooks", who.word("hooks-secret-kept")))
        }
        Err(why) => Ok(Answer::refused("/imports/hooks", who.say(&why.say()))),
    }
}

#[post("/imports/hooks", rank = 1)]
async fn bring(who: WriteMoney) -> Reply {
    let actor = Actor::Member { id: who.member.id, name: who.member.name.clone() };
    match Stop::split(actions::bring(&who.core, &actor).await)? {
        Ok(import) => Ok(Answer::go(format!("/imports/{import}"))),
        Err(why) => Ok(Answer::refused("/imports/hooks", who.say(&why.say()))),
    }
}
