//! A patient takes consent back by the link in a message.

use chrono::{DateTime, Utc};
use domain::patient::{BY_LINK, Choice, Consent, Evidence};
use domain::phi::Phi;
use domain::program::Purpose;

use super::change::change;
use super::survivor::survivor;
use super::{TRIES, crowded};
use crate::catalogue::ChangeError;
use crate::ports::{People, StoreError, WayOut};

/// Takes back the consent to commercial messages by that channel. Who does it again changes nothing,
/// also not the date. A link in a message to a record that was merged since is for the one it went to.
///
/// # Errors
/// When there is no such patient, or the store fails.
pub async fn take_back(
    people: &impl People,
    way: &WayOut,
    at: DateTime<Utc>,
) -> Result<(), ChangeError> {
    let how = Evidence::parse("unsubscribed by the link in a message")
        .map_err(|error| StoreError::Refused(error.to_string()))?;
    let withdrawn =
        Consent { choice: Choice::Withdrawn, at, by: BY_LINK.to_owned(), how: Phi::new(how) };
    for _ in 0..TRIES {
        let found = survivor(people, &way.patient).await?;
        let patient = found.ok_or(ChangeError::NotFound("patient"))?;
        let taken_back = change(people, &patient.id, |patient| {
            patient.consents.record_news(way.channel, Purpose::Commercial, withdrawn.clone());
        });
        match taken_back.await {
            Ok(_) => return Ok(()),
            // Merged into another record in this very moment: that one is asked for next.
            Err(ChangeError::Conflict(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Err(crowded().into())
}
