//! Templates, by channel.

use serde_json::{Value, json};

use app::ports::{Catalogue, People, SendError};
use domain::template::{Body, BodyKind, MergeValues};
use testkit::build;
use testkit::dynamo::Dynamo;
use testkit::fakes::{Answer, CountingIds, FakeClock, FakeEmail, FakeSms};
use testkit::requests::{ApiRequest, call};

use super::{
    delete, get, post, program, put, router, router_and_phone, router_and_providers, router_on,
    text,
};

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
        (json!({ "channel": "letter", "name": "x", "body": "a\n> b" }), vec!["#/body"]),
        (
            json!({ "channel": "email", "name": "x", "subject": "a", "body": "<b>c</b>" }),
            vec!["#/body"],
        ),
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

#[tokio::test]
async fn every_version_can_be_read_with_who_saved_it_and_when() {
    let router = router().await;
    let created = post(&router, "/v1/templates", &sms()).await;
    let path = format!("/v1/templates/{}", text(&created.json["id"]));
    assert_eq!(created.json["saved_by"], "person-1");
    assert_eq!(created.json["saved_at"], "2026-11-22T08:00:00Z");
    let mut changed = created.json.clone();
    changed["body"] = json!("Good day");
    let saved = put(&router, &path, "\"1\"", &changed).await;
    let versions = get(&router, &format!("{path}/versions")).await;
    assert_eq!(versions.json["items"], json!([saved.json, created.json]), "newest first");
    for (version, expected) in [("1", &created.json), ("2", &saved.json)] {
        let read = get(&router, &format!("{path}/versions/{version}")).await;
        assert_eq!((read.status.as_u16(), &read.json), (200, expected), "version {version}");
    }
    for missing in ["3", "0", "first", "-1"] {
        let answer = get(&router, &format!("{path}/versions/{missing}")).await;
        assert_eq!(answer.status, 404, "{missing}");
    }
    let unknown = "/v1/templates/tmpl_00000000000000000000000009/versions";
    assert_eq!(get(&router, unknown).await.status, 404);
}

#[tokio::test]
async fn a_template_that_programs_use_is_not_deleted_and_they_are_named() {
    let router = router().await;
    let created = post(&router, "/v1/templates", &sms()).await;
    let path = format!("/v1/templates/{}", text(&created.json["id"]));
    let user = post(&router, "/v1/programs", &program(&text(&created.json["id"]))).await;
    let refused = delete(&router, &path, "\"1\"").await;
    assert_eq!(refused.status, 409);
    let detail = refused.json["detail"].as_str().unwrap();
    assert!(detail.contains("“Confirmation”"), "{detail}");

    let mut without = user.json.clone();
    without["actions"] = json!([]);
    let program_path = format!("/v1/programs/{}", text(&user.json["id"]));
    put(&router, &program_path, "\"1\"", &without).await;
    let request = ApiRequest::new("DELETE", &path).by("[admin]");
    assert_eq!(call(&router, request).await.status, 428, "it must be said which version");
    assert_eq!(delete(&router, &path, "\"2\"").await.status, 412);
    assert_eq!(delete(&router, &path, "\"1\"").await.status, 204);
    assert_eq!(get(&router, &path).await.status, 404);
    assert_eq!(get(&router, "/v1/templates").await.json["items"], json!([]));
    assert_eq!(delete(&router, &path, "\"1\"").await.status, 404);
    let versions = get(&router, &format!("{path}/versions")).await;
    assert_eq!(versions.json["items"], json!([created.json]), "its history stays");
}

#[tokio::test]
async fn the_tags_are_listed_by_type_of_program_and_channel() {
    let router = router().await;
    let names = async |query: &str| -> Vec<String> {
        let answer = get(&router, &format!("/v1/tags{query}")).await;
        assert_eq!(answer.status, 200, "{:?}", answer.json);
        answer.json["items"].as_array().unwrap().iter().map(|tag| text(&tag["name"])).collect()
    };
    let booking = names("?type=booking&channel=sms").await;
    assert!(booking.contains(&"booking.date".to_owned()) && !booking.contains(&"gp.name".into()));
    let recall = names("?type=recall&channel=letter").await;
    assert!(!recall.contains(&"booking.date".to_owned()) && recall.contains(&"gp.name".into()));
    assert!(names("").await.len() > booking.len().max(recall.len()));
    let first = get(&router, "/v1/tags").await.json["items"][0].clone();
    let expected = json!({ "name": "patient.first_name", "meaning": "the patient's given name", "example": "Maria" });
    assert_eq!(first, expected);
    let refused = get(&router, "/v1/tags?type=bookings&channel=fax&x=1").await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.parameters(), ["type", "channel", "x"]);
}

