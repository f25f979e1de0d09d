//! What answers put on the work list.

use domain::enrolment::Enrolment;
use domain::ids::{EnrolmentId, PatientId, ProgramId, SiteId, WorkId};
use domain::patient::Patient;
use domain::phi::Phi;
use domain::reply::{ReplyText, Written};
use domain::work::{WorkItem, WorkKind};

use super::Incoming;
use super::answered::Message;
use crate::ports::UnreadableEnrolment;

/// What an item of the work list is about, as far as it is known.
#[derive(Debug, Clone, Default)]
pub(super) struct About {
    enrolment: Option<EnrolmentId>,
    program: Option<ProgramId>,
    patient: Option<PatientId>,
    site: Option<SiteId>,
}

impl About {
    /// A message that was answered.
    pub(super) fn message(message: &Message) -> Self {
        Self::enrolment(&message.enrolment)
    }

    /// An enrolment.
    pub(super) fn enrolment(enrolment: &Enrolment) -> Self {
        Self {
            enrolment: Some(enrolment.id.clone()),
            program: Some(enrolment.program.clone()),
            patient: Some(enrolment.patient.clone()),
            site: Some(enrolment.site.clone()),
        }
    }

    /// An enrolment of a patient that cannot be read.
    pub(super) fn unreadable(enrolment: &UnreadableEnrolment, patient: &PatientId) -> Self {
        Self {
            enrolment: Some(enrolment.id.clone()),
            program: enrolment.program.clone(),
            patient: Some(patient.clone()),
            site: None,
        }
    }

    /// A patient, and no message of theirs.
    pub(super) fn patient(patient: &Patient) -> Self {
        let (patient, site) = (Some(patient.id.clone()), patient.site.clone());
        Self { patient, site, ..Self::default() }
    }
}

/// Why a person must read an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The word CANCEL alone.
    Cancel,
    /// It sounds like STOP.
    StopSounding,
    /// STOP of a number that is nobody's.
    StopOfNobody,
    /// STOP, sent before the patient chose text messages again.
    StopOvertaken,
    /// START, and nothing to undo.
    NothingToStart,
    /// The sender has no mobile number.
    NoMobile,
    /// The number is nobody's.
    Nobody,
    /// The number is several patients', and the answer fits more than one message or none.
    Shared,
    /// It answers no message that keeps answers.
    Unmatched,
    /// It is yes or no, and not to one booking.
    WhichBooking,
    /// Its action asks for a number and it has none, or not one alone.
    NoValue,
    /// The value lies outside the range.
    OutOfRange,
    /// The patient will not come.
    Declined,
}

impl Why {
    const fn kind(self) -> WorkKind {
        match self {
            Self::OutOfRange => WorkKind::OutOfRange,
            Self::Declined => WorkKind::Declined,
            Self::Cancel
            | Self::StopSounding
            | Self::StopOfNobody
            | Self::StopOvertaken
            | Self::NothingToStart
            | Self::NoMobile
            | Self::Nobody
            | Self::Shared
            | Self::Unmatched
            | Self::WhichBooking
            | Self::NoValue => WorkKind::Replied,
        }
    }

    const fn summary(self) -> &'static str {
        match self {
            Self::Cancel => {
                "The answer to a text message is CANCEL: the visit, or the messages? Ask the patient; \
                 nothing was changed."
            }
            Self::StopSounding => {
                "An answer sounds like STOP. Text messages to the number are on hold. Opt the patient out \
                 if that was meant, or release the number."
            }
            Self::StopOfNobody => {
                "STOP came from a number that is no patient's. Text messages to it are on hold. Find out \
                 whose it is, opt them out, and release the number."
            }
            Self::StopOvertaken => {
                "STOP came late: text messages were agreed to after it was sent. Nothing was changed; ask \
                 the patient what they want."
            }
            Self::NothingToStart => {
                "START came, and no STOP before it is known. Nothing was changed; ask the patient what \
                 they want."
            }
            Self::NoMobile => {
                "A text message came from a sender without a mobile number. It cannot be answered. Read it."
            }
            Self::Nobody => "A text message came from a number that is no patient's. Read it.",
            Self::Shared => {
                "An answer came from a number of several patients, and nobody can tell whose it is. Read \
                 it."
            }
            Self::Unmatched => {
                "An answer came to a message that keeps none, or to none that is known. Read it."
            }
            Self::WhichBooking => {
                "An answer is yes or no, and it is not sure which visit is meant, or the visit has moved \
                 since the message. Ask the patient; nothing was changed."
            }
            Self::NoValue => {
                "An answer was kept with its action, but no one number could be read in it. Read it."
            }
            Self::OutOfRange => {
                "A value that the patient answered lies outside the range of its action. It was kept."
            }
            Self::Declined => "The patient has answered that they will not come to their visit.",
        }
    }

    /// The item of an answer that declines a visit: which one, on its site's clock.
    pub(super) fn declined(
        incoming: &Incoming,
        text: &Phi<ReplyText>,
        about: About,
        visit: &str,
    ) -> WorkItem {
        let item = Self::Declined.item(incoming, text, about);
        WorkItem { summary: format!("{} {visit}", item.summary), ..item }
    }

    /// The item of an answer.
    pub(super) fn item(self, incoming: &Incoming, text: &Phi<ReplyText>, about: About) -> WorkItem {
        WorkItem {
            id: WorkId::for_cause(&["reply", incoming.id.as_str()]),
            kind: self.kind(),
            since: incoming.at,
            summary: self.summary().to_owned(),
            enrolment: about.enrolment,
            program: about.program,
            patient: about.patient,
            site: about.site,
            same_as: Vec::new(),
            reply: Some(written(incoming, text)),
        }
    }
}

fn written(incoming: &Incoming, text: &Phi<ReplyText>) -> Phi<Written> {
    let from = Some(incoming.from.clone());
    Phi::new(Written { text: text.reveal().clone(), from })
}

/// The item of an enrolment whose patient has opted out and must not be lost track of.
pub(super) fn opted_out(
    enrolment: &EnrolmentId,
    about: About,
    incoming: &Incoming,
    text: &Phi<ReplyText>,
) -> WorkItem {
    WorkItem {
        id: WorkId::for_cause(&["opted out", enrolment.as_str()]),
        kind: WorkKind::OptedOut,
        since: incoming.at,
        summary: "The patient answered STOP and takes no more text messages, while they are on a \
                  clinically significant program. Reach them by another way."
            .to_owned(),
        enrolment: about.enrolment,
        program: about.program,
        patient: about.patient,
        site: about.site,
        same_as: Vec::new(),
        reply: Some(written(incoming, text)),
    }
}
