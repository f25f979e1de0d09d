//! Panics that somebody else catches: a sender's batch goes on after one, and its message comes again.

use std::cell::Cell;
use std::panic;
use std::sync::Once;

thread_local! {
    static SEEN: Cell<u64> = const { Cell::new(0) };
}

static WATCHED: Once = Once::new();

/// From now on they are counted.
pub(crate) fn watch() {
    WATCHED.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            SEEN.set(SEEN.get() + 1);
            before(info);
        }));
    });
}

/// How many there were in this thread.
pub(crate) fn here() -> u64 {
    SEEN.get()
}
