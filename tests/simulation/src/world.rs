//! A practice with all types of programs, several sites and many patients, as its life begins.

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;
use chrono::{DateTime, Utc};
use domain::ids::{EnrolmentId, PatientId};
use domain::ledger::LedgerKey;
use domain::text::{Code, ExternalId};
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
