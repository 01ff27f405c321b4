//! Which column holds what.

use serde::{Deserialize, Serialize};

use crate::table::folded;

/// Places of the columns of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Columns {
    /// Booking day.
    pub day: usize,
    /// Value day.
    pub value_day: Option<usize>,
    /// Texts of the label, in order.
    pub labels: Vec<usize>,
    /// Signed amount; none when debit and credit have a column each.
    pub amount: Option<usize>,
    /// Money that leaves, with or without a sign.
    pub debit: Option<usize>,
    /// Money that comes.
    pub credit: Option<usize>,
    /// The bank's reference.
    pub reference: Option<usize>,
    /// Who is at the other end.
    pub party: Option<usize>,
    /// Number of the account.
    pub account: Option<usize>,
    /// Currency.
    pub currency: Option<usize>,
    /// The month comes first: `12/31/2025`.
    pub month_first: bool,
}

impl Columns {
    /// Whether a column holds something that is taken.
    pub fn uses(&self, at: usize) -> bool {
        let single =
            [self.value_day, self.amount, self.debit, self.credit, self.reference, self.party, self.account];
        self.day == at || self.labels.contains(&at) || self.currency == Some(at) || single.contains(&Some(at))
    }
}

/// The columns of a bank's table as a person named them, kept with the account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Mapping {
    /// Booking day.
    pub day: String,
    /// Value day; empty for none, and so on.
    pub value_day: String,
    /// Label, in one or several columns.
    pub labels: Vec<String>,
    /// Signed amount.
    pub amount: String,
    /// Money that leaves.
    pub debit: String,
    /// Money that comes.
    pub credit: String,
    /// The bank's reference.
    pub reference: String,
    /// Who is at the other end.
    pub party: String,
    /// The month comes first.
    pub month_first: bool,
}

impl Mapping {
    fn named(&self) -> impl Iterator<Item = &String> {
        let single = [&self.day, &self.value_day, &self.amount, &self.debit, &self.credit];
        let more = [&self.reference, &self.party];
        single.into_iter().chain(more).chain(&self.labels).filter(|name| !name.trim().is_empty())
    }

    /// Whether day, label and amount are all named.
    pub fn is_whole(&self) -> bool {
        let named = |name: &str| !name.trim().is_empty();
        named(&self.day)
            && self.labels.iter().any(|name| named(name))
            && (named(&self.amount) || (named(&self.debit) && named(&self.credit)))
    }

    /// How many of its columns are among these folded names.
    pub fn known(&self, names: &[String]) -> usize {
        self.named().filter(|name| names.contains(&folded(name))).count()
    }

    /// The places of its columns.
    ///
    /// # Errors
    /// The columns that are not there, as the person named them; `day`, `label` or `amount` when none was named.
    pub fn columns(&self, names: &[String]) -> Result<Columns, Vec<String>> {
        let place = |name: &String| names.iter().position(|n| *n == folded(name));
        let mut missing: Vec<String> = self.named().filter(|name| place(name).is_none()).cloned().collect();
        let optional = |name: &String| if name.trim().is_empty() { None } else { place(name) };
        let columns = Columns {
            day: optional(&self.day).unwrap_or_default(),
            value_day: optional(&self.value_day),
            labels: self.labels.iter().filter_map(optional).collect(),
            amount: optional(&self.amount),
            debit: optional(&self.debit),
            credit: optional(&self.credit),
            reference: optional(&self.reference),
            party: optional(&self.party),
            month_first: self.month_first,
            ..Columns::default()
        };
        if self.day.trim().is_empty() {
            missing.push("day".into());
        }
        if columns.labels.is_empty() && missing.is_empty() {
            missing.push("label".into());
        }
        if columns.amount.is_none()
            && (columns.debit.is_none() || columns.credit.is_none())
            && missing.is_empty()
        {
            missing.push("amount".into());
        }
        if missing.is_empty() { Ok(columns) } else { Err(missing) }
    }
}
