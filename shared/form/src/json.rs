//! JSON of which nothing is lost: a name that an object says twice is refused. Most readers take the
//! last of the two in silence, and who wrote the first believes it was read.

use std::cell::RefCell;
use std::fmt;

use domain::invalid::{FieldError, Invalid};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Most wrong fields of one document that are named; more are only counted.
pub const MAX_NAMED: usize = 100;

/// Why a text was not taken.
#[derive(Debug)]
pub enum Unreadable {
    /// It is not JSON.
    NotJson(serde_json::Error),
    /// It is, and names are said twice in it.
    Twice(Invalid),
}

/// Reads a document. What is nested deeper than 128 levels is not JSON to us.
///
/// # Errors
/// When it is not JSON, or names are said twice in it.
pub fn read(bytes: &[u8]) -> Result<Value, Unreadable> {
    let twice = RefCell::<Twice>::default();
    let mut text = serde_json::Deserializer::from_slice(bytes);
    let root = Place { above: None, step: Step::Root };
    let value = Node { place: &root, twice: &twice }
        .deserialize(&mut text)
        .and_then(|value| text.end().map(|()| value))
        .map_err(Unreadable::NotJson)?;
    let Twice { named, unnamed } = twice.into_inner();
    let twice = Invalid::unless_empty(named).map_err(|invalid| invalid.and_more(unnamed));
    twice.map_err(Unreadable::Twice)?;
    Ok(value)
}

/// Names that are said twice. A body can say so many that to keep all of them, each with what it is
/// in, takes more memory than there is.
#[derive(Default)]
struct Twice {
    named: Vec<FieldError>,
    unnamed: usize,
}

impl Twice {
    fn add(&mut self, place: &Place<'_>) {
        if self.named.len() < MAX_NAMED {
            self.named.push(FieldError::new(place.to_string(), "is said twice; say it once"));
        } else {
            self.unnamed += 1;
        }
    }
}

/// Where a value is. Its pointer is only written out when something is wrong there.
struct Place<'a> {
    above: Option<&'a Place<'a>>,
    step: Step<'a>,
}

enum Step<'a> {
    Root,
    Name(&'a str),
    Index(usize),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(above) = self.above {
            write!(f, "{above}")?;
        }
        match self.step {
            Step::Root => Ok(()),
            // RFC 6901: `~` and `/` in a name are written `~0` and `~1`.
            Step::Name(name) => write!(f, "/{}", name.replace('~', "~0").replace('/', "~1")),
            Step::Index(i) => write!(f, "/{i}"),
        }
    }
}

#[derive(Clone, Copy)]
struct Node<'a> {
    place: &'a Place<'a>,
    twice: &'a RefCell<Twice>,
}

impl Node<'_> {
    fn below<'b>(&'b self, step: Step<'b>) -> Place<'b> {
        Place { above: Some(self.place), step }
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        loop {
            let place = self.below(Step::Index(values.len()));
            match list.next_element_seed(Node { place: &place, twice: self.twice })? {
                Some(value) => values.push(value),
                None => return Ok(Value::Array(values)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(name) = object.next_key::<String>()? {
            let place = self.below(Step::Name(&name));
            let value = object.next_value_seed(Node { place: &place, twice: self.twice })?;
            if fields.contains_key(&name) {
                self.twice.borrow_mut().add(&place);
            }
            fields.insert(name, value);
        }
        Ok(Value::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pointers(text: &str) -> Vec<String> {
        match read(text.as_bytes()) {
            Err(Unreadable::Twice(invalid)) => {
                invalid.errors().iter().map(|error| error.pointer.clone()).collect()
            }
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_document_is_read_as_it_is() {
        let document = json!({
            "a": [1, -2, 1.5, null, true, "x", { "b/~": {} }, []], "big": u64::MAX, "é": "\u{1f600}",
        });
        assert_eq!(read(document.to_string().as_bytes()).unwrap(), document);
    }

    #[test]
    fn every_name_that_is_said_twice_is_named_by_its_pointer() {
        let text = r#"{"a":1,"b":[{"c/d":1,"c/d":1}],"\u0061":{"e":1,"e":2},"f":0}"#;
        assert_eq!(pointers(text), ["/b/0/c~1d", "/a/e", "/a"]);
    }

    #[test]
    fn repetitions_without_end_are_counted_and_only_the_first_are_kept() {
        let inner = vec!["\"a\":1"; 501].join(",");
        let text = format!("{{\"{}\":{{{inner}}}}}", "x".repeat(10_000));
        let Err(Unreadable::Twice(invalid)) = read(text.as_bytes()) else { panic!("was taken") };
        assert_eq!((invalid.count(), invalid.errors().len()), (500, 100));
        let pointer = &invalid.errors()[0].pointer;
        assert_eq!(pointer.chars().count(), FieldError::LONGEST_POINTER);
        assert!(pointer.starts_with("/xxx") && pointer.ends_with("x…"), "{pointer}");
    }

    #[test]
    fn what_is_not_json_or_nested_too_deep_is_refused() {
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        let objects = format!("{}1{}", r#"{"a":"#.repeat(10_000), "}".repeat(10_000));
        for text in ["", "nul", "{} {}", "{\"a\":}", "1e999", "\"\\ud800\"", &deep, &objects] {
            assert!(matches!(read(text.as_bytes()), Err(Unreadable::NotJson(_))), "{text:.20}");
        }
        assert!(matches!(read(b"\"\xff\""), Err(Unreadable::NotJson(_))));
    }
}
