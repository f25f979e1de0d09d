//! Many patients are put on programs at once, by the rows of a file.
//!
//! Rows are independent: a wrong one changes nothing for the others. What a row asks for has an id
//! derived from it, so that a file can be uploaded again, whole, after whatever went wrong.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::booking_type::{BookingType, Completing};
use domain::calendar::local;
use domain::enrolment::{Enrolment, Status};
use domain::ids::{EnrolmentId, PatientId};
use domain::invalid::FieldError;
use domain::patient::{Identifier, Patient};
use domain::phi::Phi;
use domain::program::{Program, ProgramType};
use domain::site::Site;
use domain::text::{Code, ExternalId, Label};
use domain::timing::ReferenceDate;
use futures_util::future::join_all;

use super::begin::{Place, choose_site, closed, not_current, reference};
use super::{Asked, Desk, TRIES};
use crate::catalogue::ChangeError;
use crate::ports::{Bookings, Catalogue, EnrolmentReader, Enrolments, People, StoreError};

/// Rows that are worked on at the same time.
const AT_ONCE: usize = 16;

/// One row of the file: its cells as they are, empty when there is none.
#[derive(Clone, Default)]
pub struct UploadRow {
    /// Which line of the file it is.
    pub line: u64,
    /// The program, by id or by its exact name.
    pub program: String,
    /// The patient, by our id.
    pub patient: String,
    /// The system that knows the patient by `identifier`.
    pub source: String,
    /// What that system calls the patient.
    pub identifier: String,
    /// The reference date.
    pub reference_date: String,
    /// Who attends to the patient.
    pub practitioner: String,
    /// The site, by its code.
    pub site: String,
}

/// Whether rows are carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadMode {
    /// They are only checked.
    Check,
    /// They are carried out.
    Enrol,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowReport {
    /// Which line of the file it is.
    pub line: u64,
    /// What became of it.
    pub outcome: RowOutcome,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowOutcome {
    /// The patient is on the program by it. When rows are only checked: would be.
    Enrolled(EnrolmentId),
    /// The same row was carried out before, in this file or an earlier one.
    Already(EnrolmentId),
    /// Nothing was done, because of these columns. An empty name stands for the whole row.
    Refused(Vec<FieldError>),
}

/// What every row of a file is compared with.
struct Known {
    programs: Vec<Program>,
    sites: Vec<Site>,
    types: Vec<BookingType>,
}

/// A row that can be carried out.
struct Ready {
    place: Place,
    id: EnrolmentId,
    /// What the same row has begun when its patient was still another record, merged since.
    elsewhere: Vec<EnrolmentId>,
    dated: Dated,
}

/// Whether a row says its reference date. One that does not says the same each time, also when
/// somebody is to start the program once more.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dated {
    Said,
    LeftOut,
}

