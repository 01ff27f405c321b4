//! What the templates of donors see.

use rules::receipt::input::{DonorKind, Preference};
use serde::Serialize;

use super::queries::list::Line;
use super::record::{Route, name_of};
use crate::web::paging::Slice;

mod donor;
mod form;

pub use donor::{DonorView, Parts};
pub use form::FormView;

/// The list.
#[derive(Debug, Serialize)]
pub struct ListView {
    q: String,
    rows: Vec<RowView>,
    prev: Option<String>,
    next: Option<String>,
    writes: bool,
}

#[derive(Debug, Serialize)]
struct RowView {
    id: i64,
    name: String,
    mail: Option<String>,
    city: String,
    country: Option<String>,
    pref: String,
}

impl ListView {
    /// The lines of a page.
    pub fn new(q: &str, slice: &Slice<Line>, writes: bool) -> Self {
        let (prev, next) = slice.links("/donors", &[("q", q)], Line::key);
        let rows = slice.rows.iter().map(|line| RowView {
            id: line.donor.id,
            name: name_of(
                &line.donor.kind,
                &line.donor.organisation,
                &line.donor.first_names,
                &line.donor.last_name,
            ),
            mail: line.mail.clone(),
            city: line.donor.city.clone(),
            country: Some(line.donor.country.clone()).filter(|c| c != "FR" && !c.is_empty()),
            pref: format!("donors-pref-{}", line.donor.receipt_pref),
        });
        Self { q: q.into(), rows: rows.collect(), prev, next, writes }
    }
}

fn kind_word(kind: DonorKind) -> &'static str {
    match kind {
        DonorKind::Person => "donors-kind-person",
        DonorKind::Organisation => "donors-kind-organisation",
    }
}

fn pref_word(pref: Preference) -> &'static str {
    match pref {
        Preference::Yearly => "donors-pref-yearly",
        Preference::Each => "donors-pref-each",
        Preference::None => "donors-pref-none",
    }
}

fn route_word(route: Route) -> &'static str {
    match route {
        Route::Mail => "donors-route-mail",
        Route::Post => "donors-route-post",
    }
}
