//! A letter's story.

use aws::http::Role;
use domain::distribution::{LetterState, Reason};
use http::StatusCode;

use super::{died, ids, office, standing, states};

#[tokio::test]
async fn it_says_where_it_stands_and_what_to_do_next() {
    let office = office(1).await;
    let path = format!("/app/letters/{}", ids(&office).await[0]);
    let page = office.person(Role::Viewer).await.get(&path).await;
    page.shows("Letter “Visit letter”").shows("Waits to be printed").shows("Next: Print it:");
    page.shows("Maria Rossi 17 Wattle Street MARRICKVILLE NSW 2204").shows("Booking confirmation");
    page.shows("1 page").shows("Nothing yet.").has("href=\"/app/patients/pat_");
    page.lacks("Open the PDF").lacks("Take it off the list").has_not("name=\"why");
    let page = office.person(Role::FrontDesk).await.get(&path).await;
    page.shows("Open the PDF").shows("Mark as posted").shows("Take it off the list");
    page.lacks("It came back…").lacks("Print it again");
    let none = office.person(Role::Viewer).await.get("/app/letters/nothing").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn it_is_posted_comes_back_is_printed_again_and_withdrawn_each_with_its_reason() {
    let office = office(1).await;
    let path = format!("/app/letters/{}", ids(&office).await[0]);
    let to = |what: &str| format!("{path}/{what}");
    let desk = office.person(Role::FrontDesk).await;
    desk.post(&to("open"), &[]).await.shows("Open the PDF in a new tab").shows("Opened");
    desk.sent(&to("posted"), &[]).await.shows("Marked as posted.").shows("In the post");
    let page = desk.sent(&to("returned"), &[("why-returned", "unknown here")]).await;
    page.shows("Noted that it came back.").shows("Came back").shows("“unknown here”");
    let work = office.read("/v1/work-list").await;
    assert_eq!(work["items"][0]["kind"], "bad_address");
    let work = format!("/app/work/{}", work["items"][0]["id"].as_str().unwrap());
    let page = desk.get(&work).await;
    page.shows("A letter came back from the post").shows("See the patient's letters");
    let of_maria = format!("/app/letters?patient={}", testkit::build::patient().id);
    page.has(&of_maria);
    desk.get(&of_maria).await.shows("Came back").shows("unknown here").lacks("Print all");
    page.lacks("Take it off the list");
    let page = desk.sent(&to("again"), &[("why-again", "address corrected")]).await;
    page.shows("It waits to be printed again.").shows("“address corrected”");
    let page = desk.sent(&to("withdrawn"), &[("why-withdrawn", "booked by phone")]).await;
    page.shows("Taken off the list: it is not sent.").shows("booked by phone");
    assert_eq!(states(&office).await, ["withdrawn"]);
    // Who has died gets no letter: that is said, and the reason stays.
    died(&office).await;
    let page = desk.post(&to("again"), &[("why-again", "new address")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    page.has("value=\"new address\"").has("<details class=\"confirm\" open>");
}

#[tokio::test]
async fn a_jam_of_the_printer_is_mended_by_printing_it_again() {
    let office = office(1).await;
    let path = format!("/app/letters/{}", ids(&office).await[0]);
    let desk = office.person(Role::FrontDesk).await;
    desk.sent("/app/letters/batches", &[("do", "all")]).await;
    desk.get(&path).await.shows("Printed, not posted").shows("its batch");
    let page = desk.sent(&format!("{path}/again"), &[("why-again", "the printer jammed")]).await;
    page.shows("It waits to be printed again.").shows("the printer jammed");
    desk.sent("/app/letters/batches", &[("do", "all")]).await;
    desk.get(&path).await.shows("batch 1 , batch 2");
}

#[tokio::test]
async fn a_reason_that_is_missing_is_asked_for_and_another_act_is_not_known() {
    let office = office(1).await;
    let path = format!("/app/letters/{}", ids(&office).await[0]);
    let desk = office.person(Role::FrontDesk).await;
    let page = desk.post(&format!("{path}/withdrawn"), &[("why-withdrawn", "")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.has("id=\"f-why-withdrawn-error\"");
    assert_eq!(desk.post(&format!("{path}/burn"), &[]).await.status, StatusCode::NOT_FOUND);
    let viewer = office.person(Role::Viewer).await;
    for what in ["open", "posted", "withdrawn", "again", "returned"] {
        let page = viewer.post(&format!("{path}/{what}"), &[]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{what}");
    }
    assert_eq!(states(&office).await, ["waiting"]);
}

#[tokio::test]
async fn what_epost_may_post_too_is_printed_again_only_by_who_says_that_it_may_go_twice() {
    let office = office(0).await;
    let doubt = Reason::ours("Nothing came back.".to_owned());
    let letter = standing(&office, 1, LetterState::InDoubt(doubt)).await;
    let path = format!("/app/letters/{letter}");
    let desk = office.person(Role::FrontDesk).await;
    desk.get(&path).await.shows("The ePost provider may post it too").has("name=\"twice\"");
    let why = ("why-again", "it never came");
    let page = desk.post(&format!("{path}/again"), &[why]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("Tick that it may go twice").has("value=\"it never came\"");
    assert_eq!(states(&office).await, ["in_doubt"]);
    desk.sent(&format!("{path}/again"), &[why, ("twice", "on")]).await.shows("Waits to be printed");
    assert_eq!(states(&office).await, ["waiting"]);
    // One in the post already is known to go twice; to one that waits nothing of it is said.
    desk.get(&path).await.lacks("ePost provider may post it too");
    desk.sent(&format!("{path}/posted"), &[]).await.shows("a second letter goes");
    desk.sent(&format!("{path}/again"), &[why]).await.shows("Waits to be printed");
}
