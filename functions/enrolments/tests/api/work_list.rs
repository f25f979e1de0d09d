//! What waits for a person, and what staff do with it.

use domain::ids::{PatientId, WorkId};
use domain::program::ProgramType;
use domain::work::{WorkItem, WorkKind};
use serde_json::{Value, json};
use testkit::build;
use testkit::requests::{ApiAnswer, ApiRequest, call};

use crate::support::{Clinic, NOW, clinic, empty};

/// Work about no enrolment.
fn unmatched(n: u8) -> WorkItem {
    WorkItem {
        id: WorkId::for_cause(&["test", &n.to_string()]),
        kind: WorkKind::Unmatched,
        since: build::at(NOW) + chrono::Duration::hours(n.into()),
        summary: format!("Booking B-{n} could not be matched."),
        enrolment: None,
        program: None,
        patient: None,
        site: None,
        same_as: Vec::new(),
        reply: None,
    }
}

/// Maria on a program that has come to a pause: the paths of its work and of her enrolment.
async fn held(clinic: &Clinic) -> (String, String) {
    let added = clinic.enrol(ProgramType::General, &json!({})).await;
    let enrolment = added["id"].as_str().unwrap();
    let open = clinic.get("/v1/work-list").await.json;
    let items = open["items"].as_array().unwrap();
    let work = items.iter().find(|item| item["enrolment"] == enrolment).unwrap();
    let work = work["id"].as_str().unwrap();
    (format!("/v1/work-list/{work}"), format!("/v1/enrolments/{enrolment}"))
}

async fn resolve(clinic: &Clinic, work: &str, body: &Value) -> ApiAnswer {
    clinic.post(&format!("{work}/resolve"), body).await
}

async fn resolved(clinic: &Clinic) -> Vec<Value> {
    let list = clinic.get("/v1/work-list/resolved?month=2026-11").await;
    list.json["items"].as_array().unwrap().clone()
}

fn ids(list: &Value) -> Vec<String> {
    list["items"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().into()).collect()
}

#[tokio::test]
async fn the_list_says_who_waits_for_what_since_when_and_comes_oldest_first() {
    let clinic = clinic().await;
    clinic.store(vec![], None, vec![unmatched(1)]).await;
    let (work, _) = held(&clinic).await;
    clinic.later(48);
    let listed = clinic.get("/v1/work-list").await.json;
    let first = &listed["items"][0];
    assert_eq!(first["kind"], "paused");
    assert_eq!(first["patient"]["last_name"], "Rossi");
    assert_eq!(first["program"]["name"], "Our general");
    assert_eq!(first["site"]["code"], "harbour");
    assert_eq!(first["local"], "Sun 22 Nov 2026, 7:00 pm");
    assert_eq!(first["waiting_days"], 2);
    assert_eq!(listed["items"][1]["summary"], "Booking B-1 could not be matched.");
    assert_eq!(clinic.get(&work).await.json, *first);
    let missing = "/v1/work-list/work_0000000000000000000000009z";
    assert_eq!(clinic.get(missing).await.status, 404);
}

