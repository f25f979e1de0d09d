//! What of other systems' deliveries was refused in the last seven days, a page at a time.

use chrono::{DateTime, Duration, SecondsFormat, Utc};
use domain::text::Code;

use crate::ports::{Deliveries, RefusedBefore, RefusedDelivery, StoreError};

/// How far back the list goes. They are kept as long.
const KEPT: Duration = Duration::days(7);

/// Deliveries read at once.
const READ: usize = 50;

/// Most deliveries that are looked at for one page.
const MOST_READ: usize = 500;

/// Most deliveries of a page: the shape of one may have 16 KiB.
pub const MOST_LISTED: usize = 50;

impl RefusedBefore {
    /// The place as text. It has a time, a source and the id of a request in it, and nothing of a patient.
    pub fn to_text(&self) -> String {
        let at = self.at.to_rfc3339_opts(SecondsFormat::Millis, true);
        format!("{at}|{}|{}", self.source, self.request_id)
    }

    /// Reads [`RefusedBefore::to_text`].
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '|');
        let at = DateTime::parse_from_rfc3339(parts.next()?).ok()?.to_utc();
        let source = Code::parse(parts.next()?).ok()?;
        Some(Self { at, source, request_id: parts.next()?.to_owned() })
    }

    fn of(delivery: &RefusedDelivery) -> Self {
        let (source, request_id) = (delivery.source.clone(), delivery.request_id.clone());
        Self { at: delivery.at, source, request_id }
    }
}

/// A page of refused deliveries.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RefusedPage {
    /// The deliveries, the newest first.
    pub deliveries: Vec<RefusedDelivery>,
    /// Where the next page begins; `None` when there is none.
    pub next: Option<RefusedBefore>,
}

/// A page of what was refused in the seven days until `now`, of one source or of all, the newest first;
/// at most `limit`, and at most [`MOST_LISTED`]. With a source it may be short, or empty, with others to
/// come: it looks at so many deliveries and no more.
///
/// Cost: a query of each day that is looked into, and one more for each fifty deliveries: at most
/// eighteen, of five hundred deliveries and a query's last few.
///
/// # Errors
/// When the store fails.
pub async fn refused_in_the_week(
    deliveries: &impl Deliveries,
    source: Option<&Code>,
    before: Option<RefusedBefore>,
    now: DateTime<Utc>,
    limit: usize,
) -> Result<RefusedPage, StoreError> {
    let (oldest, limit) = (now - KEPT, limit.min(MOST_LISTED));
    let mut day = before.as_ref().map_or(now, |before| before.at.min(now)).date_naive();
    let (mut page, mut before, mut looked_at) = (RefusedPage::default(), before, 0);
    while day >= oldest.date_naive() {
        let found = deliveries.refused(day, before.as_ref(), READ).await?;
        let all_of_the_day = found.len() < READ;
        for delivery in found {
            // What the store has not deleted yet is over all the same.
            if delivery.at < oldest {
                return Ok(page);
            }
            if page.deliveries.len() == limit || looked_at == MOST_READ {
                page.next = before;
                return Ok(page);
            }
            looked_at += 1;
            before = Some(RefusedBefore::of(&delivery));
            if source.is_none_or(|source| *source == delivery.source) {
                page.deliveries.push(delivery);
            }
        }
        if all_of_the_day {
            let Some(yesterday) = day.pred_opt() else { break };
            day = yesterday;
        }
    }
    Ok(page)
}
