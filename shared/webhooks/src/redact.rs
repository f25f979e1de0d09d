//! The shape of what was delivered, without what it says.

use serde_json::Value;

/// Most bytes of a shape that are kept.
const LONGEST: usize = 16 * 1024;

/// Members of documents whose values say what kind of thing something is, and nothing of a patient.
const KINDS: [&str; 6] = ["type", "resourceType", "specversion", "status", "system", "version"];

/// Most characters of a value that is kept as it is.
const LONGEST_KIND: usize = 80;

/// What is kept of a body: its structure, with every letter of what it says an `x` and every digit a
/// `9`. Of JSON the names of members stay, and what says of which kind a thing is; of HL7 v2 the
/// names of segments.
pub(crate) fn shape(body: &[u8]) -> String {
    let shape = match serde_json::from_slice::<Value>(body) {
        Ok(document) => serde_json::to_string_pretty(&masked(document)).unwrap_or_default(),
        Err(_) => lines(&String::from_utf8_lossy(body)),
    };
    cut(shape)
}

fn cut(mut shape: String) -> String {
    let end = (0..=LONGEST.min(shape.len())).rev().find(|end| shape.is_char_boundary(*end));
    shape.truncate(end.unwrap_or(0));
    shape
}

fn masked(value: Value) -> Value {
    match value {
        Value::Null | Value::Bool(_) => value,
        Value::Number(number) => Value::String(mask(&number.to_string())),
        Value::String(text) => Value::String(mask(&text)),
        Value::Array(items) => Value::Array(items.into_iter().map(masked).collect()),
        Value::Object(members) => Value::Object(members.into_iter().map(member).collect()),
    }
}

fn member((name, value): (String, Value)) -> (String, Value) {
    // A member's name is a word of the sender's format. One that is none may be anything.
    let is_word =
        name.len() <= 40 && name.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '_' | '-'));
    let kept = match &value {
        Value::String(kind) => {
            KINDS.contains(&name.as_str()) && kind.chars().count() <= LONGEST_KIND
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            false
        }
    };
    let value = if kept { value } else { masked(value) };
    (if is_word { name } else { mask(&name) }, value)
}

/// Line by line: the name of an HL7 segment is kept, and so is the kind of message in MSH-9 and the
/// version in MSH-12.
fn lines(text: &str) -> String {
    let ends = |c| matches!(c, '\r' | '\n');
    text.split(ends).filter(|line| !line.is_empty()).map(line).collect::<Vec<_>>().join("\n")
}

fn line(line: &str) -> String {
    let is_segment = |name: &str| {
        name.len() == 3 && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
    };
    let fields: Vec<_> = line.split('|').collect();
    let Some((name, rest)) = fields.split_first().filter(|(name, _)| is_segment(name)) else {
        return mask(line);
    };
    // The first separator is MSH-1 itself, so MSH-9 is eight behind it.
    let told = |place: usize| *name == "MSH" && matches!(place, 0 | 7 | 10);
    let rest = rest.iter().enumerate().map(|(place, field)| {
        if told(place) && field.len() <= LONGEST_KIND { (*field).to_owned() } else { mask(field) }
    });
    std::iter::once((*name).to_owned()).chain(rest).collect::<Vec<_>>().join("|")
}

fn mask(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            _ if c.is_numeric() => '9',
            _ if c.is_ascii_punctuation() || c == ' ' => c,
            _ => 'x',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_document_the_names_and_kinds_stay_and_nothing_that_is_said() {
        let body = br#"{"resourceType":"Patient","name":[{"family":"Rossi"}],"birthDate":"1980-02-29","Maria Rossi":1}"#;
        let shape = shape(body);
        for kept in [r#""resourceType": "Patient""#, r#""family": "xxxxx""#, r#""9999-99-99""#] {
            assert!(shape.contains(kept), "{shape}");
        }
        for said in ["Rossi", "1980", "Maria"] {
            assert!(!shape.contains(said), "{shape}");
        }
    }

    #[test]
    fn of_a_message_the_segments_and_its_kind_stay() {
        let body = b"MSH|^~\\&|GENIE|HARBOUR|||20261127||SIU^S12|17|P|2.4\rPID|1||P-1001||Rossi^Maria\rRossi, Maria";
        assert_eq!(
            shape(body),
            "MSH|^~\\&|xxxxx|xxxxxxx|||99999999||SIU^S12|99|x|2.4\nPID|9||x-9999||xxxxx^xxxxx\nxxxxx, xxxxx"
        );
    }

    #[test]
    fn what_cannot_be_read_has_a_shape_too_and_a_long_one_is_cut() {
        assert_eq!(shape(b"{\"name\": \"Maria\""), "{\"xxxx\": \"xxxxx\"");
        assert_eq!(shape(&vec![b'a'; 1_000_000]).len(), LONGEST);
        assert!(shape(&[0xff, 0xfe, b'M']).chars().all(|c| c == 'x'));
    }
}
