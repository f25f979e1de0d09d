//! A clinic in the process: the real use cases on the real stores, with a fake clock, provider and
//! queue. Its tests are in `tests/`.

mod look;
mod merging;
mod moving;
mod night;
mod programs;
mod senders;

use app::deliver::{DeliverError, Delivered};
use app::events::sweep::{EventSweeper, SweptEvents};
use app::events::{self, Answer, Stores};
use app::ports::{
    Catalogue, Change, Clock, Due, DueIndex, Enrolments, Here, Ids, People, Pointer,
    PracticeSettings, StoreError, WaitingSince,
};
use app::replan::Replanner;
use app::settings;
use app::sweep::{Sweeper, Swept};
use aws::dynamo::DueStore;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use domain::actor::Actor;
use domain::booking::{Booking, BookingEvent};
use domain::booking_type::Completing;
use domain::enrolment::{Cause, Enrolment, Facts, NewEnrolment, enrol};
use domain::ids::EnrolmentId;
use domain::program::{Action, Program};
use domain::settings::Remark;
use domain::staff::StaffId;
use domain::timing::Reference;
use testkit::build;
use testkit::busy::BusyShards;
use testkit::dynamo::Dynamo;
use testkit::events::booking_event;
use testkit::fakes::{
    CountingIds, FakeClock, FakeEmail, FakeEpost, FakeEventQueue, FakeHere, FakeQueues, FakeSms,
};
use testkit::faults::OnDynamo;

pub use crate::night::NightsRun;
pub use crate::programs::recall;
pub use crate::senders::{EmailDelivery, LetterDelivery, Receiving, SmsDelivery};

impl OnDynamo for Clinic {
    fn dynamo(&self) -> &Dynamo {
        &self.dynamo
    }
}

/// A practice with one program, and everything that works on it.
#[derive(Debug)]
pub struct Clinic {
    /// The store.
    pub dynamo: Dynamo,
    /// The time.
    pub clock: FakeClock,
    /// The SMS provider.
    pub sms: FakeSms,
    /// The email provider.
    pub email: FakeEmail,
    /// The ePost provider, where there is one.
    pub epost: Option<FakeEpost>,
    /// The queue between sweeper and sender.
    pub queues: FakeQueues,
    /// The queue of events that are brought up.
    pub events: FakeEventQueue,
    /// The tables, as they are identified.
    pub here: FakeHere,
    ids: CountingIds,
}

impl Clinic {
    /// A practice whose booking type starts an enabled program of these actions. It is Sunday,
    /// 22 November 2026, 19:00 in Sydney.
    ///
    /// # Panics
    /// When it cannot be set up.
    pub async fn with(actions: Vec<Action>) -> Self {
        Self::over(Dynamo::start().await, actions).await
    }

    /// The same, on a store of one's own.
    ///
    /// # Panics
    /// When it cannot be set up.
    pub async fn over(dynamo: Dynamo, actions: Vec<Action>) -> Self {
        let catalogue = dynamo.catalogue();
        catalogue.create_site(&build::site()).await.expect("a new site");
        catalogue.create_template(&build::template()).await.expect("a new template");
        catalogue.create_template(&build::email_template()).await.expect("a new template");
        catalogue
            .create_program(&build::program(actions), &build::saved())
            .await
            .expect("a new program");
        catalogue.create_booking_type(&build::booking_type()).await.expect("a new booking type");
        dynamo.people().create_patient(&build::patient()).await.expect("a new patient");
        let clinic =
            Self::on(dynamo, FakeClock::at("2026-11-22T08:00:00Z"), CountingIds::default());
        clinic.be_at_home().await;
        clinic
    }

    /// The tables at hand are remembered, as the first sweep of a practice remembers them.
    async fn be_at_home(&self) {
        let store = self.dynamo.catalogue();
        let here = self.here.tables().await.expect("the tables");
        let settings = store.settings().await.expect("the settings");
        let minded = settings.minding(&here, self.clock.now()).expect("a new practice");
        store.remember_home(&minded).await.expect("they are remembered");
    }

    /// The practice that is stored there, with these as the time and the source of new ids.
    pub fn on(dynamo: Dynamo, clock: FakeClock, ids: CountingIds) -> Self {
        Self {
            dynamo,
            clock,
            sms: FakeSms::default(),
            email: FakeEmail::default(),
            epost: None,
            queues: FakeQueues::default(),
            events: FakeEventQueue::default(),
            here: FakeHere::default(),
            ids,
        }
    }

    /// Others in the same clinic: what they do is neither broken nor held up.
    #[must_use]
    pub fn others(&self) -> Self {
        Self {
            dynamo: self.dynamo.unwatched(),
            clock: self.clock.clone(),
            sms: self.sms.clone(),
            email: self.email.clone(),
            epost: self.epost.clone(),
            queues: self.queues.clone(),
            events: self.events.clone(),
            here: self.here.clone(),
            ids: self.ids.clone(),
        }
    }

    /// Takes in an event.
    ///
    /// # Errors
    /// When the store fails.
    ///
    /// # Panics
    /// When `id` is no event id.
    pub async fn event(&self, id: &str, event: &BookingEvent) -> Result<Answer, StoreError> {
        self.event_at(id, event, self.clock.now()).await
    }

    /// Takes in an event by a function that read its clock at `at`.
    ///
    /// # Errors
    /// When the store fails.
    ///
    /// # Panics
    /// When `id` is no event id.
    pub async fn event_at(
        &self,
        id: &str,
        event: &BookingEvent,
        at: DateTime<Utc>,
    ) -> Result<Answer, StoreError> {
        booking_event(&self.dynamo, id, event, at).await
    }

