//! A location of the practice: where its clock and its opening hours are.

use chrono_tz::Tz;

use crate::email::EmailAddress;
use crate::ids::SiteId;
use crate::sender::SmsSender;
use crate::text::{Code, Label};
use crate::window::SendingWindow;

/// A site: IANA time zone, sending window, sender, and the code other systems know it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// Counts saves; a save must name the one it read.
    pub revision: u64,
    /// What booking systems call it.
    pub code: Code,
    /// What patients call it.
    pub name: Label,
    /// Its clock. Always an IANA zone, never an offset.
    pub zone: Tz,
    /// When SMS and email may go out.
    pub window: SendingWindow,
    /// Whom its text messages come from.
    pub sms: SmsSender,
    /// Where answers to its email go; without it, to the address they come from.
    pub reply_to: Option<EmailAddress>,
}
