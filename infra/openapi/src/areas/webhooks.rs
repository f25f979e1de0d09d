//! What practice systems and the ePost provider send.

use aws::http::Method;
use serde_json::{Value, json};

use super::Area;
use super::webhook_schemas::{
    BookingEvent, EpostAnswer, EpostReport, EventAnswer, ReferralEvent, RefusedPage,
};
use crate::ids;
use crate::operation::Operation;

const CLOUD_EVENT: &str = "application/cloudevents+json";
const FHIR: &str = "application/fhir+json";
const HL7: &str = "x-application/hl7-v2+er7";

const LANGUAGES: &str = "`{source}` is the name the practice gave your system. **Languages**, by `content-type`: our \
own JSON (`application/json`), the same as a CloudEvent 1.0 (`application/cloudevents+json`, or `ce-` headers), FHIR R4 \
(`application/fhir+json`: a resource, or a Bundle with what it refers to), HL7 v2.3 to v2.5.1 \
(`x-application/hl7-v2+er7`: one message, answered by an acknowledgment). **Whose it is**: requests are signed by the \
[Standard Webhooks](https://www.standardwebhooks.com) scheme, for which most languages have a library: \
`webhook-signature` is `v1,` and the base64 of the HMAC-SHA256 of `{webhook-id}.{webhook-timestamp}.{body}`, keyed with \
the source's secret. FHIR and HL7 v2 may come with `authorization: Bearer` and the source's bearer secret instead. \
Events may come twice, late or in any order: the newest by version, else by time, wins. To be safe, send again, with \
the same id, whatever was not answered by 2xx.";

const RESOURCE: &str = "Where a FHIR R4 server puts the resources of a rest-hook subscription whose endpoint is the \
address without type and id. An empty body is answered with what to configure.";

/// The area.
pub fn area() -> Area {
    Area {
        name: "Webhooks",
        says: "What practice systems and the ePost provider send, and what of it was refused.",
        operations: vec![
            bookings(Method::Post, "receiveBooking", "Send a booking"),
            bookings(Method::Put, "putBooking", "Send a booking by PUT"),
            booking_resource(),
            referrals(Method::Post, "receiveReferral", "Send a referral"),
            referrals(Method::Put, "putReferral", "Send a referral by PUT"),
            referral_resource(),
            refused(),
            epost(),
        ],
    }
}

/// What all deliveries of practice systems have in common.
fn delivery(operation: Operation) -> Operation {
    operation
        .may_bear()
        .signed_header(
            "webhook-id",
            "Your id of the event: the same, with the same body, on every retry. Our JSON needs it; of other \
             languages the event's own id counts.",
            "evt-1",
        )
        .signed_header(
            "webhook-timestamp",
            "Unix seconds of this attempt; at most five minutes off.",
            "1795334400",
        )
        .answers::<EventAnswer>(202, "What it did.")
        .answers::<EventAnswer>(200, "There is no event in it, as in a handshake; or the acknowledgment of HL7 v2.")
        .refuses(422, "A field is wrong, or another event came under this id.")
}

fn bookings(method: Method, id: &'static str, summary: &'static str) -> Operation {
    let path = "/webhooks/bookings/{source}";
    delivery(Operation::new(method, path, id, summary))
        .says(LANGUAGES)
        .takes::<BookingEvent>()
        .example(
            "made",
            "A booking was made",
            json!({
                "type": "booking.made",
                "timestamp": "2026-11-22T08:00:00Z",
                "data": {
                    "booking": {
                        "id": ids::BOOKING, "version": 1, "type": "physio-initial", "site": "harbour",
                        "start": "2031-12-03T10:30:00+11:00", "end": "2031-12-03T11:00:00+11:00",
                    },
                    "patient": { "id": "P-1001" },
                },
            }),
        )
        .gives("/enrolled/0/enrolment", ids::ENROLMENT)
        .sample(
            CLOUD_EVENT,
            "cloudevent",
            "The same, in a CloudEvent",
            read(include_str!("../../../../events/cloudevent-booking-made.json")),
        )
        .sample(
            FHIR,
            "fhir",
            "The same, as a FHIR R4 Appointment that contains its patient",
            read(include_str!("../../../../events/fhir-appointment-contained.json")),
        )
        .sample(
            HL7,
            "hl7",
            "The same, as a message SIU^S12; its segments end with carriage returns",
            message(include_str!("../../../../events/hl7-siu-s12.hl7")),
        )
        .answers_plain(200, HL7, "The acknowledgment.")
}

