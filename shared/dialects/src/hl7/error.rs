//! What is wrong with an HL7 v2 message, and where.

use domain::invalid::{FieldError, Invalid};

/// What is wrong, by its code (table 0357).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// 100
    SegmentSequence,
    /// 101
    RequiredFieldMissing,
    /// 102
    DataType,
    /// 103
    TableValueNotFound,
    /// 200
    UnsupportedMessageType,
    /// 201
    UnsupportedEventCode,
    /// 202
    UnsupportedProcessingId,
    /// 203
    UnsupportedVersionId,
    /// 204
    UnknownKey,
    /// 205
    DuplicateKey,
    /// 207
    ApplicationError,
}

impl Condition {
    pub(super) const fn code(self) -> (&'static str, &'static str) {
        match self {
            Self::SegmentSequence => ("100", "Segment sequence error"),
            Self::RequiredFieldMissing => ("101", "Required field missing"),
            Self::DataType => ("102", "Data type error"),
            Self::TableValueNotFound => ("103", "Table value not found"),
            Self::UnsupportedMessageType => ("200", "Unsupported message type"),
            Self::UnsupportedEventCode => ("201", "Unsupported event code"),
            Self::UnsupportedProcessingId => ("202", "Unsupported processing id"),
            Self::UnsupportedVersionId => ("203", "Unsupported version id"),
            Self::UnknownKey => ("204", "Unknown key identifier"),
            Self::DuplicateKey => ("205", "Duplicate key identifier"),
            Self::ApplicationError => ("207", "Application internal error"),
        }
    }

    /// Whether it says that such messages are not read here at all.
    pub(super) const fn rejects(self) -> bool {
        matches!(
            self,
            Self::UnsupportedMessageType
                | Self::UnsupportedEventCode
                | Self::UnsupportedProcessingId
                | Self::UnsupportedVersionId
        )
    }
}

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hl7Error {
    /// Where; `None` when it is not about one place.
    pub place: Option<Place>,
    /// What kind of wrong.
    pub condition: Condition,
    /// What is wrong and what would be right.
    pub detail: String,
}

impl Hl7Error {
    /// Something that is not about one place.
    pub fn general(condition: Condition, detail: impl Into<String>) -> Self {
        Self { place: None, condition, detail: detail.into() }
    }
}

/// A place in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The segment's name.
    pub segment: &'static str,
    /// The first is 1.
    pub sequence: usize,
    /// The field, if it is about one.
    pub field: Option<usize>,
    /// The component, if it is about one.
    pub component: Option<usize>,
}

impl Place {
    /// `SCH^1^11^4`, with the sender's own separator.
    pub(super) fn written(self, between: char, repetition: &str) -> String {
        let field = self.field.map(|field| format!("{between}{field}")).unwrap_or_default();
        let component = self.component.map(|component| format!("{repetition}{between}{component}"));
        let component = component.unwrap_or_default();
        format!("{}{between}{}{field}{component}", self.segment, self.sequence)
    }
}

/// All that is wrong, as a refusal names it.
pub(super) fn invalid(errors: &[Hl7Error]) -> Invalid {
    let named = errors.iter().map(|error| {
        let place = error.place.map(|place| place.written('^', "")).unwrap_or_default();
        FieldError::new(place, &error.detail)
    });
    let general = || Invalid::one("", "cannot be read");
    crate::refused::wrong(named.collect()).unwrap_or_else(general)
}
