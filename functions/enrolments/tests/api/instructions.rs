//! What staff say is to happen to an enrolment.

use app::ports::WorkList;
use domain::program::ProgramType;
use serde_json::{Value, json};
use testkit::requests::{ApiRequest, call};

use crate::support::{Clinic, clinic};

/// Maria on a program that has come to a pause, and the path of her enrolment.
async fn held() -> (Clinic, String) {
    let clinic = clinic().await;
    let added = clinic.enrol(ProgramType::General, &json!({})).await;
    assert_eq!((&added["status"], &added["version"]), (&json!("held"), &json!(1)));
    let path = format!("/v1/enrolments/{}", added["id"].as_str().unwrap());
    (clinic, path)
}

#[tokio::test]
async fn advancing_takes_the_pause_off_the_work_list() {
    let (clinic, path) = held().await;
    assert_eq!(clinic.dynamo.work_list().open().await.unwrap().len(), 1);
    let advanced = clinic.send("POST", &format!("{path}/advance"), 1, &json!({})).await;
    assert_eq!((advanced.status.as_u16(), advanced.header("etag")), (200, "\"2\""));
    assert_eq!(advanced.json["status"], "active");
    assert!(clinic.dynamo.work_list().open().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_double_click_does_it_once() {
    let (clinic, path) = held().await;
    let skip = format!("{path}/skip");
    let body = json!({});
    let (a, b) =
        tokio::join!(clinic.send("POST", &skip, 1, &body), clinic.send("POST", &skip, 1, &body));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    assert_eq!(clinic.get(&path).await.json["next_action"]["type"], "sms");
}

#[tokio::test]
async fn an_instruction_without_the_version_it_is_about_is_refused() {
    let (clinic, path) = held().await;
    for (method, what) in [
        ("POST", "advance"),
        ("POST", "skip"),
        ("POST", "retry"),
        ("POST", "end"),
        ("PUT", "reference-date"),
    ] {
        let body = match what {
            "end" => json!({ "why": "moved away" }),
            "reference-date" => json!({ "date": "2027-01-31" }),
            _ => json!({}),
        };
        let request = ApiRequest::new(method, &format!("{path}/{what}")).by("[front-desk]");
        assert_eq!(call(&clinic.router, request.json(&body)).await.status, 428, "{what}");
        let path = format!("{path}/{what}");
        assert_eq!(clinic.send(method, &path, 9, &body).await.status, 412, "{what}");
    }
    let missing = "/v1/enrolments/enr_0000000000000000000000009z/advance";
    assert_eq!(clinic.send("POST", missing, 1, &json!({})).await.status, 404);
}

#[tokio::test]
async fn what_cannot_be_done_is_refused_with_the_reason() {
    let (clinic, path) = held().await;
    let refused = clinic.send("POST", &format!("{path}/retry"), 1, &json!({})).await;
    assert_eq!(refused.status, 409);
    assert_eq!(refused.json["detail"], "the enrolment is at a pause; advance it instead");
    clinic.send("POST", &format!("{path}/advance"), 1, &json!({})).await;
    let refused = clinic.send("POST", &format!("{path}/advance"), 2, &json!({})).await;
    assert_eq!(refused.status, 409);
    assert!(refused.json["detail"].as_str().unwrap().contains("does not wait for a person"));
}

#[tokio::test]
async fn an_enrolment_that_is_ended_says_why_and_stays_ended() {
    let (clinic, path) = held().await;
    let why = json!({ "why": "moved away" });
    let ended = clinic.send("POST", &format!("{path}/end"), 1, &why).await;
    assert_eq!(
        (&ended.json["status"], &ended.json["next_action"]),
        (&json!("ended"), &Value::Null)
    );
    let history = clinic.get(&format!("{path}/history?all=true")).await.json;
    let last = history["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["summary"], &last["by"]),
        (&json!("Ended by staff: moved away."), &json!("person-1"))
    );
    assert_eq!(clinic.send("POST", &format!("{path}/end"), 2, &why).await.status, 409);
    assert!(clinic.dynamo.work_list().open().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_changed_reference_date_is_counted_from() {
    let clinic = clinic().await;
    let date = json!({ "reference_date": "2027-01-31" });
    let added = clinic.enrol(ProgramType::Recall, &date).await;
    let path = format!("/v1/enrolments/{}/reference-date", added["id"].as_str().unwrap());
    let changed = clinic.send("PUT", &path, 1, &json!({ "date": "2027-03-01" })).await;
    assert_eq!((changed.status.as_u16(), &changed.json["reference"]), (200, &json!("2027-03-01")));
    let refused = clinic.send("PUT", &path, 2, &json!({ "date": "2200-01-01" })).await;
    assert_eq!(refused.pointers(), ["#/date"]);
}
