//! The check of the mail in words, and `soutien mail check`, `soutien mail dkim-key`.

use std::path::PathBuf;
use std::process::ExitCode;

use rules::lang::Lang;
use rules::mail_setup::{Finding, Verdict, judge};

use crate::platform::dkim::{self, Kind, Signer};
use crate::platform::{Config, Core, Failure, Say, mail_setup};

/// What a finding is about.
pub fn about(finding: &Finding) -> Say {
    Say::new(match finding.about {
        "server" => "mail-check-about-server",
        "spf" => "mail-check-about-spf",
        "dkim" => "mail-check-about-dkim",
        "dmarc" => "mail-check-about-dmarc",
        "mx" => "mail-check-about-mx",
        _ => "mail-check-about-name",
    })
}

/// What was found, in a sentence.
pub fn sentence(finding: &Finding) -> Say {
    let key = match finding.word {
        "silent" => "mail-check-silent",
        "server-none" => "mail-check-server-none",
        "server-folder" => "mail-check-server-folder",
        "server-wrong" => "mail-check-server-wrong",
        "server-here" => "mail-check-server-here",
        "server-clear" => "mail-check-server-clear",
        "server-expired" => "mail-check-server-expired",
        "server-expires" => "mail-check-server-expires",
        "server-right" => "mail-check-server-right",
        "server-encrypted" => "mail-check-server-encrypted",
        "spf-missing" => "mail-check-spf-missing",
        "spf-twice" => "mail-check-spf-twice",
        "spf-anybody" => "mail-check-spf-anybody",
        "spf-sender-unknown" => "mail-check-spf-sender-unknown",
        "spf-right" => "mail-check-spf-right",
        "spf-not-allowed" => "mail-check-spf-not-allowed",
        "spf-unreadable" => "mail-check-spf-unreadable",
        "dkim-none" => "mail-check-dkim-none",
        "dkim-foreign" => "mail-check-dkim-foreign",
        "dkim-missing" => "mail-check-dkim-missing",
        "dkim-right" => "mail-check-dkim-right",
        "dkim-other" => "mail-check-dkim-other",
        "dmarc-missing" => "mail-check-dmarc-missing",
        "dmarc-twice" => "mail-check-dmarc-twice",
        "dmarc-right" => "mail-check-dmarc-right",
        "dmarc-watching" => "mail-check-dmarc-watching",
        "dmarc-unreadable" => "mail-check-dmarc-unreadable",
        "mx-missing" => "mail-check-mx-missing",
        "mx-right" => "mail-check-mx-right",
        "name-no-address" => "mail-check-name-no-address",
        "name-missing" => "mail-check-name-missing",
        "name-right" => "mail-check-name-right",
        "name-one-way" => "mail-check-name-one-way",
        _ => "mail-check-name-sender-unknown",
    };
    finding.values.iter().fold(Say::new(key), |say, (name, value)| say.with(name, value.clone()))
}

/// `soutien mail check`: 0 nothing is wrong, 1 something is.
pub async fn check(core: &Core) -> Result<ExitCode, Failure> {
    let findings = judge(&mail_setup::facts(core).await?);
    let locales = &core.render.locales;
    for finding in &findings {
        let verdict = match finding.verdict {
            Verdict::Good => "right",
            Verdict::Advice => "could be better",
            Verdict::Bad => "WRONG",
            Verdict::Unknown => "unknown",
        };
        println!("{}: {verdict}", locales.say(Lang::En, &about(finding)));
        println!("  {}", locales.say(Lang::En, &sentence(finding)));
        for line in finding.found.iter().flat_map(|found| found.lines()) {
            println!("  found: {line}");
        }
        match &finding.publish {
            Some(record) if record.kind == "TXT" => {
                println!("  publish: {}", dkim::zone_line(&record.name, &record.value));
            }
            Some(record) => println!("  publish: {} {} {}", record.name, record.kind, record.value),
            None => {}
        }
    }
    let wrong = findings.iter().any(|finding| finding.verdict == Verdict::Bad);
    Ok(if wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// `soutien mail dkim-key`: makes the key if it is not there, prints the record to publish.
pub fn dkim_key(config: &Config, ed25519: bool, file: Option<PathBuf>) -> Result<ExitCode, Failure> {
    let file =
        file.or_else(|| config.dkim_key_file.clone()).unwrap_or_else(|| config.data_dir.join("dkim.pem"));
    if file.exists() {
        eprintln!("{} is there already: it is kept.", file.display());
    } else {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        dkim::make(if ed25519 { Kind::Ed25519 } else { Kind::Rsa }, &file)?;
        eprintln!("The key is in {}; only its owner can read it.", file.display());
    }
    let (domain, selector) = (dkim::domain(config), dkim::selector(config));
    let signer = Signer::read(&file, &domain, &selector)?;
    eprintln!("Publish this record, wait until `soutien mail check` sees it, then set in soutien.toml:");
    eprintln!("  dkim_key_file = \"{}\"", file.display());
    eprintln!("  dkim_selector = \"{selector}\"");
    eprintln!("  dkim_domain = \"{domain}\"");
    println!("{}", dkim::zone_line(&signer.name, &signer.record));
    Ok(ExitCode::SUCCESS)
}
