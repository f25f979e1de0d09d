//! Every enrolment is where those look who must find it: in the due index, on its program's list, with its
//! patient, and with what has caused it.

use std::collections::{BTreeMap, BTreeSet};

use app::ports::{Due, DueEntry, DueIndex, shards_of_enrolments};
use domain::enrolment::{Cause, CycleEnd, Enrolment, Status, hold_id};
use domain::ids::EnrolmentId;

use super::{Looking, said, text, timestamp};

/// After every time there is.
const END: &str = "9~";
/// More entries than a shard of a test has.
const ALL: usize = 1_000_000;

pub(super) async fn look(looking: &mut Looking) {
    let due = due(looking).await;
    for enrolment in looking.enrolments.values().cloned().collect::<Vec<_>>() {
        in_the_due_index(looking, &enrolment, due.get(enrolment.id.as_str()));
        on_the_list_of_its_program(looking, &enrolment);
        told_to_somebody(looking, &enrolment);
        with_its_patient(looking, &enrolment);
        known_to_its_cause(looking, &enrolment).await;
        in_the_past(looking, &enrolment);
    }
    for record in due.keys() {
        let known = looking.item("enrolments", record, "ENROLMENT").is_some();
        looking.must(known, || format!("I1: the due index names {record}, which is not there"));
    }
    entries_of_patients(looking);
}

/// What the sweeper finds, by enrolment.
async fn due(looking: &mut Looking) -> BTreeMap<String, DueEntry<Due>> {
    let index = looking.dynamo.due_index();
    let mut due = BTreeMap::new();
    for (_, shard) in shards_of_enrolments() {
        let entries = index.entries(shard, ""..END, ALL).await.expect("the index can be read");
        for entry in entries {
            let record = entry.record.clone();
            let before = due.insert(record.clone(), entry);
            looking.must(before.is_none(), || format!("I1: {record} is in the due index twice"));
        }
    }
    due
}

/// I1: an active enrolment is brought up at the time of its step, and nothing else is. What cannot be read
/// is taken out, and a person is told.
fn in_the_due_index(looking: &mut Looking, enrolment: &Enrolment, entry: Option<&DueEntry<Due>>) {
    let id = &enrolment.id;
    match (&enrolment.status, entry) {
        (Status::Active(step), Some(entry)) => match &entry.pointer {
            Ok(due) => {
                let key = enrolment.key_of(step);
                let right = due.due == step.due
                    && due.pointer.key == key
                    && due.pointer.carrier == step.carrier;
                looking.must(right, || {
                    format!(
                        "I1: {id} waits for {key:?} at {}, and the due index says {due:?}",
                        step.due
                    )
                });
            }
            Err(why) => looking.found(format!("I1: {id} has an entry nobody can read: {why}")),
        },
        (Status::Active(step), None) => {
            let parked = looking.is_parked(id);
            looking.must(parked, || {
                format!(
                    "I1: {id} waits for {} at {}, and is not in the due index",
                    step.action, step.due
                )
            });
        }
        (Status::Held { .. } | Status::Completed { .. } | Status::Ended { .. }, Some(_)) => {
            looking.found(format!(
                "I5: {id} waits for no time and is in the due index: {:?}",
                enrolment.status
            ));
        }
        (Status::Held { .. } | Status::Completed { .. } | Status::Ended { .. }, None) => {}
    }
}

fn on_the_list_of_its_program(looking: &mut Looking, enrolment: &Enrolment) {
    let Some(item) = looking.item("enrolments", enrolment.id.as_str(), "ENROLMENT") else { return };
    let listed = (text(item, "open_program"), text(item, "enrolled_at"));
    let since = timestamp(enrolment.enrolled_at);
    let expected = if enrolment.is_open() {
        (Some(enrolment.program.as_str()), Some(since.as_str()))
    } else {
        (None, None)
    };
    let right = listed == expected;
    let listed = format!("{listed:?}");
    looking.must(right, || {
        format!(
            "{} is listed with its program as {listed}, which should be {expected:?}",
            enrolment.id
        )
    });
}

