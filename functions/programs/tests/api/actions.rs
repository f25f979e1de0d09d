//! What a program and its actions may be: purpose, number, offsets, how a letter goes, and replies
//! that are kept.

use serde_json::{Value, json};

use crate::{get, post, program, put, router, template, text};

/// A letter program whose action goes like this.
fn letters(template: &str, prints: &[Value]) -> Value {
    let letter = |print: &Value| {
        json!({
            "type": "letter_to_patient", "template": template, "print": print,
            "timing": { "when": "on" },
        })
    };
    json!({ "type": "general", "name": "Letters", "actions": prints.iter().map(letter).collect::<Vec<_>>() })
}

#[tokio::test]
async fn a_letter_says_whether_it_is_mailed_posted_electronically_or_saved() {
    let router = router().await;
    let template = template(&router).await;
    let prints = [json!("mail"), json!("epost"), json!("save_file")];
    let created = post(&router, "/v1/programs", &letters(&template, &prints)).await;
    assert_eq!(created.status, 201, "{:?}", created.json);
    let path = format!("/v1/programs/{}", text(&created.json["id"]));
    let read = get(&router, &path).await.json;
    let shown: Vec<_> = read["actions"].as_array().unwrap().iter().map(|it| &it["print"]).collect();
    assert_eq!(shown, prints.iter().collect::<Vec<_>>());

    let wrong = [json!("Mail"), json!("fax"), Value::Null, json!(["mail"])];
    let refused = post(&router, "/v1/programs", &letters(&template, &wrong)).await;
    let pointers: Vec<_> = (0..wrong.len()).map(|i| format!("#/actions/{i}/print")).collect();
    assert_eq!(refused.pointers(), pointers);
    let mut sms = program(&template);
    sms["actions"][0]["print"] = json!("mail");
    assert_eq!(post(&router, "/v1/programs", &sms).await.pointers(), ["#/actions/0/print"]);
}

#[tokio::test]
async fn only_a_booking_program_attaches_a_booking() {
    let router = router().await;
    let template = template(&router).await;
    let of = |kind: &str| {
        let action = json!({
            "type": "email", "template": template, "timing": { "when": "enrolled" },
            "attach_calendar": true,
        });
        json!({ "type": kind, "name": format!("A {kind}"), "actions": [action] })
    };
    let created = post(&router, "/v1/programs", &of("booking")).await;
    assert_eq!(created.status, 201, "{:?}", created.json);
    let path = format!("/v1/programs/{}", text(&created.json["id"]));
    assert_eq!(get(&router, &path).await.json["actions"][0]["attach_calendar"], true);
    let refused = post(&router, "/v1/programs", &of("general")).await;
    assert_eq!(refused.pointers(), ["#/actions/0/attach_calendar"]);
    let mut sms = program(&template);
    sms["actions"][0]["attach_calendar"] = json!(true);
    let refused = post(&router, "/v1/programs", &sms).await;
    assert_eq!(refused.pointers(), ["#/actions/0/attach_calendar"]);
}

#[tokio::test]
async fn a_program_has_at_most_a_hundred_actions() {
    let router = router().await;
    let of = |n: usize| {
        let actions = vec![json!({ "type": "pause" }); n];
        json!({ "type": "general", "name": format!("{n} pauses"), "actions": actions })
    };
    assert_eq!(post(&router, "/v1/programs", &of(100)).await.status, 201);
    for n in [101, 10_000] {
        let refused = post(&router, "/v1/programs", &of(n)).await;
        assert_eq!(refused.pointers(), ["#/actions"], "{n}");
        let detail = text(&refused.json["errors"][0]["detail"]);
        assert!(detail.contains("at most 100"), "{detail}");
    }
}

