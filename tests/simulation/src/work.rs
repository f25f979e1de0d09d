//! What works in the practice: the sweeper, the senders, the intake, each as its function wires it but for
//! clock, ids, queues and providers.

use app::balance::Balancing;
use app::deliver::{EmailCourier, LetterCourier, SmsCourier, WithWayOut};
use app::events::sweep::EventSweeper;
use app::ports::{Clock, DueIndex};
use app::replan::Replanner;
use app::sweep::Sweeper;
use aws::dynamo::{
    BalanceStore, CatalogueStore, EnrolmentScanStore, LetterStore, WaitingStore, WorkListStore,
};
use aws_lambda_events::event::sqs::SqsEvent;
use chrono::{DateTime, Duration, Utc};
use fastrand::Rng;
use testkit::busy::BusyShards;
use testkit::dynamo::Dynamo;
use testkit::fakes::{FakeClock, FakeHere, FakeWaysOut, NoCounts};
use testkit::sending::{come_again, deadline, delivery};

use crate::gate::Process;
use crate::providers::Marked;
use crate::queues::{NAMES, Name};
use crate::sabotage::Sabotage;
use crate::weather::QueueFault;
use crate::world::World;

/// The night's run, over these stores.
pub(crate) type NightsRun = Balancing<
    EnrolmentScanStore,
    BalanceStore,
    WorkListStore,
    CatalogueStore,
    LetterStore,
    WaitingStore,
    FakeClock,
>;

/// What came of work.
#[derive(Debug)]
pub(crate) enum Done {
    /// A tick of the schedule is over.
    Ticked,
    /// A batch was handled. These messages come again.
    Batch(Name, SqsEvent, Vec<String>),
}

/// Somebody at work.
pub(crate) struct Working {
    process: Process<Done>,
    /// When they are cut off.
    until: DateTime<Utc>,
}

/// How long a function may run.
const MAY_RUN: Duration = Duration::seconds(30);

fn busy<D: DueIndex>(world: &World, index: D, table: &str) -> BusyShards<D> {
    let keys = world.dynamo.due_keys(table);
    BusyShards { index, busy: keys.into_iter().map(|(shard, _)| shard).collect() }
}

/// Counts change nothing that lives on: without them each step of a life is one of the protocol.
const UNCOUNTED: NoCounts = NoCounts::Forgotten;

impl World {
    /// A tick of the schedule, as `sweeper` answers it.
    fn tick(&self) -> Process<Done> {
        let (dynamo, clock) = (&self.gated, &self.clock);
        let sweeper = Sweeper {
            index: busy(self, dynamo.due_index(), "enrolments"),
            enrolments: dynamo.enrolments(),
            settings: dynamo.catalogue(),
            queues: self.queues.clone(),
            clock: clock.clone(),
            here: FakeHere::default(),
        };
        let events = EventSweeper {
            index: busy(self, dynamo.waiting(), "intake"),
            queue: self.queues.clone(),
            clock: clock.clone(),
        };
        let replanner = Replanner {
            catalogue: dynamo.catalogue(),
            people: dynamo.people(),
            bookings: dynamo.bookings(),
            enrolments: dynamo.enrolments(),
            reader: dynamo.enrolment_reader(),
            clock: clock.clone(),
        };
        let until = clock.now() + Duration::seconds(20);
        Process::new(async move {
            sweeper.sweep().await;
            events.sweep().await;
            // What it cannot do now is done by the next tick.
            let _planned = replanner.run(until).await;
            Done::Ticked
        })
    }

    /// The night's run, as `balance` wires it.
    pub(crate) fn balancing(&self, dynamo: &Dynamo) -> NightsRun {
        Balancing {
            scan: dynamo.enrolment_scan(),
            balances: dynamo.balances(),
            work: dynamo.work_list(),
            catalogue: dynamo.catalogue(),
            letters: dynamo.letters(),
            events: dynamo.waiting(),
            clock: self.clock.clone(),
            segments: 2,
        }
    }

    /// A function that takes a batch of a queue; `None` when nothing is in it.
    fn receive(&self, name: Name) -> Option<Process<Done>> {
        let batch = self.queues.receive(name, self.clock.now())?;
        let (dynamo, clock) = (&self.gated, self.senders_clock());
        let until = deadline(&clock);
        let taken = batch.clone();
        let handled = move |answer| Done::Batch(name, batch, come_again(answer));
        let providers = self.providers.clone();
        Some(match name {
            Name::Sms | Name::SmsVisits => {
                let courier = SmsCourier {
                    gateway: providers.clone(),
                    sent: dynamo.sent(),
                    strays: dynamo.strays(),
                };
                let courier = WithWayOut { courier, ways_out: FakeWaysOut };
                let marked = Marked { courier, providers };
                let sender = delivery(dynamo, &clock, &self.ids, &FakeHere::default(), marked);
                Process::new(async move {
                    handled(aws::deliveries::handle(&sender, &UNCOUNTED, taken, until).await)
                })
            }
            Name::Email | Name::EmailVisits => {
                let courier = EmailCourier { gateway: providers.clone() };
                let courier = WithWayOut { courier, ways_out: FakeWaysOut };
                let marked = Marked { courier, providers };
                let sender = delivery(dynamo, &clock, &self.ids, &FakeHere::default(), marked);
                Process::new(async move {
                    handled(aws::deliveries::handle(&sender, &UNCOUNTED, taken, until).await)
                })
            }
            Name::Letter => {
                let courier = LetterCourier::new(
                    dynamo.letters(),
                    dynamo.files(),
                    Some(providers),
                    dynamo.work_list(),
                    clock.clone(),
                );
                let sender = delivery(dynamo, &clock, &self.ids, &FakeHere::default(), courier);
                Process::new(async move {
                    handled(aws::deliveries::handle(&sender, &UNCOUNTED, taken, until).await)
                })
            }
            Name::Events => {
                let context = intake_function::handler::Context {
                    intake: dynamo.intake(),
                    catalogue: dynamo.catalogue(),
                    people: dynamo.people(),
                    newcomers: dynamo.newcomers(),
                    clock,
                };
                Process::new(async move {
                    handled(intake_function::handler::handle(&context, taken, until).await)
                })
            }
        })
    }

