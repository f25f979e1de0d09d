//! Anything that can happen, in any order, with the ledger and the work list that come of it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;

use super::*;
use crate::ledger::LedgerKey;
use crate::receipt::Fault;

/// One thing that happens, after so many minutes.
#[derive(Debug, Clone)]
enum Happening {
    /// The sweeper brings up what waits, and the attempt ends like this. With `crash`, whoever made
    /// it does not live to say so.
    Sweep { ends: u8, crash: bool },
    /// The provider's receipt for what may have been sent.
    Receipt(bool),
    /// The provider's receipt that one of those it had accepted did not arrive.
    Bounced(u8),
    /// The provider's receipt that one that was taken for something else was sent after all.
    SentAfterAll(u8),
    /// The enrolment's own booking changes.
    Visit { state: u8, days: i64 },
    /// Another booking of the patient changes, or is made.
    Other { n: u8, state: u8, days: i64 },
    /// The program is saved with these actions.
    Saved(Vec<Action>),
    /// The patient's mobile comes or goes.
    Mobile(bool),
    /// A person says so.
    Instructed(u8, i64),
    /// The patient is archived.
    Archived,
}

fn anything() -> impl Strategy<Value = Happening> {
    use Happening::{
        Archived, Bounced, Instructed, Mobile, Other, Receipt, Saved, SentAfterAll, Sweep, Visit,
    };
    prop_oneof![
        8 => (0_u8..8, prop::bool::weighted(0.2)).prop_map(|(ends, crash)| Sweep { ends, crash }),
        2 => any::<bool>().prop_map(Receipt),
        3 => any::<u8>().prop_map(Bounced),
        3 => any::<u8>().prop_map(SentAfterAll),
        2 => (0_u8..7, -20_i64..60).prop_map(|(state, days)| Visit { state, days }),
        4 => (0_u8..3, 0_u8..7, -20_i64..60).prop_map(|(n, state, days)| Other { n, state, days }),
        2 => any_actions().prop_shuffle().prop_map(Saved),
        1 => any::<bool>().prop_map(Mobile),
        4 => (0_u8..6, -60_i64..200).prop_map(|(what, days)| Instructed(what, days)),
        1 => Just(Archived),
    ]
}

/// The enrolment with what the engine's effects have made of the ledger and the work list.
struct Run {
    world: World,
    e: Enrolment,
    now: DateTime<Utc>,
    ledger: BTreeMap<LedgerKey, Option<Outcome>>,
    open: BTreeMap<WorkId, WorkKind>,
}

impl Run {
    fn happen(&mut self, what: Happening) {
        match what {
            Happening::Sweep { ends, crash } => self.sweep(ends, crash),
            Happening::Receipt(arrived) => {
                let Some(step) = self.e.step() else { return };
                let key = self.e.key_of(step);
                if let Some(outcome @ Some(Outcome::Unclear { .. })) = self.ledger.get_mut(&key) {
                    let evidence =
                        if arrived { sent() } else { Outcome::Failed { why: "bounced".into() } };
                    *outcome = Some(evidence.clone());
                    self.decide(&Event::Attempted(key, evidence));
                }
            }
            Happening::Bounced(n) => {
                let accepted = self.ledger.iter_mut();
                let mut accepted: Vec<_> =
                    accepted.filter(|row| matches!(row.1, Some(Outcome::Sent { .. }))).collect();
                let count = accepted.len().max(1);
                let Some((key, outcome)) = accepted.get_mut(usize::from(n) % count) else { return };
                // From here on it may be tried again.
                let key = key.clone();
                **outcome = Some(Outcome::Failed { why: "bounced".into() });
                self.decide(&Event::Undelivered(key, Fault::Unknown));
            }
            Happening::SentAfterAll(n) => self.sent_after_all(n),
            Happening::Visit { state, days } => {
                let booking = &mut self.world.booking;
                booking.state = BookingState::ALL[usize::from(state)];
                booking.start = self.now + Duration::days(days);
                if self.world.about_visit {
                    self.decide(&Event::VisitChanged);
                }
            }
            Happening::Other { n, state, days } => {
                let mut booking = self.world.book(u128::from(n) + 10, ENROLLED, ENROLLED);
                (booking.start, booking.made_at) = (self.now + Duration::days(days), self.now);
                booking.state = BookingState::ALL[usize::from(state)];
                let key = booking.key.clone();
                let known = self.world.bookings.iter_mut().find(|known| known.key == key);
                match known {
                    Some(known) => *known = Booking { made_at: known.made_at, ..booking },
                    None => self.world.bookings.push(booking),
                }
                self.decide(&Event::CompletingBookingChanged(key));
                self.decide(&Event::BookingsChanged);
            }
            Happening::Saved(actions) => {
                self.world.program.actions = actions;
                self.decide(&Event::ProgramChanged);
            }
            Happening::Mobile(has) => {
                let number = MobileNumber::from_e164("+61491570006").unwrap();
                self.world.patient.mobile = Some(number).filter(|_| has);
            }
            Happening::Instructed(what, days) => {
                let instruction = match what {
                    0 => Instruction::Advance,
                    1 => Instruction::Skip,
                    2 => Instruction::Retry(Receipt::Unknown),
                    3 => Instruction::Retry(Receipt::NotReceived),
                    4 => {
                        Instruction::ChangeReference((self.now + Duration::days(days)).date_naive())
                    }
                    _ if days > 150 => Instruction::End(Label::parse("moved away").unwrap()),
                    _ => return,
                };
                self.decide(&Event::Instructed(instruction, person()));
            }
            Happening::Archived => {
                if self.now.timestamp() % 8 == 0 {
                    self.decide(&Event::PatientGone);
                }
            }
        }
    }

