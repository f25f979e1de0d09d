//! What the person at the terminal reads.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::time::{Duration, Instant};

/// Prints one line; a closed terminal is no reason to fail.
pub(crate) fn line(text: impl AsRef<str>) {
    writeln!(io::stdout(), "{}", text.as_ref()).ok();
    io::stdout().flush().ok();
}

/// Prints why a command failed: one sentence, on the error stream.
pub(crate) fn error(error: &anyhow::Error) {
    let mut text = String::new();
    for (depth, cause) in error.chain().enumerate() {
        let cause = cause.to_string();
        // A cause that its parent already quotes would only be noise.
        if text.contains(&cause) {
            continue;
        }
        write!(text, "{}{cause}", if depth == 0 { "" } else { ": " }).ok();
    }
    writeln!(io::stderr(), "error: {text}").ok();
}

/// Says what begins, and returns what says that it ended.
pub(crate) fn step(what: &str) -> Step {
    line(format!("• {what} …"));
    Step { began: Instant::now() }
}

/// A step under way.
#[derive(Debug)]
pub(crate) struct Step {
    began: Instant,
}

impl Step {
    /// Says that it ended, and how.
    pub(crate) fn done(self, how: &str) {
        let took = seconds(self.began.elapsed());
        line(format!("  ✓ {how} ({took})"));
    }
}

/// A duration as people say it.
pub(crate) fn seconds(duration: Duration) -> String {
    let whole = duration.as_secs();
    if whole >= 60 {
        format!("{} min {} s", whole / 60, whole % 60)
    } else {
        format!("{:.1} s", duration.as_secs_f64())
    }
}

/// A size as people say it.
pub(crate) fn megabytes(bytes: u64) -> String {
    // Tenths of a megabyte, in whole numbers: no float rounding to explain.
    let tenths = (bytes + 50_000) / 100_000;
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{megabytes, seconds};

    #[test]
    fn sizes_and_times_read_well() {
        assert_eq!(megabytes(8_049_999), "8.0 MB");
        assert_eq!(megabytes(8_050_000), "8.1 MB");
        assert_eq!(seconds(Duration::from_millis(1_540)), "1.5 s");
        assert_eq!(seconds(Duration::from_secs(61)), "1 min 1 s");
    }
}
