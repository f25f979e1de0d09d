//! Two records of one person become one, and what they are on goes with them.

use chrono::{DateTime, Utc};

use super::effects::Decision;
use super::{Cause, Enrolment, NoteEvent};
use crate::actor::Actor;
use crate::booking::Booking;
use crate::ids::{EnrolmentId, PatientId};
use crate::referral::Referral;

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