fn booking_resource() -> Operation {
    let path = "/webhooks/bookings/{source}/{resource}/{id}";
    delivery(Operation::new(Method::Put, path, "putAppointment", "Put an Appointment"))
        .says(RESOURCE)
        .sample(
            FHIR,
            "contained",
            "An Appointment that contains its patient",
            read(include_str!("../../../../events/fhir-appointment-contained.json")),
        )
}

fn referrals(method: Method, id: &'static str, summary: &'static str) -> Operation {
    let path = "/webhooks/referrals/{source}";
    delivery(Operation::new(method, path, id, summary))
        .says(LANGUAGES)
        .takes::<ReferralEvent>()
        .example(
            "added",
            "A referral came in",
            read(include_str!("../../../../events/referral-added.json")),
        )
        .sample(
            CLOUD_EVENT,
            "cloudevent",
            "The same, in a CloudEvent",
            read(include_str!("../../../../events/cloudevent-referral-added.json")),
        )
        .sample(
            FHIR,
            "fhir",
            "The same, as a FHIR R4 ServiceRequest with what it refers to",
            read(include_str!("../../../../events/fhir-bundle-service-request.json")),
        )
        .sample(
            HL7,
            "hl7",
            "The same, as a message REF^I12; its segments end with carriage returns",
            message(include_str!("../../../../events/hl7-ref-i12.hl7")),
        )
        .answers_plain(200, HL7, "The acknowledgment.")
}

fn referral_resource() -> Operation {
    let path = "/webhooks/referrals/{source}/{resource}/{id}";
    delivery(Operation::new(Method::Put, path, "putServiceRequest", "Put a ServiceRequest"))
        .says(RESOURCE)
        .sample(
            FHIR,
            "active",
            "A referral, whose patient is known by the id",
            read(include_str!("../../../../events/fhir-service-request-active.json")),
        )
}

fn refused() -> Operation {
    Operation::get("/v1/webhooks/refused", "listRefusedDeliveries", "List what was refused")
        .says(
            "Deliveries of the last seven days that were answered by a status from 400 to 422. A page has at \
             most fifty. With `source` it may be short, or empty, with others to come: go on until `next` is \
             `null`.",
        )
        .query("source", "Only those of this source.", &json!({ "type": "string" }))
        .pages()
        .answers::<RefusedPage>(200, "A page of what was refused, the newest first.")
}

/// A document of `events/`.
fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("it is JSON")
}

/// A message of `events/`, in which segments end with line feeds.
fn message(text: &str) -> Value {
    text.replace('\n', "\r").into()
}

fn epost() -> Operation {
    Operation::post("/webhooks/epost", "reportEpost", "Say what became of a letter")
        .says(
            "For the provider that letters are handed to. Signed as bookings are, with the secret \
             `<stack>/epost/status`. A report may come twice, late or in any order: a letter only ever \
             goes forward, and what staff have done with it stands. One that `failed` is on the \
             distribution list again, and a person is told. At most 1 MiB.",
        )
        .header("webhook-id", "Your id of the report.", "msg-1")
        .header("webhook-timestamp", "Unix seconds of this attempt; at most five minutes off.", "1795334400")
        .takes::<EpostReport>()
        .example(
            "posted",
            "A letter is in the post",
            json!({ "letter": ids::LETTER, "status": "posted", "at": "2026-11-22T08:00:00Z" }),
        )
        .answers::<EpostAnswer>(200, "What it did.")
}
