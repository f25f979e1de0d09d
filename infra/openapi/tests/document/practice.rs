//! A practice with nothing in it, and every function in front of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use app::deliver::{Delivery, SmsCourier};
use app::ports::{
    Balances, Catalogue, Clock, Enrolments, Here, Newcomers, People, Pointer, PracticeSettings,
};
use aws::clients::Aws;
use aws::clock::SystemClock;
use aws::http::{Access, Role};
use aws::secrets::WebhookSecrets;
use aws_credential_types::Credentials;
use axum::Router;
use domain::email::EmailAddress;
use domain::ids::{EnrolmentId, PatientId, fingerprint};
use domain::settings::Settings;
use office::Office;
use openapi::operation::{Operation, Versioned};
use openapi::{ids, routes};
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use testkit::dynamo::Dynamo;
use testkit::fakes::{CountingIds, FakeClock, FakeEmail, FakeHere, FakeSms};
use testkit::requests::{ApiAnswer, ApiRequest, call};
use testkit::secrets::{secrets_manager, secrets_manager_with};

const SECRET: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// The practice, and what the ids of the examples are called in it.
pub(crate) struct Practice {
    dynamo: Dynamo,
    pub(crate) clock: FakeClock,
    pub(crate) sms: FakeSms,
    counting: CountingIds,
    routers: Vec<(Vec<routes::Route>, Router)>,
    ids: BTreeMap<&'static str, String>,
}

impl Practice {
    pub(crate) async fn new() -> Self {
        let dynamo = Dynamo::start().await;
        let (clock, ids) = (FakeClock::at("2026-11-22T08:00:00Z"), CountingIds::default());
        // The tables are remembered, as the first sweep of a practice remembers them.
        let tables = FakeHere::default().tables().await.unwrap();
        let settings = Settings::default().minding(&tables, clock.now()).unwrap();
        dynamo.catalogue().remember_home(&settings).await.unwrap();
        let sms = FakeSms::default();
        let office = Office {
            dynamo: dynamo.clone(),
            clock: clock.clone(),
            ids: ids.clone(),
            sms: sms.clone(),
            email: FakeEmail::default(),
        };
        let secret = json!({ "current": SECRET });
        let epost = aws_at(secrets_manager_with("clinic/epost/status", secret).await);
        let aws = aws_at(secrets_manager(json!({ "current": SECRET })).await);
        let webhooks = || {
            Arc::new(webhooks::Context {
                intake: dynamo.intake(),
                catalogue: dynamo.catalogue(),
                people: dynamo.people(),
                newcomers: dynamo.newcomers(),
                deliveries: dynamo.deliveries(),
                secrets: WebhookSecrets::new(
                    aws.clone(),
                    "clinic/webhooks/".to_owned(),
                    SystemClock,
                ),
                pace: webhooks::Pace::new(10_000),
                clock: SystemClock,
            })
        };
        let bookings = booking_webhook_function::handler::api().into_router(webhooks());
        let referrals = referral_webhook_function::handler::api().into_router(webhooks());
        let of = routes::of_functions();
        let routers = vec![
            (of.programs, office.programs()),
            (of.patients, office.patients()),
            (of.enrolments, office.enrolments()),
            (of.letters, office.letters(epost)),
            (of.bookings, bookings),
            (of.referrals, referrals),
        ];
        Self { dynamo, clock, sms, counting: ids, routers, ids: BTreeMap::new() }
    }

    /// From now on `example` is called `id`.
    pub(crate) fn know(&mut self, example: &'static str, id: &str) {
        self.ids.insert(example, id.to_owned());
    }

    /// A text of the documentation, with this practice's ids.
    pub(crate) fn in_words_of(&self, text: &str) -> String {
        self.ids.iter().fold(text.to_owned(), |text, (example, id)| text.replace(example, id))
    }

    fn route(&self, it: &Operation) -> (Access, &Router) {
        let found = self.routers.iter().find_map(|(routes, router)| {
            let route =
                routes.iter().find(|(method, path, _)| (*method, *path) == (it.method, it.path));
            route.map(|(_, _, access)| (*access, router))
        });
        found.expect("a function has it")
    }

    /// A request as the documentation says, with the least role it needs, but without a version.
    pub(crate) fn request(&self, it: &Operation, path: &str, body: Option<&Value>) -> ApiRequest {
        let (access, _) = self.route(it);
        let mut request = ApiRequest::new(it.method.as_str(), &self.in_words_of(path));
        if let Some((kind, body)) = body.and_then(|body| Some((it.type_of(body)?, body))) {
            let text = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
            let text = self.in_words_of(&text);
            request = request.text(kind, &text);
            if access == Access::Signature {
                request = signed(request, &text);
            }
        }
        if it.takes_key() {
            let what = format!("{path} {}", body.map(Value::to_string).unwrap_or_default());
            request = request.header("idempotency-key", &fingerprint(&what));
        }
        match access.least_role() {
            Some(least) => request.by(&format!("[{}]", least.as_str())),
            None => request,
        }
    }

