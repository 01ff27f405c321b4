//! What the forms of accounts say.

use moneyin::bank_csv::Mapping;
use rocket::FromForm;

/// A name, or words of a rule, or a reason.
#[derive(Debug, FromForm)]
pub struct Words<'r> {
    /// What was typed.
    #[field(default = "")]
    pub words: &'r str,
}

/// Columns of a bank's tables.
#[derive(Debug, FromForm)]
pub struct Columns<'r> {
    /// Booking day.
    #[field(default = "")]
    pub day: &'r str,
    /// Value day.
    #[field(default = "")]
    pub value_day: &'r str,
    /// Label.
    #[field(default = "")]
    pub label: &'r str,
    /// More of the label.
    #[field(default = "")]
    pub more: &'r str,
    /// Signed amount.
    #[field(default = "")]
    pub amount: &'r str,
    /// Money that leaves.
    #[field(default = "")]
    pub debit: &'r str,
    /// Money that comes.
    #[field(default = "")]
    pub credit: &'r str,
    /// The bank's reference.
    #[field(default = "")]
    pub reference: &'r str,
    /// Who is at the other end.
    #[field(default = "")]
    pub party: &'r str,
    /// The month comes first.
    #[field(default = false)]
    pub month_first: bool,
}

impl Columns<'_> {
    /// As it is kept.
    pub fn mapping(&self) -> Mapping {
        let name = |text: &str| text.trim().chars().take(100).collect::<String>();
        Mapping {
            day: name(self.day),
            value_day: name(self.value_day),
            labels: [self.label, self.more]
                .iter()
                .map(|text| name(text))
                .filter(|text| !text.is_empty())
                .collect(),
            amount: name(self.amount),
            debit: name(self.debit),
            credit: name(self.credit),
            reference: name(self.reference),
            party: name(self.party),
            month_first: self.month_first,
        }
    }
}

/// A payout and the line that it became.
#[derive(Debug, FromForm)]
pub struct Match<'r> {
    /// Name of the payout.
    #[field(default = "")]
    pub payout: &'r str,
    /// Number of the line; empty to take a match back.
    #[field(default = "")]
    pub line: &'r str,
}

/// Who gave what a line of the bank holds.
#[derive(Debug, FromForm)]
pub struct Giver<'r> {
    /// Number of the donor, or `nobody` for an anonymous gift.
    #[field(default = "")]
    pub donor: &'r str,
}

/// The gift that a refund is about.
#[derive(Debug, FromForm)]
pub struct About<'r> {
    /// Number of its line, as it was chosen.
    #[field(default = "")]
    pub gift: &'r str,
    /// The same, as it was typed.
    #[field(default = "")]
    pub number: &'r str,
}
