//! STOP and START.

use std::collections::BTreeSet;

use domain::hold::HoldCause;
use domain::ids::{PatientId, ProgramId};
use domain::program::{Channel, Significance};
use domain::reply::Meaning;

use super::Receiver;
use super::case::Case;
use super::work::{About, Why, opted_out};
use crate::ports::{
    AddressHolds, Bookings, Catalogue, EnrolmentReader, HoldChange, Register, Replies, ReplyChange,
    SentMessages, StoreError,
};
use crate::readable::if_readable;

/// Most answers of a patient that are looked through for a START.
const MOST_LOOKED_AT: usize = 50;

impl<R, S, C, P, E, B> Receiver<R, S, C, P, E, B>
where
    R: Replies,
    S: SentMessages,
    C: Catalogue,
    P: Register + AddressHolds,
    E: EnrolmentReader,
    B: Bookings,
{
    /// No more text messages to anybody on the number, nor to whoever gets it: the number is held
    /// besides what is withdrawn, because the next patient who is given it has withdrawn nothing.
    pub(super) async fn stop(
        &self,
        case: &Case<'_>,
        change: &mut ReplyChange,
    ) -> Result<(), StoreError> {
        let overtaken = self.overtaken(case).await?;
        case.consents(change, |patient| {
            let stops = !overtaken.contains(&patient.id);
            if stops { patient.consents.stopped(case.incoming.at) } else { None }
        });
        if !overtaken.is_empty() {
            case.raise(change, Why::StopOvertaken, case.unmatched().1);
        } else if case.patients.is_empty() {
            change.hold = self.held_besides(case, HoldCause::StopOfNobody).await?;
            case.raise(change, Why::StopOfNobody, About::default());
        } else {
            change.hold = self.held_besides(case, HoldCause::Stopped).await?;
        }
        let out: Vec<PatientId> =
            change.patients.iter().map(|(_, after)| after.id.clone()).collect();
        for patient in out {
            self.tell_stopped(case, change, &patient).await?;
        }
        Ok(())
    }

    /// The number is held for this, and for what repeats itself there if it is held for that. That its hold cannot be read
    /// must not keep a STOP from being written down.
    async fn held_besides(
        &self,
        case: &Case<'_>,
        newer: HoldCause,
    ) -> Result<HoldChange, StoreError> {
        let known = if_readable(self.people.hold(&case.address()).await)?;
        Ok(case.hold(newer.besides(known.map(|known| known.cause))))
    }

    /// Those on the number who chose text messages after this STOP was sent: it comes late.
    async fn overtaken(&self, case: &Case<'_>) -> Result<BTreeSet<PatientId>, StoreError> {
        let at = case.incoming.at;
        let mut overtaken = BTreeSet::new();
        for patient in &case.patients {
            let records = [patient.id.clone()].into();
            let known = self.replies.of_patient(&records, None, MOST_LOOKED_AT).await?;
            let started = known.iter().any(|it| it.meaning == Meaning::Start && it.at > at);
            if started || patient.consents.agreed_since(Channel::Sms, at) {
                overtaken.insert(patient.id.clone());
            }
        }
        Ok(overtaken)
    }

    /// Tells the programs of a patient that has opted out. Whoever is on a clinically significant one,
    /// or on one of which nobody knows, is work for a person.
    async fn tell_stopped(
        &self,
        case: &Case<'_>,
        change: &mut ReplyChange,
        patient: &PatientId,
    ) -> Result<(), StoreError> {
        let read = self.enrolments.of_patient(patient).await?;
        for enrolment in read.enrolments.iter().filter(|enrolment| enrolment.is_open()) {
            let told = "The patient answered STOP: they take no more text messages.";
            case.note(change, &enrolment.id, told);
            if self.is_significant(&enrolment.program).await? {
                let about = About::enrolment(enrolment);
                change.raise.push(opted_out(&enrolment.id, about, case.incoming, &case.text));
            }
        }
        for unreadable in &read.unreadable {
            let about = About::unreadable(unreadable, patient);
            change.raise.push(opted_out(&unreadable.id, about, case.incoming, &case.text));
        }
        Ok(())
    }

    /// Whether a program is clinically significant, as far as anybody knows: one that cannot be read
    /// must not keep an opt-out from being written down.
    async fn is_significant(&self, id: &ProgramId) -> Result<bool, StoreError> {
        match self.catalogue.program(id).await {
            Ok(Some(program)) => Ok(program.significance == Significance::Clinical),
            Ok(None) => Ok(false),
            Err(StoreError::Unreadable { what, why }) => {
                tracing::error!(reason = %format!("{what}: {why}"), "a program of a patient who opted out cannot be read");
                Ok(true)
            }
            Err(error @ (StoreError::Unavailable(_) | StoreError::Refused(_))) => Err(error),
        }
    }

    /// Text messages again, for those whom a STOP had ended them.
    pub(super) async fn start(
        &self,
        case: &Case<'_>,
        change: &mut ReplyChange,
    ) -> Result<(), StoreError> {
        case.consents(change, |patient| patient.consents.started(case.incoming.at));
        let hold = self.people.hold(&case.address()).await?;
        let before = hold.filter(|hold| hold.since <= case.incoming.at).map(|hold| hold.cause);
        match before {
            Some(HoldCause::Stopped | HoldCause::StopOfNobody) => {
                change.hold = HoldChange::Release(case.address());
            }
            Some(HoldCause::StoppedAndRepeated) => change.hold = case.hold(HoldCause::Repeated),
            Some(HoldCause::SoundsLikeStop | HoldCause::Repeated) | None => {
                if change.patients.is_empty() {
                    case.raise(change, Why::NothingToStart, case.about());
                }
            }
        }
        Ok(())
    }
}
