//! Patients: created, saved, upserted, archived.

use app::ports::People;
use domain::ids::PatientId;
use domain::patient::{BouncedEmail, Patient};
use serde_json::{Value, json};
use testkit::build;
use testkit::requests::{ApiAnswer, ApiRequest, call};

use crate::support::{NOW, clinic, create, get, maria, path_of, post, put};

async fn search(router: &axum::Router, id: &str) -> ApiAnswer {
    let body = json!({ "identifier": { "source": "diary", "id": id } });
    let request = ApiRequest::new("POST", "/v1/patients/search").by("[viewer]").json(&body);
    call(router, request).await
}

/// Everything there is to say of a patient.
fn all_of_maria() -> Value {
    let mut maria = maria();
    maria["email"] = json!("Maria@Example.com");
    maria["address"] = json!({
        "lines": ["Unit 3", "1 Quay Street"], "locality": "Sydney", "region": "nsw", "postcode": "2000",
    });
    maria["medicare_number"] = json!(" 2123-45670-1/1 ");
    maria["language"] = json!("IT-it");
    maria["gp"] = json!({
        "name": "Dr Anna Nguyen", "practice": "Bay Medical", "email": "anna@bay.example",
        "address": { "lines": ["2 Bay Road"], "locality": "Auckland", "country": "NZ" },
    });
    maria
}

#[tokio::test]
async fn front_desk_creates_finds_and_changes_a_patient() {
    let (_dynamo, router) = clinic().await;
    let created = post(&router, "/v1/patients", &maria()).await;
    assert_eq!(created.status, 201, "{:?}", created.json);
    assert_eq!(created.json["mobile"], "+61491570006");
    assert_eq!(created.json["mobile_national"], "0491 570 006");
    let mut stored = created.json.clone();
    stored.as_object_mut().unwrap().remove("possible_duplicates");
    let found = search(&router, "P-1001").await;
    assert_eq!(found.json["items"], json!([stored]));
    let nobody = search(&router, "P-9").await;
    assert_eq!(nobody.json["items"], json!([]));

    let path = path_of(&created);
    let mut changed = created.json.clone();
    changed["opted_out"] = json!(["sms"]);
    changed["standing"] = json!("archived");
    let saved = put(&router, &path, &changed).await;
    assert_eq!((saved.status.as_u16(), saved.header("etag")), (200, "\"2\""));
    assert_eq!(get(&router, &path).await.json["standing"], "archived");
    assert_eq!(put(&router, &path, &changed).await.status, 412);
}

#[tokio::test]
async fn everything_of_a_patient_is_kept_in_its_normal_form_and_may_be_sent_back() {
    let (_dynamo, router) = clinic().await;
    let path = create(&router, &all_of_maria()).await;
    let read = get(&router, &path).await.json;
    assert_eq!((&read["email"], &read["language"]), (&json!("Maria@example.com"), &json!("it-IT")));
    assert_eq!(read["address"]["region"], "NSW");
    assert_eq!(read["medicare_number"], "21234567011");
    assert_eq!(read["medicare_number_grouped"], "2123 45670 1/1");
    assert_eq!(read["address"]["country"], "AU");
    assert_eq!(read["gp"]["address"]["country"], "NZ");
    let saved = put(&router, &path, &read).await;
    assert_eq!(saved.status, 200, "{:?}", saved.json);
    let mut expected = read.clone();
    expected["version"] = json!(2);
    assert_eq!(saved.json, expected);
}

#[tokio::test]
async fn an_empty_mobile_or_email_is_none() {
    let (_dynamo, router) = clinic().await;
    let mut body = maria();
    body["mobile"] = json!("");
    body["email"] = json!(" ");
    let created = post(&router, "/v1/patients", &body).await;
    assert_eq!((&created.json["mobile"], &created.json["email"]), (&Value::Null, &Value::Null));
    assert_eq!(created.json["mobile_national"], Value::Null);
}

