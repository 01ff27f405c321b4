//! What the pages of accounts show.

use std::collections::HashMap;

use entities::{bank_rule, money_account, movement};
use moneyin::bank_csv::Mapping;
use rules::clearing::Clearing;
use rules::money::Cents;
use serde::Serialize;
use serde_json::{Value, json};

use super::queries::accounts::{Balance, Standing};
use super::queries::lines::Line;
use super::queries::payouts::Payout;
use super::queries::refunds::ToSettle;
use crate::donations::HAND;
use crate::donors::queries::list::Line as Donor;
use crate::platform::Say;
use crate::web::Frame;
use crate::web::paging::PAGE;

/// What the overview is made of.
pub struct Known {
    /// Sums by account.
    pub standings: HashMap<i64, Standing>,
    /// Balances of the banks.
    pub balances: HashMap<i64, Balance>,
    /// Payouts of every tool.
    pub payouts: Vec<Payout>,
    /// Lines to place, by bank account.
    pub open: HashMap<i64, i64>,
    /// Refunds that the ledger does not know yet.
    pub refunds: Vec<ToSettle>,
}

/// Where a list is, and who looks.
pub struct Place {
    /// Rows before.
    pub skip: i64,
    /// Whether rows follow.
    pub more: bool,
    /// Whether the person may write.
    pub writes: bool,
}

/// Address of a payout.
pub fn payout_path(account_id: i64, payout: &str) -> String {
    let name: String = payout.bytes().fold(String::new(), |mut name, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            name.push(char::from(byte));
        } else {
            name.push_str(&format!("%{byte:02X}"));
        }
        name
    });
    format!("/treasury/accounts/{account_id}/payout?name={name}")
}

/// The end of an account's number, for the eye.
fn number(account: &money_account::Model) -> String {
    let number = account.iban.as_ref().or(account.local.as_ref());
    // Until somebody names it, an account is called by that end.
    let number = number.filter(|number| {
        let from = number.chars().count().saturating_sub(4);
        !account.name.ends_with(&number.chars().skip(from).collect::<String>())
    });
    let end = |number: &String| {
        let from = number.chars().count().saturating_sub(4);
        format!("…{}", number.chars().skip(from).collect::<String>())
    };
    number.map(end).unwrap_or_default()
}

/// Every account at a glance.
pub fn overview(frame: &Frame, all: &[money_account::Model], known: &Known, writes: bool) -> Value {
    let banks = all.iter().filter(|account| account.kind == "bank").map(|account| {
        let balance = known.balances.get(&account.id).copied().unwrap_or_default();
        let standing = known.standings.get(&account.id).copied().unwrap_or_default();
        json!({
            "id": account.id, "name": account.name, "number": number(account),
            "balance": balance.now.map(|(_, cents)| cents.0), "last": standing.last,
            "gap": balance.gap.map(|(_, cents)| cents.0), "gap_day": balance.gap.map(|(day, _)| day),
            "open": known.open.get(&account.id).copied().unwrap_or(0), "lines": standing.lines,
        })
    });
    let tools = all.iter().filter(|account| account.kind != "bank").map(|account| {
        let of = |test: fn(Option<Clearing>) -> bool| {
            known.payouts.iter().filter(|p| p.account_id == account.id && test(p.clearing())).count()
        };
        let standing = known.standings.get(&account.id).copied().unwrap_or_default();
        json!({
            "id": account.id, "name": account.name, "last": standing.last,
            "clear": of(|c| c == Some(Clearing::Clear)),
            "awaits": of(|c| c == Some(Clearing::AwaitsBank)),
            "off": of(is_off), "waiting": waiting(account, &known.payouts, standing).0,
        })
    });
    let off = known.payouts.iter().filter(|payout| is_off(payout.clearing())).count();
    let gaps = known.balances.values().filter(|balance| balance.gap.is_some()).count();
    let refunds = known.refunds.iter().map(|one| {
        let refund = &one.refund;
        let stands = one.of.as_ref().map(|open| {
            let why = match &one.receipt {
                Some(number) => Say::new("clearing-refund-on-receipt").with("number", number.clone()),
                None if open.cents.0 > open.line.gross_cents => Say::new("clearing-refund-too-much"),
                None if open.line.source == HAND => Say::new("clearing-refund-by-hand"),
                None if one.closed => Say::new("clearing-refund-stands"),
                None => Say::new("clearing-refund-free"),
            };
            let said = refund.about_by.is_some();
            json!({ "gift": open.line.id, "cents": open.cents, "why": frame.say(&why), "said": said })
        });
        json!({
            "day": refund.booked_on, "cents": refund.net_cents, "party": refund.party, "label": refund.label,
            "stands": stands, "id": refund.id,
        })
    });
    json!({
        "crumbs": crumbs(frame, None, None), "writes": writes,
        "banks": banks.collect::<Vec<_>>(), "tools": tools.collect::<Vec<_>>(),
        "off": off + gaps, "refunds": refunds.collect::<Vec<_>>(), "nothing": all.is_empty(),
    })
}

