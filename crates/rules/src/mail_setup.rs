//! Whether the world will take our mail: what is known of the domain and the mail server, judged line by line, with
//! the exact record to publish where something is missing.

use std::net::IpAddr;

/// What a name server said, or that it said nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known<T> {
    /// This.
    Is(T),
    /// Nothing, for this reason.
    Not(String),
}

/// What is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Address that our mail comes from.
    pub from: String,
    /// Its domain.
    pub domain: String,
    /// Servers that take mail for it.
    pub takers: Known<Vec<String>>,
    /// Texts at the domain.
    pub texts: Known<Vec<String>>,
    /// The machine that hands our mail to the world, as far as is known.
    pub sender: Option<Sender>,
    /// Our signature; none if we do not sign.
    pub signature: Option<Signature>,
    /// Where a policy was looked for last, and the texts there.
    pub policy: (String, Known<Vec<String>>),
    /// The server that takes our mail.
    pub server: Server,
}

/// A machine that hands mail over to others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// Name.
    pub name: String,
    /// Addresses.
    pub addresses: Known<Vec<Address>>,
}

/// One of its addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The address.
    pub ip: IpAddr,
    /// Its names, and whether one of them leads back to it.
    pub names: Known<(Vec<String>, bool)>,
    /// Whether the domain lets it send.
    pub allowed: Known<bool>,
}

/// The signature we put under mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The domain that signs.
    pub domain: String,
    /// Where the key is published.
    pub name: String,
    /// What must stand there.
    pub record: String,
    /// What stands there.
    pub texts: Known<Vec<String>>,
}

/// The server that takes our mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Server {
    /// None is set.
    None,
    /// Mail goes to a folder.
    Folder,
    /// This one.
    At {
        /// Host and port.
        name: String,
        /// It runs on this machine.
        here: bool,
        /// Whether it lets us in; else why not.
        state: Result<Line, String>,
    },
}

/// The line to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Nobody in between can read along.
    pub encrypted: bool,
    /// Days for which its certificate is still good.
    pub days_left: Option<i64>,
}

/// How a line of the check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Right.
    Good,
    /// It works, and could be better.
    Advice,
    /// Wrong: mail will suffer.
    Bad,
    /// Nobody could be asked.
    Unknown,
}

/// A record to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Name.
    pub name: String,
    /// `TXT`, `MX`, `PTR`.
    pub kind: &'static str,
    /// What stands there.
    pub value: String,
}

/// A line of the check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// `spf`, `dkim`, `dmarc`, `mx`, `name`, `server`.
    pub about: &'static str,
    /// How it came out.
    pub verdict: Verdict,
    /// Key of its sentence, without `mail-check-`.
    pub word: &'static str,
    /// Values of the sentence.
    pub values: Vec<(&'static str, String)>,
    /// What was found, as it stands there.
    pub found: Option<String>,
    /// What to publish.
    pub publish: Option<Record>,
}

impl Finding {
    fn new(about: &'static str, verdict: Verdict, word: &'static str) -> Self {
        Self { about, verdict, word, values: Vec::new(), found: None, publish: None }
    }

    fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    fn found(mut self, text: &str) -> Self {
        self.found = Some(text.to_owned());
        self
    }

    fn publish(mut self, name: &str, kind: &'static str, value: String) -> Self {
        self.publish = Some(Record { name: name.to_owned(), kind, value });
        self
    }
}

/// Judges all of it.
#[must_use]
pub fn judge(facts: &Facts) -> Vec<Finding> {
    let mut findings = vec![server(facts)];
    findings.extend(spf(facts));
    findings.push(dkim(facts));
    findings.push(dmarc(facts));
    findings.push(mx(facts));
    findings.extend(names(facts));
    findings
}

fn server(facts: &Facts) -> Finding {
    let (name, here, state) = match &facts.server {
        Server::None => return Finding::new("server", Verdict::Bad, "server-none"),
        Server::Folder => return Finding::new("server", Verdict::Advice, "server-folder"),
        Server::At { name, here, state } => (name, *here, state),
    };
    let said = |verdict, word| Finding::new("server", verdict, word).with("server", name);
    match state {
        Err(why) => said(Verdict::Bad, "server-wrong").found(why),
        Ok(Line { encrypted: false, .. }) if here => said(Verdict::Good, "server-here"),
        Ok(Line { encrypted: false, .. }) => said(Verdict::Bad, "server-clear"),
        Ok(Line { days_left: Some(days), .. }) if *days < 0 => {
            let verdict = if here { Verdict::Advice } else { Verdict::Bad };
            said(verdict, "server-expired").with("days", -days)
        }
        Ok(Line { days_left: Some(days), .. }) if *days < 15 => {
            said(Verdict::Advice, "server-expires").with("days", days)
        }
        Ok(Line { days_left: Some(days), .. }) => said(Verdict::Good, "server-right").with("days", days),
        Ok(_) => said(Verdict::Good, "server-encrypted"),
    }
}

