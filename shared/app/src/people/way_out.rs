//! A patient takes consent back by the link in a message.

use chrono::{DateTime, Utc};
use domain::patient::{Choice, Consent, Evidence};
use domain::phi::Phi;
use domain::program::Purpose;

use super::change::change;
use super::survivor::survivor;
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
    let patient = survivor(people, &way.patient).await?.ok_or(ChangeError::NotFound("patient"))?;
    let withdrawn =
        Consent { choice: Choice::Withdrawn, at, by: "patient".to_owned(), how: Phi::new(how) };
    change(people, &patient.id, |patient| {
        patient.consents.record_news(way.channel, Purpose::Commercial, withdrawn.clone());
    })
    .await?;
    Ok(())
}
