//! What every page shares: frame, answers, tokens, headers, errors, paging. No feature in it.

pub mod answer;
pub mod assets;
pub mod cookies;
pub mod csrf;
pub mod errors;
pub mod files;
pub mod frame;
pub mod headers;
pub mod limits;
pub mod outbox;
pub mod paging;
pub mod request;

pub use answer::{Answer, Reply};
pub use frame::Frame;
