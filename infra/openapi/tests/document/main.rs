//! The document against what the functions do: every route, every field they read, every example.

#![cfg(test)]

mod examples;
mod form;
mod practice;
mod refusals;
mod schema;
mod states;

use std::collections::BTreeSet;
use std::path::Path;

use domain::booking::BookingEventKind;
use openapi::document::document;
use openapi::{areas, files, routes};
use serde_json::Value;

fn operations() -> Vec<openapi::operation::Operation> {
    areas::all().into_iter().flat_map(|area| area.operations).collect()
}

/// Every operation as the document shows it.
fn paths_of(document: &Value) -> Vec<&Value> {
    let paths = document["paths"].as_object().unwrap().values();
    paths.flat_map(|methods| methods.as_object().unwrap().values()).collect()
}

#[test]
fn every_route_of_every_function_is_described_once() {
    let described: Vec<_> =
        operations().iter().map(|it| format!("{} {}", it.method.as_str(), it.path)).collect();
    let once: BTreeSet<_> = described.iter().cloned().collect();
    assert_eq!(once.len(), described.len(), "a route is described twice");
    let served = routes::all();
    let served = served.iter().map(|(method, path, _)| format!("{} {path}", method.as_str()));
    let missing: Vec<_> = served.filter(|route| !once.contains(route)).collect();
    assert!(missing.is_empty(), "describe these in infra/openapi/src/areas: {missing:?}");
}

#[test]
fn every_route_has_a_name_of_its_own_and_a_summary() {
    let mut names = BTreeSet::new();
    for it in operations() {
        assert!(names.insert(it.id), "{} is the name of two routes", it.id);
        assert!(!it.summary.is_empty() && !it.answers.is_empty(), "{}", it.id);
        assert!(it.body.is_none() || !it.examples.is_empty(), "{} has no example", it.id);
    }
}

#[test]
fn the_committed_files_are_what_the_code_says() {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let stale = files::stale(&checkout);
    assert!(stale.is_empty(), "{stale:?} must be written anew: run `cargo xtask openapi`");
}

#[test]
fn the_highest_role_has_none_above_it() {
    for shown in paths_of(&document()) {
        let says = shown["description"].as_str().unwrap();
        assert!(!says.contains("`admin`, or one above it"), "{says}");
    }
}

#[test]
fn an_upsert_says_of_each_field_what_null_does() {
    let document = document();
    let fields = &document["components"]["schemas"]["UpsertDraft"]["properties"];
    let says = |name: &str| fields[name].to_string();
    for name in ["date_of_birth", "mobile", "email", "address", "language", "gp", "site"] {
        assert!(says(name).contains("`null` erases it"), "{name}: {}", says(name));
    }
    for name in ["opted_out", "consents", "standing"] {
        assert!(says(name).contains("Left out or `null`, it stays"), "{name}: {}", says(name));
    }
    let new = &document["components"]["schemas"]["PatientDraft"]["properties"];
    assert!(!new.to_string().contains("erases"), "of a new patient there is nothing to erase");
}

#[test]
fn the_readme_names_every_event_of_a_booking() {
    let readme = include_str!("../../../../README.md");
    let line = readme.lines().find(|line| line.starts_with("| `type` | `booking.")).unwrap();
    for kind in BookingEventKind::ALL {
        let name = kind.as_str().trim_start_matches("booking");
        assert!(line.contains(name), "{name} is not in {line}");
    }
}

#[test]
fn it_is_a_valid_openapi_document() {
    let rules: Value = serde_json::from_str(include_str!("../oas-3.1.schema.json")).unwrap();
    let rules = jsonschema::validator_for(&rules).unwrap();
    let document = document();
    let wrong: Vec<_> = rules.iter_errors(&document).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_schema_is_one_and_every_reference_leads_somewhere() {
    let document = document();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        assert!(jsonschema::meta::is_valid(schema), "{name}");
    }
    let mut references = Vec::new();
    schema::references(&document, &mut references);
    for place in references {
        assert!(document.pointer(place.trim_start_matches('#')).is_some(), "{place}");
    }
}
