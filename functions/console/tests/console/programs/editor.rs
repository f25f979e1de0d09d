//! Actions & Properties, and the booking types of a program.

use aws::http::Role;
use http::StatusCode;
use serde_json::{Value, json};

use super::{HOSTILE, enrol, id, monitoring, reminder, template};
use crate::support::{Office, Person, Screen};

/// The fields of a page's editor as a browser would send them.
fn fields(page: &Screen) -> Vec<(String, String)> {
    let form =
        page.html.split("<form id=\"editor\"").nth(1).unwrap().split("</form>").next().unwrap();
    let mut fields: Vec<(String, String)> = Vec::new();
    for tag in form.split('<') {
        let value = |name: &str| {
            let found = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
            Some(plain(found))
        };
        let (Some(name), attributes) = (value("name"), tag.split('>').next().unwrap()) else {
            if let (Some((_, last)), true) =
                (fields.last_mut(), tag.starts_with("option") && tag.contains(" selected"))
            {
                *last = value("value").unwrap();
            }
            continue;
        };
        if matches!(name.as_str(), "csrf" | "once") || tag.starts_with("button") {
            continue;
        }
        let ticked = attributes.ends_with(" checked") || attributes.contains(" checked ");
        let boxed = attributes.contains("\"checkbox\"") || attributes.contains("\"radio\"");
        if boxed && !ticked {
            continue;
        }
        let content = if tag.starts_with("textarea") {
            plain(tag.split('>').nth(1).unwrap().trim_start_matches('\n'))
        } else {
            value("value").unwrap_or_default()
        };
        fields.push((name, content));
    }
    fields
}

fn plain(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&amp;", "&")
}

/// Sends the editor of a page, with some fields changed or added, by one of its buttons.
async fn press(
    person: &Person<'_>,
    path: &str,
    page: &Screen,
    typed: &[(&str, &str)],
    button: (&str, &str),
) -> Screen {
    let mut all = fields(page);
    for (name, value) in typed {
        match all.iter_mut().find(|(its, _)| its == name) {
            Some((_, old)) => (*value).clone_into(old),
            None => all.push(((*name).to_owned(), (*value).to_owned())),
        }
    }
    let mut all: Vec<(&str, &str)> =
        all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    all.push(button);
    person.post(path, &all).await
}

const SAVE: (&str, &str) = ("save", "1");

fn actions(page: &Screen) -> Vec<String> {
    let found = fields(page).into_iter().filter(|(name, _)| name == "action");
    found.map(|(_, key)| key).collect()
}

async fn stored(office: &Office, id: &str) -> Value {
    office.read(&format!("/v1/programs/{id}")).await
}

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

/// The hidden fields of the question before a save.
fn kept(page: &Screen) -> Vec<(String, String)> {
    let main = page.html.split("<main").nth(1).unwrap();
    let inputs = main.split("<input type=\"hidden\" name=\"").skip(1).map(|rest| {
        let (name, rest) = rest.split_once("\" value=\"").unwrap();
        (name.to_owned(), plain(rest.split('"').next().unwrap()))
    });
    inputs.filter(|(name, _)| !matches!(name.as_str(), "csrf" | "once")).collect()
}

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
