//! A practice with all types of programs, several sites and many patients, as its life begins.

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;
use chrono::{DateTime, Utc};
use domain::ids::{EnrolmentId, PatientId};
use domain::ledger::LedgerKey;
use domain::text::{Code, ExternalId};
use serde_json::{Value, json};
use testkit::dynamo::Dynamo;
use testkit::fakes::{CountingIds, FakeClock};
use testkit::requests::{ApiAnswer, ApiRequest, call};

use crate::Tally;
use crate::gate::{Process, gated};
use crate::providers::{Accepted, Providers};
use crate::queues::SimQueues;
use crate::routers::{Routers, routers};
use crate::told::Diary;
use crate::weather::Weather;
use crate::work::Working;

/// When the practice opens: a fortnight before clocks go forward in Sydney, and by half an hour on Lord Howe Island.
const OPENS: &str = "2027-09-20T00:07:00Z";

/// A program, as the simulation knows it.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
}

/// Something that went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation(pub String);

/// The practice, and everything around it.
pub struct World {
    /// The store, called directly: for those who look on.
    pub(crate) dynamo: Dynamo,
    /// The store as functions call it.
    pub(crate) gated: Dynamo,
    pub(crate) clock: FakeClock,
    pub(crate) ids: CountingIds,
    pub(crate) weather: Weather,
    pub(crate) providers: Providers,
    pub(crate) queues: SimQueues,
    pub(crate) routers: Routers,
    pub(crate) programs: Vec<Known>,
    /// The actions of each that are messages, as it was made.
    pub(crate) messages_of: Vec<Vec<String>>,
    pub(crate) templates: Vec<(String, &'static str)>,
    pub(crate) patients: Vec<PatientId>,
    pub(crate) diary: Diary,
    pub(crate) working: Vec<Working>,
    /// How many messages have been looked at.
    pub(crate) looked_at: usize,
    /// Attempts that were handed over, by what must be handed over once only.
    pub(crate) sent: BTreeMap<(EnrolmentId, u16, String), Vec<LedgerKey>>,
    /// Messages after which the same may be sent again: a provider said that they did not arrive, or
    /// staff say so.
    pub(crate) excused: BTreeSet<LedgerKey>,
    /// What staff have ended. Nothing more is sent of it.
    pub(crate) ended: BTreeSet<EnrolmentId>,
    /// Who wants no more of a channel.
    pub(crate) opted_out: BTreeSet<(PatientId, &'static str)>,
    /// Mailboxes whose owner called a message unwanted: what is commercial goes there no more.
    pub(crate) complained: BTreeSet<String>,
    /// Numbers from which came STOP.
    pub(crate) stopped: BTreeSet<String>,
    /// Every message that was sent, and when.
    pub(crate) messages: Vec<(Accepted, DateTime<Utc>)>,
    /// What was sent of the texts that name a visit, by whom it went to.
    pub(crate) texts: BTreeMap<(String, String), LedgerKey>,
    /// How many answers have come.
    pub(crate) replies: u64,
    /// Merges that were not heard to be done.
    pub(crate) unfinished_merges: Vec<(PatientId, PatientId)>,
    /// Programs that were saved with other actions.
    pub(crate) edited: BTreeSet<String>,
    /// How many operations were carried out.
    pub(crate) operations: u64,
    /// How many requests of staff were answered, by the class of the answer.
    pub(crate) answered: BTreeMap<u16, u64>,
}

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

impl World {
    /// Opens a practice with that many patients.
    ///
    /// # Panics
    /// When it cannot be set up.
    pub async fn open(seed: u64, patients: u16) -> Self {
        let weather = Weather::new(seed ^ 0x5eed);
        let dynamo = Dynamo::inside(&format!("simulation-{seed}")).await;
        let gated = dynamo.through(|http| gated(&weather, http));
        let (clock, ids) = (FakeClock::at(OPENS), CountingIds::after(1));
        let providers = Providers::new(&weather);
        let mut world = Self {
            routers: routers(&gated, &clock, &ids, &providers),
            queues: SimQueues::new(&weather),
            dynamo,
            gated,
            clock,
            ids,
            weather,
            providers,
            programs: Vec::new(),
            messages_of: Vec::new(),
            templates: Vec::new(),
            patients: Vec::new(),
            diary: Diary::default(),
            working: Vec::new(),
            looked_at: 0,
            sent: BTreeMap::new(),
            excused: BTreeSet::new(),
            ended: BTreeSet::new(),
            opted_out: BTreeSet::new(),
            complained: BTreeSet::new(),
            stopped: BTreeSet::new(),
            messages: Vec::new(),
            texts: BTreeMap::new(),
            replies: 0,
            unfinished_merges: Vec::new(),
            edited: BTreeSet::new(),
            operations: 0,
            answered: BTreeMap::new(),
        };
        world.sites().await;
        world.catalogue().await;
        for n in 0..patients {
            world.patient(n).await;
        }
        world
    }

    async fn created(&mut self, router: &Router, path: &str, body: &Value) -> String {
        let request = ApiRequest::new("POST", path).by("[admin]").json(body);
        let answer = call(router, request).await;
        assert!(answer.status == 201, "{path}: {} {:?}", answer.status, answer.json);
        answer.json["id"].as_str().expect("it has an id").to_owned()
    }

    async fn sites(&mut self) {
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

    async fn catalogue(&mut self) {
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
        let [visit, reminder, call, ask, mail, letter, offer] =
            ids.try_into().expect("seven templates");
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
        let programs = [
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
        ];
        for (kind, mut program) in programs {
            program["type"] = json!(kind);
            program["enabled"] = json!(false);
            let id = self.created(&router, "/v1/programs", &program).await;
            let path = format!("/v1/programs/{id}/enable");
            let enable = ApiRequest::new("POST", &path).by("[admin]").header("if-match", "\"1\"");
            let enabled = testkit::requests::call(&router, enable).await;
            assert!(enabled.status.is_success(), "{:?}", enabled.json);
            let actions = enabled.json["actions"].as_array().expect("it has actions").iter();
            let messages = actions.filter(|action| action["type"] != "pause");
            let id_of = |action: &Value| action["id"].as_str().expect("it has an id").to_owned();
            self.messages_of.push(messages.map(id_of).collect());
            self.programs.push(Known { id, kind });
        }
        let of = |name: &str, place: usize| json!({ "code": name, "name": name, "starts": [self.programs[place].id] });
        let mut check_up = of("check-up", 3);
        check_up["completes"] = json!([self.programs[1].id]);
        for kind in [of("physio-initial", 3), check_up] {
            self.created(&router, "/v1/booking-types", &kind).await;
        }
    }

    async fn patient(&mut self, n: u16) {
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
        if n % 2 == 0 {
            patient["consents"] = json!([
                { "channel": "email", "purpose": "commercial", "choice": "given", "how": "form 7" },
            ]);
        }
        let router = self.routers.patients.clone();
        let id = self.created(&router, "/v1/patients", &patient).await;
        self.patients.push(PatientId::parse(&id).expect("an id"));
    }

    pub(crate) fn tally(&self) -> Tally {
        Tally {
            operations: self.operations,
            calls: self.weather.calls(),
            sent: self.messages.len() as u64,
            faults: self.weather.struck(),
            answered: self.answered.clone(),
        }
    }

    /// The patient of a number, and what the diary calls them.
    pub(crate) fn someone(&self, n: u16) -> (PatientId, ExternalId) {
        let place = usize::from(n) % self.patients.len();
        let key = ExternalId::parse(&format!("P-{place}")).expect("a key");
        (self.patients[place].clone(), key)
    }

    /// Sends a request of staff, which may die on the way like everything else.
    pub(crate) async fn ask(&mut self, router: Router, request: ApiRequest) -> ApiAnswer {
        let request = async move { call(&router, request).await };
        let answer = Process::new(request).finish().await;
        *self.answered.entry(answer.status.as_u16()).or_default() += 1;
        answer
    }
}

/// The system that tells of bookings and referrals.
pub(crate) fn diary() -> Code {
    Code::parse("diary").expect("a code")
}
