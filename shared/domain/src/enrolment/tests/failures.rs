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
