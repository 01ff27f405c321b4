//! The mail in the settings: whether it leaves, a switch that holds it all, and the check of the domain.

use rocket::form::Form;
use rocket::http::Status;
use rocket::{FromForm, Route, get, post, routes};
use rules::mail_setup::{Finding, Verdict, judge};
use rules::roles::{Permission, Role, may};
use serde_json::json;

use crate::accounts::guards::{Configure, ReadSettings};
use crate::accounts::{mail_check, views};
use crate::platform::outbox::list::{Shelf, counts};
use crate::platform::sending::{Brake, hold_all, try_now};
use crate::platform::{dkim, mail_setup};
use crate::web::outbox::{DecisionForm, Place, braked, decided, page};
use crate::web::{Answer, Frame, Reply};

/// Pages.
pub fn routes() -> Vec<Route> {
    routes![mail, check, holding, retry, outbox, decision]
}

#[get("/settings/mail")]
async fn mail(who: ReadSettings) -> Reply {
    let brake = Brake::read(who.core.db.read()).await?;
    let config = &who.core.config;
    let server = match config.smtp_server() {
        Ok(Some(server)) => Some(format!("{}:{}", server.host, server.port)),
        _ => config.smtp_url.clone(),
    };
    let mut shelves = Vec::new();
    for (shelf, href, word) in [
        (Shelf::Desk, "/tickets/outbox", "settings-mail-desk"),
        (Shelf::Treasury, "/treasury/outbox", "settings-mail-treasury"),
        (Shelf::House, "/settings/outbox", "settings-mail-house"),
    ] {
        let [decide, failed, held, leaving, waiting] = counts(&who.core, shelf).await?;
        shelves.push(json!({
            "href": href, "label": who.word(word),
            "decide": decide, "failed": failed, "held": held, "waiting": leaving + waiting,
        }));
    }
    let view = json!({
        "tabs": views::tabs(&who, "/settings/mail"),
        "brake": braked(&who, &brake, true),
        "held": brake.held.is_some(),
        "may_change": may(who.member.role, Permission::Configure),
        "shelves": shelves,
        "from": config.mail_from,
        "server": server,
        "pace": (config.mail_pace > 0).then_some(config.mail_pace),
        "signs": config.dkim_key_file.as_ref().map(|_| dkim::domain(config)),
    });
    who.page("pages/accounts/mail", &who.word("settings-mail-title"), &view)
}

#[get("/settings/mail/check")]
async fn check(who: ReadSettings) -> Reply {
    let findings = judge(&mail_setup::facts(&who.core).await?);
    let bad = findings.iter().filter(|f| f.verdict == Verdict::Bad).count();
    let view = json!({
        "tabs": views::tabs(&who, "/settings/mail"),
        "domain": who.core.config.mail_from.rsplit_once('@').map(|(_, domain)| domain),
        "bad": bad,
        "findings": findings.iter().enumerate().map(|(n, f)| shown(&who, n, f)).collect::<Vec<_>>(),
    });
    who.page("pages/accounts/mail-check", &who.word("mail-check-title"), &view)
}

fn shown(frame: &Frame, number: usize, finding: &Finding) -> serde_json::Value {
    let (kind, icon, word) = match finding.verdict {
        Verdict::Good => ("ok", "check", "mail-check-good"),
        Verdict::Advice => ("accent", "info", "mail-check-advice"),
        Verdict::Bad => ("error", "warning", "mail-check-bad"),
        Verdict::Unknown => ("warn", "help", "mail-check-unknown"),
    };
    json!({
        "number": number,
        "about": frame.say(&mail_check::about(finding)),
        "kind": kind,
        "icon": icon,
        "verdict": frame.word(word),
        "text": frame.say(&mail_check::sentence(finding)),
        "found": finding.found.as_deref().map(|found| found.lines().collect::<Vec<_>>()),
        "publish": finding.publish.as_ref().map(|record| json!({
            "name": record.name, "kind": record.kind, "value": record.value,
        })),
    })
}

#[derive(FromForm)]
struct HoldingForm<'r> {
    hold: &'r str,
}

#[post("/settings/mail/holding", data = "<form>")]
async fn holding(who: Configure, form: Form<HoldingForm<'_>>) -> Reply {
    let hold = match form.hold {
        "yes" => true,
        "no" => false,
        _ => return Ok(Answer::Error(Status::UnprocessableEntity)),
    };
    let tx = who.tx().await?;
    hold_all(&who.core, &tx, hold).await?;
    tx.commit().await?;
    let word = if hold { "settings-mail-held" } else { "settings-mail-released" };
    Ok(Answer::done("/settings/mail", who.word(word)))
}

#[post("/settings/mail/retry")]
async fn retry(who: Configure) -> Reply {
    let tx = who.tx().await?;
    try_now(&who.core, &tx).await?;
    tx.commit().await?;
    Ok(Answer::done("/settings/mail", who.word("settings-mail-retried")))
}

fn place(role: Role) -> Place {
    let may_act = may(role, Permission::Configure);
    Place { shelf: Shelf::House, path: "/settings/outbox", may_act, may_configure: may_act }
}

/// Links and notices to the staff.
#[get("/settings/outbox?<list>&<after>")]
async fn outbox(who: ReadSettings, list: Option<&str>, after: Option<&str>) -> Reply {
    page(&who, place(who.member.role), list, after).await
}

#[post("/settings/outbox/<id>/decision", data = "<form>")]
async fn decision(who: Configure, id: i64, form: Form<DecisionForm<'_>>) -> Reply {
    decided(&who, place(who.member.role), who.tx().await?, id, &form).await
}
