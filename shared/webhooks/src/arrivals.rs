//! How the events of a delivery came in: each by a key of its own.

use app::events::Arrival;
use app::ports::EventKey;
use aws::http::Problem;
use dialects::{Dialect, Heard};
use domain::ids::fingerprint;
use domain::intake::Told;
use domain::text::ExternalId;

use crate::believe::Believed;
use crate::refusal::Came;

/// How each event came in. Its id is the one its language gives it; our own JSON has it in the header
/// that is signed with it.
pub(crate) fn arrivals(
    heard: &Heard<Told>,
    believed: &Believed,
    came: Came<'_>,
) -> Result<Vec<(Arrival, Told)>, Problem> {
    let mut arrivals = Vec::with_capacity(heard.events.len());
    for event in &heard.events {
        let fingerprint = fingerprint(event.says.reveal());
        let id = match (&event.id, believed) {
            // A version of a FHIR resource may say more the second time, and one without any is told
            // apart by when it was; senders of HL7 v2 begin to count anew. What says the same comes to
            // nothing by the booking's own order; what does not must not be refused as a retry.
            (Some(id), _) if matches!(heard.dialect, Dialect::Fhir | Dialect::Hl7) => {
                let time = event.told.time();
                short(&format!("{} {fingerprint} {time:?}", id.as_str()))
            }
            (Some(id), _) => short(id.as_str()),
            (None, Believed::Signed(id)) => Some(id.clone()),
            (None, Believed::Bearer) => None,
        };
        let id = id.ok_or_else(|| {
            Problem::bad_request(
                "The event has no id: send it signed, with the header `webhook-id`.",
            )
        })?;
        let arrival = Arrival {
            key: EventKey { source: came.source.clone(), id },
            fingerprint,
            at: came.at,
            request_id: came.request_id.to_owned(),
        };
        arrivals.push((arrival, event.told.clone()));
    }
    Ok(arrivals)
}

/// An id as it is kept: a long one as its hash.
fn short(id: &str) -> Option<ExternalId> {
    ExternalId::parse(id).or_else(|_| ExternalId::parse(&fingerprint(id))).ok()
}

/// The sender's key for what an event is about.
pub(crate) fn about(told: &Told) -> String {
    match told {
        Told::Booking(told) => told.id.to_string(),
        Told::Referral(told) => told.id.to_string(),
    }
}
