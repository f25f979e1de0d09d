//! The clinic's daily balance.

use app::balance::{Balancing, Ran};
use app::ports::{Balance, Clock};
use aws::dynamo::{
    BalanceStore, CatalogueStore, EnrolmentScanStore, LetterStore, WaitingStore, WorkListStore,
};
use chrono::Duration;
use domain::balance::Day;
use testkit::build;

use crate::Clinic;

/// The night's run as `balance` wires it, but for the clock.
pub type NightsRun<K> = Balancing<
    EnrolmentScanStore,
    BalanceStore,
    WorkListStore,
    CatalogueStore,
    LetterStore,
    WaitingStore,
    K,
>;

impl Clinic {
    /// The night's run, by this clock.
    pub fn balancing<K>(&self, clock: K) -> NightsRun<K> {
        Balancing {
            scan: self.dynamo.enrolment_scan(),
            balances: self.dynamo.balances(),
            work: self.dynamo.work_list(),
            catalogue: self.dynamo.catalogue(),
            letters: self.dynamo.letters(),
            events: self.dynamo.waiting(),
            clock,
            segments: 3,
        }
    }

    /// Balances the last day that is over, whether it was before or not.
    ///
    /// # Panics
    /// When it cannot be done.
    pub async fn balance(&self) -> Balance {
        let now = self.clock.now();
        let day = Day::last_settled(build::site().zone, now).expect("a day");
        let run = self.balancing(self.clock.clone());
        let ran = Box::pin(run.run(Some(day.date), now + Duration::minutes(1), &|_| {})).await;
        match ran.expect("it is balanced") {
            Ran::Balanced(balance) => *balance,
            other @ (Ran::NothingToDo | Ran::GoesOn(_) | Ran::Busy(_)) => unreachable!("{other:?}"),
        }
    }
}
