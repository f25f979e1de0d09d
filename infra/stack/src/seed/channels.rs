//! A program that uses every channel, and a patient who can be reached by each.

use serde_json::{Value, json};

use crate::answer::text_at;
use crate::{Error, Session};

/// What there is of it, by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EveryChannel {
    /// The program: a text that asks for a value, an email, a letter to the patient and one to
    /// their GP.
    pub program: String,
    /// The patient.
    pub patient: String,
    /// Their given name, like no other's.
    pub name: String,
    /// Their number, as it is dialled.
    pub mobile: String,
    /// Their address.
    pub email: String,
}

/// Makes a program and a patient of their own, at the site of this code. `mark` makes their names
/// like no other's.
pub fn every_channel(admin: &Session<'_>, site: &str, mark: &str) -> Result<EveryChannel, Error> {
    let template = |channel: &str, name: &str, subject: Option<&str>, body: &str| {
        let mut wanted =
            json!({ "channel": channel, "name": format!("{name} {mark}"), "body": body });
        if let (Some(subject), Value::Object(wanted)) = (subject, &mut wanted) {
            wanted.insert("subject".to_owned(), json!(subject));
        }
        created(admin, "/v1/templates", &wanted)
    };
    let text = template(
        "sms",
        "Blood sugar",
        None,
        "Hi {{ patient.first_name }}, please reply with this morning's blood sugar. {{ practice.name }}",
    )?;
    let email = template(
        "email",
        "How to measure",
        Some("How to measure, {{ patient.first_name }}"),
        "# Measuring your blood sugar\n\nDear **{{ patient.first_name }}**,\n\n\
         1. Wash your hands.\n2. Prick the side of a finger.\n3. Reply to our text.\n\n{{ site.name }}",
    )?;
    let letter = template(
        "letter",
        "Your plan",
        None,
        "# Your plan\n\nDear {{ patient.first_name }},\n\nplease bring these to your next visit:\n\n- your meter\n- **your diary**\n",
    )?;
    let to_gp = template(
        "letter",
        "To the GP",
        None,
        "Dear {{ gp.name }},\n\n{{ patient.full_name }} is on our program “{{ program.name }}”.\n",
    )?;
    let action = |kind: &str, template: &str, more: &Value| {
        let mut action =
            json!({ "type": kind, "template": template, "timing": { "when": "enrolled" } });
        if let (Value::Object(action), Value::Object(more)) = (&mut action, more) {
            action.extend(more.clone());
        }
        action
    };
    let value = json!({ "unit": "mmol/L", "min": 4, "max": 10 });
    let asks = json!({ "ignore_window": true, "save_reply": true, "value": value });
    let program = created(
        admin,
        "/v1/programs",
        &json!({
            "type": "general",
            "name": format!("Every channel {mark}"),
            "actions": [
                action("sms", &text, &asks),
                action("email", &email, &json!({ "ignore_window": true })),
                action("letter_to_patient", &letter, &json!({ "print": "mail" })),
                action("letter_to_gp", &to_gp, &json!({ "print": "mail" })),
            ],
        }),
    )?;
    admin.post(&format!("/v1/programs/{program}/enable"), &json!({}))?.success()?;
    let email = format!("nguyen.{mark}@patients.example");
    let name = format!("Hương {mark}");
    // One of the numbers that Australia's regulator keeps free for fiction.
    let mobile = "+61491570158".to_owned();
    let patient = created(
        admin,
        "/v1/patients",
        &json!({
            "first_name": name,
            "last_name": "Nguyễn",
            "mobile": mobile,
            "email": email,
            "site": site,
            "address": {
                "lines": ["12 Quay Street"], "locality": "Balmain", "region": "NSW",
                "postcode": "2041",
            },
            "gp": {
                "name": "Dr Amal Haddad", "practice": "Balmain Village Practice",
                "address": {
                    "lines": ["3 Darling Street"], "locality": "Balmain", "region": "NSW",
                    "postcode": "2041",
                },
            },
        }),
    )?;
    Ok(EveryChannel { program, patient, name, mobile, email })
}

fn created(admin: &Session<'_>, collection: &str, wanted: &Value) -> Result<String, Error> {
    text_at(&admin.post(collection, wanted)?.success()?, "/id", collection)
}
