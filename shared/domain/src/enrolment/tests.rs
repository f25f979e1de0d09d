//! The engine's rules as cases: state, event, now → state, effects.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveTime, Utc};
use proptest::prelude::*;
use ulid::Ulid;

use super::*;
use crate::booking::{BookingEventKind, BookingState, EventOrder, Matching, Stamp};
use crate::calendar::CalendarSpan;
use crate::ids::{PatientId, TemplateId};
use crate::ledger::{LedgerState, Outcome};
use crate::patient::{PersonName, Standing};
use crate::phi::Phi;
use crate::phone::MobileNumber;
use crate::program::{
    Action, ActionKind, Assignment, OnError, ProgramName, ProgramType, WindowUse,
};
use crate::text::{Code, ExternalId, Label};
use crate::timing::{Span, Timing};
use crate::window::SendingWindow;
use crate::work::WorkKind;

const ENROLLED: &str = "2026-11-20T10:00:00+11:00"; // a Friday
const VISIT: &str = "2026-12-03T10:30:00+11:00"; // a Thursday

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn id(n: u128) -> Ulid {
    Ulid::from_parts(0, n)
}

fn days_before(days: u16, time: Option<&str>) -> Timing {
    let time = time.map(|time| NaiveTime::parse_from_str(time, "%H:%M").unwrap());
    Timing::Before(Span::Calendar(CalendarSpan::Days(days), time))
}

fn sms(n: u128, timing: Timing) -> Action {
    Action {
        id: ActionId::new(id(n)),
        kind: ActionKind::Sms { template: TemplateId::new(id(1)) },
        timing,
        on_error: OnError::Pause,
        window: WindowUse::Keep,
    }
}

fn at_any_hour(action: Action) -> Action {
    Action { window: WindowUse::Ignore, ..action }
}

/// A patient with a booking, on a program.
#[derive(Clone)]
struct World {
    program: Program,
    site: Site,
    patient: Patient,
    booking: Booking,
}

impl World {
    fn with(actions: Vec<Action>) -> Self {
        let name = |text| Phi::new(PersonName::parse(text).unwrap());
        let (patient, site) = (PatientId::new(id(1)), SiteId::new(id(1)));
        Self {
            program: Program {
                id: ProgramId::new(id(1)),
                version: 1,
                kind: ProgramType::Booking,
                name: ProgramName::parse("Reminders").unwrap(),
                actions,
                assignment: Assignment::Enabled,
            },
            site: Site {
                id: site.clone(),
                revision: 1,
                code: Code::parse("harbour").unwrap(),
                name: Label::parse("Harbour").unwrap(),
                zone: chrono_tz::Australia::Sydney,
                window: SendingWindow::default(),
            },
            patient: Patient {
                id: patient.clone(),
                revision: 1,
                identifiers: BTreeSet::new(),
                first_name: name("Maria"),
                last_name: name("Rossi"),
                date_of_birth: None,
                mobile: Some(MobileNumber::from_e164("+61491570006").unwrap()),
                site: None,
                opted_out: BTreeSet::new(),
                standing: Standing::Current,
            },
            booking: Booking {
                key: BookingKey {
                    source: Code::parse("diary").unwrap(),
                    id: ExternalId::parse("B-1").unwrap(),
                },
                revision: 1,
                told_by: Stamp {
                    order: EventOrder { version: None, time: at(ENROLLED) },
                    kind: BookingEventKind::Made,
                },
                state_told_by: None,
                state: BookingState::Booked,
                booking_type: Code::parse("physio").unwrap(),
                start: at(VISIT),
                end: None,
                matching: Matching::Matched { patient, site },
                caused: BTreeSet::new(),
            },
        }
    }