fn is_off(clearing: Option<Clearing>) -> bool {
    matches!(clearing, Some(Clearing::PartsOff { .. } | Clearing::BankOff { .. }))
}

/// What a tool still holds: what is part of no payout, where it names the parts; else everything less what it sent.
fn waiting(account: &money_account::Model, payouts: &[Payout], standing: Standing) -> Cents {
    let names_parts = payouts.iter().any(|p| p.account_id == account.id && p.parts_sum.is_some());
    if names_parts { standing.waiting } else { standing.sum }
}

fn crumbs(frame: &Frame, account: Option<&money_account::Model>, last: Option<String>) -> Value {
    let mut crumbs = vec![json!({ "href": "/treasury", "label": frame.word("treasury-title") })];
    let title = frame.word("clearing-title");
    match (account, last) {
        (None, _) => crumbs.push(json!({ "href": null, "label": title })),
        (Some(account), None) => {
            crumbs.push(json!({ "href": "/treasury/accounts", "label": title }));
            crumbs.push(json!({ "href": null, "label": account.name }));
        }
        (Some(account), Some(last)) => {
            crumbs.push(json!({ "href": "/treasury/accounts", "label": title }));
            crumbs
                .push(json!({ "href": format!("/treasury/accounts/{}", account.id), "label": account.name }));
            crumbs.push(json!({ "href": null, "label": last }));
        }
    }
    Value::Array(crumbs)
}

/// Word, colour and sign of a payout's state.
fn state(frame: &Frame, clearing: Option<Clearing>) -> (String, &'static str, &'static str) {
    match clearing {
        Some(Clearing::Clear) => (frame.word("clearing-state-clear"), "ok", "check"),
        Some(Clearing::AwaitsBank) => (frame.word("clearing-state-awaits"), "", "clock"),
        Some(Clearing::PartsOff { gap } | Clearing::BankOff { gap }) => {
            let say = Say::new("clearing-state-off").with("gap", gap.in_lang(frame.lang));
            (frame.say(&say), "error", "warning")
        }
        None => (frame.word("clearing-state-unknown"), "", "info"),
    }
}

fn payout_row(frame: &Frame, payout: &Payout) -> Value {
    let (word, badge, icon) = state(frame, payout.clearing());
    json!({
        "href": payout_path(payout.account_id, &payout.payout), "name": payout.payout, "day": payout.day,
        "parts": payout.parts, "parts_sum": payout.parts_sum.map(|c| c.0),
        "announced": payout.announced.map(|c| c.0), "expected": payout.sums().expected().map(|c| c.0),
        "bank": payout.bank.map(|c| c.0), "line": payout.line, "state": word, "badge": badge, "icon": icon,
    })
}

fn pages(path: &str, place: &Place) -> (Option<String>, Option<String>) {
    let size = i64::try_from(PAGE).unwrap_or(50);
    let join = if path.contains('?') { '&' } else { '?' };
    let prev = (place.skip > 0).then(|| format!("{path}{join}from={}", Ord::max(place.skip - size, 0)));
    (prev, place.more.then(|| format!("{path}{join}from={}", place.skip + size)))
}

/// A payment tool: its payouts and the words that tell it on a bank line.
pub fn tool(
    frame: &Frame,
    account: &money_account::Model,
    standing: Standing,
    (found, rules): (&[Payout], &[bank_rule::Model]),
    place: &Place,
) -> Value {
    let (prev, next) = pages(&format!("/treasury/accounts/{}", account.id), place);
    json!({
        "id": account.id, "name": account.name, "writes": place.writes, "crumbs": crumbs(frame, Some(account), None),
        "rows": found.iter().map(|payout| payout_row(frame, payout)).collect::<Vec<_>>(),
        "rules": rules.iter().map(|rule| json!({ "id": rule.id, "words": rule.words, "by": rule.created_by }))
            .collect::<Vec<_>>(),
        "waiting": waiting(account, found, standing).0, "lines": standing.lines, "prev": prev, "next": next,
    })
}