#[tokio::test]
async fn a_save_that_leaves_out_how_to_reach_somebody_is_refused_and_takes_nothing_back() {
    let (_dynamo, router) = clinic().await;
    let mut body = maria();
    body["opted_out"] = json!(["sms"]);
    let path = create(&router, &body).await;
    let refused = put(&router, &path, &maria()).await;
    let expected = ["#/email", "#/address", "#/gp", "#/opted_out", "#/standing"];
    assert_eq!(refused.pointers(), expected);
    assert_eq!(get(&router, &path).await.json["opted_out"], json!(["sms"]));
}

#[tokio::test]
async fn every_wrong_field_of_a_patient_is_named_and_a_landline_says_why() {
    let (_dynamo, router) = clinic().await;
    let wrong = json!({
        "identifiers": [{ "source": "diary" }],
        "first_name": "",
        "date_of_birth": "3/2/1980",
        "mobile": "(02) 5550 1234",
        "email": "maria at home",
        "medicare_number": "2123 45671 1",
        "address": { "lines": [""], "locality": "Sydney", "country": "Oz" },
        "language": "Italian, please",
        "gp": { "email": "x" },
        "opted_out": ["pigeon"],
        "consents": [{ "channel": "sms", "purpose": "fun" }],
        "standing": "gone",
    });
    let refused = post(&router, "/v1/patients", &wrong).await;
    assert_eq!(refused.status, 422);
    let expected = [
        "#/identifiers/0/id",
        "#/first_name",
        "#/last_name",
        "#/date_of_birth",
        "#/mobile",
        "#/email",
        "#/medicare_number",
        "#/address/lines/0",
        "#/address/country",
        "#/language",
        "#/gp/name",
        "#/gp/email",
        "#/opted_out/0",
        "#/consents/0/purpose",
        "#/consents/0/choice",
        "#/consents/0/how",
        "#/standing",
    ];
    assert_eq!(refused.pointers(), expected);
    let landline = refused.json["errors"][4]["detail"].as_str().unwrap();
    assert!(landline.contains("not a mobile number"), "{landline}");
}

#[tokio::test]
async fn an_australian_address_needs_its_state_and_postcode() {
    let (_dynamo, router) = clinic().await;
    let mut body = maria();
    body["address"] = json!({ "lines": [], "locality": "Sydney" });
    let refused = post(&router, "/v1/patients", &body).await;
    assert_eq!(refused.pointers(), ["#/address/lines", "#/address/region", "#/address/postcode"]);
}

#[tokio::test]
async fn nobody_is_born_tomorrow_or_before_1880_or_at_an_unknown_site() {
    let (_dynamo, router) = clinic().await;
    for date in ["2026-11-24", "1879-12-31"] {
        let mut body = maria();
        body["date_of_birth"] = json!(date);
        body["site"] = json!("moon");
        let refused = post(&router, "/v1/patients", &body).await;
        assert_eq!(refused.pointers(), ["#/date_of_birth", "#/site"], "{date}");
    }
}

#[tokio::test]
async fn an_unknown_site_is_named_together_with_what_is_wrong_with_the_form() {
    let (_dynamo, router) = clinic().await;
    let created = create(&router, &maria()).await;
    let mut wrong = maria();
    wrong["first_name"] = json!("");
    wrong["date_of_birth"] = json!("2026-11-24");
    wrong["site"] = json!("moon");
    let expected = ["#/first_name", "#/date_of_birth", "#/site"];
    let refused = post(&router, "/v1/patients", &wrong).await;
    assert_eq!(refused.pointers(), expected);
    let mut saved = all_of_maria();
    saved["opted_out"] = json!([]);
    saved["standing"] = json!("current");
    saved["first_name"] = json!("");
    saved["site"] = json!("moon");
    let refused = put(&router, &created, &saved).await;
    assert_eq!(refused.pointers(), ["#/first_name", "#/site"]);
    wrong.as_object_mut().unwrap().remove("identifiers");
    wrong["identifier"] = json!({ "source": "diary", "id": "P-77" });
    let refused = post(&router, "/v1/patients/upsert", &wrong).await;
    assert_eq!(refused.pointers(), expected);
}

