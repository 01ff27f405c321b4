//! Addresses: mail and postal, with the table of countries.

pub mod country;
pub mod mail;
pub mod postal;

pub use country::Country;
pub use mail::{MailAddress, MailAddressError, normalise_mail};
pub use postal::{AddressPart, PostalAddress, is_french_postal_code};