    /// Of one of the current cycle, none of whose attempts is under way.
    fn sent_after_all(&mut self, n: u8) {
        let e = &self.e;
        let is_under_way =
            matches!(&e.status, Status::Active(step) if step.pending_until.is_some());
        if !e.is_open() || is_under_way {
            return;
        }
        let taken_for_else = |outcome: &Option<Outcome>| match outcome {
            Some(Outcome::NotSent { .. } | Outcome::Barred { .. } | Outcome::Unclear { .. }) => {
                true
            }
            Some(Outcome::Failed { why }) => why == "bounced",
            Some(Outcome::Sent { .. } | Outcome::Skipped { .. }) | None => false,
        };
        let rows = self.ledger.iter().filter(|(key, _)| key.cycle == e.cycle);
        let keys: Vec<_> = rows.filter(|row| taken_for_else(row.1)).map(|row| row.0).collect();
        let Some(key) = keys.get(usize::from(n) % keys.len().max(1)).copied().cloned() else {
            return;
        };
        self.ledger.insert(key.clone(), Some(sent()));
        self.decide(&Event::SentAfterAll(key));
    }

    /// What the sender does with what the due index brings up.
    fn sweep(&mut self, ends: u8, crash: bool) {
        let Some((due, _)) = self.e.due() else { return };
        self.now = self.now.max(due);
        let key = self.e.current_key().unwrap();
        if let Some(row) = self.ledger.get(&key).cloned() {
            // An attempt that was begun comes first: its outcome, or that there is none.
            let outcome = row.unwrap_or(Outcome::Unclear { why: "no outcome".into() });
            self.ledger.insert(key.clone(), Some(outcome.clone()));
            return self.decide(&Event::Attempted(key, outcome));
        }
        let decision = self.world.bring_up(&self.e, self.now);
        if !is_sending(&decision) {
            return self.decide(&Event::Due(key, Crowd::Unknown));
        }
        let same = |(other, outcome): (&LedgerKey, &Option<Outcome>)| {
            let action = (other.cycle, &other.action) == (key.cycle, &key.action);
            action && matches!(outcome, None | Some(Outcome::Sent { .. }))
        };
        assert!(!self.ledger.iter().any(same), "{key:?} is sent twice: {:?}", self.ledger);
        let outcome = match ends {
            0 => Some(not_sent()),
            1 => Some(Outcome::Failed { why: "bounced".into() }),
            2 => None,
            3 => Some(Outcome::Unclear { why: "in doubt".into() }),
            4 => Some(barred()),
            _ => Some(sent()),
        };
        self.ledger.insert(key.clone(), outcome.clone());
        match outcome {
            _ if crash => {}
            Some(outcome) => self.decide(&Event::Attempted(key, outcome)),
            None => self.decide(&Event::Pending(key, self.now + Duration::minutes(15))),
        }
    }

