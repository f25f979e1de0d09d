//! Deliveries that were refused.

use app::form::Form;
use app::ports::RefusedDelivery;
use domain::text::Code;
use serde_json::{Value, json};

/// Reads `?source=`: `None` inside for that of all.
pub(crate) fn read_source(form: &Form<'_>) -> Option<Option<Code>> {
    form.optional("source", Code::parse)
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