#[tokio::test]
async fn an_offset_is_a_whole_number_from_one_up_to_ten_years() {
    let router = router().await;
    let template = template(&router).await;
    let units = [
        ("minutes", 5_256_000_u64),
        ("hours", 87_600),
        ("days", 3_653),
        ("weeks", 520),
        ("months", 120),
    ];
    let of = |unit: &str, amount: Value| {
        let mut body = program(&template);
        body["name"] = json!(format!("{amount} {unit}"));
        body["actions"][0]["timing"] = json!({ "when": "after", "amount": amount, "unit": unit });
        body
    };
    for (unit, longest) in units {
        for amount in [json!(1), json!(longest)] {
            let taken = post(&router, "/v1/programs", &of(unit, amount.clone())).await;
            assert_eq!(taken.status, 201, "{amount} {unit}: {:?}", taken.json);
        }
        let wrong = [
            json!(0),
            json!(-1),
            json!(longest + 1),
            json!(1_000_000_000_000_u64),
            json!(1.5),
            json!(1e300),
            json!("1"),
            Value::Null,
        ];
        for amount in wrong {
            let refused = post(&router, "/v1/programs", &of(unit, amount.clone())).await;
            let expected = ["#/actions/0/timing/amount"];
            assert_eq!(refused.pointers(), expected, "{amount} {unit}");
        }
    }
}

#[tokio::test]
async fn replies_are_not_kept_while_the_sender_cannot_receive_any() {
    let router = router().await;
    let mut body = program(&template(&router).await);
    body["actions"][0]["save_reply"] = json!(true);
    let created = post(&router, "/v1/programs", &body).await;
    assert_eq!(created.status, 201, "it may be written: {:?}", created.json);
    let path = format!("/v1/programs/{}", text(&created.json["id"]));
    let refused = post(&router, &format!("{path}/enable"), &json!({})).await;
    assert_eq!(
        (refused.status.as_u16(), refused.pointers()),
        (422, vec!["#/actions/0/save_reply"])
    );
    let detail = text(&refused.json["errors"][0]["detail"]);
    assert!(detail.contains("un-tick Save Reply Content"), "{detail}");

    let mut without = created.json.clone();
    without["actions"][0]["save_reply"] = json!(false);
    let saved = put(&router, &path, "\"1\"", &without).await;
    assert_eq!(saved.status, 200, "{:?}", saved.json);
    let enabled = post(&router, &format!("{path}/enable"), &json!({})).await;
    assert_eq!(enabled.json["enabled"], true, "{:?}", enabled.json);
    let mut again = enabled.json.clone();
    again["actions"][0]["save_reply"] = json!(true);
    let refused = put(&router, &path, "\"3\"", &again).await;
    assert_eq!(refused.pointers(), ["#/actions/0/save_reply"], "an enabled one stays whole");
}

#[tokio::test]
async fn a_program_says_what_its_messages_are_for_and_that_is_care_unless_it_is_said() {
    let router = router().await;
    let mut body = program(&template(&router).await);
    let unsaid = post(&router, "/v1/programs", &body).await;
    assert_eq!(unsaid.json["purpose"], "care", "{:?}", unsaid.json);
    body["name"] = json!("Offers");
    body["purpose"] = json!("commercial");
    let said = post(&router, "/v1/programs", &body).await;
    let path = format!("/v1/programs/{}", text(&said.json["id"]));
    assert_eq!(get(&router, &path).await.json["purpose"], "commercial");
}

/// Gives the practice's site a sender, or takes it away. The first time there is no site yet.
async fn send_as(router: &axum::Router, sender: Value) -> testkit::requests::ApiAnswer {
    let mut site = get(router, "/v1/sites").await.json["items"][0].clone();
    if site.is_null() {
        let new = json!({ "code": "harbour", "name": "Harbour", "time_zone": "Australia/Perth" });
        site = post(router, "/v1/sites", &new).await.json;
    }
    let mut body = site.clone();
    body["sms"] = sender;
    let path = format!("/v1/sites/{}", text(&site["id"]));
    put(router, &path, &format!("\"{}\"", site["version"]), &body).await
}

