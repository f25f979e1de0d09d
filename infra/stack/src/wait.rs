//! Waiting for something to become true, never for a fixed time.

use std::thread;
use std::time::{Duration, Instant};

use crate::Error;

/// How often the condition is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Looks until `look` finds something, for at most `at_most`.
///
/// `what` completes the sentence "waited 90 s for …".
pub fn until<T>(
    what: &str,
    at_most: Duration,
    mut look: impl FnMut() -> Result<Option<T>, Error>,
) -> Result<T, Error> {
    let started = Instant::now();
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if started.elapsed() >= at_most {
            return Err(Error::TimedOut { what: what.to_owned(), seconds: at_most.as_secs() });
        }
        thread::sleep(LOOK_EVERY);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::until;

    #[test]
    fn returns_what_it_finds() {
        let mut looks = 0;
        let found = until("the third look", Duration::from_secs(5), || {
            looks += 1;
            Ok((looks == 3).then_some(looks))
        });
        assert_eq!(found.ok(), Some(3));
    }

    #[test]
    fn says_what_it_waited_for() {
        let error = until::<()>("rain", Duration::ZERO, || Ok(None)).expect_err("no rain");
        assert_eq!(error.to_string(), "waited 0 s for rain, and it did not happen");
    }
}
