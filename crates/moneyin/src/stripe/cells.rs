//! Columns of Stripe's reports, and what their cells say.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use rules::address::{PostalAddress, normalise_mail};
use rules::money::{AmountError, Cents};

use crate::line::Giver;
use crate::named::Columns;
use crate::table::{Row, cut, short};
use crate::why::Why;

pub const TXN: &[&str] = &["balance transaction id", "id"];
pub const ID: &[&str] = &["id", "charge id"];
pub const CREATED: &[&str] = &["created utc", "created", "created date utc", "created date"];
pub const AVAILABLE: &[&str] = &["available on utc", "available on"];
pub const CURRENCY: &[&str] = &["currency"];
pub const GROSS: &[&str] = &["gross", "amount"];
pub const AMOUNT: &[&str] = &["amount"];
pub const FEE: &[&str] = &["fee", "fees"];
pub const NET: &[&str] = &["net"];
pub const CATEGORY: &[&str] = &["reporting category", "type"];
pub const SOURCE: &[&str] = &["source id", "source"];
pub const CHARGE: &[&str] = &["charge id"];
pub const DESCRIPTION: &[&str] = &["description"];
pub const PAYOUT: &[&str] = &["automatic payout id", "transfer", "payout id"];
pub const PAYOUT_DAY: &[&str] = &[
    "automatic payout effective at utc",
    "automatic payout effective at",
    "transfer date utc",
    "transfer date",
];
pub const MAIL: &[&str] = &["customer email", "billing email", "receipt email", "card email"];
pub const NAME: &[&str] = &[
    "customer name",
    "billing name",
    "card name",
    "cardholder name",
    "shipping name",
    "customer description",
];
pub const STATUS: &[&str] = &["status"];
pub const REFUNDED: &[&str] = &["amount refunded"];
pub const CAPTURED: &[&str] = &["captured"];
pub const MODE: &[&str] = &["mode", "livemode"];
pub const METHOD: &[&str] = &["payment method type", "payment source type"];
pub const CONVERTED: &[&str] = &["converted amount"];
pub const CONVERTED_REFUNDED: &[&str] = &["converted amount refunded"];
pub const CONVERTED_CURRENCY: &[&str] = &["converted currency"];
const LINE1: &[&str] = &["card address line1", "customer address line1", "shipping address line1"];
const LINE2: &[&str] = &["card address line2", "customer address line2", "shipping address line2"];
const CODE: &[&str] = &["card address zip", "customer address postal code", "shipping address postal code"];
const CITY: &[&str] = &["card address city", "customer address city", "shipping address city"];
const COUNTRY: &[&str] = &["card address country", "customer address country", "shipping address country"];
pub const CAMPAIGN: &[&str] =
    &["payment metadata campaign", "payment metadata campagne", "campaign metadata", "campagne metadata"];
/// Of no use to the ledger, but no surprise either.
const SAID: &[&str] = &[
    "customer id",
    "payment intent id",
    "created description",
    "statement descriptor",
    "is link",
    "link funds",
    "card id",
    "card last4",
    "card brand",
    "card funding",
    "card exp month",
    "card exp year",
    "card fingerprint",
    "card cvc status",
    "card avs zip status",
    "card avs line1 status",
    "card issue country",
    "card name",
    "destination",
    "invoice id",
    "payment intent",
    "disputed amount",
    "dispute date utc",
    "dispute reason",
    "dispute status",
    "dispute evidence due utc",
    "refunded date utc",
    "seller message",
    "taxes on fee",
    "customer facing amount",
    "customer facing currency",
    "transfer group",
    "client reference id",
    "interest",
    "checkout session id",
    "checkout custom field 1 key",
    "checkout custom field 1 value",
    "application fee",
    "application id",
    "decline reason",
    "card token",
    "card address state",
    "shipping address state",
    "customer phone",
    "regulatory tag",
    "connected account id",
    "refund id",
    "trace id",
    "trace id status",
];

