//! The schemas of requests against what the functions read: they refuse a field they do not know by
//! naming those they know, and name what is missing.

use std::collections::BTreeSet;

use aws::http::{Access, Method};
use openapi::document::{document, id_of};
use openapi::operation::Operation;
use openapi::routes;
use serde_json::Value;

use crate::examples::after_the_guide;
use crate::operations;
use crate::schema::{Place, UNKNOWN, places, validator};

/// What is required only together with something else, which a schema's list cannot say.
const IN_SOME_CASES: [(&str, &str); 4] = [
    ("savePatient", "#/opted_out"),         // unless `consents` is said
    ("upsertPatient", "#/first_name"),      // of somebody new
    ("upsertPatient", "#/last_name"),       // of somebody new
    ("previewTimeline", "#/booking_start"), // for a booking program
];

/// What a rule over several fields asks for, once each of them can be read.
const ASKED_FOR_LATER: [&str; 1] = ["#/address/lines"];

fn path(it: &Operation) -> String {
    let path = it.path.replace("{source}", "diary");
    let path = path.replace("{channel}", "sms").replace("{purpose}", "commercial");
    if path.contains("{id}") { path.replace("{id}", id_of(it.path)) } else { path }
}

fn signed(it: &Operation) -> bool {
    routes::all().iter().any(|(method, path, access)| {
        (*method, *path, *access) == (it.method, it.path, Access::Signature)
    })
}

#[tokio::test]
async fn every_request_is_described_as_it_is_read() {
    let document = document();
    let practice = after_the_guide(&document).await;
    let problem = validator(&document, "#/components/schemas/Problem");
    let mut wrong = Vec::new();
    for it in operations() {
        let Some(body) = &it.body else { continue };
        let schema = document.pointer(body.trim_start_matches('#')).unwrap();
        for place in places(&document, schema) {
            let answer = practice.ask(&it, &path(&it), Some(&place.probe)).await;
            assert!(problem.is_valid(&answer.json), "{}: {}", it.id, answer.json);
            if answer.status != 422 {
                wrong.push(format!("{}: {} for {}", it.id, answer.status, place.probe));
                continue;
            }
            compare(&it, &place, &answer.json, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The names that a refusal of an unknown one lists.
fn known(detail: &str) -> BTreeSet<String> {
    let names = detail.split_once("known are ").map_or("", |(_, known)| known);
    names.split(", ").filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[tokio::test]
async fn every_query_is_described_as_it_is_read() {
    let practice = after_the_guide(&document()).await;
    for it in operations().iter().filter(|it| it.method == Method::Get || !it.query.is_empty()) {
        let path = format!("{}?unheard-of=1", path(it).replace("{version}", "1"));
        let body = it.examples.first().map(|example| &example.body);
        let answer = practice.ask(it, &path, body).await;
        let read = known(answer.json["errors"][0]["detail"].as_str().unwrap_or_default());
        let described = it.query.iter().filter_map(|each| each["name"].as_str());
        let described: BTreeSet<_> = described.map(str::to_owned).collect();
        assert_eq!(read, described, "{}: {}", it.id, answer.json);
    }
}

fn compare(it: &Operation, place: &Place, problem: &Value, wrong: &mut Vec<String>) {
    let errors = problem["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    let pointer = |error: &Value| error["pointer"].as_str().unwrap_or_default().to_owned();
    let at = &place.pointer;
    // Webhooks pass over what they do not know.
    if !signed(it) {
        let unknown = errors.iter().find(|error| pointer(error) == format!("{at}/{UNKNOWN}"));
        let detail = unknown.and_then(|error| error["detail"].as_str()).unwrap_or_default();
        let known = known(detail);
        if known != place.known {
            let read = known.symmetric_difference(&place.known);
            let read: Vec<_> = read.collect();
            wrong.push(format!("{} {at} of {}: only one knows {read:?}", it.id, place.probe));
        }
    }
    let inside = format!("{at}/");
    let missing = errors.iter().map(pointer).filter_map(|found| {
        let name = found.strip_prefix(&inside)?;
        let direct = !name.contains('/') && name != UNKNOWN;
        let known = IN_SOME_CASES.contains(&(it.id, found.as_str()));
        (direct && !known).then(|| name.to_owned())
    });
    let mut missing: BTreeSet<_> = missing.collect();
    let later = place.required.iter().filter(|name| {
        ASKED_FOR_LATER.iter().any(|later| format!("{at}/{name}").ends_with(&later[1..]))
    });
    missing.extend(later.cloned());
    if missing != place.required {
        wrong.push(format!(
            "{} {at} of {}: required is {missing:?}, described {:?}",
            it.id, place.probe, place.required
        ));
    }
}
