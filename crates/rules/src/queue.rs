//! What we may say of the wait: figures include those still waiting (law P6).

use std::time::Duration;

/// The usual wait: the median over those answered and those still waiting, so that leaving people
/// unanswered never makes the figure better. Someone still waiting waits longer than so far: when
/// the middle falls on such a wait, the figure is the least that it can be. `None` without anyone.
pub fn usual_wait(answered_durations: &[Duration], still_waiting: &[Duration]) -> Option<Duration> {
    let mut waits: Vec<Duration> = answered_durations.iter().chain(still_waiting).copied().collect();
    let middle = waits.len() / 2;
    if waits.is_empty() {
        return None;
    }
    let upper = *waits.select_nth_unstable(middle).1;
    if waits.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = waits.iter().take(middle).max().copied().unwrap_or(upper);
    Some(lower + (upper - lower) / 2)
}

/// Place in the queue of someone with `owed_before` people owed a reply before them: the first is 1.
pub const fn place(owed_before: u64) -> u64 {
    owed_before.saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hours(hours: &[u64]) -> Vec<Duration> {
        hours.iter().map(|h| Duration::from_secs(h * 3600)).collect()
    }

    #[test]
    fn the_usual_wait_is_the_middle_one() {
        assert_eq!(usual_wait(&[], &[]), None);
        assert_eq!(usual_wait(&hours(&[1, 9, 2]), &[]), Some(Duration::from_secs(2 * 3600)));
        assert_eq!(usual_wait(&hours(&[1, 3]), &[]), Some(Duration::from_secs(2 * 3600)));
        assert_eq!(usual_wait(&hours(&[1, 1]), &hours(&[100, 100, 100])), Some(Duration::from_secs(360_000)));
        assert_eq!((place(0), place(41), place(u64::MAX)), (1, 42, u64::MAX));
    }

    proptest! {
        #[test]
        fn waiting_longer_never_makes_the_figure_better(answered in proptest::collection::vec(0u64..500, 0..20), waiting in proptest::collection::vec(0u64..500, 1..20), more in 0u64..100) {
            let before = usual_wait(&hours(&answered), &hours(&waiting));
            let later: Vec<u64> = waiting.iter().map(|w| w + more).collect();
            prop_assert!(usual_wait(&hours(&answered), &hours(&later)) >= before);
        }
    }
}
