//! The cookies of the house: all are needed, none follows anybody.

use rocket::Request;
use rocket::http::{Cookie, CookieJar, SameSite};

use super::answer::Flash;
use crate::platform::{Config, Core};

/// A cookie's name: bound to this host over https.
fn name(config: &Config, plain: &'static str, bound: &'static str) -> &'static str {
    if config.https() { bound } else { plain }
}

/// Name of the staff session's cookie.
pub fn session(config: &Config) -> &'static str {
    name(config, "soutien", "__Host-soutien")
}

/// Name of the donor's cookie.
pub fn donor(config: &Config) -> &'static str {
    name(config, "soutien-my", "__Host-soutien-my")
}

/// Name of the cookie that form tokens are bound to.
pub fn visit(config: &Config) -> &'static str {
    name(config, "soutien-visit", "__Host-soutien-visit")
}

/// Sets a cookie that ends with the browser, out of reach of scripts and of other sites.
pub fn set(jar: &CookieJar<'_>, config: &Config, name: &'static str, value: String, same_site: SameSite) {
    let cookie =
        Cookie::build((name, value)).path("/").http_only(true).secure(config.https()).same_site(same_site);
    jar.add(cookie);
}

/// Forgets a cookie.
pub fn forget(jar: &CookieJar<'_>, config: &Config, name: &'static str) {
    jar.remove(Cookie::build(name).path("/").secure(config.https()));
}

/// Keeps a line for the next page.
pub fn set_flash(req: &Request<'_>, flash: &Flash) {
    let text = serde_json::to_string(flash).unwrap_or_default();
    let secure = req.rocket().state::<Core>().is_some_and(|core| core.config.https());
    req.cookies().add_private(
        Cookie::build(("flash", text)).path("/").http_only(true).secure(secure).same_site(SameSite::Lax),
    );
}

/// The line kept for this page, once.
pub fn take_flash(jar: &CookieJar<'_>) -> Option<Flash> {
    let cookie = jar.get_private("flash")?;
    jar.remove_private(Cookie::build("flash").path("/"));
    serde_json::from_str(cookie.value()).ok()
}
