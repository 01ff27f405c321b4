//! What donors are told of their receipts.

use chrono::TimeDelta;
use entities::{donor, receipt};
use rules::lang::Lang;
use rules::money::Cents;
use serde_json::{Value, json};

use super::Refusal;
use super::press::Issued;
use crate::accounts::mail_page;
use crate::platform::outbox::{Enclosure, Kind, NewMail, post, post_many};
use crate::platform::render::MailWords;
use crate::platform::{Core, Failure, Stop, Tx};
use crate::receipts::paper::on_every_core;
use crate::receipts::queries::batch::Batch;
use crate::receipts::queries::register::name_of;
use crate::receipts::queries::survey::{Route, route};

/// A mail about a receipt that was just issued.
struct Letter {
    receipt: Issued,
    to_addr: String,
    to_name: String,
    lang: Lang,
    view: Value,
}

/// Sends each receipt to its donor, attached, where the route is mail and an address is known.
pub(super) async fn announce(core: &Core, tx: &Tx, batch: &Batch, issued: &[Issued]) -> Result<(), Failure> {
    let letters: Vec<Letter> = issued
        .iter()
        .filter(|one| route(batch, one.donor_id) == Route::Mail)
        .filter_map(|one| letter(core, batch, one))
        .collect();
    if letters.is_empty() {
        return Ok(());
    }
    let (render, page) = (core.render.clone(), mail_page(core, tx.conn()).await?);
    let write = move |letter: &Letter| -> Result<NewMail, Failure> {
        let words = render.mail("receipt", letter.lang, page.clone(), letter.view.clone())?;
        Ok(with_paper(&letter.receipt, &letter.to_addr, &letter.to_name, words))
    };
    let mails = on_every_core(letters, write).await?.into_iter().collect::<Result<Vec<_>, _>>()?;
    post_many(core, tx, mails).await
}

fn letter(core: &Core, batch: &Batch, one: &Issued) -> Option<Letter> {
    let donor = batch.donors.get(&one.donor_id)?;
    let to_addr = batch.mails.get(&one.donor_id)?.clone();
    let lang = Lang::parse(&donor.language).unwrap_or_default();
    Some(Letter {
        to_addr,
        to_name: name_of(donor),
        lang,
        view: view(core, lang, donor, one),
        receipt: one.clone(),
    })
}

fn view(core: &Core, lang: Lang, donor: &donor::Model, one: &Issued) -> Value {
    json!({
        "name": name_of(donor),
        "number": one.number,
        "amount": Cents(one.cents).in_lang(lang),
        "year": one.gift_year.to_string(),
        "replaces": one.replaces,
        "link": format!("{}/my", core.config.public()),
    })
}

fn with_paper(one: &Issued, to_addr: &str, to_name: &str, words: MailWords) -> NewMail {
    let mut mail = NewMail::new(Kind::Receipt, to_addr, to_name, words);
    mail.receipt_id = Some(one.id);
    mail.donor_id = Some(one.donor_id);
    mail.wait = TimeDelta::zero();
    mail.enclosures = vec![Enclosure {
        name: format!("{}.pdf", one.number),
        mime: "application/pdf".into(),
        hash: one.pdf_sha256.clone(),
    }];
    mail
}

/// Sends one receipt to its donor, on somebody's word.
pub(super) async fn send_one(
    core: &Core,
    tx: &Tx,
    donor: &donor::Model,
    to_addr: Option<String>,
    one: &Issued,
) -> Result<(), Stop<Refusal>> {
    let to_addr = to_addr.ok_or(Stop::Refused(Refusal::NoMail))?;
    let lang = Lang::parse(&donor.language).unwrap_or_default();
    let words =
        core.render.mail("receipt", lang, mail_page(core, tx.conn()).await?, view(core, lang, donor, one))?;
    post(core, tx, with_paper(one, &to_addr, &name_of(donor), words)).await?;
    Ok(())
}

/// Tells the donor that a receipt is no longer good.
pub(super) async fn tell_cancelled(
    core: &Core,
    tx: &Tx,
    donor: &donor::Model,
    to_addr: &str,
    (receipt, reason): (&receipt::Model, &str),
) -> Result<(), Failure> {
    let lang = Lang::parse(&donor.language).unwrap_or_default();
    let view = json!({
        "name": name_of(donor),
        "number": receipt.number,
        "amount": Cents(receipt.amount_cents).in_lang(lang),
        "reason": reason,
    });
    let words = core.render.mail("receipt-cancelled", lang, mail_page(core, tx.conn()).await?, view)?;
    let mut mail = NewMail::new(Kind::Receipt, to_addr, &name_of(donor), words);
    mail.receipt_id = Some(receipt.id);
    mail.donor_id = Some(donor.id);
    post(core, tx, mail).await?;
    Ok(())
}
