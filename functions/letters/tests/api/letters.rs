//! Letters: looked through, opened, posted, returned.

use app::ports::{Letters, Paper, People, WorkList};
use domain::distribution::AuditedAct;
use domain::patient::Patient;
use domain::phi::Phi;
use domain::program::Addressee;
use domain::work::WorkKind;
use serde_json::{Value, json};
use testkit::build;

use crate::support::{Clinic, clinic};

fn ids(answer: &Value) -> Vec<&str> {
    answer["items"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_list_is_narrowed_and_comes_in_pages() {
    let clinic = clinic(5).await;
    let all: Vec<_> = clinic.letters.iter().map(|letter| letter.id.to_string()).collect();
    let mut found = Vec::new();
    let mut path = "/v1/letters?limit=2".to_owned();
    loop {
        let page = clinic.get(&path).await.json;
        found.extend(ids(&page).into_iter().map(str::to_owned));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/letters?limit=2&cursor={next}");
    }
    assert_eq!(found, all);
    let program = build::program(Vec::new()).id;
    let table = [
        ("site=harbour".to_owned(), 5),
        ("site=nowhere".to_owned(), 0),
        ("state=waiting".to_owned(), 5),
        ("state=posted".to_owned(), 0),
        ("from=2026-11-22&to=2026-11-22".to_owned(), 5),
        ("from=2026-11-23".to_owned(), 0),
        ("to=2026-11-21".to_owned(), 0),
        ("from=2026-11-23&to=2026-11-21".to_owned(), 0),
        (format!("program={program}&state=waiting&print=mail"), 5),
        (format!("program={program}&print=epost"), 0),
        ("program=prog_00000000000000000000000099".to_owned(), 0),
        (format!("patient={}", build::patient().id), 5),
        ("patient=pat_00000000000000000000000099".to_owned(), 0),
    ];
    for (query, expected) in table {
        let answer = clinic.get(&format!("/v1/letters?{query}")).await.json;
        assert_eq!(ids(&answer).len(), expected, "{query}");
    }
}

#[tokio::test]
async fn a_link_is_signed_names_no_patient_and_is_kept() {
    let clinic = clinic(1).await;
    let id = &clinic.letters[0].id;
    let answer = clinic.post(&format!("/v1/letters/{id}/link"), &json!({})).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    let url = answer.json["url"].as_str().unwrap();
    assert!(url.contains("X-Amz-Expires=300") && url.contains("X-Amz-Signature="), "{url}");
    assert!(!url.contains("Rossi") && !url.contains(build::patient().id.as_str()), "{url}");
    assert_eq!(answer.json["until"], "2026-11-22T08:05:00Z");
    let audited = clinic.dynamo.letters().audited(Paper::Letter(id)).await.unwrap();
    assert_eq!((audited.len(), audited[0].what), (1, AuditedAct::Opened));
    let shown = clinic.get(&format!("/v1/letters/{id}")).await.json;
    let expected =
        json!([{ "at": "2026-11-22T08:00:00Z", "by": "person-1", "what": "opened", "why": null }]);
    assert_eq!(shown["history"], expected);
}

#[tokio::test]
async fn a_letter_that_came_back_marks_its_address_until_another_is_written_down() {
    let clinic = clinic(1).await;
    let id = clinic.letters[0].id.clone();
    let path = |what: &str| format!("/v1/letters/{id}/{what}");
    let why = json!({ "why": "unknown at this address" });
    let refused = clinic.post(&path("returned"), &why).await;
    assert_eq!(refused.status, 409, "it was never printed: {}", refused.json);
    assert!(marks(&clinic).await.is_none(), "what is refused marks nothing");
    assert_eq!(clinic.post(&path("posted"), &json!({})).await.status, 200);
    for _ in 0..2 {
        let answer = clinic.post(&path("returned"), &why).await;
        assert_eq!(answer.json["state"]["name"], "returned", "{}", answer.json);
    }
    let patient = marks(&clinic).await.expect("the address is marked");
    let work = clinic.dynamo.work_list().open().await.unwrap();
    let [item] = work.as_slice() else { panic!("{work:?}") };
    assert_eq!(item.item.kind, WorkKind::BadAddress);
    assert_eq!(item.item.patient, Some(patient.id.clone()));
    let moved = Patient {
        revision: patient.revision + 1,
        address: Some(Phi::new(build::address("3 Elm Street"))),
        ..patient.clone()
    };
    clinic.dynamo.people().save_patient(&patient, &moved).await.unwrap();
    assert!(marks(&clinic).await.is_none(), "another address is not touched by it");
}

/// The patient, if letters to them come back.
async fn marks(clinic: &Clinic) -> Option<Patient> {
    let patient = clinic.dynamo.people().patient(&build::patient().id).await.unwrap().unwrap();
    patient.returned_from(Addressee::Patient).is_some().then_some(patient)
}

#[tokio::test]
async fn an_address_that_was_corrected_before_the_letter_came_back_is_not_marked() {
    let clinic = clinic(1).await;
    let id = &clinic.letters[0].id;
    let before = build::patient_with_post();
    let moved = Patient {
        revision: 2,
        address: Some(Phi::new(build::address("3 Elm Street"))),
        ..before.clone()
    };
    clinic.dynamo.people().save_patient(&before, &moved).await.unwrap();
    clinic.post(&format!("/v1/letters/{id}/posted"), &json!({})).await;
    let why = json!({ "why": "moved" });
    let answer = clinic.post(&format!("/v1/letters/{id}/returned"), &why).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    assert!(marks(&clinic).await.is_none());
    let work = clinic.dynamo.work_list().open().await.unwrap();
    assert!(work[0].item.summary.contains("changed since"), "{}", work[0].item.summary);
}

#[tokio::test]
async fn a_cursor_of_a_list_with_other_filters_is_refused_and_skips_nobody() {
    let clinic = clinic(2).await;
    let page = clinic.get("/v1/letters?limit=1").await.json;
    let next = page["next"].as_str().unwrap();
    let other = clinic.get(&format!("/v1/letters?limit=1&state=posted&cursor={next}")).await;
    assert_eq!(other.status, 400, "{}", other.json);
    assert_eq!(other.parameters(), ["cursor"]);
}