impl<E, R, C, P, B> Desk<'_, E, R, C, P, B>
where
    E: Enrolments,
    R: EnrolmentReader,
    C: Catalogue,
    P: People,
    B: Bookings,
{
    /// Carries out the rows of a file, or only checks them, and reports on each, in their order.
    ///
    /// # Errors
    /// When what is common to all rows cannot be read. A row whose own data cannot be is refused.
    pub async fn upload(
        &self,
        rows: &[UploadRow],
        mode: UploadMode,
        asked: &Asked,
    ) -> Result<Vec<RowReport>, StoreError> {
        let known = Known {
            programs: self.catalogue.programs().await?,
            sites: self.catalogue.sites().await?,
            types: self.catalogue.booking_types().await?,
        };
        let mut ready = Vec::new();
        for rows in rows.chunks(AT_ONCE) {
            let rows = rows.iter().map(|row| self.ready(row, &known, asked));
            ready.extend(join_all(rows).await);
        }
        // Of rows that say the same the first is carried out.
        let mut seen = BTreeSet::new();
        let rows: Vec<_> = ready
            .into_iter()
            .map(|row| match row {
                Ok(ready) if !seen.insert(ready.id.clone()) => Err(RowOutcome::Already(ready.id)),
                Ok(ready) => Ok(ready),
                Err(errors) => Err(RowOutcome::Refused(errors)),
            })
            .zip(rows.iter().map(|row| row.line))
            .collect();
        let mut reports = Vec::new();
        for rows in rows.chunks(AT_ONCE) {
            let rows = rows.iter().map(|(row, line)| async move {
                let outcome = match row {
                    Ok(ready) => self.carry_out(ready, mode, asked).await,
                    Err(outcome) => outcome.clone(),
                };
                RowReport { line: *line, outcome }
            });
            reports.extend(join_all(rows).await);
        }
        Ok(reports)
    }

    /// Checks a row, and reports every column that is wrong.
    async fn ready(
        &self,
        row: &UploadRow,
        known: &Known,
        asked: &Asked,
    ) -> Result<Ready, Vec<FieldError>> {
        let mut errors = Vec::new();
        let program = keep(find_program(&row.program, &known.programs), &mut errors);
        let patient = keep(self.find_patient(row).await, &mut errors);
        let date =
            keep(cell("reference_date", &row.reference_date, ReferenceDate::parse), &mut errors);
        let practitioner = keep(cell("practitioner", &row.practitioner, Label::parse), &mut errors);
        let code = keep(cell("site", &row.site, Code::parse), &mut errors);
        let (Some(program), Some(patient)) = (program, patient) else { return Err(errors) };
        let site = code.and_then(|code| {
            keep(choose_site(&known.sites, code.as_ref(), None, &patient), &mut errors)
        });
        let reference = match (date, &site) {
            (Some(date), Some(site)) => {
                keep(reference(program.kind, date, None, site, asked), &mut errors)
            }
            (None, _) | (_, None) => None,
        };
        let (Some(site), Some(reference), Some(practitioner)) = (site, reference, practitioner)
        else {
            return Err(errors);
        };
        let said = date.flatten().map(|date| date.date().to_string());
        let dated = if said.is_some() { Dated::Said } else { Dated::LeftOut };
        let said = said.unwrap_or_default();
        let id = EnrolmentId::for_row(&program.id, &patient.id, &said);
        let merged = patient.merged_from.iter();
        let elsewhere = merged.map(|from| EnrolmentId::for_row(&program.id, from, &said)).collect();
        let completing = Completing::of(&program, &known.types);
        let place =
            Place { program, completing, site, patient, visit: None, reference, practitioner };
        if errors.is_empty() { Ok(Ready { place, id, elsewhere, dated }) } else { Err(errors) }
    }

    async fn find_patient(&self, row: &UploadRow) -> Result<Patient, FieldError> {
        let wrong = |column: &str, detail: &str| Err(FieldError::new(column, detail));
        let by_id = cell("patient", &row.patient, PatientId::parse)?;
        let source = cell("source", &row.source, Code::parse)?;
        let key = cell("identifier", &row.identifier, ExternalId::parse)?;
        let id = match (by_id, source, key) {
            (Some(id), None, None) => Some(id),
            (None, Some(source), Some(key)) => {
                let identifier = Identifier { source, id: Phi::new(key) };
                self.people.find(&identifier).await.map_err(|error| failed(&error))?
            }
            (None, None, None) => {
                return wrong("patient", "is required, or source and identifier");
            }
            (None, Some(_), None) => return wrong("identifier", "is required with source"),
            (None, None, Some(_)) => return wrong("source", "is required with identifier"),
            (Some(_), _, _) => return wrong("patient", "give this, or source and identifier"),
        };
        let patient = match id {
            Some(id) => self.people.patient(&id).await.map_err(|error| failed(&error))?,
            None => None,
        };
        let column = if row.patient.trim().is_empty() { "identifier" } else { "patient" };
        match patient {
            None => wrong(column, "there is no such patient"),
            Some(patient) => match not_current(&patient) {
                Some(why) => wrong(column, &why),
                None => Ok(patient),
            },
        }
    }

    async fn carry_out(&self, ready: &Ready, mode: UploadMode, asked: &Asked) -> RowOutcome {
        let refused = |error: FieldError| RowOutcome::Refused(vec![error]);
        for _ in 0..TRIES {
            match self.before(ready).await {
                Ok(None) => {}
                Ok(Some(outcome)) => return outcome,
                Err(error) => return refused(failed(&error)),
            }
            if mode == UploadMode::Check {
                return RowOutcome::Enrolled(ready.id.clone());
            }
            match self.begin(&ready.place, ready.id.clone(), asked).await {
                Ok(Some(enrolment)) => return RowOutcome::Enrolled(enrolment.id),
                // It exists by now, or a booking that it claims has changed: look again.
                Ok(None) => {}
                Err(ChangeError::Conflict(why)) => return refused(FieldError::new("program", why)),
                Err(ChangeError::Store(error)) => return refused(failed(&error)),
                Err(
                    error @ (ChangeError::NotFound(_)
                    | ChangeError::Invalid(_)
                    | ChangeError::Stale),
                ) => {
                    return refused(FieldError::new("", error.to_string()));
                }
            }
        }
        refused(failed(&super::contended()))
    }

    /// What the same row has come to before, if it was carried out.
    async fn before(&self, ready: &Ready) -> Result<Option<RowOutcome>, StoreError> {
        let mut over = None;
        for id in std::iter::once(&ready.id).chain(&ready.elsewhere) {
            let Some(enrolment) = self.enrolments.enrolment(id).await? else { continue };
            match (ready.dated, ended(&enrolment)) {
                (Dated::LeftOut, Some(at)) => over = over.max(Some(at)),
                (Dated::Said, _) | (Dated::LeftOut, None) => {
                    return Ok(Some(RowOutcome::Already(enrolment.id)));
                }
            }
        }
        Ok(over.map(|at| {
            let until = local(ready.place.site.zone, at).format("%-d %B %Y");
            let detail = format!(
                "was on this program before, until {until}; enrol them one by one to start anew"
            );
            RowOutcome::Refused(vec![FieldError::new("", detail)])
        }))
    }
}