    fn facts(&self) -> Facts<'_> {
        Facts {
            program: &self.program,
            site: &self.site,
            patient: &self.patient,
            booking: &self.booking,
        }
    }

    fn enrol(&self) -> Enrolment {
        enrol_for_booking("req-1".into(), self.facts(), at(ENROLLED)).unwrap()
    }

    fn decide(&self, enrolment: &Enrolment, event: Event, now: DateTime<Utc>) -> Decision {
        decide(enrolment, self.facts(), event, now)
    }

    /// Brings up the action the enrolment waits for.
    fn bring_up(&self, enrolment: &Enrolment, now: DateTime<Utc>) -> Decision {
        self.decide(enrolment, Event::Due(enrolment.current_key().unwrap()), now)
    }

    /// The current attempt ends in this way.
    fn attempt(&self, enrolment: &Enrolment, outcome: Outcome, now: DateTime<Utc>) -> Decision {
        let key = enrolment.current_key().unwrap();
        self.decide(enrolment, Event::Attempted(key, outcome), now)
    }
}

fn sent() -> Outcome {
    Outcome::Sent { provider_id: "m-1".into() }
}

fn not_sent() -> Outcome {
    Outcome::NotSent { why: "throttled".into() }
}

fn is_sending(decision: &Decision) -> bool {
    decision.effects.iter().any(|effect| matches!(effect, Effect::Send { .. }))
}

fn recorded(decision: &Decision) -> Vec<Outcome> {
    decision
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Record(row) => match &row.state {
                LedgerState::Settled { outcome, .. } => Some(outcome.clone()),
                LedgerState::Reserved { .. } => None,
            },
            Effect::Send { .. } | Effect::Raise(_) | Effect::Resolve(_) | Effect::Note(_) => None,
        })
        .collect()
}

fn raised(decision: &Decision) -> Vec<WorkKind> {
    decision
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Raise(work) => Some(work.kind),
            Effect::Send { .. } | Effect::Record(_) | Effect::Resolve(_) | Effect::Note(_) => None,
        })
        .collect()
}

fn step(enrolment: &Enrolment) -> &Step {
    match &enrolment.status {
        Status::Active(step) => step,
        other @ (Status::Held { .. } | Status::Completed { .. } | Status::Ended { .. }) => {
            panic!("not active: {other:?}")
        }
    }
}

#[test]
fn a_booking_enrols_once_and_waits_for_the_first_action() {
    let world = World::with(vec![sms(1, days_before(3, Some("10:00")))]);
    let enrolment = world.enrol();
    assert_eq!(enrolment.id, world.enrol().id, "derived from program and booking");
    assert_eq!(step(&enrolment).due, at("2026-11-30T10:00:00+11:00"));
}

#[test]
fn a_booking_without_a_visit_enrols_nobody() {
    let mut world = World::with(vec![sms(1, Timing::Enrolled)]);
    world.booking.end = Some(world.booking.start);
    assert_eq!(enrol_for_booking(String::new(), world.facts(), at(ENROLLED)), None);
    world.booking.end = None;
    world.booking.state = BookingState::Cancelled;
    assert_eq!(enrol_for_booking(String::new(), world.facts(), at(ENROLLED)), None);
}

#[test]
fn an_action_is_sent_when_it_is_due_and_inside_the_window() {
    let world = World::with(vec![sms(1, days_before(3, Some("10:00")))]);
    let enrolment = world.enrol();
    let cases = [
        ("2026-11-30T09:59:59+11:00", false), // before its time
        ("2026-11-30T10:00:00+11:00", true),
        ("2026-11-30T16:59:59+11:00", true),
        ("2026-11-30T17:00:00+11:00", false), // the window is closed
        ("2026-12-01T09:00:00+11:00", true),  // the next morning, 23 hours late
        ("2026-12-01T10:00:01+11:00", false), // too late
    ];
    for (now, sends) in cases {
        assert_eq!(is_sending(&world.bring_up(&enrolment, at(now))), sends, "{now}");
    }
}

#[test]
fn a_due_action_outside_the_window_waits_for_its_opening() {
    let world = World::with(vec![sms(1, days_before(3, Some("10:00")))]);
    let decision = world.bring_up(&world.enrol(), at("2026-11-30T20:00:00+11:00"));
    assert_eq!(step(&decision.enrolment).due, at("2026-12-01T09:00:00+11:00"));
    assert_eq!(decision.enrolment.revision, 2);
}

