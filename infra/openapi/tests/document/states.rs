//! Answers that no example is given: lists with their filters, rows and items that are refused, what
//! is over. Each is judged by its schema too.

use openapi::document::document;
use openapi::{guide, ids};
use serde_json::{Value, json};

use crate::examples::{after_every_example, judged};
use crate::operations;

/// Work that was never there.
const NO_WORK: &str = "work_00000000000000000000000zzz";

#[tokio::test]
async fn answers_that_no_example_is_given_are_what_their_schemas_say() {
    let document = document();
    let practice = after_every_example(&document).await;
    let operations = operations();
    let ask = async |id: &str, path: &str, body: Option<Value>| -> Value {
        let it = guide::operation(&operations, id);
        judged(&practice, &document, it, path, body.as_ref()).await
    };
    let of = |list: &Value, field: &str| -> Vec<String> {
        let items = list["items"].as_array().unwrap().iter();
        items.map(|item| item[field].as_str().unwrap().to_owned()).collect()
    };

    let enrolments = format!("/v1/patients/{}/enrolments", ids::PATIENT);
    let over = format!("{enrolments}?include=completed,ended");
    let statuses = of(&ask("listEnrolmentsOfPatient", &over, None).await, "status");
    assert!(statuses.contains(&"ended".to_owned()), "{statuses:?}");
    let first = format!("{enrolments}?include=ended&limit=1");
    let first = ask("listEnrolmentsOfPatient", &first, None).await;
    let next = first["next"].as_str().unwrap();
    let next = format!("{enrolments}?include=ended&limit=1&cursor={next}");
    assert_eq!(of(&ask("listEnrolmentsOfPatient", &next, None).await, "id").len(), 1);

    let history = format!("/v1/enrolments/{}/history", ids::CALL_ENROLMENT);
    let by_itself = of(&ask("getHistory", &history, None).await, "event");
    for event in ["reserved", "failed", "unclear"] {
        assert!(by_itself.iter().any(|found| found == event), "{event} of {by_itself:?}");
    }
    let all = of(&ask("getHistory", &format!("{history}?all=true"), None).await, "event");
    for event in ["enrolled", "advanced", "retried", "skipped_by_staff", "ended"] {
        assert!(all.iter().any(|found| found == event), "{event} of {all:?}");
    }

    let file = "program,source,identifier,site\n\
                Six-monthly call,diary,P-1001,nowhere\n\
                too,few\n";
    for query in ["", "?dry_run=true"] {
        let path = format!("/v1/enrolments/upload{query}");
        let report = ask("uploadEnrolments", &path, Some(json!(file))).await;
        assert_eq!((&report["refused"], &report["enrolled"]), (&json!(2), &json!(0)), "{report}");
    }

    let resolved = ask("listResolvedWork", "/v1/work-list/resolved?month=2026-11", None).await;
    assert_eq!(resolved["items"][0]["resolved"]["outcome"], "done", "{resolved}");
    let bulk = json!({ "items": [NO_WORK], "do": { "resolve": { "outcome": "not_needed" } } });
    let report = ask("bulkWork", "/v1/work-list/bulk", Some(bulk)).await;
    assert_eq!(report["results"][0]["status"], 404, "{report}");
}

#[tokio::test]
async fn an_event_that_cannot_be_matched_is_work_about_nobody_yet() {
    let document = document();
    let practice = after_every_example(&document).await;
    let operations = operations();
    let it = guide::operation(&operations, "receiveBooking");
    let mut body = it.examples[0].body.clone();
    body["data"]["booking"]["id"] = json!("B-2002");
    body["data"]["patient"]["id"] = json!("P-2002");
    let path = "/webhooks/bookings/diary";
    let answer = judged(&practice, &document, it, path, Some(&body)).await;
    assert_eq!(answer["outcome"], "unmatched");
    let list = guide::operation(&operations, "listWork");
    let path = "/v1/work-list?kind=unmatched";
    let listed = judged(&practice, &document, list, path, None).await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{listed}");
    assert_eq!(listed["items"][0]["patient"], Value::Null, "{listed}");
}
