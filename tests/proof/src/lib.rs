//! What the tests have tried, counted for `cargo xtask prove`.
//!
//! A test that shows an invariant says how much it has looked at: states, crash points, operations. The
//! command names a file, to which each adds its lines, and prints their sums. Without one nothing is kept.

use std::fs::OpenOptions;
use std::io::Write;

/// The environment variable that names the file.
pub const FILE: &str = "PATIENT_CONNECT_PROOF";

/// The environment variable that says for how many seconds fresh lives are simulated.
pub const SECONDS: &str = "PATIENT_CONNECT_SIMULATE";

/// The environment variable that says how many enrolments are stored where scale is shown.
pub const SCALE: &str = "PATIENT_CONNECT_SCALE";

/// What one of these variables says.
///
/// # Panics
/// When it says something that is no number.
pub fn said(variable: &str) -> Option<u64> {
    let said = std::env::var_os(variable)?;
    let number = said.to_str().and_then(|said| said.parse().ok());
    Some(number.expect("how much is tried is said by a whole number"))
}

/// A line: what was counted, a tab, and how many there were.
fn line(what: &str, number: u64) -> String {
    format!("{what}\t{number}\n")
}

/// Says that so many of something were tried. What is said several times is added up.
///
/// # Panics
/// When the file cannot be written to: figures that are incomplete are wrong.
pub fn note(what: &str, number: u64) {
    let Some(file) = std::env::var_os(FILE) else { return };
    let mut file = OpenOptions::new().create(true).append(true).open(file).expect("it opens");
    // One write, so that lines of processes that run at once are whole.
    file.write_all(line(what, number).as_bytes()).expect("it can be written to");
}

/// The sums of what was said, in the order of what was said first; `None` when a line is none of ours.
pub fn sums(said: &str) -> Option<Vec<(String, u64)>> {
    let mut sums: Vec<(String, u64)> = Vec::new();
    for line in said.lines() {
        let (what, number) = line.split_once('\t')?;
        let number: u64 = number.parse().ok()?;
        match sums.iter_mut().find(|(known, _)| known == what) {
            Some((_, sum)) => *sum += number,
            None => sums.push((what.to_owned(), number)),
        }
    }
    Some(sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_several_times_is_added_up_in_the_order_of_the_first() {
        let said = [line("states", 7), line("faults", 1), line("states", 5)].concat();
        let expected = [("states".to_owned(), 12), ("faults".to_owned(), 1)];
        assert_eq!(sums(&said).as_deref(), Some(&expected[..]));
    }

    #[test]
    fn a_line_that_is_none_of_ours_is_no_figure() {
        assert_eq!(sums("states: 12"), None);
        assert_eq!(sums("states\tmany"), None);
    }
}
