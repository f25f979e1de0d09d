//! What staff ask for, read and checked.

use std::collections::BTreeSet;

use app::enrolments::EnrolmentDraft;
use app::form::Form;
use app::history::Entry;
use domain::booking::BookingKey;
use domain::enrolment::{Enrolment, Receipt, Status};
use domain::ids::{PatientId, ProgramId};
use domain::text::{Code, ExternalId, Label};
use domain::timing::ReferenceDate;

/// Reads who is to be put on what.
pub(crate) fn read_enrolment(form: &Form<'_>) -> Option<EnrolmentDraft> {
    let patient = form.required("patient", PatientId::parse);
    let program = form.required("program", ProgramId::parse);
    let reference_date = form.optional("reference_date", ReferenceDate::parse);
    let practitioner = form.optional("practitioner", Label::parse);
    let site = form.optional("site", Code::parse);
    let booking = form.optional_object("booking", |form| {
        let source = form.required("source", Code::parse);
        let id = form.required("id", ExternalId::parse);
        Some(BookingKey { source: source?, id: id? })
    });
    Some(EnrolmentDraft {
        patient: patient?,
        program: program?,
        reference_date: reference_date?,
        practitioner: practitioner?,
        site: site?,
        booking: booking?,
    })
}

/// Reads what is known of a message that may have been sent.
pub(crate) fn read_receipt(form: &Form<'_>) -> Option<Receipt> {
    let not_received = form.flag("not_received", false)?;
    Some(if not_received { Receipt::NotReceived } else { Receipt::Unknown })
}

/// Reads why an enrolment is to end.
pub(crate) fn read_why(form: &Form<'_>) -> Option<Label> {
    form.required("why", Label::parse)
}

/// Reads a new reference date.
pub(crate) fn read_date(form: &Form<'_>) -> Option<ReferenceDate> {
    form.required("date", ReferenceDate::parse)
}

/// Which of a patient's enrolments are shown besides those that are not over (R23, “Include
/// Completed and Deleted”).
#[derive(Debug)]
pub(crate) struct Include(BTreeSet<Over>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Over {
    Completed,
    Ended,
}

/// Reads `?include=completed,ended`.
pub(crate) fn read_include(form: &Form<'_>) -> Option<Include> {
    let include = form.optional("include", |text| {
        text.split(',')
            .map(|name| match name.trim() {
                "completed" => Ok(Over::Completed),
                "ended" => Ok(Over::Ended),
                _ => Err("must be completed, ended, or both with a comma between"),
            })
            .collect::<Result<BTreeSet<_>, _>>()
    });
    Some(Include(include?.unwrap_or_default()))
}

impl Include {
    pub(crate) fn takes(&self, enrolment: &Enrolment) -> bool {
        match enrolment.status {
            Status::Active(_) | Status::Held { .. } => true,
            Status::Completed { .. } => self.0.contains(&Over::Completed),
            Status::Ended { .. } => self.0.contains(&Over::Ended),
        }
    }
}

/// Which entries of a history are shown (R26, “Show All Changes”).
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shown {
    /// What happened by itself.
    Automated,
    /// Also what people did.
    All,
}

/// Reads `?all=true`.
pub(crate) fn read_shown(form: &Form<'_>) -> Option<Shown> {
    let all = read_yes_or_no(form, "all")?;
    Some(if all { Shown::All } else { Shown::Automated })
}

impl Shown {
    pub(crate) const fn takes(self, entry: &Entry) -> bool {
        match self {
            Self::Automated => !entry.by.is_person(),
            Self::All => true,
        }
    }
}

/// A parameter of an address that is `true`, `false`, or left out.
pub(super) fn read_yes_or_no(form: &Form<'_>, name: &'static str) -> Option<bool> {
    let answer = form.optional(name, |text| match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err("must be true or false"),
    });
    Some(answer?.unwrap_or(false))
}
