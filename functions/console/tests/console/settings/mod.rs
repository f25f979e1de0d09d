//! The screens of settings.

mod booking_types;
mod holidays;
mod practice;
mod sending;
mod sites;

use serde_json::json;

use crate::support::{Office, Screen};

const HOSTILE: &str = "\"><script>alert(1)</script>";

/// The version that a form has.
fn version(page: &Screen) -> String {
    page.hidden("version").replace("&quot;", "\"")
}

/// The practice's only site; its id.
async fn site(office: &Office) -> String {
    let sites = office.read("/v1/sites").await;
    sites["items"][0]["id"].as_str().unwrap().to_owned()
}

/// A program of that type; its id.
async fn program(office: &Office, name: &str, kind: &str) -> String {
    let template =
        json!({ "channel": "sms", "name": format!("Text of {name}"), "body": "Please call us." });
    let template = office.api("POST", "/v1/templates", &template).await;
    let mut draft = json!({
        "name": name, "type": kind,
        "actions": [{ "type": "sms", "template": template["id"], "timing": { "when": "enrolled" } }],
    });
    if kind == "recall" {
        draft["frequency"] = json!({ "amount": 6, "unit": "months" });
        draft["completion"] = json!("selected");
    }
    let made = office.api("POST", "/v1/programs", &draft).await;
    made["id"].as_str().unwrap().to_owned()
}
