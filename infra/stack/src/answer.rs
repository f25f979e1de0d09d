//! What came back from the API.

use serde_json::Value;

use crate::Error;

/// An HTTP answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What was asked, for messages: `GET /v1/programs`.
    pub asked: String,
    /// The status.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
}

impl Answer {
    /// The first header of this name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub fn json(&self) -> Result<Value, Error> {
        serde_json::from_str(&self.body)
            .map_err(|error| Error::Form { what: self.asked.clone(), why: error.to_string() })
    }

    /// The JSON body, if the status is one of 200–299; an error that shows the answer otherwise.
    pub fn success(&self) -> Result<Value, Error> {
        if (200..300).contains(&self.status) { self.json() } else { Err(self.refused()) }
    }

    /// This answer as the error it is.
    pub fn refused(&self) -> Error {
        Error::Refused {
            what: self.asked.clone(),
            status: self.status,
            body: self.body.trim().to_owned(),
        }
    }
}

/// The text at `pointer` (RFC 6901) of a JSON answer.
pub(crate) fn text_at(value: &Value, pointer: &str, what: &str) -> Result<String, Error> {
    value.pointer(pointer).and_then(Value::as_str).map(ToOwned::to_owned).ok_or_else(|| {
        Error::Form { what: what.to_owned(), why: format!("no text at {pointer} of {value}") }
    })
}
