//! How enrolments begin.

use chrono::{DateTime, Utc};

use super::almanac::Almanac;
use super::effects::Decision;
use super::state::FIRST_ATTEMPT;
use super::{Anchor, Cause, EndReason, Enrolment, Facts, NoteEvent, Refusal, Status};
use crate::actor::Actor;
use crate::ids::{ActionId, EnrolmentId};
use crate::program::{Course, ProgramType};
use crate::text::Label;
use crate::timing::Reference;

/// What is needed to put a patient on a program, besides the facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEnrolment {
    /// Its id.
    pub id: EnrolmentId,
    /// What puts the patient on the program.
    pub cause: Cause,
    /// The reference date of its first cycle.
    pub reference: Reference,
    /// Who attends to the patient.
    pub practitioner: Option<Label>,
    /// The request that asks for it.
    pub request_id: String,
}

/// Puts a patient on a program. A booking that is there already may complete its first cycle at
/// once.
///
/// `None` when the program has no action.
pub fn enrol(new: NewEnrolment, facts: Facts<'_>, now: DateTime<Utc>) -> Option<Decision> {
    let facts = &Almanac::new(facts);
    let first = facts.program.actions.first()?;
    let mut decision = Decision::unchanged(Enrolment {
        id: new.id,
        revision: 1,
        program: facts.program.id.clone(),
        patient: facts.patient.id.clone(),
        site: facts.site.id.clone(),
        practitioner: new.practitioner,
        cause: new.cause,
        moved_from: None,
        request_id: new.request_id,
        enrolled_at: now,
        anchor: Anchor { cycle: 1, date: new.reference },
        cycle: 1,
        cycle_began_at: now,
        finished: Vec::new(),
        past: Vec::new(),
        reopenable: None,
        status: Status::Completed { at: now },
    });
    decision.wait_for(first, FIRST_ATTEMPT, None, facts, now);
    decision.complete_by_bookings(facts, now);
    decision.keep_the_last_of_each_work();
    Some(decision)
}

/// Puts the patient of [`Facts::visit`] on a Booking program.
///
/// `None` when there is nothing to wait for: there is no visit, or the program has no action.
pub fn enrol_for_booking(
    request_id: String,
    facts: Facts<'_>,
    now: DateTime<Utc>,
) -> Option<Decision> {
    let visit = facts.visit.filter(|visit| visit.is_visit())?;
    let (key, patient) = (&visit.key, &facts.patient.id);
    let new = NewEnrolment {
        id: EnrolmentId::for_booking(&facts.program.id, &key.source, &key.id, patient),
        cause: Cause::Booking(key.clone()),
        reference: Reference::Instant(visit.start),
        practitioner: None,
        request_id,
    };
    enrol(new, facts, now)
}

/// Puts the patient of [`Facts::referral`] on a Referral program.
///
/// `None` when there is nothing to follow up: the referral is over or another patient's, the program
/// does not take it, or has no action.
pub fn enrol_for_referral(
    request_id: String,
    facts: Facts<'_>,
    now: DateTime<Utc>,
) -> Option<Decision> {
    let patient = &facts.patient.id;
    let referral = facts.followed_referral().filter(|it| it.gone_for(patient).is_none())?;
    if !facts.program.referrals.admits(referral) {
        return None;
    }
    let key = &referral.key;
    let new = NewEnrolment {
        id: EnrolmentId::for_referral(&facts.program.id, &key.source, &key.id, patient),
        cause: Cause::Referral(key.clone()),
        reference: Reference::Date(referral.added_on(facts.site.zone)),
        practitioner: None,
        request_id,
    };
    enrol(new, facts, now)
}

/// Moves a patient to another program, to go on there with `next` (HealthTrack R21). `facts` are
/// those of the new program. Answers how the old enrolment ends and how the new one begins; the new
/// one's id is derived, so that a move that is repeated moves nobody twice.
///
/// The current cycle keeps its reference date and, as far as the new program has as many, its
/// number.
///
/// # Errors
/// When the enrolment is over, an attempt is under way, the new program counts from another kind of
/// date, or has no such action.
pub fn move_to(
    enrolment: &Enrolment,
    from: ProgramType,
    course: Course,
    next: &ActionId,
    by: &Actor,
    facts: Facts<'_>,
    now: DateTime<Utc>,
) -> Result<(Decision, Decision), Refusal> {
    let facts = &Almanac::new(facts);
    let step = enrolment.step().ok_or(Refusal::Over)?;
    if step.pending_until.is_some() {
        return Err(Refusal::Underway);
    }
    let booking = |kind| kind == ProgramType::Booking;
    if booking(from) != booking(facts.program.kind) {
        return Err(Refusal::OtherReference);
    }
    let action = facts.action(next).ok_or(Refusal::NoSuchAction)?;
    let date = enrolment.reference(course).ok_or(Refusal::BadDate)?;
    let cycle = enrolment.cycle.min(facts.program.course.cycles());
    let id = EnrolmentId::for_move(&enrolment.id, &facts.program.id);

    let mut old = Decision::unchanged(enrolment.clone());
    let name = &facts.program.name;
    old.resolve_hold_unless_unclear();
    old.note_by(NoteEvent::MovedOut, &format!("Moved to “{name}”."), by, now);
    old.enrolment.status =
        Status::Ended { at: now, why: EndReason::MovedTo(id.clone()), step: None };
    old.enrolment.revision += 1;

    let mut new = Decision::unchanged(Enrolment {
        id,
        revision: 1,
        program: facts.program.id.clone(),
        moved_from: Some(enrolment.id.clone()),
        anchor: Anchor { cycle, date },
        cycle,
        finished: Vec::new(),
        reopenable: None,
        // Its past cycles come along: a booking that completed one of them completes no other.
        ..enrolment.clone()
    });
    new.note_by(NoteEvent::MovedIn, "Moved here from another program.", by, now);
    new.wait_for(action, FIRST_ATTEMPT, Some(now), facts, now);
    new.complete_by_bookings(facts, now);
    new.keep_the_last_of_each_work();
    Ok((old, new))
}
