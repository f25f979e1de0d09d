//! Numbers with a point.

use domain::reply::{BadNumber, Number};
use serde_json::Value;

use crate::Form;

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

    use crate::{UnknownFields, read};

    fn min(document: &Value) -> Result<String, &'static str> {
        let read = read(document, UnknownFields::Refuse, |form| form.measured("min"));
        let number = read.map_err(|_| "refused")?;
        number.map(|number| number.to_string()).ok_or("none")
    }

    #[test]
    fn a_number_keeps_its_digits_and_one_with_too_many_is_refused() {
        for (given, read) in
            [(json!(7.2), "7.2"), (json!(4), "4"), (json!(-0.5), "-0.5"), (json!(4.0), "4")]
        {
            assert_eq!(min(&json!({ "min": given })), Ok(read.to_owned()));
        }
        assert_eq!(min(&json!({})), Err("none"));
        for wrong in [json!("7.2"), json!(7.234_56), json!(12_345_678), json!(1e300), json!(true)] {
            assert_eq!(min(&json!({ "min": wrong })), Err("refused"), "{wrong}");
        }
    }
}
