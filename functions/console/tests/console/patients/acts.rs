//! An enrolment: where it stands, what happened, what lies ahead, and what staff do.

use aws::http::Role;
use http::StatusCode;

use super::enrolled;
use crate::support::Office;

#[tokio::test]
async fn a_viewer_reads_all_of_it_and_does_nothing() {
    let office = Office::open().await;
    let (maria, enrolment) = enrolled(&office).await;
    let viewer = office.person(Role::Viewer).await;
    let here = format!("/app/enrolments/{enrolment}");
    let page = viewer.get(&here).await;
    page.shows("Six-monthly call").shows("Recall").shows("Harbour Clinic").shows("1 of 1");
    page.shows("Pause").shows("SMS “Time for a visit”").shows("To come").shows("It will be sent.");
    page.shows("It waits for a person.").lacks("What to do").lacks("End it");
    page.has(&format!("href=\"/app/patients/{maria}\""));
    let program = office.read(&format!("/v1/enrolments/{enrolment}")).await["program"].clone();
    page.has(&format!("href=\"/app/programs/{}\"", super::id(&program)));
    let page = viewer.get(&format!("{here}/history")).await;
    page.shows("Date Description By").lacks("Enrolled");
    viewer.get(&format!("{here}/history?all=on")).await.shows("Somebody here");
    let page = viewer.get(&format!("{here}/timeline")).await;
    page.shows("Will be sent").shows("Hi Maria, please call Harbour Clinic.").shows("Cycle 1");
    page.has("<svg class=\"chart\"").shows("Hollow: skipped, fails, or waits for a person");
    for act in ["advance", "skip", "retry", "end", "reference-date"] {
        let fields = [("version", "\"1\""), ("why", "x"), ("date", "2027-04-01")];
        let page = viewer.post(&format!("{here}/{act}"), &fields).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{act}");
    }
}

#[tokio::test]
async fn each_act_says_what_will_happen_and_does_it_once() {
    let office = Office::open().await;
    let (_, enrolment) = enrolled(&office).await;
    let desk = office.person(Role::FrontDesk).await;
    let here = format!("/app/enrolments/{enrolment}");
    let page = desk.get(&here).await;
    page.shows("What the pause asked for is dealt with. Next comes step 2, SMS “Time for a visit”");
    page.lacks("Try again").lacks("Skip the next");
    let first = page.hidden("version");
    let page = desk.sent(&format!("{here}/advance"), &[("version", &first)]).await;
    page.shows("It goes on.")
        .shows("Active")
        .shows("Skip the next action")
        .lacks("It waits for a person");
    page.shows("SMS on Wed 17 Mar 2027");

    // The same again, from a page of before.
    let page = desk.post(&format!("{here}/advance"), &[("version", &first)]).await;
    assert_eq!(page.status, StatusCode::PRECONDITION_FAILED);
    page.shows(
        "perhaps by your own first press. Look at where it stands now before you do it again.",
    );
    page.shows(
        "It stands so: Active cycle 1 of 1, at step 2, SMS “Time for a visit”. Next: SMS on",
    );
    let version = page.hidden("version");
    assert_ne!(version, first);

    let fields = [("version", version.as_str()), ("date", "2027-04-30")];
    let page = desk.sent(&format!("{here}/reference-date"), &fields).await;
    page.shows("The reference date is changed").shows("Fri 30 Apr 2027").shows("Fri 16 Apr 2027");
    let version = page.hidden("version");
    let page = desk.sent(&format!("{here}/skip"), &[("version", &version)]).await;
    page.shows("The action is left out").shows("Completed").lacks("What to do");
    desk.get(&format!("{here}/timeline")).await.shows("Nothing lies ahead");
    let page = desk.get(&format!("{here}/history?all=on")).await;
    page.shows("You").shows("The next action was left out");
}

#[tokio::test]
async fn it_is_ended_with_a_reason_that_is_not_lost_when_somebody_was_quicker() {
    let office = Office::open().await;
    let (_, enrolment) = enrolled(&office).await;
    let desk = office.person(Role::FrontDesk).await;
    let here = format!("/app/enrolments/{enrolment}");
    let page = desk.get(&here).await;
    page.shows("For good: 2 actions of this cycle will not happen");
    let version = page.hidden("version");
    let page = desk.post(&format!("{here}/end"), &[("version", &version)]).await;
    assert!(page.status.is_client_error(), "{}", page.status);
    page.shows("Why it ends ");
    desk.sent(&format!("{here}/advance"), &[("version", &version)]).await;
    let fields = [("version", version.as_str()), ("why", "moved away")];
    let page = desk.post(&format!("{here}/end"), &fields).await;
    assert_eq!(page.status, StatusCode::PRECONDITION_FAILED);
    page.has("value=\"moved away\"");
    let version = page.hidden("version");
    let page =
        desk.sent(&format!("{here}/end"), &[("version", &version), ("why", "moved away")]).await;
    page.shows("Ended. Nothing more is sent").shows("It ended: Ended by staff");
    assert_eq!(office.read(&format!("/v1/enrolments/{enrolment}")).await["status"], "ended");
}

#[tokio::test]
async fn what_cannot_be_done_says_why() {
    let office = Office::open().await;
    let (_, enrolment) = enrolled(&office).await;
    let desk = office.person(Role::FrontDesk).await;
    let here = format!("/app/enrolments/{enrolment}");
    let version = desk.get(&here).await.hidden("version");
    let page = desk.post(&format!("{here}/retry"), &[("version", &version)]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    page.shows("at a pause; advance it instead");
    let page = desk.post(&format!("{here}/dance"), &[("version", &version)]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    let fields = [("version", version.as_str()), ("date", "2299-01-01")];
    let page = desk.post(&format!("{here}/reference-date"), &fields).await;
    page.shows("New reference date ").has("value=\"2299-01-01\"");
}
