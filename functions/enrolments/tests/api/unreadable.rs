//! A stored record that cannot be read, and those it must not hide or hold up.

use app::ports::{Enrolments, WorkList};
use domain::enrolment::Enrolment;
use domain::ids::{EnrolmentId, SiteId, WorkId};
use domain::program::ProgramType;
use domain::work::{WorkItem, WorkKind};
use serde_json::{Value, json};
use testkit::build::{self, number};
use testkit::dynamo::Dynamo;

use crate::programs::{add, days, get, pause, post, practice, recall, store};
use crate::support::{Clinic, NOW, clinic, maria_on, program};

async fn spoil(dynamo: &Dynamo, enrolment: &str) {
    dynamo.spoil("enrolments", enrolment, "ENROLMENT").await;
}

/// The ids of a page, and of what cannot be read beside it.
fn ids(page: &Value, id: &str) -> (Vec<Value>, Vec<Value>) {
    let of = |list: &str, id: &str| {
        page[list].as_array().unwrap().iter().map(|it| it[id].clone()).collect()
    };
    (of("items", id), of("unreadable", "enrolment"))
}

#[tokio::test]
async fn lists_show_the_others_and_name_the_enrolment_that_cannot_be_read() {
    let clinic = clinic().await;
    let mut added = Vec::new();
    for _ in 0..4 {
        added.push(clinic.enrol(ProgramType::General, &json!({})).await["id"].clone());
        clinic.later(1);
    }
    spoil(&clinic.dynamo, added[1].as_str().unwrap()).await;
    let spoiled = vec![added[1].clone()];
    let general = program(ProgramType::General).id;
    let others = vec![added[0].clone(), added[2].clone(), added[3].clone()];
    for path in [format!("/v1/programs/{general}/patients"), "/v1/enrolments".to_owned()] {
        let page = clinic.get(&path).await;
        assert_eq!(page.status, 200, "{path}: {:?}", page.json);
        assert_eq!(ids(&page.json, "enrolment"), (others.clone(), spoiled.clone()), "{path}");
        assert_eq!(page.json["unreadable"][0]["program"], json!(general), "{path}");
    }
    let of_patient = format!("/v1/patients/{}/enrolments", build::patient().id);
    let page = clinic.get(&of_patient).await;
    let newest_first: Vec<_> = others.iter().rev().cloned().collect();
    assert_eq!(ids(&page.json, "id"), (newest_first, spoiled.clone()));

    // Page by page it is named once, with those around it.
    for (path, id) in [("/v1/enrolments", "enrolment"), (of_patient.as_str(), "id")] {
        let (mut seen, mut unreadable) = (Vec::new(), Vec::new());
        let mut next = format!("{path}?limit=1");
        loop {
            let page = clinic.get(&next).await.json;
            let (items, beside) = ids(&page, id);
            seen.extend(items);
            unreadable.extend(beside);
            let Some(cursor) = page["next"].as_str() else { break };
            next = format!("{path}?limit=1&cursor={cursor}");
        }
        assert_eq!((seen.len(), &unreadable), (3, &spoiled), "{path}");
    }
}

#[tokio::test]
async fn a_patient_who_cannot_be_read_is_shown_without_a_name_and_hides_nobody() {
    let clinic = clinic().await;
    clinic.enrol(ProgramType::General, &json!({})).await;
    let maria = build::patient().id;
    clinic.dynamo.spoil("people", maria.as_str(), "PATIENT").await;
    for path in ["/v1/work-list", "/v1/enrolments"] {
        let page = clinic.get(path).await;
        assert_eq!(page.status, 200, "{path}: {:?}", page.json);
        let nameless = json!({ "id": maria, "first_name": null, "last_name": null });
        assert_eq!(page.json["items"][0]["patient"], nameless, "{path}");
    }
}

