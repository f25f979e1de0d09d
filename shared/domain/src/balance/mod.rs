//! The daily balance: *due = sent + skipped + held + waiting*.
//!
//! What came due is named by the union of what the records say: the ledger, the enrolment's own
//! place, what it has finished, and the program's order. What became of it is found by comparing
//! them: a message was sent when the ledger **and** the enrolment agree that it was. So the balance is
//! no sum over one record, and a record that is lost, doubled or out of step with the others is found,
//! whatever has made it so. [`weigh`] is the whole of it, for one enrolment.

mod day;
mod evidence;
mod imbalance;
mod past;
mod sides;
mod tally;
mod weigh;

pub use self::day::{Day, SETTLED_AFTER};
pub use self::evidence::{Indexed, Listed, Order, Stored};
pub use self::imbalance::{Imbalance, ImbalanceKind};
pub use self::sides::{Occurrence, Side, SkippedFor};
pub use self::tally::{Tallies, Tally};
pub use self::weigh::{STUCK_AFTER, Weighed, weigh};
