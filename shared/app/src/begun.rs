//! Whether the message an enrolment waits for has been begun already.
//!
//! A sender reserves a message in the ledger before it calls the provider, and tells the enrolment
//! when it knows the outcome. In between the enrolment looks as if nothing had happened: whatever
//! takes it away from that message looks here first, and is stored only if it is still so.

use chrono::{DateTime, Utc};
use domain::enrolment::{Enrolment, Event, decide};
use domain::ledger::{LedgerKey, LedgerState, Outcome};

use crate::ports::{Bookings, Catalogue, Change, Enrolments, People, StoreError};
use crate::situation::Situation;

/// What the ledger knows of the message an enrolment waits for.
pub(crate) enum Begun {
    /// Nothing. This row, if it waits for any, must still be absent when the change is stored.
    No(Option<LedgerKey>),
    /// Somebody may be calling the provider at this moment.
    Underway,
    /// How it ended; the enrolment has not been told.
    Ended(LedgerKey, Outcome),
}

/// Looks whether the message has been begun that an enrolment waits for.
///
/// # Errors
/// When the store fails.
pub(crate) async fn begun(
    enrolments: &impl Enrolments,
    enrolment: &Enrolment,
) -> Result<Begun, StoreError> {
    let Some(key) = enrolment.current_key() else { return Ok(Begun::No(None)) };
    let Some(row) = enrolments.row(&key).await? else { return Ok(Begun::No(Some(key))) };
    Ok(match &row.state {
        LedgerState::Reserved { .. } => Begun::Underway,
        LedgerState::Settled { outcome, .. } => Begun::Ended(key, row.heard(outcome)),
    })
}

/// Tells an enrolment how its message ended, as the sender would have.
///
/// # Errors
/// When something of it cannot be read.
pub(crate) async fn concluded(
    (catalogue, people, bookings): (&impl Catalogue, &impl People, &impl Bookings),
    enrolment: Enrolment,
    (key, outcome): (LedgerKey, Outcome),
    now: DateTime<Utc>,
) -> Result<Change, StoreError> {
    let situation = Situation::read(catalogue, people, bookings, enrolment).await?;
    let event = Event::Attempted(key, outcome);
    let decision = decide(&situation.enrolment, situation.facts(), event, now);
    Ok(Change::new(Some(situation.enrolment), decision, &situation.bookings))
}
