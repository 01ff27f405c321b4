//! Movements of a Stripe balance.