#[tokio::test]
async fn an_identifier_of_another_patient_is_refused() {
    let (_dynamo, router) = clinic().await;
    create(&router, &maria()).await;
    let refused = post(&router, "/v1/patients", &maria()).await;
    assert_eq!(refused.pointers(), ["#/identifiers"]);
}

#[tokio::test]
async fn a_new_patient_who_may_be_somebody_else_names_whom() {
    let (_dynamo, router) = clinic().await;
    let first = post(&router, "/v1/patients", &maria()).await;
    assert_eq!(first.json["possible_duplicates"], json!([]));
    let mut online = json!({
        "first_name": "María", "last_name": "ROSSI", "date_of_birth": "1980-02-03", "mobile": "0491 570 156",
    });
    let again = post(&router, "/v1/patients", &online).await;
    assert_eq!(again.json["possible_duplicates"], json!([first.json["id"]]));
    online = json!({ "first_name": "Luca", "last_name": "Rossi", "mobile": "0491 570 006" });
    let child = post(&router, "/v1/patients", &online).await;
    assert_eq!(child.json["possible_duplicates"], json!([]), "a family shares a mobile");
    post(&router, &format!("{}/archive", path_of(&first)), &json!({})).await;
    online = json!({ "first_name": "Maria", "last_name": "Rossi", "mobile": "0491 570 006" });
    let third = post(&router, "/v1/patients", &online).await;
    let current = json!([again.json["id"]]);
    assert_eq!(third.json["possible_duplicates"], current, "only current patients count");
}

#[tokio::test]
async fn somebody_of_the_same_name_may_be_the_same_person_and_swapped_names_are_seen() {
    let (_dynamo, router) = clinic().await;
    let of = |answer: &ApiAnswer| answer.json["possible_duplicates"].clone();
    let names = json!({ "first_name": "Maria", "last_name": "Rossi" });
    let first = post(&router, "/v1/patients", &names).await;
    let online = json!({ "first_name": "MARÍA", "last_name": "rossi", "mobile": "0491 570 156", "date_of_birth": "1980-02-03" });
    let second = post(&router, "/v1/patients", &online).await;
    assert_eq!(of(&second), json!([first.json["id"]]), "neither phone nor birth date agrees");
    let elder =
        json!({ "first_name": "Maria", "last_name": "Rossi", "date_of_birth": "1950-02-03" });
    let elder = post(&router, "/v1/patients", &elder).await;
    assert_eq!(of(&elder), json!([first.json["id"]]), "born on another day than the second");
    for agrees in [json!({ "mobile": "0491 570 156" }), json!({ "date_of_birth": "1980-02-03" })] {
        let mut swapped = agrees.clone();
        swapped["first_name"] = json!("Rossi");
        swapped["last_name"] = json!("Maria");
        let swapped = post(&router, "/v1/patients", &swapped).await;
        let found = of(&swapped);
        let found = found.as_array().unwrap();
        assert!(found.contains(&second.json["id"]), "{agrees}: {found:?}");
        assert!(!found.contains(&first.json["id"]), "{agrees}: {found:?}");
    }
}

#[tokio::test]
async fn an_upsert_creates_a_patient_and_then_changes_only_what_it_says() {
    let (_dynamo, router) = clinic().await;
    let key = json!({ "source": "diary", "id": "P-1001" });
    let nameless = post(&router, "/v1/patients/upsert", &json!({ "identifier": key })).await;
    assert_eq!(nameless.pointers(), ["#/first_name", "#/last_name"]);

    let mut body = all_of_maria();
    body.as_object_mut().unwrap().remove("identifiers");
    body["identifier"] = key.clone();
    body["opted_out"] = json!(["letter"]);
    let created = post(&router, "/v1/patients/upsert", &body).await;
    assert_eq!((created.status.as_u16(), created.header("etag")), (201, "\"1\""));
    assert_eq!(created.json["identifiers"], json!([key]));
    assert_eq!(created.json["possible_duplicates"], json!([]));

    let news = json!({
        "identifier": key, "mobile": "0491 570 156", "email": null, "standing": null, "opted_out": null,
    });
    let saved = post(&router, "/v1/patients/upsert", &news).await;
    assert_eq!((saved.status.as_u16(), saved.header("etag")), (200, "\"2\""));
    let mut expected = created.json.clone();
    expected.as_object_mut().unwrap().remove("possible_duplicates");
    expected["version"] = json!(2);
    expected["mobile"] = json!("+61491570156");
    expected["mobile_national"] = json!("0491 570 156");
    expected["email"] = Value::Null;
    expected["warnings"] = json!([]);
    assert_eq!(saved.json, expected);
}

