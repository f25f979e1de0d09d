//! The people who work at the practice, as far as what they did is recorded.

use chrono::{DateTime, Utc};

use crate::text::short_text;

short_text! {
    /// The directory's id of a person: it says who did something, and is not a name.
    ///
    /// ```
    /// use domain::staff::StaffId;
    /// assert_eq!(StaffId::parse("person-1").unwrap().as_str(), "person-1");
    /// assert!(StaffId::parse(" ").is_err());
    /// ```
    StaffId, 1..=128
}

/// Who saved something, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: StaffId,
}
