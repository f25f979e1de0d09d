//! Storage structs: what `data` holds, and its way to and from the domain.
//!
//! Fields are only ever added, with a default for rows written before.

mod actor;
mod balance;
mod booking;
mod catalogue;
mod cycle;
mod enrolment;
mod event;
mod ledger;
mod letter;
mod patient;
mod program;
mod referral;
mod reply;
mod settings;
mod step;
mod template;
mod timing;
mod told;
mod work;

pub(crate) use balance::{BalanceData, ProgressData, ToldData};
pub(crate) use booking::BookingData;
pub(crate) use catalogue::{BookingTypeData, SiteData};
pub(crate) use enrolment::EnrolmentData;
pub(crate) use event::EventData;
pub(crate) use ledger::{NoteData, RowData, destination_key, outcome, read_destination, receipt};
pub(crate) use letter::{AuditedData, BatchData, LetterData};
pub(crate) use patient::PatientData;
pub(crate) use program::{ProgramData, ProgramVersionData};
pub(crate) use referral::ReferralData;
pub(crate) use reply::{HoldData, ReplyData};
pub(crate) use settings::SettingsData;
pub(crate) use template::TemplateData;
pub(crate) use work::{ResolvedData, WorkData, WorkNoteData};

/// A stored value that is outside what the domain allows.
#[derive(Debug, thiserror::Error)]
#[error("{field}: {why}")]
pub(crate) struct BadRecord {
    field: &'static str,
    why: String,
}

/// Explains which field could not be read.
trait Field<T> {
    fn field(self, field: &'static str) -> Result<T, BadRecord>;
}

impl<T, E: std::fmt::Display> Field<T> for Result<T, E> {
    fn field(self, field: &'static str) -> Result<T, BadRecord> {
        self.map_err(|error| BadRecord { field, why: error.to_string() })
    }
}

impl<T> Field<T> for Option<T> {
    fn field(self, field: &'static str) -> Result<T, BadRecord> {
        self.ok_or(BadRecord { field, why: "is not one of its values".to_owned() })
    }
}
