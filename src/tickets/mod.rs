//! The desk (laws P1 to P7, M1 to M6): nobody who writes is left without a human reply.

use rocket::Route;

use crate::platform::core::Parts;

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    Vec::new()
}

/// What this feature does when mails leave, jobs run or the navigation counts.
pub fn plug(_parts: &mut Parts) {}