#[test]
fn an_action_planned_at_night_moves_to_the_opening_and_lateness_counts_from_there() {
    // Saturday 28 November, 11:00, moves to Monday 09:00 and is on time until Tuesday 09:00.
    let world = World::with(vec![sms(1, days_before(5, Some("11:00")))]);
    let enrolment = world.enrol();
    assert_eq!(step(&enrolment).due, at("2026-11-30T09:00:00+11:00"));
    assert!(is_sending(&world.bring_up(&enrolment, at("2026-12-01T09:00:00+11:00"))));
    let late = world.bring_up(&enrolment, at("2026-12-01T09:00:01+11:00"));
    assert_eq!(recorded(&late), [Outcome::Skipped { why: "too late".into() }]);
}

#[test]
fn a_before_action_that_would_move_past_the_visit_goes_at_the_previous_closing() {
    // The visit is on Monday at 09:00; two hours before is 07:00, and the opening is the visit.
    let two_hours_before = Timing::Before(Span::Hours(2));
    let mut world = World::with(vec![sms(1, two_hours_before)]);
    world.booking.start = at("2026-11-30T09:00:00+11:00");
    assert_eq!(step(&world.enrol()).due, at("2026-11-27T16:59:00+11:00"));
}

#[test]
fn nothing_goes_out_before_a_visit_once_it_has_begun() {
    for timing in [Timing::Before(Span::Minutes(30)), Timing::Enrolled] {
        let mut world = World::with(vec![at_any_hour(sms(1, timing))]);
        world.booking.start = at("2026-11-20T10:40:00+11:00");
        let enrolment = world.enrol();
        assert!(is_sending(&world.bring_up(&enrolment, world.booking.start)), "{timing:?}");
        let after = world.bring_up(&enrolment, at("2026-11-20T10:40:01+11:00"));
        assert_eq!(recorded(&after), [Outcome::Skipped { why: "too late".into() }], "{timing:?}");
    }
}

#[test]
fn an_action_that_was_late_when_the_patient_was_enrolled_is_skipped_and_the_next_goes_on() {
    // The visit is in 13 days: “20 days before” is a week past.
    let world = World::with(vec![sms(1, days_before(20, None)), sms(2, days_before(3, None))]);
    let decision = world.bring_up(&world.enrol(), at(ENROLLED));
    assert_eq!(recorded(&decision), [Outcome::Skipped { why: "too late".into() }]);
    assert_eq!(step(&decision.enrolment).action, ActionId::new(id(2)));
    assert_eq!(step(&decision.enrolment).due, at("2026-11-30T10:30:00+11:00"));
}

#[test]
fn a_confirmation_goes_at_once_at_any_hour() {
    let world = World::with(vec![at_any_hour(sms(1, Timing::Enrolled))]);
    let enrolment = world.enrol();
    assert_eq!(step(&enrolment).due, at(ENROLLED));
    assert!(is_sending(&world.bring_up(&enrolment, at(ENROLLED))));
}

#[test]
fn actions_run_in_the_lists_order_and_the_last_one_completes() {
    let first = at_any_hour(sms(1, Timing::Enrolled));
    let world = World::with(vec![first, sms(2, days_before(3, None))]);
    let now = at(ENROLLED);
    let second = world.attempt(&world.enrol(), sent(), now).enrolment;
    assert_eq!(step(&second).action, ActionId::new(id(2)));
    let done = world.attempt(&second, sent(), at("2026-11-30T10:30:00+11:00")).enrolment;
    assert_eq!(done.status, Status::Completed { at: at("2026-11-30T10:30:00+11:00") });
    assert_eq!(done.due(), None, "what is finished is not in the due index");
}

#[test]
fn a_pointer_to_another_attempt_or_a_finished_action_changes_nothing() {
    let world = World::with(vec![sms(1, Timing::Enrolled), sms(2, days_before(3, None))]);
    let first = world.enrol();
    let second = world.attempt(&first, sent(), at(ENROLLED)).enrolment;
    let stale = first.current_key().unwrap();
    for event in [Event::Due(stale.clone()), Event::Attempted(stale, sent())] {
        let decision = world.decide(&second, event, at(ENROLLED));
        assert_eq!(decision, Decision { enrolment: second.clone(), effects: vec![] });
    }
}

