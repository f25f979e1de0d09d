//! What a booking is, and why there is no visit any more.

/// What a booking is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BookingState {
    /// Asked for and not confirmed.
    Requested,
    /// The visit is to come.
    Booked,
    /// The patient has arrived.
    Arrived,
    /// The visit took place.
    Fulfilled,
    /// The patient did not come.
    NotAttended,
    /// It was cancelled.
    Cancelled,
    /// It was deleted.
    Deleted,
}

impl BookingState {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Requested,
        Self::Booked,
        Self::Arrived,
        Self::Fulfilled,
        Self::NotAttended,
        Self::Cancelled,
        Self::Deleted,
    ];

    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Booked => "booked",
            Self::Arrived => "arrived",
            Self::Fulfilled => "fulfilled",
            Self::NotAttended => "not_attended",
            Self::Cancelled => "cancelled",
            Self::Deleted => "deleted",
        }
    }

    /// The state of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Why a booking in this state has no visit any more; `None` while it has.
    pub const fn gone(self) -> Option<Gone> {
        match self {
            Self::Requested => Some(Gone::NotConfirmed),
            Self::Booked | Self::Arrived | Self::Fulfilled => None,
            Self::Cancelled => Some(Gone::Cancelled),
            Self::NotAttended => Some(Gone::NotAttended),
            Self::Deleted => Some(Gone::Deleted),
        }
    }
}

/// Why there is no visit any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gone {
    /// The booking is not confirmed (any more): it is pending, on a waiting list, or a mere note in
    /// the diary, without a length.
    NotConfirmed,
    /// The booking was cancelled.
    Cancelled,
    /// The patient did not come.
    NotAttended,
    /// The booking was deleted.
    Deleted,
    /// The booking is another patient's now.
    Reassigned,
}

impl Gone {
    /// Every reason.
    pub const ALL: [Self; 5] =
        [Self::NotConfirmed, Self::Cancelled, Self::NotAttended, Self::Deleted, Self::Reassigned];

    /// The name used in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotConfirmed => "not_confirmed",
            Self::Cancelled => "cancelled",
            Self::NotAttended => "not_attended",
            Self::Deleted => "deleted",
            Self::Reassigned => "reassigned",
        }
    }

    /// The reason of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|gone| gone.as_str() == text)
    }
}

impl std::fmt::Display for Gone {
    /// As a sentence.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NotConfirmed => "the booking is not confirmed",
            Self::Cancelled => "the booking was cancelled",
            Self::NotAttended => "the booking was not attended",
            Self::Deleted => "the booking was deleted",
            Self::Reassigned => "the booking is another patient's now",
        })
    }
}