/// How the sender is named in a record of ours.
fn mechanism(facts: &Facts) -> String {
    match &facts.sender {
        Some(sender) if sender.name.parse::<IpAddr>().is_ok() => address_of(&sender.name),
        Some(sender) => format!("a:{}", sender.name),
        None => "mx".into(),
    }
}

fn address_of(ip: &str) -> String {
    format!("{}:{ip}", if ip.contains(':') { "ip6" } else { "ip4" })
}

fn spf(facts: &Facts) -> Vec<Finding> {
    let domain = facts.domain.as_str();
    let texts = match &facts.texts {
        Known::Not(why) => return vec![Finding::new("spf", Verdict::Unknown, "silent").found(why)],
        Known::Is(texts) => texts,
    };
    let is_spf = |text: &&String| text.split(' ').next().is_some_and(|v| v.eq_ignore_ascii_case("v=spf1"));
    let records: Vec<&String> = texts.iter().filter(is_spf).collect();
    let [record] = records.as_slice() else {
        if records.is_empty() {
            let whole = format!("v=spf1 {} ~all", mechanism(facts));
            return vec![Finding::new("spf", Verdict::Bad, "spf-missing").publish(domain, "TXT", whole)];
        }
        let all: Vec<&str> = records.iter().map(|r| r.as_str()).collect();
        return vec![Finding::new("spf", Verdict::Bad, "spf-twice").found(&all.join("\n"))];
    };
    if record.split(' ').any(|word| word == "+all" || word == "all") {
        let tight = record.replace("+all", "~all").replace(" all", " ~all");
        return vec![
            Finding::new("spf", Verdict::Bad, "spf-anybody").found(record).publish(domain, "TXT", tight),
        ];
    }
    let addresses = match facts.sender.as_ref().map(|sender| &sender.addresses) {
        Some(Known::Is(addresses)) if !addresses.is_empty() => addresses,
        _ => return vec![Finding::new("spf", Verdict::Advice, "spf-sender-unknown").found(record)],
    };
    addresses.iter().map(|address| spf_of(domain, record, address)).collect()
}

fn spf_of(domain: &str, record: &str, address: &Address) -> Finding {
    let said = |verdict, word| Finding::new("spf", verdict, word).with("ip", address.ip).found(record);
    match &address.allowed {
        Known::Is(true) => said(Verdict::Good, "spf-right"),
        Known::Is(false) => {
            let more = format!("v=spf1 {}", address_of(&address.ip.to_string()));
            let whole = record.replacen("v=spf1", &more, 1);
            said(Verdict::Bad, "spf-not-allowed").publish(domain, "TXT", whole)
        }
        Known::Not(why) => said(Verdict::Unknown, "spf-unreadable").with("why", why),
    }
}

/// A tag of a record such as `v=DKIM1; p=…`.
fn tag(record: &str, name: &str) -> Option<String> {
    record.split(';').find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.split_whitespace().collect())
    })
}

/// Whether receivers take both for the same house.
fn aligned(one: &str, other: &str) -> bool {
    let under =
        |a: &str, b: &str| a.eq_ignore_ascii_case(b) || a.to_ascii_lowercase().ends_with(&format!(".{b}"));
    under(one, other) || under(other, one)
}

fn dkim(facts: &Facts) -> Finding {
    let Some(ours) = &facts.signature else { return Finding::new("dkim", Verdict::Advice, "dkim-none") };
    let said = |verdict, word| Finding::new("dkim", verdict, word).with("name", &ours.name);
    if !aligned(&ours.domain, &facts.domain) {
        return said(Verdict::Bad, "dkim-foreign").with("signs", &ours.domain).with("domain", &facts.domain);
    }
    let texts = match &ours.texts {
        Known::Not(why) => return Finding::new("dkim", Verdict::Unknown, "silent").found(why),
        Known::Is(texts) => texts,
    };
    let missing = |finding: Finding| finding.publish(&ours.name, "TXT", ours.record.clone());
    let Some(found) = texts.iter().find(|text| tag(text, "p").is_some()) else {
        return missing(said(Verdict::Bad, "dkim-missing"));
    };
    if tag(found, "p") == tag(&ours.record, "p") {
        said(Verdict::Good, "dkim-right").found(found)
    } else {
        missing(said(Verdict::Bad, "dkim-other").found(found))
    }
}

