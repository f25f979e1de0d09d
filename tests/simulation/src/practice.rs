//! The practice as it opens: its sites, programs and patients, made as an admin and the front desk make them.

use axum::Router;
use domain::ids::PatientId;
use serde_json::{Value, json};
use testkit::requests::{ApiRequest, call};

use crate::world::{Known, Planned, World};

fn template(name: &str, channel: &str, body: &str) -> Value {
    let mut template = json!({ "name": name, "channel": channel, "body": body });
    if let ("email", Some(fields)) = (channel, template.as_object_mut()) {
        fields.insert("subject".to_owned(), json!(format!("About {name}")));
    }
    template
}

fn before(amount: u16, unit: &str) -> Value {
    json!({ "when": "before", "amount": amount, "unit": unit })
}

fn after(amount: u16, unit: &str) -> Value {
    json!({ "when": "after", "amount": amount, "unit": unit })
}

fn enrolled() -> Value {
    json!({ "when": "enrolled" })
}

fn on_day() -> Value {
    json!({ "when": "on", "at": "10:30" })
}

/// A program of each type, and one of offers, by those templates: its type, and what an admin would post.
fn programs(ids: [String; 7]) -> [(&'static str, Value); 6] {
    let [visit, reminder, call, ask, mail, letter, offer] = ids;
    let sms = |template: &str, timing: Value| json!({ "type": "sms", "template": template, "timing": timing });
    let email = |template: &str, timing: Value| json!({ "type": "email", "template": template, "timing": timing });
    let post = |to: &str, timing: Value, print: &str| json!({ "type": to, "template": letter, "timing": timing, "print": print });
    let skips = |mut action: Value| {
        action["pause_on_error"] = json!(false);
        action
    };
    let at_once = |mut action: Value| {
        action["ignore_window"] = json!(true);
        action
    };
    let mut asks = sms(&ask, on_day());
    asks["save_reply"] = json!(true);
    asks["value"] = json!({ "unit": "mmol/L", "min": 4.0, "max": 10.0 });
    let two_weeks = json!({ "amount": 2, "unit": "weeks" });
    let two_months = json!({ "amount": 2, "unit": "months" });
    [
        (
            "general",
            json!({ "name": "Welcome", "actions": [
                at_once(sms(&call, enrolled())), skips(email(&mail, after(2, "days"))),
                json!({ "type": "pause", "timing": after(5, "days") }), sms(&call, after(7, "days")),
            ]}),
        ),
        (
            "recall",
            json!({ "name": "Check-up", "cycles": 3, "frequency": two_months, "completion": "selected",
                "clinically_significant": true, "actions": [
                sms(&call, before(20, "days")), email(&mail, before(10, "days")),
                post("letter_to_patient", before(3, "days"), "mail"),
            ]}),
        ),
        (
            "program",
            json!({ "name": "Monitoring", "cycles": 4, "frequency": two_weeks, "actions": [
                asks, skips(sms(&call, after(1, "days"))), skips(sms(&call, after(1, "days"))),
                post("letter_to_patient", after(3, "days"), "epost"),
            ]}),
        ),
        (
            "booking",
            json!({ "name": "Visit", "actions": [
                at_once(sms(&visit, enrolled())), email(&mail, before(3, "days")),
                sms(&reminder, before(26, "hours")), skips(sms(&call, after(1, "days"))),
            ]}),
        ),
        (
            "referral",
            json!({ "name": "Follow-up", "actions": [
                at_once(sms(&call, enrolled())), post("letter_to_gp", after(1, "days"), "mail"),
                skips(sms(&call, after(14, "days"))),
            ]}),
        ),
        (
            "general",
            json!({ "name": "Offers", "purpose": "commercial", "actions": [
                skips(email(&offer, after(1, "days"))),
            ]}),
        ),
    ]
}

/// When an action may be done first, by its timing.
fn planned(action: &Value) -> Planned {
    let timing = &action["timing"];
    let amount = timing["amount"].as_i64().unwrap_or_default();
    let days = match timing["unit"].as_str() {
        // Hours may reach into the day before.
        Some("hours") => amount / 24 + 1,
        _ => amount,
    };
    let days = match timing["when"].as_str() {
        Some("before") => Some(-days),
        Some("after") => Some(days),
        Some("on") => Some(0),
        _ => None,
    };
    Planned { action: action["id"].as_str().expect("it has an id").to_owned(), days }
}

impl World {
    async fn created(&mut self, router: &Router, path: &str, body: &Value) -> String {
        let request = ApiRequest::new("POST", path).by("[admin]").json(body);
        let answer = call(router, request).await;
        assert!(answer.status == 201, "{path}: {} {:?}", answer.status, answer.json);
        answer.json["id"].as_str().expect("it has an id").to_owned()
    }

    pub(crate) async fn sites(&mut self) {
        let router = self.routers.programs.clone();
        for (n, (code, zone)) in [
            ("harbour", "Australia/Sydney"),
            ("west", "Australia/Perth"),
            ("island", "Australia/Lord_Howe"),
        ]
        .into_iter()
        .enumerate()
        {
            let site = json!({
                "code": code,
                "name": format!("Clinic {code}"),
                "time_zone": zone,
                "sending_window": {
                    "opens": "09:00", "closes": "17:00",
                    "days": ["monday", "tuesday", "wednesday", "thursday", "friday"],
                },
                "sms": { "number": format!("+6149157015{}", n + 6) },
            });
            self.created(&router, "/v1/sites", &site).await;
        }
    }

    /// The message templates: their ids.
    async fn message_templates(&mut self) -> [String; 7] {
        let router = self.routers.programs.clone();
        let mut ids = Vec::new();
        for (name, channel, body) in [
            (
                "visit",
                "sms",
                "Hi {{ patient.first_name }}, your visit is on {{ booking.date }} at {{ booking.time }}.",
            ),
            (
                "reminder",
                "sms",
                "Reminder, {{ patient.first_name }}: your visit is on {{ booking.date }} at {{ booking.time }}.",
            ),
            ("call", "sms", "Hi {{ patient.first_name }}, about {{ program.name }}."),
            ("ask", "sms", "Hi {{ patient.first_name }}, what is your blood sugar today?"),
            ("mail", "email", "Dear {{ patient.first_name }},\n\nabout {{ program.name }}."),
            (
                "letter",
                "letter",
                "# {{ program.name }}\n\nDear {{ patient.first_name }},\n\nplease call us.",
            ),
            (
                "offer",
                "email",
                "Dear {{ patient.first_name }},\n\nan offer.\n\n{{ unsubscribe.link }}",
            ),
        ] {
            let id = self.created(&router, "/v1/templates", &template(name, channel, body)).await;
            self.templates.push((id.clone(), channel));
            ids.push(id);
        }
        ids.try_into().expect("seven templates")
    }

    pub(crate) async fn catalogue(&mut self) {
        let ids = self.message_templates().await;
        let router = self.routers.programs.clone();
        for (kind, mut program) in programs(ids) {
            program["type"] = json!(kind);
            program["enabled"] = json!(false);
            let id = self.created(&router, "/v1/programs", &program).await;
            let path = format!("/v1/programs/{id}/enable");
            let enable = ApiRequest::new("POST", &path).by("[admin]").header("if-match", "\"1\"");
            let enabled = testkit::requests::call(&router, enable).await;
            assert!(enabled.status.is_success(), "{:?}", enabled.json);
            let actions = enabled.json["actions"].as_array().expect("it has actions").iter();
            let messages = actions.filter(|action| action["type"] != "pause");
            self.messages_of.push(messages.map(planned).collect());
            self.programs.push(Known { id, kind });
        }
        let of = |name: &str, place: usize| json!({ "code": name, "name": name, "starts": [self.programs[place].id] });
        let mut check_up = of("check-up", 3);
        check_up["completes"] = json!([self.programs[1].id]);
        for kind in [of("physio-initial", 3), check_up] {
            self.created(&router, "/v1/booking-types", &kind).await;
        }
    }

    pub(crate) async fn patient(&mut self, n: u16) {
        // Families share a number.
        let mobile = format!("+61491570{:03}", if n % 6 == 5 { n - 1 } else { n });
        let site = ["harbour", "west", "island"][usize::from(n % 3)];
        let mut patient = json!({
            "first_name": format!("Pat{n}"),
            "last_name": format!("Ient{n}"),
            "mobile": mobile,
            "email": format!("pat{n}@example.com"),
            "site": site,
            "identifiers": [{ "source": "diary", "id": format!("P-{n}") }],
            "address": { "lines": [format!("{} Wharf Road", n + 1)], "locality": "Sydney", "region": "NSW", "postcode": "2000" },
        });
        if n % 4 != 3 {
            patient["gp"] = json!({
                "name": "Dr Ada Yang", "practice": "Wharf Road Medical",
                "address": { "lines": ["2 Wharf Road"], "locality": "Sydney", "region": "NSW", "postcode": "2000" },
            });
        }
        if n.is_multiple_of(2) {
            patient["consents"] = json!([
                { "channel": "email", "purpose": "commercial", "choice": "given", "how": "form 7" },
            ]);
        }
        let router = self.routers.patients.clone();
        let id = self.created(&router, "/v1/patients", &patient).await;
        self.patients.push(PatientId::parse(&id).expect("an id"));
    }
}
