//! How many there are on each side.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use super::{Occurrence, Side, SkippedFor};
use crate::ids::SiteId;
use crate::program::Carrier;

/// How many actions came due, and what became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// How many came due, or were due still.
    pub due: u64,
    /// How many were sent.
    pub sent: u64,
    /// How many were skipped, because it was too late.
    pub too_late: u64,
    /// How many were skipped by staff, or because the program dropped them.
    pub passed: u64,
    /// How many failed and were passed over.
    pub failed: u64,
    /// How many were not sent any more, because their cycle or their enrolment was over.
    pub over: u64,
    /// How many wait for a person.
    pub held: u64,
    /// How many wait for their turn.
    pub waiting: u64,
}

impl Tally {
    /// All that were skipped, whyever.
    pub const fn skipped(&self) -> u64 {
        self.too_late + self.passed + self.failed + self.over
    }

    /// How many of those that came due are on no side, or on two.
    pub const fn unaccounted(&self) -> u64 {
        self.due.saturating_sub(self.sent + self.skipped() + self.held + self.waiting)
    }

    fn count(&mut self, side: Side) {
        self.due += 1;
        match side {
            Side::Sent => self.sent += 1,
            Side::Skipped(SkippedFor::TooLate) => self.too_late += 1,
            Side::Skipped(SkippedFor::Passed) => self.passed += 1,
            Side::Skipped(SkippedFor::Failed) => self.failed += 1,
            Side::Skipped(SkippedFor::Over) => self.over += 1,
            Side::Held => self.held += 1,
            Side::Waiting => self.waiting += 1,
            Side::Unbalanced => {}
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.due += other.due;
        self.sent += other.sent;
        self.too_late += other.too_late;
        self.passed += other.passed;
        self.failed += other.failed;
        self.over += other.over;
        self.held += other.held;
        self.waiting += other.waiting;
    }
}

/// The same, of all, by who carries them out and by site.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tallies {
    /// Of all.
    pub all: Tally,
    /// By channel; pauses are those of staff.
    pub by_carrier: BTreeMap<Carrier, Tally>,
    /// By the site of the enrolment.
    pub by_site: BTreeMap<SiteId, Tally>,
}

impl Tallies {
    /// Counts what was weighed of an enrolment at that site.
    pub fn count(&mut self, site: &SiteId, occurrences: &[Occurrence]) {
        for Occurrence { carrier, side, .. } in occurrences {
            self.all.count(*side);
            self.by_carrier.entry(*carrier).or_default().count(*side);
            self.by_site.entry(site.clone()).or_default().count(*side);
        }
    }
}

impl AddAssign for Tallies {
    fn add_assign(&mut self, other: Self) {
        self.all += other.all;
        for (carrier, tally) in other.by_carrier {
            *self.by_carrier.entry(carrier).or_default() += tally;
        }
        for (site, tally) in other.by_site {
            *self.by_site.entry(site).or_default() += tally;
        }
    }
}
