//! All of one item.

use app::ports::People as _;
use aws::http::Role;
use domain::enrolment::HoldReason;
use domain::ids::PatientId;
use domain::patient::Patient;
use domain::work::WorkKind;
use http::StatusCode;
use testkit::build;

use super::{about, held, office, open, paused, raise, resolved, unmatched};
use crate::support::Office;

#[tokio::test]
async fn it_shows_what_waits_and_where_the_program_stands_to_each_role() {
    let office = office().await;
    let (work, _) = paused(&office).await;
    let path = format!("/app/work/{work}");
    let page = office.person(Role::Viewer).await.get(&path).await;
    page.shows("Maria Rossi").shows("Care after surgery").shows("With nobody");
    page.shows("Pause: waits for a person").shows("SMS “Confirmation”: still to come");
    page.lacks("Resolve it").lacks("Write the note").lacks("Take it");
    let page = office.person(Role::FrontDesk).await.get(&path).await;
    page.shows("Take it").shows("Write the note").shows("Go on").shows("End the program");
    page.shows("2 actions of this cycle are still to come");
    page.lacks("Try it again").lacks("A clinician has looked").lacks("Leave it as it is");
    office.person(Role::Clinician).await.get(&path).await.shows("A clinician has looked");
}

#[tokio::test]
async fn it_is_given_to_somebody_written_about_and_resolved() {
    let office = office().await;
    let (work, enrolment) = paused(&office).await;
    let desk = office.person(Role::FrontDesk).await;
    let to = |what: &str| format!("/app/work/{work}/{what}");
    desk.sent(&to("assign"), &[("to", "me")]).await.shows("It is yours now.").shows("Give it back");
    let given = desk.sent(&to("assign"), &[("to", "person-admin")]).await;
    given.shows("Given to them.").shows("With somebody");
    desk.sent(&to("assign"), &[("to", "")]).await.shows("With nobody");
    let page = desk.sent(&to("notes"), &[("text", "Rang.\nNo answer.")]).await;
    page.shows("The note is kept.").shows("Rang. No answer.").shows("you, Mon 23 Nov 2026, 10:00");
    let form = [("outcome", "no_answer"), ("note", "rang twice"), ("then", "advance")];
    desk.sent(&to("resolve"), &form).await.shows("Resolved.");
    assert_eq!(office.read(&format!("/v1/enrolments/{enrolment}")).await["status"], "active");
    let kept = resolved(&office).await;
    assert_eq!(kept[0]["resolved"]["outcome"], "no_answer");
    let page = desk.get("/app/work/resolved").await;
    page.shows("No answer: the patient was not reached").shows("rang twice").shows("Maria Rossi");
    let gone = desk.get(&format!("/app/work/{work}")).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    gone.shows("This waits no more");
}

