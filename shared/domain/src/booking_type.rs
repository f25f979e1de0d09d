//! Types of booking, where the links to programs live (HealthTrack R14).

use std::collections::BTreeSet;

use crate::booking::Booking;
use crate::ids::{BookingTypeId, ProgramId};
use crate::program::{Completion, Program};
use crate::text::{Code, Label};

/// A type of booking and the programs linked to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingType {
    /// Its id.
    pub id: BookingTypeId,
    /// Counts saves.
    pub revision: u64,
    /// What booking systems call it.
    pub code: Code,
    /// What people call it.
    pub name: Label,
    /// The Booking programs that a booking of this type starts.
    pub starts: BTreeSet<ProgramId>,
    /// The programs, of the option *Selected*, of which a booking of this type completes a cycle.
    pub completes: BTreeSet<ProgramId>,
}

/// The codes of the booking types that complete a cycle of one program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completing {
    /// None (R13, *Ignore*).
    None,
    /// Every one (*Any*).
    All,
    /// These (*Selected*).
    Types(BTreeSet<Code>),
}

impl Completing {
    /// What completes a cycle of `program`, given the practice's booking types.
    pub fn of(program: &Program, types: &[BookingType]) -> Self {
        match program.completion {
            Completion::Ignore => Self::None,
            Completion::AnyBooking => Self::All,
            Completion::SelectedTypes => Self::Types(
                types
                    .iter()
                    .filter(|kind| kind.completes.contains(&program.id))
                    .map(|kind| kind.code.clone())
                    .collect(),
            ),
        }
    }

    /// Whether a booking of this type completes a cycle.
    pub fn covers(&self, booking: &Booking) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::Types(codes) => codes.contains(&booking.booking_type),
        }
    }
}
