//! What was understood.

use domain::ids::fingerprint;
use domain::phi::Phi;

use crate::dialect::Dialect;
use crate::hl7::Hl7Header;

/// What a delivery told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard<T> {
    /// In which language.
    pub dialect: Dialect,
    /// What happened, in the order in which it was told. Empty is no error: see `notice` and
    /// `passed_over`.
    pub events: Vec<HeardEvent<T>>,
    /// What was understood and is not for us, or was left out of account.
    pub passed_over: Vec<PassedOver>,
    /// What a delivery without events was.
    pub notice: Option<Notice>,
    /// What an answer in HL7 v2 needs, when the message was HL7 v2.
    pub hl7: Option<Hl7Header>,
}

impl<T> Heard<T> {
    pub(crate) const fn nothing(dialect: Dialect) -> Self {
        Self { dialect, events: Vec::new(), passed_over: Vec::new(), notice: None, hl7: None }
    }

    /// What a FHIR subscription without a payload told.
    pub(crate) fn ping() -> Self {
        Self { notice: Some(Notice::NoPayload), ..Self::nothing(Dialect::Fhir) }
    }

    pub(crate) fn pass_over(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.passed_over.push(PassedOver { what: what.into(), why: why.into() });
    }
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeardEvent<T> {
    /// The event's id with its source, where the language gives it one: at most
    /// [`EventId::LONGEST`] characters. The bare JSON document has none; its `webhook-id` is it.
    pub id: Option<EventId>,
    /// All that the event says, written one way: of two events with one id, what tells whether they
    /// are the same.
    pub says: Phi<String>,
    /// What it told.
    pub told: T,
}

/// The id of an event, unique within the sender.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EventId(String);

impl EventId {
    /// Most characters of one.
    pub const LONGEST: usize = 200;

    /// An id of these parts. A long one, or one with characters that have no place in a key, is kept
    /// as its hash.
    pub(crate) fn of(parts: &[&str]) -> Self {
        let said: Vec<_> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
        let text = said.join(" ");
        let plain = text.chars().all(|c| c == ' ' || c.is_ascii_graphic());
        // Two lists of parts must not come to one text.
        let apart = parts.iter().all(|part| !part.contains(' '));
        if plain && apart && text.len() <= Self::LONGEST {
            Self(text)
        } else {
            Self(format!("hash {}", fingerprint(&format!("{parts:?}"))))
        }
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Something that was understood and not taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver {
    /// Where it stands and what it is: `/entry/2/resource, a ServiceRequest`. Nothing of a patient.
    pub what: String,
    /// Why, as a sentence.
    pub why: String,
}

/// What a delivery without events was. Each is answered by success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The first notification of a subscription: it asks whether anybody is there.
    Handshake,
    /// A notification that the subscription is alive.
    Heartbeat,
    /// A notification that names what happened, if at all, and does not bring it.
    NoPayload,
}

impl Notice {
    /// What to answer, as a sentence.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Handshake => "The subscription is heard.",
            Self::Heartbeat => "The heartbeat is heard.",
            Self::NoPayload => {
                "The notification brings no resource, and nothing is read back from here: subscribe with the \
                 payload application/fhir+json (R4), or with the content full-resource (topic-based subscriptions)."
            }
        }
    }
}
