//! Letters that are printed together.

use app::ports::Letters;
use domain::ids::BatchId;
use serde_json::{Value, json};
use testkit::build;
use testkit::faults::{DEATHS, Struck, at_every_call};
use testkit::requests::{ApiAnswer, ApiRequest, call};

use crate::support::{Clinic, clinic};

#[tokio::test]
async fn a_batch_is_one_file_with_a_cover_and_every_letter_is_marked_with_it() {
    let clinic = clinic(3).await;
    let body = json!({ "site": "harbour", "sides": "both" });
    let answer = clinic.post("/v1/letters/batches", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.json);
    assert_eq!((&answer.json["pages"], &answer.json["more"]), (&json!(3), &json!(false)));
    let id = answer.json["id"].as_str().unwrap().to_owned();
    assert_eq!(clinic.states().await, ["printed"; 3]);
    let file = clinic.dynamo.bucket.file(&format!("batches/{id}.pdf")).unwrap();
    // A cover and three letters, each with a blank back.
    assert_eq!(letter::page_count(&file.bytes), Some(8));
    let none = clinic.post("/v1/letters/batches", &body).await;
    assert_eq!(none.status, 409, "no letter is printed twice by accident: {}", none.json);

    let posted = clinic.post(&format!("/v1/letters/batches/{id}/posted"), &json!({})).await;
    assert_eq!(posted.json["posted"]["by"], "person-1", "{}", posted.json);
    assert_eq!(clinic.states().await, ["posted"; 3]);
    let of_batch = clinic.get(&format!("/v1/letters?batch={id}")).await.json;
    assert_eq!(of_batch["items"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_batch_of_named_letters_is_refused_when_one_of_them_does_not_wait() {
    let clinic = clinic(2).await;
    let ids: Vec<_> = clinic.letters.iter().map(|letter| letter.id.to_string()).collect();
    let first = clinic.post("/v1/letters/batches", &json!({ "letters": [ids[0]] })).await;
    assert_eq!(first.status, 201, "{}", first.json);
    let both = clinic.post("/v1/letters/batches", &json!({ "letters": ids })).await;
    assert_eq!(both.status, 409, "{}", both.json);
    assert!(both.json["detail"].as_str().unwrap().contains(&ids[0]), "{}", both.json);
    let again = json!({ "why": "the printer jammed" });
    clinic.post(&format!("/v1/letters/{}/again", ids[0]), &again).await;
    let both = clinic.post("/v1/letters/batches", &json!({ "letters": ids })).await;
    assert_eq!(both.status, 201, "{}", both.json);
}

#[tokio::test]
async fn a_file_whose_time_is_over_is_made_again_of_the_same_letters() {
    let clinic = clinic(2).await;
    let batch = clinic.post("/v1/letters/batches", &json!({ "all": true })).await.json;
    let id = batch["id"].as_str().unwrap();
    let path = format!("batches/{id}.pdf");
    let before = clinic.dynamo.bucket.file(&path).unwrap();
    clinic.dynamo.bucket.expire(&path);
    let link = clinic.post(&format!("/v1/letters/batches/{id}/link"), &json!({})).await;
    assert_eq!(link.status, 200, "{}", link.json);
    assert_eq!(clinic.dynamo.bucket.file(&path), Some(before));
}

#[test]
fn a_function_that_dies_at_any_call_leaves_no_letter_in_two_batches_and_loses_none() {
    async fn ask(router: &axum::Router) -> ApiAnswer {
        let request = ApiRequest::new("POST", "/v1/letters/batches").by("[front-desk]");
        call(router, request.json(&json!({ "all": true }))).await
    }
    let print = async |clinic: &Clinic| ask(&clinic.router).await;
    at_every_call(
        DEATHS,
        6,
        async || clinic(2).await,
        print,
        async |clinic, Struck { at, .. }| {
            ask(&clinic.others().await).await;
            assert_eq!(clinic.states().await, ["printed"; 2], "{at}");
            let listed = clinic.get("/v1/letters").await.json;
            let items = listed["items"].as_array().unwrap();
            let batches: Vec<&Value> = items.iter().map(|it| &it["state"]["batch"]).collect();
            assert_eq!(batches[0], batches[1], "all or none: {at}");
            let id = batches[0].as_str().unwrap();
            let batch = clinic.get(&format!("/v1/letters/batches/{id}")).await;
            assert_eq!(batch.json["letters"].as_array().unwrap().len(), 2, "{at}");
            assert!(clinic.dynamo.bucket.file(&format!("batches/{id}.pdf")).is_some(), "{at}");
        },
    );
}

#[test]
fn a_batch_that_is_asked_for_again_under_its_key_is_answered_and_its_file_is_of_its_letters() {
    async fn ask(router: &axum::Router) -> ApiAnswer {
        let request = ApiRequest::new("POST", "/v1/letters/batches").by("[front-desk]");
        let request = request.header("idempotency-key", "\"key-1\"");
        call(router, request.json(&json!({ "all": true }))).await
    }
    let print = async |clinic: &Clinic| ask(&clinic.router).await;
    at_every_call(
        DEATHS,
        6,
        async || clinic(2).await,
        print,
        async |clinic, Struck { at, .. }| {
            let is_printed = clinic.states().await == ["printed"; 2];
            testkit::letters::list(&clinic.dynamo, 3, &build::site().id).await;
            clinic.clock.advance(chrono::Duration::seconds(61));
            let again = ask(&clinic.others().await).await;
            assert_eq!(again.status, 201, "{at}: {}", again.json);
            let letters = if is_printed { 2 } else { 3 };
            assert_eq!(again.json["letters"].as_array().unwrap().len(), letters, "{at}");
            let waiting = clinic.states().await.iter().filter(|state| *state == "waiting").count();
            assert_eq!(waiting, 3 - letters, "{at}");
            let id = BatchId::parse(again.json["id"].as_str().unwrap()).unwrap();
            let batch = clinic.dynamo.letters().batch(&id).await.unwrap().unwrap();
            let file = clinic.dynamo.bucket.file(&batch.pdf()).unwrap();
            assert_eq!(letter::page_count(&file.bytes), Some(letters + 1), "{at}");
        },
    );
}