#[tokio::test]
async fn the_list_is_narrowed_and_paged() {
    let clinic = clinic().await;
    clinic.store(vec![], None, vec![unmatched(1), unmatched(2)]).await;
    let (work, _) = held(&clinic).await;
    clinic.post(&format!("{work}/assign"), &json!({ "to": "me" })).await;
    let maria = build::patient().id;
    for (query, found) in [
        ("kind=paused", 1),
        ("kind=unmatched", 2),
        ("site=harbour", 1),
        ("assignee=me", 1),
        ("assignee=person-1", 1),
        ("assignee=person-2", 0),
        ("assignee=none", 2),
        (&format!("patient={maria}"), 1),
        ("limit=2", 2),
    ] {
        let listed = clinic.get(&format!("/v1/work-list?{query}")).await.json;
        assert_eq!(ids(&listed).len(), found, "{query}");
    }
    let first = clinic.get("/v1/work-list?limit=2").await.json;
    let next = first["next"].as_str().unwrap();
    let second = clinic.get(&format!("/v1/work-list?limit=2&cursor={next}")).await.json;
    assert_eq!(ids(&second), [unmatched(2).id.to_string()]);
    for wrong in ["kind=other", "patient=maria", "site=elsewhere", "q=rossi"] {
        assert_eq!(clinic.get(&format!("/v1/work-list?{wrong}")).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn a_question_about_two_records_names_both_and_is_found_by_either() {
    let clinic = clinic().await;
    let known = build::patient().id;
    let newcomer = PatientId::for_newcomer(&["test"]);
    let question = build::question(&newcomer, std::slice::from_ref(&known));
    clinic.store(vec![], None, vec![unmatched(1), question.clone()]).await;
    for patient in [&known, &newcomer] {
        let listed = clinic.get(&format!("/v1/work-list?patient={patient}")).await.json;
        assert_eq!(ids(&listed), [question.id.to_string()]);
        let item = &listed["items"][0];
        assert_eq!(
            (&item["kind"], &item["patient"]["id"]),
            (&json!("possible_duplicate"), &json!(newcomer))
        );
        let likely = json!([{ "id": known, "first_name": "Maria", "last_name": "Rossi" }]);
        assert_eq!(item["same_as"], likely);
    }
}

#[tokio::test]
async fn work_is_given_to_somebody_and_written_about() {
    let clinic = clinic().await;
    let (work, enrolment) = held(&clinic).await;
    let assign = |to: Value| {
        let (clinic, path) = (&clinic, format!("{work}/assign"));
        async move { clinic.post(&path, &json!({ "to": to })).await.json["assignee"].clone() }
    };
    assert_eq!(assign(json!("me")).await, "person-1");
    assert_eq!(assign(json!("person-2")).await, "person-2");
    let note = json!({ "text": "left a voicemail" });
    let noted = clinic.post(&format!("{work}/notes"), &note).await.json;
    assert_eq!(noted["notes"][0]["text"], "left a voicemail");
    assert_eq!(
        (&noted["notes"][0]["by"], &noted["assignee"]),
        (&json!("person-1"), &json!("person-2"))
    );
    assert_eq!(assign(Value::Null).await, Value::Null);
    assert_eq!(clinic.post(&format!("{work}/assign"), &json!({})).await.pointers(), ["#/to"]);
    assert_eq!(clinic.post(&format!("{work}/notes"), &json!({})).await.pointers(), ["#/text"]);
    let history = clinic.get(&format!("{enrolment}/history?all=true")).await.json;
    let said = "Note on the work list: “left a voicemail”";
    assert!(history["items"].as_array().unwrap().iter().any(|it| it["summary"] == said));
}

#[tokio::test]
async fn what_an_enrolment_waits_for_is_not_resolved_without_saying_how_it_goes_on() {
    let clinic = clinic().await;
    let (work, enrolment) = held(&clinic).await;
    let refused = resolve(&clinic, &work, &json!({ "outcome": "done" })).await;
    assert_eq!(refused.status, 409);
    assert!(refused.json["detail"].as_str().unwrap().contains("advance, skip, retry or end"));
    let refused = resolve(&clinic, &work, &json!({ "outcome": "done", "then": "retry" })).await;
    assert_eq!(refused.status, 409, "a pause cannot be tried again");
    assert_eq!(clinic.get(&enrolment).await.json["status"], "held");
    assert_eq!(clinic.get(&work).await.status, 200);
    assert!(resolved(&clinic).await.is_empty());
}

#[tokio::test]
async fn resolving_and_advancing_are_one_and_are_done_once() {
    let clinic = clinic().await;
    let (work, enrolment) = held(&clinic).await;
    let body = json!({ "outcome": "no_answer", "note": "rang twice", "then": "advance" });
    let (a, b) = tokio::join!(resolve(&clinic, &work, &body), resolve(&clinic, &work, &body));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404]);
    let shown = clinic.get(&enrolment).await.json;
    assert_eq!((&shown["status"], &shown["version"]), (&json!("active"), &json!(2)));
    assert!(ids(&clinic.get("/v1/work-list").await.json).is_empty());
    let kept = resolved(&clinic).await;
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0]["resolved"], json!({ "at": NOW, "by": "person-1", "outcome": "no_answer" }));
    assert_eq!(kept[0]["notes"][0]["text"], "rang twice");
    let history = clinic.get(&format!("{enrolment}/history?all=true")).await.json;
    let said: Vec<_> = history["items"].as_array().unwrap().iter().map(|it| &it["event"]).collect();
    assert!(said.contains(&&json!("worked")) && said.contains(&&json!("advanced")), "{said:?}");
}

#[tokio::test]
async fn an_enrolment_that_goes_on_by_itself_takes_its_work_with_it() {
    let clinic = clinic().await;
    let (work, enrolment) = held(&clinic).await;
    clinic.send("POST", &format!("{enrolment}/advance"), 1, &json!({})).await;
    let late = resolve(&clinic, &work, &json!({ "outcome": "done", "then": "advance" })).await;
    assert_eq!(late.status, 404);
    assert_eq!(clinic.get(&enrolment).await.json["version"], 2);
}

#[tokio::test]
async fn an_enrolment_ends_with_its_work_when_that_is_said() {
    let clinic = clinic().await;
    let (work, enrolment) = held(&clinic).await;
    let body = json!({ "outcome": "booked", "then": "end" });
    assert_eq!(resolve(&clinic, &work, &body).await.status, 200);
    assert_eq!(clinic.get(&enrolment).await.json["status"], "ended");
}

