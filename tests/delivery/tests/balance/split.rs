//! Everything is read page by page, by segments at the same time, while others write; and a run that has
//! too little time goes on.

use std::sync::Mutex;

use app::balance::{Balancing, Ran};
use app::ports::{
    Balance, Balances, Begun, Clock, EnrolmentScan, ScanPage, ScanPlace, Scanned, Segment,
    StoreError,
};
use aws::dynamo::{
    BalanceStore, CatalogueStore, EnrolmentScanStore, LetterStore, WaitingStore, WorkListStore,
};
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

/// The night's run, in one segment of that scan.
fn of_scan<S>(clinic: &Clinic, scan: S) -> OfScan<S> {
    let of = clinic.balancing(clinic.clock.clone());
    Balancing {
        scan,
        balances: of.balances,
        work: of.work,
        catalogue: of.catalogue,
        letters: of.letters,
        events: of.events,
        clock: of.clock,
        segments: 1,
    }
}

type OfScan<S> =
    Balancing<S, BalanceStore, WorkListStore, CatalogueStore, LetterStore, WaitingStore, FakeClock>;

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
            let ran =
                Box::pin(run.run(Some(day().date), clinic.clock.now() + minutes(1), &|_| {})).await;
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
        match Box::pin(run.run(Some(day().date), until, &|_| {})).await.unwrap() {
            Ran::GoesOn(of) => {
                assert_eq!(of, day());
                assert!(matches!(run.balances.progress(of.date).await, Ok(Begun::Yes(_))));
            }
            Ran::Balanced(balance) => break balance,
            other @ (Ran::NothingToDo | Ran::Busy(_)) => {
                panic!("a balance is to be made: {other:?}")
            }
        }
    };
    assert!(runs > 2, "{runs}");
    assert_eq!(counted(&balance), counted(&whole));
    assert_eq!(run.balances.progress(day().date).await, Ok(Begun::Not));
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
        let run = of_scan(&clinic, scan);
        let ran =
            Box::pin(run.run(Some(day().date), clinic.clock.now() + minutes(1), &|_| {})).await;
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
    // The work list, what was told, programs with the versions of one, sites twice, a shelf, 16 shards of
    // events.
    assert_eq!(calls("Query") - before.1, 23);
    assert_eq!(calls("GetItem") - before.2, 2, "how far it has come, and the settings");
}

/// The scan, whose store fails at the n-th page of each life.
struct Failing {
    scan: EnrolmentScanStore,
    pages: Mutex<usize>,
    fails_at: usize,
}

impl EnrolmentScan for Failing {
    async fn page(
        &self,
        segment: Segment,
        after: Option<&ScanPlace>,
    ) -> Result<ScanPage, StoreError> {
        {
            let mut pages = self.pages.lock().unwrap();
            *pages += 1;
            if *pages >= self.fails_at {
                return Err(StoreError::Unavailable("throttled".to_owned()));
            }
        }
        self.scan.page(segment, after).await
    }

    async fn whole(&self, id: &EnrolmentId) -> Result<Option<Scanned>, StoreError> {
        self.scan.whole(id).await
    }
}

#[tokio::test]
async fn what_was_counted_before_the_store_failed_is_kept() {
    let clinic = busy_clinic(9).await;
    let whole = clinic.balance().await;
    let mut runs = 0;
    let balance = loop {
        runs += 1;
        assert!(runs < 50, "it comes to an end");
        let scan = clinic.dynamo.enrolment_scan().in_pages_of(4);
        let run = of_scan(&clinic, Failing { scan, pages: Mutex::new(0), fails_at: 5 });
        let until = clinic.clock.now() + minutes(1);
        match Box::pin(run.run(Some(day().date), until, &|_| {})).await {
            Ok(Ran::Balanced(balance)) => break balance,
            Err(error) => assert!(error.to_string().contains("throttled"), "{error}"),
            other => panic!("{other:?}"),
        }
    };
    assert!(runs > 2, "{runs}");
    assert_eq!(counted(&balance), counted(&whole));
}

#[tokio::test]
async fn what_was_read_is_kept_when_its_conclusion_fails_and_it_is_told_before_it_is_kept() {
    let clinic = busy_clinic(3).await;
    let whole = clinic.balance().await;
    let run = clinic.balancing(clinic.clock.clone());
    let calls = |of: &str| clinic.dynamo.wire.calls().get(of).copied().unwrap_or_default();
    let told = Mutex::new(0);
    let tell = |_: &Balance| *told.lock().unwrap() += 1;
    let made = clinic.dynamo.wire.made();
    let until = || clinic.clock.now() + minutes(1);
    Box::pin(run.run(Some(day().date), until(), &tell)).await.unwrap();
    let last = clinic.dynamo.wire.made() - made - 1;

    clinic.dynamo.wire.break_call(last, testkit::wire::Fault::DeadBefore);
    Box::pin(run.run(Some(day().date), until(), &tell)).await.unwrap_err();
    clinic.dynamo.wire.mend();
    clinic.clock.advance(Duration::hours(1));
    let scans = calls("Scan");
    let ran = Box::pin(run.run(Some(day().date), until(), &tell)).await.unwrap();
    let Ran::Balanced(balance) = ran else { panic!("{ran:?}") };
    assert_eq!(counted(&balance), counted(&whole));
    assert_eq!((calls("Scan") - scans, *told.lock().unwrap()), (0, 3));
}

#[tokio::test]
async fn what_was_begun_more_than_a_day_ago_is_begun_anew() {
    let clinic = busy_clinic(3).await;
    let whole = clinic.balance().await;
    let clock = Ticking(clinic.clock.clone());
    let run = clinic.balancing(clock.clone());
    let until = clock.0.now() + Duration::seconds(3);
    let ran = Box::pin(run.run(Some(day().date), until, &|_| {})).await.unwrap();
    assert_eq!(ran, Ran::GoesOn(day()));
    book(&clinic, "B-late").await;
    clinic.clock.advance(Duration::days(1));
    let until = clock.0.now() + minutes(1);
    let ran = Box::pin(run.run(Some(day().date), until, &|_| {})).await.unwrap();
    let Ran::Balanced(balance) = ran else { panic!("{ran:?}") };
    assert_eq!(balance.counted.enrolments, whole.counted.enrolments + 1, "none is counted twice");
}

#[tokio::test]
async fn what_was_begun_and_has_no_revision_that_can_be_read_is_begun_anew_by_one_run() {
    let clinic = busy_clinic(3).await;
    let whole = clinic.balance().await;
    let number = |n: &str| AttributeValue::N(n.to_owned());
    let spoilt = [text("nonsense"), number("-1"), number("0"), number("1e30")];
    for revision in spoilt {
        let put = clinic.dynamo.client.put_item().table_name("catalogue");
        let put = put.item("pk", text("BALANCE_RUN")).item("sk", text(&day().date.to_string()));
        put.item("revision", revision.clone()).send().await.unwrap();
        let run = clinic.balancing(clinic.clock.clone());
        let until = clinic.clock.now() + minutes(1);
        let ran = Box::pin(run.run(Some(day().date), until, &|_| {})).await.unwrap();
        let Ran::Balanced(balance) = ran else { panic!("{revision:?}: {ran:?}") };
        assert_eq!(counted(&balance), counted(&whole), "{revision:?}");
        assert_eq!(run.balances.progress(day().date).await, Ok(Begun::Not), "{revision:?}");
    }
}
