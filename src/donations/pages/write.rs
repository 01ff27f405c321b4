//! A gift typed by hand, and its correction; what changes a receipt in a way of its own is shown before it is written.

use entities::gift;
use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use rules::dates::paris_day;

use super::proofs::kept;
use crate::accounts::association::Policies;
use crate::accounts::guards::WriteMoney;
use crate::donations::actions::proofs::NewProof;
use crate::donations::actions::{self, proofs};
use crate::donations::effect::{self, Effect};
use crate::donations::forms::GiftForm;
use crate::donations::line::{HAND, NewGift, Refusal};
use crate::donations::queries;
use crate::donations::views::{FormView, LookView, PickView, Typed};
use crate::donors;
use crate::platform::keys::token;
use crate::platform::{Failure, Stop, Tx};
use crate::web::paging::Way;
use crate::web::{Answer, Reply};

/// Pages of this subject.
pub(super) fn routes() -> Vec<Route> {
    routes![new_gift, record, correct_page, correct]
}

/// What the gift does to receipts, with a button that writes it.
fn look(
    who: &WriteMoney,
    action: &str,
    typed: Typed,
    new: &NewGift,
    (line, reason, effect): (Option<&gift::Model>, &str, &Effect),
) -> Reply {
    let view = LookView::new(who, action, typed, new, (line, reason), effect);
    let title = if line.is_some() { "donations-correct" } else { "donations-new" };
    who.page("pages/donations/look", &who.word(title), &view)
}

async fn prove(who: &WriteMoney, tx: &Tx, gift_id: i64, proof: &NewProof) -> Result<(), Failure> {
    if !proof.is_empty() && Stop::split(proofs::add(&who.core, tx, gift_id, proof).await)?.is_err() {
        return Err(Failure::new("a proof of a line that was just written was refused"));
    }
    Ok(())
}

/// Without a donor: who gave? With one: the form.
#[get("/gifts/new?<donor>&<q>", rank = 1)]
async fn new_gift(who: WriteMoney, donor: Option<&str>, q: Option<&str>) -> Reply {
    let conn = who.core.db.read();
    let Some(donor) = donor else {
        let q = q.unwrap_or_default().trim();
        let found = match q {
            "" => None,
            q => Some(donors::queries::list::page(conn, q, &Way::First).await?),
        };
        return who.page("pages/donations/pick", &who.word("donations-new"), &PickView::new(q, found));
    };
    let key = token();
    let typed = Typed::of_new(donor, &key);
    let view = form_view(&who, &typed, &[]).await?;
    who.page("pages/donations/form", &who.word("donations-new"), &view)
}

async fn form_view(who: &WriteMoney, typed: &Typed, refused: &[Refusal]) -> Result<FormView, Failure> {
    let conn = who.core.db.read();
    let donor = typed.donor_id();
    let names = donors::queries::names(conn, donor.as_slice()).await?;
    let name = donor.and_then(|id| names.get(&id).cloned());
    Ok(FormView::new(who, typed, refused, Policies::get(conn).await?.for_source(HAND), name))
}

/// What is refused of a form: the fields that do not read, then the laws, each field once.
async fn refusals(
    who: &WriteMoney,
    new: &NewGift,
    mut unread: Vec<Refusal>,
) -> Result<Vec<Refusal>, Failure> {
    if unread.is_empty() {
        return Ok(unread);
    }
    let policy =
        Policies::get(who.core.db.read()).await?.for_source(new.dated_as.as_deref().unwrap_or(&new.source));
    let laws = new.check(policy, paris_day(who.core.clock.now())).err().unwrap_or_default();
    let seen: Vec<_> = unread.iter().map(|why| why.field(new.method)).collect();
    unread.extend(laws.into_iter().filter(|why| !seen.contains(&why.field(new.method))));
    Ok(unread)
}

