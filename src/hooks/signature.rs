//! Signatures of announcements: HMAC-SHA256 over the body, compared in constant time.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Seconds that a signature of Stripe's may be old, or early: what Stripe's own libraries allow.
const TOLERANCE: i64 = 300;

fn mac(secret: &str, parts: &[&[u8]]) -> String {
    // A key of any length is accepted by HMAC.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    for part in parts {
        mac.update(part);
    }
    hex::encode(mac.finalize().into_bytes())
}

fn same(expected: &str, told: &str) -> bool {
    !expected.is_empty() && bool::from(expected.as_bytes().ct_eq(told.trim().to_lowercase().as_bytes()))
}

/// HelloAsso's: the header holds the HMAC of the body, hexadecimal.
pub fn helloasso(secret: &str, header: &str, body: &[u8]) -> bool {
    !secret.is_empty() && same(&mac(secret, &[body]), header)
}

/// Stripe's: `t=<seconds>,v1=<hex>[,v1=…]`, the HMAC of `<seconds>.<body>`; an old one is a replay.
pub fn stripe(secret: &str, header: &str, body: &[u8], now: DateTime<Utc>) -> bool {
    let value = |name: &str| {
        let prefix = format!("{name}=");
        header
            .split(',')
            .filter_map(move |part| part.trim().strip_prefix(&prefix).map(str::to_owned))
            .collect::<Vec<_>>()
    };
    let Some(at) = value("t").first().cloned() else { return false };
    let fresh = at.parse::<i64>().is_ok_and(|at| (now.timestamp() - at).abs() <= TOLERANCE);
    let expected = mac(secret, &[at.as_bytes(), b".", body]);
    let signed = value("v1").iter().fold(false, |found, told| found | same(&expected, told));
    !secret.is_empty() && fresh && signed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_secret_signs_this_body_and_not_for_long() {
        let body = br#"{"id":"evt_1"}"#;
        let now = DateTime::from_timestamp(1_767_222_000, 0).unwrap();
        let sign = |secret: &str, at: i64| {
            format!("t={at},v0=old,v1={}", mac(secret, &[at.to_string().as_bytes(), b".", body]))
        };
        let at = now.timestamp();
        assert!(stripe("whsec_1", &sign("whsec_1", at), body, now));
        assert!(stripe("whsec_1", &sign("whsec_1", at - 299), body, now));
        for (header, secret) in [
            (sign("whsec_1", at - 301), "whsec_1"),
            (sign("whsec_1", at + 301), "whsec_1"),
            (sign("whsec_2", at), "whsec_1"),
            (sign("", at), ""),
            (format!("t={at},v1="), "whsec_1"),
            (String::new(), "whsec_1"),
        ] {
            assert!(!stripe(secret, &header, body, now), "{header}");
        }
        assert!(!stripe("whsec_1", &sign("whsec_1", at), b"{}", now));
        let signed = mac("key", &[body]);
        assert!(helloasso("key", &signed.to_uppercase(), body));
        assert!(
            !helloasso("key", &signed, b"{}")
                && !helloasso("", &mac("", &[body]), body)
                && !helloasso("key", "", body)
        );
    }
}
