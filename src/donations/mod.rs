//! The ledger of gifts (laws G1, G2): recorded, never changed, corrected by a reversal.

use rocket::Route;

use crate::platform::core::Parts;

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    Vec::new()
}

/// What this feature does when mails leave, jobs run or the navigation counts.
pub fn plug(_parts: &mut Parts) {}