#[tokio::test]
async fn a_preview_fills_a_text_with_examples() {
    let router = router().await;
    let typed = json!({
        "channel": "email", "subject": "{{ booking.weekday }} at {{ practice.name }}",
        "body": "Hi {{ patient.first_name }}", "program_type": "booking",
    });
    let request = ApiRequest::new("POST", "/v1/templates/preview").by("[viewer]").json(&typed);
    let shown = call(&router, request).await;
    assert_eq!(shown.status, 200);
    let expected = json!({ "channel": "email", "subject": "Thursday at Harbour Health" });
    for field in ["channel", "subject"] {
        assert_eq!(shown.json[field], expected[field]);
    }
    assert!(text(&shown.json["text"]).starts_with("Hi Maria\n\n-- \n"), "{}", shown.json);
    assert!(text(&shown.json["html"]).contains(">Hi Maria</p>"), "{}", shown.json);

    let typed = json!({ "channel": "letter", "body": "# Hello\n\n3. **{{ gp.name }}**" });
    let shown = post(&router, "/v1/templates/preview", &typed).await;
    let doctor = json!([{ "text": "Dr Amara Okafor", "bold": true }]);
    let expected = json!([
        { "type": "heading", "level": 1, "runs": [{ "text": "Hello", "bold": false }] },
        { "type": "list", "from": 3, "items": [[{ "type": "paragraph", "runs": doctor }]] },
    ]);
    assert_eq!(shown.json["blocks"], expected);
    assert_eq!(shown.json["text"], "Hello\n\n3. Dr Amara Okafor");

    let created = post(&router, "/v1/templates", &email()).await;
    let path = format!("/v1/templates/{}/preview", text(&created.json["id"]));
    let shown = post(&router, &path, &json!({})).await;
    assert_eq!(shown.json["subject"], "Your visit on 3 December 2026");
    let refused = post(&router, &path, &json!({ "program_type": "recall" })).await;
    assert_eq!(refused.pointers(), ["#/subject"], "a recall has no booking");
}

#[tokio::test]
async fn a_preview_fills_a_text_with_a_real_patients_values() {
    let dynamo = Dynamo::start().await;
    let router = router_on(&dynamo);
    dynamo.people().create_patient(&build::patient()).await.unwrap();
    dynamo.catalogue().create_site(&build::site()).await.unwrap();
    let preview = async |channel: &str, body: &str, patient: &str| {
        let typed = json!({ "channel": channel, "body": body, "patient": patient });
        post(&router, "/v1/templates/preview", &typed).await
    };
    let maria = build::patient().id.to_string();
    let shown = preview("sms", "{{ patient.full_name }}, {{ site.name }}", &maria).await;
    assert_eq!(shown.json["body"], "Maria Rossi, Harbour Clinic");
    let nobody = preview("sms", "Hi", "pat_00000000000000000000000099").await;
    assert_eq!((nobody.status.as_u16(), nobody.pointers()), (422, vec!["#/patient"]));
    let refused = preview("letter", "{{ gp.nam }} {{ gp.practice }}", &maria).await;
    assert_eq!(refused.pointers(), ["#/body", "#/body"], "an unknown tag, and an empty one");
    let details = refused.json["errors"].to_string();
    assert!(
        details.contains("gp.nam") && details.contains("no value for gp.practice"),
        "{details}"
    );
}

