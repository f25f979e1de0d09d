//! What other systems and patients have told: bookings and referrals with their entries, events that wait
//! are brought up, answers are with those who gave them.

use std::collections::BTreeSet;

use app::ports::{Bookings, EventKey, Intake, KnownEvent, Referrals, Replies, Verdict};
use chrono::Duration;
use domain::booking::{Booking, BookingKey};
use domain::enrolment::Enrolment;
use domain::ids::{EnrolmentId, WorkId};
use domain::referral::{Referral, ReferralKey};
use domain::text::{Code, ExternalId};

use super::{Looking, text, timestamp};

/// For so long an event that lacks something is tried again.
const TRIED_FOR: Duration = Duration::days(60);

pub(super) async fn look(looking: &mut Looking) {
    bookings(looking).await;
    events(looking).await;
    replies(looking).await;
}

/// A booking, if it can be read.
pub(super) async fn booking(looking: &mut Looking, key: &BookingKey) -> Option<Booking> {
    let read = looking.dynamo.bookings().booking(key).await;
    looking.read("a booking", read).flatten()
}

/// A referral, if it can be read.
pub(super) async fn referral(looking: &mut Looking, key: &ReferralKey) -> Option<Referral> {
    let read = looking.dynamo.bookings().referral(key).await;
    looking.read("a referral", read).flatten()
}

/// The source and the key of what a partition is of.
fn named(pk: &str) -> Option<(Code, ExternalId)> {
    let (source, id) = pk.split_once('#')?.1.split_once('\n')?;
    Some((Code::parse(source).ok()?, ExternalId::parse(id).ok()?))
}

/// Each booking has one entry with its patient, at its time; there are no others.
async fn bookings(looking: &mut Looking) {
    let mut expected = BTreeSet::new();
    for pk in looking.partitions("intake", "BOOKING#") {
        let Some((source, id)) = named(&pk) else {
            looking.found("a booking's partition names none".to_owned());
            continue;
        };
        let Some(booking) = booking(looking, &BookingKey { source, id }).await else { continue };
        if let Some(patient) = booking.matching.patient() {
            let (start, key) = (timestamp(booking.start), &booking.key);
            expected.insert((
                format!("BOOKINGS#{patient}"),
                format!("{start}#{}\n{}", key.source, key.id),
            ));
            let there = looking.item("people", patient.as_str(), "PATIENT").is_some();
            looking.must(there, || format!("{key:?} is of {patient}, who is not there"));
        }
        knows_what_is_there(looking, &booking);
    }
    let entries = looking.items("intake", "BOOKINGS#");
    let entries: BTreeSet<_> = entries.map(|(pk, sk, _)| (pk.to_owned(), sk.to_owned())).collect();
    for (pk, sk) in expected.difference(&entries) {
        looking.found(format!("{pk} has no entry for the booking {sk:?}"));
    }
    for (pk, sk) in entries.difference(&expected) {
        looking.found(format!("{pk} has an entry {sk:?} for no booking of theirs"));
    }
}

/// What a booking has completed is there, and is its patient's. What it would begin need not be: it knows
/// that of what is not to begin twice, too.
fn knows_what_is_there(looking: &mut Looking, booking: &Booking) {
    for id in &booking.completed {
        let there = looking.item("enrolments", id.as_str(), "ENROLMENT").is_some();
        looking.must(there, || {
            format!("{:?} has completed a cycle of {id}, which is not there", booking.key)
        });
    }
    let known = |id: &EnrolmentId| looking.enrolments.get(id);
    let caused: Vec<&Enrolment> = booking.caused.iter().filter_map(known).collect();
    let strangers: Vec<_> = caused
        .into_iter()
        .filter(|enrolment| {
            enrolment.is_open() && booking.matching.patient() != Some(&enrolment.patient)
        })
        .map(|enrolment| enrolment.id.clone())
        .collect();
    for id in strangers {
        looking
            .found(format!("{:?} has begun {id}, which goes on with another patient", booking.key));
    }
}

/// An event that waits is brought up by the sweeper; what it has begun is there.
async fn events(looking: &mut Looking) {
    for pk in looking.partitions("intake", "EVENT#") {
        let Some((source, id)) = named(&pk) else {
            looking.found("an event's partition names none".to_owned());
            continue;
        };
        let key = EventKey { source, id };
        let (source, id) = (key.source.as_str(), key.id.as_str());
        let parked = WorkId::for_cause(&["unreadable event", source, id]);
        let asked = looking.open.contains_key(&parked);
        let brought_up = looking.item("intake", &pk, "EVENT").is_some_and(|item| {
            text(item, "due_key").is_some() && text(item, "due_shard").is_some()
        });
        match looking.dynamo.intake().event(&key).await {
            Ok(Some(KnownEvent::Waits(event))) => {
                let in_vain = event.tried.is_some() && looking.now - event.received_at >= TRIED_FOR;
                looking.must(brought_up || asked || in_vain, || {
                    format!("I1: the event {id} waits, and is not brought up")
                });
            }
            Ok(Some(KnownEvent::Done(event))) => {
                looking
                    .must(!brought_up, || format!("I5: the event {id} is done and is brought up"));
                let result = &event.result;
                let begun = result.enrolled.iter().chain(&result.changed).chain(&result.completed);
                for (_, enrolment) in begun {
                    let there =
                        looking.item("enrolments", enrolment.as_str(), "ENROLMENT").is_some();
                    looking.must(there, || {
                        format!("the event {id} names {enrolment}, which is not there")
                    });
                }
                let finished = match result.verdict {
                    Verdict::Applied | Verdict::Superseded => true,
                    Verdict::Unmatched => false,
                };
                looking.must(finished, || {
                    format!("the event {id} is unmatched and is not tried again")
                });
            }
            Ok(None) => looking.found(format!("the event {id} is not where its key says")),
            Err(error) => looking.must(brought_up || asked, || {
                format!("I1: the event {id} cannot be read, and nobody will be told: {error}")
            }),
        }
    }
}

/// Each answer is with those whose it is, and each entry belongs to one.
async fn replies(looking: &mut Looking) {
    let mut expected = BTreeSet::new();
    for pk in looking.partitions("intake", "REPLY#") {
        let id = pk.strip_prefix("REPLY#").map(ExternalId::parse);
        let Some(Ok(id)) = id else {
            looking.found(format!("{pk} names no answer"));
            continue;
        };
        let read = looking.dynamo.replies().reply(&id).await;
        let Some(reply) = looking.read(&pk, read).flatten() else { continue };
        for patient in &reply.patients {
            let sk = format!("{}#{}", timestamp(reply.at), reply.id);
            expected.insert((format!("REPLIES#{patient}"), sk));
        }
    }
    let entries = looking.items("intake", "REPLIES#");
    let entries: BTreeSet<_> = entries.map(|(pk, sk, _)| (pk.to_owned(), sk.to_owned())).collect();
    for (pk, sk) in expected.symmetric_difference(&entries) {
        looking.found(format!("{pk} and the answers disagree about {sk}"));
    }
}