#[test]
fn what_cannot_be_reached_holds_the_enrolment_or_is_skipped_by_pause_on_error() {
    type Change = fn(&mut Patient);
    let cannot: [(&str, Change); 4] = [
        ("no mobile number", |patient| patient.mobile = None),
        ("the patient has opted out of this channel", |patient| {
            patient.opted_out.insert(Channel::Sms);
        }),
        ("the patient is archived", |patient| {
            patient.standing = Standing::Archived;
        }),
        ("the patient is recorded as deceased", |patient| {
            patient.standing = Standing::Deceased;
        }),
    ];
    for (why, change) in cannot {
        for on_error in [OnError::Pause, OnError::Skip] {
            let mut action = at_any_hour(sms(1, Timing::Enrolled));
            action.on_error = on_error;
            let mut world = World::with(vec![action]);
            change(&mut world.patient);
            let decision = world.bring_up(&world.enrol(), at(ENROLLED));
            assert_eq!(recorded(&decision), [Outcome::Failed { why: why.into() }]);
            assert!(!is_sending(&decision));
            match on_error {
                OnError::Pause => {
                    assert!(matches!(decision.enrolment.status, Status::Held { .. }), "{why}");
                    assert_eq!(raised(&decision), [WorkKind::Failed]);
                    assert_eq!(decision.enrolment.due(), None, "it waits for a person");
                }
                OnError::Skip => {
                    assert_eq!(decision.enrolment.status, Status::Completed { at: at(ENROLLED) });
                    assert_eq!(raised(&decision), []);
                }
            }
        }
    }
}

#[test]
fn a_refusal_for_now_is_tried_again_with_back_off_until_the_attempts_are_used_up() {
    let world = World::with(vec![at_any_hour(sms(1, days_before(3, None)))]);
    let mut enrolment = world.enrol();
    let mut waits = Vec::new();
    let mut now = at("2026-11-30T10:30:00+11:00");
    while let Status::Active(_) = enrolment.status {
        enrolment = world.attempt(&enrolment, not_sent(), now).enrolment;
        if let Some((due, _)) = enrolment.due() {
            waits.push((due - now).num_minutes());
            now = due;
        }
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60]);
    let Status::Held { why: HoldReason::Failed(why), .. } = enrolment.status else {
        panic!("not held: {enrolment:?}")
    };
    assert_eq!(why, "throttled (8 attempts)");
}

#[test]
fn back_off_is_kept_even_when_the_plan_says_earlier() {
    let world = World::with(vec![at_any_hour(sms(1, Timing::Enrolled))]);
    let enrolment = world.attempt(&world.enrol(), not_sent(), at(ENROLLED)).enrolment;
    let decision = world.bring_up(&enrolment, at("2026-11-20T10:00:59+11:00"));
    assert!(!is_sending(&decision));
    assert!(is_sending(&world.bring_up(&enrolment, at("2026-11-20T10:01:00+11:00"))));
}

#[test]
fn an_unclear_outcome_waits_for_a_person_and_evidence_settles_it() {
    let world = World::with(vec![at_any_hour(sms(1, Timing::Enrolled))]);
    let enrolment = world.enrol();
    let key = enrolment.current_key().unwrap();
    let unclear = Outcome::Unclear { why: "no outcome".into() };
    let held = world.attempt(&enrolment, unclear, at(ENROLLED));
    assert_eq!(raised(&held), [WorkKind::Unclear]);
    let settled = world.decide(&held.enrolment, Event::Attempted(key, sent()), at(ENROLLED));
    assert_eq!(settled.enrolment.status, Status::Completed { at: at(ENROLLED) });
    let raised_id = held.effects.iter().find_map(|effect| match effect {
        Effect::Raise(work) => Some(work.id.clone()),
        Effect::Send { .. } | Effect::Record(_) | Effect::Resolve(_) | Effect::Note(_) => None,
    });
    assert_eq!(settled.effects, [Effect::Resolve(raised_id.unwrap())]);
}

