//! Headers of every answer, and one log line for every request.

use std::time::Instant;

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::Header;
use rocket::{Data, Request, Response};

use super::request;

/// What a page may load: our own files, nothing else, no inline script.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

struct Began(Instant);

/// Sets the headers and writes the line.
#[derive(Debug)]
pub struct Headers;

#[rocket::async_trait]
impl Fairing for Headers {
    fn info(&self) -> Info {
        Info { name: "headers and log", kind: Kind::Request | Kind::Response }
    }

    async fn on_request(&self, req: &mut Request<'_>, _: &mut Data<'_>) {
        req.local_cache(|| Began(Instant::now()));
    }

    async fn on_response<'r>(&self, req: &'r Request<'_>, answer: &mut Response<'r>) {
        let id = request::id(req);
        answer.set_header(Header::new("X-Request-Id", id.to_owned()));
        answer.set_header(Header::new("Content-Security-Policy", POLICY));
        answer.set_header(Header::new("X-Content-Type-Options", "nosniff"));
        answer.set_header(Header::new("X-Frame-Options", "DENY"));
        if request::is_private(req) {
            answer.set_header(Header::new("X-Robots-Tag", "noindex, nofollow"));
        }
        answer.set_header(Header::new("Referrer-Policy", "same-origin"));
        answer.set_header(Header::new("Cross-Origin-Opener-Policy", "same-origin"));
        answer.set_header(Header::new("Cross-Origin-Resource-Policy", "same-origin"));
        answer.set_header(Header::new("Permissions-Policy", "camera=(), microphone=(), geolocation=()"));
        if req.rocket().state::<crate::platform::Core>().is_some_and(|core| core.config.https()) {
            answer.set_header(Header::new("Strict-Transport-Security", "max-age=31536000"));
        }
        if !answer.headers().contains("Cache-Control") {
            answer.set_header(Header::new("Cache-Control", "no-store"));
        }
        let took = req.local_cache(|| Began(Instant::now())).0.elapsed();
        tracing::info!(
            request = id,
            method = %req.method(),
            path = request::quiet_path(req),
            status = answer.status().code,
            ms = took.as_secs_f64() * 1000.0,
            "answered"
        );
    }
}