    /// Sends a request to the function that has the route.
    pub(crate) async fn call(&self, it: &Operation, request: ApiRequest) -> ApiAnswer {
        call(self.route(it).1, request).await
    }

    /// Asks a route at a path for what its documentation says, with the version of what is there.
    pub(crate) async fn ask(&self, it: &Operation, path: &str, body: Option<&Value>) -> ApiAnswer {
        let mut request = self.request(it, path, body);
        if it.versioned == Versioned::Saves {
            request = request.header("if-match", &self.version(it, path).await);
        }
        self.call(it, request).await
    }

    /// The version of what a path is about, which is read there or, for an instruction, above. What is
    /// not there has none, and any does.
    async fn version(&self, it: &Operation, path: &str) -> String {
        let (_, router) = self.route(it);
        let path = self.in_words_of(path);
        let path = path.split('?').next().unwrap_or_default();
        let above = path.rsplit_once('/').map_or("", |(above, _)| above);
        for path in [path, above] {
            let viewer = format!("[{}]", Role::Viewer.as_str());
            let read = call(router, ApiRequest::new("GET", path).by(&viewer)).await;
            if read.status == 200 {
                return read.header("etag").to_owned();
            }
        }
        "\"1\"".to_owned()
    }

    /// The night of the day that examples ask for has come, and has found something.
    pub(crate) async fn balance_a_day(&self) {
        let day = ids::DAY.parse().unwrap();
        self.dynamo.balances().save_balance(&testkit::build::balance(day), 0).await.unwrap();
    }

    /// Puts a letter on the list, of the first site there is, to somebody no other example knows.
    pub(crate) async fn list_letter(&self) {
        let reader = testkit::build::patient_with_post();
        let reader = domain::patient::Patient { identifiers: BTreeSet::new(), ..reader };
        self.dynamo.people().create_patient(&reader).await.unwrap();
        let sites = self.dynamo.catalogue().sites().await.unwrap();
        testkit::letters::list(&self.dynamo, 1, &sites[0].id).await;
    }

    /// The patient of the examples gets a mailbox.
    pub(crate) async fn give_a_mailbox(&self) {
        let (people, id) = (self.dynamo.people(), self.in_words_of(ids::PATIENT));
        let before = people.patient(&PatientId::parse(&id).unwrap()).await.unwrap().unwrap();
        let mut after = before.clone();
        after.revision += 1;
        after.email = Some(EmailAddress::parse("maria@example.com").unwrap());
        people.save_patient(&before, &after).await.unwrap();
    }

    /// Somebody new is told of, who may be the patient of the examples.
    pub(crate) async fn meet_a_newcomer(&mut self) {
        let known = PatientId::parse(&self.in_words_of(ids::PATIENT)).unwrap();
        let id = PatientId::for_newcomer(&["an example"]);
        let identifiers = BTreeSet::new();
        let newcomer = domain::patient::Patient { id, identifiers, ..testkit::build::patient() };
        let question = testkit::build::question(&newcomer.id, &[known]);
        self.dynamo.newcomers().admit(&newcomer, &question).await.unwrap();
        self.know(ids::NEWCOMER, newcomer.id.as_str());
        self.know(ids::QUESTION, question.id.as_str());
    }

    /// Sends what an enrolment waits for, as its sender does when it is due.
    pub(crate) async fn deliver(&self, enrolment: &str) {
        let id = EnrolmentId::parse(&self.in_words_of(enrolment)).unwrap();
        let enrolments = self.dynamo.enrolments();
        let enrolment = enrolments.enrolment(&id).await.unwrap().unwrap();
        let step = enrolment.step().unwrap();
        let crowd = domain::enrolment::Crowd::Unknown;
        let pointer = Pointer { key: enrolment.key_of(step), carrier: step.carrier, crowd };
        let sender = Delivery {
            enrolments,
            catalogue: self.dynamo.catalogue(),
            people: self.dynamo.people(),
            bookings: self.dynamo.bookings(),
            courier: SmsCourier {
                gateway: self.sms.clone(),
                sent: self.dynamo.sent(),
                strays: self.dynamo.strays(),
            },
            clock: self.clock.clone(),
            ids: self.counting.clone(),
            here: FakeHere::default(),
            practice_name: "Harbour Health".to_owned(),
            provider_timeout: Duration::from_secs(5),
        };
        sender.deliver(&pointer, || Duration::from_mins(1)).await.unwrap();
    }
}

/// AWS on a port of this process.
fn aws_at(port: u16) -> Aws {
    let credentials = Credentials::new("id", "secret", None, None, "test");
    let endpoint = Some(format!("http://127.0.0.1:{port}"));
    Aws::new(credentials, "ap-southeast-2".to_owned(), endpoint)
}

fn signed(request: ApiRequest, body: &str) -> ApiRequest {
    let timestamp = SystemClock.now().timestamp();
    let id = fingerprint(body);
    let signature = Webhook::new(SECRET).unwrap().sign(&id, timestamp, body.as_bytes()).unwrap();
    request
        .header("webhook-id", &id)
        .header("webhook-timestamp", &timestamp.to_string())
        .header("webhook-signature", &signature)
}
