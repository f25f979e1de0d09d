//! Enrolments, as staff begin, steer and look at them.

mod add;
mod begin;
mod counted;
mod details;
mod gone;
mod instruct;
mod merging;
mod practice_wide;
mod upload;
mod work;

use chrono::{DateTime, Utc};
use domain::actor::Actor;

pub use self::add::{Added, EnrolmentDraft};
pub use self::details::{Details, StepLine, StepState};
pub use self::merging::Pair;
pub use self::practice_wide::{WidePage, WidePlace, practice_wide};
pub use self::upload::{RowOutcome, RowReport, UploadMode, UploadRow};
pub use self::work::{Resolution, WorkStep, Worked};
use crate::ports::StoreError;

/// How often a change is decided anew when others write at the same time.
const TRIES: usize = 8;

/// The stores that enrolling needs. Its methods are the use cases.
#[derive(Debug)]
pub struct Desk<'a, E, R, C, P, B> {
    /// Enrolments, to change them.
    pub enrolments: &'a E,
    /// Enrolments, to look at them.
    pub reader: &'a R,
    /// Programs, booking types and sites.
    pub catalogue: &'a C,
    /// Patients.
    pub people: &'a P,
    /// Bookings.
    pub bookings: &'a B,
}

/// Who asks for something, when, and by which request.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Who.
    pub by: Actor,
    /// The request, to follow what it causes through the logs.
    pub request_id: String,
    /// When.
    pub at: DateTime<Utc>,
}

fn contended() -> StoreError {
    StoreError::Unavailable("the enrolment is being changed by others all the time".to_owned())
}
