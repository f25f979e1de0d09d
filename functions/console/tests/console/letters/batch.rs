//! Letters that are printed together.

use app::ports::{Letters as _, People as _};
use aws::http::Role;
use domain::distribution::ListedLetter;
use domain::ids::PatientId;
use domain::patient::Patient;
use domain::text::Label;
use http::StatusCode;
use serde_json::json;
use testkit::build;
use testkit::letters::waiting;

use super::{ids, office, states};
use crate::support::Trouble;

#[tokio::test]
async fn those_that_are_ticked_are_printed_opened_and_posted() {
    let office = office(3).await;
    let ids = ids(&office).await;
    let desk = office.person(Role::FrontDesk).await;
    let form = [("do", "ticked"), ("letter", &*ids[0]), ("letter", &*ids[2]), ("sides", "both")];
    let taken = desk.post("/app/letters/batches", &form).await;
    let batch = taken.location().split('?').next().unwrap().to_owned();
    let page = desk.get(taken.location()).await;
    page.shows("The batch is made.").shows("Batch of 2 letters").shows("both sides");
    page.shows("Not yet").shows("by you").shows("Next: open the PDF and print it.");
    assert_eq!(states(&office).await.iter().filter(|it| *it == "printed").count(), 2);

    let page = desk.post(&format!("{batch}/open"), &[]).await;
    assert_eq!(page.status, StatusCode::OK);
    page.shows("Open the PDF in a new tab").shows("good until Mon 23 Nov 2026, 10:05");
    page.has("X-Amz-Signature=").shows("Opened");

    desk.get(&batch).await.shows("Mark 2 letters as posted");
    let page = desk.sent(&format!("{batch}/posted"), &[]).await;
    page.shows("Marked as posted.").shows("In the post").lacks("Not yet").lacks("Next: open");
    assert_eq!(states(&office).await.iter().filter(|it| *it == "posted").count(), 2);
}

#[tokio::test]
async fn all_that_wait_are_printed_by_one_button_once() {
    let office = office(2).await;
    let desk = office.person(Role::FrontDesk).await;
    let form = [("do", "all"), ("of_state", "waiting"), ("of_site", "harbour")];
    desk.sent("/app/letters/batches", &form).await.shows("Batch of 2 letters");
    let page = desk.post("/app/letters/batches", &form).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    let whole = [("do", "all"), ("of_state", "")];
    assert_eq!(desk.post("/app/letters/batches", &whole).await.status, StatusCode::CONFLICT);
    let (sent, stale) = tokio::join!(states(&office), desk.get("/app/letters"));
    assert_eq!(sent, ["printed", "printed"]);
    stale.shows("No letter waits to be printed.");
}

#[tokio::test]
async fn what_does_not_wait_any_more_is_named_as_people_know_it_and_the_ticks_stay() {
    let office = office(2).await;
    let ids = ids(&office).await;
    let desk = office.person(Role::FrontDesk).await;
    desk.sent("/app/letters/batches", &[("do", "ticked"), ("letter", &ids[0])]).await;
    let both = [("do", "ticked"), ("letter", &*ids[0]), ("letter", &*ids[1]), ("sides", "both")];
    let page = desk.post("/app/letters/batches", &both).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    page.shows("“Visit letter” to Maria Rossi").has(&format!("value=\"{}\" checked", ids[1]));
    page.has("value=\"both\" selected").lacks(&ids[0]);
    let page = desk.post("/app/letters/batches", &[("do", "ticked")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("No letter is ticked.");
}

#[tokio::test]
async fn who_was_left_out_is_told() {
    let office = office(1).await;
    let luca = Patient {
        id: PatientId::new(build::number(55)),
        identifiers: [].into(),
        ..build::patient_with_post()
    };
    office.dynamo.people().create_patient(&luca).await.unwrap();
    let of_luca = ListedLetter {
        patient: luca.id.clone(),
        title: Label::parse("Recall letter").unwrap(),
        ..waiting(2, &build::site().id)
    };
    office.dynamo.letters().put_on_list(&of_luca).await.unwrap();
    // Put on the list before: then he wanted no letters any more.
    let no_letters = json!({ "channels": ["letter"], "how": "asked at the desk" });
    office.api("POST", &format!("/v1/patients/{}/opt-out", luca.id), &no_letters).await;
    let desk = office.person(Role::FrontDesk).await;
    let form = [("do", "all"), ("of_state", "waiting"), ("of_site", "harbour")];
    let page = desk.post("/app/letters/batches", &form).await;
    assert_eq!(page.status, StatusCode::CREATED, "{}", page.text());
    page.shows("Batch of 1 letter").shows("1 letter was left out");
    page.shows("“Recall letter” to Maria Rossi : The patient").shows("opted out");
    page.shows("They wait still").lacks("POST").lacks("Print once more");
    page.has(&format!("<a href=\"/app/letters/{}\">", of_luca.id));
    assert_eq!(
        office.read(&format!("/v1/letters/{}", of_luca.id)).await["state"]["name"],
        "waiting"
    );
    // Where all are left out, nothing is printed, and the list says so.
    let page = desk.post("/app/letters/batches", &form).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn the_rest_of_a_site_is_printed_from_the_list_of_that_site() {
    let office = office(100).await;
    let desk = office.person(Role::FrontDesk).await;
    let form = [("do", "all"), ("of_state", "waiting"), ("of_site", "harbour")];
    let page = desk.post("/app/letters/batches", &form).await;
    page.shows("Batch of 99 letters").shows("Others wait still");
    page.has("<a href=\"/app/letters?site=harbour&amp;state=waiting\">Print once more</a>");
}

#[tokio::test]
async fn a_batch_that_is_not_marked_as_posted_says_so_on_its_own_page() {
    let office = office(1).await;
    let desk = office.person(Role::FrontDesk).await;
    let taken = desk.post("/app/letters/batches", &[("do", "all")]).await;
    let batch = taken.location().split('?').next().unwrap().to_owned();
    office.troubles.lock().unwrap().push_back(Trouble::Refusal(StatusCode::CONFLICT, None));
    let page = desk.post(&format!("{batch}/posted"), &[]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    page.shows("Batch of 1 letter").has("class=\"alert\"").shows("Mark 1 letter as posted");
}

#[tokio::test]
async fn a_viewer_sees_a_batch_and_cannot_act() {
    let office = office(1).await;
    let desk = office.person(Role::FrontDesk).await;
    let taken = desk.post("/app/letters/batches", &[("do", "all")]).await;
    let batch = taken.location().split('?').next().unwrap().to_owned();
    let viewer = office.person(Role::Viewer).await;
    viewer.get(&batch).await.shows("Batch of 1 letter").lacks("Open the PDF").lacks("Mark 1");
    for path in
        [format!("{batch}/open"), format!("{batch}/posted"), "/app/letters/batches".to_owned()]
    {
        let page = viewer.post(&path, &[("do", "all")]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
    }
    let nothing = viewer.get("/app/letters/batches/nothing").await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
}
