//! What happened on a program keeps its name when the program is deleted.

use app::ports::{Catalogue, Change, Enrolments};
use domain::enrolment::Decision;
use domain::ids::{EnrolmentId, WorkId};
use domain::program::ProgramType;
use domain::work::{WorkItem, WorkKind};
use serde_json::{Value, json};
use testkit::build::{self, at};

use crate::support::{Clinic, NOW, clinic, program};

/// Something that waits for a person, about a program that may be gone by then.
fn work(id: &str) -> WorkItem {
    WorkItem {
        id: WorkId::for_cause(&[id]),
        kind: WorkKind::Exhausted,
        since: at(NOW),
        summary: "The patient has not booked.".into(),
        enrolment: None,
        program: Some(program(ProgramType::General).id),
        patient: Some(build::patient().id),
        site: None,
        same_as: Vec::new(),
        reply: None,
    }
}

/// Maria's enrolment on a program that was deleted when it had ended.
async fn ended_and_deleted(clinic: &Clinic) -> String {
    let added = clinic.enrol(ProgramType::General, &json!({})).await;
    let id = added["id"].as_str().unwrap().to_owned();
    assert_eq!(added["program"]["deleted"], false);
    let why = json!({ "why": "moved away" });
    let ended = clinic.send("POST", &format!("/v1/enrolments/{id}/end"), 1, &why).await;
    assert_eq!(ended.status, 200, "{:?}", ended.json);
    clinic.store(vec![], None, vec![work("open"), work("done")]).await;
    clinic.dynamo.catalogue().delete_program(&program(ProgramType::General)).await.unwrap();
    id
}

#[tokio::test]
async fn who_was_on_a_deleted_program_is_shown_with_the_name_it_had() {
    let clinic = clinic().await;
    let id = ended_and_deleted(&clinic).await;
    let gone = program(ProgramType::General);
    let was = json!({ "id": gone.id, "name": "Our general", "type": "general", "deleted": true });

    let path = format!("/v1/patients/{}/enrolments?include=ended", build::patient().id);
    let listed = clinic.get(&path).await.json;
    assert_eq!(listed["items"][0]["program"], was, "{listed}");
    assert_eq!(listed["items"][0]["of"], 1);
    let one = clinic.get(&format!("/v1/enrolments/{id}")).await.json;
    assert_eq!((&one["program"], &one["steps"]), (&was, &json!([])));
    let history = clinic.get(&format!("/v1/enrolments/{id}/history?all=true")).await.json;
    assert_eq!(history["items"][0]["summary"], "Enrolled on “Our general”.", "{history}");
    let ahead = clinic.get(&format!("/v1/enrolments/{id}/timeline")).await;
    assert_eq!((ahead.status.as_u16(), &ahead.json["items"]), (200, &json!([])));
}

#[tokio::test]
async fn work_about_a_deleted_program_is_shown_with_the_name_it_had() {
    let clinic = clinic().await;
    ended_and_deleted(&clinic).await;
    let was = json!({
        "id": program(ProgramType::General).id, "name": "Our general", "deleted": true,
    });
    let listed = clinic.get("/v1/work-list?kind=exhausted").await.json;
    assert_eq!(listed["items"].as_array().unwrap().len(), 2, "{listed}");
    assert_eq!(listed["items"][0]["program"], was);
    let path = format!("/v1/work-list/{}", work("done").id);
    let outcome = json!({ "outcome": "no_answer" });
    let resolved = clinic.post(&format!("{path}/resolve"), &outcome).await;
    assert_eq!((resolved.status.as_u16(), &resolved.json["program"]), (200, &was));
    let kept = clinic.get("/v1/work-list/resolved?month=2026-11").await.json;
    assert_eq!(kept["items"][0]["program"], was, "{kept}");
}

#[tokio::test]
async fn a_page_asks_once_for_each_program_that_was_deleted() {
    let clinic = clinic().await;
    let id = ended_and_deleted(&clinic).await;
    // Ten more of the same program.
    let id = EnrolmentId::parse(&id).unwrap();
    let ended = clinic.dynamo.enrolments().enrolment(&id).await.unwrap().unwrap();
    for n in 0..10 {
        let enrolment = domain::enrolment::Enrolment {
            id: EnrolmentId::new(build::number(500 + n)),
            revision: 1,
            ..ended.clone()
        };
        let decision = Decision { enrolment, effects: vec![] };
        let change = Change::new(None, decision, &[]);
        clinic.dynamo.enrolments().commit(&[change]).await.unwrap();
    }
    let before = queries(&clinic);
    let path = format!("/v1/patients/{}/enrolments?include=ended", build::patient().id);
    let listed = clinic.get(&path).await.json;
    assert_eq!(listed["items"].as_array().unwrap().len(), 11);
    assert_ne!(listed["items"][10]["program"]["name"], Value::Null);
    // The patient's, the programs, the deleted one, the sites.
    assert_eq!(queries(&clinic) - before, 4);
}

fn queries(clinic: &Clinic) -> usize {
    clinic.dynamo.wire.calls().get("Query").copied().unwrap_or_default()
}
