//! Moving a program's patients to another.

use aws::http::Role;
use http::StatusCode;
use serde_json::json;

use super::{enrol, monitoring};
use crate::support::Office;

#[tokio::test]
async fn patients_are_moved_in_two_steps_with_a_preview_before() {
    let office = Office::open().await;
    let (old, new) = (monitoring(&office, "Old").await, monitoring(&office, "New").await);
    let (admin, path) = (office.person(Role::Admin).await, format!("/app/programs/{old}/move"));
    admin.get(&path).await.shows("there is nobody to move");
    enrol(&office, &old).await;
    admin.get(&path).await.shows("1 patient is on it now").shows("New").lacks("Old 2");

    let page = admin.get(&format!("{path}?to={new}")).await;
    page.shows("Who waits for 1. SMS “Text of Old”").shows("1. SMS “Text of New”");
    let (from, to) = (
        office.read(&format!("/v1/programs/{old}")).await,
        office.read(&format!("/v1/programs/{new}")).await,
    );
    let (waits, next) =
        (from["actions"][0]["id"].as_str().unwrap(), to["actions"][1]["id"].as_str().unwrap());
    let first = to["actions"][0]["id"].as_str().unwrap();
    let name = format!("from-{waits}");
    let mut chosen = vec![
        ("to", new.as_str()),
        ("step", first),
        (name.as_str(), next),
        ("disable", "on"),
        ("do", "preview"),
    ];
    let page = admin.post(&path, &chosen).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    page.shows("Nobody is moved yet")
        .shows("1 patient would be moved")
        .shows("“Old” would be disabled");
    assert_eq!(office.read(&format!("/v1/programs/{old}")).await["enabled"], true);

    *chosen.last_mut().unwrap() = ("do", "move");
    let page = admin.sent(&path, &chosen).await;
    page.shows("Moved.").shows("Maria Rossi").shows("Action 2 of 2");
    assert_eq!(office.read(&format!("/v1/programs/{old}")).await["enabled"], false);
    admin.get(&format!("/app/programs/{old}/patients")).await.shows("No patients are on it now");
}

#[tokio::test]
async fn a_move_that_is_refused_keeps_what_was_chosen() {
    let office = Office::open().await;
    let (old, new) = (monitoring(&office, "Old").await, monitoring(&office, "New").await);
    enrol(&office, &old).await;
    let to = office.read(&format!("/v1/programs/{new}")).await;
    let second = to["actions"][1]["id"].as_str().unwrap();
    office.api("POST", &format!("/v1/programs/{new}/disable"), &json!({})).await;
    let admin = office.person(Role::Admin).await;
    let chosen = [("to", new.as_str()), ("step", second), ("disable", "on"), ("do", "preview")];
    let page = admin.post(&format!("/app/programs/{old}/move"), &chosen).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    page.has(&format!("<option value=\"{second}\" selected>")).has(" checked name=\"disable\"");
}

#[tokio::test]
async fn without_another_program_it_says_what_is_needed() {
    let office = Office::open().await;
    let program = monitoring(&office, "Weight").await;
    enrol(&office, &program).await;
    let page = office.person(Role::Admin).await.get(&format!("/app/programs/{program}/move")).await;
    page.shows("another program must be enabled first");
}

#[tokio::test]
async fn a_move_that_stops_half_way_says_what_is_done_and_goes_on_from_there() {
    let office = Office::open().await;
    let (old, new) = (monitoring(&office, "Old").await, monitoring(&office, "New").await);
    enrol(&office, &old).await;
    let to = office.read(&format!("/v1/programs/{new}")).await;
    let step = to["actions"][0]["id"].as_str().unwrap();
    let (admin, path) = (office.person(Role::Admin).await, format!("/app/programs/{old}/move"));
    // What the page of the requests before has; the place to go on from is none that the API takes.
    let mut sent = vec![
        ("to", new.as_str()),
        ("step", step),
        ("moved", "500"),
        ("not-moved", "enr_1 it ended \"><script>alert(1)</script>"),
        ("do", "move"),
        ("cursor", "nowhere"),
    ];
    let page = admin.post(&path, &sent).await;
    assert!(page.status.is_client_error(), "{}", page.text());
    page.shows("500 patients moved so far").has("role=\"alert\"").shows("moves nobody twice");
    page.shows("1 patient not moved").shows("it ended").has_not("<script>alert");
    for (name, value) in [("moved", "500"), ("cursor", "nowhere"), ("step", step), ("to", &new)] {
        assert_eq!(page.hidden(name), value);
    }
    assert!(page.hidden("not-moved").starts_with("enr_1 it ended"));
    assert_eq!(page.html.matches("name=\"moved\"").count(), 1, "each is carried once");

    // The last request tells of all of them.
    sent.pop();
    let page = admin.post(&path, &sent).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    page.shows("501 patients moved.").shows("1 patient not moved").lacks("Go on with the next");
    page.has("href=\"/app/enrolments/enr_1\"");
}
