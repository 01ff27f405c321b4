//! A collection of SEPA direct debits as a file for the bank: ISO 20022 pain.008.001.02 or .08, one batch of one day, scheme
//! CORE, sequence RCUR (allowed for every debit since 21 November 2016, EPC016-06 4.1). Texts are written in the letters of
//! the scheme. The same collection gives the same bytes.

use std::fmt::Write;

use chrono::{DateTime, NaiveDate, Utc};
use rules::dates::paris_clock;
use rules::sepa::latin;

/// Version of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Version {
    /// pain.008.001.02, of 2009: what older bank portals take.
    #[serde(rename = "02")]
    V02,
    /// pain.008.001.08, of 2019: that of the scheme since November 2023.
    #[serde(rename = "08")]
    V08,
}

impl Version {
    /// Both, the scheme's own first.
    pub const ALL: [Self; 2] = [Self::V08, Self::V02];

    /// The end of its name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::V02 => "02",
            Self::V08 => "08",
        }
    }

    /// Reads it.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.code() == code)
    }
}

/// Who collects.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Creditor {
    /// Name of the association.
    pub name: String,
    /// Its IBAN, checked.
    pub iban: String,
    /// BIC of its bank; empty when it is not given.
    pub bic: String,
    /// Its creditor identifier (ICS), checked.
    pub id: String,
}

/// A collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    /// Its number: at most 35 letters of the scheme.
    pub number: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Version of the file.
    pub version: Version,
    /// Who collects.
    pub creditor: Creditor,
    /// The day on which accounts are debited.
    pub collect_on: NaiveDate,
    /// Its debits.
    pub debits: Vec<Debit>,
}

/// Account of a debtor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Account {
    /// For the bank: the IBAN.
    Whole(String),
    /// For everybody else: as it may be shown. Such a file is not for the bank.
    Masked(String),
}

/// A debit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Debit {
    /// What the bank calls it when it comes back: at most 35 letters.
    pub end_to_end: String,
    /// Its amount in cents.
    pub cents: i64,
    /// The mandate's reference.
    pub mandate: String,
    /// The day it was signed.
    pub signed_on: NaiveDate,
    /// Holder of the account.
    pub name: String,
    /// The account.
    pub account: Account,
    /// BIC of its bank; empty when it is not given.
    pub bic: String,
    /// Street, postal code, town, country: needed for accounts outside the European Economic Area; empty otherwise.
    pub address: [String; 4],
    /// What the statement of the debtor says.
    pub label: String,
}

/// The file.
pub fn render(collection: &Collection) -> String {
    let version = collection.version;
    let sum = amount(collection.debits.iter().map(|debit| debit.cents).sum());
    let count = collection.debits.len();
    let at = paris_clock(collection.created_at).format("%Y-%m-%dT%H:%M:%S");
    let creditor = &collection.creditor;
    let (number, name) = (text(&collection.number, 35), text(&creditor.name, 70));
    let mut out = String::with_capacity(1500 + 900 * count);
    // Writing into a String does not fail.
    let _ = write!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.008.001.{code}\">\n<CstmrDrctDbtInitn>\n\
         <GrpHdr><MsgId>{number}</MsgId><CreDtTm>{at}</CreDtTm><NbOfTxs>{count}</NbOfTxs><CtrlSum>{sum}</CtrlSum>\
         <InitgPty><Nm>{name}</Nm></InitgPty></GrpHdr>\n\
         <PmtInf>\n<PmtInfId>{number}</PmtInfId><PmtMtd>DD</PmtMtd><BtchBookg>true</BtchBookg>\
         <NbOfTxs>{count}</NbOfTxs><CtrlSum>{sum}</CtrlSum>\
         <PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl><LclInstrm><Cd>CORE</Cd></LclInstrm><SeqTp>RCUR</SeqTp></PmtTpInf>\
         <ReqdColltnDt>{day}</ReqdColltnDt>\n\
         <Cdtr><Nm>{name}</Nm></Cdtr><CdtrAcct><Id><IBAN>{iban}</IBAN></Id></CdtrAcct>\
         <CdtrAgt>{agent}</CdtrAgt><ChrgBr>SLEV</ChrgBr>\n\
         <CdtrSchmeId><Id><PrvtId><Othr><Id>{id}</Id><SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr></PrvtId></Id>\
         </CdtrSchmeId>\n",
        code = version.code(),
        day = collection.collect_on,
        iban = escaped(&creditor.iban),
        agent = agent(version, &creditor.bic),
        id = escaped(&creditor.id),
    );
    for debit in &collection.debits {
        one(&mut out, version, debit);
    }
    out.push_str("</PmtInf>\n</CstmrDrctDbtInitn>\n</Document>\n");
    out
}

