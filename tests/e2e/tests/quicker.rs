//! What scripts add to the console, in Chromium on the deployed stack: each is quicker with them, and none is needed.

#![cfg(test)]

use e2e::browser::{self, Page};
use e2e::practice::{Practice, SOON, created};
use e2e::{console, stack, unique};
use serde_json::{Value, json};
use stack::{Stack, wait};

/// Somebody who may do everything, signed in.
fn admin(stack: &Stack) -> Page {
    let page = browser::page();
    console::sign_in(&page, stack, &stack.description().admin);
    page
}

fn go(page: &Page, stack: &Stack, path: &str) {
    page.go(&console::address(stack, path));
}

/// A program of these actions, which nobody is put on.
fn program(practice: &Practice<'_>, actions: &Value) -> String {
    let name = format!("Quicker-{}", unique());
    let wanted = json!({ "type": "general", "name": name, "actions": actions });
    created(practice.admin.post("/v1/programs", &wanted))
}

/// A program at whose only action a person is asked, to which patients are added.
fn pausing(practice: &Practice<'_>) -> String {
    let pause = json!([{ "type": "pause", "timing": { "when": "enrolled" } }]);
    let program = program(practice, &pause);
    let enabled = practice.admin.post(&format!("/v1/programs/{program}/enable"), &json!({}));
    enabled.and_then(|answer| answer.success()).expect("it is enabled");
    program
}

fn template(practice: &Practice<'_>, of: &Value) -> String {
    let mut wanted = of.clone();
    wanted["name"] = format!("Quicker-{}", unique()).into();
    created(practice.admin.post("/v1/templates", &wanted))
}

#[test]
fn a_text_is_shown_filled_while_it_is_typed_and_a_tag_goes_where_the_cursor_is() {
    let stack = stack();
    let page = admin(&stack);
    go(&page, &stack, "/app/templates/new?channel=sms");
    page.fill("Text", "Hi , see you.");
    page.see("Hi , see you.");
    for _ in 0..", see you.".len() {
        page.key("ArrowLeft");
    }
    page.press("Tags to insert");
    page.press("Insert {{ patient.first_name }}");
    assert_eq!(page.value("Text"), "Hi {{ patient.first_name }}, see you.");
    page.see("Hi Maria, see you.");
    page.see("1 part");
    page.type_keys("x".repeat(160).as_str());
    page.see("2 parts");
    page.assert_quiet();
}

#[test]
fn an_email_is_laid_out_anew_as_one_types() {
    let stack = stack();
    let page = admin(&stack);
    go(&page, &stack, "/app/templates/new?channel=email");
    page.fill("Subject", "Your visit");
    page.fill("Text", "# Your visit");
    let shown = |words: &str| {
        wait::until("the email in its frame", SOON, || {
            Ok((page.posted("/app/templates/frame", words) > 0).then_some(()))
        })
        .expect("it is posted by itself");
    };
    shown("Your+visit");
    page.type_keys(" is soon");
    shown("Your+visit+is+soon");
    page.assert_quiet();
}

#[test]
fn an_action_is_dragged_to_another_place_and_what_was_typed_stays() {
    let stack = stack();
    let practice = Practice::make(&stack);
    let text = template(&practice, &json!({ "channel": "sms", "body": "Hello" }));
    let sms = json!({ "type": "sms", "template": text, "timing": { "when": "enrolled" } });
    let pause = json!({ "type": "pause", "timing": { "when": "enrolled" } });
    let program = program(&practice, &json!([sms, sms, pause]));
    let page = admin(&stack);
    go(&page, &stack, &format!("/app/programs/{program}/edit"));
    let renamed = format!("Dragged-{}", unique());
    page.fill("Name", &renamed);
    // All of the list is to be seen at once.
    page.width(1280, 2_400);
    page.drag("3. Pause", "1. SMS");
    page.see("1. Pause");
    page.see("3. SMS");
    assert_eq!(page.value("Name"), renamed);
    page.press("Save");
    page.see("Saved.");
    let saved = practice.read(&format!("/v1/programs/{program}"));
    let kinds: Vec<_> =
        saved["actions"].as_array().into_iter().flatten().map(|it| &it["type"]).collect();
    assert_eq!(kinds, ["pause", "sms", "sms"]);
    page.assert_quiet();
}

#[test]
fn who_presses_twice_enrols_once_and_who_leaves_what_was_typed_is_asked() {
    let stack = stack();
    let practice = Practice::make(&stack);
    let program = pausing(&practice);
    let patient = practice.patient().id;
    let page = admin(&stack);
    let enrol = format!("/app/patients/{patient}/enrol");
    go(&page, &stack, &format!("{enrol}?program={program}"));
    page.press_twice("Enrol on this program");
    page.see("Enrolled.");
    assert_eq!(page.posted(&enrol, &program), 1);
    let on = practice.read(&format!("/v1/patients/{patient}/enrolments"));
    assert_eq!(on["items"].as_array().map(Vec::len), Some(1), "{on}");
    // What was sent is no reason to be asked; what was typed and is left is.
    assert_eq!(page.asked_whether_to_leave(), 0);
    go(&page, &stack, &format!("/app/patients/{patient}/edit"));
    page.fill("First name", "Anna");
    page.press("Patients");
    page.see("Type the beginning of a name");
    assert_eq!(page.asked_whether_to_leave(), 1);
    page.assert_quiet();
}

#[test]
fn one_box_ticks_all_of_a_list_and_one_that_is_not_ticked_unticks_it() {
    let stack = stack();
    let practice = Practice::make(&stack);
    let program = pausing(&practice);
    let mark = unique();
    let site = format!("Ticks-{mark}");
    let wanted = json!({
        "code": format!("ticks-{mark}"), "name": site, "time_zone": "Australia/Sydney",
        "sms": { "number": "+61491570157" },
    });
    created(practice.admin.post("/v1/sites", &wanted));
    for name in ["Ada", "Ben"] {
        let wanted =
            json!({ "first_name": name, "last_name": site, "site": format!("ticks-{mark}") });
        let patient = created(practice.admin.post("/v1/patients", &wanted));
        let wanted = json!({ "patient": patient, "program": program });
        created(practice.admin.post("/v1/enrolments", &wanted));
    }
    let page = admin(&stack);
    wait::until("both to wait for a person", SOON, || {
        practice.sweep();
        let waits = practice.read(&format!("/v1/work-list?site=ticks-{mark}"));
        Ok((waits["items"].as_array().map(Vec::len) == Some(2)).then_some(()))
    })
    .expect("they are on the work list");
    go(&page, &stack, "/app/work");
    page.choose("Site", &site);
    page.see(&format!("Ben {site}"));
    assert_eq!(page.ticked(), [""; 0]);
    page.check("All on this page");
    let all = page.ticked();
    assert_eq!(all.len(), 3, "{all:?}");
    page.uncheck(&all[1]);
    assert_eq!(page.ticked(), [all[2].as_str()], "{all:?}");
    page.assert_quiet();
}
