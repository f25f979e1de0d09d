//! The practice's settings, on the real SDK client and an embedded DynamoDB.

#![cfg(test)]

use app::ports::{Here, PracticeSettings, SaveError, StoreError};
use aws::dynamo::TablesHere;
use chrono::Duration;
use domain::home::{Kept, TableId, Tables};
use domain::settings::{Remark, Settings};
use domain::staff::StaffId;
use testkit::build::at;
use testkit::dynamo::Dynamo;
use testkit::fakes::FakeClock;
use testkit::wire::Fault;

fn held() -> Settings {
    let by = StaffId::parse("person-1").unwrap();
    let why = Remark::parse("The diary sends wrong times").unwrap();
    Settings::default().held(at("2026-11-22T08:00:00Z"), by, why).unwrap()
}

fn here(id: &str) -> Tables {
    Tables::from([(Kept::Enrolments, TableId::parse(id).unwrap())])
}

#[tokio::test]
async fn settings_are_the_default_until_they_are_saved_and_read_back_as_they_were_saved() {
    let dynamo = Dynamo::start().await;
    let store = dynamo.catalogue();
    assert_eq!(store.settings().await, Ok(Settings::default()));
    dynamo.wire.break_call(0, Fault::AnswerLost);
    assert_eq!(store.save_settings(&held()).await, Ok(()), "the SDK repeats it");
    assert!(dynamo.wire.mend());
    assert_eq!(store.settings().await, Ok(held()));
    let released = held().released(&here("e-1"), at("2026-11-22T09:00:00Z")).unwrap();
    store.save_settings(&released).await.unwrap();
    assert_eq!(store.settings().await, Ok(released));
}

#[tokio::test]
async fn of_two_who_save_the_same_revision_one_is_refused() {
    let dynamo = Dynamo::start().await;
    let store = dynamo.catalogue();
    store.save_settings(&held()).await.unwrap();
    let other = Settings::default().named(domain::text::Label::parse("Harbour").unwrap());
    assert_eq!(store.save_settings(&other).await, Err(SaveError::Stale));
    assert_eq!(store.settings().await, Ok(held()));
}

#[tokio::test]
async fn the_tables_are_remembered_beside_what_people_save_and_never_instead_of_it() {
    let dynamo = Dynamo::start().await;
    let (store, now) = (dynamo.catalogue(), at("2026-11-22T08:00:00Z"));
    let minded = Settings::default().minding(&here("e-1"), now).unwrap();
    store.remember_home(&minded).await.unwrap();
    assert_eq!(store.settings().await, Ok(minded.clone()));
    let label = domain::text::Label::parse("Harbour").unwrap();
    let named = minded.named(label);
    assert_eq!(store.save_settings(&named).await, Ok(()), "the first save is still revision 1");
    let late = minded.minding(&here("e-2"), now).unwrap();
    assert_eq!(store.remember_home(&late).await, Err(SaveError::Stale), "somebody saved");
    let noticed = named.minding(&here("e-2"), now).unwrap();
    store.remember_home(&noticed).await.unwrap();
    assert_eq!(store.settings().await, Ok(noticed), "with the copy that was noticed");
}

#[tokio::test]
async fn a_table_that_is_made_anew_under_its_name_has_another_identity() {
    let dynamo = Dynamo::start().await;
    let clock = FakeClock::at("2026-11-22T08:00:00Z");
    let asked = dynamo.tables_here(&clock);
    let believed = dynamo.tables_here(&clock).believed();
    let first = asked.tables().await.unwrap();
    assert!(first.keys().copied().eq(Kept::ALL), "{first:?}");
    assert_eq!(
        (asked.tables().await, believed.tables().await),
        (Ok(first.clone()), Ok(first.clone()))
    );

    dynamo.restore(&dynamo.dump().await).await;
    let second = asked.tables().await.unwrap();
    assert!(Kept::ALL.iter().all(|kept| first[kept] != second[kept]), "{first:?} {second:?}");
    clock.advance(Duration::seconds(59));
    assert_eq!(believed.tables().await, Ok(first), "a sender asks once a minute");
    clock.advance(Duration::seconds(1));
    assert_eq!(believed.tables().await, Ok(second));
}

#[tokio::test]
async fn tables_that_cannot_be_told_are_an_error_and_no_tables() {
    let dynamo = Dynamo::start().await;
    let names = vec![(Kept::Catalogue, "no-such-table".to_owned())];
    let clock = FakeClock::at("2026-11-22T08:00:00Z");
    let unknown = TablesHere::new(&dynamo.client, names, clock).tables().await;
    assert!(
        matches!(unknown, Err(StoreError::Refused(_) | StoreError::Unavailable(_))),
        "{unknown:?}"
    );
}
