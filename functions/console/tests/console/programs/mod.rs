//! The Manager: programs, their editor, and what is done with them.

mod acts;
mod editor;
mod form;
mod links;
mod looking;
mod moving;
mod stale;

use serde_json::{Value, json};

use crate::support::Office;

/// What nobody may be able to put into a page.
pub(crate) const HOSTILE: &str = "\"><script>alert(1)</script>";

/// The id of something that the API made.
pub(crate) fn id(made: &Value) -> String {
    made["id"].as_str().unwrap().to_owned()
}

/// A template of that channel.
pub(crate) async fn template(office: &Office, channel: &str, name: &str) -> String {
    let mut draft =
        json!({ "channel": channel, "name": name, "body": "Hello {{ patient.first_name }}" });
    if channel == "email" {
        draft["subject"] = json!("Your visit");
    }
    id(&office.api("POST", "/v1/templates", &draft).await)
}

/// A reminder three days before a booking, and a pause.
pub(crate) async fn reminder(office: &Office) -> String {
    let template = template(office, "sms", "Reminder text").await;
    let draft = json!({
        "type": "booking", "name": "Booking reminder",
        "actions": [
            { "type": "sms", "template": template,
              "timing": { "when": "before", "amount": 3, "unit": "days", "at": "10:00" } },
            { "type": "pause", "timing": { "when": "on" } },
        ],
    });
    id(&office.api("POST", "/v1/programs", &draft).await)
}

/// A monitoring program that is enabled, with somebody on it: its id.
pub(crate) async fn monitoring(office: &Office, name: &str) -> String {
    let template = template(office, "sms", &format!("Text of {name}")).await;
    let draft = json!({
        "type": "general", "name": name,
        "actions": [
            { "type": "sms", "template": template,
              "timing": { "when": "after", "amount": 7, "unit": "days", "at": "10:00" } },
            { "type": "pause" },
        ],
    });
    let program = id(&office.api("POST", "/v1/programs", &draft).await);
    office.api("POST", &format!("/v1/programs/{program}/enable"), &json!({})).await;
    program
}

/// Puts somebody on it.
pub(crate) async fn enrol(office: &Office, program: &str) -> String {
    let site = office.read("/v1/sites").await["items"][0]["code"].clone();
    let patient = json!({
        "first_name": "Maria", "last_name": "Rossi", "mobile": "0400 000 000", "site": site,
    });
    let patient = id(&office.api("POST", "/v1/patients", &patient).await);
    let draft = json!({ "program": program, "patient": patient });
    id(&office.api("POST", "/v1/enrolments", &draft).await)
}