#[test]
fn a_moved_booking_re_anchors_what_is_unsent() {
    let mut world = World::with(vec![sms(1, Timing::Enrolled), sms(2, days_before(3, None))]);
    let enrolment = world.attempt(&world.enrol(), sent(), at(ENROLLED)).enrolment;
    world.booking.start = at("2026-12-10T15:00:00+11:00");
    let moved = world.decide(&enrolment, Event::BookingChanged, at(ENROLLED)).enrolment;
    assert_eq!(step(&moved).action, ActionId::new(id(2)), "what was sent stays sent");
    assert_eq!(step(&moved).due, at("2026-12-07T15:00:00+11:00"));
    assert_eq!(moved.reference, Reference::Instant(world.booking.start));
}

#[test]
fn a_cancelled_booking_ends_its_enrolment_and_a_revived_one_takes_it_up_again() {
    let mut world = World::with(vec![sms(1, Timing::Enrolled), sms(2, days_before(3, None))]);
    let enrolment = world.attempt(&world.enrol(), sent(), at(ENROLLED)).enrolment;
    for (state, gone) in [
        (BookingState::Cancelled, Gone::Cancelled),
        (BookingState::NotAttended, Gone::NotAttended),
        (BookingState::Deleted, Gone::Deleted),
    ] {
        world.booking.state = state;
        let ended = world.decide(&enrolment, Event::BookingChanged, at(ENROLLED)).enrolment;
        let Status::Ended { why, .. } = &ended.status else { panic!("not ended: {ended:?}") };
        assert_eq!(*why, EndReason::Booking(gone));
        assert_eq!(ended.due(), None);
        world.booking.state = BookingState::Booked;
        let revived = world.decide(&ended, Event::BookingChanged, at(ENROLLED)).enrolment;
        assert_eq!(step(&revived).action, ActionId::new(id(2)), "the first is not sent again");
    }
}

#[test]
fn an_action_that_a_newer_version_dropped_is_passed_over() {
    let mut world = World::with(vec![sms(1, Timing::Enrolled), sms(2, days_before(3, None))]);
    let enrolment = world.enrol();
    world.program.actions.remove(0);
    let decision = world.bring_up(&enrolment, at(ENROLLED));
    assert_eq!(step(&decision.enrolment).action, ActionId::new(id(2)));
}

#[test]
fn a_timing_edited_while_queued_makes_the_old_pointer_a_no_op() {
    let mut world = World::with(vec![at_any_hour(sms(1, days_before(3, None)))]);
    let enrolment = world.enrol();
    let was_due = step(&enrolment).due;
    world.program.actions = vec![at_any_hour(sms(1, days_before(1, None)))];
    let decision = world.bring_up(&enrolment, was_due);
    assert!(!is_sending(&decision));
    assert_eq!(step(&decision.enrolment).due, at("2026-12-02T10:30:00+11:00"));
}

#[test]
fn dropping_the_action_a_patient_waits_for_never_repeats_those_above_it() {
    let (first, second) = (sms(1, Timing::Enrolled), sms(2, days_before(3, None)));
    let mut world = World::with(vec![first.clone(), second]);
    let enrolment = world.attempt(&world.enrol(), sent(), at(ENROLLED)).enrolment;
    // A new action above, the one that was sent, and a new one instead of the one waited for.
    world.program.actions = vec![sms(7, Timing::Enrolled), first, sms(8, days_before(2, None))];
    let next = world.bring_up(&enrolment, at("2026-11-30T10:30:00+11:00")).enrolment;
    assert_eq!(step(&next).action, ActionId::new(id(8)));
    // When nothing that was sent is left in the program, a person must say what comes next.
    world.program.actions = vec![sms(7, Timing::Enrolled)];
    let lost = world.bring_up(&enrolment, at("2026-11-30T10:30:00+11:00"));
    assert!(matches!(lost.enrolment.status, Status::Held { .. }), "{:?}", lost.enrolment.status);
    assert_eq!(raised(&lost), [WorkKind::Failed]);
}

