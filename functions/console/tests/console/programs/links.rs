//! The booking types of a program.

use aws::http::Role;
use http::StatusCode;
use serde_json::json;

use super::form::stored;
use super::{id, reminder};
use crate::support::{Office, Screen};

#[tokio::test]
async fn of_two_halves_it_is_said_which_is_saved() {
    let office = Office::open().await;
    let program = reminder(&office).await;
    let admin = office.person(Role::Admin).await;
    let path = format!("/app/programs/{program}/booking-types");
    let page = admin.get(&path).await;
    let (version, links) = (page.hidden("program"), page.hidden("links"));
    let typed = [
        ("program", version.as_str()),
        ("links", links.as_str()),
        ("completion", "selected"),
        ("completes", "btype_gone"),
    ];
    let page = admin.post(&path, &typed).await;
    assert!(page.status.is_client_error(), "{}", page.text());
    page.shows("Only half of it is saved").shows("Which bookings complete a cycle is saved");
    assert_eq!(stored(&office, &program).await["completion"], "selected");
    // Sent again, nothing is saved, and nothing else is said.
    let version = page.hidden("program");
    let typed = [("program", version.as_str()), typed[1], typed[2], typed[3]];
    let page = admin.post(&path, &typed).await;
    assert!(page.status.is_client_error(), "{}", page.text());
    page.lacks("Only half");
}

#[tokio::test]
async fn booking_types_are_linked_from_the_program_too() {
    let office = Office::open().await;
    let program = reminder(&office).await;
    let (admin, path) =
        (office.person(Role::Admin).await, format!("/app/programs/{program}/booking-types"));
    admin.get(&path).await.shows("There are no booking types yet");
    let mut types = Vec::new();
    for code in ["first", "second"] {
        let kind = json!({ "code": code, "name": format!("Visit {code}") });
        types.push(id(&office.api("POST", "/v1/booking-types", &kind).await));
    }
    let page = admin.get(&path).await;
    page.shows("A booking of these types puts the patient on it").shows("Visit first");
    let hidden = |page: &Screen, name: &str| page.hidden(name).replace("&quot;", "\"");
    let (version, links) = (hidden(&page, "program"), hidden(&page, "links"));
    let sent = [
        ("program", version.as_str()),
        ("links", links.as_str()),
        ("starts", types[0].as_str()),
        ("completion", "selected"),
        ("completes", types[1].as_str()),
    ];
    let page = admin.sent(&path, &sent).await;
    page.shows("Saved.");
    let saved = office.read(&format!("/v1/programs/{program}/booking-types")).await;
    assert_eq!(saved["starts"], json!([types[0]]));
    assert_eq!(saved["completes"], json!([types[1]]));
    assert_eq!(saved["completion"], "selected");
    office
        .person(Role::Viewer)
        .await
        .get(&path)
        .await
        .shows("Started by Visit first")
        .shows("Visit second");

    // The same form again: somebody has saved since.
    let stale = admin.post(&path, &sent[..3]).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    stale.shows("Somebody else saved it");

    let (version, links) = (hidden(&page, "program"), hidden(&page, "links"));
    let sent = [
        ("program", version.as_str()),
        ("links", links.as_str()),
        ("completion", "any"),
        ("completes", types[1].as_str()),
    ];
    admin.sent(&path, &sent).await.shows("Saved.");
    let saved = office.read(&format!("/v1/programs/{program}/booking-types")).await;
    assert_eq!((&saved["starts"], &saved["completes"]), (&json!([]), &json!([])));
    assert_eq!(saved["completion"], "any");
}
