//! Two records of one person become one, and what they are on goes with them.

use chrono::{DateTime, Utc};

use super::effects::Decision;
use super::{Cause, EndReason, Enrolment, NoteEvent, Status};
use crate::actor::Actor;
use crate::booking::{Booking, Gone};
use crate::ids::{EnrolmentId, PatientId};
use crate::referral::{Referral, ReferralGone};

/// An enrolment goes from one record of a patient to the one that is used. Nothing else of it
/// changes, so that nothing is sent twice and nothing is lost.
pub fn rehome(enrolment: &Enrolment, into: &PatientId, by: &Actor, now: DateTime<Utc>) -> Decision {
    let mut decision = Decision::unchanged(enrolment.clone());
    decision.enrolment.patient = into.clone();
    decision.enrolment.revision += 1;
    let text = "The patient's record was merged into another one; this goes on there.";
    decision.note_by(NoteEvent::Rehomed, text, by, now);
    decision
}

/// Those of the enrolments of two records of one person that must not be taken up again. A booking or
/// a referral that went from one record to the other has put each of them on its program; once both
/// are one patient's, its next event would take up what ended then, beside what is there. One of each
/// is left, the one that has got furthest.
pub fn superseded(theirs: &[Enrolment]) -> Vec<&Enrolment> {
    let is_same = |one: &Enrolment, other: &Enrolment| {
        one.id != other.id && one.program == other.program && one.cause == other.cause
    };
    let place = |it: &Enrolment| (standing(it), it.id.clone());
    let is_superseded = |one: &Enrolment| {
        theirs.iter().any(|other| is_same(one, other) && place(other) > place(one))
    };
    theirs.iter().filter(|it| standing(it) < Stands::ByItself && is_superseded(it)).collect()
}

/// An enrolment that is not taken up again, because the patient is on the program by another one.
pub fn supersede(enrolment: &Enrolment, by: &Actor, now: DateTime<Utc>) -> Decision {
    let mut decision = Decision::unchanged(enrolment.clone());
    if let Status::Ended { why, .. } = &mut decision.enrolment.status {
        *why = EndReason::Patient;
    }
    decision.enrolment.revision += 1;
    let text = "Not taken up again: the patient's record and another one are one person's, and that \
                one is on the program for the same reason.";
    decision.note_by(NoteEvent::Ended, text, by, now);
    decision
}

/// Whether what an enrolment was begun by may take it up again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stands {
    /// Once it is this patient's again.
    UntilTheirs,
    /// Once it is back.
    UntilBack,
    /// It is not ended, or by somebody.
    ByItself,
}

const fn standing(enrolment: &Enrolment) -> Stands {
    match &enrolment.status {
        Status::Ended {
            why:
                EndReason::Booking(Gone::Reassigned) | EndReason::Referral(ReferralGone::Reassigned),
            ..
        } => Stands::UntilTheirs,
        Status::Ended { why: EndReason::Booking(_) | EndReason::Referral(_), .. } => {
            Stands::UntilBack
        }
        Status::Ended {
            why: EndReason::Staff | EndReason::MovedTo(_) | EndReason::Patient,
            ..
        }
        | Status::Active(_)
        | Status::Held { .. }
        | Status::Completed { .. } => Stands::ByItself,
    }
}

/// A booking goes the same way. `caused` are the enrolments it has begun. What it would begin anew
/// for the other record counts as begun: they are on it already.
pub fn rehome_booking(booking: &Booking, into: &PatientId, caused: &[Enrolment]) -> Booking {
    let mut booking = booking.clone();
    booking.revision += 1;
    booking.matching = booking.matching.of(into);
    for enrolment in caused {
        match &enrolment.cause {
            Cause::Booking(key) => {
                let (program, id) = (&enrolment.program, &key.id);
                let same = EnrolmentId::for_booking(program, &key.source, id, into);
                booking.caused.insert(same);
            }
            Cause::Referral(_) | Cause::Added(_) => {}
        }
    }
    booking
}

/// A referral goes the same way. `begun` are those of the enrolments it has caused that go along. What
/// it would begin anew for the other record counts as begun: they are on it already.
pub fn rehome_referral(referral: &Referral, into: &PatientId, begun: &[Enrolment]) -> Referral {
    let mut referral = referral.clone();
    referral.revision += 1;
    referral.matching = referral.matching.of(into);
    for enrolment in begun {
        let (key, program) = (&referral.key, &enrolment.program);
        referral.caused.insert(EnrolmentId::for_referral(program, &key.source, &key.id, into));
    }
    referral
}
