//! One check for every unsafe request: it comes from our own page and carries that page's token.
//!
//! The token is the first field of every form (`{{csrf}}`), so that it stands in the first bytes of the
//! body, whatever the form's encoding; scripts send it as `X-CSRF-Token`.

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::uri::Origin;
use rocket::http::{CookieJar, Method, SameSite};
use rocket::{Data, Request};

use super::cookies;
use crate::platform::Core;
use crate::platform::keys::token;

/// Where a refused request is sent; answers 403.
pub const REFUSED: &str = "/-/refused";

/// Where payment tools announce.
const SIGNED: &str = "/hooks/";

/// The token of this browser's forms; begins a visit if there is none.
pub fn token_for(core: &Core, jar: &CookieJar<'_>) -> String {
    let name = cookies::visit(&core.config);
    let visit = jar.get_pending(name).map(|c| c.value().to_owned()).unwrap_or_else(|| {
        let fresh = token();
        cookies::set(jar, &core.config, name, fresh.clone(), SameSite::Lax);
        fresh
    });
    sealed(core, jar, &visit)
}

fn sealed(core: &Core, jar: &CookieJar<'_>, visit: &str) -> String {
    core.keys.seal("csrf", &bound_to(core, jar, visit))
}

/// A token is bound to the visit and, once signed in, to the session.
fn bound_to(core: &Core, jar: &CookieJar<'_>, visit: &str) -> String {
    let session = jar.get(cookies::session(&core.config)).map(|c| c.value().to_owned()).unwrap_or_default();
    format!("{visit} {session}")
}

/// The check itself, mounted once.
#[derive(Debug)]
pub struct Csrf;

#[rocket::async_trait]
impl Fairing for Csrf {
    fn info(&self) -> Info {
        Info { name: "form tokens", kind: Kind::Request }
    }

    async fn on_request(&self, req: &mut Request<'_>, data: &mut Data<'_>) {
        // What machines send bears a signature of theirs instead of a token of ours, and knows no cookie.
        let signed = req.uri().path().starts_with(SIGNED);
        if signed || matches!(req.method(), Method::Get | Method::Head | Method::Options) {
            return;
        }
        if !is_ours(req, data).await {
            req.set_method(Method::Get);
            if let Ok(uri) = Origin::parse(REFUSED) {
                req.set_uri(uri);
            }
        }
    }
}

async fn is_ours(req: &Request<'_>, data: &mut Data<'_>) -> bool {
    let Some(core) = req.rocket().state::<Core>() else { return false };
    if let Some(site) = req.headers().get_one("Sec-Fetch-Site")
        && !matches!(site, "same-origin" | "none")
    {
        return false;
    }
    let Some(visit) = req.cookies().get(cookies::visit(&core.config)).map(|c| c.value().to_owned()) else {
        return false;
    };
    let sent = match req.headers().get_one("X-CSRF-Token") {
        Some(token) => Some(token.to_owned()),
        None => first_field(data.peek(512).await),
    };
    let bound = bound_to(core, req.cookies(), &visit);
    sent.is_some_and(|sent| core.keys.is_seal("csrf", &bound, &sent))
}

/// The value of `csrf` if it is the first field of the body, urlencoded or multipart.
fn first_field(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let value = match text.strip_prefix("csrf=") {
        Some(rest) => rest.split('&').next()?,
        None => {
            let (head, rest) = text.split_once("\r\n\r\n")?;
            if !head.contains("name=\"csrf\"") {
                return None;
            }
            rest.split("\r\n").next()?
        }
    };
    Some(value.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::first_field;

    #[test]
    fn the_token_is_the_first_field_of_the_body() {
        assert_eq!(first_field(b"csrf=abc&name=x").as_deref(), Some("abc"));
        assert_eq!(first_field(b"name=x&csrf=abc"), None);
        let parts = b"--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nabc\r\n--b\r\n";
        assert_eq!(first_field(parts).as_deref(), Some("abc"));
        let other = b"--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\nabc\r\n--b\r\n";
        assert_eq!(first_field(other), None);
        assert_eq!(first_field(b""), None);
    }
}
