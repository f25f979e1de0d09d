//! What two people do with one program at once.

use aws::http::Role;
use http::StatusCode;
use serde_json::json;

use super::form::{SAVE, actions, press, stored};
use super::reminder;
use crate::support::Office;

#[tokio::test]
async fn a_stale_editor_shows_both_and_loses_nothing_of_either() {
    let office = Office::open().await;
    let program = reminder(&office).await;
    let (admin, path) = (office.person(Role::Admin).await, format!("/app/programs/{program}/edit"));
    let page = admin.get(&path).await;
    let mut theirs = stored(&office, &program).await;
    theirs["name"] = json!("Their name");
    theirs["actions"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "id": "new", "type": "pause", "timing": { "when": "enrolled" } }));
    office.api("PUT", &format!("/v1/programs/{program}"), &theirs).await;

    let stale = press(&admin, &path, &page, &[("name", "My name")], SAVE).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    stale.shows("Somebody else saved it while you were typing").shows("Name Their name My name");
    stale.shows("Pause. Right after the action above.").shows("Not there");
    assert_eq!(actions(&stale).len(), 3);
    let saved = press(&admin, &path, &stale, &[], SAVE).await;
    admin.get(saved.location()).await.shows("My name").shows("3. Pause");
    assert_eq!(stored(&office, &program).await["version"], 3);
}

#[tokio::test]
async fn what_somebody_else_removed_is_not_saved_again_as_a_new_action() {
    let office = Office::open().await;
    let program = reminder(&office).await;
    let (admin, path) = (office.person(Role::Admin).await, format!("/app/programs/{program}/edit"));
    let page = admin.get(&path).await;
    let old = actions(&page);
    let mut theirs = stored(&office, &program).await;
    theirs["actions"].as_array_mut().unwrap().remove(0);
    office.api("PUT", &format!("/v1/programs/{program}"), &theirs).await;

    let (amount, template, body) = (
        format!("{}.amount", old[0]),
        format!("{}.template", old[0]),
        format!("{}.new_body", old[0]),
    );
    let typed = [
        ("name", "My name"),
        (amount.as_str(), "5"),
        (template.as_str(), "new"),
        (body.as_str(), "See you <b>soon"),
    ];
    let stale = press(&admin, &path, &page, &typed, SAVE).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(actions(&stale), [old[1].as_str()]);
    stale.shows("Removed by somebody else").shows("It was action 1 of yours: SMS. 5 days before");
    stale.shows("See you <b>soon").has_not("<b>soon").shows("Name Booking reminder My name");
    // What is no number is said as it was typed.
    let odd = press(&admin, &path, &page, &[(amount.as_str(), "many")], SAVE).await;
    odd.shows("How many: many; Unit: days; When: before; Time of day: 10:00");

    let saved = press(&admin, &path, &stale, &[], SAVE).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let after = stored(&office, &program).await;
    assert_eq!(after["name"], "My name");
    assert_eq!(after["actions"].as_array().unwrap().len(), 1);
    assert_eq!(after["actions"][0]["id"], json!(old[1]));
}

#[tokio::test]
async fn what_somebody_else_added_comes_where_they_put_it() {
    let office = Office::open().await;
    let program = reminder(&office).await;
    let (admin, path) = (office.person(Role::Admin).await, format!("/app/programs/{program}/edit"));
    let page = admin.get(&path).await;
    let old = actions(&page);
    // Ours is at the end, and the second one is not ours any more.
    let page = press(&admin, &path, &page, &[], ("add", "pause")).await;
    let page = press(&admin, &path, &page, &[], ("drop", &old[1])).await;
    let mut theirs = stored(&office, &program).await;
    let added = theirs["actions"].as_array_mut().unwrap();
    let pause = json!({ "id": "new", "type": "pause", "timing": { "when": "enrolled" } });
    for place in [0, 2, 4] {
        added.insert(place, pause.clone());
    }
    office.api("PUT", &format!("/v1/programs/{program}"), &theirs).await;
    let theirs = stored(&office, &program).await;
    let its = |place: usize| theirs["actions"][place]["id"].as_str().unwrap();

    let stale = press(&admin, &path, &page, &[], SAVE).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(actions(&stale), [its(0), old[0].as_str(), its(2), its(4), "new-1"]);
    stale.shows("Added by somebody else").shows("It is action 1 below: Pause. As soon as");
    stale.shows("It is action 3 below: Pause").shows("It is action 4 below: Pause");
}

#[tokio::test]
async fn what_nobody_touched_is_as_somebody_else_saved_it() {
    let office = Office::open().await;
    let program = reminder(&office).await;
    let (admin, path) = (office.person(Role::Admin).await, format!("/app/programs/{program}/edit"));
    let page = admin.get(&path).await;
    let first = actions(&page)[0].clone();
    let mut theirs = stored(&office, &program).await;
    theirs["name"] = json!("Their name");
    theirs["clinically_significant"] = json!(true);
    theirs["actions"][0]["timing"]["amount"] = json!(4);
    theirs["actions"][0]["useful_hours"] = json!(30);
    office.api("PUT", &format!("/v1/programs/{program}"), &theirs).await;

    let mine = (format!("{first}.useful_hours"), "48");
    let stale = press(&admin, &path, &page, &[(mine.0.as_str(), mine.1)], SAVE).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    stale.lacks("Name Their name").has("value=\"Their name\"");
    let saved = press(&admin, &path, &stale, &[], SAVE).await;
    admin.get(saved.location()).await.shows("Saved.");
    let saved = stored(&office, &program).await;
    assert_eq!(saved["name"], "Their name");
    assert_eq!(saved["clinically_significant"], true);
    assert_eq!(saved["actions"][0]["timing"]["amount"], 4);
    assert_eq!(saved["actions"][0]["useful_hours"], 48, "what was typed");
}