#[tokio::test]
async fn resolved_work_that_cannot_be_read_hides_none_of_the_rest() {
    let clinic = clinic().await;
    for _ in 0..2 {
        clinic.enrol(ProgramType::General, &json!({})).await;
        let open = clinic.get("/v1/work-list").await.json;
        let work = format!("/v1/work-list/{}/resolve", open["items"][0]["id"].as_str().unwrap());
        let done = json!({ "outcome": "done", "then": "end" });
        assert_eq!(clinic.post(&work, &done).await.status, 200);
        clinic.later(1);
    }
    let keys = clinic.dynamo.dump().await.into_keys();
    let done = keys.filter(|key| key.0 == "work-list" && key.1.starts_with("DONE"));
    let (_, pk, sk) = done.min().unwrap();
    clinic.dynamo.spoil("work-list", &pk, &sk).await;
    let resolved = clinic.get("/v1/work-list/resolved?month=2026-11").await;
    assert_eq!(resolved.json["items"].as_array().map(Vec::len), Some(1), "{:?}", resolved.json);
}

#[tokio::test]
async fn a_patient_is_put_on_a_program_whatever_else_of_theirs_cannot_be_read() {
    let clinic = clinic().await;
    let spoiled = clinic.enrol(ProgramType::General, &json!({})).await;
    let spoiled = spoiled["id"].as_str().unwrap();
    spoil(&clinic.dynamo, spoiled).await;
    let again = clinic.post("/v1/enrolments", &maria_on(ProgramType::General)).await;
    assert_eq!(again.status, 201, "{:?}", again.json);
    let warnings = again.json["warnings"].as_array().unwrap();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].as_str().unwrap().contains(spoiled), "it may be a mistake: {warnings:?}");
    let other = clinic.post("/v1/enrolments", &maria_on(ProgramType::Referral)).await;
    assert_eq!((other.status.as_u16(), &other.json["warnings"]), (201, &json!([])));
}

#[tokio::test]
async fn a_move_goes_past_those_who_cannot_be_read() {
    let (dynamo, router) = practice().await;
    let old = recall(70, "Check-up", vec![build::sms(1, days(7, true)), pause(2)]);
    let new = recall(71, "Check-up, new", vec![build::sms(3, days(7, true))]);
    store(&dynamo, &old).await;
    store(&dynamo, &new).await;
    let spoiled = add(&dynamo, &old, 1).await;
    let fine = add(&dynamo, &old, 2).await;
    // Its site does not exist.
    let (id, site) = (EnrolmentId::new(number(3)), SiteId::new(number(99)));
    let lost = Enrolment { id, site, ..fine.clone() };
    dynamo.enrolments().commit(&[build::begun(lost.clone())]).await.unwrap();
    spoil(&dynamo, spoiled.id.as_str()).await;
    let order = json!({ "to": new.id, "step": new.actions[0].id });
    for path in ["moves/preview", "moves"] {
        let moved = post(&router, &format!("/v1/programs/{}/{path}", old.id), &order).await;
        assert_eq!(moved.status, 200, "{path}: {:?}", moved.json);
        assert_eq!(moved.json["moved"][0]["enrolment"], json!(fine.id), "{path}");
        let refused = moved.json["refused"].as_array().unwrap();
        let whom: Vec<_> = refused.iter().map(|it| it["enrolment"].clone()).collect();
        assert_eq!(whom, [json!(spoiled.id), json!(lost.id)], "{path}");
        for one in refused {
            assert!(one["why"].as_str().unwrap().contains("cannot be read"), "{one}");
        }
    }
    let left = get(&router, &format!("/v1/programs/{}/patients", old.id)).await.json;
    assert_eq!(left["items"][0]["enrolment"], json!(lost.id), "they stay as they were");
}

