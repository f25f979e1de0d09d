//! Nothing about a patient leaves the tables, but for the text to the patient.

#![cfg(test)]

use e2e::bookings::{booking_made, enrolment, message, outcome, post, taken_in};
use e2e::practice::{Practice, SOON};
use e2e::problems::assert_problem;
use e2e::{stack, unique};
use serde_json::{Value, json};
use stack::{Stack, unix_seconds, wait};

/// The most lines that one reading of a log group gives.
const LOG_LIMIT: usize = 10_000;

/// What must be nowhere, in every form it takes on the way.
struct Markers {
    first_name: String,
    last_name: String,
    external: String,
    text: String,
}

impl Markers {
    const MOBILE: &str = "0491 570 157";
    const BORN: &str = "1943-07-29";
    const MEDICARE: &str = "2428 77813 2/1";

    fn new() -> Self {
        let mark = unique();
        Self {
            first_name: format!("Zebedeus{mark}"),
            last_name: format!("Quillfeather{mark}"),
            external: format!("MRN-{mark}"),
            text: format!("Marmalade{mark}"),
        }
    }

    fn all(&self) -> Vec<&str> {
        vec![
            &self.first_name,
            &self.last_name,
            &self.external,
            &self.text,
            Self::BORN,
            Self::MOBILE,
            // The number, in any form.
            "491570157",
            "491 570 157",
            Self::MEDICARE,
            // It, without the blanks, and the card's alone.
            "2428778132",
        ]
    }

    #[track_caller]
    fn assert_absent(&self, place: &str, text: &str) {
        for marker in self.all() {
            assert!(!text.contains(marker), "{marker} is in {place}: {text}");
        }
    }
}

#[test]
fn logs_metrics_and_queues_hold_nothing_about_a_patient() {
    let stack = stack();
    let began = unix_seconds() * 1000;
    let markers = Markers::new();
    let practice = Practice::make(&stack);
    rename_template(&practice, &markers);
    let patient = json!({
        "identifiers": [{ "source": "diary", "id": markers.external }],
        "first_name": markers.first_name,
        "last_name": markers.last_name,
        "date_of_birth": Markers::BORN,
        "mobile": Markers::MOBILE,
        "medicare_number": Markers::MEDICARE,
        "site": practice.site,
    });

    be_refused(&stack, &practice, &markers, &patient);
    let unmatched = message(&stack, &booking(&practice, &markers));
    assert_eq!(outcome(&taken_in(&stack, &unmatched)), "unmatched");
    let made = practice.admin.post("/v1/patients", &patient).unwrap();
    assert_eq!(made.status, 201, "{}", made.body);
    let wanted = json!({ "identifier": { "source": "diary", "id": markers.external } });
    let found = practice.admin.post("/v1/patients/search", &wanted).unwrap();
    let found = found.success().unwrap();
    assert_eq!(found["items"].as_array().map(Vec::len), Some(1), "{found}");
    let twice = practice.admin.post("/v1/patients", &patient).unwrap();
    assert!((400..500).contains(&twice.status), "{}", twice.body);

    let applied = taken_in(&stack, &unmatched);
    let enrolment = enrolment(&applied);
    let queued = sweep_and_read_the_queue(&stack, &practice, &enrolment);
    markers.assert_absent("the queue", &queued);
    practice.wait_until_completed(&enrolment);
    let texts = stack.emulator().sent_texts().unwrap();
    let sent = texts.iter().find(|text| text.message.contains(&markers.text));
    let sent = sent.expect("the text was sent");
    assert!(sent.message.contains(&markers.first_name), "{sent:?}");
    assert_eq!(sent.phone_number, "+61491570157");

    let work_list = practice.read("/v1/work-list").to_string();
    markers.assert_absent("the work list", &work_list);
    assert_logs_are_clean(&stack, began, &markers, &enrolment);
}

