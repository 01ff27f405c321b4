//! Everything around a page: language, person, navigation, token, line to show.

use chrono::{DateTime, Utc};
use rocket::Request;
use rocket::http::Status;
use rules::lang::Lang;
use rules::roles::Role;
use serde::Serialize;
use serde_json::{Value, json};

use super::answer::{Answer, Flash, Reply};
use super::{cookies, csrf, request};
use crate::platform::{Core, Failure, Say, settings};

/// The signed-in person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// Row of the member.
    pub id: i64,
    /// Name.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// Role.
    pub role: Role,
    /// Their session's row.
    pub session_id: i64,
}

/// An entry of the navigation.
#[derive(Debug, Clone, Serialize)]
pub struct NavItem {
    /// Address.
    pub href: &'static str,
    /// Icon.
    pub icon: &'static str,
    /// Word, in the person's language.
    pub label: String,
    /// Counter, if it has one.
    pub count: Option<i64>,
    /// Whether this is where the person is.
    pub current: bool,
}

/// What surrounds a page.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The process.
    pub core: Core,
    /// Language.
    pub lang: Lang,
    /// Path of the request.
    pub path: String,
    /// Id of the request.
    pub request_id: String,
    /// Address of the person.
    pub address: String,
    /// The person on staff, if signed in.
    pub member: Option<Signed>,
    /// Navigation.
    pub nav: Vec<NavItem>,
    /// Where the search field of the top bar leads, if the person may search.
    pub search: Option<&'static str>,
    association: String,
    csrf: String,
    flash: Option<Flash>,
    now: DateTime<Utc>,
}

impl Frame {
    /// The frame of a page without a person.
    pub async fn open(req: &Request<'_>) -> Result<Self, Failure> {
        let core = req.rocket().state::<Core>().ok_or_else(|| Failure::new("no core"))?.clone();
        let association = settings::get(core.db.read(), "association.name").await?;
        Ok(Self {
            lang: request::lang(req),
            path: req.uri().path().to_string(),
            request_id: request::id(req).to_owned(),
            address: request::address(req),
            member: None,
            nav: Vec::new(),
            search: None,
            association: association.unwrap_or_else(|| "Soutien".into()),
            csrf: csrf::token_for(&core, req.cookies()),
            flash: cookies::take_flash(req.cookies()),
            now: core.clock.now(),
            core,
        })
    }

    /// A sentence in the person's language.
    pub fn say(&self, say: &Say) -> String {
        self.core.render.locales.say(self.lang, say)
    }

    /// A sentence without values.
    pub fn word(&self, key: &'static str) -> String {
        self.say(&Say::new(key))
    }

    /// A page for staff: `template` under `templates/`, its title, what it shows.
    pub fn page(&self, template: &str, title: &str, view: &impl Serialize) -> Reply {
        self.page_with(Status::Ok, "staff", template, title, view)
    }

    /// The same page with what was refused on it (422).
    pub fn refused_page(&self, template: &str, title: &str, view: &impl Serialize) -> Reply {
        self.page_with(Status::UnprocessableEntity, "staff", template, title, view)
    }

    /// A page for anybody, without navigation.
    pub fn public_page(&self, status: Status, template: &str, title: &str, view: &impl Serialize) -> Reply {
        self.page_with(status, "public", template, title, view)
    }

    /// Any page: `kind` is `staff`, `public`, `donor` or `bare`.
    pub fn page_with(
        &self,
        status: Status,
        kind: &str,
        template: &str,
        title: &str,
        view: &impl Serialize,
    ) -> Reply {
        let context = json!({ "page": self.context(kind, title), "view": serde_json::to_value(view)? });
        Ok(Answer::Page(status, self.core.render.page(template, context)?))
    }

    fn context(&self, kind: &str, title: &str) -> Value {
        let member = self.member.as_ref().map(|m| {
            let label = match self.lang {
                Lang::Fr => m.role.label_fr(),
                Lang::En => m.role.label_en(),
            };
            json!({ "id": m.id, "name": m.name, "email": m.email, "role": m.role.code(), "role_label": label })
        });
        json!({
            "title": title,
            "lang": self.lang.as_str(),
            "other_lang": match self.lang {
                Lang::Fr => json!({ "lang": "en", "label": "English" }),
                Lang::En => json!({ "lang": "fr", "label": "Français" }),
            },
            "path": self.path,
            "kind": kind,
            "association": self.association,
            "member": member,
            "nav": self.nav,
            "flash": self.flash,
            "csrf": self.csrf,
            "request_id": self.request_id,
            "search": self.search.map(|action| json!({ "action": action, "q": "" })),
            "now": self.now,
        })
    }
}
