//! Numbers with a point.

use domain::reply::{BadNumber, Number};
use serde_json::Value;

use super::Form;

impl Form<'_> {
    /// A number with few digits that may be missing: `Some(None)` then.
    pub fn measured(&self, name: &'static str) -> Option<Option<Number>> {
        let Some(value) = self.value(name) else { return Some(None) };
        let read = match value {
            Value::Number(number) => Number::parse(&number.to_string()).ok(),
            Value::Null
            | Value::Bool(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => None,
        };
        if read.is_none() {
            self.error(name, BadNumber.to_string());
        }
        read.map(Some)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::form::{UnknownFields, read};

    fn min(document: &Value) -> Option<Option<String>> {
        let read = read(document, UnknownFields::Refuse, |form| form.measured("min"));
        read.ok().map(|number| number.map(|number| number.to_string()))
    }

    #[test]
    fn a_number_keeps_its_digits_and_one_with_too_many_is_refused() {
        let said = |text: &str| Some(Some(text.to_owned()));
        for (given, read) in
            [(json!(7.2), "7.2"), (json!(4), "4"), (json!(-0.5), "-0.5"), (json!(4.0), "4")]
        {
            assert_eq!(min(&json!({ "min": given })), said(read));
        }
        assert_eq!(min(&json!({})), Some(None));
        for wrong in [json!("7.2"), json!(7.234_56), json!(12_345_678), json!(1e300), json!(true)] {
            assert_eq!(min(&json!({ "min": wrong })), None, "{wrong}");
        }
    }
}
