//! The practice as a whole.

use chrono_tz::Tz;
use domain::site::Site;

/// The practice's clock, by which its days begin: that of its first site.
pub(crate) fn zone_of(sites: &[Site]) -> Tz {
    sites.iter().min_by_key(|site| &site.id).map_or(Tz::UTC, |site| site.zone)
}
