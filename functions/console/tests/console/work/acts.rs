//! Doing something with items of the list.

use aws::http::Role;
use domain::enrolment::HoldReason;
use domain::work::WorkKind;
use http::StatusCode;
use serde_json::json;

use super::{about, held, office, open, paused, raise, resolved, unmatched};

#[tokio::test]
async fn one_is_taken_and_given_back_by_its_own_button_and_the_list_stays_narrowed() {
    let office = office().await;
    let id = raise(&office, &unmatched(1)).await;
    let desk = office.person(Role::FrontDesk).await;
    let (take, back) = (format!("take {id}"), format!("back {id}"));
    let taken = desk.post("/app/work/bulk", &[("one", &take), ("kind", "unmatched")]).await;
    assert_eq!(taken.location(), format!("/app/work?kind=unmatched&said=taken#w-{id}"));
    let page = desk.get(taken.location()).await;
    page.shows("It is yours now.").shows("With you").shows("Give back");
    desk.sent("/app/work/bulk", &[("one", &back)]).await.shows("With nobody");
    assert_eq!(open(&office).await[0]["assignee"], json!(null));
}

#[tokio::test]
async fn a_program_at_a_pause_goes_on_by_one_button_and_that_is_kept() {
    let office = office().await;
    let (work, enrolment) = paused(&office).await;
    let desk = office.person(Role::FrontDesk).await;
    let on = format!("advance {work}");
    let page = desk.sent("/app/work/bulk", &[("one", &on)]).await;
    page.shows("Resolved: the patient's program goes on.").shows("Nothing waits for a person.");
    let shown = office.read(&format!("/v1/enrolments/{enrolment}")).await;
    assert_eq!(shown["status"], "active");
    assert_eq!(resolved(&office).await[0]["resolved"]["outcome"], "done");
    // A double click, or a colleague: nothing happens twice.
    let late = desk.post("/app/work/bulk", &[("one", &on)]).await;
    assert_eq!(late.status, StatusCode::NOT_FOUND);
    late.shows("somebody has dealt with it meanwhile");
}

