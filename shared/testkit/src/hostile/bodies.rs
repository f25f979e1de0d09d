//! Bodies that are wrong: no JSON, other JSON, and JSON that is nearly right.

use serde_json::{Map, Value, json};

use super::{Attack, Expect, JSON, Kind, Route, Unknown};

/// A mebibyte: the largest body there may be.
const MIB: usize = 1024 * 1024;

/// The good body with one thing wrong.
pub(super) fn broken_values(route: &Route) -> Vec<Attack> {
    let mut attacks = Vec::new();
    let mut add = |name: String, body: &Value, pointers: Vec<String>| {
        let request = route.sent(&route.path, JSON, body.to_string().as_bytes());
        attacks.push(Attack { name, request, expect: Expect::Pointers(pointers) });
    };
    for pointer in every_pointer(&route.body) {
        let Some(found) = route.body.pointer(&pointer) else { continue };
        for other in of_other_types(found) {
            let name = format!("{pointer} = {other}");
            add(name, &with(&route.body, &pointer, other), vec![pointer.clone()]);
        }
        if let (Value::Object(fields), Unknown::Refused) = (found, route.unknown) {
            let mut fields = fields.clone();
            fields.insert("sur/plus".to_owned(), json!({ "a": [[[{}]]] }));
            let body = with(&route.body, &pointer, Value::Object(fields));
            add(
                format!("{pointer} with a surplus field"),
                &body,
                vec![format!("{pointer}/sur~1plus")],
            );
        }
    }
    for pointer in &route.required {
        let nothing = with(&route.body, pointer, Value::Null);
        add(format!("{pointer} = null"), &nothing, vec![(*pointer).to_owned()]);
        add(
            format!("without {pointer}"),
            &without(&route.body, pointer),
            vec![(*pointer).to_owned()],
        );
    }
    let mut all = route.body.clone();
    let mut everywhere = Vec::new();
    for (pointer, kind) in &route.fields {
        for value in kind.hostile() {
            let name = format!("{pointer} = {:.60}", value.to_string());
            add(name, &with(&route.body, pointer, value.clone()), vec![(*pointer).to_owned()]);
        }
        // What depends on a choice cannot be judged without it.
        if !matches!(kind, Kind::Choice) {
            if let Some(value) = kind.hostile().into_iter().next() {
                all = with(&all, pointer, value);
            }
            everywhere.push((*pointer).to_owned());
        }
    }
    add("everything wrong at once".to_owned(), &all, everywhere);
    attacks
}

