//! What patients agreed to, and who wrote it down.

use serde_json::json;
use testkit::requests::{ApiAnswer, ApiRequest, call};

use crate::support::{NOW, clinic, create, get, maria, post, put};

async fn choose(router: &axum::Router, path: &str, choice: &str, how: &str) -> ApiAnswer {
    let body = json!({ "choice": choice, "how": how });
    call(router, ApiRequest::new("PUT", path).by("[front-desk]").json(&body)).await
}

#[tokio::test]
async fn a_choice_is_recorded_with_who_when_and_how() {
    let (_dynamo, router) = clinic().await;
    let path = create(&router, &maria()).await;
    let consent = format!("{path}/consents/sms/commercial");
    let given = choose(&router, &consent, "given", "asked at the desk").await;
    assert_eq!((given.status.as_u16(), given.header("etag")), (200, "\"2\""));
    let expected = json!([{
        "channel": "sms", "purpose": "commercial", "choice": "given",
        "how": "asked at the desk", "by": "person-1", "at": NOW,
    }]);
    assert_eq!(given.json["consents"], expected);
    assert_eq!(given.json["opted_out"], json!([]));
    let withdrawn = choose(&router, &consent, "withdrawn", "rang us").await;
    assert_eq!(withdrawn.json["consents"][0]["choice"], "withdrawn");
    assert_eq!(withdrawn.json["opted_out"], json!([]), "care still goes");
}

#[tokio::test]
async fn a_choice_needs_its_evidence_and_a_channel_and_a_purpose_that_exist() {
    let (_dynamo, router) = clinic().await;
    let path = create(&router, &maria()).await;
    let refused = choose(&router, &format!("{path}/consents/sms/care"), "maybe", "").await;
    assert_eq!(refused.pointers(), ["#/choice", "#/how"]);
    for wrong in ["pigeon/care", "sms/fun"] {
        let answer = choose(&router, &format!("{path}/consents/{wrong}"), "given", "asked").await;
        assert_eq!(answer.status, 404, "{wrong}");
    }
}

#[tokio::test]
async fn an_opt_out_withdraws_care_on_every_channel_it_names() {
    let (_dynamo, router) = clinic().await;
    let path = create(&router, &maria()).await;
    let body = json!({ "channels": ["letter", "sms"], "how": "wrote to us" });
    let answer = post(&router, &format!("{path}/opt-out"), &body).await;
    assert_eq!(answer.json["opted_out"], json!(["sms", "letter"]));
    assert_eq!(answer.json["consents"][0]["how"], "wrote to us");
    let nothing = post(&router, &format!("{path}/opt-out"), &json!({ "channels": [] })).await;
    assert_eq!(nothing.pointers(), ["#/how", "#/channels"]);
}

#[tokio::test]
async fn the_simple_form_withdraws_what_it_lists_and_restores_what_it_does_not() {
    let (_dynamo, router) = clinic().await;
    let mut body = maria();
    body["opted_out"] = json!(["sms"]);
    let path = create(&router, &body).await;
    let mut read = get(&router, &path).await.json;
    assert_eq!(read["consents"][0]["choice"], "withdrawn");
    assert_eq!(read["consents"][0]["by"], "person-1");
    read["opted_out"] = json!(["email"]);
    read.as_object_mut().unwrap().remove("consents");
    let saved = put(&router, &path, &read).await;
    assert_eq!(saved.json["opted_out"], json!(["email"]));
    let choices: Vec<_> =
        saved.json["consents"].as_array().unwrap().iter().map(|it| it["choice"].clone()).collect();
    assert_eq!(choices, ["given", "withdrawn"]);
}

#[tokio::test]
async fn a_save_keeps_the_evidence_of_what_it_does_not_change_or_mention() {
    let (_dynamo, router) = clinic().await;
    let path = create(&router, &maria()).await;
    choose(&router, &format!("{path}/consents/sms/commercial"), "given", "signed form 7").await;
    choose(&router, &format!("{path}/consents/email/care"), "withdrawn", "rang us").await;
    let mut read = get(&router, &path).await.json;
    let consents = read["consents"].clone();
    read["consents"][0]["by"] = json!("somebody else");
    let saved = put(&router, &path, &read).await;
    assert_eq!(saved.json["consents"], consents, "who and when are not for the sender to say");

    let mut read = saved.json;
    read["consents"] = json!([]);
    read.as_object_mut().unwrap().remove("opted_out");
    let saved = put(&router, &path, &read).await;
    assert_eq!(saved.json["consents"], consents, "nothing is taken back by leaving it out");
}

#[tokio::test]
async fn consents_and_opted_out_that_contradict_each_other_are_refused() {
    let (_dynamo, router) = clinic().await;
    let consent =
        |choice| json!([{ "channel": "sms", "purpose": "care", "choice": choice, "how": "asked" }]);
    for (opted_out, choice) in [(json!([]), "withdrawn"), (json!(["sms"]), "given")] {
        let mut body = maria();
        body["opted_out"] = opted_out;
        body["consents"] = consent(choice);
        assert_eq!(
            post(&router, "/v1/patients", &body).await.pointers(),
            ["#/consents"],
            "{choice}"
        );
    }
    let mut twice = maria();
    let both = [consent("given")[0].clone(), consent("withdrawn")[0].clone()];
    twice["consents"] = json!(both);
    assert_eq!(post(&router, "/v1/patients", &twice).await.pointers(), ["#/consents"]);
}

#[tokio::test]
async fn choices_that_are_recorded_at_once_are_all_kept() {
    let (_dynamo, router) = clinic().await;
    let path = create(&router, &maria()).await;
    let care = |channel: &str| format!("{path}/consents/{channel}/care");
    let (sms, email, letter) = (care("sms"), care("email"), care("letter"));
    let (a, b, c) = tokio::join!(
        choose(&router, &sms, "withdrawn", "rang us"),
        choose(&router, &email, "withdrawn", "rang us"),
        choose(&router, &letter, "withdrawn", "rang us"),
    );
    assert_eq!([a, b, c].map(|answer| answer.status.as_u16()), [200; 3]);
    let read = get(&router, &path).await;
    assert_eq!(read.json["opted_out"], json!(["sms", "email", "letter"]));
    assert_eq!(read.header("etag"), "\"4\"");
}