#[test]
fn a_timing_edited_to_an_earlier_time_does_not_make_late_who_was_promised_a_later_one() {
    let mut world = World::with(vec![at_any_hour(sms(1, days_before(1, None)))]);
    let enrolment = world.enrol();
    world.program.actions = vec![at_any_hour(sms(1, days_before(3, None)))];
    assert!(is_sending(&world.bring_up(&enrolment, step(&enrolment).due)));
}

#[test]
fn what_was_too_late_for_the_old_time_is_in_time_for_the_new_one() {
    let first = at_any_hour(sms(1, Timing::Enrolled));
    let mut world = World::with(vec![first, at_any_hour(sms(2, days_before(3, None)))]);
    world.booking.start = at("2026-11-21T10:00:00+11:00"); // tomorrow
    let enrolment = world.attempt(&world.enrol(), sent(), at(ENROLLED)).enrolment;
    let late = world.bring_up(&enrolment, at(ENROLLED));
    assert_eq!(recorded(&late), [Outcome::Skipped { why: "too late".into() }]);
    assert!(matches!(late.enrolment.status, Status::Completed { .. }));
    world.booking.start = at(VISIT);
    let moved = world.decide(&late.enrolment, Event::BookingChanged, at(ENROLLED)).enrolment;
    assert_eq!(step(&moved).action, ActionId::new(id(2)), "the confirmation is not repeated");
    assert_eq!(step(&moved).due, at("2026-11-30T10:30:00+11:00"));
    assert_eq!(step(&moved).attempt, 2, "the ledger has the skipped one as the first");
}

#[test]
fn a_reminder_that_was_late_at_enrolment_does_not_follow_the_confirmation_at_once() {
    let first = at_any_hour(sms(1, Timing::Enrolled));
    let mut world = World::with(vec![first, at_any_hour(sms(2, days_before(3, None)))]);
    world.booking.start = at("2026-11-20T12:00:00+11:00"); // in two hours
    let enrolment = world.attempt(&world.enrol(), sent(), at(ENROLLED)).enrolment;
    assert!(!is_sending(&world.bring_up(&enrolment, at("2026-11-20T10:01:00+11:00"))));
}

#[test]
fn a_booking_that_becomes_another_patients_ends_the_enrolment_of_the_first() {
    let mut world = World::with(vec![at_any_hour(sms(1, Timing::Enrolled))]);
    let enrolment = world.enrol();
    let site = world.site.id.clone();
    for matching in [
        Matching::Matched { patient: PatientId::new(id(9)), site },
        Matching::Waiting { patient: None },
    ] {
        world.booking.matching = matching;
        let ended = world.decide(&enrolment, Event::BookingChanged, at(ENROLLED)).enrolment;
        let Status::Ended { why, .. } = ended.status else { panic!("not ended") };
        assert_eq!(why, EndReason::Booking(Gone::Reassigned));
        assert!(!is_sending(&world.bring_up(&enrolment, at(ENROLLED))), "nor at the last look");
    }
}

#[test]
fn a_hold_that_failed_leaves_the_work_list_when_its_booking_goes() {
    let mut world = World::with(vec![at_any_hour(sms(1, Timing::Enrolled))]);
    world.patient.mobile = None;
    let held = world.bring_up(&world.enrol(), at(ENROLLED)).enrolment;
    world.booking.state = BookingState::Cancelled;
    let ended = world.decide(&held, Event::BookingChanged, at(ENROLLED));
    assert!(ended.effects.iter().any(|effect| matches!(effect, Effect::Resolve(_))));
}

#[test]
fn the_outcome_of_an_attempt_under_way_does_not_wait_for_a_moved_booking() {
    let mut world = World::with(vec![at_any_hour(sms(1, Timing::Enrolled))]);
    world.program.actions = vec![at_any_hour(sms(1, days_before(13, None)))];
    let enrolment = world.enrol();
    let until = at("2026-11-20T10:45:00+11:00");
    let key = enrolment.current_key().unwrap();
    let pending = world.decide(&enrolment, Event::Pending(key, until), at(ENROLLED)).enrolment;
    world.booking.start = at("2027-03-01T10:30:00+11:00");
    let moved = world.decide(&pending, Event::BookingChanged, at(ENROLLED)).enrolment;
    assert_eq!(step(&moved).due, until);
}

