//! The demo practice: one site, one text, one program, one booking type, one patient.
//!
//! Made through the API, as an admin would, and only where it is missing:
//! seeding twice changes nothing.

mod channels;

use serde_json::{Value, json};

pub use channels::{EveryChannel, every_channel};

use crate::answer::text_at;
use crate::{Error, Session};

/// The demo patient's number in the booking system.
const PATIENT: &str = "P-1001";

/// What the demo practice consists of, by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoPractice {
    /// Harbour Clinic.
    pub site: String,
    /// The confirmation's text.
    pub template: String,
    /// The Booking program that sends it.
    pub program: String,
    /// The booking type that starts the program.
    pub booking_type: String,
    /// Maria Rossi.
    pub patient: String,
}

/// Maria Rossi's mobile. Nobody has it: ACMA keeps it for fiction.
pub const DEMO_MOBILE: &str = "+61491570006";

/// Finds or makes the demo practice.
pub fn demo_practice(admin: &Session<'_>) -> Result<DemoPractice, Error> {
    let site = find_or_create(
        admin,
        "/v1/sites",
        "code",
        // A number, which can be answered.
        &json!({
            "code": "harbour", "name": "Harbour Clinic", "time_zone": "Australia/Sydney",
            "sms": { "number": "+61491570157" },
        }),
    )?;
    let template = find_or_create(
        admin,
        "/v1/templates",
        "name",
        &json!({
            "channel": "sms",
            "name": "Booking confirmation",
            "body": "Hi {{ patient.first_name }}, your visit to {{ site.name }} is booked for \
                     {{ booking.date }} at {{ booking.time }}. {{ practice.name }}",
        }),
    )?;
    let program = find_or_create(
        admin,
        "/v1/programs",
        "name",
        &json!({
            "type": "booking",
            "name": "Booking confirmation",
            "actions": [{
                "type": "sms",
                "template": template,
                "timing": { "when": "enrolled" },
                "pause_on_error": true,
                "ignore_window": true,
            }],
        }),
    )?;
    let booking_type = find_or_create(
        admin,
        "/v1/booking-types",
        "code",
        &json!({ "code": "physio-initial", "name": "Physio, initial", "starts": [program] }),
    )?;
    let enabled = admin.get(&format!("/v1/programs/{program}"))?.success()?;
    if enabled.get("enabled").and_then(Value::as_bool) != Some(true) {
        admin.post(&format!("/v1/programs/{program}/enable"), &json!({}))?.success()?;
    }
    let patient = demo_patient(admin)?;
    Ok(DemoPractice { site, template, program, booking_type, patient })
}

fn demo_patient(admin: &Session<'_>) -> Result<String, Error> {
    let wanted = json!({ "identifier": { "source": "diary", "id": PATIENT } });
    let found = admin.post("/v1/patients/search", &wanted)?.success()?;
    if let Some(id) = found.pointer("/items/0/id").and_then(Value::as_str) {
        return Ok(id.to_owned());
    }
    let created = admin.post(
        "/v1/patients",
        &json!({
            "identifiers": [{ "source": "diary", "id": PATIENT }],
            "first_name": "Maria",
            "last_name": "Rossi",
            "date_of_birth": "1980-02-03",
            "mobile": DEMO_MOBILE,
            "site": "harbour",
        }),
    )?;
    text_at(&created.success()?, "/id", "POST /v1/patients")
}

/// The id of the item of `collection` that has the same `key` as `wanted`, created if need be.
fn find_or_create(
    admin: &Session<'_>,
    collection: &str,
    key: &str,
    wanted: &Value,
) -> Result<String, Error> {
    let mut page = collection.to_owned();
    loop {
        let listed = admin.get(&page)?.success()?;
        let items = listed.get("items").and_then(Value::as_array).ok_or_else(|| Error::Form {
            what: format!("GET {collection}"),
            why: "there is no list under `items`".to_owned(),
        })?;
        let same = |item: &&Value| item.get(key).is_some_and(|it| Some(it) == wanted.get(key));
        if let Some(item) = items.iter().find(same) {
            return text_at(item, "/id", collection);
        }
        match listed.get("next").and_then(Value::as_str) {
            Some(next) => page = format!("{collection}?cursor={next}"),
            None => {
                return text_at(&admin.post(collection, wanted)?.success()?, "/id", collection);
            }
        }
    }
}
