//! A location of the practice: where its clock and its opening hours are.

use chrono_tz::Tz;

use crate::address::{AddressLine, CountryCode};
use crate::email::EmailAddress;
use crate::ids::SiteId;
use crate::sender::SmsSender;
use crate::text::{Code, Label, short_text};
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
    /// What its letters say of it.
    pub letterhead: Letterhead,
}

impl Site {
    /// The country its letters are posted in. Sites have no country of their own: it is that of the
    /// patients who name none.
    pub fn country(&self) -> CountryCode {
        CountryCode::australia()
    }
}

short_text! {
    /// A telephone number as patients read it: `(02) 5550 1234`.
    ShownPhone, 1..=30
}

/// What stands at the top of a site's letters, beside the practice's name and the site's own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Letterhead {
    /// Its address, a line each: at most [`Letterhead::MAX_LINES`].
    pub address: Vec<AddressLine>,
    /// Its telephone number.
    pub phone: Option<ShownPhone>,
    /// Its email address.
    pub email: Option<EmailAddress>,
}

impl Letterhead {
    /// Most lines of the address: above the window of an envelope there is no more room.
    pub const MAX_LINES: usize = 4;
}
