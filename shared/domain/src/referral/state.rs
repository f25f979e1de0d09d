//! What a referral is, and why there is nothing to follow up any more.

use crate::intake::ReferralEventKind;

/// What a referral is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferralState {
    /// It is to be followed up.
    Active,
    /// What it asked for was done.
    Completed,
    /// It was withdrawn.
    Withdrawn,
}

impl ReferralState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Active, Self::Completed, Self::Withdrawn];

    /// The name used in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Completed => "completed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// What a referral is after such an event; `None` for an event that does not say.
    pub const fn after(kind: ReferralEventKind) -> Option<Self> {
        match kind {
            ReferralEventKind::Added => Some(Self::Active),
            ReferralEventKind::Changed => None,
            ReferralEventKind::Completed => Some(Self::Completed),
            ReferralEventKind::Withdrawn => Some(Self::Withdrawn),
        }
    }

    /// Why a referral in this state is not followed up; `None` while it is.
    pub const fn gone(self) -> Option<ReferralGone> {
        match self {
            Self::Active => None,
            Self::Completed => Some(ReferralGone::Completed),
            Self::Withdrawn => Some(ReferralGone::Withdrawn),
        }
    }
}

/// Why there is nothing to follow up any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferralGone {
    /// What it asked for was done.
    Completed,
    /// The referral was withdrawn.
    Withdrawn,
    /// The referral is another patient's now.
    Reassigned,
}

impl ReferralGone {
    /// Every reason.
    pub const ALL: [Self; 3] = [Self::Completed, Self::Withdrawn, Self::Reassigned];

    /// The name used in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Withdrawn => "withdrawn",
            Self::Reassigned => "reassigned",
        }
    }

    /// The reason of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|gone| gone.as_str() == text)
    }
}

impl std::fmt::Display for ReferralGone {
    /// As a sentence.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Completed => "what the referral asked for was done",
            Self::Withdrawn => "the referral was withdrawn",
            Self::Reassigned => "the referral is another patient's now",
        })
    }
}
