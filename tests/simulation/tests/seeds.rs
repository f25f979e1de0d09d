//! Lives drawn from seeds: some that have found something once, and as many fresh ones as there is time for.

#![cfg(test)]

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use simulation::world::Violation;
use simulation::{Lived, Tally, life, live, shorten};

/// Lives that went wrong once: seed, and how many operations.
const FOUND: [(u64, usize); 1] = [(1, 400)];

/// How many seconds of fresh seeds are lived, unless it is said.
const SECONDS: u64 = 20;

/// How many lists are tried to find a shorter one.
const TRIES: usize = 150;

/// What all lives did together.
#[derive(Debug, Default)]
struct Total {
    lives: u64,
    operations: u64,
    sent: u64,
    calls: u64,
    faults: BTreeMap<&'static str, u64>,
    answered: BTreeMap<u16, u64>,
}

impl Total {
    fn add(&mut self, tally: &Tally) {
        self.lives += 1;
        self.operations += tally.operations;
        self.sent += tally.sent;
        self.calls += tally.calls;
        for (fault, number) in &tally.faults {
            *self.faults.entry(fault).or_default() += number;
        }
        for (status, number) in &tally.answered {
            *self.answered.entry(*status).or_default() += number;
        }
    }

    fn note(&self) {
        println!("{self:#?}");
        proof::note("simulated lives", self.lives);
        proof::note("simulated operations", self.operations);
        proof::note("messages sent in them", self.sent);
        for (fault, number) in &self.faults {
            proof::note(&format!("faults in them: {fault}"), *number);
        }
    }
}

fn said(name: &str) -> Option<String> {
    std::env::var_os(name)?.into_string().ok()
}

/// Lives a life. `Err` says what went wrong, and how to see it again.
fn try_life(seed: u64, operations: usize) -> Result<Tally, String> {
    let (patients, list) = life(seed, operations);
    let again = format!("PATIENT_CONNECT_SEED={seed}:{operations} cargo test -p simulation replay");
    // A mistake that panics must not keep its seed to itself.
    match catch_unwind(AssertUnwindSafe(|| live(seed, patients, &list))) {
        Err(_) => Err(format!("It panicked; why is above.\nTo see it again: {again}")),
        Ok(Lived { tally, wrong: None }) => Ok(tally),
        Ok(Lived { wrong: Some((place, Violation(why))), .. }) => {
            Err(format!("{why} at operation {place} of {operations}.\nTo see it again: {again}"))
        }
    }
}

#[test]
fn a_life_is_lived_the_same_again() {
    let (patients, operations) = life(7, 150);
    let first = live(7, patients, &operations);
    assert_eq!(live(7, patients, &operations), first);
}

#[test]
fn lives_that_went_wrong_once_go_well() {
    for (seed, operations) in FOUND {
        if let Err(wrong) = try_life(seed, operations) {
            panic!("{wrong}");
        }
    }
}

/// Asked for by hand, with a seed that went wrong: says what it is about, as shortly as it can be found.
#[test]
fn replay_of_a_seed() {
    let Some(wanted) = said("PATIENT_CONNECT_SEED") else { return };
    let (seed, operations) = wanted.split_once(':').expect("a seed, a colon, and a number");
    let (seed, operations) = (seed.parse().unwrap(), operations.parse().unwrap());
    let (patients, list) = life(seed, operations);
    let lived = live(seed, patients, &list);
    println!("{lived:#?}");
    if lived.wrong.is_some() {
        let list = shorten(seed, patients, &list, TRIES);
        let wrong = live(seed, patients, &list).wrong;
        panic!("{} operations are enough: {list:#?}\n{wrong:?}", list.len());
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
                while Instant::now() < until && wrong.lock().unwrap().is_empty() {
                    let (seed, operations) = (fastrand::u64(..), fastrand::usize(100..800));
                    match try_life(seed, operations) {
                        Ok(tally) => total.lock().unwrap().add(&tally),
                        Err(why) => wrong.lock().unwrap().push(why),
                    }
                }
            });
        }
    });
    total.into_inner().unwrap().note();
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
