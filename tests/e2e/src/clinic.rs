//! A clinic at work: a site of a test's own with somebody on every page of the console.

use serde_json::{Value, json};
use stack::seed::{EveryChannel, every_channel};
use stack::{Stack, TextAnswer, wait};

use crate::practice::{Practice, SOON, created};
use crate::unique;

/// The sender of the sites of [`Practice`], which takes answers.
const SENDER: &str = "+61491570157";

/// A clinic in which something of everything has happened.
#[derive(Debug)]
pub struct Clinic<'a> {
    /// Its site, and its admin.
    pub practice: Practice<'a>,
    made: EveryChannel,
    enrolment: String,
    letter: String,
    batch: String,
    work: String,
    site: String,
    booking_type: String,
    templates: [String; 3],
}

impl<'a> Clinic<'a> {
    /// Makes one: everything was sent to one patient, who answered; of their letters one is printed, one waits;
    /// another patient has no mobile, and waits on the work list.
    ///
    /// # Panics
    /// When something is refused.
    pub fn make(stack: &'a Stack) -> Self {
        let practice = Practice::make(stack);
        let made = every_channel(&practice.admin, &practice.site, &unique()).expect("it is made");
        let wanted = json!({ "patient": made.patient, "program": made.program });
        let enrolment = created(practice.admin.post("/v1/enrolments", &wanted));
        let work = unreachable(&practice);
        let listed = format!("/v1/letters?site={}&program={}", practice.site, made.program);
        let letters = wait::until("everything to be sent", SOON, || {
            practice.sweep();
            let letters = practice.list(&listed);
            let sent = practice.status(&enrolment) == "completed" && letters.len() == 2;
            Ok(sent.then_some(letters))
        });
        let letter = id(&letters.expect("they wait")[0]);
        let batch =
            created(practice.admin.post("/v1/letters/batches", &json!({ "letters": [letter] })));
        let work = wait::until("work", SOON, || {
            let items = practice.list(&format!("/v1/work-list?patient={work}"));
            Ok(items.first().map(id))
        });
        let find = |list: &str, code: &str| {
            let found = practice.list(list).into_iter().find(|it| it["code"] == code);
            id(&found.expect("it was made"))
        };
        let program = practice.read(&format!("/v1/programs/{}", made.program));
        let template = |action: usize| text_of(&program["actions"][action]["template"]);
        let clinic = Self {
            site: find("/v1/sites", &practice.site),
            booking_type: find("/v1/booking-types", &practice.booking_type),
            templates: [template(0), template(1), template(2)],
            work: work.expect("somebody cannot be reached"),
            practice,
            made,
            enrolment,
            letter,
            batch,
        };
        clinic.answer();
        clinic
    }

    /// The patient answers twice: one number is fine, one is not.
    fn answer(&self) {
        let stack = self.practice.stack;
        let texts = stack.emulator().sent_texts().expect("the outbox");
        let text = texts.into_iter().find(|it| it.message.contains(&self.made.name));
        let answers = &text.expect("it was sent").message_id;
        for said in ["6.4 this morning", "14,2!", "7.1", "5.9 after breakfast"] {
            let id = format!("in-{}", unique());
            let from = &self.made.mobile;
            let answer = TextAnswer { from, to: SENDER, text: said, answers, id: &id };
            stack.answer_text(answer).expect("it is said");
        }
        let replies = format!("/v1/patients/{}/replies", self.made.patient);
        wait::until("the answers", SOON, || {
            Ok((self.practice.list(&replies).len() == 4).then_some(()))
        })
        .expect("they are kept");
    }

