//! From bytes to a message that is meant for us.

use super::answer::Hl7Header;
use super::charset::{Charset, NotRead};
use super::error::{Condition, Hl7Error, Place};
use super::message::Message;
use super::{refuse, time};
use crate::delivery::Delivery;
use crate::dialect::hl7_type;
use crate::refused::{Refusal, Refused};

/// Longest MSH. It has short fields only.
const LONGEST_HEADER: usize = 4096;
/// Most fields and parts of one message. One that tells of a booking has some hundreds.
const MOST_PARTS: usize = 50_000;

/// The message without the bytes that frame it on a socket (MLLP), and without a byte-order mark.
fn unframed(body: &[u8]) -> &[u8] {
    let body = body.trim_ascii();
    let body = body.strip_prefix(b"\x0b").unwrap_or(body).trim_ascii();
    let body = body.strip_suffix(b"\x1c").unwrap_or(body).trim_ascii();
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// The first segment, as far as it can be read.
fn first_segment(body: &[u8]) -> Option<er7::Message> {
    let line = body.split(|byte| matches!(byte, b'\r' | b'\n')).next()?;
    if !line.starts_with(b"MSH") || line.len() > LONGEST_HEADER {
        return None;
    }
    // Only to find MSH-18 by it: the delimiters are ASCII in every charset that is read.
    let text: String = line.iter().copied().map(char::from).collect();
    let message = er7::parse(&text).ok()?;
    let separators = message.separators;
    let delimiters = separators.encoding_characters();
    let plain = |c: char| c.is_ascii_punctuation();
    (plain(separators.field) && delimiters.chars().all(plain)).then_some(message)
}

pub(super) fn header_of(delivery: &Delivery<'_>) -> Hl7Header {
    let media_type = hl7_type(delivery.headers);
    let body = unframed(delivery.body);
    let Some(first) = first_segment(body) else {
        return Hl7Header::unknown(media_type);
    };
    let charset = charset_of(&first, delivery).unwrap_or(Charset::UTF_8);
    // What the answer repeats is to come back as it was.
    let line = body.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
    let decoded = charset.decode(line).and_then(|text| er7::parse(&text).ok());
    header(&decoded.unwrap_or(first), charset, media_type)
}

fn charset_of(first: &er7::Message, delivery: &Delivery<'_>) -> Result<Charset, NotRead> {
    let name = first.query("MSH-18.1").ok().flatten().unwrap_or_default();
    Charset::of(&name, delivery.headers, unframed(delivery.body))
}

fn header(message: &er7::Message, charset: Charset, media_type: &'static str) -> Hl7Header {
    let separators = message.separators;
    // What is repeated as it came; another charset's bytes would not come back as they were.
    let raw = |n: usize| {
        let field = message.header().and_then(|msh| msh.field(n));
        let text = field.map(|field| field.to_er7(&separators)).unwrap_or_default();
        if text.chars().count() <= 250 && !text.chars().any(char::is_control) {
            text
        } else {
            String::new()
        }
    };
    let text = |n: usize, component: usize| {
        let field = message.header().and_then(|msh| msh.component(n, component));
        let part = field.and_then(|component| component.subcomponent(1));
        part.map(|part| part.value(&separators).trim().to_owned()).unwrap_or_default()
    };
    Hl7Header {
        separators,
        charset,
        charset_name: text(18, 1),
        sending: [raw(3), raw(4)],
        receiving: [raw(5), raw(6)],
        raw_control_id: raw(10),
        trigger: text(9, 2),
        control_id: text(10, 1),
        processing: text(11, 1),
        version: text(12, 1),
        media_type,
    }
}

/// A wrong field of MSH.
fn wrong(field: usize, condition: Condition, detail: impl Into<String>) -> Hl7Error {
    let place = Place { segment: "MSH", sequence: 1, field: Some(field), component: None };
    Hl7Error { place: Some(place), condition, detail: detail.into() }
}

/// Something that is not even a message.
fn no_message(header: Hl7Header, detail: &str) -> Refused {
    let error = Hl7Error::general(Condition::UnsupportedMessageType, detail);
    let why = Refusal::Malformed(detail.to_owned());
    Refused { why, hl7: Some(Box::new(header.reject(vec![error]))) }
}

/// Reads a message and checks that it is one for us, whatever it says.
pub(super) fn open(delivery: &Delivery<'_>) -> Result<Message, Refused> {
    let header = header_of(delivery);
    let body = unframed(delivery.body);
    if body.starts_with(b"FHS") || body.starts_with(b"BHS") {
        return Err(no_message(
            header,
            "Batches (FHS, BHS) are not read: send each message by itself.",
        ));
    }
    let first = first_segment(body);
    let charset = first.as_ref().map_or(Ok(Charset::UTF_8), |first| charset_of(first, delivery));
    let Ok(charset) = charset else {
        let detail = "or the Content-Type names a character set that is not read; send UNICODE UTF-8, ASCII, 8859/1, \
                      8859/15 or WINDOWS-1252";
        let error = wrong(18, Condition::TableValueNotFound, detail);
        return Err(refuse(header, vec![error]));
    };
    let Some(text) = charset.decode(body) else {
        let detail = "the message is not in the character set that it names; say 8859/1 if it is ISO 8859-1 or Windows-1252";
        let error = wrong(18, Condition::DataType, detail);
        return Err(refuse(header, vec![error]));
    };
    if first.is_none() {
        let detail =
            "This is not HL7 v2: a message begins with MSH and its delimiters, such as MSH|^~\\&|.";
        return Err(no_message(header, detail));
    }
    let separators = header.separators;
    if text.chars().filter(|c| separators.is_delimiter(*c)).take(MOST_PARTS + 1).count()
        > MOST_PARTS
    {
        return Err(no_message(header, "The message has more than 50,000 fields and parts."));
    }
    let Ok(message) = er7::parse(&text) else {
        return Err(no_message(header, "This is not HL7 v2."));
    };
    let header = self::header(&message, charset, header.media_type);
    if message.segments_named("MSH").nth(1).is_some() {
        return Err(no_message(header, "There are several messages: send each by itself."));
    }
    check(&header)?;
    let time_text = message.query("MSH-7.1").ok().flatten().unwrap_or_default();
    let time =
        time::moment(&time_text).and_then(|time| crate::times::not_ahead(time, delivery.now));
    let mut errors = Vec::new();
    if header.control_id.is_empty() {
        let detail = "is required: the id of the message";
        errors.push(wrong(10, Condition::RequiredFieldMissing, detail));
    }
    if let Err(detail) = time {
        let missing = time_text.trim().is_empty();
        let condition = if missing { Condition::RequiredFieldMissing } else { Condition::DataType };
        errors.push(wrong(7, condition, detail));
    }
    match time {
        Ok(time) if errors.is_empty() => Ok(Message::new(message, header, time)),
        Ok(_) | Err(_) => Err(refuse(header, errors)),
    }
}

/// Version and purpose of the message.
fn check(header: &Hl7Header) -> Result<(), Refused> {
    let mut errors = Vec::new();
    if !matches!(header.version.as_str(), "2.3" | "2.3.1" | "2.4" | "2.5" | "2.5.1") {
        let detail = "must be one of 2.3, 2.3.1, 2.4, 2.5, 2.5.1";
        errors.push(wrong(12, Condition::UnsupportedVersionId, detail));
    }
    // A message of a test must not contact a patient.
    if header.processing != "P" {
        let detail = "must be P (production); nothing is done for tests and training";
        errors.push(wrong(11, Condition::UnsupportedProcessingId, detail));
    }
    if errors.is_empty() { Ok(()) } else { Err(refuse(header.clone(), errors)) }
}
