//! Deliveries that were refused.

use app::form::Form;
use app::ports::RefusedDelivery;
use domain::text::Code;
use serde_json::{Value, json};

/// Whose deliveries are listed.
pub(crate) struct Of {
    /// A source's; those of all when none is named.
    pub(crate) source: Option<Code>,
}

/// Reads `?source=`.
pub(crate) fn read_source(form: &Form<'_>) -> Option<Of> {
    form.optional("source", Code::parse).map(|source| Of { source })
}

/// One of them. There is nothing of a patient in it.
pub(crate) fn show_refused(it: &RefusedDelivery) -> Value {
    let errors = it
        .errors
        .iter()
        .map(|error| json!({ "pointer": format!("#{}", error.pointer), "detail": error.detail }));
    json!({
        "at": it.at,
        "source": it.source,
        "subject": it.subject,
        "status": it.status,
        "detail": it.detail,
        "errors": errors.collect::<Vec<_>>(),
        "content_type": it.content_type,
        "bytes": it.bytes,
        "shape": it.shape,
        "request_id": it.request_id,
    })
}
