//! Templates, by channel.

use serde_json::{Value, json};

use super::{get, post, program, put, router, text};

fn sms() -> Value {
    json!({ "channel": "sms", "name": "Hello", "body": "Hi {{ patient.first_name }}" })
}

fn email() -> Value {
    json!({
        "channel": "email", "name": "Hello", "subject": "Your visit on {{ booking.date }}",
        "body": "Hi {{ patient.first_name }},\nsee you at {{ site.name }}.",
    })
}

fn letter() -> Value {
    json!({ "channel": "letter", "name": "Hello", "body": "Dear {{ gp.name }}" })
}

#[tokio::test]
async fn a_template_is_for_one_of_three_channels_and_reads_back_as_it_was_written() {
    let router = router().await;
    for body in [sms(), email(), letter()] {
        let created = post(&router, "/v1/templates", &body).await;
        assert_eq!(created.status, 201, "{:?}", created.json);
        let path = format!("/v1/templates/{}", text(&created.json["id"]));
        let read = get(&router, &path).await;
        assert_eq!(read.json, created.json);
        for (field, value) in body.as_object().unwrap() {
            assert_eq!(&read.json[field], value);
        }
        let saved = put(&router, &path, "\"1\"", &read.json).await;
        assert_eq!(saved.status, 200, "an answer may be sent back: {:?}", saved.json);
    }
    let tags = post(&router, "/v1/templates", &email()).await.json["tags"].clone();
    assert_eq!(tags, json!(["booking.date", "patient.first_name", "site.name"]));
}

#[tokio::test]
async fn each_channel_has_texts_of_its_own_and_every_wrong_one_is_named() {
    let router = router().await;
    let cases = [
        (json!({ "channel": "sms", "name": "x", "body": "y", "subject": "z" }), vec!["#/subject"]),
        (json!({ "channel": "email", "name": "x" }), vec!["#/subject", "#/body"]),
        (
            json!({ "channel": "email", "name": "x", "subject": "a\nb", "body": "{{ gp.name }}" }),
            vec!["#/subject", "#/body"],
        ),
        (json!({ "channel": "sms", "name": "x", "body": "y".repeat(1_601) }), vec!["#/body"]),
        (json!({ "channel": "letter", "name": "x", "body": "y".repeat(50_001) }), vec!["#/body"]),
        (json!({ "channel": "fax", "name": "x", "subject": "y" }), vec!["#/channel"]),
        (json!({ "name": "x", "body": "y" }), vec!["#/channel"]),
    ];
    for (body, pointers) in cases {
        let refused = post(&router, "/v1/templates", &body).await;
        assert_eq!((refused.status.as_u16(), refused.pointers()), (422, pointers), "{body}");
    }
    assert_eq!(get(&router, "/v1/templates").await.json["items"], json!([]));
}

#[tokio::test]
async fn a_templates_channel_is_fixed_for_life() {
    let router = router().await;
    let created = post(&router, "/v1/templates", &sms()).await;
    let path = format!("/v1/templates/{}", text(&created.json["id"]));
    assert_eq!(put(&router, &path, "\"1\"", &letter()).await.pointers(), ["#/channel"]);
    assert_eq!(get(&router, &path).await.json, created.json, "nothing was changed");
}

#[tokio::test]
async fn a_program_is_not_enabled_with_a_template_of_another_channel() {
    let router = router().await;
    let email = post(&router, "/v1/templates", &email()).await;
    let created = post(&router, "/v1/programs", &program(&text(&email.json["id"]))).await;
    let path = format!("/v1/programs/{}/enable", text(&created.json["id"]));
    let refused = post(&router, &path, &json!({})).await;
    assert_eq!(refused.pointers(), ["#/actions/0/template"]);
    let detail = refused.json["errors"][0]["detail"].as_str().unwrap();
    assert!(detail.contains("email"), "{detail}");
}
