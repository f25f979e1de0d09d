//! What cannot be sent, and what may have been.

use super::*;

#[test]
fn what_cannot_be_reached_holds_the_enrolment_or_is_skipped_by_pause_on_error() {
    type Change = fn(&mut Patient);
    let cannot: [(&str, Change); 5] = [
        ("no mobile number", |patient| patient.mobile = None),
        ("the patient has opted out of this channel", |patient| {
            opt_out(patient, Channel::Sms);
        }),
        ("the patient is archived", |patient| {
            patient.standing = Standing::Archived;
        }),
        ("the patient is recorded as deceased", |patient| {
            patient.standing = Standing::Deceased;
        }),
        ("the patient was merged into another record", |patient| {
            patient.standing = Standing::Merged { into: PatientId::new(id(9)) };
        }),
    ];
    for (why, change) in cannot {
        for on_error in [OnError::Pause, OnError::Skip] {
            let action = sms_with(1, Timing::Enrolled, WindowUse::Ignore, on_error);
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
fn a_patient_is_reached_by_a_channel_unless_they_opted_out_of_it_or_are_a_patient_no_more() {
    use crate::patient::Unreachable::{Archived, Deceased, OptedOut};
    let mut patient = World::with(vec![]).patient;
    for (standing, opted_out, [sms, email, letter]) in [
        (Standing::Current, None, [Ok(()), Ok(()), Ok(())]),
        (Standing::Current, Some(Channel::Sms), [Err(OptedOut), Ok(()), Ok(())]),
        (Standing::Current, Some(Channel::Letter), [Ok(()), Ok(()), Err(OptedOut)]),
        (Standing::Archived, Some(Channel::Sms), [Err(Archived); 3]),
        (Standing::Deceased, None, [Err(Deceased); 3]),
    ] {
        (patient.standing, patient.consents) = (standing, Consents::default());
        if let Some(channel) = opted_out {
            opt_out(&mut patient, channel);
        }
        let reach = Channel::ALL.map(|channel| patient.reach(channel, Purpose::Care));
        assert_eq!(reach, [sms, email, letter], "{:?} {opted_out:?}", patient.standing);
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
        Effect::Send { .. }
        | Effect::Record(_)
        | Effect::Resolve(_)
        | Effect::Note(_)
        | Effect::Claim(_)
        | Effect::Refuse(_) => None,
    });
    assert_eq!(settled.effects, [Effect::Resolve(raised_id.unwrap())]);
}

#[test]
fn attempts_that_are_used_up_are_told_even_when_the_program_goes_on() {
    let world = World::with(vec![or_skip(at_any_hour(sms(1, Timing::Enrolled)))]);
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

/// Tries until something else than another attempt comes of it, and answers the waits in minutes.
fn tried(
    world: &World,
    mut e: Enrolment,
    now: &mut DateTime<Utc>,
    outcome: impl Fn(usize) -> Outcome,
) -> (Decision, Vec<i64>) {
    let mut waits = Vec::new();
    loop {
        let due = world.bring_up(&e, *now);
        if !is_sending(&due) {
            return (due, waits);
        }
        let attempted = world.attempt(&e, outcome(waits.len()), *now);
        let Some((due, _)) = attempted.enrolment.due() else { return (attempted, waits) };
        waits.push((due - *now).num_minutes());
        (*now, e) = (due, attempted.enrolment);
    }
}

#[test]
fn while_a_provider_takes_nothing_from_the_account_no_attempt_is_used_up() {
    let world = World::with(vec![at_any_hour(sms(1, Timing::Enrolled))]);
    let mut now = at(ENROLLED);
    let at_last = |tries| if tries < 20 { barred() } else { sent() };
    let (done, waits) = tried(&world, world.enrol(), &mut now, at_last);
    assert!(is_completed(&done.enrolment), "{:?}", done.enrolment);
    assert_eq!(waits, [30; 20]);
    // Those that do count are as many as ever, and wait as long.
    let mut now = at(ENROLLED);
    let both = |tries| if tries % 2 == 0 { barred() } else { not_sent() };
    let (given_up, waits) = tried(&world, world.enrol(), &mut now, both);
    assert_eq!(held(&given_up.enrolment), &HoldReason::Failed("throttled (8 attempts)".into()));
    assert_eq!(waits, [30, 1, 30, 2, 30, 4, 30, 8, 30, 16, 30, 32, 30, 60, 30]);
}

#[test]
fn what_a_provider_kept_until_it_was_too_late_is_a_failure_and_not_passed_over_in_silence() {
    for (on_error, significance, expected) in [
        (OnError::Pause, Significance::Routine, vec![WorkKind::Failed]),
        (OnError::Skip, Significance::Clinical, vec![WorkKind::NotReached]),
        (OnError::Skip, Significance::Routine, vec![]),
    ] {
        let first = sms_with(1, Timing::Enrolled, WindowUse::Ignore, on_error);
        let second = at_any_hour(sms(2, days_before(1, None)));
        let mut world = World::with(vec![first, second]);
        world.program.significance = significance;
        let mut now = at(ENROLLED);
        let (late, waits) = tried(&world, world.enrol(), &mut now, |_| barred());
        assert_eq!(waits.len(), 49, "half-hourly for a day");
        let why = "too late: until then the provider took nothing from this account";
        assert_eq!(recorded(&late), [Outcome::Failed { why: why.into() }]);
        assert_eq!(raised(&late), expected);
    }
}

#[test]
fn what_repeats_itself_waits_for_a_person_whatever_the_action_says_of_errors() {
    use Significance::{Clinical, Routine};
    for (on_error, significance) in [
        (OnError::Pause, Routine),
        (OnError::Pause, Clinical),
        (OnError::Skip, Routine),
        (OnError::Skip, Clinical),
    ] {
        let action = sms_with(1, Timing::Enrolled, WindowUse::Ignore, on_error);
        let mut world = World::of(ProgramType::Program, 1, vec![action]);
        world.program.significance = significance;
        let before = world.add("2026-12-10");
        let key = before.current_key().unwrap();
        let stopped = world.decide(&before, Event::Repeated(key.clone()), at(ENROLLED));
        assert_eq!(held(&stopped.enrolment), &HoldReason::Repeated, "{on_error:?}");
        assert_eq!((raised(&stopped), recorded(&stopped)), (vec![WorkKind::Repeated], vec![]));
        // Nobody has been sent anything: to try again is another attempt at the same, and to advance leaves it out.
        let again =
            world.instruct(&stopped.enrolment, Instruction::Retry(Receipt::Unknown), ENROLLED);
        assert_eq!(step(&again.enrolment).attempt, 2);
        assert_eq!(work(&again).1, [hold_id(&key)]);
        assert!(is_sending(&world.bring_up(&again.enrolment, at(ENROLLED))));
        let past = world.instruct(&stopped.enrolment, Instruction::Advance, ENROLLED);
        assert!(is_completed(&past.enrolment));
        assert_eq!(past.enrolment.finished[0].how, FinishedAs::Failed);
        // It went while it was being stopped: it is done, and what else is told of it changes nothing.
        let gone = Event::Attempted(key.clone(), sent());
        let went = world.decide(&stopped.enrolment, gone, at(ENROLLED));
        assert!(is_completed(&went.enrolment));
        assert_eq!(
            (went.enrolment.finished[0].how, work(&went).1),
            (FinishedAs::Done, vec![hold_id(&key)])
        );
        let not_gone = Event::Attempted(key.clone(), not_sent());
        let waits = world.decide(&stopped.enrolment, not_gone, at(ENROLLED));
        assert_eq!(waits, Decision { enrolment: stopped.enrolment, effects: vec![] });
        // What its enrolment does not wait for any more changes nothing.
        let late = world.decide(&past.enrolment, Event::Repeated(key), at(ENROLLED));
        assert_eq!(late, Decision { enrolment: past.enrolment, effects: vec![] });
    }
}
