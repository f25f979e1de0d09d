//! The booking types of a program.

use app::catalogue::{Linked, LinksDraft};
use app::form::Form;
use domain::booking_type::BookingType;
use domain::ids::BookingTypeId;
use serde_json::{Value, json};

/// Most booking types of one list.
const MOST: usize = 1_000;

/// Reads the full set of a program's links. What an answer shows besides may be sent back.
pub(crate) fn read_links(form: &Form<'_>) -> Option<LinksDraft> {
    form.must_say("starts");
    form.must_say("completes");
    let starts = form.texts("starts", MOST, BookingTypeId::parse);
    let completes = form.texts("completes", MOST, BookingTypeId::parse);
    form.pass_over(&["version", "completion", "booking_types"]);
    Some(LinksDraft { starts: starts?, completes: completes? })
}

pub(crate) fn show_links(linked: &Linked) -> Value {
    json!({
        "version": linked.links.tag(),
        "completion": linked.program.completion.as_str(),
        "starts": linked.links.starts,
        "completes": linked.links.completes,
        "booking_types": linked.types.iter().map(show_type).collect::<Vec<_>>(),
    })
}

fn show_type(kind: &BookingType) -> Value {
    json!({ "id": kind.id, "code": kind.code, "name": kind.name, "version": kind.revision })
}
