//! Mails about debits: what will be taken, and what came back.

use entities::donor;
use rules::dates::long;
use rules::lang::Lang;
use rules::money::Cents;
use rules::sepa::Returned;
use serde_json::{Value, json};

use crate::debits::queries::Due;
use crate::debits::setup::Setup;
use crate::donors::record::name_of;
use crate::platform::outbox::{Kind, NewMail};
use crate::platform::{Core, Failure, Tx, settings};

async fn page(tx: &Tx) -> Result<Value, Failure> {
    let name = settings::get(tx.conn(), "association.name").await?.unwrap_or_default();
    Ok(json!({ "association": name }))
}

fn called(donor: &donor::Model) -> String {
    name_of(&donor.kind, &donor.organisation, &donor.first_names, &donor.last_name)
}

/// "On this day we will debit this much": amount, day, mandate and creditor, as the rulebook asks.
pub(super) async fn announcement(
    core: &Core,
    tx: &Tx,
    setup: &Setup,
    due: &Due,
    to: &str,
) -> Result<NewMail, Failure> {
    let lang = Lang::parse(&due.donor.language).unwrap_or_default();
    let view = json!({
        "name": called(&due.donor),
        "amount": Cents(due.plan.cents).in_lang(lang),
        "day": long(due.collect_from, lang),
        "rum": due.mandate.rum,
        "creditor": setup.creditor.id,
        "account": due.mandate.iban_shown,
        "link": format!("{}/contact", core.config.public()),
    });
    let words = core.render.mail("debit-announced", lang, page(tx).await?, view)?;
    let mut mail = NewMail::new(Kind::Notice, to, &called(&due.donor), words);
    mail.donor_id = Some(due.donor.id);
    Ok(mail)
}

/// "Your bank gave this back": without a word of blame.
pub(super) async fn gone_back(
    core: &Core,
    tx: &Tx,
    donor: &donor::Model,
    to: &str,
    (cents, day): (i64, chrono::NaiveDate),
    what: Returned,
) -> Result<NewMail, Failure> {
    let lang = Lang::parse(&donor.language).unwrap_or_default();
    let view = json!({
        "name": called(donor),
        "amount": Cents(cents).in_lang(lang),
        "day": long(day, lang),
        "stops": what == Returned::Stops,
        "link": format!("{}/contact", core.config.public()),
    });
    let words = core.render.mail("debit-returned", lang, page(tx).await?, view)?;
    let mut mail = NewMail::new(Kind::Notice, to, &called(donor), words);
    mail.donor_id = Some(donor.id);
    Ok(mail)
}
