//! Patients: what others call them leads to them and to nobody else, and a merged record leads on.

use std::collections::BTreeMap;

use app::ports::People;
use domain::patient::{Patient, Standing};

use super::{Looking, said, text};

pub(super) async fn look(looking: &mut Looking) {
    let mut held = BTreeMap::new();
    for patient in looking.patients.values().cloned().collect::<Vec<_>>() {
        for identifier in &patient.identifiers {
            let key = format!("IDENTIFIER#{}\n{}", identifier.source, identifier.id.reveal());
            held.insert(key, patient.id.clone());
            let read = looking.dynamo.people().find(identifier).await;
            let whose = looking.read("an identifier", read).flatten();
            looking.must(whose.as_ref() == Some(&patient.id), || {
                format!("an identifier of {} leads to {whose:?}", patient.id)
            });
        }
        merged(looking, &patient);
        found_by_what_they_are(looking, &patient);
    }
    let identifiers = looking.items("people", "IDENTIFIER#");
    let identifiers: Vec<_> = identifiers
        .map(|(pk, _, item)| (pk.to_owned(), said(item, "patient").map(str::to_owned)))
        .collect();
    for (pk, whose) in identifiers {
        let right = held.get(&pk).map(ToString::to_string) == whose;
        looking.must(right, || format!("an identifier leads to {whose:?}, who does not have it"));
    }
}

fn merged(looking: &mut Looking, patient: &Patient) {
    let Standing::Merged { into } = &patient.standing else { return };
    let knows = looking.patients.get(into).is_some_and(|it| it.merged_from.contains(&patient.id));
    looking
        .must(knows, || format!("{} was merged into {into}, which does not know it", patient.id));
    let left = patient.identifiers.len();
    looking.must(left == 0, || format!("{} was merged, and has {left} identifiers", patient.id));
}

/// The indexes follow the record.
fn found_by_what_they_are(looking: &mut Looking, patient: &Patient) {
    let Some(item) = looking.item("people", patient.id.as_str(), "PATIENT") else { return };
    let mobile = patient.mobile.as_ref().map(|mobile| mobile.e164().to_owned());
    let born = patient.date_of_birth.as_ref().map(|date| date.reveal().to_string());
    let card = patient.medicare.as_ref().map(|number| number.card().to_owned());
    let names = patient.folded_names();
    let expected = [
        ("last_first", Some(names.last_first())),
        ("first_last", Some(names.first_last())),
        ("mobile", mobile),
        ("birth_date", born),
        ("medicare_card", card),
    ];
    let wrong: Vec<_> = expected
        .iter()
        .filter(|(name, value)| text(item, name) != value.as_deref())
        .map(|(name, _)| *name)
        .collect();
    looking.must(wrong.is_empty(), || format!("{} is found by a wrong {wrong:?}", patient.id));
}
