//! Activity of a PayPal account.