fn line_row(frame: &Frame, line: &Line, tools: &[money_account::Model]) -> Value {
    let name = |id: i64| tools.iter().find(|tool| tool.id == id).map(|tool| tool.name.clone());
    let became = line.payout.as_ref().map(|(tool, payout)| {
        json!({
            "href": payout_path(*tool, payout),
            "label": frame.say(&Say::new("clearing-is-payout").with("tool", name(*tool).unwrap_or_default())),
        })
    });
    let gift = line
        .gift
        .map(|gift| json!({ "href": format!("/gifts/{gift}"), "label": frame.word("clearing-is-gift") }));
    json!({
        "id": line.id, "day": line.booked_on, "cents": line.net.0, "label": text(line), "reference": line.reference,
        "became": became.or(gift), "aside": line.aside, "open": is_open(line),
    })
}

fn is_open(line: &Line) -> bool {
    line.net.0 > 0 && line.payout.is_none() && line.gift.is_none() && line.aside.is_none()
}

fn text(line: &Line) -> String {
    match (line.party.is_empty(), line.label.is_empty()) {
        (true, _) => line.label.clone(),
        (false, true) => line.party.clone(),
        (false, false) if line.label.contains(&line.party) => line.label.clone(),
        (false, false) => format!("{} · {}", line.party, line.label),
    }
}

/// Who pays, as a bank line says it: `/DE NAME /MOTIF …`.
pub fn payer(line: &Line) -> String {
    if !line.party.is_empty() {
        return line.party.clone();
    }
    let after = ["/DE ", "DE: ", "VIR DE ", "VIREMENT DE "]
        .iter()
        .find_map(|mark| line.label.split_once(mark).map(|(_, after)| after));
    let name = after.map(|after| after.split(['/', ':']).next().unwrap_or_default());
    name.unwrap_or_default().trim().chars().take(60).collect()
}

/// A bank account and its lines.
pub fn bank(
    frame: &Frame,
    (account, balance): (&money_account::Model, &Balance),
    tools: &[money_account::Model],
    (found, open, count): (&[Line], bool, i64),
    place: &Place,
) -> Value {
    let path = format!("/treasury/accounts/{}{}", account.id, if open { "" } else { "?show=all" });
    let (prev, next) = pages(&path, place);
    let tab = |href: String, word, count: Option<i64>, current| json!({ "href": href, "label": frame.word(word), "count": count, "current": current });
    json!({
        "id": account.id, "name": account.name, "number": number(account), "writes": place.writes,
        "crumbs": crumbs(frame, Some(account), None),
        "mapped": account.mapping.is_some(), "balance": balance.now.map(|(_, cents)| cents.0), "gap": balance.gap.map(|(_, cents)| cents.0),
        "gap_day": balance.gap.map(|(day, _)| day), "open": open,
        "tabs": [
            tab(format!("/treasury/accounts/{}", account.id), "clearing-tab-open", Some(count), open),
            tab(format!("/treasury/accounts/{}?show=all", account.id), "clearing-tab-all", None, !open),
        ],
        "rows": found.iter().map(|line| line_row(frame, line, tools)).collect::<Vec<_>>(),
        "prev": prev, "next": next,
    })
}

/// The columns of a bank's tables.
pub fn columns(
    frame: &Frame,
    account: &money_account::Model,
    mapping: &Mapping,
    refused: Option<String>,
) -> Value {
    let label = |at: usize| mapping.labels.get(at).cloned().unwrap_or_default();
    let errors: Vec<Value> = refused.iter().map(|text| json!({ "field": "day", "text": text })).collect();
    json!({
        "crumbs": crumbs(frame, Some(account), Some(frame.word("clearing-columns"))), "id": account.id,
        "back": format!("/treasury/accounts/{}", account.id), "day": mapping.day, "value_day": mapping.value_day, "label": label(0), "more": label(1),
        "amount": mapping.amount, "debit": mapping.debit, "credit": mapping.credit, "reference": mapping.reference,
        "party": mapping.party, "month_first": mapping.month_first, "errors": errors, "refused": refused,
    })
}

