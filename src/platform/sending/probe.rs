//! Whether the mail server lets us in, without sending anything.

use rules::mail_setup::{Line, Server as Seen};
use x509_parser::prelude::{FromDer, X509Certificate};

use super::fate::Fate;
use super::server::Server;
use super::talk::Talk;
use crate::platform::core::Core;
use crate::platform::dns::PATIENCE;

/// Looks.
pub async fn look(core: &Core) -> Seen {
    let mut server = match Server::of(&core.config) {
        Ok(Some(server)) => server,
        Ok(None) => return Seen::None,
        Err(why) => {
            let name = "smtp_url".to_owned();
            return Seen::At { name, here: false, state: Err(why.to_string()) };
        }
    };
    server.patience = server.patience.min(PATIENCE);
    let (name, here) = (server.name(), server.at.is_here());
    let state = match tokio::time::timeout(PATIENCE * 2, Talk::open(&server)).await {
        Err(_) => Err(format!("{name} does not answer in time")),
        Ok(Err(Fate::Away(why) | Fate::Setup(why))) => Err(why),
        Ok(Err(_)) => Err(format!("{name} does not answer as a mail server does")),
        Ok(Ok(talk)) => {
            let now = core.clock.now().timestamp();
            let line = Line {
                encrypted: talk.is_encrypted(),
                days_left: talk
                    .certificate()
                    .and_then(good_until)
                    .map(|until| (until - now).div_euclid(86_400)),
            };
            talk.end().await;
            Ok(line)
        }
    };
    Seen::At { name, here, state }
}

fn good_until(der: &[u8]) -> Option<i64> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    Some(certificate.validity().not_after.timestamp())
}
