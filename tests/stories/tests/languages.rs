//! The same story, told in each language, gives the same histories, byte by byte.

#![cfg(test)]

use domain::booking::BookingEventKind as Kind;
use domain::intake::ReferralEventKind;
use stories::{Language, Person, Practice, Step, Visit, What, at, booked};

const JONAS: Person = Person::New(9);
const END: &str = "2026-12-12T08:00:00Z";

fn visit(kind: &'static str, start: &str) -> Visit {
    Visit { kind, start: at(start), who: Person::Maria }
}

fn referral(when: &str, version: u64, kind: ReferralEventKind, referrer: bool) -> Step {
    Step {
        at: at(when),
        what: What::Referral {
            id: "R-3001".to_owned(),
            version,
            kind,
            referrer,
            who: Person::Maria,
        },
    }
}

/// Three weeks of a practice: one booking is made, moved, changed, and takes place; one is asked for,
/// confirmed and cancelled, and with it the cycle of a recall is completed and open again; one is not
/// attended; one is deleted; one is of somebody new. A referral is added, filled in and withdrawn.
fn story() -> Vec<Step> {
    let first = |start| Some(visit("physio-initial", start));
    let jonas = Some(visit("physio-initial", "2026-12-08T09:00:00+11:00"))
        .map(|visit| Visit { who: JONAS, ..visit });
    let (b1, b2, b3, b4, b5) = ("B-2001", "B-2002", "B-2003", "B-2004", "B-2005");
    let check_up = |start| Some(visit("check-up", start));
    vec![
        booked("2026-11-22T08:30:00Z", (b1, 1), Kind::Made, first("2026-12-03T10:30:00+11:00")),
        referral("2026-11-22T09:00:00Z", 1, ReferralEventKind::Added, false),
        booked(
            "2026-11-22T22:00:00Z",
            (b2, 1),
            Kind::Requested,
            check_up("2026-12-10T09:00:00+11:00"),
        ),
        booked("2026-11-23T01:30:00Z", (b1, 2), Kind::Moved, first("2026-12-05T14:00:00+11:00")),
        booked("2026-11-23T02:00:00Z", (b2, 2), Kind::Made, check_up("2026-12-10T09:00:00+11:00")),
        referral("2026-11-23T22:00:00Z", 2, ReferralEventKind::Changed, true),
        booked("2026-11-24T00:00:00Z", (b1, 3), Kind::Changed, first("2026-12-05T14:00:00+11:00")),
        booked("2026-11-24T03:00:00Z", (b3, 1), Kind::Made, first("2026-11-27T09:00:00+11:00")),
        booked("2026-11-24T04:00:00Z", (b4, 1), Kind::Made, first("2026-12-09T09:00:00+11:00")),
        referral("2026-11-25T01:00:00Z", 3, ReferralEventKind::Withdrawn, true),
        booked(
            "2026-11-25T05:00:00Z",
            (b2, 3),
            Kind::Cancelled,
            check_up("2026-12-10T09:00:00+11:00"),
        ),
        booked("2026-11-25T06:00:00Z", (b5, 1), Kind::Made, jonas),
        booked("2026-11-26T04:00:00Z", (b4, 2), Kind::Deleted, None),
        booked(
            "2026-11-27T00:00:00Z",
            (b3, 2),
            Kind::NotAttended,
            first("2026-11-27T09:00:00+11:00"),
        ),
        booked("2026-12-05T03:00:00Z", (b1, 4), Kind::Arrived, first("2026-12-05T14:00:00+11:00")),
        booked(
            "2026-12-05T03:40:00Z",
            (b1, 5),
            Kind::Fulfilled,
            first("2026-12-05T14:00:00+11:00"),
        ),
    ]
}

/// What is left of a story: what the API tells of both people's enrolments, the text messages, and
/// the work list.
#[derive(Debug, PartialEq, Eq)]
struct Left {
    maria: Vec<(String, String)>,
    jonas: Vec<(String, String)>,
    messages: Vec<(String, String)>,
    work: Vec<String>,
}

async fn told_in(language: Language) -> Left {
    let practice = Practice::open().await;
    practice.live_through(language, &story(), END).await;
    Left {
        maria: practice.histories(Person::Maria).await,
        jonas: practice.histories(JONAS).await,
        messages: practice.clinic.sms.outbox(),
        work: practice.clinic.work().await.into_iter().map(|item| item.summary).collect(),
    }
}

#[tokio::test]
async fn the_same_story_in_three_languages_gives_byte_equal_histories() {
    let json = told_in(Language::Json).await;
    // That it is a story: everything in it has left its trace.
    assert_eq!((json.maria.len(), json.jonas.len()), (5, 1), "{json:#?}");
    let all: String = json.maria.iter().map(|(_, history)| history.as_str()).collect();
    for trace in [
        "because of booking B-2001",
        "because of booking B-2003",
        "because of booking B-2004",
        "because of referral R-3001",
        "the booking was deleted",
        "the booking was not attended",
        "withdrawn",
        "\"sent\"",
    ] {
        assert!(all.contains(trace), "{trace}: {all}");
    }
    assert!(json.messages.len() >= 6, "{:#?}", json.messages);
    for language in [Language::Fhir, Language::Hl7] {
        let told = told_in(language).await;
        assert_eq!(told.maria, json.maria, "{language:?}");
        assert_eq!(told.jonas, json.jonas, "{language:?}");
        assert_eq!(told, json, "{language:?}");
    }
}
