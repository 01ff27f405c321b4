//! The one clock. Instants are UTC, cut to microseconds: what is read back equals what was written.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, NaiveDate, TimeZone, Utc};

/// Tells the time: the system's, or one that a test moves by hand.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    by_hand: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands at `at` until [`Clock::set`].
    pub fn standing_at(at: DateTime<Utc>) -> Self {
        Self { by_hand: Some(Arc::new(AtomicI64::new(at.timestamp_micros()))) }
    }

    /// Moves a standing clock; the system's clock cannot be moved and stays as it is.
    pub fn set(&self, at: DateTime<Utc>) {
        if let Some(micros) = &self.by_hand {
            micros.store(at.timestamp_micros(), Ordering::SeqCst);
        }
    }

    /// Now, UTC, in whole microseconds.
    #[allow(clippy::disallowed_methods)] // the one place
    pub fn now(&self) -> DateTime<Utc> {
        let micros = match &self.by_hand {
            Some(micros) => micros.load(Ordering::SeqCst),
            None => Utc::now().timestamp_micros(),
        };
        Utc.timestamp_micros(micros).single().unwrap_or_default()
    }

    /// Today's civil date in Europe/Paris.
    pub fn today(&self) -> NaiveDate {
        rules::dates::paris_day(self.now())
    }
}