/// A payout, its parts and its bank line.
#[derive(Debug, Serialize)]
pub struct PayoutView {
    /// Title of the page.
    pub title: String,
    #[serde(flatten)]
    rest: Value,
}

/// The page of a payout.
pub fn payout(
    frame: &Frame,
    account: &money_account::Model,
    payout: &Payout,
    parts: &[movement::Model],
    (line, candidates): (Option<Line>, Vec<Line>),
    writes: bool,
) -> PayoutView {
    let day = rules::dates::long(payout.day, frame.lang);
    let title =
        frame.say(&Say::new("clearing-payout-of").with("day", day).with("tool", account.name.clone()));
    let kind = |kind: &str| match kind {
        "refund" => frame.word("clearing-kind-refund"),
        "dispute" => frame.word("clearing-kind-dispute"),
        "fee" => frame.word("clearing-kind-fee"),
        "payout" => frame.word("clearing-kind-payout"),
        "payment" => frame.word("clearing-kind-payment"),
        _ => frame.word("clearing-kind-other"),
    };
    let rows = parts.iter().map(|part| {
        json!({
            "day": part.booked_on, "kind": kind(&part.kind), "party": part.party, "label": part.label,
            "gross": part.gross_cents, "fee": part.fee_cents, "net": part.net_cents, "key": part.key,
        })
    });
    let shown = |line: &Line| line_row(frame, line, &[]);
    let rest = json!({
        "crumbs": crumbs(frame, Some(account), Some(title.clone())), "account": account.id, "name": payout.payout,
        "payout": payout_row(frame, payout), "rows": rows.collect::<Vec<_>>(), "writes": writes,
        "more": payout.parts > 500, "how": payout.how,
        "line": line.as_ref().map(shown), "candidates": candidates.iter().map(shown).collect::<Vec<_>>(),
    });
    PayoutView { title, rest }
}

/// The page of a bank line.
pub fn line(
    frame: &Frame,
    account: &money_account::Model,
    found: &Line,
    (asked, people): (&str, &[Donor]),
    (tools, sent): (&[money_account::Model], &[Payout]),
    writes: bool,
) -> Value {
    let people = people.iter().take(20).map(|line| {
        let donor = &line.donor;
        let name = crate::donors::record::name_of(
            &donor.kind,
            &donor.organisation,
            &donor.first_names,
            &donor.last_name,
        );
        json!({ "id": donor.id, "name": name, "place": format!("{} {}", donor.postal_code, donor.city).trim(), "mail": line.mail })
    });
    let name = |id: i64| tools.iter().find(|tool| tool.id == id).map(|tool| tool.name.clone());
    let sent = sent.iter().map(|payout| {
        json!({
            "account": payout.account_id, "name": payout.payout, "tool": name(payout.account_id), "day": payout.day,
            "href": payout_path(payout.account_id, &payout.payout),
        })
    });
    json!({
        "crumbs": crumbs(frame, Some(account), Some(frame.word("clearing-line"))), "writes": writes,
        "line": line_row(frame, found, tools), "q": asked, "people": people.collect::<Vec<_>>(),
        "sent": sent.collect::<Vec<_>>(),
    })
}

/// The page of a refund whose tool does not say which gift it is about.
pub fn refund(
    frame: &Frame,
    account: &money_account::Model,
    found: &movement::Model,
    candidates: &[(entities::gift::Model, movement::Model)],
    writes: bool,
) -> Value {
    let gifts = candidates.iter().map(|(gift, payment)| {
        json!({ "id": gift.id, "day": payment.booked_on, "cents": gift.gross_cents, "party": payment.party,
            "label": payment.label, "payer": !found.party.is_empty() && payment.party == found.party })
    });
    json!({
        "crumbs": crumbs(frame, Some(account), Some(frame.word("clearing-refund"))), "writes": writes,
        "refund": { "id": found.id, "day": found.booked_on, "cents": found.net_cents, "label": found.label,
            "party": found.party, "reference": found.key, "aside": found.aside, "about": found.about, "said": found.about_by.is_some(),
            "open": found.about.is_none() && found.aside.is_none() },
        "gifts": gifts.collect::<Vec<_>>(),
    })
}