#[tokio::test]
async fn what_keeps_a_text_from_being_previewed_is_named_field_by_field() {
    let router = router().await;
    let preview = async |typed: Value| {
        let refused = post(&router, "/v1/templates/preview", &typed).await;
        assert_eq!(refused.status, 422, "{typed}");
        refused.pointers().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let email = json!({ "channel": "email", "subject": "{{ x }}", "body": "{{ gp.name }}" });
    assert_eq!(preview(email).await, ["#/subject", "#/body"]);
    let wrong = json!({ "channel": "fax", "patient": "x", "program_type": "y", "name": "z" });
    assert_eq!(preview(wrong).await, ["#/channel", "#/patient", "#/program_type", "#/name"]);
    assert_eq!(preview(json!({ "channel": "sms" })).await, ["#/body"]);
}

#[tokio::test]
async fn a_test_goes_to_oneself_once_with_examples_and_says_what_it_costs() {
    let (dynamo, sms) = (Dynamo::start().await, FakeSms::default());
    let (clock, ids) = (FakeClock::at("2026-11-22T08:00:00Z"), CountingIds::default());
    let router = router_and_phone(&dynamo, clock, ids, sms.clone());
    let body = json!({ "channel": "sms", "name": "Hello", "body": "Hi {{ patient.first_name }}\u{2019}s" });
    let id = post(&router, "/v1/templates", &body).await.json["id"].clone();
    let path = format!("/v1/templates/{}/test", id.as_str().unwrap());
    let request = || {
        let test = ApiRequest::new("POST", &path).by("[admin]");
        test.json(&json!({ "to": "0491 570 006" })).header("idempotency-key", "once")
    };
    let sent = call(&router, request()).await;
    assert_eq!(sent.status, 202, "{:?}", sent.json);
    assert_eq!((&sent.json["parts"], &sent.json["encoding"]), (&json!(1), &json!("ucs-2")));
    assert_eq!(sent.json["not_gsm"], "\u{2019}");
    assert_eq!(call(&router, request()).await.status, 202);
    let sample = MergeValues::sample();
    let text = Body::parse(BodyKind::Sms, "Hi {{ patient.first_name }}\u{2019}s").unwrap();
    let expected = text.render(&sample).unwrap().reveal().clone();
    assert_eq!(sms.outbox(), [("+61491570006".to_owned(), expected)]);

    let landline = post(&router, &path, &json!({ "to": "(02) 5550 1234" })).await;
    assert_eq!(landline.pointers(), ["#/to"]);
    post(&router, "/v1/sending/hold", &json!({ "why": "a test" })).await;
    assert_eq!(post(&router, &path, &json!({ "to": "0491 570 006" })).await.status, 409);
}

#[tokio::test]
async fn a_test_that_may_have_been_sent_is_not_sent_again_by_the_same_key() {
    let (dynamo, sms) = (Dynamo::start().await, FakeSms::default());
    let (clock, ids) = (FakeClock::at("2026-11-22T08:00:00Z"), CountingIds::default());
    let router = router_and_phone(&dynamo, clock, ids, sms.clone());
    let body = json!({ "channel": "sms", "name": "Hello", "body": "Hi" });
    let id = post(&router, "/v1/templates", &body).await.json["id"].clone();
    let path = format!("/v1/templates/{}/test", text(&id));
    let request = |key| {
        let test = ApiRequest::new("POST", &path).by("[admin]");
        test.json(&json!({ "to": "0491 570 006" })).header("idempotency-key", key)
    };
    sms.script([Answer::AcceptInSilence]);
    let first = call(&router, request("once")).await;
    assert_eq!((first.status.as_u16(), &first.json["title"]), (409, &json!("In doubt")));
    let again = call(&router, request("once")).await;
    assert_eq!((again.status, again.json), (first.status, first.json));
    assert_eq!(sms.outbox().len(), 1, "it goes once");
    assert_eq!(call(&router, request("twice")).await.status, 202);
    let refused = SendError::Transient("throttled".to_owned());
    sms.script([Answer::Refuse(refused)]);
    assert_eq!(call(&router, request("thrice")).await.status, 502);
    assert_eq!(call(&router, request("thrice")).await.status, 202, "nothing was sent before");
}

#[tokio::test]
async fn a_test_of_an_email_goes_to_oneself_and_is_no_attempt_of_anybodys() {
    let (dynamo, mailbox) = (Dynamo::start().await, FakeEmail::default());
    let (clock, ids) = (FakeClock::at("2026-11-22T08:00:00Z"), CountingIds::default());
    let router = router_and_providers(&dynamo, clock, ids, FakeSms::default(), mailbox.clone());
    let id = post(&router, "/v1/templates", &email()).await.json["id"].clone();
    let path = format!("/v1/templates/{}/test", text(&id));
    let sent = post(&router, &path, &json!({ "to": "me@harbour.example" })).await;
    assert_eq!((sent.status.as_u16(), text(&sent.json["channel"])), (202, "email".to_owned()));
    let (sent, about) = mailbox.outbox().remove(0);
    assert_eq!((sent.to.as_str(), about), ("me@harbour.example", None));
    assert_eq!(sent.mail.subject.reveal(), "Your visit on 3 December 2026");
    let number = post(&router, &path, &json!({ "to": "0491 570 006" })).await;
    assert_eq!(number.pointers(), ["#/to"], "an email goes to an address");
    let id = post(&router, "/v1/templates", &letter()).await.json["id"].clone();
    let path = format!("/v1/templates/{}/test", text(&id));
    assert_eq!(post(&router, &path, &json!({ "to": "me@harbour.example" })).await.status, 409);
}