#[tokio::test]
async fn what_failed_is_tried_again_or_left_out_by_one_button_and_a_refusal_says_why() {
    let office = office().await;
    let (pause, enrolment) = paused(&office).await;
    let why = HoldReason::Failed("no mobile number".to_owned());
    let id = held(&office, &enrolment, why, WorkKind::Failed).await;
    let desk = office.person(Role::FrontDesk).await;
    desk.get("/app/work?kind=failed").await.shows("Try again").shows("Leave it out");
    // The pause was before: nobody waits for that any more.
    let page = desk.post("/app/work/bulk", &[("one", &format!("advance {pause}"))]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    page.shows("The patient's program does not wait for this.");
    desk.sent("/app/work/bulk", &[("one", &format!("skip {id}"))])
        .await
        .shows("The action is left out.");
    let shown = office.read(&format!("/v1/enrolments/{enrolment}")).await;
    assert_eq!(shown["status"], "active");
}

#[tokio::test]
async fn an_answer_to_read_moves_nobodys_program() {
    let office = office().await;
    let (pause, enrolment) = paused(&office).await;
    let desk = office.person(Role::FrontDesk).await;
    desk.sent("/app/work/bulk", &[("one", &format!("advance {pause}"))]).await;
    let answer = raise(&office, &about(WorkKind::Replied, &enrolment)).await;
    // Where no program waits, nothing is asked of one.
    let page = desk.get("/app/work").await;
    page.shows("An answer is to be read").has_not("name=\"then\"").lacks("Leave it out");
    let before = office.read(&format!("/v1/enrolments/{enrolment}")).await;
    for then in ["advance", "skip", "retry"] {
        let form = [("do", "resolve"), ("item", &*answer), ("outcome", "done"), ("then", then)];
        let page = desk.post("/app/work/bulk", &form).await;
        page.shows("not done with 1 item").shows("The patient's program does not wait for this.");
        let page = desk.post("/app/work/bulk", &[("one", &format!("{then} {answer}"))]).await;
        assert_eq!(page.status, StatusCode::CONFLICT, "{then}");
    }
    let loose = raise(&office, &unmatched(1)).await;
    let form = [("do", "resolve"), ("item", &*loose), ("outcome", "done"), ("then", "skip")];
    desk.post("/app/work/bulk", &form).await.shows("It is about no program of a patient");
    assert_eq!(office.read(&format!("/v1/enrolments/{enrolment}")).await, before);
    let form = [("do", "resolve"), ("item", &*answer), ("outcome", "done")];
    desk.post("/app/work/bulk", &form).await.shows("Done with all: 1 item.");
}

#[tokio::test]
async fn of_many_each_is_told_what_became_of_it() {
    let office = office().await;
    let (held, _) = paused(&office).await;
    let loose = raise(&office, &unmatched(1)).await;
    let gone = unmatched(2).id.to_string();
    let desk = office.person(Role::FrontDesk).await;
    let form = [
        ("do", "resolve"),
        ("item", &*held),
        ("item", &*loose),
        ("item", &*gone),
        ("outcome", "not_needed"),
        ("note", "doubled"),
    ];
    let page = desk.post("/app/work/bulk", &form).await;
    assert_eq!(page.status, StatusCode::OK);
    page.shows("Done with 1 item, not done with 2 items.");
    page.shows("Not done A program has come to a pause: Maria Rossi");
    page.shows("say what happens to the program too").shows("It waits no more");
    page.shows("Done Something from another system could not be matched");
    assert_eq!(resolved(&office).await[0]["notes"][0]["text"], "doubled");

    let form = [("do", "resolve"), ("item", &*held), ("outcome", "done"), ("then", "skip")];
    desk.post("/app/work/bulk", &form).await.shows("Done with all: 1 item.");
    assert!(open(&office).await.is_empty());
}

#[tokio::test]
async fn a_note_is_written_on_many_and_an_empty_one_is_refused_with_what_was_ticked() {
    let office = office().await;
    let ids = [raise(&office, &unmatched(1)).await, raise(&office, &unmatched(2)).await];
    let desk = office.person(Role::FrontDesk).await;
    let form = [("item", &*ids[0]), ("item", &*ids[1]), ("do", "note"), ("note", " ")];
    let page = desk.post("/app/work/bulk", &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("The note is empty").has(&format!("value=\"{}\" checked", ids[1]));
    let long = "x".repeat(501);
    let form = [("item", &*ids[0]), ("do", "note"), ("note", &*long)];
    let page = desk.post("/app/work/bulk", &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows(&long).has("aria-invalid=\"true\"").has("<details open>");
    let form =
        [("item", &*ids[0]), ("item", &*ids[1]), ("do", "note"), ("note", "the phones were down")];
    desk.post("/app/work/bulk", &form).await.shows("Done with all: 2 items.");
    for item in open(&office).await {
        assert_eq!(item["notes"][0]["text"], "the phones were down");
    }
    desk.get("/app/work").await.shows("“the phones were down”");
}

#[tokio::test]
async fn the_box_for_all_works_without_a_script_and_only_for_what_the_page_showed() {
    let office = office().await;
    paused(&office).await;
    let shown = [raise(&office, &unmatched(1)).await, raise(&office, &unmatched(2)).await];
    let desk = office.person(Role::FrontDesk).await;
    let page = desk.get("/app/work?kind=unmatched").await;
    let seen: Vec<_> = page.html.split("name=\"seen\" value=\"").skip(1).collect();
    let seen: Vec<_> = seen.iter().map(|it| it.split('"').next().unwrap()).collect();
    assert_eq!(seen, [&*shown[1], &*shown[0]]);
    // It comes while the page is read: nobody has looked at it.
    raise(&office, &unmatched(3)).await;
    let form = [("all", "on"), ("kind", "unmatched"), ("seen", seen[0]), ("seen", seen[1])];
    let empty = [&form[..], &[("do", "note"), ("note", "")]].concat();
    desk.post("/app/work/bulk", &empty).await.has(&format!("value=\"{}\" checked", seen[1]));
    let take = [&form[..], &[("do", "take")]].concat();
    desk.post("/app/work/bulk", &take).await.shows("Done with all: 2 items.");
    let mine = office.read("/v1/work-list?assignee=person-front-desk").await;
    let mine: Vec<_> = mine["items"].as_array().unwrap().iter().map(|it| &it["id"]).collect();
    assert_eq!(mine, seen);
    let page = desk.post("/app/work/bulk", &[("all", "on"), ("do", "take")]).await;
    page.shows("Nothing is ticked");
}

#[tokio::test]
async fn where_nothing_is_ticked_or_chosen_that_is_said_and_nothing_is_lost() {
    let office = office().await;
    let id = raise(&office, &unmatched(1)).await;
    let desk = office.person(Role::FrontDesk).await;
    let page = desk.post("/app/work/bulk", &[("do", "resolve"), ("note", "rang twice")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("Nothing is ticked").shows("rang twice");
    let page = desk.post("/app/work/bulk", &[("do", "resolve"), ("item", &id)]).await;
    page.shows("Choose what came of it.");
    for form in [("do", "explode"), ("one", "explode work_1")] {
        let page = desk.post("/app/work/bulk", &[form, ("item", &id)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let page = desk.post("/app/work/bulk", &[("one", "take nothing")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(open(&office).await.len(), 1);
}

#[tokio::test]
async fn a_viewer_cannot_act_even_with_a_form_of_their_own() {
    let office = office().await;
    let id = raise(&office, &unmatched(1)).await;
    let viewer = office.person(Role::Viewer).await;
    let page = viewer.post("/app/work/bulk", &[("one", &format!("take {id}"))]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    for (what, form) in
        [("assign", ("to", "me")), ("notes", ("text", "x")), ("resolve", ("outcome", "done"))]
    {
        let page = viewer.post(&format!("/app/work/{id}/{what}"), &[form]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{what}");
        page.lacks("Resolve it");
    }
    assert_eq!(open(&office).await[0]["assignee"], json!(null));
}
