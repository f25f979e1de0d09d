//! The search: every state that can be reached, breadth first, so that what it finds is the shortest
//! way there.

use std::collections::BTreeSet;

use indexmap::IndexSet;

use crate::bounds::Lives;
use crate::engine::Rules;
use crate::invariants::{Invariant, Step};
use crate::label::Label;
use crate::state::{Key, Place, Row, RowState, State};

/// What a search has found.
#[derive(Debug, Clone)]
pub struct Found {
    /// How many states it has looked at.
    pub states: usize,
    /// How many ways from one to another.
    pub transitions: usize,
    /// Where the enrolment was.
    pub places: BTreeSet<Place>,
    /// What the ledger said.
    pub rows: BTreeSet<RowState>,
    /// The first invariant that is broken, if any is.
    pub broken: Option<Broken>,
}

/// A broken invariant.
#[derive(Debug, Clone)]
pub struct Broken {
    /// Which.
    pub invariant: Invariant,
    /// What is wrong, and everything that led to it, to be read.
    pub told: String,
}

/// Where a state was reached from, and where it goes when nothing goes wrong any more.
#[derive(Clone, Copy)]
struct Node {
    from: u32,
    calm: Option<u32>,
}

struct Search<'a> {
    rules: &'a Rules,
    states: IndexSet<State, std::hash::BuildHasherDefault<rustc_hash::FxHasher>>,
    nodes: Vec<Node>,
}

/// Looks at every state, for these invariants.
///
/// # Panics
/// When there are more states than the bounds allow: a search that stops early shows nothing.
pub fn search(rules: &Rules, watched: &[Invariant]) -> Found {
    let first = rules.first().canonical();
    let mut search = Search {
        rules,
        states: IndexSet::from_iter([first]),
        nodes: vec![Node { from: 0, calm: None }],
    };
    let (mut place, mut transitions) = (0, 0);
    while let Some(state) = search.states.get_index(place).copied() {
        let next = rules.next(&state);
        transitions += next.len();
        let calm = calmest(&next);
        for (one, (label, after)) in next.iter().enumerate() {
            let step = Step { before: &state, label, after };
            for invariant in watched {
                if let Some(why) = invariant.broken_by(rules, &step) {
                    let (mut told, state) = search.way_to(place);
                    let aim = after.canonical();
                    let mut next = rules.next(&state).into_iter();
                    let (label, after) =
                        next.find(|(_, it)| it.canonical() == aim).expect("it is a way");
                    told.push_str(&line(&label, &after));
                    let told = format!("{invariant:?} is broken: {why}.\n{told}");
                    let broken = Broken { invariant: *invariant, told };
                    return search.found(transitions, Some(broken));
                }
            }
            let reached = search.reach(after.canonical(), place);
            if calm == Some(one) {
                search.nodes[place].calm = Some(reached);
            }
        }
        assert!(search.states.len() <= rules.bounds.states, "more states than the bounds allow");
        place += 1;
    }
    let broken = watched.contains(&Invariant::I6).then(|| search.stuck()).flatten();
    search.found(transitions, broken)
}

/// Which of the ways is taken when nothing goes wrong any more.
fn calmest(next: &[(Label, State)]) -> Option<usize> {
    let turns = next.iter().enumerate().filter_map(|(one, (label, _))| Some((label.turn()?, one)));
    turns.min().map(|(_, one)| one)
}

impl Search<'_> {
    fn found(&self, transitions: usize, broken: Option<Broken>) -> Found {
        let places = self.states.iter().map(|state| state.enrolment.place).collect();
        let rows = self.states.iter().flat_map(State::rows).map(|(_, row)| row.state).collect();
        Found { states: self.states.len(), transitions, places, rows, broken }
    }

    fn reach(&mut self, state: State, from: usize) -> u32 {
        let number = |place| u32::try_from(place).expect("fewer than four thousand million states");
        let (place, is_new) = self.states.insert_full(state);
        if is_new {
            self.nodes.push(Node { from: number(from), calm: None });
        }
        number(place)
    }

    fn state(&self, place: usize) -> &State {
        self.states.get_index(place).expect("it was reached")
    }

    /// Liveness: from every state, when faults stop and everybody goes on, all is finished.
    fn stuck(&self) -> Option<Broken> {
        if self.rules.bounds.lives == Lives::HalfAMinute {
            let asks = |state: &State| state.is_finished() && state.asks_what_is_known();
            if let Some(place) = self.states.iter().position(asks) {
                let why = "a person is asked about what is known";
                let told = format!("I6 is broken: {why}.\n{}", self.way_to(place).0);
                return Some(Broken { invariant: Invariant::I6, told });
            }
        }
        let mut finishes = vec![false; self.nodes.len()];
        for start in 0..self.nodes.len() {
            let (mut way, mut place) = (Vec::new(), start);
            let is_stuck = loop {
                if finishes[place] || self.state(place).is_finished() {
                    break false;
                }
                way.push(place);
                // Once around is enough: what follows a state is always the same.
                if way.len() > 200 {
                    break true;
                }
                match self.nodes[place].calm {
                    Some(next) => place = next as usize,
                    None => break true,
                }
            };
            if is_stuck {
                let (mut told, mut state) = self.way_to(start);
                told.push_str("From here on nothing goes wrong any more, and yet:\n");
                for place in way.iter().skip(1).take(16) {
                    state = self.told_on(&mut told, &state, *place);
                }
                let told = format!("I6 is broken: it never finishes.\n{told}");
                return Some(Broken { invariant: Invariant::I6, told });
            }
            for place in way {
                finishes[place] = true;
            }
            finishes[place] = true;
        }
        None
    }

    /// How a state was reached, in the words of those who did it, and it, as they see it.
    fn way_to(&self, place: usize) -> (String, State) {
        let mut way = vec![place];
        while let Some(last) = way.last().copied().filter(|last| *last != 0) {
            way.push(self.nodes[last].from as usize);
        }
        let mut state = self.rules.first();
        let mut told = format!("    {}\n", told_of(&state));
        for place in way.iter().rev().skip(1) {
            state = self.told_on(&mut told, &state, *place);
        }
        (told, state)
    }

    /// Tells the step from a state to the next. Senders that are alike change places in what is kept;
    /// who reads this follows each by its number.
    fn told_on(&self, told: &mut String, from: &State, to: usize) -> State {
        let aim = self.state(to);
        let mut next = self.rules.next(from).into_iter();
        let (label, after) = next.find(|(_, it)| it.canonical() == *aim).expect("it is a way");
        told.push_str(&line(&label, &after));
        after
    }
}

/// What was done, and what came of it.
fn line(label: &Label, after: &State) -> String {
    format!("{label}\n    {}\n", told_of(after))
}

/// A state in one line.
fn told_of(s: &State) -> String {
    let e = s.enrolment;
    let (action, attempt) = (e.key.action + 1, e.key.attempt + 1);
    let row = |(key, row): (Key, &Row)| {
        format!("; row {}.{} {:?}", key.action + 1, key.attempt + 1, row.state)
    };
    let rows: String = s.rows().map(row).collect();
    let queued = s.queue.iter().flatten().count();
    let (place, due, accepted) = (e.place, e.due, s.accepted);
    format!(
        "[{place:?} at action {action} attempt {attempt}, due in {due}{rows}; {queued} queued; \
         accepted {accepted:?}]"
    )
}