    fn decide(&mut self, event: &Event) {
        let now = self.now;
        let once = self.world.decide(&self.e, event.clone(), now);
        if once.refusal().is_some() {
            assert_eq!((&once.enrolment, once.effects.len()), (&self.e, 1), "a refusal changes");
        }
        // A person's instruction names the revision it was given for, and cannot come twice.
        if !matches!(event, Event::Instructed(..)) {
            let twice = self.world.decide(&once.enrolment, event.clone(), now);
            assert_eq!(twice.enrolment, once.enrolment, "{event:?} twice");
            assert!(!is_sending(&twice) || is_sending(&once));
            assert!(recorded(&twice).is_empty(), "{event:?} twice");
            let raised_before = work(&once).0;
            assert!(work(&twice).0.iter().all(|id| raised_before.contains(id)), "{event:?} twice");
        }
        for effect in &once.effects {
            match effect {
                Effect::Raise(work) => {
                    self.open.insert(work.id.clone(), work.kind);
                }
                Effect::Resolve(id) => {
                    self.open.remove(id);
                }
                Effect::Record(row) => {
                    let LedgerState::Settled { outcome, .. } = &row.state else { unreachable!() };
                    let before = self.ledger.insert(row.key.clone(), Some(outcome.clone()));
                    assert_eq!(before, None, "a row that is there already: {:?}", row.key);
                }
                Effect::Send { .. } | Effect::Note(_) | Effect::Claim(_) | Effect::Refuse(_) => {}
            }
        }
        self.e = once.enrolment;
        self.check();
    }

    /// What is true at any moment.
    fn check(&self) {
        let e = &self.e;
        let hold = match &e.status {
            Status::Held { step, why, .. } => {
                let kind = match why {
                    HoldReason::Paused => WorkKind::Paused,
                    HoldReason::Failed(_) | HoldReason::NoReferrer => WorkKind::Failed,
                    HoldReason::Repeated => WorkKind::Repeated,
                    HoldReason::Unclear => WorkKind::Unclear,
                };
                assert_eq!(step.pending_until, None, "a hold under way");
                Some((hold_id(&e.key_of(step)), kind))
            }
            Status::Active(_) | Status::Completed { .. } | Status::Ended { .. } => None,
        };
        let of_holds = |kind: &WorkKind| matches!(kind, WorkKind::Paused | WorkKind::Failed);
        let listed: Vec<_> = self.open.iter().filter(|(_, kind)| of_holds(kind)).collect();
        match &hold {
            Some((id, kind)) if of_holds(kind) => assert_eq!(listed, [(id, kind)], "{e:?}"),
            Some((id, kind)) => {
                assert_eq!(listed, [], "{e:?}");
                assert_eq!(self.open.get(id), Some(kind), "a hold without work: {e:?}");
            }
            None => assert_eq!(listed, [], "work without a hold: {e:?}"),
        }
        let finished: BTreeSet<&ActionId> = e.finished.iter().map(|f| &f.action).collect();
        assert_eq!(finished.len(), e.finished.len(), "an action is finished once: {e:?}");
        assert_eq!(e.due().is_some(), matches!(e.status, Status::Active(_)));
        let by: Vec<&CycleEnd> = e.past.iter().map(|past| &past.by).collect();
        let bookings: Vec<&BookingKey> = by
            .iter()
            .filter_map(|by| if let CycleEnd::Booking { key, .. } = by { Some(key) } else { None })
            .collect();
        let used: BTreeSet<_> = bookings.iter().collect();
        assert_eq!(used.len(), bookings.len(), "a booking completes one cycle: {e:?}");
        let completed = usize::from(matches!(e.status, Status::Completed { .. }));
        let over: Vec<u16> = e.past.iter().map(|past| past.cycle).collect();
        assert_eq!(over, (1..=over.len()).map(|n| u16::try_from(n).unwrap()).collect::<Vec<_>>());
        assert_eq!(usize::from(e.cycle), over.len() + 1 - completed, "{e:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_nothing_is_sent_twice_and_every_hold_is_on_the_work_list(
        world in any_world(),
        reference in any_date(),
        happenings in prop::collection::vec((0_i64..30_000, anything()), 1..40),
    ) {
        let mut world = world;
        world.completing = Completing::of(&world.program, &[]);
        let begun = world.begin(reference);
        let (e, open) = (begun.enrolment.clone(), BTreeMap::new());
        let mut run = Run { world, e, now: at(ENROLLED), ledger: BTreeMap::new(), open };
        for effect in begun.effects {
            if let Effect::Raise(work) = effect {
                run.open.insert(work.id, work.kind);
            }
        }
        run.check();
        for (minutes, what) in happenings {
            run.now += Duration::minutes(minutes);
            run.happen(what);
        }
    }
}
