//! What admins configure: programs, templates, booking types, sites.

mod booking_types;
mod holidays;
mod known;
mod links;
mod on_program;
mod preview;
mod programs;
mod sites;
mod templates;

use domain::invalid::Invalid;

pub use self::booking_types::{
    BookingTypeDraft, MOST_COMPLETES, MOST_STARTS, create_booking_type, save_booking_type,
};
pub use self::holidays::{HolidayOutcome, WhichSites, add_holiday, save_holidays};
pub use self::known::{KnownProgram, KnownPrograms, known_program};
pub use self::links::{Linked, LinksDraft, program_links, save_program_links};
pub use self::on_program::{MOST_COUNTED, count_open};
pub use self::preview::{TypedTexts, preview, preview_values};
pub use self::programs::{
    ActionDraft, ActionIdentity, ProgramDraft, create_program, delete_program, disable_program,
    duplicate_program, enable_program, next_program, program, program_versions, save_program,
};
pub use self::sites::{SiteDraft, create_site, save_site};
pub use self::templates::{
    TemplateDraft, create_template, delete_template, save_template, template, template_version,
    template_versions,
};
use crate::ports::{SaveError, StoreError};

/// Why a change was not made. Whatever it is, nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// There is no such record.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The input is wrong.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The record was changed since the caller read it.
    #[error(
        "it was changed by somebody else since you read it; read it again and repeat your change"
    )]
    Stale,
    /// Something else stands in the way; the sentence says what, and what to do about it.
    #[error("{0}")]
    Conflict(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ChangeError {
    /// What a failed save means, where a taken unique value is the field at `unique`.
    pub(crate) fn from_save(error: SaveError, unique: &str) -> Self {
        match error {
            SaveError::Stale => Self::Stale,
            SaveError::Taken(taken) => Self::Invalid(Invalid::one(unique, taken.to_string())),
            SaveError::Store(error) => Self::Store(error),
        }
    }
}
