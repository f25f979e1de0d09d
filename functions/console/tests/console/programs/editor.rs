//! Actions & Properties.

use aws::http::Role;
use http::StatusCode;
use serde_json::json;

use super::form::{SAVE, actions, fields, kept, press, stored};
use super::{HOSTILE, enrol, id, monitoring, reminder, template};
use crate::support::Office;

#[tokio::test]
async fn what_is_saved_is_in_the_fields_and_saving_it_again_changes_nothing() {
    let office = Office::open().await;
    let text = template(&office, "sms", "Weigh").await;
    let mail = template(&office, "email", "Mail").await;
    let letter =
        json!({ "channel": "letter", "name": "Letter", "body": "Dear {{ patient.full_name }}" });
    let letter = id(&office.api("POST", "/v1/templates", &letter).await);
    let draft = json!({
        "type": "recall", "name": "Yearly", "cycles": 3, "frequency": { "amount": 12, "unit": "months" },
        "next_cycle": "completing_booking", "clinically_significant": true, "completion": "selected",
        "reopening": { "policy": "after_days", "days": 7 },
        "actions": [
            { "type": "sms", "template": text, "timing": { "when": "before", "amount": 2, "unit": "weeks", "at": "10:00" },
              "pause_on_error": false, "useful_hours": 48, "save_reply": true,
              "value": { "unit": "kg", "min": 40, "max": 200.5 } },
            { "type": "email", "template": mail, "timing": { "when": "before", "amount": 3, "unit": "hours" }, "ignore_window": true },
            { "type": "letter_to_gp", "template": letter, "timing": { "when": "on", "at": "09:30" }, "print": "epost" },
            { "type": "pause", "timing": { "when": "enrolled" } },
        ],
    });
    let program = id(&office.api("POST", "/v1/programs", &draft).await);
    let before = stored(&office, &program).await;
    let (admin, path) = (office.person(Role::Admin).await, format!("/app/programs/{program}/edit"));
    let page = admin.get(&path).await;
    page.shows("2 weeks before the proposed booking date, at 10:00.")
        .shows("Right after the action above.");
    page.has("value=\"epost\" checked").has("value=\"200.5\"");
    let saved = press(&admin, &path, &page, &[], SAVE).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let mut after = stored(&office, &program).await;
    assert_eq!(after["version"], 2);
    after["version"] = json!(1);
    assert_eq!(after, before);
}

#[tokio::test]
async fn actions_are_added_moved_and_removed_and_nothing_is_saved_until_it_is_saved() {
    let office = Office::open().await;
    let program = reminder(&office).await;
    let mail = template(&office, "email", "Mail").await;
    let (admin, path) = (office.person(Role::Admin).await, format!("/app/programs/{program}/edit"));
    let page = admin.get(&path).await;
    let old = actions(&page);
    let page = press(&admin, &path, &page, &[("name", "Typed meanwhile")], ("add", "email")).await;
    assert_eq!(actions(&page), [old[0].as_str(), old[1].as_str(), "new-1"]);
    page.has("value=\"Typed meanwhile\"").shows("3. Email").has("autofocus");
    let page = press(
        &admin,
        &path,
        &page,
        &[("new-1.template", &mail), ("new-1.amount", "5")],
        ("up", "new-1"),
    )
    .await;
    assert_eq!(actions(&page), [old[0].as_str(), "new-1", old[1].as_str()]);
    let page = press(&admin, &path, &page, &[], ("down", &old[0])).await;
    assert_eq!(actions(&page), ["new-1", old[0].as_str(), old[1].as_str()]);
    page.shows("5 days before the booking, at 10:00.");
    let page = press(&admin, &path, &page, &[], ("drop", &old[1])).await;
    assert_eq!(actions(&page), ["new-1", old[0].as_str()]);
    assert_eq!(stored(&office, &program).await["version"], 1);

    let saved = press(&admin, &path, &page, &[], SAVE).await;
    admin
        .get(saved.location())
        .await
        .shows("Saved.")
        .shows("Typed meanwhile")
        .shows("1. Email Mail");
    let after = stored(&office, &program).await;
    assert_eq!(after["actions"].as_array().unwrap().len(), 2);
    assert_eq!(after["actions"][1]["id"], json!(old[0]));
    assert_eq!(
        after["actions"][0]["timing"],
        json!({ "when": "before", "amount": 5, "unit": "days", "at": "10:00" })
    );
}

