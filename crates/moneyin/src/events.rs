//! What payment tools announce by themselves (webhooks): read, and told as the lines of their own exports, so that an
//! export that comes later knows them.

use chrono::{DateTime, Utc};
use rules::dates::paris_clock;
use rules::fold::one_line;
use rules::money::Cents;
use serde_json::Value;

use crate::table::cut;

/// Why an announcement is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    /// Not JSON, or not an object of the tool's.
    NotAnEvent,
}

/// A payment that a tool announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// Its name at the tool: that of its line in the tool's exports.
    pub key: String,
    /// Its amount.
    pub amount: Cents,
    /// When it was paid.
    pub at: DateTime<Utc>,
    /// Who paid, as far as it is told.
    pub who: String,
    /// The cells of its line in an export of payments, by column name; none where such a line cannot be told.
    pub cells: Option<Vec<(&'static str, String)>>,
}

/// An announcement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A payment.
    Payment(Box<Announced>),
    /// Something else, by its kind.
    Other(String),
}

/// A text somewhere in an event; empty when it is not there.
fn text(value: &Value, path: &str) -> String {
    match value.pointer(path) {
        Some(Value::String(text)) => cut(&one_line(text)),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// Reads a notification of HelloAsso (API v5): `{ "eventType": "Payment", "data": { … } }`.
///
/// # Errors
/// [`Unread`].
pub fn helloasso(body: &[u8]) -> Result<Event, Unread> {
    let event: Value = serde_json::from_slice(body).map_err(|_| Unread::NotAnEvent)?;
    let kind = text(&event, "/eventType");
    let data = event.get("data").filter(|data| data.is_object()).ok_or(Unread::NotAnEvent)?;
    if kind != "Payment" {
        return if kind.is_empty() { Err(Unread::NotAnEvent) } else { Ok(Event::Other(kind)) };
    }
    let key = text(data, "/id");
    let amount = data.get("amount").and_then(Value::as_i64).map(Cents).ok_or(Unread::NotAnEvent)?;
    let at = DateTime::parse_from_rfc3339(&text(data, "/date")).map_err(|_| Unread::NotAnEvent)?.to_utc();
    if key.is_empty() {
        return Err(Unread::NotAnEvent);
    }
    let items = data.get("items").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let is_gift = |item: &&Value| matches!(text(item, "/type").as_str(), "Donation" | "MonthlyDonation");
    let share =
        |item: &Value| item.get("shareAmount").or(item.get("amount")).and_then(Value::as_i64).unwrap_or(0);
    let gifts = items.iter().filter(is_gift).count();
    let added = items.iter().filter(is_gift).fold(0_i64, |sum, item| sum.saturating_add(share(item)));
    let form = text(data, "/order/formType");
    // All of it is a gift, or a gift was added to something else.
    let (what, added) = match (gifts, items.iter().find(|item| !is_gift(item))) {
        (0, None) => (form, 0),
        (_, None) => ("Donation".to_owned(), 0),
        (_, Some(other)) => (text(other, "/type"), added.clamp(0, amount.0.max(0))),
    };
    let name = format!("{} {}", text(data, "/payer/firstName"), text(data, "/payer/lastName"));
    let campaign = [text(data, "/order/formName"), text(data, "/order/formSlug")];
    let cells = vec![
        ("Référence commande", text(data, "/order/id")),
        ("Référence paiement", key.clone()),
        ("Montant total", amount.csv_fr()),
        ("Date du paiement", paris_clock(at).format("%d/%m/%Y %H:%M:%S").to_string()),
        ("Statut du paiement", text(data, "/state")),
        ("Nom payeur", text(data, "/payer/lastName")),
        ("Prénom payeur", text(data, "/payer/firstName")),
        ("Email payeur", text(data, "/payer/email")),
        ("Raison sociale", text(data, "/payer/company")),
        ("Campagne", campaign.into_iter().find(|name| !name.is_empty()).unwrap_or_default()),
        ("Type", what),
        ("Don supplémentaire", Cents(added).csv_fr()),
        ("Moyen de paiement", text(data, "/paymentMeans")),
        ("Adresse payeur", text(data, "/payer/address")),
        ("Code Postal payeur", text(data, "/payer/zipCode")),
        ("Ville payeur", text(data, "/payer/city")),
        ("Pays payeur", text(data, "/payer/country")),
    ];
    Ok(Event::Payment(Box::new(Announced { key, amount, at, who: one_line(&name), cells: Some(cells) })))
}

/// Reads an event of Stripe; gives its own name with it. A charge that succeeded is a payment; what Stripe kept of it is
/// not told, so it makes no line: the report that comes later does.
///
/// # Errors
/// [`Unread`].
pub fn stripe(body: &[u8]) -> Result<(String, Event), Unread> {
    let event: Value = serde_json::from_slice(body).map_err(|_| Unread::NotAnEvent)?;
    let (id, kind) = (text(&event, "/id"), text(&event, "/type"));
    if id.is_empty() || kind.is_empty() {
        return Err(Unread::NotAnEvent);
    }
    let live = event.get("livemode").and_then(Value::as_bool) != Some(false);
    let object = event.pointer("/data/object").unwrap_or(&Value::Null);
    let euros = text(object, "/currency") == "eur";
    if kind != "charge.succeeded" || !live || !euros {
        return Ok((id, Event::Other(if live { kind } else { format!("test: {kind}") })));
    }
    let key = text(object, "/id");
    let amount = object.get("amount").and_then(Value::as_i64).map(Cents).ok_or(Unread::NotAnEvent)?;
    let at = object.get("created").and_then(Value::as_i64).and_then(|at| DateTime::from_timestamp(at, 0));
    let at = at.filter(|_| !key.is_empty()).ok_or(Unread::NotAnEvent)?;
    let who = [text(object, "/billing_details/name"), text(object, "/billing_details/email")];
    let who = who.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    Ok((id, Event::Payment(Box::new(Announced { key, amount, at, who, cells: None }))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAYMENT: &str = r#"{"eventType":"Payment","data":{"id":5001,"amount":1500,"date":"2026-01-01T00:10:00+01:00",
        "state":"Authorized","paymentMeans":"Card","order":{"id":77,"formSlug":"soutien","formType":"Donation"},
        "payer":{"firstName":"Zoë","lastName":"d’Œ","email":"zoe@example.org","country":"FRA","zipCode":"69007","city":"Lyon","address":"1 rue"},
        "items":[{"type":"Donation","shareAmount":1500,"amount":1500}]}}"#;

    fn cell<'a>(event: &'a Event, name: &str) -> &'a str {
        let Event::Payment(announced) = event else { panic!("{event:?}") };
        let cells = announced.cells.as_ref().unwrap();
        &cells.iter().find(|(there, _)| *there == name).unwrap().1
    }

    #[test]
    fn a_payment_is_told_as_a_line_of_the_export() {
        let event = helloasso(PAYMENT.as_bytes()).unwrap();
        assert_eq!(cell(&event, "Référence paiement"), "5001");
        assert_eq!(cell(&event, "Date du paiement"), "01/01/2026 00:10:00", "the day is that of Paris");
        assert_eq!((cell(&event, "Type"), cell(&event, "Don supplémentaire")), ("Donation", "0,00"));
        let with_dues = PAYMENT.replace(
            r#"[{"type":"Donation","shareAmount":1500,"amount":1500}]"#,
            r#"[{"type":"Membership","shareAmount":1000},{"type":"Donation","shareAmount":500}]"#,
        );
        let event = helloasso(with_dues.as_bytes()).unwrap();
        assert_eq!((cell(&event, "Type"), cell(&event, "Don supplémentaire")), ("Membership", "5,00"));
    }

    #[test]
    fn what_is_no_payment_is_something_else_and_what_is_no_event_is_said() {
        let order = r#"{"eventType":"Order","data":{}}"#;
        assert_eq!(helloasso(order.as_bytes()), Ok(Event::Other("Order".into())));
        for wrong in [
            "",
            "[]",
            "{}",
            r#"{"eventType":"Payment"}"#,
            r#"{"eventType":"Payment","data":{"id":1}}"#,
            "\u{0}",
        ] {
            assert_eq!(helloasso(wrong.as_bytes()), Err(Unread::NotAnEvent), "{wrong}");
            assert_eq!(stripe(wrong.as_bytes()), Err(Unread::NotAnEvent), "{wrong}");
        }
        let charge = |live: bool, currency: &str| {
            format!(
                r#"{{"id":"evt_1","type":"charge.succeeded","livemode":{live},"data":{{"object":{{"id":"ch_1","amount":700,
                "currency":"{currency}","created":1767222000,"billing_details":{{"name":null,"email":"a@example.org"}}}}}}}}"#
            )
        };
        let (id, Event::Payment(paid)) = stripe(charge(true, "eur").as_bytes()).unwrap() else { panic!() };
        assert_eq!(
            (id.as_str(), paid.key.as_str(), paid.amount.0, paid.who.as_str()),
            ("evt_1", "ch_1", 700, "a@example.org")
        );
        assert!(matches!(stripe(charge(false, "eur").as_bytes()), Ok((_, Event::Other(_)))));
        assert!(matches!(stripe(charge(true, "usd").as_bytes()), Ok((_, Event::Other(_)))));
    }
}
