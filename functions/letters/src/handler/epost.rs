//! What the ePost provider says of letters.

use app::form::{UnknownFields, read};
use app::ports::Clock;
use aws::http::{Problem, RawBody, parse_json};
use aws::webhook::{NotBelieved, claimed};
use axum::Json;
use axum::extract::State;
use domain::text::Code;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::{Ports, Shared};
use crate::wire;

/// Largest report taken, in bytes.
const MOST: usize = 1024 * 1024;

/// Under which name the key is kept that reports are signed with.
const SIGNER: &str = "status";

/// The provider says how far a letter has come, or that it will not be posted. The signature says that
/// it is the provider, so it may know that a letter is unknown: it has mixed up whose letters it has.
pub(super) async fn report<W: Ports>(
    State(context): Shared<W>,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> Result<Json<Value>, Problem> {
    if body.len() > MOST {
        let detail = format!("A report may have at most {MOST} bytes.");
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "Too large", detail));
    }
    let refused = |why: NotBelieved| Problem::unauthorized(why.to_string());
    claimed(&headers).map_err(refused)?;
    if std::str::from_utf8(&body).is_err() {
        return Err(Problem::bad_request("The body is not UTF-8 text."));
    }
    let signer = Code::parse(SIGNER).map_err(|_| refused(NotBelieved::Signature))?;
    context.secrets.believe(&signer, &headers, &body).await?.map_err(refused)?;
    let document = parse_json(&headers, &body)?;
    let now = context.clock.now();
    let (letter, report, at) =
        read(&document, UnknownFields::Ignore, |form| wire::read_report(form, now))?;
    let reported = context.post_room().reported(&letter, &report, at).await?;
    tracing::info!(letter.id = %letter, outcome = reported.as_str(), "took in a report of ePost");
    Ok(Json(wire::show_reported(reported)))
}