/// Gives the practice's text a marker and the patient's whole name.
fn rename_template(practice: &Practice<'_>, markers: &Markers) {
    let templates = practice.list("/v1/templates");
    let name = practice.name.trim_start_matches("Ada");
    let its_own = |it: &&Value| it["name"].as_str().is_some_and(|it| it.ends_with(name));
    let template = templates.iter().find(its_own).unwrap();
    let path = format!("/v1/templates/{}", template["id"].as_str().unwrap());
    let etag = practice.admin.get(&path).unwrap();
    let etag = etag.header("etag").unwrap().to_owned();
    let body = format!("{} {{{{ patient.first_name }}}} {{{{ patient.last_name }}}}", markers.text);
    let changed = json!({ "channel": "sms", "name": template["name"], "body": body });
    let saved =
        practice.admin.request("PUT", &path, &[("if-match", &etag)], Some(&changed)).unwrap();
    assert_eq!(saved.status, 200, "{}", saved.body);
}

/// Mistakes that people and systems make: what they sent must not end up in a log either.
fn be_refused(stack: &Stack, practice: &Practice<'_>, markers: &Markers, patient: &Value) {
    let admin = &practice.admin;
    for (field, value) in [
        ("mobile", "0491 570 157 ext 12345678901234"),
        ("mobile", &markers.text),
        ("date_of_birth", &markers.text),
        ("first_name", &markers.text.repeat(50)),
        ("site", &markers.text),
        ("nickname", &markers.first_name),
    ] {
        let mut wrong = patient.clone();
        wrong[field] = json!(value);
        assert_problem(&admin.post("/v1/patients", &wrong).unwrap(), 422);
    }
    let mut wrong = booking(practice, markers);
    wrong["timestamp"] = json!(markers.text);
    assert_problem(&post(stack, &message(stack, &wrong)), 422);
    let not_json = format!("{{\"patient\": {} }}", markers.first_name);
    let not_json = e2e::bookings::signed(&stack.description().webhook_secret, not_json.as_bytes());
    assert_problem(&post(stack, &not_json), 400);
    let unsigned = e2e::bookings::signed(&stack::Secret::new("AAAA"), wrong.to_string().as_bytes());
    assert_problem(&post(stack, &unsigned), 401);
    let nobody = format!("/v1/patients/{}", markers.external);
    assert_problem(&admin.get(&nobody).unwrap(), 404);
}

fn booking(practice: &Practice<'_>, markers: &Markers) -> Value {
    let id = format!("B-{}", unique());
    booking_made(&id, &practice.booking_type, &practice.site, &markers.external)
}

/// Holds the sender back, sweeps, reads what is queued for the enrolment, and lets the sender go on.
fn sweep_and_read_the_queue(stack: &Stack, practice: &Practice<'_>, enrolment: &str) -> String {
    let cloud = stack.emulator();
    let sender = stack.description().output("SendSmsFunctionName").unwrap();
    let queue = stack.description().output("SmsVisitsQueueUrl").unwrap();
    cloud.let_consume(sender, false).unwrap();
    practice.sweep();
    let read = wait::until("the message in the queue", SOON, || {
        let messages = cloud.peek_messages(queue, 1)?;
        Ok(messages.into_iter().find(|it| it.contains(enrolment)))
    });
    cloud.let_consume(sender, true).unwrap();
    read.unwrap()
}

fn assert_logs_are_clean(stack: &Stack, began: i64, markers: &Markers, enrolment: &str) {
    let cloud = stack.emulator();
    let name = &stack.description().stack_name;
    // A function's log is written when its call is over. What is read is what is looked for.
    let told = |group: &str, what: &str| {
        let group = format!("/aws/lambda/{name}-{group}");
        wait::until(&format!("{what} in {group}"), SOON, || {
            let lines = cloud.log_lines(&group, began)?;
            Ok(lines.iter().any(|it| it.message.contains(what)).then_some(()))
        })
        .unwrap();
    };
    told("send-sms", enrolment);
    told("booking-webhook", "took in an event");
    told("sweeper", "CloudWatchMetrics");
    told("patients", "POST /v1/patients");
    told("programs", "PUT /v1/templates/{id}");

    let functions = format!("/aws/lambda/{name}-");
    let gateway = format!("/aws/vendedlogs/{name}/");
    for prefix in [functions, gateway] {
        for group in cloud.log_groups(&prefix).unwrap() {
            let lines = cloud.log_lines(&group, began).unwrap();
            assert!(lines.len() < LOG_LIMIT, "{group} is too long to read at once");
            for line in lines {
                markers.assert_absent(&group, &line.message);
            }
        }
    }
}