#[tokio::test]
async fn what_is_refused_is_said_beside_what_was_typed() {
    let office = office().await;
    let (work, _) = paused(&office).await;
    let desk = office.person(Role::FrontDesk).await;
    let to = |what: &str| format!("/app/work/{work}/{what}");
    let page = desk.post(&to("notes"), &[("text", "")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.has("id=\"f-text-error\"");
    let page = desk.post(&to("resolve"), &[("outcome", "done"), ("note", "rang twice")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    page.shows("say what happens to it").shows("rang twice").has("value=\"done\" checked");
    let page = desk.post(&to("resolve"), &[("note", "rang twice"), ("then", "advance")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.has("id=\"f-outcome-error\"").has("value=\"advance\" checked");
    let clinical = [("outcome", "clinical_review"), ("then", "advance")];
    let page = desk.post(&to("resolve"), &clinical).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert_eq!(open(&office).await.len(), 1);
}

#[tokio::test]
async fn what_may_have_been_sent_is_tried_again_only_by_who_says_that_it_was_not_received() {
    let office = office().await;
    let (_, enrolment) = paused(&office).await;
    let id = held(&office, &enrolment, HoldReason::Unclear, WorkKind::Unclear).await;
    let desk = office.person(Role::FrontDesk).await;
    let path = format!("/app/work/{id}");
    let page = desk.get(&path).await;
    page.shows("The patient has not received the message").shows("Leave it as it is");
    let form = [("outcome", "done"), ("then", "retry")];
    let page = desk.post(&format!("{path}/resolve"), &form).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    page.has("value=\"retry\" checked").has_not("value=\"on\" checked");
    let form = [("outcome", "done"), ("then", "retry"), ("not_received", "on")];
    desk.sent(&format!("{path}/resolve"), &form).await.shows("Resolved.");
    let shown = office.read(&format!("/v1/enrolments/{enrolment}")).await;
    assert_eq!(shown["status"], "active");
}

#[tokio::test]
async fn the_doubt_about_a_letter_beside_a_hold_of_something_else_moves_nothing() {
    let office = office().await;
    let (_, enrolment) = paused(&office).await;
    let id = raise(&office, &about(WorkKind::Unclear, &enrolment)).await;
    let desk = office.person(Role::FrontDesk).await;
    let path = format!("/app/work/{id}");
    let form = [("outcome", "done"), ("then", "retry"), ("not_received", "on")];
    let page = desk.post(&format!("{path}/resolve"), &form).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    page.shows("The patient's program does not wait for this.");
    page.has("value=\"on\" checked").has("value=\"retry\" checked");
    let form = [("outcome", "done"), ("then", "")];
    desk.sent(&format!("{path}/resolve"), &form).await.shows("Resolved.");
    let shown = office.read(&format!("/v1/enrolments/{enrolment}")).await;
    assert_eq!(shown["status"], "held", "its own hold waits still");
}

#[tokio::test]
async fn a_program_that_cannot_be_read_is_said_on_a_page_that_is_there_all_the_same() {
    let office = office().await;
    let (work, enrolment) = paused(&office).await;
    office.dynamo.spoil("enrolments", &enrolment, "ENROLMENT").await;
    let page = office.person(Role::FrontDesk).await.get(&format!("/app/work/{work}")).await;
    assert_eq!(page.status, StatusCode::OK);
    page.shows("The patient's program cannot be read just now.").shows("Resolve it");
}

/// Maria twice, and the question whether she is one: the ids of the work, of the new record and of the old.
async fn twice(office: &Office) -> [String; 3] {
    let known = build::patient().id;
    let new = Patient {
        id: PatientId::new(build::number(55)),
        identifiers: [].into(),
        ..build::patient()
    };
    office.dynamo.people().create_patient(&new).await.unwrap();
    let work = raise(office, &build::question(&new.id, std::slice::from_ref(&known))).await;
    [work, new.id.to_string(), known.to_string()]
}

#[tokio::test]
async fn two_records_are_shown_side_by_side_and_an_admin_merges_them() {
    let office = office().await;
    let [work, new, known] = twice(&office).await;
    let path = format!("/app/work/{work}");
    let page = office.person(Role::FrontDesk).await.get(&path).await;
    page.shows("New record Record that was there").shows("17 Wattle Street");
    page.shows("ask an admin to merge").lacks("keep the new record").shows("choose “Not needed”");
    let admin = office.person(Role::Admin).await;
    admin
        .get(&path)
        .await
        .shows("This cannot be undone")
        .shows("Merge, keep the record that was there");
    let form = [("from", &*new), ("into", &*known)];
    admin.sent(&format!("{path}/merge"), &form).await.shows("The records are merged.");
    let merged = office.read(&format!("/v1/patients/{new}")).await;
    assert_eq!(merged["merged_into"], known.as_str());
    assert!(open(&office).await.is_empty());
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_no_bar_to_resolving_the_question() {
    let office = office().await;
    let [work, _, known] = twice(&office).await;
    office.dynamo.spoil("people", &known, "PATIENT").await;
    let path = format!("/app/work/{work}");
    let admin = office.person(Role::Admin).await;
    let page = admin.get(&path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    page.shows("New record").shows("0491 570 006 Cannot be read");
    page.shows("A record that cannot be read cannot be merged.").lacks("This cannot be undone");
    admin.sent(&format!("{path}/resolve"), &[("outcome", "not_needed")]).await.shows("Resolved.");
}

#[tokio::test]
async fn two_people_are_not_asked_about_again() {
    let office = office().await;
    let [work, ..] = twice(&office).await;
    let desk = office.person(Role::FrontDesk).await;
    let to = format!("/app/work/{work}");
    let page = desk.post(&format!("{to}/merge"), &[("from", "x"), ("into", "y")]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    desk.sent(&format!("{to}/resolve"), &[("outcome", "not_needed")]).await.shows("Resolved.");
}

#[tokio::test]
async fn what_is_about_nothing_else_has_no_program_to_decide_on() {
    let office = office().await;
    let id = raise(&office, &unmatched(1)).await;
    let desk = office.person(Role::FrontDesk).await;
    let page = desk.get(&format!("/app/work/{id}")).await;
    page.shows("Booking B-1 could not be matched.").lacks("The patient's program");
    desk.sent(&format!("/app/work/{id}/resolve"), &[("outcome", "done")]).await;
    assert!(open(&office).await.is_empty());
    let gone = desk.post(&format!("/app/work/{id}/notes"), &[("text", "late")]).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    for id in ["nothing", "..%2Fletters"] {
        let gone = desk.get(&format!("/app/work/{id}")).await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND, "{id}");
    }
}
