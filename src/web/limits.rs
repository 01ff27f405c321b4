//! How often a person, or a robot, may try.

use crate::platform::rates::Limit;

/// Tries to sign in, per account.
pub const SIGN_IN_ACCOUNT: Limit = Limit { name: "sign-in account", hits: 10, seconds: 900 };
/// Tries to sign in, per address.
pub const SIGN_IN_ADDRESS: Limit = Limit { name: "sign-in address", hits: 50, seconds: 900 };
/// Links by mail, per mail address.
pub const LINK_ACCOUNT: Limit = Limit { name: "link account", hits: 4, seconds: 3600 };
/// Links by mail, per address.
pub const LINK_ADDRESS: Limit = Limit { name: "link address", hits: 20, seconds: 3600 };
/// Messages by the contact form, per address.
pub const CONTACT_ADDRESS: Limit = Limit { name: "contact address", hits: 10, seconds: 3600 };
/// Answers on a person's own page, per ticket.
pub const OWN_PAGE: Limit = Limit { name: "own page", hits: 30, seconds: 3600 };
