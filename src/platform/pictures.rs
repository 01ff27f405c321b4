//! Pictures on other servers, fetched by us so that their owner learns nothing of the reader, and no mail can make
//! us knock at doors of our own network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, Url};

use super::failure::Failure;

/// Largest picture.
const LARGEST: usize = 8 << 20;
/// Time for all of it.
const PATIENCE: Duration = Duration::from_secs(10);
/// Times a server may say "elsewhere".
const ELSEWHERE: usize = 4;

/// A picture that browsers show without risk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Media type, as its bytes say.
    pub mime: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPicture {
    /// Its address is none that we go to: another protocol, or a network that is not public.
    NotThere,
    /// The server does not answer, or says no.
    Unreachable,
    /// It is larger than 8 MiB.
    TooLarge,
    /// What came is no PNG, JPEG, GIF or WebP.
    NotAPicture,
}

/// Fetches what is at `url`. `private`: whether networks that are not public may be asked.
pub async fn fetch(url: &str, private: bool) -> Result<Result<Picture, NoPicture>, Failure> {
    let Some(url) = Url::parse(url).ok().filter(|url| may_go(url, private)) else {
        return Ok(Err(NoPicture::NotThere));
    };
    let client = client(private)?;
    let Ok(mut answer) = client.get(url).header("Accept", "image/*").send().await else {
        return Ok(Err(NoPicture::Unreachable));
    };
    if !answer.status().is_success() {
        return Ok(Err(NoPicture::Unreachable));
    }
    let mut bytes = Vec::new();
    loop {
        match answer.chunk().await {
            Ok(Some(piece)) => bytes.extend_from_slice(&piece),
            Ok(None) => break,
            Err(_) => return Ok(Err(NoPicture::Unreachable)),
        }
        if bytes.len() > LARGEST {
            return Ok(Err(NoPicture::TooLarge));
        }
    }
    Ok(match mime(&bytes) {
        Some(mime) => Ok(Picture { mime, bytes }),
        None => Err(NoPicture::NotAPicture),
    })
}

fn client(private: bool) -> Result<Client, Failure> {
    let policy = Policy::custom(move |step: Attempt<'_>| {
        if step.previous().len() > ELSEWHERE || !may_go(step.url(), private) {
            step.stop()
        } else {
            step.follow()
        }
    });
    Client::builder()
        .tls_backend_preconfigured(super::tls::config(None)?)
        .dns_resolver(Arc::new(Public { private }))
        .redirect(policy)
        .no_proxy()
        .referer(false)
        .timeout(PATIENCE)
        .user_agent("Soutien")
        .build()
        .map_err(|e| Failure::new(e.to_string()))
}

/// Names lead to public addresses only: the very address that was judged is the one that is called.
struct Public {
    private: bool,
}

impl Resolve for Public {
    fn resolve(&self, name: Name) -> Resolving {
        let private = self.private;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str().to_owned(), 0)).await?;
            let open: Vec<SocketAddr> = found.filter(|a| private || is_public(a.ip())).collect();
            if open.is_empty() {
                return Err("no public address".into());
            }
            Ok(Box::new(open.into_iter()) as Addrs)
        })
    }
}

/// A name is judged when it is looked up; an address that stands in the URL itself is judged here.
fn may_go(url: &Url, private: bool) -> bool {
    let web =
        matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let literal: Option<IpAddr> = host.parse().ok();
    let usual = matches!(url.port_or_known_default(), Some(80 | 443));
    web && !host.is_empty() && (private || (usual && literal.is_none_or(is_public)))
}

/// Addresses that anybody on the Internet may be (the special ones: RFC 6890, RFC 4193, RFC 6598).
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_broadcast()
        || ip.is_documentation()
        || ip.is_multicast();
    let reserved = a == 0 || a >= 240 || (a == 100 && (64..128).contains(&b)) || (a, b, c) == (192, 0, 0);
    let benchmarks = a == 198 && (b == 18 || b == 19);
    !(special || reserved || benchmarks)
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, .., y, z] = ip.segments();
    let inner = Ipv4Addr::from((u32::from(y) << 16) | u32::from(z));
    if ip.to_ipv4_mapped().is_some() || (a, b) == (0x64, 0xff9b) {
        return is_public_v4(inner);
    }
    // Only what is given out to the Internet, without documentation, 6to4 and Teredo.
    let given_out = a & 0xe000 == 0x2000;
    given_out && (a, b) != (0x2001, 0xdb8) && a != 0x2002 && (a, b) != (0x2001, 0)
}

/// Media type of a picture that browsers show without risk, by its first bytes.
pub fn mime(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_our_own_network_are_never_asked() {
        for ip in [
            "127.0.0.1",
            "10.0.0.1",
            "172.16.3.4",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.0.8",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "64:ff9b::10.0.0.1",
            "2001:db8::1",
            "2002:7f00:1::",
        ] {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
        for ip in ["9.9.9.9", "193.0.6.139", "2001:67c:2e8::1", "2a00:1450::1", "::ffff:9.9.9.9"] {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    #[test]
    fn only_ordinary_addresses_of_the_web_are_gone_to() {
        let may = |url: &str| may_go(&Url::parse(url).unwrap(), false);
        assert!(may("https://example.org/a.png") && may("http://9.9.9.9/a.png"));
        for url in [
            "file:///etc/passwd",
            "ftp://example.org/a",
            "http://127.0.0.1/a",
            "http://[::1]/a",
            "http://2130706433/",
            "http://0x7f.1/",
            "https://example.org:8443/a",
            "http://me:secret@example.org/a",
            "http://169.254.169.254/x",
        ] {
            assert!(!may(url), "{url}");
        }
    }

    #[test]
    fn bytes_say_what_a_picture_is() {
        assert_eq!(mime(b"\x89PNG\r\n\x1a\n...."), Some("image/png"));
        assert_eq!(mime(b"GIF89a.."), Some("image/gif"));
        assert_eq!(mime(b"<svg onload=alert(1)>"), None);
        assert_eq!(mime(b""), None);
    }
}
