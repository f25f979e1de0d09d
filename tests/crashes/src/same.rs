//! What is stored, without what may differ between two lives that came to the same: new ids, and the
//! moments of the day on which it all happens.

use std::collections::HashMap;
use std::fmt::Write;

use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, Duration, Utc};
use testkit::dynamo::Dump;

/// What is said of the requests and the work of functions themselves; and the counts of the day, of which a death loses
/// one.
const OURS: [&str; 3] = ["IDEMPOTENCY#", "SWEEP#", "COUNTS"];
/// Attributes that follow from an id, or tell when DynamoDB forgets an item.
const DERIVED: [&str; 2] = ["due_shard", "expires_at"];
/// Letters and digits of an id after its prefix.
const ULID: usize = 26;

/// Every item, as text; a moment within an hour of `now` is now.
pub(crate) fn told(dump: &Dump, files: &[String], now: DateTime<Utc>) -> Vec<String> {
    let items = dump.iter().filter(|((_, pk, _), _)| !is_ours(pk));
    let items = items.map(|((table, _, _), item)| {
        let mut item = item.clone();
        if *table == "work-list" {
            // How often it was raised, or given to the same person, is nothing to those who read it.
            item.remove("revision");
        }
        format!("{table} {}", plain(&of_map(&item), now))
    });
    // The file of a batch is written before its letters are marked: one that died leaves its own, which
    // expires.
    let files = files.iter().filter(|path| !path.starts_with("batches/"));
    let files = files.map(|path| format!("file {}", plain(path, now)));
    let mut told: Vec<String> = items.chain(files).collect();
    told.sort();
    told
}

fn is_ours(pk: &str) -> bool {
    OURS.iter().any(|beginning| pk.starts_with(beginning))
}

/// Every item as it is.
pub(crate) fn exactly(dump: &Dump) -> String {
    let mut told = String::new();
    for ((table, _, _), item) in dump.iter().filter(|((_, pk, _), _)| !is_ours(pk)) {
        writeln!(told, "{table} {}", of_map(item)).expect("a text can be written to");
    }
    told
}

/// What one has and the other has not.
pub(crate) fn differences(whole: &[String], other: &[String]) -> Vec<String> {
    let less = |a: &[String], b: &[String], sign: char| {
        let mut left = b.to_vec();
        let only = a.iter().filter(|line| match left.iter().position(|it| it == *line) {
            Some(place) => {
                left.remove(place);
                false
            }
            None => true,
        });
        only.map(|line| format!("{sign} {line}")).collect::<Vec<_>>()
    };
    let mut differences = less(whole, other, '-');
    differences.extend(less(other, whole, '+'));
    differences
}

fn of_map(map: &HashMap<String, AttributeValue>) -> String {
    let mut names: Vec<&String> =
        map.keys().filter(|name| !DERIVED.contains(&name.as_str())).collect();
    names.sort();
    let mut text = String::from("{");
    for name in names {
        let value = map.get(name).map(of).unwrap_or_default();
        write!(text, "{name}: {value}, ").expect("a text can be written to");
    }
    text + "}"
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the SDK may add to its enum; all others are plain"
)]
fn of(value: &AttributeValue) -> String {
    match value {
        AttributeValue::M(map) => of_map(map),
        AttributeValue::L(list) => {
            let mut list: Vec<String> = list.iter().map(of).collect();
            // Sets are stored as lists, in the order of their ids.
            list.sort();
            format!("[{}]", list.join(", "))
        }
        AttributeValue::S(text) => format!("{text:?}"),
        other => format!("{other:?}"),
    }
}

/// A text without its ids, and without its times of now.
fn plain(text: &str, now: DateTime<Utc>) -> String {
    let part_of_one =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '.' | '+' | '-');
    let mut plain = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(part_of_one) {
        let (before, from) = rest.split_at(start);
        plain.push_str(before);
        let end = from.find(|c| !part_of_one(c)).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        plain.push_str(&plain_word(word, now));
        rest = after;
    }
    plain.push_str(rest);
    plain
}

fn plain_word(word: &str, now: DateTime<Utc>) -> String {
    if let Ok(time) = word.parse::<DateTime<Utc>>()
        && (time - now).abs() < Duration::hours(1)
    {
        return "now".to_owned();
    }
    let mut plain = String::new();
    let mut rest = word;
    while let Some(place) = rest.find('_') {
        let (prefix, id) = rest.split_at(place + 1);
        plain.push_str(prefix);
        let body = id.get(..ULID).filter(|body| body.chars().all(|c| c.is_ascii_alphanumeric()));
        rest = if body.is_some() {
            plain.push('*');
            id.get(ULID..).unwrap_or_default()
        } else {
            id
        };
    }
    plain.push_str(rest);
    plain
}
