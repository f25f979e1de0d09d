//! Booking types, where the link to programs lives (HealthTrack R14).

use domain::ids::{BookingTypeId, ProgramId};
use domain::invalid::{FieldError, Invalid};
use domain::program::ProgramType;
use domain::text::{Code, Label};

use super::ChangeError;
use crate::ports::{BookingType, Catalogue, Ids};

/// A booking type as an admin writes it.
#[derive(Debug, Clone)]
pub struct BookingTypeDraft {
    /// What booking systems call it.
    pub code: Code,
    /// What people call it.
    pub name: Label,
    /// The programs that a booking of this type starts.
    pub starts: Vec<ProgramId>,
}

/// Creates a booking type.
///
/// # Errors
/// When its code is taken, or a linked program does not exist or is not a Booking program.
pub async fn create_booking_type(
    catalogue: &impl Catalogue,
    ids: &impl Ids,
    draft: BookingTypeDraft,
) -> Result<BookingType, ChangeError> {
    check_links(catalogue, &draft.starts).await?;
    let booking_type = BookingType {
        id: BookingTypeId::new(ids.next()),
        revision: 1,
        code: draft.code,
        name: draft.name,
        starts: draft.starts.into_iter().collect(),
    };
    catalogue
        .create_booking_type(&booking_type)
        .await
        .map_err(|error| ChangeError::from_save(error, "/code"))?;
    Ok(booking_type)
}

/// Saves a booking type that was read as `revision`.
///
/// # Errors
/// As [`create_booking_type`], and when somebody else saved first.
pub async fn save_booking_type(
    catalogue: &impl Catalogue,
    id: &BookingTypeId,
    revision: u64,
    draft: BookingTypeDraft,
) -> Result<BookingType, ChangeError> {
    let before = catalogue.booking_type(id).await?.ok_or(ChangeError::NotFound("booking type"))?;
    if before.revision != revision {
        return Err(ChangeError::Stale);
    }
    check_links(catalogue, &draft.starts).await?;
    let after = BookingType {
        id: id.clone(),
        revision: revision + 1,
        code: draft.code,
        name: draft.name,
        starts: draft.starts.into_iter().collect(),
    };
    catalogue
        .save_booking_type(&before, &after)
        .await
        .map_err(|error| ChangeError::from_save(error, "/code"))?;
    Ok(after)
}

async fn check_links(catalogue: &impl Catalogue, starts: &[ProgramId]) -> Result<(), ChangeError> {
    let mut errors = Vec::new();
    for (i, id) in starts.iter().enumerate() {
        let pointer = format!("/starts/{i}");
        match catalogue.program(id).await? {
            None => errors.push(FieldError::new(pointer, "there is no such program")),
            Some(program) if program.kind != ProgramType::Booking => {
                let detail = format!("“{}” is not a booking program", program.name);
                errors.push(FieldError::new(pointer, detail));
            }
            Some(_) => {}
        }
    }
    Ok(Invalid::unless_empty(errors)?)
}
