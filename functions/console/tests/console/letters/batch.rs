//! Letters that are printed together.

use aws::http::Role;
use http::StatusCode;

use super::{died, ids, office, states};

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
    died(&office).await;
    testkit::letters::list(&office.dynamo, 2, &testkit::build::site().id).await;
    let desk = office.person(Role::FrontDesk).await;
    let page = desk.post("/app/letters/batches", &[("do", "all")]).await;
    // All of them are Maria's: nothing can be printed.
    assert_eq!(page.status, StatusCode::CONFLICT);
    page.shows("Waits to be printed");
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
