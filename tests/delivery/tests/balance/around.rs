//! What waits around the enrolments: letters of which nobody hears, events that nobody deals with.

use app::ports::{Catalogue, Clock, Letters};
use domain::distribution::{EpostStage, LetterState, ListedLetter};
use domain::ids::SiteId;
use domain::program::PrintOption;
use domain::site::Site;
use domain::text::Label;
use domain::work::{WorkItem, WorkKind};
use testkit::build;
use testkit::letters;

use super::*;

/// The n-th letter, with the provider since so many days.
async fn at_epost(clinic: &Clinic, n: u128, stage: EpostStage, days: i64) -> ListedLetter {
    let at = clinic.clock.now() - Duration::days(days);
    let provider_id = Some(format!("ep-{n}"));
    let letter = ListedLetter {
        print: PrintOption::EPost,
        state: LetterState::AtEpost { provider_id, stage, at },
        dated: at.date_naive(),
        ..letters::waiting(n, &build::site().id)
    };
    clinic.dynamo.letters().put_on_list(&letter).await.unwrap();
    letter
}

#[tokio::test]
async fn a_letter_of_which_the_provider_says_nothing_for_a_week_is_work_once() {
    let clinic = Clinic::with(reminders()).await;
    night_comes(&clinic);
    let silent = at_epost(&clinic, 1, EpostStage::Accepted, 7).await;
    at_epost(&clinic, 2, EpostStage::Accepted, 6).await;
    at_epost(&clinic, 3, EpostStage::Posted, 30).await;
    let balance = clinic.balance().await;
    assert_eq!((balance.letters_silent, balance.difference()), (1, 0), "it is no imbalance");
    let work = clinic.work().await;
    let [only] = work.as_slice() else { panic!("{work:?}") };
    assert_eq!((only.kind, &only.enrolment), (WorkKind::NotReached, &Some(silent.key.enrolment)));
    assert!(only.summary.contains("Visit letter"), "{}", only.summary);
    clinic.clock.advance(Duration::days(1));
    assert_eq!(clinic.balance().await.letters_silent, 2);
    let work_after = clinic.work().await;
    assert_eq!((work_after.len(), &work_after[0]), (2, only), "the first waits as it was");
    // Staff have asked there, and resolve it. Nothing new is to be said of it.
    for work in &work_after {
        let delete = clinic.dynamo.client.delete_item().table_name("work-list");
        let delete = delete.key("pk", text("OPEN")).key("sk", text(work.id.as_str()));
        delete.send().await.unwrap();
    }
    clinic.clock.advance(Duration::days(1));
    assert_eq!(clinic.balance().await.letters_silent, 2);
    assert_eq!(clinic.work().await, []);
}

#[tokio::test]
async fn letters_of_long_ago_are_not_read_each_night() {
    let clinic = Clinic::with(reminders()).await;
    night_comes(&clinic);
    at_epost(&clinic, 1, EpostStage::Accepted, 89).await;
    let read = async || {
        let calls = || clinic.dynamo.wire.calls().get("BatchGetItem").copied().unwrap_or_default();
        let before = calls();
        let silent = clinic.balance().await.letters_silent;
        (silent, calls() - before)
    };
    assert_eq!(read().await, (1, 1));
    for n in 0..150 {
        at_epost(&clinic, 2 + n, EpostStage::Posted, 91).await;
    }
    assert_eq!(read().await, (1, 1), "what was posted long ago stays on its shelf");
}

#[tokio::test]
async fn an_event_that_nobody_has_dealt_with_for_a_day_does_not_balance() {
    let clinic = Clinic::with(reminders()).await;
    let mut made = event_of("B-1", "unknown-type", "P-1001", VISIT);
    made.kind = BookingEventKind::Made;
    clinic.event("evt-1", &made).await.unwrap(); // it lacks its type, and is tried again
    clinic.clock.advance(Duration::hours(23));
    let balance = clinic.balance().await;
    assert_eq!((balance.events_overdue, balance.work_open), (0, 1));
    clinic.clock.advance(Duration::hours(2));
    let balance = clinic.balance().await;
    assert_eq!((balance.events_overdue, balance.difference()), (1, 1));
    clinic.sweep_events().await;
    clinic.deal_with_events().await.unwrap();
    assert_eq!(clinic.balance().await.events_overdue, 0, "it is tried again at a later time");
}

#[tokio::test]
async fn a_site_that_cannot_be_read_is_work_and_everything_else_is_weighed() {
    let clinic = Clinic::with(reminders()).await;
    book(&clinic, "B-1").await;
    clinic.minute().await;
    night_comes(&clinic);
    let silent = at_epost(&clinic, 1, EpostStage::Accepted, 7).await;
    let other = Site {
        id: SiteId::new(build::number(77)),
        code: domain::text::Code::parse("bay").unwrap(),
        name: Label::parse("Bay").unwrap(),
        ..build::site()
    };
    clinic.dynamo.catalogue().create_site(&other).await.unwrap();
    clinic.dynamo.spoil("catalogue", "SITE", silent.site.as_str()).await;
    let balance = clinic.balance().await;
    assert_eq!((balance.counted.enrolments, balance.letters_silent), (1, 1));
    let work = clinic.work().await;
    let of_site = |item: &&WorkItem| item.kind == WorkKind::Unreadable;
    let spoilt: Vec<_> = work.iter().filter(of_site).map(|item| item.site.clone()).collect();
    assert_eq!(spoilt, [Some(silent.site)], "{work:?}");
}
