//! What a booking system tells of a booking.

use super::{PresentedPatient, SourceNames, Until, When};
use crate::booking::BookingEventKind;
use crate::text::{Code, ExternalId};

/// An event of a booking's life, as it was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldBooking {
    /// The sender's key for the booking.
    pub id: ExternalId,
    /// What happened.
    pub kind: BookingEventKind,
    /// The sender's count of changes to the booking.
    pub version: Option<u64>,
    /// When the sender says it happened.
    pub time: When,
    /// What the booking is, as the sender knows it now. Only what ends a booking, or says that the
    /// patient came or did not, may leave it out.
    pub visit: Option<ToldVisit>,
    /// The sender's codes for the site, likeliest first; none when none was named.
    pub site: SourceNames<Code>,
}

/// What a booking is, as it was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldVisit {
    /// The sender's codes for the type of booking, likeliest first: a message may name one in several
    /// places, and the first that is known here counts. Never empty.
    pub booking_type: SourceNames<Code>,
    /// When it starts.
    pub start: When,
    /// Until when it lasts.
    pub end: Option<Until>,
    /// Whose it is.
    pub patient: PresentedPatient,
}
