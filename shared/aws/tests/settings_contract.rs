//! The practice's settings, on the real SDK client and an embedded DynamoDB.

#![cfg(test)]

use app::ports::{PracticeSettings, SaveError};
use domain::settings::{Remark, Settings};
use domain::staff::StaffId;
use testkit::build::at;
use testkit::dynamo::Dynamo;
use testkit::wire::Fault;

fn held() -> Settings {
    let by = StaffId::parse("person-1").unwrap();
    let why = Remark::parse("The diary sends wrong times").unwrap();
    Settings::default().held(at("2026-11-22T08:00:00Z"), by, why).unwrap()
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
    let released = held().released().unwrap();
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