/// Every column that is known.
pub const KNOWN: &[&[&str]] = &[
    TXN,
    ID,
    CREATED,
    AVAILABLE,
    CURRENCY,
    GROSS,
    FEE,
    NET,
    CATEGORY,
    SOURCE,
    CHARGE,
    DESCRIPTION,
    PAYOUT,
    PAYOUT_DAY,
    MAIL,
    NAME,
    STATUS,
    REFUNDED,
    CAPTURED,
    MODE,
    METHOD,
    CONVERTED,
    CONVERTED_REFUNDED,
    CONVERTED_CURRENCY,
    LINE1,
    LINE2,
    CODE,
    CITY,
    COUNTRY,
    CAMPAIGN,
    SAID,
];

/// A line with its columns.
pub struct Line<'a> {
    /// Where they are.
    pub columns: &'a Columns,
    /// Names of the columns that nobody here knows.
    pub others: &'a [String],
    /// The cells.
    pub row: &'a Row,
}

impl Line<'_> {
    /// The first of these cells that is not empty.
    pub fn cell(&self, any: &[&str]) -> &str {
        self.columns.filled(&self.row.cells, any)
    }

    /// An amount with a point: `1,234.50`, `-10.00`; nothing for an empty cell.
    pub fn amount(&self, any: &[&str]) -> Result<Option<Cents>, Why> {
        match Cents::parse(self.cell(any)) {
            Ok(cents) => Ok(Some(cents)),
            Err(AmountError::Empty) => Ok(None),
            Err(_) => Err(self.bad_amount(any)),
        }
    }

    /// An amount that must be there.
    pub fn needed(&self, any: &[&str]) -> Result<Cents, Why> {
        self.amount(any)?.ok_or_else(|| self.bad_amount(any))
    }

    fn bad_amount(&self, any: &[&str]) -> Why {
        Why::BadAmount { column: self.columns.shown(any), typed: short(self.cell(any)) }
    }

    /// An instant in UTC: `2025-12-31 23:30:05`, `2025-12-31 23:30`, `2025-12-31`.
    pub fn instant(&self, any: &[&str]) -> Result<DateTime<Utc>, Why> {
        let typed = self.cell(any);
        let bad = || Why::BadDate { column: self.columns.shown(any), typed: short(typed) };
        let text = typed.trim_end_matches('Z').replace('T', " ");
        let read = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%m/%d/%Y %H:%M"]
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok());
        let midnight = || text.parse::<NaiveDate>().ok().map(|day| day.and_time(chrono::NaiveTime::MIN));
        read.or_else(midnight).map(|at| at.and_utc()).ok_or_else(bad)
    }

    /// The date as it is written, if one is.
    pub fn written_day(&self, any: &[&str]) -> Option<NaiveDate> {
        self.cell(any).get(..10)?.parse().ok()
    }

    /// Euros only.
    pub fn in_euros(&self, any: &[&str]) -> Result<(), Why> {
        match self.cell(any) {
            currency if currency.is_empty() || currency.eq_ignore_ascii_case("eur") => Ok(()),
            other => Err(Why::Currency { typed: short(other) }),
        }
    }

    /// A reference that can be one.
    pub fn reference(&self, any: &[&str]) -> Option<String> {
        let text = self.cell(any);
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        (!text.is_empty() && text.len() <= 100 && text.chars().all(fits)).then(|| text.to_owned())
    }

    /// Who paid; an address that is none is left out.
    pub fn giver(&self, left_out: &mut Vec<Why>) -> Giver {
        let typed = self.cell(MAIL);
        let mail = normalise_mail(typed).ok();
        if mail.is_none() && !typed.is_empty() {
            left_out.push(Why::MailLeftOut { typed: short(typed) });
        }
        let (first_names, last_name) = crate::line::split_name(&cut(self.cell(NAME)));
        let street = [self.cell(LINE1), self.cell(LINE2)];
        let mut address = PostalAddress::tidy(&street, self.cell(CODE), self.cell(CITY), self.cell(COUNTRY));
        address.street.truncate(4);
        address.street.iter_mut().for_each(|line| *line = line.chars().take(100).collect());
        address.postal_code = address.postal_code.chars().take(40).collect();
        address.city = cut(&address.city);
        Giver { last_name, first_names, mail, address, ..Giver::default() }
    }
}
