//! A clinic in the process: the real use cases on the real stores, with a fake clock, provider and
//! queue. Its tests are in `tests/`.

use std::time::Duration as StdDuration;

use app::balance::{Balancing, Ran};
use app::deliver::{DeliverError, Delivered, EmailCourier, LetterCourier, SmsCourier, WithWayOut};
use app::events::sweep::{EventSweeper, SweptEvents};
use app::events::{self, Answer, Stores};
use app::ports::{
    Balance, Catalogue, Change, Clock, Due, DueIndex, EnrolmentReader, Enrolments, Here, Ids,
    People, Pointer, PracticeSettings, StoreError, WorkList,
};
use app::receipts::{self, News, ReceiveError};
use app::replan::Replanner;
use app::settings;
use app::sweep::{Sweeper, Swept};
use aws::dynamo::{
    BalanceStore, BookingStore, CatalogueStore, DueStore, EnrolmentScanStore, EnrolmentStore,
    LetterStore, PeopleStore, SentStore, StrayStore, WaitingStore, WorkListStore,
};
use aws::files::S3Files;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use domain::actor::Actor;
use domain::balance::Day;
use domain::booking::{Booking, BookingEvent};
use domain::booking_type::Completing;
use domain::enrolment::{Cause, Enrolment, Facts, HoldReason, NewEnrolment, Status, enrol};
use domain::ids::EnrolmentId;
use domain::ledger::LedgerRow;
use domain::program::{Action, Carrier, Channel, Program};
use domain::settings::Remark;
use domain::staff::StaffId;
use domain::timing::Reference;
use domain::work::WorkItem;
use testkit::audit::{audit, handed};
use testkit::build;
use testkit::busy::BusyShards;
use testkit::dynamo::Dynamo;
use testkit::events::booking_event;
use testkit::fakes::{
    CountingIds, FakeClock, FakeEmail, FakeEpost, FakeEventQueue, FakeHere, FakeQueues, FakeSms,
    FakeWaysOut,
};
use testkit::faults::{OnDynamo, Struck};
use testkit::sending::{DeliveryBy, delivery};

/// The delivery of SMS as `send-sms` wires it, but for clock, ids and provider.
pub type SmsDelivery =
    DeliveryBy<WithWayOut<SmsCourier<FakeSms, SentStore, StrayStore>, FakeWaysOut>>;

/// The delivery of letters as `send-letter` wires it, but for clock, ids and ePost provider.
pub type LetterDelivery =
    DeliveryBy<LetterCourier<LetterStore, S3Files, FakeEpost, WorkListStore, FakeClock>>;

/// The receiving of receipts as `delivery-events` wires it, but for the clock.
pub type Receiving = app::receipts::Receiving<
    EnrolmentStore,
    SentStore,
    StrayStore,
    CatalogueStore,
    PeopleStore,
    BookingStore,
    FakeClock,
>;

/// The night's run as `balance` wires it, but for the clock.
pub type NightsRun<K> = Balancing<
    EnrolmentScanStore,
    BalanceStore,
    WorkListStore,
    CatalogueStore,
    LetterStore,
    WaitingStore,
    K,
>;

