//! The list, a template to be read, and what it said before.

use aws::http::Role;
use http::StatusCode;

use super::{HOSTILE, email, letter, program, sms};
use crate::support::Office;

#[tokio::test]
async fn where_there_are_no_templates_it_says_what_to_do_next() {
    let office = Office::open().await;
    let page = office.person(Role::Admin).await.get("/app/templates").await;
    page.shows("Write the first one").shows("New SMS template").shows("New email template");
    let page = office.person(Role::FrontDesk).await.get("/app/templates").await;
    page.shows("An admin writes them").lacks("New SMS template");
}

#[tokio::test]
async fn templates_are_found_by_a_part_of_their_name_and_how_they_are_sent() {
    let office = Office::open().await;
    let id = sms(&office, "Time for a visit").await;
    email(&office).await;
    let person = office.person(Role::Viewer).await;
    let page = person.get("/app/templates").await;
    page.shows("Time for a visit").shows("Welcome").shows("Your visit to {{ site.name }}");
    page.has(&format!("href=\"/app/templates/{id}\"")).shows("Mon 23 Nov 2026, 10:00");
    person.get("/app/templates?channel=email").await.lacks("Time for a visit").shows("Welcome");
    person.get("/app/templates?q=visit").await.shows("Time for a visit").lacks("Welcome");
    person.get("/app/templates?q=nothing").await.shows("No template fits");
}

#[tokio::test]
async fn whoever_may_not_change_a_template_reads_it_and_how_patients_do() {
    let office = Office::open().await;
    let id = sms(&office, "Recall").await;
    program(&office, "Yearly check", &id).await;
    let person = office.person(Role::Clinician).await;
    let page = person.get(&format!("/app/templates/{id}")).await;
    page.shows("please call {{ site.name }}").shows("1 part: as much as one message");
    page.shows("Used by 1 program").shows("Yearly check");
    page.has_not("<textarea").has_not("Save template").has_not("Delete");
    assert_eq!(person.get("/app/templates/new?channel=sms").await.location(), "/app/templates");
}

#[tokio::test]
async fn an_email_and_a_letter_are_shown_laid_out_to_whoever_reads_them() {
    let office = Office::open().await;
    let (mail, letter) = (email(&office).await, letter(&office).await);
    let person = office.person(Role::Viewer).await;
    let page = person.get(&format!("/app/templates/{mail}")).await;
    page.has(&format!("src=\"/app/templates/{mail}/frame\""));
    let page = person.get(&format!("/app/templates/{letter}")).await;
    page.has(&format!("src=\"/app/templates/{letter}/letter\"")).shows("Your results");
}

#[tokio::test]
async fn what_a_template_said_before_is_kept_and_can_be_read() {
    let office = Office::open().await;
    let id = sms(&office, "Recall").await;
    let person = office.person(Role::Admin).await;
    let page = person.get(&format!("/app/templates/{id}")).await;
    let fields = [
        ("channel", "sms"),
        ("name", HOSTILE),
        ("body", "A new text"),
        ("version", &page.hidden("version").replace("&quot;", "\"")),
    ];
    person.sent(&format!("/app/templates/{id}"), &fields).await.shows("Saved.");
    let page = person.get(&format!("/app/templates/{id}/versions")).await;
    page.shows("Version 2").shows("A new text").shows("please call").shows("by you");
    page.shows(HOSTILE).has_not("<script>alert");
    let page = person.get(&format!("/app/templates/{id}/versions/1")).await;
    page.shows("please call").lacks("A new text");
    let missing = person.get(&format!("/app/templates/{id}/versions/9")).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}
