//! The acknowledgment of an HL7 v2 message.

use chrono::{DateTime, Utc};
use er7::Separators;
use er7::escape::escape;

use super::charset::Charset;
use super::error::Hl7Error;

/// What an answer needs of the message it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hl7Header {
    pub(super) separators: Separators,
    pub(super) charset: Charset,
    /// The text of MSH-18.
    pub(super) charset_name: String,
    /// MSH-3 to MSH-6 and MSH-10 as they came, still escaped.
    pub(super) sending: [String; 2],
    pub(super) receiving: [String; 2],
    pub(super) raw_control_id: String,
    /// The rest is unescaped.
    pub(super) trigger: String,
    pub(super) control_id: String,
    pub(super) processing: String,
    pub(super) version: String,
    pub(super) media_type: &'static str,
}

/// Most characters of a text that an answer repeats.
const LONGEST_ECHO: usize = 200;

/// Most characters of MSA-3, as they are written (v2.3 to v2.5.1).
const LONGEST_TEXT: usize = 80;

impl Hl7Header {
    /// Of a message of which nothing is known.
    pub(super) fn unknown(media_type: &'static str) -> Self {
        Self {
            separators: Separators::default(),
            charset: Charset::UTF_8,
            charset_name: String::new(),
            sending: [String::new(), String::new()],
            receiving: [String::new(), String::new()],
            raw_control_id: String::new(),
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
            // v2.3 has no name for the structure of a message.
            let structure = if header.version == "2.3" { String::new() } else { format!("{c}ACK") };
            format!("ACK{c}{}{structure}", plain(&header.trigger))
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
        let mut segments = vec![joined(&msh, f), self.acknowledgment(plain)];
        segments.extend(self.written_errors(plain));
        let text: String = segments.iter().flat_map(|segment| [segment.as_str(), "\r"]).collect();
        header.charset.encode(&text)
    }

    /// MSA.
    fn acknowledgment(&self, plain: impl Fn(&str) -> String) -> String {
        let first = self.errors.first().filter(|_| self.header.is_before_2_5());
        let said = self.text.as_deref().or(first.map(|first| first.detail.as_str()));
        let said = said.map(|text| short(text, &plain)).unwrap_or_default();
        let code = self.code.as_str().to_owned();
        let fields = ["MSA".to_owned(), code, self.header.raw_control_id.clone(), said];
        joined(&fields, self.header.separators.field)
    }

    /// ERR: before v2.5 one that lists what is wrong, else one for each.
    fn written_errors(&self, plain: impl Fn(&str) -> String) -> Vec<String> {
        let separators = self.header.separators;
        let (f, c, s) = (separators.field, separators.component, separators.subcomponent);
        if self.errors.is_empty() {
            return Vec::new();
        }
        if self.header.is_before_2_5() {
            let listed = self.errors.iter().map(|error| {
                let (code, name) = error.condition.code();
                let place = error.place;
                let number = |n: Option<usize>| n.map(|n| n.to_string()).unwrap_or_default();
                let segment = place.map(|it| it.segment).unwrap_or_default();
                let sequence = number(place.map(|it| it.sequence));
                let field = number(place.and_then(|it| it.field));
                format!("{segment}{c}{sequence}{c}{field}{c}{code}{s}{name}{s}HL70357")
            });
            let listed: Vec<_> = listed.collect();
            return vec![format!("ERR{f}{}", listed.join(&separators.repetition.to_string()))];
        }
        let written = self.errors.iter().map(|error| {
            let (code, name) = error.condition.code();
            // ERL: segment, sequence, field, repetition of the field, component.
            let place = error.place.map(|it| it.written(c, &format!("{c}1"))).unwrap_or_default();
            let said = plain(&error.detail);
            format!("ERR{f}{f}{place}{f}{code}{c}{name}{c}HL70357{f}E{f}{f}{f}{f}{said}")
        });
        written.collect()
    }
}

/// As much of a text as MSA-3 may hold, by whole words.
fn short(text: &str, plain: impl Fn(&str) -> String) -> String {
    let whole = plain(text);
    if whole.chars().count() <= LONGEST_TEXT {
        return whole;
    }
    let ends = text.match_indices(' ').map(|(at, _)| at).filter_map(|at| text.get(..at));
    let fitting = ends
        .map(|beginning| format!("{} ...", plain(beginning)))
        .take_while(|beginning| beginning.chars().count() <= LONGEST_TEXT);
    fitting.last().unwrap_or_default()
}

/// A segment, without the delimiters of fields that are empty at its end.
fn joined(fields: &[String], between: char) -> String {
    fields.join(&between.to_string()).trim_end_matches(between).to_owned()
}