#[tokio::test]
async fn a_clinical_outcome_needs_a_clinician() {
    let clinic = empty().await;
    clinic.store(vec![], None, vec![unmatched(1)]).await;
    let work = format!("/v1/work-list/{}", unmatched(1).id);
    let body = json!({ "outcome": "clinical_review" });
    assert_eq!(resolve(&clinic, &work, &body).await.status, 403);
    let bulk = json!({ "items": [unmatched(1).id], "do": { "resolve": body } });
    assert_eq!(clinic.post("/v1/work-list/bulk", &bulk).await.status, 403);
    let request = ApiRequest::new("POST", &format!("{work}/resolve")).by("[clinician]");
    assert_eq!(call(&clinic.router, request.json(&body)).await.status, 200);
}

#[tokio::test]
async fn what_is_about_no_enrolment_cannot_make_one_go_on() {
    let clinic = empty().await;
    clinic.store(vec![], None, vec![unmatched(1)]).await;
    let work = format!("/v1/work-list/{}", unmatched(1).id);
    let refused = resolve(&clinic, &work, &json!({ "outcome": "done", "then": "skip" })).await;
    assert_eq!(refused.pointers(), ["#/then"]);
    assert_eq!(
        resolve(&clinic, &work, &json!({ "outcome": "lost" })).await.pointers(),
        ["#/outcome"]
    );
    assert_eq!(resolve(&clinic, &work, &json!({ "outcome": "not_needed" })).await.status, 200);
}

#[tokio::test]
async fn only_what_is_held_for_an_item_is_moved_by_it() {
    let clinic = clinic().await;
    let (work, enrolment) = held(&clinic).await;
    let id = enrolment.rsplit('/').next().unwrap();
    let answer = WorkItem {
        kind: WorkKind::Replied,
        enrolment: Some(domain::ids::EnrolmentId::parse(id).unwrap()),
        ..unmatched(1)
    };
    clinic.store(vec![], None, vec![answer.clone()]).await;
    let other = format!("/v1/work-list/{}", answer.id);
    let moved_by_none_of_them = async || {
        let before = clinic.get(&enrolment).await.json;
        for then in ["advance", "skip", "retry"] {
            let body = json!({ "outcome": "done", "then": then, "not_received": true });
            let refused = resolve(&clinic, &other, &body).await;
            assert_eq!(refused.status, 409, "{then}");
            let bulk = json!({ "items": [answer.id], "do": { "resolve": body } });
            let refused = clinic.post("/v1/work-list/bulk", &bulk).await.json;
            assert_eq!(refused["refused"], 1, "{then}");
            let why = refused["results"][0]["detail"].as_str().unwrap();
            assert!(why.contains("does not wait for this"), "{why}");
        }
        assert_eq!(clinic.get(&enrolment).await.json, before);
        assert_eq!(clinic.get(&other).await.status, 200);
    };
    // It is held, for something else.
    moved_by_none_of_them().await;
    let on = json!({ "outcome": "done", "then": "advance" });
    assert_eq!(resolve(&clinic, &work, &on).await.status, 200);
    // It goes on by itself, and its next message waits.
    assert_eq!(clinic.get(&enrolment).await.json["status"], "active");
    moved_by_none_of_them().await;
    assert_eq!(
        resolve(&clinic, &other, &json!({ "outcome": "booked", "then": "end" })).await.status,
        200
    );
    assert_eq!(clinic.get(&enrolment).await.json["status"], "ended");
}

#[tokio::test]
async fn many_items_are_worked_on_each_for_itself() {
    let clinic = clinic().await;
    clinic.store(vec![], None, vec![unmatched(1), unmatched(2)]).await;
    let (work, _) = held(&clinic).await;
    let held = work.rsplit('/').next().unwrap();
    let items = json!([unmatched(1).id, held, unmatched(2).id, unmatched(3).id]);
    let bulk = json!({ "items": items, "do": { "resolve": { "outcome": "done" } } });
    let answer = clinic.post("/v1/work-list/bulk", &bulk).await.json;
    let statuses: Vec<_> =
        answer["results"].as_array().unwrap().iter().map(|it| &it["status"]).collect();
    assert_eq!(statuses, [&Value::Null, &json!(409), &Value::Null, &json!(404)]);
    assert_eq!((&answer["done"], &answer["refused"]), (&json!(2), &json!(2)));
    assert_eq!(ids(&clinic.get("/v1/work-list").await.json), [held]);
    for wrong in [
        json!({ "items": [], "do": { "assign": { "to": "me" } } }),
        json!({ "items": [held], "do": {} }),
        json!({ "items": [held], "do": { "assign": { "to": "me" }, "note": { "text": "x" } } }),
        json!({ "items": ["x"], "do": { "assign": { "to": "me" } } }),
    ] {
        assert_eq!(clinic.post("/v1/work-list/bulk", &wrong).await.status, 422, "{wrong}");
    }
    let bulk = json!({ "items": [held], "do": { "assign": { "to": "me" } } });
    assert_eq!(clinic.post("/v1/work-list/bulk", &bulk).await.json["done"], 1);
}
