//! Patients: finding them, their card, what they are on.

mod acts;
mod answers;
mod card;
mod delivery;
mod enrol;
mod merge;
mod records;
mod search;

use serde_json::{Value, json};

use crate::support::Office;

/// What would run, were it not text.
pub(crate) const HOSTILE: &str = "\"><script>alert(1)</script>";

/// Maria Rossi, created; her id.
pub(crate) async fn maria(office: &Office) -> String {
    create(
        office,
        &json!({
            "first_name": "Maria", "last_name": "Rossi", "date_of_birth": "1980-02-03",
            "mobile": "0491 570 006", "site": "harbour",
            "identifiers": [{ "source": "diary", "id": "P-1001" }],
        }),
    )
    .await
}

/// That patient, created; their id.
pub(crate) async fn create(office: &Office, patient: &Value) -> String {
    id(&office.api("POST", "/v1/patients", patient).await)
}

/// The id in an answer.
pub(crate) fn id(answer: &Value) -> String {
    answer["id"].as_str().unwrap().to_owned()
}

/// An enabled program of that type and those actions; its id.
pub(crate) async fn program(office: &Office, kind: &str, name: &str, actions: Value) -> String {
    let mut program = json!({ "name": name, "type": kind, "actions": actions });
    if kind == "recall" {
        program["frequency"] = json!({ "amount": 6, "unit": "months" });
    }
    let program = id(&office.api("POST", "/v1/programs", &program).await);
    office.api("POST", &format!("/v1/programs/{program}/enable"), &json!({})).await;
    program
}

/// A template of a text message; its id.
pub(crate) async fn template(office: &Office, name: &str) -> String {
    let body = "Hi {{ patient.first_name }}, please call {{ site.name }}.";
    let template = json!({ "name": name, "channel": "sms", "body": body });
    id(&office.api("POST", "/v1/templates", &template).await)
}

/// A recall that begins with a call by staff, then a text message two weeks before the date.
pub(crate) async fn recall(office: &Office) -> String {
    let template = template(office, "Time for a visit").await;
    let actions = json!([
        { "type": "pause", "timing": { "when": "enrolled" } },
        {
            "type": "sms", "template": template,
            "timing": { "when": "before", "amount": 2, "unit": "weeks" },
        },
    ]);
    program(office, "recall", "Six-monthly call", actions).await
}

/// Maria on that recall; her id, and the enrolment's.
pub(crate) async fn enrolled(office: &Office) -> (String, String) {
    let (maria, recall) = (maria(office).await, recall(office).await);
    let draft = json!({ "patient": maria, "program": recall, "reference_date": "2027-03-31" });
    let enrolment = id(&office.api("POST", "/v1/enrolments", &draft).await);
    (maria, enrolment)
}
