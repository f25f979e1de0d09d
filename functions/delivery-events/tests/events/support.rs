//! A practice that has sent one message, and whoever tells what became of it.

use std::time::{Duration, SystemTime};

use app::ports::{Change, Clock, EnrolmentReader, Enrolments, People, WorkList};
use app::receipts::Receiving;
use aws::dynamo::{
    BookingStore, CatalogueStore, EnrolmentStore, PeopleStore, SentStore, StrayStore,
};
use delivery_events_function::handler::{Failed, handle};
use domain::actor::Actor;
use domain::booking_type::Completing;
use domain::email::EmailAddress;
use domain::enrolment::{
    Cause, Decision, Enrolment, Event, Facts, NewEnrolment, Note, decide, enrol,
};
use domain::ids::{EnrolmentId, ReservationToken};
use domain::ledger::{Destination, LedgerRow, LedgerState, Outcome};
use domain::patient::Patient;
use domain::phone::MobileNumber;
use domain::program::{Channel, Program};
use domain::receipt::Receipt;
use domain::timing::{Reference, Timing};
use domain::work::WorkKind;
use serde_json::{Value, json};
use testkit::build::{self, at, number};
use testkit::dynamo::Dynamo;
use testkit::fakes::{FakeClock, FakeReceiptQueue};

/// The id that SES gave the message of the files.
pub(crate) const MAIL: &str = "010801939d2a7c51-5b0d7a52-2d0c-4f7e-9c2b-6a1f0f4f7f11-000000";
/// The id that SNS gave the message of the files.
pub(crate) const TEXT: &str = "34d9b400-c6dd-5444-820d-fbeb0f1f54cf";

/// A file of `events/`.
pub(crate) fn file(name: &str) -> Value {
    let path = format!("{}/../../events/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A batch of the queue: each body, and how often it was handed out.
pub(crate) fn batch(bodies: &[(&str, u32)]) -> Value {
    let records = bodies.iter().enumerate().map(|(n, (body, looks))| {
        json!({
            "messageId": format!("message-{n}"),
            "body": body,
            "attributes": { "ApproximateReceiveCount": looks.to_string() },
            "messageAttributes": {},
        })
    });
    json!({ "Records": records.collect::<Vec<_>>() })
}

pub(crate) struct Practice {
    pub(crate) dynamo: Dynamo,
    pub(crate) queue: FakeReceiptQueue,
    clock: FakeClock,
}

impl Practice {
    /// One whose message was sent by email.
    pub(crate) async fn emailed() -> Self {
        let to = EmailAddress::parse("maria.rossi@example.com").unwrap();
        Self::sent(Channel::Email, Destination::Mailbox(to), MAIL).await
    }

    /// One whose message was sent to a mobile.
    pub(crate) async fn texted() -> Self {
        let to = MobileNumber::from_e164("+61491570006").unwrap();
        Self::sent(Channel::Sms, Destination::Mobile(to), TEXT).await
    }

    async fn sent(channel: Channel, to: Destination, id: &str) -> Self {
        let practice = Self::new().await;
        let (store, program) = (practice.dynamo.enrolments(), program());
        let new = NewEnrolment {
            id: EnrolmentId::new(number(1)),
            cause: Cause::Added(Actor::PatientConnect),
            reference: Reference::Date(at("2026-12-03T00:00:00Z").date_naive()),
            practitioner: None,
            request_id: "req-1".to_owned(),
        };
        let begun = enrol(new, facts(&program, &build::site(), &build::patient()), practice.now());
        let begun = begun.unwrap();
        let key = begun.enrolment.current_key().unwrap();
        let before = begun.enrolment.clone();
        store.commit(&[Change::new(None, begun, &[])]).await.unwrap();
        let owner = ReservationToken::new(number(9));
        let row = LedgerRow {
            key: key.clone(),
            channel,
            to: Some(to),
            wording: None,
            opened_at: practice.now(),
            state: LedgerState::Reserved { owner: owner.clone() },
            receipt: None,
        };
        store.reserve(&row).await.unwrap();
        let outcome = Outcome::Sent { provider_id: id.to_owned() };
        store.settle(&row, &owner, practice.now(), &outcome).await.unwrap();
        let event = Event::Attempted(key, outcome);
        let (site, patient) = (build::site(), build::patient());
        let decision: Decision =
            decide(&before, facts(&program, &site, &patient), event, practice.now());
        store.commit(&[Change::new(Some(before), decision, &[])]).await.unwrap();
        practice
    }

    /// One that has sent nothing.
    pub(crate) async fn new() -> Self {
        use app::ports::Catalogue;
        let dynamo = Dynamo::start().await;
        let catalogue = dynamo.catalogue();
        catalogue.create_site(&build::site()).await.unwrap();
        catalogue.create_template(&build::template()).await.unwrap();
        catalogue.create_program(&program(), &build::saved()).await.unwrap();
        dynamo.people().create_patient(&build::patient()).await.unwrap();
        let (clock, queue) = (FakeClock::at("2026-11-22T08:00:03Z"), FakeReceiptQueue::default());
        Self { dynamo, queue, clock }
    }

    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.clock.now()
    }

    fn receiving(&self) -> Wired {
        Receiving {
            enrolments: self.dynamo.enrolments(),
            sent: self.dynamo.sent(),
            strays: self.dynamo.strays(),
            catalogue: self.dynamo.catalogue(),
            people: self.dynamo.people(),
            bookings: self.dynamo.bookings(),
            clock: self.clock.clone(),
        }
    }

    pub(crate) async fn handle(&self, event: Value) -> Result<Value, Failed> {
        let deadline = SystemTime::from(self.now()) + Duration::from_secs(30);
        handle(&self.receiving(), &self.dynamo.day_counts(), &self.queue, event, deadline).await
    }

    /// Handles a batch of the queue, and answers the places of the messages that are not done.
    pub(crate) async fn failures(&self, batch: Value) -> Vec<String> {
        let answer = self.handle(batch).await.unwrap();
        let failures = answer["batchItemFailures"].as_array().unwrap();
        failures.iter().map(|it| it["itemIdentifier"].as_str().unwrap().to_owned()).collect()
    }

    pub(crate) async fn enrolment(&self) -> Enrolment {
        let id = EnrolmentId::new(number(1));
        self.dynamo.enrolments().enrolment(&id).await.unwrap().unwrap()
    }

    pub(crate) async fn records(&self) -> (Vec<LedgerRow>, Vec<Note>) {
        let id = EnrolmentId::new(number(1));
        self.dynamo.enrolment_reader().records(&id).await.unwrap()
    }

    pub(crate) async fn receipt(&self) -> Option<Receipt> {
        self.records().await.0[0].receipt
    }

    pub(crate) async fn work(&self) -> Vec<WorkKind> {
        let open = self.dynamo.work_list().open().await.unwrap();
        open.into_iter().map(|work| work.item.kind).collect()
    }

    pub(crate) async fn patient(&self) -> Patient {
        self.dynamo.people().patient(&build::patient().id).await.unwrap().unwrap()
    }
}

type Wired = Receiving<
    EnrolmentStore,
    SentStore,
    StrayStore,
    CatalogueStore,
    PeopleStore,
    BookingStore,
    FakeClock,
>;

fn program() -> Program {
    build::program(vec![build::sms(10, Timing::Enrolled)])
}

const fn facts<'a>(
    program: &'a Program,
    site: &'a domain::site::Site,
    patient: &'a Patient,
) -> Facts<'a> {
    Facts {
        program,
        site,
        patient,
        visit: None,
        referral: None,
        bookings: &[],
        completing: &Completing::None,
    }
}
