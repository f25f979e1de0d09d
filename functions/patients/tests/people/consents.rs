//! What patients agreed to, and who wrote it down.

use app::people::take_back;
use app::ports::{People, WayOut};
use domain::ids::PatientId;
use domain::patient::Patient;
use domain::program::Channel;
use serde_json::{Value, json};
use testkit::build;
use testkit::dynamo::Dynamo;
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

/// Maria, who agreed to news by email on paper, then followed the link in one and answered STOP.
async fn who_took_it_back(dynamo: &Dynamo, router: &axum::Router) -> (String, Value) {
    let mut body = maria();
    body["consents"] = json!([{
        "channel": "email", "purpose": "commercial", "choice": "given", "how": "signed form 7",
    }]);
    let path = create(router, &body).await;
    let id = PatientId::parse(path.rsplit('/').next().unwrap()).unwrap();
    let way = WayOut { patient: id.clone(), channel: Channel::Email };
    let people = dynamo.people();
    take_back(&people, &way, build::at("2026-11-23T08:00:00Z")).await.unwrap();
    let before = people.patient(&id).await.unwrap().unwrap();
    let consents = before.consents.stopped(build::at("2026-11-23T09:00:00Z")).unwrap();
    let after = Patient { revision: before.revision + 1, consents, ..before.clone() };
    people.save_patient(&before, &after).await.unwrap();
    let read = get(router, &path).await.json;
    (path, read)
}

#[tokio::test]
async fn what_a_patient_took_back_themselves_is_not_given_again_by_what_another_system_sends() {
    let (dynamo, router) = clinic().await;
    let (path, before) = who_took_it_back(&dynamo, &router).await;
    let nightly = json!({
        "identifier": { "source": "diary", "id": "P-1001" },
        "opted_out": [],
        "consents": [{
            "channel": "email", "purpose": "commercial", "choice": "given", "how": "signed form 7",
        }],
        "first_name": "Marie",
    });
    let answer = post(&router, "/v1/patients/upsert", &nightly).await;
    assert_eq!(answer.status, 200, "it must not fail each night: {:?}", answer.json);
    assert_eq!(answer.json["consents"], before["consents"]);
    assert_eq!(answer.json["first_name"], "Marie", "all else is taken");
    let warnings = answer.json["warnings"].as_array().unwrap();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    for (warning, what) in warnings.iter().zip(["email for commercial", "sms for care"]) {
        let text = warning.as_str().unwrap();
        assert!(text.starts_with(what) && text.contains("2026-11-23"), "{text}");
    }
    let again = choose(&router, &format!("{path}/consents/sms/care"), "given", "rang us").await;
    assert_eq!(again.json["opted_out"], json!([]), "who agrees anew is asked by a person");
    let answer = post(&router, "/v1/patients/upsert", &nightly).await;
    assert_eq!(answer.json["warnings"].as_array().unwrap().len(), 1);
    assert_eq!(put(&router, &path, &answer.json).await.status, 200, "an answer may be sent back");
}

#[tokio::test]
async fn a_save_that_gives_again_what_a_patient_took_back_themselves_is_refused_and_says_how() {
    let (dynamo, router) = clinic().await;
    let (path, before) = who_took_it_back(&dynamo, &router).await;
    assert_eq!(put(&router, &path, &before).await.status, 200, "as it was read");
    let mut given = get(&router, &path).await.json;
    let commercial = given["consents"].as_array_mut().unwrap();
    let commercial = commercial.iter_mut().find(|it| it["purpose"] == "commercial").unwrap();
    commercial["choice"] = json!("given");
    let refused = put(&router, &path, &given).await;
    assert_eq!((refused.status.as_u16(), refused.pointers()), (422, vec!["#/consents"]));
    let said = refused.json.to_string();
    assert!(said.contains("PUT /v1/patients/{id}/consents/email/commercial"), "{said}");
    let mut out = get(&router, &path).await.json;
    out["opted_out"] = json!([]);
    out.as_object_mut().unwrap().remove("consents");
    assert_eq!(put(&router, &path, &out).await.pointers(), ["#/opted_out"]);
    let after = get(&router, &path).await.json;
    assert_eq!(after["consents"], before["consents"], "nothing was changed");
}
