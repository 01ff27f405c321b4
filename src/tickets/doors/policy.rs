//! Who is let in, to whom, and how often.

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::platform::Config;

/// Connections from one address at once.
const FROM_ONE: usize = 20;
const MINUTE: Duration = Duration::from_secs(60);

/// Addresses that we take mail for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipients {
    whole: Vec<String>,
    domains: Vec<String>,
}

impl Recipients {
    /// From `mail_recipients`; without any, our own address.
    pub fn of(config: &Config) -> Self {
        let own = [config.mail_from.clone()];
        let listed = if config.mail_recipients.is_empty() { own.as_slice() } else { &config.mail_recipients };
        let listed: Vec<String> = listed.iter().map(|a| mailin::normalise(a)).collect();
        let (domains, whole) = listed.into_iter().partition(|a| a.starts_with('@'));
        Self { whole, domains }
    }

    /// Whether mail to `address` is ours. What stands behind a `+` is detail (RFC 5233); `postmaster` is always
    /// taken, with any domain of ours or none (RFC 5321 4.5.1).
    pub fn include(&self, address: &str) -> bool {
        let address = mailin::normalise(address);
        let Some((local, domain)) = address.rsplit_once('@') else { return address == "postmaster" };
        let at = format!("@{domain}");
        let base = local.split('+').next().unwrap_or(local);
        let of_ours = || self.whole.iter().any(|known| known.ends_with(&at));
        self.domains.contains(&at)
            || self.whole.contains(&format!("{base}{at}"))
            || self.whole.contains(&address)
            || (local == "postmaster" && of_ours())
    }
}

/// Who is here, and how many mails each brought within the last minute.
#[derive(Debug, Default)]
pub struct Crowd {
    all: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// By `household`, as below.
    here: HashMap<IpAddr, usize>,
    brought: HashMap<IpAddr, VecDeque<Instant>>,
}

/// Who counts as one: an IPv4 address, or a /64 of IPv6, of which anybody has a whole one.
fn household(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        v4 => v4,
    }
}

/// A connection that is counted until it is dropped.
#[derive(Debug)]
pub struct Place<'c> {
    crowd: &'c Crowd,
    peer: Option<IpAddr>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let Some(peer) = self.peer else { return };
        let Ok(mut known) = self.crowd.all.lock() else { return };
        if let Some(count) = known.here.get_mut(&peer) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                known.here.remove(&peer);
            }
        }
    }
}

impl Crowd {
    /// Lets a connection in; none when that address has too many already. A socket file has no address.
    pub fn enter(&self, peer: Option<IpAddr>) -> Option<Place<'_>> {
        let peer = peer.map(household);
        let Some(address) = peer else { return Some(Place { crowd: self, peer }) };
        let mut known = self.all.lock().ok()?;
        let count = known.here.entry(address).or_default();
        if *count >= FROM_ONE {
            return None;
        }
        *count += 1;
        Some(Place { crowd: self, peer })
    }

    /// Counts a mail; false when that address brought `most` within the last minute.
    pub fn may_bring(&self, peer: Option<IpAddr>, most: u32, now: Instant) -> bool {
        let (Some(peer), Ok(mut known)) = (peer.map(household), self.all.lock()) else { return true };
        let fresh = |at: &Instant| now.duration_since(*at) < MINUTE;
        if known.brought.len() > 10_000 {
            known.brought.retain(|_, times| times.back().is_some_and(fresh));
        }
        let times = known.brought.entry(peer).or_default();
        while times.front().is_some_and(|at| !fresh(at)) {
            times.pop_front();
        }
        if times.len() >= usize::try_from(most).unwrap_or(usize::MAX) {
            return false;
        }
        times.push_back(now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(list: &[&str]) -> Recipients {
        let config = Config {
            mail_from: "Contact@asso.fr".into(),
            mail_recipients: list.iter().map(|a| (*a).to_owned()).collect(),
            ..Config::default()
        };
        Recipients::of(&config)
    }

    #[test]
    fn only_our_addresses_are_taken_with_any_detail() {
        let ours = taken(&[]);
        for good in [
            "contact@asso.fr",
            "CONTACT@ASSO.FR",
            "contact+t12.abc@asso.fr",
            "postmaster@asso.fr",
            "Postmaster",
        ] {
            assert!(ours.include(good), "{good}");
        }
        for bad in [
            "autre@asso.fr",
            "contact@asso.fr.example",
            "contact@example.fr",
            "",
            "@asso.fr",
            "postmaster@x.fr",
        ] {
            assert!(!ours.include(bad), "{bad}");
        }
        let domain = taken(&["@asso.fr", "dons@autre.fr"]);
        assert!(domain.include("nimporte@asso.fr") && domain.include("dons+x@autre.fr"));
        assert!(!domain.include("contact@autre.fr"));
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one() {
        let crowd = Crowd::default();
        let at = |text: &str| Some(text.parse().unwrap());
        let places: Vec<_> =
            (0..FROM_ONE).map(|n| crowd.enter(at(&format!("2001:db8:1:2::{n:x}"))).unwrap()).collect();
        assert!(crowd.enter(at("2001:db8:1:2:ffff::1")).is_none());
        assert!(crowd.enter(at("2001:db8:1:3::1")).is_some());
        drop(places);
        assert!(crowd.enter(at("2001:db8:1:2:ffff::1")).is_some());
        let now = Instant::now();
        assert!(crowd.may_bring(at("2001:db8::1"), 1, now) && !crowd.may_bring(at("2001:db8::2"), 1, now));
        assert!(crowd.may_bring(at("::ffff:192.0.2.7"), 1, now) && !crowd.may_bring(at("192.0.2.7"), 1, now));
        assert!(crowd.may_bring(at("192.0.2.8"), 1, now));
    }

    #[test]
    fn one_address_neither_fills_the_house_nor_floods_it() {
        let crowd = Crowd::default();
        let peer = Some("192.0.2.7".parse().unwrap());
        let places: Vec<_> = (0..FROM_ONE).map(|_| crowd.enter(peer).unwrap()).collect();
        assert!(crowd.enter(peer).is_none() && crowd.enter(Some("192.0.2.8".parse().unwrap())).is_some());
        drop(places);
        assert!(crowd.enter(peer).is_some() && crowd.enter(None).is_some());
        let start = Instant::now();
        assert!((0..3).all(|_| crowd.may_bring(peer, 3, start)) && !crowd.may_bring(peer, 3, start));
        assert!(crowd.may_bring(peer, 3, start + MINUTE) && crowd.may_bring(None, 1, start));
    }
}