    /// Every page of the console, by a short name.
    ///
    /// # Panics
    /// When what pages are made of cannot be read.
    pub fn every_page(&self) -> Vec<(String, String)> {
        let Self { made, enrolment, letter, batch, work, site, booking_type, templates, .. } = self;
        let EveryChannel { patient, program, .. } = made;
        let [text, email, paper] = templates;
        let code = &self.practice.site;
        let mut pages = pages(&[
            ("work", "work"),
            ("work-forecast", "work/forecast"),
            ("work-resolved", "work/resolved"),
            ("work-refused", "work/refused"),
            ("work-balance", "work/balance"),
            ("patients", "patients"),
            ("patient-new", "patients/new"),
            ("patients-import", "patients/import"),
            ("programs", "programs"),
            ("program-new", "programs/new"),
            ("templates", "templates"),
            ("template-new", "templates/new"),
            ("template-new-sms", "templates/new?channel=sms"),
            ("template-new-email", "templates/new?channel=email"),
            ("template-new-letter", "templates/new?channel=letter"),
            ("letters", "letters"),
            ("letters-printed", "letters?state=printed"),
            ("letters-all", "letters?state="),
            ("settings", "settings"),
            ("settings-practice", "settings/practice"),
            ("settings-sites", "settings/sites"),
            ("settings-site-new", "settings/sites/new"),
            ("settings-holidays", "settings/holidays"),
            ("settings-booking-types", "settings/booking-types"),
            ("settings-booking-type-new", "settings/booking-types/new"),
            ("settings-sending", "settings/sending"),
            ("work-of-site", &format!("work?site={code}")),
            ("work-item", &format!("work/{work}")),
            ("letters-of-site", &format!("letters?site={code}")),
            ("letter", &format!("letters/{letter}")),
            ("letters-batch", &format!("letters/batches/{batch}")),
            ("settings-site", &format!("settings/sites/{site}")),
            ("settings-site-holidays", &format!("settings/sites/{site}/holidays")),
            ("settings-booking-type", &format!("settings/booking-types/{booking_type}")),
            ("template-sms", &format!("templates/{text}")),
            ("template-email", &format!("templates/{email}")),
            ("template-letter", &format!("templates/{paper}")),
            ("template-versions", &format!("templates/{text}/versions")),
            ("template-version", &format!("templates/{text}/versions/1")),
            ("patient-enrol-chosen", &format!("patients/{patient}/enrol?program={program}")),
        ]);
        let mut below = |of: &str, at: &str, parts: &[&str]| {
            pages.push((of.to_owned(), format!("/app/{at}")));
            pages.extend(parts.iter().map(|it| (format!("{of}-{it}"), format!("/app/{at}/{it}"))));
        };
        below("patient", &format!("patients/{patient}"), &["edit", "merge", "enrol", "replies"]);
        below("enrolment", &format!("enrolments/{enrolment}"), &["history", "timeline"]);
        let parts = ["edit", "booking-types", "timeline", "patients", "move", "versions"];
        below("program", &format!("programs/{program}"), &parts);
        // A stack that has seen no midnight has no balance.
        if let Some(day) = self.practice.list("/v1/balance").first() {
            pages.push((
                "work-balance-day".to_owned(),
                format!("/app/work/balance/{}", text_of(&day["day"])),
            ));
        }
        pages
    }
}

fn pages(pages: &[(&str, &str)]) -> Vec<(String, String)> {
    pages.iter().map(|(name, path)| ((*name).to_owned(), format!("/app/{path}"))).collect()
}

/// A patient on a program of texts who has no mobile; their id.
fn unreachable(practice: &Practice<'_>) -> String {
    let patient = json!({ "first_name": "Ada", "last_name": "Lovelace", "site": practice.site });
    let patient = created(practice.admin.post("/v1/patients", &patient));
    let template = created(practice.admin.post(
        "/v1/templates",
        &json!({
            "channel": "sms", "name": format!("Check-up {}", unique()),
            "body": "Hi {{ patient.first_name }}, please ring us. {{ practice.name }}",
        }),
    ));
    let program = json!({
        "type": "general", "name": format!("Check-up {}", unique()),
        "actions": [{
            "type": "sms", "template": template, "timing": { "when": "enrolled" },
            "pause_on_error": true, "ignore_window": true,
        }],
    });
    let program = created(practice.admin.post("/v1/programs", &program));
    let enabled = practice.admin.post(&format!("/v1/programs/{program}/enable"), &json!({}));
    enabled.and_then(|answer| answer.success()).expect("it is enabled");
    created(
        practice.admin.post("/v1/enrolments", &json!({ "patient": patient, "program": program })),
    );
    patient
}

fn id(of: &Value) -> String {
    text_of(&of["id"])
}

fn text_of(of: &Value) -> String {
    of.as_str().expect("a text").to_owned()
}