fn one(out: &mut String, version: Version, debit: &Debit) {
    let account = match &debit.account {
        Account::Whole(iban) => format!("<IBAN>{}</IBAN>", escaped(iban)),
        Account::Masked(shown) => format!("<Othr><Id>{}</Id></Othr>", text(shown, 34)),
    };
    let label = text(&debit.label, 140);
    let said =
        if label.is_empty() { String::new() } else { format!("<RmtInf><Ustrd>{label}</Ustrd></RmtInf>") };
    let _ = writeln!(
        out,
        "<DrctDbtTxInf><PmtId><EndToEndId>{end_to_end}</EndToEndId></PmtId><InstdAmt Ccy=\"EUR\">{amount}</InstdAmt>\
         <DrctDbtTx><MndtRltdInf><MndtId>{mandate}</MndtId><DtOfSgntr>{signed}</DtOfSgntr></MndtRltdInf></DrctDbtTx>\
         <DbtrAgt>{agent}</DbtrAgt><Dbtr><Nm>{name}</Nm>{address}</Dbtr><DbtrAcct><Id>{account}</Id></DbtrAcct>\
         {said}</DrctDbtTxInf>",
        end_to_end = text(&debit.end_to_end, 35),
        amount = amount(debit.cents),
        mandate = text(&debit.mandate, 35),
        signed = debit.signed_on,
        agent = agent(version, &debit.bic),
        name = text(&debit.name, 70),
        address = address(version, &debit.address),
    );
}

fn agent(version: Version, bic: &str) -> String {
    match (bic, version) {
        ("", _) => "<FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId>".to_owned(),
        (bic, Version::V02) => format!("<FinInstnId><BIC>{}</BIC></FinInstnId>", escaped(bic)),
        (bic, Version::V08) => format!("<FinInstnId><BICFI>{}</BICFI></FinInstnId>", escaped(bic)),
    }
}

/// Two lines in the older version; named parts in the newer one, where a town and a country are a must (from November
/// 2026 on, lines alone are refused).
fn address(version: Version, [street, postal_code, city, country]: &[String; 4]) -> String {
    let (street, postal_code, city) = (text(street, 70), text(postal_code, 16), text(city, 35));
    if city.is_empty() || country.len() != 2 {
        return String::new();
    }
    let country = escaped(country);
    match version {
        Version::V02 => {
            let town = text(&format!("{postal_code} {city}"), 70);
            let lines = [street, town].into_iter().filter(|line| !line.is_empty());
            let lines: String = lines.map(|line| format!("<AdrLine>{line}</AdrLine>")).collect();
            format!("<PstlAdr><Ctry>{country}</Ctry>{lines}</PstlAdr>")
        }
        Version::V08 => {
            let part = |name: &str, value: &str| match value {
                "" => String::new(),
                value => format!("<{name}>{value}</{name}>"),
            };
            let parts = [part("StrtNm", &street), part("PstCd", &postal_code), part("TwnNm", &city)].concat();
            format!("<PstlAdr>{parts}<Ctry>{country}</Ctry></PstlAdr>")
        }
    }
}

fn amount(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// In the letters of the scheme, which leave nothing to escape but the apostrophe's friends.
fn text(words: &str, most: usize) -> String {
    escaped(&latin(words, most))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
