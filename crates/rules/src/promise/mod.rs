//! The promise (laws P1 to P6): every person who writes gets a human reply.
//!
//! A [`Ticket`] holds at most one live promise. Each verb takes the state and returns the [`Next`]
//! one with the list of what changed, or a [`Refusal`]; the caller writes the changes in one transaction.
//!
//! | live promise | a person writes | reply pressed | server accepts | refused, bounced, taken back | waived | closed |
//! |---|---|---|---|---|---|---|
//! | none | owed since now, reopened | a follow-up | may close | reopened | refused | closed |
//! | owed | keeps its first date | answering | no change | first date | ends | refused |
//! | answering | owed after delivery | refused | ends, may close | owed, first date | refused | refused |
//!
//! What a person writes while a reply is on its way is not answered by that reply: once it is
//! accepted, a new promise is owed since that newer message (and "send and close" does not close).

mod merge;
mod split;
mod state;
mod verbs;

#[cfg(test)]
mod laws;

pub use merge::{Merged, UNMERGE_DAYS, UnmergeFacts, merge_into, unmerge};
pub use split::{SplitFacts, split};
pub use state::{Change, Ending, Live, Next, Refusal, Ticket, WaiveReason};
