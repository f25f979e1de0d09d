//! Whose a delivery is.

use app::ports::{Clock, StoreError};
use aws::secrets::WebhookSecrets;
use aws::webhook::{NotBelieved, brings_bearer, claimed};
use domain::text::{Code, ExternalId};
use http::HeaderMap;

/// A delivery whose sender is believed.
#[derive(Debug, Clone)]
pub(crate) enum Believed {
    /// By its signature. Standard Webhooks gives each event an id.
    Signed(ExternalId),
    /// By a bearer secret.
    Bearer,
}

/// Checks whose a delivery is: by the signature of Standard Webhooks, or by a bearer secret, which
/// proves only who opened the connection. That is enough for the languages in which systems cannot
/// sign, FHIR and HL7 v2 (`may_bear`); our own JSON is signed.
///
/// `Ok(Err(why))` when it cannot be believed.
///
/// # Errors
/// When the source's secrets could not be read now.
pub(crate) async fn believe<K: Clock>(
    secrets: &WebhookSecrets<K>,
    source: &Code,
    headers: &HeaderMap,
    body: &[u8],
    may_bear: bool,
) -> Result<Result<Believed, NotBelieved>, StoreError> {
    if may_bear && brings_bearer(headers) {
        let fits = secrets.believe_bearer(source, headers).await?;
        return Ok(fits.map(|()| Believed::Bearer));
    }
    let claimed = match claimed(headers) {
        Ok(claimed) => claimed,
        Err(why) => return Ok(Err(why)),
    };
    let fits = secrets.believe(source, headers, body).await?;
    Ok(fits.map(|()| Believed::Signed(claimed.id)))
}
