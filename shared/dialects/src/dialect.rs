//! Which language a delivery is in.

use http::HeaderMap;
use http::header::CONTENT_TYPE;

use crate::refused::{Refused, not_spoken};

/// The language of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Our own JSON document.
    Json,
    /// `CloudEvents` 1.0 around our own JSON.
    CloudEvents(Mode),
    /// FHIR R4, in JSON.
    Fhir,
    /// HL7 v2, in ER7 (“pipes and hats”).
    Hl7,
}

/// How a `CloudEvent` is put into HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Attributes and data in one document.
    Structured,
    /// Attributes in headers, data in the body.
    Binary,
}

/// What is read here, for a refusal.
const SPOKEN: &str = "Send application/json, application/cloudevents+json, application/fhir+json (FHIR R4) or \
                      x-application/hl7-v2+er7 (HL7 v2).";

/// Media types that HL7 v2 in ER7 goes by; none is registered. The first is the one of IHE and of FHIR's
/// own documents, the next that of HL7 over HTTP; then others that are met.
const HL7_TYPES: [&str; 7] = [
    "x-application/hl7-v2+er7",
    "application/hl7-v2",
    "application/hl7-v2+er7",
    "application/edi-hl7",
    "application/edi-hl7v2",
    "text/hl7v2+er7",
    "text/hl7",
];

impl Dialect {
    /// The language that the headers claim. A document in `application/json` may still turn out to be
    /// FHIR or a `CloudEvent`: that is told by its `resourceType` or `specversion`.
    ///
    /// # Errors
    /// When it is none that is read here.
    pub fn claimed(headers: &HeaderMap) -> Result<Self, Refused> {
        let text = headers.get(CONTENT_TYPE).map_or(Ok(""), |value| {
            value
                .to_str()
                .map_err(|_| not_spoken(format!("The Content-Type is not plain text. {SPOKEN}")))
        })?;
        let mut parts = text.split(';');
        let essence = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
        let dialect = match essence.as_str() {
            "" => return Err(not_spoken(format!("There is no Content-Type. {SPOKEN}"))),
            "application/cloudevents+json" => Self::CloudEvents(Mode::Structured),
            "application/fhir+json" | "application/json+fhir" => Self::Fhir,
            _ if HL7_TYPES.contains(&essence.as_str()) => Self::Hl7,
            other if other.starts_with("application/cloudevents-batch") => {
                return Err(not_spoken(
                    "Batches of CloudEvents are not read: send each event by itself.",
                ));
            }
            other if other.starts_with("application/cloudevents") => {
                return Err(not_spoken("Of CloudEvents only the JSON format is read."));
            }
            other if is_xml(other) => {
                return Err(not_spoken(format!("XML is not read. {SPOKEN}")));
            }
            _ if headers.keys().any(|name| name.as_str().starts_with("ce-")) => {
                if !is_json(&essence) {
                    let detail = "The data of a CloudEvent in binary mode must be JSON: Content-Type: application/json.";
                    return Err(not_spoken(detail));
                }
                Self::CloudEvents(Mode::Binary)
            }
            "application/json" => Self::Json,
            _ => return Err(not_spoken(format!("That Content-Type is not read. {SPOKEN}"))),
        };
        parts.try_for_each(|parameter| dialect.tolerate(parameter))?;
        Ok(dialect)
    }

    /// Looks at a parameter of the media type. Unknown ones change nothing.
    fn tolerate(self, parameter: &str) -> Result<(), Refused> {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let value = value.trim().trim_matches('"').to_ascii_lowercase();
        match name.trim().to_ascii_lowercase().as_str() {
            "charset" if !matches!(value.as_str(), "" | "utf-8" | "utf8" | "us-ascii") => {
                // HL7 v2 says it in MSH-18, which counts first; its reader looks at both.
                if self == Self::Hl7 {
                    Ok(())
                } else {
                    Err(not_spoken("Only the charset utf-8 is read."))
                }
            }
            "fhirversion" if !matches!(value.as_str(), "4.0" | "4.0.0" | "4.0.1") => {
                Err(not_spoken("Of FHIR only R4 is read: fhirVersion=4.0."))
            }
            _ => Ok(()),
        }
    }
}

/// Whether a media type is JSON.
pub(crate) fn is_json(essence: &str) -> bool {
    essence.ends_with("/json") || essence.ends_with("+json")
}

fn is_xml(essence: &str) -> bool {
    essence.ends_with("/xml") || essence.ends_with("+xml") || essence == "application/xml+fhir"
}

/// The media type to answer an HL7 v2 message with: the sender's own, should it be one of those that are
/// read.
pub(crate) fn hl7_type(headers: &HeaderMap) -> &'static str {
    let claimed =
        headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = claimed.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    HL7_TYPES.into_iter().find(|known| *known == essence).unwrap_or("x-application/hl7-v2+er7")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claimed(content_type: &str) -> Result<Dialect, String> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, content_type.parse().unwrap());
        Dialect::claimed(&headers).map_err(|refused| refused.to_string())
    }

    #[test]
    fn each_language_is_known_by_its_media_type() {
        for (content_type, dialect) in [
            ("application/json", Dialect::Json),
            ("Application/JSON; charset=\"UTF-8\"", Dialect::Json),
            ("application/cloudevents+json; charset=utf-8", Dialect::CloudEvents(Mode::Structured)),
            ("application/fhir+json; fhirVersion=4.0", Dialect::Fhir),
            ("application/json+fhir", Dialect::Fhir),
            ("x-application/hl7-v2+er7; charset=iso-8859-1", Dialect::Hl7),
            ("application/hl7-v2", Dialect::Hl7),
            ("text/hl7", Dialect::Hl7),
        ] {
            assert_eq!(claimed(content_type), Ok(dialect), "{content_type}");
        }
    }

    #[test]
    fn what_is_not_read_is_refused_and_told_what_is() {
        for (content_type, says) in [
            ("text/plain", "application/fhir+json"),
            ("text/json", "application/fhir+json"),
            ("application/fhir+xml", "XML"),
            ("application/xml", "XML"),
            ("application/hl7-v2+xml", "XML"),
            ("application/cloudevents-batch+json", "by itself"),
            ("application/cloudevents+avro", "JSON format"),
            ("application/json; charset=utf-16", "utf-8"),
            ("application/fhir+json; fhirVersion=3.0", "R4"),
            ("", "no Content-Type"),
        ] {
            let says_now = claimed(content_type).unwrap_err();
            assert!(says_now.contains(says), "{content_type}: {says_now}");
        }
    }

    #[test]
    fn headers_of_a_cloud_event_make_it_binary_and_its_data_must_be_json() {
        let mut headers = HeaderMap::new();
        headers.insert("ce-id", "1".parse().unwrap());
        headers.insert(CONTENT_TYPE, "application/json".parse().unwrap());
        assert_eq!(Dialect::claimed(&headers).unwrap(), Dialect::CloudEvents(Mode::Binary));
        headers.insert(CONTENT_TYPE, "text/plain".parse().unwrap());
        assert!(Dialect::claimed(&headers).is_err());
    }
}
