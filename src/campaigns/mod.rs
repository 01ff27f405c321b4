//! Campaigns and funds: what gifts bear by name, with what was asked for. A campaign ends; a fund is money that donors
//! gave for one purpose only.

use rocket::Route;

pub mod actions;
mod forms;
mod pages;
pub mod queries;
mod views;

pub use actions::{NewCampaign, Refusal, save};

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    pages::routes()
}