#[test]
fn attempts_that_are_used_up_are_told_even_when_the_program_goes_on() {
    let mut action = at_any_hour(sms(1, Timing::Enrolled));
    action.on_error = OnError::Skip;
    let world = World::with(vec![action]);
    let mut enrolment = world.enrol();
    if let Status::Active(step) = &mut enrolment.status {
        step.attempt = 8;
    }
    let decision = world.attempt(&enrolment, not_sent(), at(ENROLLED));
    assert!(matches!(decision.enrolment.status, Status::Completed { .. }));
    let gave_up =
        |effect: &Effect| matches!(effect, Effect::Note(note) if note.event == NoteEvent::GaveUp);
    assert!(decision.effects.iter().any(gave_up), "{:?}", decision.effects);
}

fn any_timing() -> impl Strategy<Value = Timing> {
    let span = (1_u16..40, 0_u8..4, proptest::option::of(0_u32..24)).prop_map(|(n, unit, hour)| {
        let time = hour.and_then(|hour| NaiveTime::from_hms_opt(hour, 0, 0));
        match unit {
            0 => Span::Minutes(u32::from(n) * 10),
            1 => Span::Hours(n.into()),
            2 => Span::Calendar(CalendarSpan::Days(n), time),
            _ => Span::Calendar(CalendarSpan::Weeks(n), time),
        }
    });
    prop_oneof![
        Just(Timing::Enrolled),
        Just(Timing::On(None)),
        span.clone().prop_map(Timing::Before),
        span.prop_map(Timing::After),
    ]
}

proptest! {
    /// I4: nothing goes before its time or outside its window, whatever happens when. And every
    /// action ends: an enrolment that is brought up whenever it is due runs to its end.
    #[test]
    fn no_action_goes_before_its_time_or_outside_its_window(
        timings in prop::collection::vec((any_timing(), any::<bool>()), 1..5),
        lateness in prop::collection::vec(0_i64..40_000, 1..20),
    ) {
        let actions = timings.iter().zip(1..).map(|((timing, keep), n)| {
            if *keep { sms(n, *timing) } else { at_any_hour(sms(n, *timing)) }
        });
        let world = World::with(actions.collect());
        let mut enrolment = world.enrol();
        let mut late = lateness.iter().cycle();
        let mut last = at(ENROLLED);
        let mut rounds = 0;
        while let Some((due, _)) = enrolment.due() {
            rounds += 1;
            prop_assert!(rounds < 100, "it does not come to an end: {enrolment:?}");
            let now = due.max(last) + chrono::Duration::seconds(*late.next().unwrap());
            last = now;
            let decision = world.bring_up(&enrolment, now);
            if is_sending(&decision) {
                let action = world.program.action(&step(&enrolment).action).unwrap();
                let planned = action.timing
                    .planned(enrolment.reference, enrolment.enrolled_at, world.site.zone).unwrap();
                match action.window {
                    WindowUse::Ignore => prop_assert!(now >= planned),
                    WindowUse::Keep => prop_assert!(world.site.window.is_open(world.site.zone, now)),
                }
                if matches!(action.timing, Timing::Before(_) | Timing::Enrolled) {
                    prop_assert!(now <= world.booking.start);
                }
                enrolment = world.attempt(&enrolment, sent(), now).enrolment;
            } else {
                prop_assert!(decision.enrolment != enrolment, "a due action that nothing happens to");
                enrolment = decision.enrolment;
            }
        }
    }

    /// Deciding the same event twice is deciding it once.
    #[test]
    fn deciding_twice_is_deciding_once(timing in any_timing(), seconds in 0_i64..3_000_000) {
        let world = World::with(vec![sms(1, timing), sms(2, Timing::On(None))]);
        let enrolment = world.enrol();
        let now = at(ENROLLED) + chrono::Duration::seconds(seconds);
        let key = enrolment.current_key().unwrap();
        let once = world.attempt(&enrolment, sent(), now).enrolment;
        let twice = world.decide(&once, Event::Attempted(key, sent()), now);
        prop_assert_eq!(twice, Decision { enrolment: once, effects: vec![] });
    }
}
