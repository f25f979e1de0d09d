//! The practice's settings, and holding all sending.

use serde_json::json;

use super::{get, post, put, router};

#[tokio::test]
async fn the_practices_name_is_the_deployments_until_it_is_saved() {
    let router = router().await;
    let read = get(&router, "/v1/settings").await;
    let expected = json!({
        "version": 0, "practice_name": "Harbour Health", "sending": { "state": "on" },
        "letter_files": "{patient.id}/{date} {letter}", "logo": null, "sms_price": null,
    });
    assert_eq!((read.header("etag"), &read.json), ("\"0\"", &expected));

    let mut changed = read.json.clone();
    changed["practice_name"] = json!("Harbour & Hill Health");
    let saved = put(&router, "/v1/settings", read.header("etag"), &changed).await;
    assert_eq!((saved.status.as_u16(), saved.header("etag")), (200, "\"1\""), "{:?}", saved.json);
    assert_eq!(get(&router, "/v1/settings").await.json, saved.json);
    assert_eq!(put(&router, "/v1/settings", "\"0\"", &changed).await.status, 412);
    let preview = json!({ "channel": "sms", "body": "{{ practice.name }}" });
    let shown = post(&router, "/v1/templates/preview", &preview).await;
    assert_eq!(shown.json["body"], "Harbour & Hill Health");
}

#[tokio::test]
async fn a_text_costs_what_its_parts_cost_as_the_settings_say() {
    let router = router().await;
    let text = json!({ "channel": "sms", "body": "x".repeat(161) });
    let before = post(&router, "/v1/templates/preview", &text).await;
    assert_eq!((&before.json["parts"], &before.json["cost"]), (&json!(2), &json!(null)));
    let priced = json!({ "practice_name": "Harbour", "sms_price": "aud 0.074" });
    let saved = put(&router, "/v1/settings", "\"0\"", &priced).await;
    assert_eq!(saved.json["sms_price"], "AUD 0.074", "{:?}", saved.json);
    let after = post(&router, "/v1/templates/preview", &text).await;
    assert_eq!(after.json["cost"], "AUD 0.148");
    let wrong = json!({ "practice_name": "Harbour", "sms_price": "7 cents" });
    let refused = put(&router, "/v1/settings", "\"1\"", &wrong).await;
    assert_eq!(refused.pointers(), ["#/sms_price"]);
    let silent = json!({ "practice_name": "Harbour" });
    let saved = put(&router, "/v1/settings", "\"1\"", &silent).await;
    assert_eq!(saved.json["sms_price"], "AUD 0.074", "what is not said stays");
    let unpriced = json!({ "practice_name": "Harbour", "sms_price": null });
    let saved = put(&router, "/v1/settings", "\"2\"", &unpriced).await;
    assert_eq!(saved.json["sms_price"], json!(null));
}

#[tokio::test]
async fn every_wrong_setting_is_named_and_a_save_neither_holds_nor_releases() {
    let router = router().await;
    let wrong = json!({ "practice_name": " ", "sending": { "state": "off" }, "name": "x" });
    let refused = put(&router, "/v1/settings", "\"0\"", &wrong).await;
    assert_eq!(refused.pointers(), ["#/practice_name", "#/sending/state", "#/name"]);
    let holding = json!({ "practice_name": "Harbour", "sending": { "state": "held" } });
    let refused = put(&router, "/v1/settings", "\"0\"", &holding).await;
    assert_eq!(refused.pointers(), ["#/sending/state"]);
    assert_eq!(get(&router, "/v1/settings").await.json["version"], 0, "nothing was changed");
}

#[tokio::test]
async fn an_admin_holds_all_sending_and_the_first_hold_stands_until_it_is_released() {
    let router = router().await;
    assert_eq!(get(&router, "/v1/sending").await.json, json!({ "state": "on" }));
    let why = |why: &str| json!({ "why": why });
    let held = post(&router, "/v1/sending/hold", &why("The diary sends wrong times")).await;
    let expected = json!({
        "state": "held", "since": "2026-11-22T08:00:00Z", "by": "person-1",
        "why": "The diary sends wrong times",
    });
    assert_eq!((held.status.as_u16(), &held.json), (200, &expected));
    let again = post(&router, "/v1/sending/hold", &why("Another reason")).await;
    assert_eq!((again.status.as_u16(), &again.json), (200, &expected));
    assert_eq!(get(&router, "/v1/sending").await.json, expected);

    let settings = get(&router, "/v1/settings").await;
    let saved = put(&router, "/v1/settings", settings.header("etag"), &settings.json).await;
    assert_eq!(saved.json["sending"], expected, "a save does not release");

    for _ in 0..2 {
        let released = post(&router, "/v1/sending/release", &json!({})).await;
        assert_eq!((released.status.as_u16(), released.json), (200, json!({ "state": "on" })));
    }
    let unsaid = post(&router, "/v1/sending/hold", &json!({ "reason": "x" })).await;
    assert_eq!(unsaid.pointers(), ["#/why", "#/reason"]);
    let long = post(&router, "/v1/sending/hold", &why(&"x".repeat(201))).await;
    assert_eq!(long.pointers(), ["#/why"]);
}
