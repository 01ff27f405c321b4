//! A gift goes back: a refund, a chargeback, an unpaid cheque, a mistake; what becomes of its receipt is shown first.

use entities::gift;
use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use rules::gift::Cause;
use rules::money::Cents;

use super::proofs::kept;
use crate::accounts::guards::WriteMoney;
use crate::donations::actions::proofs::NewProof;
use crate::donations::actions::{self, GiveBack};
use crate::donations::effect::{self, Effect};
use crate::donations::forms::BackForm;
use crate::donations::line::Refusal;
use crate::donations::queries;
use crate::donations::views::{BackTyped, BackView};
use crate::platform::{Failure, Say, Stop};
use crate::web::{Answer, Reply};

/// Pages of this subject.
pub(super) fn routes() -> Vec<Route> {
    routes![reverse_page, reverse]
}

/// What giving back `back` of a line would do to the receipt that it stands on now.
async fn foreseen(
    who: &WriteMoney,
    line: &gift::Model,
    back: Cents,
) -> Result<(Option<String>, Result<Effect, Refusal>), Failure> {
    let receipt = queries::on_receipts(who.core.db.read(), vec![line.id]).await?.remove(&line.id);
    let command = GiveBack {
        gift_id: line.id,
        cause: Cause::Mistake,
        back: Some(back),
        reason: "?".into(),
        receipt: receipt.clone(),
        proof: NewProof::default(),
    };
    let effect = effect::of_giving_back(&who.core, who.tx().await?, who.lang, (line, &command)).await?;
    Ok((receipt, effect))
}

#[get("/gifts/<id>/reverse")]
async fn reverse_page(who: WriteMoney, id: i64) -> Reply {
    let Some(line) = queries::get(who.core.db.read(), id).await? else {
        return Ok(Answer::Error(Status::NotFound));
    };
    let gross = Cents(line.gross_cents);
    let (receipt, effect) = foreseen(&who, &line, gross).await?;
    match effect {
        Ok(effect) => {
            let typed = BackTyped { back: gross.csv_fr(), ..BackTyped::default() };
            let view = BackView::new(&who, &line, typed, None, (gross, receipt, &effect));
            who.page("pages/donations/reverse", &who.word("donations-reverse"), &view)
        }
        Err(why) => Ok(Answer::refused(format!("/gifts/{id}"), who.say(&why.say()))),
    }
}

#[post("/gifts/<id>/reverse", data = "<form>")]
async fn reverse(who: WriteMoney, id: i64, form: Form<BackForm<'_>>) -> Reply {
    let Some(line) = queries::get(who.core.db.read(), id).await? else {
        return Ok(Answer::Error(Status::NotFound));
    };
    let gross = Cents(line.gross_cents);
    let asked = form.back().map(|back| back.unwrap_or(gross));
    let mut why = asked.as_ref().err().cloned();
    let back = asked.unwrap_or(gross);
    if why.is_none() && form.seen == Some(back.0) {
        let command = GiveBack {
            gift_id: id,
            cause: form.cause(),
            back: Some(back),
            reason: form.reason.into(),
            receipt: Some(form.receipt.to_owned()).filter(|number| !number.is_empty()),
            proof: kept(&who.core, form.proof.as_ref(), form.proof_place).await?,
        };
        let tx = who.tx().await?;
        match Stop::split(actions::give_back(&who.core, &tx, &command).await)? {
            Ok(done) => {
                tx.commit().await?;
                let said = match (&done.cancelled, done.replaced_by) {
                    (Some(old), Some(new)) => {
                        Say::new("donations-back-replaced").with("old", old.clone()).with("new", new)
                    }
                    (Some(old), None) => Say::new("donations-back-cancelled").with("old", old.clone()),
                    (None, _) => Say::new("donations-reversed"),
                };
                return Ok(Answer::done(format!("/gifts/{}", done.reversal), who.say(&said)));
            }
            Err(refusal @ (Refusal::AlreadyReversed { .. } | Refusal::IsReversal)) => {
                return Ok(Answer::refused(format!("/gifts/{id}"), who.say(&refusal.say())));
            }
            Err(refusal) => why = Some(refusal),
        }
    }
    shown_again(&who, &line, &form, back, why).await
}

/// The form again, with the effect of the amount that was typed; the amount is seen from here on.
async fn shown_again(
    who: &WriteMoney,
    line: &gift::Model,
    form: &BackForm<'_>,
    back: Cents,
    why: Option<Refusal>,
) -> Reply {
    let (receipt, effect) = foreseen(who, line, back).await?;
    let (why, seen, effect) = match effect {
        Ok(effect) => (why, back, effect),
        Err(Refusal::BackOutOfBounds { gross }) => {
            (why.or(Some(Refusal::BackOutOfBounds { gross })), Cents::ZERO, Effect::default())
        }
        Err(why) => return Ok(Answer::refused(format!("/gifts/{}", line.id), who.say(&why.say()))),
    };
    let fine = why.is_none();
    let view = BackView::new(who, line, BackTyped::of_form(form), why.as_ref(), (seen, receipt, &effect));
    let title = who.word("donations-reverse");
    if fine {
        who.page("pages/donations/reverse", &title, &view)
    } else {
        who.refused_page("pages/donations/reverse", &title, &view)
    }
}