#[tokio::test]
async fn many_upserts_of_one_patient_at_once_make_one_patient() {
    let (_dynamo, router) = clinic().await;
    let mut body = maria();
    body.as_object_mut().unwrap().remove("identifiers");
    body["identifier"] = json!({ "source": "diary", "id": "P-1001" });
    let (a, b, c) = tokio::join!(
        post(&router, "/v1/patients/upsert", &body),
        post(&router, "/v1/patients/upsert", &body),
        post(&router, "/v1/patients/upsert", &body),
    );
    let mut answers = [a, b, c].map(|it| (it.status.as_u16(), it.json["id"].clone()));
    answers.sort_by_key(|it| it.0);
    assert_eq!(answers.clone().map(|it| it.0), [200, 200, 201]);
    assert!(answers.iter().all(|it| it.1 == answers[0].1));
}

#[tokio::test]
async fn a_patient_is_archived_restored_and_recorded_as_deceased() {
    let (_dynamo, router) = clinic().await;
    let path = create(&router, &maria()).await;
    for (step, standing, version) in [
        ("archive", "archived", 2),
        ("archive", "archived", 2),
        ("restore", "current", 3),
        ("deceased", "deceased", 4),
        ("restore", "current", 5),
    ] {
        let answer = post(&router, &format!("{path}/{step}"), &json!({})).await;
        assert_eq!(
            (&answer.json["standing"], &answer.json["version"]),
            (&json!(standing), &json!(version))
        );
    }
    let nobody = "/v1/patients/pat_0000000000000000000000009z/archive";
    assert_eq!(post(&router, nobody, &json!({})).await.status, 404);
}

#[tokio::test]
async fn a_patient_who_is_posted_twice_under_one_key_is_created_once() {
    let (_dynamo, router) = clinic().await;
    let request = || ApiRequest::new("POST", "/v1/patients").by("[front-desk]").json(&maria());
    let first = call(&router, request().header("idempotency-key", "\"form-1\"")).await;
    let again = call(&router, request().header("idempotency-key", "\"form-1\"")).await;
    assert_eq!((again.status.as_u16(), again.header("idempotency-replay")), (201, "true"));
    assert_eq!((&again.json, again.header("etag")), (&first.json, first.header("etag")));
}

#[tokio::test]
async fn an_email_that_came_back_is_shown_until_another_address_is_saved() {
    let (dynamo, router) = clinic().await;
    let mut body = maria();
    body["email"] = json!("maria@example.com");
    let path = create(&router, &body).await;
    let id = PatientId::parse(path.rsplit('/').next().unwrap()).unwrap();
    let people = dynamo.people();
    let before = people.patient(&id).await.unwrap().unwrap();
    let address = before.email.clone().unwrap();
    let bounced_email = Some(BouncedEmail { address, at: build::at(NOW) });
    let after = Patient { revision: before.revision + 1, bounced_email, ..before.clone() };
    people.save_patient(&before, &after).await.unwrap();
    let mut read = get(&router, &path).await.json;
    assert_eq!(read["email_bounced"], json!({ "at": NOW }));
    let saved = put(&router, &path, &read).await;
    assert_eq!(saved.json["email_bounced"], json!({ "at": NOW }), "a save alone corrects nothing");
    read = saved.json;
    read["email"] = json!(null);
    let saved = put(&router, &path, &read).await;
    read = saved.json;
    read["email"] = json!("maria@example.com");
    let saved = put(&router, &path, &read).await;
    assert_eq!(saved.json["email_bounced"], json!(null), "somebody says that it is right");
}
