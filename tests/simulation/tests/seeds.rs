//! Lives drawn from seeds: some that have found something once, and as many fresh ones as there is time for.

#![cfg(test)]

use std::fs;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use simulation::life::{Life, Lived, Tally};
use simulation::operation::Kind;
use simulation::sabotage::Sabotage;
use simulation::world::Violation;

/// How many seconds of fresh seeds are lived, unless it is said.
const SECONDS: u64 = 20;

/// From how many seconds on there are long lives among the fresh ones.
const A_WHILE: u64 = 600;

/// How many lists are tried to find a shorter one.
const TRIES: usize = 150;

/// How many lives go wrong until no more are lived: the first of a long run need not be all that it finds.
const ENOUGH: usize = 4;

/// After how many operations each kind of operation and of fault must have been among them.
const MANY: u64 = 20_000;

/// How many lives are tried until what was broken on purpose is found out.
const LIVES: u64 = 12;

/// Every fault there is.
const FAULTS: [&str; 18] = [
    "answers of the store lost",
    "calls that never arrived",
    "calls throttled",
    "dead letters",
    "dead letters redriven",
    "functions cut off",
    "functions killed",
    "looks into an index that lags",
    "messages lost on the way to a provider",
    "provider answers lost",
    "provider refusals for good",
    "provider refusals for now",
    "provider refusals of the account",
    "queue messages doubled",
    "queue messages lost",
    "queue messages refused",
    "requests cut off",
    "webhooks killed",
];

/// What all lives did together.
#[derive(Debug, Default)]
struct Total {
    lives: u64,
    patients: u64,
    tally: Tally,
}

impl Total {
    fn add(&mut self, life: &Life, tally: &Tally) {
        self.lives += 1;
        self.patients += u64::from(life.patients);
        self.tally.add(tally);
    }

    fn operations(&self) -> u64 {
        self.tally.operations.values().sum()
    }

    fn note(&self) {
        println!("{self:#?}");
        let tally = &self.tally;
        proof::note("simulated lives", self.lives);
        proof::note("patients in them", self.patients);
        proof::note("simulated operations", self.operations());
        proof::note("sweeps in them", tally.sweeps);
        proof::note("queue messages worked on in them", tally.handled);
        proof::note("calls of the store in them", tally.calls);
        proof::note("messages handed over in them", tally.handed_over);
        proof::note("messages accepted in them", tally.sent);
        for (fault, number) in &tally.faults {
            proof::note(&format!("faults in them: {fault}"), *number);
        }
    }

    /// A simulation that never does something says nothing about it.
    fn has_done_everything(&self) {
        let tally = &self.tally;
        for kind in Kind::all() {
            let name = kind.name();
            let times = tally.operations.get(name).copied().unwrap_or_default();
            assert!(times >= 10, "{name} did something {times} times");
        }
        for fault in FAULTS {
            let times = tally.faults.get(fault).copied().unwrap_or_default();
            assert!(times >= 5, "{fault}: {times} times");
        }
    }
}

/// How much happens in a life: usually little, so that many practices are opened and come to their end. Of
/// many seconds some are for long lives, in which much has gathered.
fn lengths(seconds: u64) -> Range<usize> {
    if seconds > A_WHILE && fastrand::u8(0..8) == 0 { 1_000..5_000 } else { 100..800 }
}

fn said(name: &str) -> Option<String> {
    std::env::var_os(name)?.into_string().ok()
}

/// Lives a life. `Err` says what went wrong, and how to see it again.
fn try_life(life: &Life, name: &str) -> Result<Tally, String> {
    let again = format!("PATIENT_CONNECT_SEED={name} cargo test -p simulation replay");
    // A mistake that panics must not keep its seed to itself.
    match catch_unwind(AssertUnwindSafe(|| life.live())) {
        Err(_) => Err(format!("It panicked; why is above.\nTo see it again: {again}")),
        Ok(Lived { tally, wrong: None }) => Ok(tally),
        Ok(Lived { wrong: Some((place, Violation(why))), .. }) => {
            let operations = life.operations.len();
            Err(format!("{why} at operation {place} of {operations}.\nTo see it again: {again}"))
        }
    }
}

#[test]
fn a_life_is_lived_the_same_again() {
    let life = Life::drawn(7, 150);
    assert_eq!(life.live(), life.live());
}

#[test]
fn a_life_that_is_kept_is_the_same() {
    let life = Life::drawn(9, 200);
    assert_eq!(life.to_string().parse(), Ok(life));
}

/// Each file is a life in which something went wrong once, as short as it was found.
#[test]
fn lives_that_went_wrong_once_go_well() {
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("found");
    let mut wrong = Vec::new();
    let mut lives = 0;
    for file in fs::read_dir(found).unwrap() {
        let path = file.unwrap().path();
        let life: Life = fs::read_to_string(&path).unwrap().parse().unwrap();
        wrong.extend(try_life(&life, &path.display().to_string()).err());
        lives += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(lives > 0, "the lives are not where they were");
    proof::note("lives that went wrong once", lives);
}

#[test]
fn what_is_broken_on_purpose_is_found_out() {
    for sabotage in Sabotage::ALL {
        let found = (0..LIVES).find_map(|seed| {
            let life = Life { patients: 30, ..Life::drawn(seed, 400) };
            life.live_with(Some(sabotage)).wrong
        });
        let (place, Violation(why)) =
            found.unwrap_or_else(|| panic!("nobody finds out that {sabotage:?}"));
        println!("{sabotage:?}, at {place}: {}", why.lines().next().unwrap_or_default());
    }
    proof::note("sabotages found out", Sabotage::ALL.len() as u64);
}

/// Asked for by hand, with a seed that went wrong or the file of a life: says what it is about, as shortly
/// as it can be found.
#[test]
fn replay_of_a_seed() {
    let Some(wanted) = said("PATIENT_CONNECT_SEED") else { return };
    let life = match wanted.split_once(':') {
        Some((seed, operations)) => Life::drawn(seed.parse().unwrap(), operations.parse().unwrap()),
        None => fs::read_to_string(wanted).unwrap().parse().unwrap(),
    };
    let lived = life.live();
    println!("{lived:#?}");
    if lived.wrong.is_some() {
        let shortest = life.shortened(TRIES);
        let wrong = shortest.live().wrong;
        panic!("{} operations are enough:\n{shortest}\n{wrong:?}", shortest.operations.len());
    }
}

#[test]
fn fresh_lives_go_well() {
    let seconds = proof::said(proof::SECONDS).unwrap_or(SECONDS);
    let until = Instant::now() + Duration::from_secs(seconds);
    let (total, wrong) = (Mutex::new(Total::default()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while Instant::now() < until && wrong.lock().unwrap().len() < ENOUGH {
                    let (seed, operations) = (fastrand::u64(..), fastrand::usize(lengths(seconds)));
                    let life = Life::drawn(seed, operations);
                    match try_life(&life, &format!("{seed}:{operations}")) {
                        Ok(tally) => total.lock().unwrap().add(&life, &tally),
                        Err(why) => {
                            // An hour is long for whoever waits to see it.
                            println!("{why}");
                            wrong.lock().unwrap().push(why);
                        }
                    }
                }
            });
        }
    });
    let total = total.into_inner().unwrap();
    total.note();
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    if total.operations() >= MANY {
        total.has_done_everything();
    }
}