/// The delivery of email as `send-email` wires it, but for clock, ids, provider and ways out.
pub type EmailDelivery = DeliveryBy<WithWayOut<EmailCourier<FakeEmail>, FakeWaysOut>>;

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

    /// A sender.
    pub fn sender(&self) -> SmsDelivery {
        let courier = WithWayOut {
            courier: SmsCourier {
                gateway: self.sms.clone(),
                sent: self.dynamo.sent(),
                strays: self.dynamo.strays(),
            },
            ways_out: FakeWaysOut,
        };
        delivery(&self.dynamo, &self.clock, &self.ids, &self.here, courier)
    }

    /// What receives receipts.
    pub fn receiving(&self) -> Receiving {
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

    /// Receives a receipt.
    ///
    /// # Errors
    /// When it could not be carried through.
    pub async fn receive(&self, news: &News) -> Result<receipts::Received, ReceiveError> {
        Box::pin(self.receiving().receive(news)).await
    }

    /// A sender of letters.
    pub fn letter_sender(&self) -> LetterDelivery {
        let courier = LetterCourier::new(
            self.dynamo.letters(),
            self.dynamo.files(),
            self.epost.clone(),
            self.dynamo.work_list(),
            self.clock.clone(),
        );
        delivery(&self.dynamo, &self.clock, &self.ids, &self.here, courier)
    }

    /// A sender of email.
    pub fn email_sender(&self) -> EmailDelivery {
        let courier = WithWayOut {
            courier: EmailCourier { gateway: self.email.clone() },
            ways_out: FakeWaysOut,
        };
        delivery(&self.dynamo, &self.clock, &self.ids, &self.here, courier)
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
        let sweeper = EventSweeper {
            index: self.dynamo.waiting(),
            queue: self.events.clone(),
            clock: self.clock.clone(),
        };
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
        self.sweep_by(self.busy_shards().await).await;
        self.queues.take().remove(0)
    }

    async fn busy_shards(&self) -> BusyShards<DueStore> {
        BusyShards { index: self.dynamo.due_index(), busy: self.dynamo.busy_shards().await }
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

    /// The night's run, by this clock.
    pub fn balancing<K>(&self, clock: K) -> NightsRun<K> {
        Balancing {
            scan: self.dynamo.enrolment_scan(),
            balances: self.dynamo.balances(),
            work: self.dynamo.work_list(),
            catalogue: self.dynamo.catalogue(),
            letters: self.dynamo.letters(),
            events: self.dynamo.waiting(),
            clock,
            segments: 3,
        }
    }

    /// Balances the last day that is over, whether it was before or not.
    ///
    /// # Panics
    /// When it cannot be done.
    pub async fn balance(&self) -> Balance {
        let now = self.clock.now();
        let day = Day::last_settled(build::site().zone, now).expect("a day");
        let run = self.balancing(self.clock.clone());
        let ran = Box::pin(run.run(Some(day.date), now + Duration::minutes(1))).await;
        match ran.expect("it is balanced") {
            Ran::Balanced(balance) => *balance,
            other @ (Ran::NothingToDo | Ran::GoesOn(_)) => unreachable!("{other:?}"),
        }
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
        settings::release_sending(&store, seen, &here, &by).await.expect("it is released");
    }

    /// Delivers what a pointer names.
    ///
    /// # Errors
    /// When it could not be carried through.
    pub async fn deliver(&self, pointer: &Pointer) -> Result<Delivered, DeliverError> {
        let time_left = || StdDuration::from_secs(30);
        match pointer.carrier {
            Carrier::Channel(Channel::Letter) => {
                Box::pin(self.letter_sender().deliver(pointer, time_left)).await
            }
            Carrier::Channel(Channel::Email) => {
                Box::pin(self.email_sender().deliver(pointer, time_left)).await
            }
            Carrier::Staff | Carrier::Channel(Channel::Sms) => {
                Box::pin(self.sender().deliver(pointer, time_left)).await
            }
        }
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

    /// One minute of normal life: a sweep of the shards in which something is, and a delivery of everything queued. What fails comes
    /// again by way of the due index.
    pub async fn minute(&self) -> Vec<Result<Delivered, DeliverError>> {
        self.clock.advance(Duration::minutes(1));
        self.sweep_by(self.busy_shards().await).await;
        let mut results = Vec::new();
        for pointer in self.queues.take() {
            results.push(self.deliver(&pointer).await);
        }
        results
    }

    /// The patient's enrolments, newest first.
    ///
    /// # Panics
    /// When they cannot be read.
    pub async fn enrolments(&self) -> Vec<Enrolment> {
        let reader = self.dynamo.enrolment_reader();
        reader.of_patient(&build::patient().id).await.expect("they can be read").enrolments
    }

    /// The patient's one enrolment.
    ///
    /// # Panics
    /// When there are more or none.
    pub async fn enrolment(&self) -> Enrolment {
        let mut enrolments = self.enrolments().await;
        assert_eq!(enrolments.len(), 1, "{enrolments:?}");
        enrolments.remove(0)
    }

    /// Its ledger.
    ///
    /// # Panics
    /// When it cannot be read.
    pub async fn ledger(&self) -> Vec<LedgerRow> {
        let id = self.enrolment().await.id;
        self.dynamo.enrolment_reader().records(&id).await.expect("it can be read").0
    }

    /// The work list.
    ///
    /// # Panics
    /// When it cannot be read.
    pub async fn work(&self) -> Vec<WorkItem> {
        let open = self.dynamo.work_list().open().await.expect("it can be read");
        open.into_iter().map(|work| work.item).collect()
    }

    /// Lets minutes pass until the enrolment waits for nothing but a person, or is over. What is stored
    /// then is as it must be.
    ///
    /// # Panics
    /// When that does not happen within two hours (I6), or something is wrong with what is stored.
    pub async fn settle(&self) {
        for _ in 0..120 {
            if !self.waits().await {
                return self.assert_sound().await;
            }
            self.minute().await;
        }
        let left = self.enrolments().await;
        assert!(!self.waits().await, "I6: it does not come to an end: {left:?}");
    }

    /// That nothing is wrong with what is stored.
    ///
    /// # Panics
    /// When something is.
    pub async fn assert_sound(&self) {
        let problems = audit(&self.dynamo, self.clock.now()).await;
        assert_eq!(problems, Vec::<String>::new(), "something is wrong with what is stored");
    }

    /// That the ledger tells of as many messages as the providers took.
    ///
    /// # Panics
    /// When it does not.
    pub async fn assert_ledger_agrees(&self) {
        let (sms, email) = (self.sms.outbox().len(), self.email.outbox().len());
        for (channel, taken) in [(Channel::Sms, sms), (Channel::Email, email)] {
            let handed = handed(&self.dynamo, channel).await;
            assert_eq!(handed.compared(channel, taken), None);
        }
    }

    /// After a sender died: that the patient got one message, or that a person is asked whether they
    /// did, because nobody can know.
    ///
    /// # Panics
    /// When it is otherwise.
    pub async fn assert_sent_once_or_asked<R>(&self, struck: &Struck<R>) {
        self.assert_ledger_agrees().await;
        let at = &struck.at;
        let sent = self.sms.outbox().len() + self.email.outbox().len();
        assert!(sent <= 1, "I2: {sent} messages, {at}");
        let (status, work) = (self.enrolment().await.status, self.work().await.len());
        let known = match &status {
            Status::Completed { .. } => sent == 1,
            Status::Held { why: HoldReason::Unclear, .. } => work == 1,
            Status::Active(_) | Status::Held { .. } | Status::Ended { .. } => false,
        };
        assert!(known, "{at}: {sent} messages, {work} on the work list, ends in {status:?}");
    }

    async fn waits(&self) -> bool {
        let active = |e: &Enrolment| matches!(e.status, Status::Active(_));
        self.enrolments().await.iter().any(active)
    }
}
