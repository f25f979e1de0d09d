//! A site, a template, a program and a booking type of a test's own, made by an admin.

use std::time::Duration;

use serde_json::{Value, json};
use stack::{Answer, SentText, Session, Stack, wait};

use crate::bookings::booking_made;
use crate::unique;

/// A number that Australia's regulator keeps free for fiction.
const MOBILE: &str = "0491 570 156";

/// Long enough for two ticks of the schedule.
pub const SOON: Duration = Duration::from_secs(130);

/// What a test works with. The texts of its patients carry [`Practice::name`].
#[derive(Debug)]
pub struct Practice<'a> {
    /// The stack.
    pub stack: &'a Stack,
    /// An admin of it.
    pub admin: Session<'a>,
    /// The first name of each patient, unlike any other test's.
    pub name: String,
    /// The code of the booking type.
    pub booking_type: String,
    /// The code of the site.
    pub site: String,
    /// The id of the program.
    pub program: String,
}

/// A patient.
#[derive(Debug, Clone)]
pub struct Patient {
    /// Our id.
    pub id: String,
    /// The booking system's.
    pub external: String,
}

impl<'a> Practice<'a> {
    /// Makes one whose program sends a text as soon as a booking is made.
    ///
    /// # Panics
    /// When something is refused.
    pub fn make(stack: &'a Stack) -> Self {
        let admin = stack.sign_in_as_admin().expect("the admin signs in");
        let mark = unique();
        let (site, booking_type) = (format!("site-{mark}"), format!("type-{mark}"));
        let made = |path: &str, body: Value| created(admin.post(path, &body));
        made(
            "/v1/sites",
            // Its texts can be answered: where one cannot, nobody may ask patients for an answer.
            json!({
                "code": site, "name": "Harbour Clinic", "time_zone": "Australia/Sydney",
                "sms": { "number": "+61491570157" },
            }),
        );
        let template = made(
            "/v1/templates",
            json!({
                "channel": "sms",
                "name": format!("Confirmation {mark}"),
                "body": "Hi {{ patient.first_name }}, see you at {{ site.name }} on \
                         {{ booking.date }} at {{ booking.time }}.",
            }),
        );
        let program = made(
            "/v1/programs",
            json!({
                "type": "booking",
                "name": format!("Confirmation {mark}"),
                "actions": [{
                    "type": "sms",
                    "template": template,
                    "timing": { "when": "enrolled" },
                    "pause_on_error": true,
                    "ignore_window": true,
                }],
            }),
        );
        made(
            "/v1/booking-types",
            json!({ "code": booking_type, "name": "Physio, initial", "starts": [program] }),
        );
        let enabled = admin.post(&format!("/v1/programs/{program}/enable"), &json!({}));
        let enabled = enabled.and_then(|answer| answer.success());
        assert_eq!(enabled.expect("it can be enabled")["enabled"], true);
        Self { stack, admin, name: format!("Ada{mark}"), booking_type, site, program }
    }

    /// Makes a patient.
    ///
    /// # Panics
    /// When that is refused.
    pub fn patient(&self) -> Patient {
        let external = format!("P-{}", unique());
        let id = self.patient_known_as(&external);
        Patient { id, external }
    }

    /// Makes the patient whom the booking system knows by this id, and returns ours.
    ///
    /// # Panics
    /// When that is refused.
    pub fn patient_known_as(&self, external: &str) -> String {
        let patient = json!({
            "identifiers": [{ "source": "diary", "id": external }],
            "first_name": self.name,
            "last_name": "Example",
            "mobile": MOBILE,
            "site": self.site,
        });
        created(self.admin.post("/v1/patients", &patient))
    }

    /// A new booking of a patient, as its event.
    pub fn booking_of(&self, patient: &Patient) -> Value {
        let booking = format!("B-{}", unique());
        booking_made(&booking, &self.booking_type, &self.site, &patient.external)
    }

    /// Sweeps at once, instead of waiting for the schedule.
    ///
    /// # Panics
    /// When the sweeper fails.
    pub fn sweep(&self) {
        let sweeper = self.stack.description().output("SweeperFunctionName");
        let event = json!({ "detail-type": "Scheduled Event", "detail": {} });
        self.stack
            .emulator()
            .invoke(sweeper.expect("it has a name"), &event)
            .expect("the sweeper sweeps");
    }

    /// The texts that this practice's patients got.
    ///
    /// # Panics
    /// When the outbox cannot be read.
    pub fn texts(&self) -> Vec<SentText> {
        let mut texts = self.stack.emulator().sent_texts().expect("the outbox");
        texts.retain(|text| text.message.contains(&self.name));
        texts
    }

    /// Reads an address as the admin.
    ///
    /// # Panics
    /// When that is refused.
    pub fn read(&self, path: &str) -> Value {
        let answer = self.admin.get(path).and_then(|answer| answer.success());
        answer.expect("it can be read")
    }

    /// The items of a list, on all of its pages.
    ///
    /// # Panics
    /// When there is none.
    pub fn list(&self, path: &str) -> Vec<Value> {
        let mut list = self.read(path);
        let mut items = list["items"].as_array().expect("a list").clone();
        while let Some(next) = list["next"].as_str() {
            let joint = if path.contains('?') { '&' } else { '?' };
            list = self.read(&format!("{path}{joint}cursor={next}"));
            items.extend(list["items"].as_array().expect("a list").iter().cloned());
        }
        items
    }

    /// The status of an enrolment.
    pub fn status(&self, enrolment: &str) -> String {
        let enrolment = self.read(&format!("/v1/enrolments/{enrolment}"));
        enrolment["status"].as_str().unwrap_or_default().to_owned()
    }

    /// Everything that happened to an enrolment, by name, oldest first.
    pub fn history(&self, enrolment: &str) -> Vec<String> {
        self.list(&format!("/v1/enrolments/{enrolment}/history?all=true"))
            .iter()
            .map(|entry| entry["event"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// Waits until an enrolment is completed.
    ///
    /// # Panics
    /// When it takes too long.
    pub fn wait_until_completed(&self, enrolment: &str) {
        wait::until("the enrolment to be completed", SOON, || {
            Ok((self.status(enrolment) == "completed").then_some(()))
        })
        .expect("it is completed");
    }
}

/// The id in the answer to a creation.
///
/// # Panics
/// When nothing was created.
pub fn created(answer: Result<Answer, stack::Error>) -> String {
    let answer = answer.expect("an answer");
    assert_eq!(answer.status, 201, "{}: {}", answer.asked, answer.body);
    let made = answer.json().expect("JSON");
    made["id"].as_str().expect("an id").to_owned()
}