    /// Sweeps once for events that wait.
    pub async fn sweep_events(&self) -> SweptEvents {
        self.sweep_events_by(self.dynamo.waiting()).await
    }

    /// The same, of the shards in which something is due.
    pub async fn sweep_due_events(&self) -> SweptEvents {
        let index = self.dynamo.waiting();
        let busy = self.dynamo.due_shards("intake", &index.end_of(self.clock.now()));
        self.sweep_events_by(BusyShards { index, busy }).await
    }

    async fn sweep_events_by(&self, index: impl DueIndex<Pointer = WaitingSince>) -> SweptEvents {
        let sweeper = EventSweeper { index, queue: self.events.clone(), clock: self.clock.clone() };
        sweeper.sweep().await
    }

    /// Deals with the events that were queued, as the function `intake` does: those that could not be
    /// dealt with come again. Answers how many there were.
    ///
    /// # Errors
    /// When one of them could not be dealt with.
    pub async fn deal_with_events(&self) -> Result<usize, StoreError> {
        let queued = self.events.take();
        let (intake, catalogue) = (self.dynamo.intake(), self.dynamo.catalogue());
        let (people, newcomers) = (self.dynamo.people(), self.dynamo.newcomers());
        let stores = Stores {
            intake: &intake,
            catalogue: &catalogue,
            people: &people,
            newcomers: &newcomers,
        };
        for key in &queued {
            events::deal_with(stores, key, self.clock.now()).await?;
        }
        Ok(queued.len())
    }

    /// Sweeps once.
    pub async fn sweep(&self) -> Swept {
        self.sweep_by(self.dynamo.due_index()).await
    }

    /// What a sweep of the shards in which something is queues first.
    ///
    /// # Panics
    /// When it queues nothing.
    pub async fn queued(&self) -> Pointer {
        self.sweep_by(self.busy_shards()).await;
        self.queues.take().remove(0)
    }

    /// Sweeps the shards once in which something is due.
    pub async fn sweep_due(&self) -> Swept {
        self.sweep_by(self.busy_shards()).await
    }

    /// Shards of which nothing is due are only read in vain.
    fn busy_shards(&self) -> BusyShards<DueStore> {
        let index = self.dynamo.due_index();
        let busy = self.dynamo.due_shards("enrolments", &index.end_of(self.clock.now()));
        BusyShards { index, busy }
    }

    async fn sweep_by(&self, index: impl DueIndex<Pointer = Due>) -> Swept {
        let sweeper = Sweeper {
            index,
            enrolments: self.dynamo.enrolments(),
            settings: self.dynamo.catalogue(),
            queues: self.queues.clone(),
            clock: self.clock.clone(),
            here: self.here.clone(),
        };
        sweeper.sweep().await
    }

    /// Holds all sending.
    ///
    /// # Panics
    /// When it cannot be held.
    pub async fn hold_sending(&self) {
        let by = StaffId::parse("person-1").expect("an id");
        let why = Remark::parse("The diary sends wrong times").expect("a remark");
        let store = self.dynamo.catalogue();
        let held = settings::hold_sending(&store, self.clock.now(), &by, &why).await;
        held.expect("it is held");
    }

    /// Releases all sending.
    ///
    /// # Panics
    /// When it cannot be released.
    pub async fn release_sending(&self) {
        let by = StaffId::parse("person-1").expect("an id");
        let store = self.dynamo.catalogue();
        let seen = store.settings().await.expect("the settings");
        let here = self.here.tables().await.expect("the tables");
        let released = settings::release_sending(&store, seen, &here, &by, self.clock.now()).await;
        released.expect("it is released");
    }

    /// Plans patients anew whose programs were saved with other timings.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn plan_anew(&self) -> Result<usize, StoreError> {
        let replanner = Replanner {
            catalogue: self.dynamo.catalogue(),
            people: self.dynamo.people(),
            bookings: self.dynamo.bookings(),
            enrolments: self.dynamo.enrolments(),
            reader: self.dynamo.enrolment_reader(),
            clock: self.clock.clone(),
        };
        replanner.run(self.clock.now() + Duration::seconds(20)).await
    }

    /// Puts the patient on a program, with this reference date, in the knowledge of these bookings.
    ///
    /// # Panics
    /// When it cannot be stored.
    pub async fn add(
        &self,
        program: &Program,
        reference: NaiveDate,
        known: &[Booking],
    ) -> Enrolment {
        let (site, patient) = (build::site(), build::patient());
        let completing = Completing::of(program, &[build::booking_type()]);
        let facts = Facts {
            program,
            site: &site,
            patient: &patient,
            visit: None,
            referral: None,
            bookings: known,
            completing: &completing,
        };
        let new = NewEnrolment {
            id: EnrolmentId::new(self.ids.next()),
            cause: Cause::Added(Actor::PatientConnect),
            reference: Reference::Date(reference),
            practitioner: None,
            request_id: "req-1".to_owned(),
        };
        let begun = enrol(new, facts, self.clock.now()).expect("the program has actions");
        let enrolment = begun.enrolment.clone();
        let change = Change::new(None, begun, known);
        self.dynamo.enrolments().commit(&[change]).await.expect("it is stored");
        enrolment
    }

    /// One minute of normal life: a sweep of the shards in which something is due, and a delivery of everything queued. What fails comes
    /// again by way of the due index.
    pub async fn minute(&self) -> Vec<Result<Delivered, DeliverError>> {
        self.clock.advance(Duration::minutes(1));
        self.sweep_by(self.busy_shards()).await;
        let mut results = Vec::new();
        for pointer in self.queues.take() {
            results.push(self.deliver(&pointer).await);
        }
        results
    }
}
