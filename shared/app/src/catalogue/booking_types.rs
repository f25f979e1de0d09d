//! Booking types, where the link to programs lives (HealthTrack R14).

use domain::booking_type::BookingType;
use domain::ids::{BookingTypeId, ProgramId};
use domain::invalid::{FieldError, Invalid};
use domain::program::{Completion, Program, ProgramType};
use domain::text::{Code, Label};

use super::ChangeError;
use crate::ports::{Catalogue, Ids};

/// Most programs that a booking of one type starts: all of them begin in one transaction.
pub const MOST_STARTS: usize = 20;

/// Most programs of which a booking of one type completes a cycle.
pub const MOST_COMPLETES: usize = 100;

/// A booking type as an admin writes it.
#[derive(Debug, Clone)]
pub struct BookingTypeDraft {
    /// What booking systems call it.
    pub code: Code,
    /// What people call it.
    pub name: Label,
    /// The Booking programs that a booking of this type starts.
    pub starts: Vec<ProgramId>,
    /// The programs of which a booking of this type completes a cycle.
    pub completes: Vec<ProgramId>,
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
    check_links(catalogue, &draft).await?;
    let booking_type = BookingType {
        id: BookingTypeId::new(ids.next()),
        revision: 1,
        code: draft.code,
        name: draft.name,
        starts: draft.starts.into_iter().collect(),
        completes: draft.completes.into_iter().collect(),
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
    check_links(catalogue, &draft).await?;
    let after = BookingType {
        id: id.clone(),
        revision: revision + 1,
        code: draft.code,
        name: draft.name,
        starts: draft.starts.into_iter().collect(),
        completes: draft.completes.into_iter().collect(),
    };
    catalogue
        .save_booking_type(&before, &after)
        .await
        .map_err(|error| ChangeError::from_save(error, "/code"))?;
    Ok(after)
}

/// Why bookings do not start a program; `None` when they can.
pub(super) const fn not_started(program: &Program) -> Option<&'static str> {
    match program.kind {
        ProgramType::Booking => None,
        ProgramType::General
        | ProgramType::Recall
        | ProgramType::Program
        | ProgramType::Referral => Some("is not a booking program"),
    }
}

/// Why bookings of certain types do not complete a cycle of a program; `None` when they can.
pub(super) const fn not_completed(program: &Program) -> Option<&'static str> {
    match program.completion {
        Completion::SelectedTypes => None,
        Completion::AnyBooking => Some("is completed by every booking; it needs no link"),
        Completion::Ignore => Some("is completed by no booking; let it say “selected” first"),
    }
}

async fn check_links(
    catalogue: &impl Catalogue,
    draft: &BookingTypeDraft,
) -> Result<(), ChangeError> {
    let mut errors = Vec::new();
    check(catalogue, "/starts", &draft.starts, not_started, &mut errors).await?;
    check(catalogue, "/completes", &draft.completes, not_completed, &mut errors).await?;
    Ok(Invalid::unless_empty(errors)?)
}

async fn check(
    catalogue: &impl Catalogue,
    pointer: &str,
    programs: &[ProgramId],
    wrong: impl Fn(&Program) -> Option<&'static str>,
    errors: &mut Vec<FieldError>,
) -> Result<(), ChangeError> {
    for (i, id) in programs.iter().enumerate() {
        let pointer = format!("{pointer}/{i}");
        match catalogue.program(id).await? {
            None => errors.push(FieldError::new(pointer, "there is no such program")),
            Some(program) => errors.extend(
                wrong(&program)
                    .map(|wrong| FieldError::new(pointer, format!("“{}” {wrong}", program.name))),
            ),
        }
    }
    Ok(())
}
