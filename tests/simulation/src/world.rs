//! A practice with all types of programs, several sites and many patients, as its life begins.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use app::ports::{Clock, Here, PracticeSettings};
use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{EnrolmentId, PatientId};
use domain::ledger::LedgerKey;
use domain::settings::Settings;
use domain::text::{Code, ExternalId};
use serde_json::Value;
use testkit::dynamo::Dynamo;
use testkit::fakes::{CountingIds, FakeClock, FakeHere};
use testkit::requests::{ApiAnswer, ApiRequest, call};

use crate::between::gated;
use crate::gate::Process;
use crate::life::Tally;
use crate::panics;
use crate::providers::{Accepted, Providers};
use crate::queues::SimQueues;
use crate::routers::{Routers, routers};
use crate::told::Diary;
use crate::weather::Weather;
use crate::work::Working;

/// When a practice opens.
const OPENS: [&str; 4] = [
    // A fortnight before clocks go forward in Sydney, and by half an hour on Lord Howe Island.
    "2027-09-20T00:07:00Z",
    // A fortnight before they go back.
    "2028-03-19T22:40:00Z",
    // Before the year ends, which is a leap year after it.
    "2027-12-20T05:15:00Z",
    // A week before its 29th of February.
    "2028-02-22T03:59:00Z",
];

/// How many practices were opened: each has tables of its own name, because the SDK keeps what it knows of
/// a store by its name for the whole process.
static OPENED: AtomicU64 = AtomicU64::new(0);

/// A program, as the simulation knows it.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
}

/// When a message may go out first, by the program it was made in: so many days after the reference date, or
/// before it.
#[derive(Debug, Clone)]
pub(crate) struct Planned {
    pub(crate) action: String,
    pub(crate) days: Option<i64>,
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
    pub(crate) messages_of: Vec<Vec<Planned>>,
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
    /// Bookings that were cancelled or deleted. Nothing more is sent about them.
    pub(crate) gone: BTreeSet<String>,
    /// Cycles that a booking has completed.
    pub(crate) completed: BTreeSet<(EnrolmentId, u16)>,
    /// Who has died or left.
    pub(crate) left: BTreeSet<PatientId>,
    /// Whether all sending is on hold.
    pub(crate) held: bool,
    /// Days on which a site sends nothing, by its code.
    pub(crate) holidays: BTreeSet<(Code, NaiveDate)>,
    /// Enrolments whose timing staff or their cause have changed.
    pub(crate) retimed: BTreeSet<EnrolmentId>,
    /// What staff have left out.
    pub(crate) left_out: BTreeSet<(EnrolmentId, u16, String)>,
    /// How often staff have put somebody on a program.
    pub(crate) asked: BTreeMap<String, usize>,
    /// The last day whose balance is known to be right.
    pub(crate) balanced: Option<NaiveDate>,
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
    /// How many operations were carried out, and did something, by their kind.
    pub(crate) operations: BTreeMap<&'static str, u64>,
    /// How many panics there were in this thread before it opened.
    pub(crate) panicked: u64,
    /// How many operations were tried.
    pub(crate) tried: u64,
    /// How many sweeps there were.
    pub(crate) sweeps: u64,
    /// How many queue messages were worked on.
    pub(crate) handled: u64,
    /// How many requests of staff were answered, by the class of the answer.
    pub(crate) answered: BTreeMap<u16, u64>,
}

impl World {
    /// Opens a practice with that many patients.
    ///
    /// # Panics
    /// When it cannot be set up.
    pub async fn open(seed: u64, patients: u16) -> Self {
        panics::watch();
        let weather = Weather::new(seed ^ 0x5eed);
        let name = OPENED.fetch_add(1, Ordering::Relaxed);
        let dynamo = Dynamo::inside(&format!("simulation-{name}")).await;
        let opens = OPENS.iter().cycle().nth(usize::from(seed.to_le_bytes()[0]));
        let clock = FakeClock::at(opens.expect("a cycle has no end"));
        let (gated, ids) =
            (dynamo.through(|http| gated(&weather, &clock, http)), CountingIds::after(1));
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
            gone: BTreeSet::new(),
            completed: BTreeSet::new(),
            left: BTreeSet::new(),
            held: false,
            holidays: BTreeSet::new(),
            retimed: BTreeSet::new(),
            left_out: BTreeSet::new(),
            asked: BTreeMap::new(),
            balanced: None,
            opted_out: BTreeSet::new(),
            complained: BTreeSet::new(),
            stopped: BTreeSet::new(),
            messages: Vec::new(),
            texts: BTreeMap::new(),
            replies: 0,
            unfinished_merges: Vec::new(),
            edited: BTreeSet::new(),
            operations: BTreeMap::new(),
            panicked: panics::here(),
            tried: 0,
            sweeps: 0,
            handled: 0,
            answered: BTreeMap::new(),
        };
        world.be_at_home().await;
        world.sites().await;
        world.catalogue().await;
        for n in 0..patients {
            world.patient(n).await;
        }
        world
    }

    /// The tables are remembered, as the first sweep of a practice remembers them.
    async fn be_at_home(&self) {
        let (store, here) = (self.dynamo.catalogue(), FakeHere::default());
        let tables = here.tables().await.expect("the tables");
        let settings = Settings::default().minding(&tables, self.clock.now());
        store.remember_home(&settings.expect("a new practice")).await.expect("it is stored");
    }

    pub(crate) fn tally(&self) -> Tally {
        Tally {
            operations: self.operations.clone(),
            sweeps: self.sweeps,
            handled: self.handled,
            calls: self.weather.calls(),
            handed_over: self.providers.calls(),
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
        let mut process = Process::new(async move { call(&router, request).await });
        let answer = match self.weather.cut_off() {
            None => process.finish().await,
            Some(calls) => process.run(calls).await.unwrap_or_else(cut_off),
        };
        *self.answered.entry(answer.status.as_u16()).or_default() += 1;
        answer
    }
}

/// What the gateway answers when a function has died.
fn cut_off() -> ApiAnswer {
    ApiAnswer {
        status: StatusCode::GATEWAY_TIMEOUT,
        headers: HeaderMap::new(),
        json: Value::Null,
        bytes: Vec::new(),
    }
}

/// The system that tells of bookings and referrals.
pub(crate) fn diary() -> Code {
    Code::parse("diary").expect("a code")
}
