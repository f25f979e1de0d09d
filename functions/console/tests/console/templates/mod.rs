//! The screens of templates.

mod acts;
mod editor;
mod look;
mod pages;

use serde_json::json;

use crate::support::Office;

const HOSTILE: &str = "\"><script>alert(1)</script>";
const SMS: &str = "Hi {{ patient.first_name }}, please call {{ site.name }}.";

/// A text message; its id.
async fn sms(office: &Office, name: &str) -> String {
    let draft = json!({ "channel": "sms", "name": name, "body": SMS });
    made(office, &draft).await
}

/// An email; its id.
async fn email(office: &Office) -> String {
    let draft = json!({
        "channel": "email", "name": "Welcome", "subject": "Your visit to {{ site.name }}",
        "body": "# Hello\n\nDear {{ patient.first_name }}, **see you soon**.",
    });
    made(office, &draft).await
}

/// A letter; its id.
async fn letter(office: &Office) -> String {
    let draft = json!({
        "channel": "letter", "name": "Results", "body": "# Your results\n\nDear {{ patient.first_name }},",
    });
    made(office, &draft).await
}

async fn made(office: &Office, draft: &serde_json::Value) -> String {
    let made = office.api("POST", "/v1/templates", draft).await;
    made["id"].as_str().unwrap().to_owned()
}

/// A program that sends it.
async fn program(office: &Office, name: &str, template: &str) -> String {
    let draft = json!({
        "name": name, "type": "recall", "frequency": { "amount": 6, "unit": "months" },
        "actions": [{ "type": "sms", "template": template, "timing": { "when": "enrolled" } }],
    });
    let made = office.api("POST", "/v1/programs", &draft).await;
    made["id"].as_str().unwrap().to_owned()
}