/// The gift is written; dues, what has a counterpart and what is not money once its effect on receipts was seen.
#[post("/gifts", data = "<form>")]
async fn record(who: WriteMoney, form: Form<GiftForm<'_>>) -> Reply {
    let typed = Typed::of_form(&form);
    if form.edit {
        let view = form_view(&who, &typed, &[]).await?;
        return who.page("pages/donations/form", &who.word("donations-new"), &view);
    }
    let (new, unread) = form.gift();
    let mut why = refusals(&who, &new, unread).await?;
    if why.is_empty() && new.asks_a_look() && !form.seen {
        why = match effect::of_writing(&who.core, who.tx().await?, who.lang, &new, None).await? {
            Ok(effect) => return look(&who, "/gifts", typed, &new, (None, "", &effect)),
            Err(why) => why,
        };
    } else if why.is_empty() {
        let proof = kept(&who.core, form.proof.as_ref(), form.proof_place).await?;
        let tx = who.tx().await?;
        why = match Stop::split(actions::record(&who.core, &tx, &new).await)? {
            Ok(id) => {
                prove(&who, &tx, id, &proof).await?;
                tx.commit().await?;
                return Ok(Answer::done(format!("/gifts/{id}"), who.word("donations-recorded")));
            }
            Err(why) => why,
        };
    }
    if let [known @ Refusal::Known { gift_id }] = why.as_slice() {
        return Ok(Answer::done(format!("/gifts/{gift_id}"), who.say(&known.say())));
    }
    let view = form_view(&who, &typed, &why).await?;
    who.refused_page("pages/donations/form", &who.word("donations-new"), &view)
}

#[get("/gifts/<id>/correct")]
async fn correct_page(who: WriteMoney, id: i64) -> Reply {
    let Some(line) = queries::get(who.core.db.read(), id).await? else {
        return Ok(Answer::Error(Status::NotFound));
    };
    let key = token();
    let view = form_view(&who, &Typed::of_line(&line, &key), &[]).await?.correcting(&line, "");
    who.page("pages/donations/form", &who.word("donations-correct"), &view)
}

#[post("/gifts/<id>/correct", data = "<form>")]
async fn correct(who: WriteMoney, id: i64, form: Form<GiftForm<'_>>) -> Reply {
    let (mut new, unread) = form.gift();
    let Some(line) = queries::get(who.core.db.read(), id).await? else {
        return Ok(Answer::Error(Status::NotFound));
    };
    new.receipted_elsewhere.clone_from(&line.receipted_elsewhere);
    new.dated_as = Some(line.source.clone());
    let typed = Typed::of_form(&form);
    if form.edit {
        let view = form_view(&who, &typed, &[]).await?.correcting(&line, form.reason);
        return who.page("pages/donations/form", &who.word("donations-correct"), &view);
    }
    let mut why = refusals(&who, &new, unread).await?;
    let asks = new.asks_a_look() || actions::as_new(&line).asks_a_look();
    if why.is_empty() && asks && !form.seen {
        let tx = who.tx().await?;
        why = match effect::of_writing(&who.core, tx, who.lang, &new, Some((&line, form.reason))).await? {
            Ok(effect) => {
                let action = format!("/gifts/{id}/correct");
                return look(&who, &action, typed, &new, (Some(&line), form.reason, &effect));
            }
            Err(why) => why,
        };
    } else if why.is_empty() {
        let proof = kept(&who.core, form.proof.as_ref(), form.proof_place).await?;
        let tx = who.tx().await?;
        why = match Stop::split(actions::correct(&who.core, &tx, id, &new, form.reason).await)? {
            Ok(new) => {
                prove(&who, &tx, new, &proof).await?;
                tx.commit().await?;
                return Ok(Answer::done(format!("/gifts/{new}"), who.word("donations-corrected")));
            }
            Err(why) => why,
        };
    }
    if let [why @ (Refusal::AlreadyReversed { .. } | Refusal::IsReversal | Refusal::OnReceipt { .. })] =
        why.as_slice()
    {
        return Ok(Answer::refused(format!("/gifts/{id}"), who.say(&why.say())));
    }
    let view = form_view(&who, &typed, &why).await?.correcting(&line, form.reason);
    who.refused_page("pages/donations/form", &who.word("donations-correct"), &view)
}