#[tokio::test]
async fn the_order_in_which_actions_are_dragged_is_the_order_in_which_they_are_saved() {
    let office = Office::open().await;
    let program = reminder(&office).await;
    let (admin, path) = (office.person(Role::Admin).await, format!("/app/programs/{program}/edit"));
    let page = admin.get(&path).await;
    let old = actions(&page);
    let mut all = fields(&page);
    let (first, second) = (old[0].clone(), old[1].clone());
    for (name, value) in &mut all {
        if name == "action" {
            *value = if *value == first { second.clone() } else { first.clone() };
        }
    }
    let mut all: Vec<(&str, &str)> =
        all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    all.push(SAVE);
    admin.sent(&path, &all).await.shows("Saved.");
    assert_eq!(stored(&office, &program).await["actions"][0]["id"], json!(second));
}

#[tokio::test]
async fn a_template_is_written_in_place() {
    let office = Office::open().await;
    let program = reminder(&office).await;
    let (admin, path) = (office.person(Role::Admin).await, format!("/app/programs/{program}/edit"));
    let page = admin.get(&path).await;
    page.has("data-insert=\"{{ patient.first_name }}\"");
    let first = actions(&page)[0].clone();
    let of = |field: &str| format!("{first}.{field}");
    let (template, name, body) = (of("template"), of("new_name"), of("new_body"));
    let typed = [
        (template.as_str(), "new"),
        (name.as_str(), "Short reminder"),
        (body.as_str(), "See you, {{ patient.nobody }}"),
    ];
    let wrong = press(&admin, &path, &page, &typed, SAVE).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.has(&format!("id=\"f-{first}.new_body-error\"")).shows("See you, {{ patient.nobody }}");
    wrong.has("value=\"Short reminder\"");
    let typed = [(body.as_str(), "See you, {{ patient.first_name }}")];
    let saved = press(&admin, &path, &wrong, &typed, SAVE).await;
    admin.get(saved.location()).await.shows("1. SMS Short reminder");
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field_and_all_that_was_typed_stays() {
    let office = Office::open().await;
    let program = reminder(&office).await;
    let (admin, path) = (office.person(Role::Admin).await, format!("/app/programs/{program}/edit"));
    let page = admin.get(&path).await;
    let first = actions(&page)[0].clone();
    let of = |field: &str| format!("{first}.{field}");
    let (amount, template) = (of("amount"), of("template"));
    let typed = [("name", HOSTILE), (amount.as_str(), "many"), (template.as_str(), "")];
    let wrong = press(&admin, &path, &page, &typed, SAVE).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong
        .has("value=\"many\"")
        .has(&format!("id=\"f-{amount}-error\""))
        .has(&format!("id=\"f-{template}-error\""));
    wrong.has_not("<script>alert").has("data-guard=\"typed\"");
    assert!(fields(&wrong).contains(&("name".to_owned(), HOSTILE.to_owned())));
    assert_eq!(stored(&office, &program).await["version"], 1);
}

#[tokio::test]
async fn a_save_that_patients_feel_says_how_many_and_asks() {
    let office = Office::open().await;
    let program = monitoring(&office, "Weight").await;
    enrol(&office, &program).await;
    let (admin, path) = (office.person(Role::Admin).await, format!("/app/programs/{program}/edit"));
    let page = admin.get(&path).await;
    let first = actions(&page)[0].clone();
    // A name touches nobody.
    let saved = press(&admin, &path, &page, &[("name", "Weight at home")], SAVE).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());

    let page = admin.get(&path).await;
    let when = format!("{first}.when");
    let asked = press(&admin, &path, &page, &[(when.as_str(), "enrolled")], SAVE).await;
    assert_eq!(asked.status, StatusCode::OK);
    asked.shows("Not saved yet").shows("For 1 patient an action would be due at once");
    asked.shows("Save, and contact 1 patient at once");
    assert_eq!(stored(&office, &program).await["version"], 3);

    let kept = kept(&asked);
    let mut sent: Vec<(&str, &str)> =
        kept.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    sent.push(("back", "1"));
    let back = admin.post(&path, &sent).await;
    back.has("id=\"editor\"").has("<option value=\"enrolled\" selected>");
    sent.pop();
    sent.push(SAVE);
    admin.sent(&path, &sent).await.shows("Saved.").shows("As soon as the patient is added");
    assert_eq!(stored(&office, &program).await["version"], 4);
}

