//! Everything is read page by page, by segments at the same time, while others write; and a run that has
//! too little time goes on.

use std::sync::Mutex;

use app::balance::{Balancing, Ran};
use app::ports::{
    Balance, Balances, Clock, EnrolmentScan, ScanPage, ScanPlace, Scanned, Segment, StoreError,
};
use aws::dynamo::EnrolmentScanStore;
use chrono::{DateTime, Duration, Utc};
use delivery::NightsRun;
use domain::balance::Day;
use domain::ids::EnrolmentId;
use testkit::build;
use testkit::fakes::FakeClock;

use super::*;

/// A clock that goes on by a second whenever it is looked at.
#[derive(Debug, Clone)]
struct Ticking(FakeClock);

impl Clock for Ticking {
    fn now(&self) -> DateTime<Utc> {
        self.0.advance(Duration::seconds(1));
        self.0.now()
    }
}

/// A clinic with so many enrolments, and the night after.
async fn busy_clinic(enrolments: usize) -> Clinic {
    let clinic = Clinic::with(reminders()).await;
    clinic.clock.advance(minutes(5));
    for n in 0..enrolments {
        book(&clinic, &format!("B-{n}")).await;
    }
    clinic.minute().await;
    night_comes(&clinic);
    clinic
}

fn day() -> Day {
    Day::of("2026-11-22".parse().unwrap(), build::site().zone).unwrap()
}

/// What does not depend on when it was computed.
fn counted(balance: &Balance) -> (Day, &app::ports::Counted) {
    (balance.day, &balance.counted)
}

#[tokio::test]
async fn a_page_that_ends_in_the_middle_of_an_enrolment_splits_none() {
    let clinic = busy_clinic(7).await;
    let whole = clinic.balance().await;
    assert_eq!((whole.counted.enrolments, whole.counted.tallies.all.sent), (7, 7));
    for items in [1, 2, 3, 5, 8] {
        for segments in [1, 2, 16] {
            let run = Balancing {
                scan: clinic.dynamo.enrolment_scan().in_pages_of(items),
                segments,
                ..clinic.balancing(clinic.clock.clone())
            };
            let ran = Box::pin(run.run(Some(day().date), clinic.clock.now() + minutes(1))).await;
            let Ok(Ran::Balanced(balance)) = ran else { panic!("{ran:?}") };
            assert_eq!(counted(&balance), counted(&whole), "{items} items, {segments} segments");
        }
    }
}

#[tokio::test]
async fn a_run_that_has_too_little_time_goes_on_where_it_was() {
    let clinic = busy_clinic(9).await;
    let whole = clinic.balance().await;
    let clock = Ticking(clinic.clock.clone());
    let run: NightsRun<Ticking> = Balancing {
        scan: clinic.dynamo.enrolment_scan().in_pages_of(4),
        ..clinic.balancing(clock.clone())
    };
    let mut runs = 0;
    let balance = loop {
        runs += 1;
        assert!(runs < 50, "it comes to an end");
        let until = clock.0.now() + Duration::seconds(8);
        match Box::pin(run.run(Some(day().date), until)).await.unwrap() {
            Ran::GoesOn(of) => {
                assert_eq!(of, day());
                assert!(run.balances.progress(of.date).await.unwrap().is_some());
            }
            Ran::Balanced(balance) => break balance,
            Ran::NothingToDo => panic!("there is a balance to be made"),
        }
    };
    assert!(runs > 2, "{runs}");
    assert_eq!(counted(&balance), counted(&whole));
    assert_eq!(run.balances.progress(day().date).await, Ok(None));
    assert_eq!(run.balances.balance(day().date).await, Ok(Some(*balance)));
}

/// The scan, after which somebody writes the enrolment as it must be.
struct ThenMended<'a> {
    scan: EnrolmentScanStore,
    clinic: &'a Clinic,
    key: Mutex<Option<(String, String)>>,
}

impl EnrolmentScan for ThenMended<'_> {
    async fn page(
        &self,
        segment: Segment,
        after: Option<&ScanPlace>,
    ) -> Result<ScanPage, StoreError> {
        let page = self.scan.page(segment, after).await;
        let key = self.key.lock().unwrap().take();
        if let Some((pk, due_key)) = key {
            set_due_key(self.clinic, &pk, &due_key).await;
        }
        page
    }

    async fn whole(&self, id: &EnrolmentId) -> Result<Option<Scanned>, StoreError> {
        self.scan.whole(id).await
    }
}

async fn set_due_key(clinic: &Clinic, pk: &str, due_key: &str) {
    let update = clinic.dynamo.client.update_item().table_name("enrolments");
    let update = update.key("pk", text(pk)).key("sk", text("ENROLMENT"));
    let update = update.update_expression("SET due_key = :key");
    update.expression_attribute_values(":key", text(due_key)).send().await.unwrap();
}

#[tokio::test]
async fn what_is_suspicious_is_read_again_before_it_counts() {
    let clinic = busy_clinic(1).await;
    let id = clinic.enrolment().await.id.to_string();
    let key =
        clinic.dynamo.dump().await[&("enrolments", id.clone(), "ENROLMENT".to_owned())]["due_key"]
            .as_s()
            .unwrap()
            .clone();
    for is_mended in [false, true] {
        set_due_key(&clinic, &id, "2026-11-22T08:00:00.000Z|sms").await;
        let mended = Mutex::new(is_mended.then(|| (id.clone(), key.clone())));
        let scan =
            ThenMended { scan: clinic.dynamo.enrolment_scan(), clinic: &clinic, key: mended };
        let of = clinic.balancing(clinic.clock.clone());
        let run = Balancing {
            scan,
            balances: of.balances,
            work: of.work,
            catalogue: of.catalogue,
            letters: of.letters,
            events: of.events,
            clock: of.clock,
            segments: 1,
        };
        let ran = Box::pin(run.run(Some(day().date), clinic.clock.now() + minutes(1))).await;
        let Ok(Ran::Balanced(balance)) = ran else { panic!("{ran:?}") };
        assert_eq!(balance.difference(), u64::from(!is_mended));
    }
}

#[tokio::test]
async fn a_night_in_which_all_is_well_reads_each_page_once_and_no_enrolment_by_itself() {
    let clinic = busy_clinic(20).await;
    let calls = |of: &str| clinic.dynamo.wire.calls().get(of).copied().unwrap_or_default();
    let before = (calls("Scan"), calls("Query"), calls("GetItem"));
    clinic.balance().await;
    assert_eq!(calls("Scan") - before.0, 3, "one page for each segment");
    // The work list, programs with the versions of one, sites twice, a shelf, 16 shards of events.
    assert_eq!(calls("Query") - before.1, 22);
    assert_eq!(calls("GetItem") - before.2, 2, "how far it has come, and the settings");
}
