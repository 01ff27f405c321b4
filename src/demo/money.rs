//! What the payment tools and the bank tell of one month: files brought through the same verbs that people use.

use std::fmt::Write as _;

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::imports::actions::{self, Brought, Outcome};
use crate::imports::reading::{Format, Source};
use crate::platform::{Actor, Core, Failure, Stop, Tx};

/// Brings three files of the last whole month but one: HelloAsso's payments, Stripe's balance, a bank statement.
pub async fn tell(core: &Core, today: NaiveDate) -> Result<(), Failure> {
    let first = today.with_day(1).and_then(|day| day.checked_sub_months(Months::new(2)));
    let Some(first) = first else { return Ok(()) };
    let next = first.checked_add_months(Months::new(1)).unwrap_or(first);
    let files = [
        (Format::HelloAsso, "helloasso-paiements.csv", helloasso(first, next)),
        (Format::Stripe, "stripe-balance.csv", stripe(first, next)),
        (Format::Camt, "releve-camt053.xml", statement(next)),
    ];
    for (format, name, text) in files {
        bring(core, format, name, &text).await?;
    }
    Ok(())
}

async fn bring(core: &Core, format: Format, name: &str, text: &str) -> Result<(), Failure> {
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), text)?;
    let brought = Brought { source: Source(format), name, path: file.path(), account: None, table: None };
    let refused = |refusal: actions::Refusal| Failure::new(format!("{name}: {refusal:?}"));
    let outcome =
        Stop::split(actions::preview(core, &Actor::Command, brought, &|_| {}).await)?.map_err(refused)?;
    let Outcome::Previewed { id } = outcome else { return Ok(()) };
    let tx = Tx::begin(core, Actor::Command).await?;
    Stop::split(actions::take(core, &tx, id, &|_| {}).await)?.map_err(refused)?;
    Ok(tx.commit().await?)
}

fn later(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

fn helloasso(first: NaiveDate, next: NaiveDate) -> String {
    let mut text = String::from(
        "Référence commande;Référence paiement;Montant total;Date du paiement;Statut du paiement;Versé;Date du versement;\
         Nom payeur;Prénom payeur;Email payeur;Campagne;Type de campagne;Type;Montant du tarif;Don supplémentaire;\
         Moyen de paiement;Adresse payeur;Code Postal payeur;Ville payeur;Pays payeur\r\n",
    );
    let people = [
        ("25,00", "Don", "", "Garance", "Lheureux", 3),
        ("12,00", "Don", "", "Ismaël", "Oudart", 9),
        ("25,00", "Adhésion", "5,00", "Solène", "Kerbrat", 14),
        ("60,00", "Don", "", "Théo", "Vannier", 22),
    ];
    let paid_out = rules::dates::short_fr(later(next, 4));
    for (at, (amount, kind, added, given, family, day)) in people.into_iter().enumerate() {
        let paid = rules::dates::short_fr(later(first, day));
        let mail = rules::fold::search_key(&format!("{given}.{family}@example.org"));
        let _ = write!(
            text,
            "71{at};61{at};{amount};{paid} 10:2{at}:00;Payé;Oui;{paid_out};{family};{given};{mail};Soutien;Formulaire de don;\
             {kind};;{added};Carte bancaire;{at} rue des Essais;44000;Nantes;FRA\r\n"
        );
    }
    text
}

fn stripe(first: NaiveDate, next: NaiveDate) -> String {
    let (a, b, sent, due) = (later(first, 11), later(first, 25), later(next, 8), later(next, 15));
    format!(
        "balance_transaction_id,created_utc,available_on_utc,currency,gross,fee,net,reporting_category,source_id,\
         description,customer_email,customer_name,automatic_payout_id,automatic_payout_effective_at_utc\n\
         txn_d1,{a} 09:12:00,{sent} 00:00:00,eur,80.00,1.40,78.60,charge,ch_d1,Don,lou.castel@example.org,Lou Castel,po_demo1,{sent} 00:00:00\n\
         txn_d2,{b} 18:40:00,{sent} 00:00:00,eur,15.00,0.47,14.53,charge,ch_d2,Don du mois,iris.blanc@example.org,Iris Blanc,po_demo1,{sent} 00:00:00\n\
         txn_d3,{sent} 00:00:00,{sent} 00:00:00,eur,-93.13,0.00,-93.13,payout,po_demo1,STRIPE PAYOUT,,,po_demo1,{sent} 00:00:00\n\
         txn_d4,{sent} 10:00:00,{due} 00:00:00,eur,30.00,0.70,29.30,charge,ch_d3,Don,lou.castel@example.org,Lou Castel,po_demo2,{due} 00:00:00\n\
         txn_d5,{due} 00:00:00,{due} 00:00:00,eur,-29.30,0.00,-29.30,payout,po_demo2,STRIPE PAYOUT,,,po_demo2,{due} 00:00:00\n"
    )
}

/// The second payout of Stripe is not on it yet: it comes with the next statement.
fn statement(next: NaiveDate) -> String {
    let lines = [
        (2, 40_000, "VIR SEPA RECU /DE COOPERATIVE DES COMMUNS /MOTIF DON"),
        (3, -650, "COTISATION COMPTE"),
        (5, 12_200, "VIR SEPA RECU /DE HELLOASSO /MOTIF VERSEMENT"),
        (8, 9313, "VIR SEPA RECU /DE STRIPE TECHNOLOGY /REF po_demo1"),
        (11, 150_000, "VIR SEPA RECU /DE VILLE DE NANTES /MOTIF SUBVENTION"),
    ];
    let opening = 800_000;
    let closing = opening + lines.iter().map(|(_, cents, _)| cents).sum::<i64>();
    let money = |cents: i64| rules::money::Cents(cents.abs()).plain();
    let balance = |code: &str, cents: i64, day: NaiveDate| {
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{}</Amt><CdtDbtInd>CRDT</CdtDbtInd>\
             <Dt><Dt>{day}</Dt></Dt></Bal>",
            money(cents)
        )
    };
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\">\
         <BkToCstmrStmt><Stmt><Id>DEMO</Id><Acct><Id><IBAN>FR7630006000011234567890189</IBAN></Id><Ccy>EUR</Ccy></Acct>{}{}",
        balance("OPBD", opening, next),
        balance("CLBD", closing, later(next, 12)),
    );
    for (day, cents, words) in lines {
        let side = if cents < 0 { "DBIT" } else { "CRDT" };
        let _ = write!(
            text,
            "<Ntry><Amt Ccy=\"EUR\">{}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>{}</Dt></BookgDt>\
             <AddtlNtryInf>{words}</AddtlNtryInf></Ntry>",
            money(cents),
            later(next, day),
        );
    }
    text + "</Stmt></BkToCstmrStmt></Document>"
}
