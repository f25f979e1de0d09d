//! Tables that are a copy: what staff are shown, and the release that makes them home.

use app::ports::{Here, PracticeSettings};
use domain::home::Kept;
use domain::settings::Settings;
use serde_json::{Value, json};
use testkit::build;
use testkit::dynamo::Dynamo;
use testkit::fakes::{CountingIds, FakeClock, FakeEmail, FakeHere, FakeSms};

use crate::{get, post, router_of_tables, text};

async fn practice_on_a_copy() -> (Dynamo, axum::Router, FakeHere) {
    let (dynamo, here) = (Dynamo::start().await, FakeHere::default());
    let clock = FakeClock::at("2026-11-22T08:00:00Z");
    let first = here.tables().await.unwrap();
    let minded = Settings::default().minding(&first, build::at("2026-11-22T07:00:00Z")).unwrap();
    dynamo.catalogue().remember_home(&minded).await.unwrap();
    here.restore(Kept::Enrolments);
    here.restore(Kept::Letters);
    let providers = (FakeSms::default(), FakeEmail::default());
    let router = router_of_tables(&dynamo, clock, CountingIds::default(), providers, here.clone());
    (dynamo, router, here)
}

#[tokio::test]
async fn sending_says_that_tables_are_a_copy_which_they_are_and_what_to_do() {
    let (dynamo, router, here) = practice_on_a_copy().await;
    let shown = get(&router, "/v1/sending").await.json;
    assert_eq!((&shown["state"], &shown["by"]), (&json!("held"), &Value::Null));
    assert_eq!(shown["copy"]["tables"], json!(["enrolments", "letters"]));
    assert_eq!(shown["copy"]["noticed"], Value::Null, "no sweep has noticed it yet");
    let what_to_do = text(&shown["copy"]["what_to_do"]);
    assert!(what_to_do.contains("logs") && what_to_do.contains("/v1/sending/release"));

    let (store, tables) = (dynamo.catalogue(), here.tables().await.unwrap());
    let noticed = store.settings().await.unwrap();
    let noticed = noticed.minding(&tables, build::at("2026-11-22T07:59:00Z")).unwrap();
    store.remember_home(&noticed).await.unwrap();
    let shown = get(&router, "/v1/sending").await.json;
    assert_eq!(shown["copy"]["noticed"], "2026-11-22T07:59:00Z");
    let preview = get(&router, "/v1/sending/release").await;
    assert_eq!((preview.status.as_u16(), &preview.json["state"]), (200, &json!("held")));
}

#[tokio::test]
async fn a_copy_stays_one_when_it_is_held_besides_and_one_release_ends_both() {
    let (dynamo, router, here) = practice_on_a_copy().await;
    let held = post(&router, "/v1/sending/hold", &json!({ "why": "We look first" })).await;
    let shown = (&held.json["state"], &held.json["why"], &held.json["copy"]["tables"]);
    assert_eq!(shown, (&json!("held"), &json!("We look first"), &json!(["enrolments", "letters"])));
    let released = post(&router, "/v1/sending/release", &json!({})).await;
    assert_eq!(released.json, json!({ "state": "on" }), "nothing is due");
    let settings = dynamo.catalogue().settings().await.unwrap();
    assert_eq!(settings.home.tables, here.tables().await.unwrap());
    assert_eq!(settings.home.copy, None);
}

#[tokio::test]
async fn nothing_is_shown_or_released_while_the_tables_cannot_be_told() {
    let (dynamo, router, here) = practice_on_a_copy().await;
    here.fail();
    let before = dynamo.dump().await;
    for answer in [
        get(&router, "/v1/sending").await,
        get(&router, "/v1/sending/release").await,
        post(&router, "/v1/sending/release?messages=all", &json!({})).await,
    ] {
        assert_eq!(answer.status, 503, "{:?}", answer.json);
    }
    assert_eq!(dynamo.dump().await, before);
}

#[tokio::test]
async fn sending_is_held_also_while_the_tables_cannot_be_told() {
    let (dynamo, router, here) = practice_on_a_copy().await;
    here.fail();
    let held = post(&router, "/v1/sending/hold", &json!({ "why": "We look first" })).await;
    assert_eq!((held.status.as_u16(), &held.json["state"]), (200, &json!("held")));
    assert_eq!(dynamo.catalogue().settings().await.unwrap().sending.state().as_str(), "held");
}