fn dmarc(facts: &Facts) -> Finding {
    let (at, texts) = &facts.policy;
    let texts = match texts {
        Known::Not(why) => return Finding::new("dmarc", Verdict::Unknown, "silent").found(why),
        Known::Is(texts) => texts,
    };
    let name = format!("_dmarc.{}", facts.domain);
    let begin = format!("v=DMARC1; p=none; rua=mailto:postmaster@{}", facts.domain);
    let is_policy = |text: &&String| tag(text, "v").is_some_and(|v| v.eq_ignore_ascii_case("dmarc1"));
    let policies: Vec<&String> = texts.iter().filter(is_policy).collect();
    let [policy] = policies.as_slice() else {
        let word = if policies.is_empty() { "dmarc-missing" } else { "dmarc-twice" };
        return Finding::new("dmarc", Verdict::Bad, word).publish(&name, "TXT", begin);
    };
    let said = |verdict, word| Finding::new("dmarc", verdict, word).with("name", at).found(policy);
    match tag(policy, "p").map(|p| p.to_ascii_lowercase()).as_deref() {
        Some("quarantine" | "reject") => said(Verdict::Good, "dmarc-right"),
        Some("none") => {
            let tighter = policy.replacen("p=none", "p=quarantine", 1);
            said(Verdict::Advice, "dmarc-watching").publish(at, "TXT", tighter)
        }
        _ => said(Verdict::Bad, "dmarc-unreadable").publish(&name, "TXT", begin),
    }
}

fn mx(facts: &Facts) -> Finding {
    match &facts.takers {
        Known::Not(why) => Finding::new("mx", Verdict::Unknown, "silent").found(why),
        Known::Is(takers) if takers.is_empty() => Finding::new("mx", Verdict::Bad, "mx-missing")
            .with("from", &facts.from)
            .publish(&facts.domain, "MX", format!("10 mail.{}.", facts.domain)),
        Known::Is(takers) => Finding::new("mx", Verdict::Good, "mx-right")
            .with("domain", &facts.domain)
            .found(&takers.join("\n")),
    }
}

