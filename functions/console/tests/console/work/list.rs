//! The page that staff see first.

use app::ports::Balances as _;
use aws::http::Role;
use testkit::build;

use super::{HOSTILE, hostile, office, paused, raise, unmatched};
use crate::support::Office;

#[tokio::test]
async fn where_nothing_waits_it_says_what_to_do_instead() {
    let office = Office::open().await;
    let page = office.person(Role::Viewer).await.get("/app/work").await;
    page.shows("Nothing waits for a person.").shows("print the letters that wait");
    page.shows("0 wait for a person nothing to do").shows("There is none yet");
}

#[tokio::test]
async fn a_viewer_sees_what_waits_since_when_and_with_whom_and_no_forms() {
    let office = office().await;
    paused(&office).await;
    raise(&office, &unmatched(4)).await;
    office.clock.advance(chrono::Duration::days(2));
    let page = office.person(Role::Viewer).await.get("/app/work").await;
    page.shows("A program has come to a pause 2 days").shows("Maria Rossi · Care after surgery");
    page.shows("Something from another system could not be matched 6 days");
    page.shows("Since Mon 23 Nov 2026, 10:00 am · Harbour Clinic · With nobody");
    page.has("href=\"/app/patients/pat_").shows("2 wait for a person the oldest for 6 days");
    page.has_not("name=\"item\"").has_not("/app/work/bulk").lacks("Take it").lacks("Refused");
    assert!(page.size < 100_000, "{}", page.size);
}

#[tokio::test]
async fn what_is_of_no_site_is_told_on_the_practices_clock() {
    let office = office().await;
    let work = domain::work::WorkItem { site: None, ..unmatched(1) };
    let id = raise(&office, &work).await;
    let viewer = office.person(Role::Viewer).await;
    for path in ["/app/work".to_owned(), format!("/app/work/{id}")] {
        viewer.get(&path).await.shows("Sun 22 Nov 2026, 10:00").lacks("2026-11-21T");
    }
}

#[tokio::test]
async fn the_front_desk_can_act_on_each_and_on_all() {
    let office = office().await;
    paused(&office).await;
    let page = office.person(Role::FrontDesk).await.get("/app/work").await;
    page.shows("Done, go on").shows("Take it").shows("Take the ticked").has("data-all=\"item\"");
    page.lacks("End the program");
    page.lacks("A clinician has looked").lacks("Refused deliveries");
    let page = office.person(Role::Clinician).await.get("/app/work").await;
    page.shows("A clinician has looked");
    office.person(Role::Admin).await.get("/app/work").await.shows("Refused deliveries");
}

#[tokio::test]
async fn the_list_is_narrowed_by_what_it_is_and_whose_it_is() {
    let office = office().await;
    let (work, _) = paused(&office).await;
    raise(&office, &unmatched(1)).await;
    let desk = office.person(Role::FrontDesk).await;
    desk.sent("/app/work/bulk", &[("one", &format!("take {work}"))]).await;
    let mine = desk.get("/app/work?assignee=me").await;
    mine.shows("With you").lacks("Booking B-1").has("value=\"me\" selected");
    desk.get("/app/work?assignee=none").await.shows("Booking B-1").lacks("Maria Rossi");
    desk.get("/app/work?kind=paused&site=harbour").await.shows("Maria Rossi").lacks("Booking B-1");
    let none = desk.get("/app/work?kind=declined").await;
    none.shows("Nothing that waits is like this.").shows("See all that waits");
}

#[tokio::test]
async fn what_waits_long_is_found_across_pages() {
    let office = office().await;
    for n in 1..=60 {
        raise(&office, &unmatched(n)).await;
    }
    let desk = office.person(Role::FrontDesk).await;
    let page = desk.get("/app/work?age=7").await;
    page.shows("Booking B-60").shows("Booking B-11 ").lacks("Booking B-10 ");
    page.has("value=\"7\" selected").has("name=\"age\" value=\"7\"");
    let next = page.html.split("<p class=\"more\"><a href=\"").nth(1).unwrap();
    let next = next.split('"').next().unwrap().replace("&amp;", "&");
    let page = desk.get(&next).await;
    page.shows("Booking B-10 ")
        .shows("Booking B-7 ")
        .lacks("Booking B-6 ")
        .has_not("class=\"more\"");
    desk.get("/app/work?age=365").await.shows("Nothing that waits is like this.");
    desk.get("/app/work?age=soon").await.shows("Booking B-60");
}

#[tokio::test]
async fn a_long_list_comes_in_pages_that_are_small() {
    let office = office().await;
    for n in 1..=60 {
        raise(&office, &unmatched(n)).await;
    }
    let desk = office.person(Role::FrontDesk).await;
    let page = desk.get("/app/work?kind=unmatched").await;
    page.shows("60 wait for a person").shows("Booking B-60").lacks("Booking B-10 ");
    assert!(page.size < 100_000, "{}", page.size);
    let next = page.html.split("<p class=\"more\"><a href=\"").nth(1).unwrap();
    let next = next.split('"').next().unwrap().replace("&amp;", "&");
    desk.get(&next).await.shows("Booking B-1 ").lacks("Booking B-60").has("name=\"cursor\"");
}

#[tokio::test]
async fn the_latest_balance_is_told_in_words() {
    let office = office().await;
    let day = |text: &str| build::balance(text.parse().unwrap());
    office.dynamo.balances().save_balance(&day("2026-11-21"), 0).await.unwrap();
    office.dynamo.balances().save_balance(&day("2026-11-22"), 0).await.unwrap();
    let viewer = office.person(Role::Viewer).await;
    let page = viewer.get("/app/work").await;
    page.shows("Sun 22 Nov 2026 : 2 came due = 1 sent + 0 skipped");
    page.shows("It does not balance").shows("+ 1 of which nobody knows");
    page.has("href=\"/app/work/balance/2026-11-22\"");
}

#[tokio::test]
async fn whatever_a_patient_writes_stays_text() {
    let office = office().await;
    let id = hostile(&office).await;
    let desk = office.person(Role::FrontDesk).await;
    for path in ["/app/work".to_owned(), format!("/app/work/{id}")] {
        desk.get(&path).await.shows(HOSTILE).has_not("<script>");
    }
    let typed = [("do", "resolve"), ("note", HOSTILE), ("item", HOSTILE), ("kind", HOSTILE)];
    let page = desk.post("/app/work/bulk", &typed).await;
    page.has_not("<script>");
    desk.get(&format!("/app/work?assignee={}", "%22%3E%3Cscript%3E")).await.has_not("<script>");
}