/// When an enrolment was over; `None` while it is not.
const fn ended(enrolment: &Enrolment) -> Option<DateTime<Utc>> {
    match &enrolment.status {
        Status::Completed { at } | Status::Ended { at, .. } => Some(*at),
        Status::Active(_) | Status::Held { .. } => None,
    }
}

/// The value, or none and the error among the others.
fn keep<T>(result: Result<T, FieldError>, errors: &mut Vec<FieldError>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(FieldError { pointer, detail }) => {
            // Columns have no pointers.
            errors.push(FieldError::new(pointer.trim_start_matches('/'), detail));
            None
        }
    }
}

/// A cell that may be empty.
fn cell<T, E: std::fmt::Display>(
    column: &str,
    text: &str,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<Option<T>, FieldError> {
    match text.trim() {
        "" => Ok(None),
        text => parse(text).map(Some).map_err(|error| FieldError::new(column, error.to_string())),
    }
}

fn find_program(text: &str, programs: &[Program]) -> Result<Program, FieldError> {
    let wrong = |detail: &str| Err(FieldError::new("program", detail));
    let text = text.trim();
    if text.is_empty() {
        return wrong("is required");
    }
    let named = |program: &&Program| program.id.as_str() == text || program.name.as_str() == text;
    let Some(program) = programs.iter().find(named) else {
        return wrong("there is no program of this id or name");
    };
    match program.kind {
        ProgramType::Booking => wrong("a booking program is started by a booking, not by a row"),
        ProgramType::General
        | ProgramType::Recall
        | ProgramType::Program
        | ProgramType::Referral => match closed(program) {
            Some(why) => wrong(&why),
            None => Ok(program.clone()),
        },
    }
}

/// What is said of a row whose own data could not be read or written.
fn failed(error: &StoreError) -> FieldError {
    let detail = match error {
        StoreError::Unavailable(_) => "the service is busy; upload the file again",
        StoreError::Unreadable { .. } | StoreError::Refused(_) => {
            tracing::error!(error = %error, "a row of an upload failed");
            "something is wrong on our side; give support the x-request-id of this answer"
        }
    };
    FieldError::new("", detail)
}
