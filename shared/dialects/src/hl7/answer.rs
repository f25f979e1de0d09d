//! The acknowledgment of an HL7 v2 message.

use chrono::{DateTime, Utc};
use domain::invalid::{FieldError, Invalid};
use er7::Separators;
use er7::escape::escape;

use super::charset::Charset;

/// What an answer needs of the message it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hl7Header {
    pub(super) separators: Separators,
    pub(super) charset: Charset,
    /// The text of MSH-18.
    pub(super) charset_name: String,
    /// MSH-3 to MSH-6 as they came, still escaped.
    pub(super) sending: [String; 2],
    pub(super) receiving: [String; 2],
    /// The rest is unescaped.
    pub(super) trigger: String,
    pub(super) control_id: String,
    pub(super) processing: String,
    pub(super) version: String,
    pub(super) media_type: &'static str,
}

/// Most characters of a text that an answer repeats.
const LONGEST_ECHO: usize = 200;

impl Hl7Header {
    /// Of a message of which nothing is known.
    pub(super) fn unknown(media_type: &'static str) -> Self {
        Self {
            separators: Separators::default(),
            charset: Charset::Utf8,
            charset_name: String::new(),
            sending: [String::new(), String::new()],
            receiving: [String::new(), String::new()],
            trigger: String::new(),
            control_id: String::new(),
            processing: "P".to_owned(),
            version: "2.5".to_owned(),
            media_type,
        }
    }

    /// The message was taken in.
    pub fn accept(self) -> Hl7Answer {
        Hl7Answer { header: self, code: AckCode::Accepted, errors: Vec::new(), text: None }
    }

    /// The message says something that cannot be.
    pub fn error(self, errors: Vec<Hl7Error>) -> Hl7Answer {
        Hl7Answer { header: self, code: AckCode::Error, errors, text: None }
    }

    /// The message is none that is read here, or it cannot be dealt with now: it did nothing.
    pub fn reject(self, errors: Vec<Hl7Error>) -> Hl7Answer {
        Hl7Answer { header: self, code: AckCode::Rejected, errors, text: None }
    }

    /// MSH-10 of the message: what its sender knows it by.
    pub fn control_id(&self) -> &str {
        &self.control_id
    }

    /// Whether ERR has its older form, in which one field lists all that is wrong (before v2.5).
    fn is_before_2_5(&self) -> bool {
        ["2.1", "2.2", "2.3", "2.4"].iter().any(|old| self.version.starts_with(old))
    }
}

/// What became of the message (table 0008).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AckCode {
    /// `AA`: it was taken in.
    Accepted,
    /// `AE`: something in it is wrong.
    Error,
    /// `AR`: it is none that is read here.
    Rejected,
}

impl AckCode {
    /// The code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "AA",
            Self::Error => "AE",
            Self::Rejected => "AR",
        }
    }
}

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
    const fn code(self) -> (&'static str, &'static str) {
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
    fn written(self, between: char, repetition: &str) -> String {
        let mut text = format!("{}{between}{}", self.segment, self.sequence);
        if let Some(field) = self.field {
            text.push_str(&format!("{between}{field}"));
        }
        if let Some(component) = self.component {
            text.push_str(&format!("{repetition}{between}{component}"));
        }
        text
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

/// The answer to an HL7 v2 message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hl7Answer {
    header: Hl7Header,
    code: AckCode,
    errors: Vec<Hl7Error>,
    text: Option<String>,
}

impl Hl7Answer {
    /// The same, with what became of it in words (MSA-3, which v2.4 and later keep for those who show
    /// it to people).
    #[must_use]
    pub fn saying(self, text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), ..self }
    }

    /// What became of the message.
    pub const fn code(&self) -> AckCode {
        self.code
    }

    /// What is wrong with it.
    pub fn errors(&self) -> &[Hl7Error] {
        &self.errors
    }

    /// The answer's `Content-Type`.
    pub fn content_type(&self) -> String {
        format!("{}; charset={}", self.header.media_type, self.header.charset.http_name())
    }

    /// The answer itself: MSH, MSA and what is wrong, each ended by a carriage return. `control_id` is
    /// its own (MSH-10), and must be new each time; at most 20 characters of it are written, as v2.3 to
    /// v2.5 allow.
    pub fn write(&self, control_id: &str, at: DateTime<Utc>) -> Vec<u8> {
        let header = &self.header;
        let separators = header.separators;
        let (f, c) = (separators.field, separators.component);
        let plain = |text: &str| -> String {
            let seen =
                text.chars().filter(|c| !c.is_control()).take(LONGEST_ECHO).collect::<String>();
            escape(&seen, &separators).into_owned()
        };
        let [to, to_facility] = &header.sending;
        let [from, from_facility] = &header.receiving;
        let own_id: String = control_id.chars().take(20).collect();
        let kind = if header.trigger.is_empty() {
            "ACK".to_owned()
        } else {
            format!("ACK{c}{}{c}ACK", plain(&header.trigger))
        };
        let msh = [
            "MSH".to_owned(),
            separators.encoding_characters(),
            from.clone(),
            from_facility.clone(),
            to.clone(),
            to_facility.clone(),
            at.format("%Y%m%d%H%M%S+0000").to_string(),
            String::new(),
            kind,
            plain(&own_id),
            plain(&header.processing),
            plain(&header.version),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            plain(&header.charset_name),
        ];
        let field = f.to_string();
        let mut text = msh.join(&field);
        while text.ends_with(f) {
            text.pop();
        }
        text.push('\r');
        text.push_str(&format!("MSA{f}{}{f}{}", self.code.as_str(), plain(&header.control_id)));
        let first = self.errors.first().filter(|_| header.is_before_2_5());
        if let Some(said) = self.text.as_deref().or(first.map(|first| first.detail.as_str())) {
            text.push_str(&format!("{f}{}", plain(said)));
        }
        text.push('\r');
        self.write_errors(&mut text, plain);
        header.charset.encode(&text)
    }

    fn write_errors(&self, text: &mut String, plain: impl Fn(&str) -> String) {
        let separators = self.header.separators;
        let (f, c, s) = (separators.field, separators.component, separators.subcomponent);
        if self.errors.is_empty() {
            return;
        }
        if self.header.is_before_2_5() {
            let listed = self.errors.iter().map(|error| {
                let (code, name) = error.condition.code();
                let at = |n: Option<usize>| n.map(|n| n.to_string()).unwrap_or_default();
                let place = error.place;
                let segment = place.map(|it| it.segment).unwrap_or_default();
                let sequence = at(place.map(|it| it.sequence));
                let field = at(place.and_then(|it| it.field));
                format!("{segment}{c}{sequence}{c}{field}{c}{code}{s}{name}{s}HL70357")
            });
            let listed = listed.collect::<Vec<_>>().join(&separators.repetition.to_string());
            text.push_str(&format!("ERR{f}{listed}\r"));
            return;
        }
        for error in &self.errors {
            let (code, name) = error.condition.code();
            // ERL: segment, sequence, field, repetition of the field, component.
            let place = error.place.map(|it| it.written(c, &format!("{c}1"))).unwrap_or_default();
            let said = plain(&error.detail);
            text.push_str(&format!(
                "ERR{f}{f}{place}{f}{code}{c}{name}{c}HL70357{f}E{f}{f}{f}{f}{said}\r"
            ));
        }
    }
}
