//! What goes from one record of a patient to the one it was merged into, and what goes with it: a booking or
//! a referral and what it has begun go together, because an enrolment whose booking is another patient's
//! ends.

use domain::booking::Booking;
use domain::enrolment::{
    Enrolment, rehome, rehome_booking, rehome_referral, supersede, superseded,
};
use domain::ids::PatientId;
use domain::referral::Referral;

use crate::enrolments::Asked;
use crate::ports::{Change, MovedBooking, MovedCause};

/// Two records of one person, of whom the first goes on as the second.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Records<'a> {
    pub(crate) from: &'a PatientId,
    pub(crate) into: &'a PatientId,
}

impl Records<'_> {
    /// Those of the enrolments that are either record's.
    pub(crate) fn theirs(&self, all: &[Enrolment]) -> Vec<Enrolment> {
        let is_theirs = |it: &&Enrolment| it.patient == *self.from || it.patient == *self.into;
        all.iter().filter(is_theirs).cloned().collect()
    }
}

/// An enrolment goes to the other record.
pub(crate) fn moved(enrolment: &Enrolment, into: &PatientId, asked: &Asked) -> Change {
    let decision = rehome(enrolment, into, &asked.by, asked.at);
    Change::new(Some(enrolment.clone()), decision, &[])
}

/// A booking and what it has begun go to the other record. `caused` is all it has begun that can be read;
/// what of it is a third record's stays there, and does not count as begun for this patient.
pub(crate) fn moved_booking(
    before: Booking,
    caused: &[Enrolment],
    records: Records<'_>,
    asked: &Asked,
) -> (MovedCause, Vec<Change>) {
    let caused = records.theirs(caused);
    let after = rehome_booking(&before, records.into, &caused);
    let changes = moved_all(&caused, records, asked);
    (MovedCause::Booking(Box::new(MovedBooking { before, after })), changes)
}

/// A referral goes the same way.
pub(crate) fn moved_referral(
    before: &Referral,
    begun: &[Enrolment],
    records: Records<'_>,
    asked: &Asked,
) -> (MovedCause, Vec<Change>) {
    let begun = records.theirs(begun);
    let after = rehome_referral(before, records.into, &begun);
    (MovedCause::Referral(Box::new(after)), moved_all(&begun, records, asked))
}

fn moved_all(all: &[Enrolment], records: Records<'_>, asked: &Asked) -> Vec<Change> {
    let theirs = all.iter().filter(|enrolment| enrolment.patient == *records.from);
    theirs.map(|enrolment| moved(enrolment, records.into, asked)).collect()
}

/// What must not be taken up again once the records are one: [`superseded`]. To be stored before anything
/// is moved.
pub(crate) fn kept_once(both: &[Enrolment], asked: &Asked) -> Vec<Change> {
    let change =
        |one: &Enrolment| Change::new(Some(one.clone()), supersede(one, &asked.by, asked.at), &[]);
    superseded(both).into_iter().map(change).collect()
}