#[tokio::test]
async fn a_site_keeps_its_number_while_enabled_programs_need_answers() {
    let router = router().await;
    let number = json!({ "number": "+61491570156" });
    assert_eq!(send_as(&router, number).await.status, 200);
    let mut body = program(&template(&router).await);
    body["actions"][0]["save_reply"] = json!(true);
    let created = post(&router, "/v1/programs", &body).await;
    let path = format!("/v1/programs/{}", text(&created.json["id"]));
    let enabled = post(&router, &format!("{path}/enable"), &json!({})).await;
    assert_eq!(enabled.json["enabled"], true, "{:?}", enabled.json);

    for deaf in [Value::Null, json!({ "sender_id": "Harbour" })] {
        let refused = send_as(&router, deaf).await;
        assert_eq!((refused.status.as_u16(), refused.pointers()), (422, vec!["#/sms"]));
        let detail = text(&refused.json["errors"][0]["detail"]);
        assert!(detail.contains(&format!("“{}”", text(&body["name"]))), "{detail}");
    }
    let hill = json!({ "code": "hill", "name": "Hill", "time_zone": "Australia/Perth" });
    let refused = post(&router, "/v1/sites", &hill).await;
    assert_eq!(refused.pointers(), ["#/sms"], "its patients could not answer");
    let other = json!({ "number": "+61491570157" });
    assert_eq!(send_as(&router, other).await.status, 200, "another number hears them too");
    post(&router, &format!("{path}/disable"), &json!({})).await;
    assert_eq!(send_as(&router, Value::Null).await.status, 200);
}

#[tokio::test]
async fn an_action_may_ask_for_a_value_in_a_unit_and_a_range() {
    let router = router().await;
    let mut body = program(&template(&router).await);
    body["actions"][0]["save_reply"] = json!(true);
    body["actions"][0]["value"] = json!({ "unit": "mmol/L", "min": 4, "max": 7.8 });
    let created = post(&router, "/v1/programs", &body).await;
    let expected = json!({ "unit": "mmol/L", "min": 4.0, "max": 7.8 });
    assert_eq!(created.json["actions"][0]["value"], expected, "{:?}", created.json);
    let path = format!("/v1/programs/{}", text(&created.json["id"]));
    let read = get(&router, &path).await;
    assert_eq!(read.json["actions"][0]["value"], expected, "it is stored");
    assert_eq!(
        put(&router, &path, "\"1\"", &read.json).await.status,
        200,
        "and goes back as it is"
    );

    for (wrong, pointer) in [
        (json!({}), "unit"),
        (json!({ "unit": "" }), "unit"),
        (json!({ "unit": "x".repeat(21) }), "unit"),
        (json!({ "unit": "kg\u{202e}" }), "unit"),
        (json!({ "unit": "kg", "min": "4" }), "min"),
        (json!({ "unit": "kg", "min": 1e30 }), "min"),
        (json!({ "unit": "kg", "min": 4.000_01 }), "min"),
        (json!({ "unit": "kg", "min": 5, "max": 4.9 }), "max"),
        (json!({ "unit": "kg", "least": 4 }), "least"),
    ] {
        body["actions"][0]["value"] = wrong.clone();
        let refused = post(&router, "/v1/programs", &body).await;
        let pointer = format!("#/actions/0/value/{pointer}");
        assert_eq!(refused.pointers(), [pointer.as_str()], "{wrong}");
    }
    body["actions"][0]["value"] = json!({ "unit": "kg" });
    body["actions"][0]["save_reply"] = json!(false);
    let refused = post(&router, "/v1/programs", &body).await;
    assert_eq!(refused.pointers(), ["#/actions/0/value"], "of an answer that is not kept");
}

#[tokio::test]
async fn a_commercial_program_is_enabled_only_with_a_way_out() {
    let router = router().await;
    assert_eq!(send_as(&router, json!({ "number": "+61491570156" })).await.status, 200);
    let mut body = program(&template(&router).await);
    body["purpose"] = json!("commercial");
    let created = post(&router, "/v1/programs", &body).await;
    let path = format!("/v1/programs/{}", text(&created.json["id"]));
    let refused = post(&router, &format!("{path}/enable"), &json!({})).await;
    assert_eq!(refused.pointers(), ["#/actions/0/template"]);
    assert!(text(&refused.json["errors"][0]["detail"]).contains("Reply STOP to opt out"));

    let offer =
        json!({ "channel": "sms", "name": "Offer", "body": "Half price! Reply STOP to opt out." });
    let offer = post(&router, "/v1/templates", &offer).await;
    let mut saved = created.json.clone();
    saved["actions"][0]["template"] = offer.json["id"].clone();
    assert_eq!(put(&router, &path, "\"1\"", &saved).await.status, 200);
    let enabled = post(&router, &format!("{path}/enable"), &json!({})).await;
    assert_eq!(enabled.json["enabled"], true, "{:?}", enabled.json);
    let refused = send_as(&router, Value::Null).await;
    assert_eq!(refused.pointers(), ["#/sms"], "STOP must be heard");
}
