//! The numbers by which other systems know a patient, in the form of a patient.

use maud::{Markup, html};

use super::record::{Identifier, Patient};
use crate::failure::Problem;
use crate::form::Posted;

/// The fields of a row, and of what stood there when the form was opened: by that it is known what was added by
/// another system since, and what the person took away.
const ROW: (&str, &str) = ("source", "key");
const BEFORE: (&str, &str) = ("had_source", "had_key");

/// The numbers that were typed: rows in which something stands.
pub(super) fn typed(form: &Posted) -> Vec<Identifier> {
    rows(form, ROW)
}

fn rows(form: &Posted, (source, id): (&str, &str)) -> Vec<Identifier> {
    form.all(source)
        .zip(form.all(id))
        .map(|(source, id)| Identifier {
            source: source.trim().to_owned(),
            id: id.trim().to_owned(),
        })
        .filter(|it| !it.source.is_empty() || !it.id.is_empty())
        .collect()
}

/// The fields of somebody's numbers as they are.
pub(super) fn filled(patient: &Patient) -> Vec<(String, String)> {
    pairs(&patient.identifiers, ROW).chain(pairs(&patient.identifiers, BEFORE)).collect()
}

fn pairs(
    keys: &[Identifier],
    (source, id): (&'static str, &'static str),
) -> impl Iterator<Item = (String, String)> {
    keys.iter().flat_map(move |key| {
        [(source.to_owned(), key.source.clone()), (id.to_owned(), key.id.clone())]
    })
}

/// All of them on one line, in an order that says nothing: to be compared.
pub(super) fn joined(keys: &[Identifier]) -> String {
    let mut keys: Vec<_> = keys.iter().map(|key| format!("{}: {}", key.source, key.id)).collect();
    keys.sort();
    keys.join("; ")
}

/// The numbers that were added since the form was opened. Were they not in it, saving it again would take them
/// away, and what that system tells next would be of nobody.
pub(super) fn added(form: &Posted, now: &Patient) -> Vec<Identifier> {
    let known = [rows(form, BEFORE), typed(form)].concat();
    let is_new = |key: &&Identifier| !known.contains(key);
    now.identifiers.iter().filter(is_new).cloned().collect()
}

/// What was typed, with the numbers that were added meanwhile.
pub(super) fn merged(form: &Posted, added: &[Identifier], now: &Patient) -> Posted {
    let names = [ROW.0, ROW.1, BEFORE.0, BEFORE.1];
    let others = form.fields().filter(|(name, _)| !names.contains(name));
    let others = others.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let keys = [typed(form), added.to_vec()].concat();
    let fields: Vec<_> =
        others.chain(pairs(&keys, ROW)).chain(pairs(&now.identifiers, BEFORE)).collect();
    let fields: Vec<_> = fields.iter().map(|(name, it)| (name.as_str(), it.as_str())).collect();
    Posted::of(&fields)
}

/// The rows, with an empty one after them.
pub(super) fn fields(form: &Posted, problem: Option<&Problem>) -> Markup {
    let mut keys = typed(form);
    keys.push(Identifier { source: String::new(), id: String::new() });
    let wrong = |row: usize| {
        let place = format!("/identifiers/{row}");
        problem.and_then(|it| it.within(&place).next().map(|it| it.detail.clone()))
    };
    html! {
        fieldset.card.field {
            legend { "Numbers of other systems" }
            p.hint { "By these a booking system's patient is recognised. Empty a row to take it away." }
            @for (name, value) in pairs(&rows(form, BEFORE), BEFORE) {
                input type="hidden" name=(name) value=(value);
            }
            @for (row, key) in keys.iter().enumerate() {
                div.row {
                    label {
                        span { "System" span.hidden { ", row " (row + 1) } } br;
                        input name="source" value=(key.source) autocomplete="off";
                    }
                    label {
                        span { "Number there" span.hidden { ", row " (row + 1) } } br;
                        input name="key" value=(key.id) autocomplete="off"
                            aria-invalid=[wrong(row).map(|_| "true")];
                    }
                }
                @if let Some(wrong) = wrong(row) { p.error { "This number " (wrong) } }
            }
        }
    }
}
