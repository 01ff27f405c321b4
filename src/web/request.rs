//! Facts of a request: its id, its language, where it comes from.

use rocket::Request;
use rules::lang::Lang;

use crate::platform::keys::random;

/// Id of the request, the same in the log, the audit and on an error page.
pub fn id<'r>(req: &'r Request<'_>) -> &'r str {
    req.local_cache(|| hex::encode(random::<6>()))
}

/// The path without what must stay private: tokens of links never reach the log.
pub fn quiet_path(req: &Request<'_>) -> String {
    let path = req.uri().path();
    let mut parts = path.as_str().split('/').skip(1);
    match (parts.next(), parts.next()) {
        (Some(first @ ("t" | "my" | "sign-in" | "set-up" | "verify")), Some(_)) => format!("/{first}/…"),
        _ => path.to_string(),
    }
}

/// Whether the path is somebody's own page behind a link: no search engine may keep it.
pub fn is_private(req: &Request<'_>) -> bool {
    let path = req.uri().path();
    matches!(path.as_str().split('/').nth(1), Some("t" | "my" | "sign-in" | "set-up"))
}

/// The language the browser asks for; French when it asks for neither.
pub fn lang(req: &Request<'_>) -> Lang {
    if let Some(chosen) = req.cookies().get("lang").and_then(|c| Lang::parse(c.value())) {
        return chosen;
    }
    let asked = req.headers().get_one("Accept-Language").unwrap_or_default();
    asked
        .split(',')
        .find_map(|part| Lang::parse(part.split(';').next().unwrap_or_default()))
        .unwrap_or_default()
}

/// The person's address, for limits. Behind a proxy: the header that the configuration names.
pub fn address(req: &Request<'_>) -> String {
    req.client_ip().map(|ip| ip.to_string()).unwrap_or_else(|| "unknown".into())
}

/// Where to go back to after signing in: only a path of ours.
pub fn own_path(path: &str) -> Option<&str> {
    let fine = path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n', '\t']);
    fine.then_some(path)
}

/// Percent-encodes a text for the value of a query.
pub fn in_query(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-_.~".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}
