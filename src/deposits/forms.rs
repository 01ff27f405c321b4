//! The grid as it was typed.

use chrono::NaiveDate;
use rocket::FromForm;
use rules::cheque::Cheque;
use rules::dates::{DateError, parse_typed};
use rules::fold::one_line;
use rules::money::{AmountError, Cents};

use super::actions::{LineRefusal, NewSlip, Refusal};

/// A row of the grid.
#[derive(Debug, Clone, Default, FromForm)]
pub struct LineForm {
    #[field(default = String::new())]
    pub(super) drawer: String,
    #[field(default = false)]
    pub(super) organisation: bool,
    #[field(default = String::new())]
    pub(super) cents: String,
    #[field(default = String::new())]
    pub(super) number: String,
    #[field(default = String::new())]
    pub(super) bank: String,
    #[field(default = String::new())]
    pub(super) written_on: String,
    #[field(default = String::new())]
    pub(super) received_on: String,
    #[field(default = String::new())]
    pub(super) mail: String,
    #[field(default = String::new())]
    pub(super) street: String,
    #[field(default = String::new())]
    pub(super) postal_code: String,
    #[field(default = String::new())]
    pub(super) city: String,
}

/// The grid.
#[derive(Debug, Clone, Default, FromForm)]
pub struct Grid {
    #[field(default = String::new())]
    pub(super) deposited_on: String,
    #[field(default = String::new())]
    pub(super) account: String,
    #[field(default = String::new())]
    pub(super) campaign: String,
    #[field(default = false)]
    pub(super) others: bool,
    /// More rows are wanted: nothing is made yet.
    #[field(default = false)]
    pub(super) more: bool,
    #[field(name = "lines", default = Vec::new())]
    pub(super) lines: Vec<LineForm>,
}

impl LineForm {
    /// Whether nothing that tells a cheque was typed.
    pub fn is_empty(&self) -> bool {
        [&self.drawer, &self.cents, &self.number].into_iter().all(|cell| cell.trim().is_empty())
    }

    fn cheque(&self, at: usize, campaign: &str, refused: &mut Vec<Refusal>) -> Cheque {
        let mut refuse = |field, why| refused.push(Refusal::Line(at, field, why));
        let cents = match Cents::parse(&self.cents) {
            Ok(cents) => cents.0,
            Err(AmountError::Empty) => 0, // told with what is not above zero
            Err(why) => {
                refuse("cents", LineRefusal::BadAmount(why));
                1
            }
        };
        let mut day = |field, text: &str, needed: bool| match parse_typed(text) {
            Ok(read) => Some(read.day),
            Err(DateError::Empty) if !needed => None,
            Err(why) => {
                refuse(field, LineRefusal::BadDay(why));
                None
            }
        };
        let written_on = day("written_on", &self.written_on, false);
        let received_on = day("received_on", &self.received_on, true);
        let drawer = one_line(&self.drawer);
        let (donor_id, drawer) = match chosen(&drawer) {
            Some(id) => (Some(id), String::new()),
            None => (None, drawer),
        };
        Cheque {
            drawer,
            organisation: self.organisation,
            bank: one_line(&self.bank),
            number: self.number.chars().filter(char::is_ascii_alphanumeric).collect(),
            written_on,
            received_on: received_on.unwrap_or_default(),
            cents,
            campaign: campaign.to_owned(),
            mail: one_line(&self.mail),
            street: one_line(&self.street),
            postal_code: one_line(&self.postal_code),
            city: one_line(&self.city),
            donor_id,
        }
    }
}

/// `#12 Ana MODÈLE`: a donor who is known.
fn chosen(drawer: &str) -> Option<i64> {
    let digits: String = drawer.strip_prefix('#')?.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

impl Grid {
    /// The slip, and each cell that does not read. Rows are told by their place in the grid.
    pub fn slip(&self) -> (NewSlip, Vec<Refusal>, Vec<usize>) {
        let mut refused = Vec::new();
        let deposited_on = match parse_typed(&self.deposited_on) {
            Ok(read) => read.day,
            Err(_) => {
                refused.push(Refusal::BadDay);
                NaiveDate::default()
            }
        };
        let campaign: String = one_line(&self.campaign).chars().take(200).collect();
        let places: Vec<usize> =
            self.lines.iter().enumerate().filter(|(_, line)| !line.is_empty()).map(|(at, _)| at).collect();
        let filled = self.lines.iter().filter(|line| !line.is_empty());
        let cheques = filled.enumerate().map(|(at, line)| line.cheque(at, &campaign, &mut refused)).collect();
        let account = self.account.trim().parse().ok();
        (NewSlip { deposited_on, account, cheques, others: self.others }, refused, places)
    }
}