fn names(facts: &Facts) -> Vec<Finding> {
    let Some(sender) = &facts.sender else {
        return vec![Finding::new("name", Verdict::Advice, "name-sender-unknown")];
    };
    let addresses = match &sender.addresses {
        Known::Not(why) => return vec![Finding::new("name", Verdict::Unknown, "silent").found(why)],
        Known::Is(addresses) if addresses.is_empty() => {
            return vec![Finding::new("name", Verdict::Bad, "name-no-address").with("name", &sender.name)];
        }
        Known::Is(addresses) => addresses,
    };
    let one = |address: &Address| {
        let said = |verdict, word| {
            Finding::new("name", verdict, word).with("ip", address.ip).with("name", &sender.name)
        };
        let wanted =
            |finding: Finding| finding.publish(&address.ip.to_string(), "PTR", format!("{}.", sender.name));
        match &address.names {
            Known::Not(why) => Finding::new("name", Verdict::Unknown, "silent").found(why),
            Known::Is((names, _)) if names.is_empty() => wanted(said(Verdict::Bad, "name-missing")),
            Known::Is((names, true)) => said(Verdict::Good, "name-right").found(&names.join("\n")),
            Known::Is((names, false)) => wanted(said(Verdict::Bad, "name-one-way").found(&names.join("\n"))),
        }
    };
    addresses.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn right() -> Facts {
        let is = |text: &str| Known::Is(vec![text.to_owned()]);
        let address = Address {
            ip: "192.0.2.7".parse().unwrap(),
            names: Known::Is((vec!["mx.asso.example".into()], true)),
            allowed: Known::Is(true),
        };
        Facts {
            from: "contact@asso.example".into(),
            domain: "asso.example".into(),
            takers: is("mx.asso.example"),
            texts: Known::Is(vec!["other=1".into(), "v=spf1 a:mx.asso.example -all".into()]),
            sender: Some(Sender { name: "mx.asso.example".into(), addresses: Known::Is(vec![address]) }),
            signature: Some(Signature {
                domain: "asso.example".into(),
                name: "s._domainkey.asso.example".into(),
                record: "v=DKIM1; k=rsa; p=AAAA".into(),
                texts: is("v=DKIM1;k=rsa; p=AA AA"),
            }),
            policy: ("_dmarc.asso.example".into(), is("v=DMARC1; p=reject")),
            server: Server::At {
                name: "mx.asso.example:587".into(),
                here: false,
                state: Ok(Line { encrypted: true, days_left: Some(60) }),
            },
        }
    }

    fn told(change: impl FnOnce(&mut Facts)) -> Vec<(Verdict, &'static str, Option<String>)> {
        let mut facts = right();
        change(&mut facts);
        let wrong = judge(&facts).into_iter().filter(|f| f.verdict != Verdict::Good);
        wrong
            .map(|f| (f.verdict, f.word, f.publish.map(|r| format!("{} {} {}", r.name, r.kind, r.value))))
            .collect()
    }

    #[test]
    fn what_is_right_is_said_to_be_right() {
        assert_eq!(told(|_| ()), []);
        assert_eq!(judge(&right()).len(), 6);
    }

    #[test]
    fn what_is_missing_is_said_with_the_record_to_publish() {
        let none = || Known::Is(Vec::new());
        let publish = |text: &str| Some(text.to_owned());
        assert_eq!(
            told(|f| f.texts = none()),
            [(Verdict::Bad, "spf-missing", publish("asso.example TXT v=spf1 a:mx.asso.example ~all"))]
        );
        assert_eq!(
            told(|f| f.signature.as_mut().unwrap().texts = none()),
            [(Verdict::Bad, "dkim-missing", publish("s._domainkey.asso.example TXT v=DKIM1; k=rsa; p=AAAA"))]
        );
        assert_eq!(
            told(|f| f.policy.1 = none()),
            [(
                Verdict::Bad,
                "dmarc-missing",
                publish("_dmarc.asso.example TXT v=DMARC1; p=none; rua=mailto:postmaster@asso.example")
            )]
        );
        assert_eq!(
            told(|f| f.takers = none()),
            [(Verdict::Bad, "mx-missing", publish("asso.example MX 10 mail.asso.example."))]
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_the_record_to_publish() {
        let change = |change: fn(&mut Address)| {
            told(|f| {
                let Some(Sender { addresses: Known::Is(all), .. }) = &mut f.sender else { return };
                all.iter_mut().for_each(change);
            })
        };
        assert_eq!(
            change(|a| a.allowed = Known::Is(false)),
            [(
                Verdict::Bad,
                "spf-not-allowed",
                Some("asso.example TXT v=spf1 ip4:192.0.2.7 a:mx.asso.example -all".into())
            )]
        );
        assert_eq!(
            change(|a| a.names = Known::Is((vec!["other.example".into()], false))),
            [(Verdict::Bad, "name-one-way", Some("192.0.2.7 PTR mx.asso.example.".into()))]
        );
        let other = Known::Is(vec!["v=DKIM1; p=BBBB".into()]);
        assert_eq!(told(|f| f.signature.as_mut().unwrap().texts = other)[0].1, "dkim-other");
        assert_eq!(
            told(|f| f.signature.as_mut().unwrap().domain = "other.example".into())[0].1,
            "dkim-foreign"
        );
        assert_eq!(told(|f| f.texts = Known::Is(vec!["v=spf1 +all".into()]))[0].1, "spf-anybody");
        assert_eq!(
            told(|f| f.texts = Known::Is(vec!["v=spf1 -all".into(), "v=spf1 mx".into()]))[0].1,
            "spf-twice"
        );
        let watching = Known::Is(vec!["v=DMARC1; p=none".into()]);
        assert_eq!(
            told(|f| f.policy.1 = watching),
            [(
                Verdict::Advice,
                "dmarc-watching",
                Some("_dmarc.asso.example TXT v=DMARC1; p=quarantine".into())
            )]
        );
    }

    #[test]
    fn who_does_not_answer_is_not_called_wrong() {
        let silent = told(|f| {
            let not = || Known::Not("no answer in time".into());
            (f.texts, f.takers, f.policy.1) = (not(), Known::Not("x".into()), not());
            f.signature.as_mut().unwrap().texts = not();
            f.sender.as_mut().unwrap().addresses = Known::Not("x".into());
        });
        assert_eq!(silent.len(), 5);
        assert!(silent.iter().all(|(verdict, word, _)| (*verdict, *word) == (Verdict::Unknown, "silent")));
    }

    #[test]
    fn a_line_in_clear_is_right_on_this_machine_only() {
        let line = |here, encrypted, days_left| {
            told(move |f| {
                let state = Ok(Line { encrypted, days_left });
                f.server = Server::At { name: "x:25".into(), here, state };
            })
        };
        assert_eq!(line(true, false, None), []);
        assert_eq!(line(false, false, None)[0].1, "server-clear");
        assert_eq!(line(false, true, Some(3))[0].1, "server-expires");
        assert_eq!(line(false, true, Some(-3))[0].1, "server-expired");
    }
}