#[tokio::test]
async fn a_range_without_a_unit_is_not_dropped() {
    let office = Office::open().await;
    let program = reminder(&office).await;
    let (admin, path) = (office.person(Role::Admin).await, format!("/app/programs/{program}/edit"));
    let page = admin.get(&path).await;
    let first = actions(&page)[0].clone();
    let (save, least) = (format!("{first}.save_reply"), format!("{first}.value_min"));
    let typed = [(save.as_str(), "on"), (least.as_str(), "40")];
    let wrong = press(&admin, &path, &page, &typed, SAVE).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.has(&format!("id=\"f-{first}.value_unit-error\"")).has("value=\"40\"");
    assert_eq!(stored(&office, &program).await["version"], 1);
    let unit = format!("{first}.value_unit");
    let saved = press(&admin, &path, &wrong, &[(unit.as_str(), "kg")], SAVE).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let value = stored(&office, &program).await["actions"][0]["value"].clone();
    assert_eq!((&value["unit"], value["min"].as_f64()), (&json!("kg"), Some(40.0)));
}

#[tokio::test]
async fn a_timing_is_said_in_words_as_one_types() {
    let office = Office::open().await;
    let admin = office.person(Role::Admin).await;
    let typed = [("a.when", "before"), ("a.amount", "3"), ("a.unit", "days"), ("a.at", "10:00")];
    let words = admin.post("/app/programs/timing?key=a&type=booking&first=1", &typed).await;
    assert_eq!(words.html, "3 days before the booking, at 10:00.");
    let typed = [("a.when", "before"), ("a.amount", HOSTILE), ("a.unit", "days")];
    let words = admin.post("/app/programs/timing?key=a&type=booking", &typed).await;
    assert_eq!(words.html, "Say how many, as a whole number.");
}

#[tokio::test]
async fn a_referral_program_says_which_referrals_start_it() {
    let office = Office::open().await;
    let program = id(&office
        .api("POST", "/v1/programs", &json!({ "type": "referral", "name": "Referred" }))
        .await);
    let (admin, path) = (office.person(Role::Admin).await, format!("/app/programs/{program}/edit"));
    let page = admin.get(&path).await;
    page.lacks("Frequency");
    let typed = [("referral_origins", "any"), ("referral_types", "podiatry, dental")];
    let saved = press(&admin, &path, &page, &typed, SAVE).await;
    admin
        .get(saved.location())
        .await
        .shows("Saved.")
        .shows("Any referral")
        .shows("dental, podiatry");
}

#[tokio::test]
async fn the_editor_is_for_admins() {
    let office = Office::open().await;
    let program = reminder(&office).await;
    let person = office.person(Role::Clinician).await;
    let path = format!("/app/programs/{program}/edit");
    let page = person.get(&path).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    page.has_not("<form id=\"editor\"");
    let page = person.post(&path, &[("save", "1"), ("version", "\"1\""), ("name", "x")]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
}