/// A held enrolment waits for a person who is told.
fn told_to_somebody(looking: &mut Looking, enrolment: &Enrolment) {
    if let Status::Held { step, why, .. } = &enrolment.status {
        let told = looking.open.contains_key(&hold_id(&enrolment.key_of(step)));
        looking.must(told, || {
            format!("I1: {} is held ({why:?}) and nothing is on the work list for it", enrolment.id)
        });
    }
}

/// Its patient has an entry for it, and nobody else.
fn with_its_patient(looking: &mut Looking, enrolment: &Enrolment) {
    let sk = format!("{}#{}", timestamp(enrolment.enrolled_at), enrolment.id);
    let pk = format!("ENROLMENTS#{}", enrolment.patient);
    let says = looking.item("enrolments", &pk, &sk).map(|entry| {
        said(entry, "id") == Some(enrolment.id.as_str())
            && said(entry, "program") == Some(enrolment.program.as_str())
    });
    looking.must(says == Some(true), || {
        format!("{} has no entry with {}, or a wrong one", enrolment.id, enrolment.patient)
    });
    let known = looking.patients.contains_key(&enrolment.patient)
        || looking.item("people", enrolment.patient.as_str(), "PATIENT").is_some();
    looking
        .must(known, || format!("{} is of {}, who is not there", enrolment.id, enrolment.patient));
}

fn entries_of_patients(looking: &mut Looking) {
    let entries = looking.items("enrolments", "ENROLMENTS#");
    let entries: Vec<_> = entries
        .map(|(pk, sk, _)| (pk.to_owned(), sk.split_once('#').map(|(_, id)| id.to_owned())))
        .collect();
    for (pk, id) in entries {
        let id = id.as_deref().map(EnrolmentId::parse);
        let Some(Ok(id)) = id else {
            looking.found(format!("{pk} has an entry for no enrolment"));
            continue;
        };
        let readable = looking.enrolments.get(&id);
        let right = readable.map_or_else(
            || looking.item("enrolments", id.as_str(), "ENROLMENT").is_some(),
            |enrolment| pk == format!("ENROLMENTS#{}", enrolment.patient),
        );
        looking.must(right, || format!("{pk} has an entry for {id}, which is not theirs"));
    }
}

/// Should its booking or referral change, it is told; and so it is by the bookings that have completed its
/// cycles.
async fn known_to_its_cause(looking: &mut Looking, enrolment: &Enrolment) {
    let id = &enrolment.id;
    match &enrolment.cause {
        Cause::Booking(key) => match super::intake::booking(looking, key).await {
            Some(booking) => looking.must(booking.caused.contains(id), || {
                format!("{id} comes of {key:?}, which does not know it")
            }),
            None => looking.found(format!("{id} comes of {key:?}, which is not there")),
        },
        Cause::Referral(key) => match super::intake::referral(looking, key).await {
            // Those that were moved are followed from where they came.
            Some(referral) => {
                let line = line_of(looking, enrolment);
                looking.must(referral.caused.iter().any(|caused| line.contains(caused)), || {
                    format!("{id} comes of {key:?}, which does not know it")
                });
            }
            None => looking.found(format!("{id} comes of {key:?}, which is not there")),
        },
        Cause::Added(_) => {}
    }
    for past in &enrolment.past {
        let CycleEnd::Booking { key, .. } = &past.by else { continue };
        let known = super::intake::booking(looking, key).await;
        let known = known.is_some_and(|booking| booking.completed.contains(id));
        looking.must(known, || {
            format!("{key:?} has completed cycle {} of {id}, and does not know it", past.cycle)
        });
    }
}

/// It, and those it came from by moves.
fn line_of(looking: &Looking, enrolment: &Enrolment) -> BTreeSet<EnrolmentId> {
    let mut line = BTreeSet::from([enrolment.id.clone()]);
    let mut from = enrolment.moved_from.clone();
    while let Some(id) = from.filter(|id| line.insert(id.clone())) {
        from = looking.enrolments.get(&id).and_then(|before| before.moved_from.clone());
    }
    line
}

fn in_the_past(looking: &mut Looking, enrolment: &Enrolment) {
    let at = match &enrolment.status {
        Status::Active(_) => enrolment.enrolled_at,
        Status::Held { since, .. } => *since,
        Status::Completed { at } | Status::Ended { at, .. } => *at,
    };
    let now = looking.now;
    looking.must(at <= now, || format!("{} tells at {now} of {at}", enrolment.id));
}