    /// What senders go by: the clock, unless that is what is broken on purpose.
    fn senders_clock(&self) -> FakeClock {
        if self.weather.is_sabotaged(Sabotage::ClockFast) {
            let fast = self.clock.now() + Duration::hours(12);
            return FakeClock::at(&fast.to_rfc3339());
        }
        self.clock.clone()
    }

    fn done(&mut self, done: Done) {
        match done {
            Done::Ticked => self.sweeps += 1,
            Done::Batch(name, batch, failed) => {
                self.handled += batch.records.len() as u64;
                self.queues.handled(name, &batch, &failed);
            }
        }
    }

    /// A minute in which everything works.
    pub(crate) async fn minute(&mut self) {
        self.goes_by(Duration::minutes(1));
        let tick = self.tick().finish().await;
        self.done(tick);
        self.drain().await;
    }

    /// A sweep, of which nobody works on what it queues.
    pub(crate) async fn sweep_alone(&mut self) {
        self.goes_by(Duration::minutes(1));
        let tick = self.tick().finish().await;
        self.done(tick);
    }

    /// One batch of the first queue from there on in which something is.
    pub(crate) async fn one_batch(&mut self, from: usize) {
        if let Some(process) = self.next_batch(from) {
            let handled = process.finish().await;
            self.done(handled);
        }
    }

    /// Two sweeps and several senders at once, who come in each other's way call by call. Some of them die,
    /// and some are left where they are.
    pub(crate) async fn rush(&mut self, seed: u64) {
        let mut rng = Rng::with_seed(seed);
        self.goes_by(Duration::minutes(1));
        self.begin_tick();
        self.begin_tick();
        for _ in 0..rng.usize(40..400) {
            match rng.u8(0..60) {
                0 => self.kill(rng.usize(..)),
                1..4 => self.begin_batch(rng.usize(..)),
                4 => self.begin_tick(),
                5 => self.disturb(rng.usize(..), QueueFault::Doubled, "queue messages doubled"),
                _ => self.step(rng.usize(..), 1).await,
            }
        }
    }

    /// Everything that is queued is worked on.
    pub(crate) async fn drain(&mut self) {
        for name in NAMES {
            // What fails is hidden for a while, so this ends.
            while let Some(process) = self.receive(name) {
                let handled = process.finish().await;
                self.done(handled);
            }
        }
    }

    /// Time goes by. Whoever is at work for longer than a function may run is cut off.
    pub(crate) fn goes_by(&mut self, time: Duration) {
        self.clock.advance(time);
        let now = self.clock.now();
        let before = self.working.len();
        self.working.retain(|working| working.until > now);
        for _ in self.working.len()..before {
            self.weather.strike("functions cut off");
        }
    }

    fn begin(&mut self, process: Process<Done>) {
        let until = self.clock.now() + MAY_RUN;
        self.working.push(Working { process, until });
    }

    /// A tick begins, and has done nothing yet.
    pub(crate) fn begin_tick(&mut self) {
        let tick = self.tick();
        self.begin(tick);
    }

    /// Somebody takes a batch of the first queue from there on in which something is.
    pub(crate) fn begin_batch(&mut self, from: usize) {
        if let Some(process) = self.next_batch(from) {
            self.begin(process);
        }
    }

    /// Whoever takes the next batch of the first queue from there on in which something is.
    fn next_batch(&self, from: usize) -> Option<Process<Done>> {
        let names = NAMES.into_iter().cycle().skip(from % NAMES.len()).take(NAMES.len());
        names.into_iter().find_map(|name| self.receive(name))
    }

    /// Somebody at work goes on for so many calls.
    pub(crate) async fn step(&mut self, who: usize, calls: usize) {
        if self.working.is_empty() {
            return;
        }
        let mut working = self.working.remove(who % self.working.len());
        match working.process.run(calls).await {
            Some(done) => self.done(done),
            None => self.working.push(working),
        }
    }

    /// Somebody at work dies.
    pub(crate) fn kill(&mut self, who: usize) {
        if !self.working.is_empty() {
            self.working.remove(who % self.working.len());
            self.weather.strike("functions killed");
        }
    }
}