/// Maria on a program of which something cannot be read: it was taken out of sending for that. Answers her
/// enrolment and the path of the work.
async fn parked(clinic: &Clinic) -> (EnrolmentId, String) {
    let added = clinic.enrol(ProgramType::General, &json!({})).await;
    let id = EnrolmentId::parse(added["id"].as_str().unwrap()).unwrap();
    let advance = format!("/v1/enrolments/{id}/advance");
    assert_eq!(clinic.send("POST", &advance, 1, &json!({})).await.status, 200);
    let work = unreadable(&id);
    clinic.dynamo.enrolments().park(id.as_str(), &work).await.unwrap();
    assert_eq!(due_key(clinic, &id).await, None);
    (id, format!("/v1/work-list/{}", work.id))
}

/// What sweeps raise.
fn unreadable(id: &EnrolmentId) -> WorkItem {
    WorkItem {
        id: WorkId::for_cause(&["unreadable", id.as_str()]),
        kind: WorkKind::Unreadable,
        since: build::at(NOW),
        summary: "An enrolment was taken out of sending.".to_owned(),
        enrolment: Some(id.clone()),
        program: None,
        patient: None,
        site: None,
        same_as: Vec::new(),
        reply: None,
    }
}

/// Where the due index has it.
async fn due_key(clinic: &Clinic, id: &EnrolmentId) -> Option<String> {
    let key = ("enrolments", id.to_string(), "ENROLMENT".to_owned());
    let dump = clinic.dynamo.dump().await;
    dump[&key].get("due_key").map(|key| key.as_s().unwrap().clone())
}

#[tokio::test]
async fn who_was_taken_out_of_sending_goes_on_when_the_work_of_it_is_resolved() {
    let clinic = clinic().await;
    let (id, work) = parked(&clinic).await;
    let shown = clinic.get(&format!("/v1/enrolments/{id}")).await.json;
    let done = json!({ "outcome": "done" });
    assert_eq!(clinic.post(&format!("{work}/resolve"), &done).await.status, 200);
    let due = shown["next_action"]["due"].as_str().unwrap_or_else(|| panic!("{shown}"));
    let key = due_key(&clinic, &id).await.unwrap();
    assert_eq!(key.split('|').next().map(build::at), Some(build::at(due)));
    let stored = clinic.dynamo.enrolments().enrolment(&id).await.unwrap().unwrap();
    assert_eq!(json!(stored.revision), json!(shown["version"].as_u64().unwrap() + 1));
    assert_eq!(clinic.get(&work).await.status, 404);
    // Should it still not be readable, it comes back.
    clinic.dynamo.enrolments().park(id.as_str(), &unreadable(&id)).await.unwrap();
    assert_eq!(clinic.get(&work).await.status, 200);
}

#[tokio::test]
async fn work_about_what_cannot_be_read_still_is_not_resolved() {
    let clinic = clinic().await;
    let (id, work) = parked(&clinic).await;
    clinic.dynamo.spoil("enrolments", id.as_str(), "ENROLMENT").await;
    let before = clinic.dynamo.dump().await;
    let done = json!({ "outcome": "done" });
    let refused = clinic.post(&format!("{work}/resolve"), &done).await;
    assert_eq!(refused.status, 409, "{:?}", refused.json);
    assert!(refused.json["detail"].as_str().unwrap().contains("resolve this then"));
    assert_eq!(clinic.dynamo.dump().await, before);
}

#[tokio::test]
async fn other_work_about_it_is_not_resolved_either_for_it_may_be_all_that_says_so() {
    let clinic = clinic().await;
    let (id, _) = parked(&clinic).await;
    let other = WorkItem { id: WorkId::for_cause(&["another"]), ..unreadable(&id) };
    clinic.dynamo.work_list().raise(&other).await.unwrap();
    clinic.dynamo.spoil("enrolments", id.as_str(), "ENROLMENT").await;
    let before = clinic.dynamo.dump().await;
    let resolve = format!("/v1/work-list/{}/resolve", other.id);
    let refused = clinic.post(&resolve, &json!({ "outcome": "done" })).await;
    assert_eq!(refused.status, 409, "{:?}", refused.json);
    assert_eq!(clinic.dynamo.dump().await, before);
}
