//! The entries of a patient's enrolments, in the patient's own partition.

use domain::enrolment::Enrolment;
use domain::ids::{EnrolmentId, PatientId, ProgramId};
use serde::{Deserialize, Serialize};

use super::enrolments::timestamp;
use super::{Item, item};

const OF_PATIENT: &str = "ENROLMENTS";

/// What an entry in a patient's partition says.
#[derive(Serialize, Deserialize)]
pub(super) struct OfPatientData {
    pub(super) id: EnrolmentId,
    pub(super) program: ProgramId,
}

/// The partition of a patient's entries.
pub(super) fn of_patient_pk(patient: &PatientId) -> String {
    format!("{OF_PATIENT}#{patient}")
}

pub(super) fn of_patient_key(enrolment: &Enrolment) -> (String, String) {
    let since = timestamp(enrolment.enrolled_at);
    (of_patient_pk(&enrolment.patient), format!("{since}#{}", enrolment.id))
}

pub(super) fn of_patient_entry(enrolment: &Enrolment) -> Item {
    let (pk, sk) = of_patient_key(enrolment);
    let (id, program) = (enrolment.id.clone(), enrolment.program.clone());
    item(&pk, &sk, 1, &OfPatientData { id, program })
}
