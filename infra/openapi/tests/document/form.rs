//! The schemas of requests against what the functions read: they refuse a field they do not know by
//! naming those they know, and name what is missing.

use std::collections::BTreeSet;

use aws::http::{Access, Method};
use openapi::document::document;
use openapi::operation::Operation;
use openapi::routes;
use serde_json::Value;

use crate::examples::{after_the_guide, path};
use crate::operations;
use crate::schema::{Named, Place, UNKNOWN, names, places, validator};

/// What is required only together with something else, which a schema's list cannot say.
const IN_SOME_CASES: [(&str, &str); 11] = [
    ("savePatient", "#/opted_out"),         // unless `consents` is said
    ("upsertPatient", "#/first_name"),      // of somebody new
    ("upsertPatient", "#/last_name"),       // of somebody new
    ("previewTimeline", "#/booking_start"), // for a booking program
    ("bulkWork", "#/do/assign"),            // unless another step is said
    ("createSite", "#/sms/number"),         // unless a name is said
    ("saveSite", "#/sms/number"),           // unless a name is said
    // Unless the patient is described.
    ("receiveBooking", "#/data/patient/id"),
    ("putBooking", "#/data/patient/id"),
    ("receiveReferral", "#/data/patient/id"),
    ("putReferral", "#/data/patient/id"),
];

/// The same of every address: in Australia, which it is unless it says another country.
const IN_AUSTRALIA: [&str; 2] = ["/address/region", "/address/postcode"];

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
        for named in by_pointer(places(&document, schema)) {
            let answer = practice.ask(&it, &path(&it), Some(&named.probe)).await;
            let read = choices(&answer.json, "pointer", &named.pointer);
            if read.as_ref() != Some(&named.names) {
                wrong.push(format!("{} {named:?}: {}", it.id, answer.json));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The fields that take some names only. One that tells several objects apart takes the names of
/// all of them.
fn by_pointer(places: Vec<Place>) -> Vec<Named> {
    let mut found: Vec<Named> = Vec::new();
    for named in places.into_iter().flat_map(|place| place.named) {
        match found.iter_mut().find(|other| other.pointer == named.pointer) {
            Some(other) => other.names.extend(named.names),
            None => found.push(named),
        }
    }
    found
}

/// The names that the refusal of a value lists.
fn choices(problem: &Value, kind: &str, place: &str) -> Option<BTreeSet<String>> {
    let errors = problem["errors"].as_array()?;
    let error = errors.iter().find(|error| error[kind] == place)?;
    let detail = error["detail"].as_str()?;
    // What may also be a list or a number has one word only.
    let names = ["must be one of ", "must be a list, or ", "must be a whole number, or "]
        .iter()
        .find_map(|prefix| detail.strip_prefix(prefix))?;
    let names = names.split(';').next()?.split(", ");
    Some(names.map(|name| name.trim_matches('"').to_owned()).collect())
}

/// The names that a refusal of an unknown one lists.
fn known(detail: &str) -> BTreeSet<String> {
    let names = detail.split_once("known are ").map_or("", |(_, known)| known);
    names.split(", ").filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[tokio::test]
async fn every_query_is_described_as_it_is_read() {
    let document = document();
    let practice = after_the_guide(&document).await;
    let mut wrong = Vec::new();
    for it in operations().iter().filter(|it| it.method == Method::Get || !it.query.is_empty()) {
        let body = it.examples.first().map(|example| &example.body);
        let of = |parameter: &Value| parameter["name"].as_str().unwrap().to_owned();
        let described: BTreeSet<_> = it.query.iter().map(of).collect();
        // Nothing else is said, so that what must be there is named besides.
        let bare = path(it).split('?').next().unwrap_or_default().to_owned();
        let answer = practice.ask(it, &format!("{bare}?unheard-of=1"), body).await;
        let errors = answer.json["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        let unknown = errors.iter().find(|error| error["parameter"] == "unheard-of");
        let read = known(unknown.and_then(|error| error["detail"].as_str()).unwrap_or_default());
        let needed = it.query.iter().filter(|parameter| parameter["required"] == true).map(of);
        let missing = errors.iter().filter_map(|error| error["parameter"].as_str());
        let missing = missing.filter(|name| *name != "unheard-of").map(str::to_owned);
        if read != described || needed.collect::<BTreeSet<_>>() != missing.collect() {
            wrong.push(format!("{}: {described:?}, but {}", it.id, answer.json));
        }
        for parameter in &it.query {
            let names = names(&document, &parameter["schema"]);
            let address = format!("{bare}?{}={UNKNOWN}", of(parameter));
            let answer = practice.ask(it, &address, body).await;
            let read = choices(&answer.json, "parameter", &of(parameter)).unwrap_or_default();
            if read != names {
                wrong.push(format!("{address}: {names:?}, but {}", answer.json));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn every_column_of_a_file_is_described_as_it_is_read() {
    let document = document();
    let practice = after_the_guide(&document).await;
    for it in operations() {
        let Some(rows) = &it.rows else { continue };
        let described = document.pointer(rows.trim_start_matches('#')).unwrap();
        let described = described["properties"].as_object().unwrap().keys().cloned();
        let file = Value::from(format!("{UNKNOWN}\n"));
        let answer = practice.ask(&it, &path(&it), Some(&file)).await;
        assert_eq!(answer.status, 422, "{}", answer.json);
        let errors = answer.json["errors"].as_array().unwrap();
        let read = errors.iter().map(|error| known(error["detail"].as_str().unwrap()));
        assert_eq!(
            read.flatten().collect::<BTreeSet<_>>(),
            described.collect(),
            "{}: {}",
            it.id,
            answer.json
        );
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
        let known = IN_SOME_CASES.contains(&(it.id, found.as_str()))
            || IN_AUSTRALIA.iter().any(|field| found.ends_with(field));
        (direct && !known).then(|| name.to_owned())
    });
    let missing: BTreeSet<_> = missing.collect();
    if missing != place.required {
        wrong.push(format!(
            "{} {at} of {}: required is {missing:?}, described {:?}",
            it.id, place.probe, place.required
        ));
    }
}