/// What is no body of the route at all.
pub(super) fn broken_texts(route: &Route) -> Vec<Attack> {
    let good = route.body.to_string();
    let mut attacks = Vec::new();
    let mut add = |name: &str, kind: &str, body: &[u8], expect: Expect| {
        let request = route.sent(&route.path, kind, body);
        attacks.push(Attack { name: name.to_owned(), request, expect });
    };
    let levels = 10_000;
    let lists = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let objects = format!("{}1{}", r#"{"a":"#.repeat(levels), "}".repeat(levels));
    let marked = format!("\u{feff}{good}");
    let surrogate = good.replacen(':', ":\"\\ud800\",\"x\":", 1);
    let mut bytes = good.clone().into_bytes();
    bytes.splice(1..1, *b"\"a\":\"\xff\xfe\",");
    let two = format!("{good} {good}");
    let single_quoted = good.replace('"', "'");
    for (name, body) in [
        ("no body", &b""[..]),
        ("blanks", b" \n "),
        ("half a body", good.trim_end_matches('}').as_bytes()),
        ("two bodies", two.as_bytes()),
        ("single quotes", single_quoted.as_bytes()),
        ("no JSON", b"name=x&name=y"),
        ("a byte-order mark", marked.as_bytes()),
        ("bytes that are no UTF-8", &bytes),
        ("UTF-16", b"\xff\xfe{\0}\0"),
        ("half a surrogate pair", surrogate.as_bytes()),
        ("10,000 lists", lists.as_bytes()),
        ("10,000 open lists", "[".repeat(levels).as_bytes()),
        ("10,000 objects", objects.as_bytes()),
        ("a number without end", b"{\"a\":1e999999}"),
        ("NaN", b"{\"a\":NaN}"),
    ] {
        add(name, JSON, body, Expect::status(400));
    }
    for junk in ["[]", "\"x\"", "1", "null", "true", "[{}]"] {
        add(junk, JSON, junk.as_bytes(), Expect::Pointers(vec![String::new()]));
    }
    if let Some((name, value)) = route.body.as_object().and_then(|fields| fields.iter().next()) {
        let first = format!("{{{}:{value},", Value::from(name.as_str()));
        let twice = good.replacen('{', &first, 1);
        add("a name twice", JSON, twice.as_bytes(), Expect::Pointers(vec![format!("/{name}")]));
    }
    for kind in [
        "text/plain",
        "text/json",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json, text/plain",
        "application/json; charset=utf-16",
        "application/json; charset=iso-8859-1",
        "",
    ] {
        add(kind, kind, good.as_bytes(), Expect::status(415));
    }
    attacks
}

/// Bodies that are too long, or have so much wrong that an answer could be.
pub(super) fn too_much(route: &Route) -> Vec<Attack> {
    let good = route.body.to_string();
    let mut attacks = Vec::new();
    for (name, length) in [("a byte too many", MIB + 1), ("10 MB", 10_000_000)] {
        let long = format!("{good}{}", " ".repeat(length - good.len()));
        let request = route.sent(&route.path, JSON, long.as_bytes());
        attacks.push(Attack { name: name.to_owned(), request, expect: Expect::status(413) });
    }
    if route.unknown == Unknown::Refused {
        let surplus: Map<_, _> = (0..50_000).map(|i| (format!("field-{i}"), Value::Null)).collect();
        let body = Value::Object(surplus).to_string();
        let request = route.sent(&route.path, JSON, body.as_bytes());
        let expect = Expect::Pointers(vec!["/field-0".to_owned()]);
        attacks.push(Attack { name: "50,000 fields".to_owned(), request, expect });
    }
    attacks
}

/// Every place of a document, its root first.
fn every_pointer(document: &Value) -> Vec<String> {
    let mut pointers = vec![String::new()];
    let below = |step: &str, value: &Value| -> Vec<String> {
        let step = step.replace('~', "~0").replace('/', "~1");
        every_pointer(value).into_iter().map(|rest| format!("/{step}{rest}")).collect()
    };
    match document {
        Value::Object(fields) => {
            pointers.extend(fields.iter().flat_map(|(name, value)| below(name, value)));
        }
        Value::Array(values) => {
            let values = values.iter().enumerate();
            pointers.extend(values.flat_map(|(i, value)| below(&i.to_string(), value)));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    pointers
}

/// Values that are of another type.
fn of_other_types(found: &Value) -> Vec<Value> {
    [
        json!(true),
        json!(-1),
        json!(1.5),
        json!("\u{0}"),
        json!([]),
        json!([[{}]]),
        json!({ "a": {} }),
    ]
    .into_iter()
    .filter(|other| std::mem::discriminant(other) != std::mem::discriminant(found))
    // `null` stands for a text, a number or whatever it may be.
    .filter(|_| !found.is_null())
    .collect()
}

/// The document with another value at a place.
pub(super) fn with(document: &Value, pointer: &str, value: Value) -> Value {
    let mut changed = document.clone();
    *changed.pointer_mut(pointer).expect("the good body has every field that is named") = value;
    changed
}

fn without(document: &Value, pointer: &str) -> Value {
    let mut changed = document.clone();
    let (above, name) = pointer.rsplit_once('/').unwrap_or_default();
    if let Some(Value::Object(fields)) = changed.pointer_mut(above) {
        fields.remove(name);
    }
    changed
}
