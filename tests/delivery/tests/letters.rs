//! Letters: from what is due to the distribution list, whatever dies on the way.

#![cfg(test)]

use std::sync::atomic::{AtomicUsize, Ordering};

use app::ports::{
    Catalogue, Clock, Days, FileKind, LetterFiles, Letters, People, Pointer, SendError, Shelf,
};
use delivery::Clinic;
use domain::booking::BookingEventKind;
use domain::distribution::{
    EpostStage, LetterState, LetterStateName, ListedLetter, Reason, Waiting,
};
use domain::enrolment::Status;
use domain::ids::LetterId;
use domain::ledger::{LedgerState, Outcome};
use domain::patient::{Choice, Patient, Standing};
use domain::program::{Addressee, Channel, PrintOption, Purpose};
use testkit::build::{self, event, letter, letter_template, patient_with_post};
use testkit::fakes::{Answer, FakeEpost};
use testkit::faults::{DEATHS, at_every_call};
use testkit::wire::Fault;

const VISIT: &str = "2026-12-03T10:30:00+11:00";

/// A clinic in which a letter to Maria, or her GP, is due.
async fn due(patient: Patient, to: Addressee, print: PrintOption) -> Clinic {
    let clinic = Clinic::with(vec![letter(10, to, print)]).await;
    clinic.dynamo.catalogue().create_template(&letter_template()).await.unwrap();
    let patient = Patient { revision: 2, ..patient };
    clinic.dynamo.people().save_patient(&build::patient(), &patient).await.unwrap();
    clinic.event("evt-1", &event(1, BookingEventKind::Made, VISIT)).await.unwrap();
    clinic
}

/// Everything on the list, whatever its state.
async fn listed(clinic: &Clinic) -> Vec<ListedLetter> {
    let store = clinic.dynamo.unwatched().letters();
    let mut ids: Vec<LetterId> = Vec::new();
    for state in LetterStateName::ALL {
        let shelf = Shelf::Site(build::site().id, state);
        let found = store.shelf(&shelf, Days::default(), None, 50).await.unwrap();
        ids.extend(found.into_iter().map(|placed| placed.letter));
    }
    store.letters(&ids).await.unwrap().letters
}

async fn sent_ids(clinic: &Clinic) -> Vec<String> {
    let rows = clinic.ledger().await;
    let sent = rows.into_iter().filter_map(|row| match row.state {
        LedgerState::Settled { outcome: Outcome::Sent { provider_id }, .. } => Some(provider_id),
        LedgerState::Settled { .. } | LedgerState::Reserved { .. } => None,
    });
    sent.collect()
}

#[tokio::test]
async fn a_due_letter_is_set_kept_once_and_put_on_the_list() {
    let clinic = due(patient_with_post(), Addressee::Patient, PrintOption::Mail).await;
    clinic.settle().await;
    let listed = listed(&clinic).await;
    let [letter] = listed.as_slice() else { panic!("{listed:?}") };
    assert_eq!(letter.state, LetterState::Waiting(Waiting::New));
    let lines = ["Maria Rossi", "17 Wattle Street", "MARRICKVILLE NSW 2204"];
    assert_eq!(*letter.to.reveal(), lines);
    assert_eq!((letter.pages, letter.title.as_str()), (1, "Visit letter"));
    assert_eq!(letter.dated.to_string(), "2026-11-22", "the day it is at the site");
    assert_eq!(sent_ids(&clinic).await, [letter.id.to_string()]);
    let file = clinic.dynamo.bucket.file(&letter.pdf()).unwrap();
    assert!(file.bytes.starts_with(b"%PDF-"));
    assert_eq!(file.owner, Some(letter.id.to_string()));
    assert_eq!(clinic.dynamo.bucket.paths(""), [letter.source(), letter.pdf()]);
}

#[tokio::test]
async fn a_letter_to_the_gp_is_addressed_to_the_gp() {
    let clinic = due(patient_with_post(), Addressee::Gp, PrintOption::Mail).await;
    clinic.settle().await;
    let listed = listed(&clinic).await;
    let lines =
        ["Dr Anna Nguyen", "Quay Street Practice", "1 Quay Street", "MARRICKVILLE NSW 2204"];
    assert_eq!(*listed[0].to.reveal(), lines);
}

#[tokio::test]
async fn a_letter_for_epost_waits_for_a_person_while_no_provider_is_set_up() {
    let clinic = due(patient_with_post(), Addressee::Patient, PrintOption::EPost).await;
    clinic.settle().await;
    let listed = listed(&clinic).await;
    assert!(
        matches!(&listed[0].state, LetterState::Waiting(Waiting::ByHand(Reason { why, .. })) if why.contains("by hand")),
        "{listed:?}"
    );
}

/// A clinic with an ePost provider, in which a letter for it is due.
async fn due_for_epost() -> (Clinic, FakeEpost) {
    let mut clinic = due(patient_with_post(), Addressee::Patient, PrintOption::EPost).await;
    let provider = FakeEpost::default();
    clinic.epost = Some(provider.clone());
    (clinic, provider)
}

#[tokio::test]
async fn a_letter_for_epost_is_listed_and_handed_over_under_a_key_of_its_own() {
    let (clinic, provider) = due_for_epost().await;
    clinic.settle().await;
    let listed = listed(&clinic).await;
    let [letter] = listed.as_slice() else { panic!("{listed:?}") };
    let (provider_id, at) = (Some("epost-1".to_owned()), clinic.clock.now());
    let handed = LetterState::AtEpost { provider_id, stage: EpostStage::HandedOver, at };
    assert_eq!(letter.state, handed);
    let pdf = clinic.dynamo.bucket.file(&letter.pdf()).unwrap().bytes;
    assert_eq!(provider.taken(), [letter.handover_key(&pdf)]);
    assert_eq!(sent_ids(&clinic).await, [letter.id.to_string()]);
}

#[tokio::test]
async fn a_letter_that_epost_does_not_take_waits_for_a_person_and_says_whether_it_may_be_there() {
    let table = [
        (Answer::Refuse(SendError::Transient("busy".to_owned())), "waiting", "by hand"),
        (Answer::Refuse(SendError::Permanent("too long".to_owned())), "waiting", "too long"),
        (Answer::AcceptInSilence, "in_doubt", "check with the provider"),
    ];
    for (answer, state, says) in table {
        let (clinic, provider) = due_for_epost().await;
        provider.script([answer.clone()]);
        clinic.settle().await;
        let listed = listed(&clinic).await;
        let [letter] = listed.as_slice() else { panic!("{answer:?}: {listed:?}") };
        assert_eq!(letter.state.name().as_str(), state, "{answer:?}");
        let (LetterState::Waiting(Waiting::ByHand(Reason { why, .. }))
        | LetterState::InDoubt(Reason { why, .. })) = &letter.state
        else {
            panic!("{answer:?}: {letter:?}")
        };
        assert!(why.contains(says), "{answer:?}: {why}");
        assert_eq!(sent_ids(&clinic).await, [letter.id.to_string()], "it is listed, so it is sent");
    }
}

/// A clinic whose letter is queued.
async fn queued(clinic: Clinic) -> (Clinic, Pointer) {
    let pointer = clinic.queued().await;
    (clinic, pointer)
}

/// The same, and its ePost provider.
async fn queued_for_epost() -> (Clinic, (Pointer, FakeEpost)) {
    let (clinic, provider) = due_for_epost().await;
    let (clinic, pointer) = queued(clinic).await;
    (clinic, (pointer, provider))
}

async fn deliver((clinic, (pointer, _)): &(Clinic, (Pointer, FakeEpost))) {
    // Whether it dies of it or not.
    let _ended = clinic.deliver(pointer).await;
}

#[test]
fn a_sender_may_die_at_any_call_and_a_letter_is_handed_over_once() {
    at_every_call(DEATHS, 13, queued_for_epost, deliver, async |(clinic, (_, provider)), died| {
        clinic.settle().await;
        let (at, listed) = (died.at, listed(&clinic).await);
        let [letter] = listed.as_slice() else { panic!("{at}: {listed:?}") };
        assert!(matches!(letter.state, LetterState::AtEpost { .. }), "{at}: {letter:?}");
        assert_eq!(provider.taken().len(), 1, "{at}");
        assert!(provider.taken()[0].starts_with(letter.id.as_str()), "{at}");
    });
}

#[test]
fn a_letter_whose_sender_died_and_that_is_refused_after_it_may_have_been_taken_before() {
    let (faults, in_doubt) = (&[Fault::DeadBefore], AtomicUsize::new(0));
    at_every_call(faults, 13, queued_for_epost, deliver, async |(clinic, (_, provider)), died| {
        let had = !provider.taken().is_empty();
        provider.script([Answer::Refuse(SendError::Permanent("no".to_owned()))]);
        clinic.settle().await;
        let (at, listed) = (died.at, listed(&clinic).await);
        let [letter] = listed.as_slice() else { panic!("{at}: {listed:?}") };
        let waits = matches!(letter.state, LetterState::Waiting(_));
        assert!(!(had && waits), "{at}: it would be posted twice: {letter:?}");
        let in_doubt_now = had && letter.state.name() == LetterStateName::InDoubt;
        in_doubt.fetch_add(usize::from(in_doubt_now), Ordering::Relaxed);
    });
    let in_doubt = in_doubt.into_inner();
    assert!(in_doubt > 0, "some sender died between the provider's answer and the entry");
}

#[tokio::test]
async fn what_cannot_become_a_letter_holds_its_patient_and_says_why() {
    let no_gp = Patient { gp: None, ..patient_with_post() };
    let strange = "\u{1E900}\u{1E901}"; // Adlam, which no font here has
    let name = domain::patient::PersonName::parse(strange).unwrap();
    let unprintable = Patient { first_name: domain::phi::Phi::new(name), ..patient_with_post() };
    let table = [
        (build::patient(), Addressee::Patient, "no postal address"),
        (no_gp, Addressee::Gp, "no GP on file"),
        (unprintable, Addressee::Patient, "no font has U+1E900, U+1E901"),
    ];
    for (patient, to, expected) in table {
        let clinic = due(patient, to, PrintOption::Mail).await;
        clinic.settle().await;
        let (enrolment, rows) = (clinic.enrolment().await, clinic.ledger().await);
        assert!(matches!(enrolment.status, Status::Held { .. }), "{expected}: {enrolment:?}");
        let said = format!("{rows:?}");
        assert!(said.contains(expected), "{expected}: {said}");
        assert_eq!(listed(&clinic).await, [], "{expected}");
    }
}

#[tokio::test]
async fn no_letter_goes_to_somebody_who_has_died_meanwhile_or_wants_none() {
    let how = build::consent(Choice::Withdrawn);
    let mut refuses = patient_with_post();
    refuses.consents.record(Channel::Letter, Purpose::Care, how);
    let dead = Patient { standing: Standing::Deceased, ..patient_with_post() };
    for (after, expected) in [(dead, "deceased"), (refuses, "opted out")] {
        let clinic = due(patient_with_post(), Addressee::Patient, PrintOption::Mail).await;
        let before = Patient { revision: 2, ..patient_with_post() };
        let after = Patient { revision: 3, ..after };
        clinic.dynamo.people().save_patient(&before, &after).await.unwrap();
        clinic.settle().await;
        assert!(format!("{:?}", clinic.ledger().await).contains(expected), "{expected}");
        assert_eq!(listed(&clinic).await, [], "{expected}");
        assert_eq!(clinic.dynamo.bucket.paths(""), [""; 0], "{expected}");
    }
}

#[tokio::test]
async fn a_saved_letter_becomes_a_file_and_another_of_that_name_gets_a_number() {
    let clinic = due(patient_with_post(), Addressee::Patient, PrintOption::SaveFile).await;
    let names = format!("files/{}/2026-11-22 Visit letter", build::patient().id);
    let (first, second) = (format!("{names}.pdf"), format!("{names} (2).pdf"));
    let files = clinic.dynamo.unwatched().files();
    files.write_new(&first, FileKind::Pdf, b"%PDF-of somebody else", "letr_other").await.unwrap();
    clinic.settle().await;
    let listed = listed(&clinic).await;
    let path = second.strip_prefix("files/").unwrap().to_owned();
    assert_eq!(listed[0].state, LetterState::Filed { path });
    assert_eq!(clinic.dynamo.bucket.paths("files/"), [second, first.clone()]);
    let before = clinic.dynamo.bucket.file(&first).unwrap();
    assert_eq!(before.owner.as_deref(), Some("letr_other"), "nothing is written over");
}

/// Whatever dies, the letter is there once, and is never unclear.
fn dies_at_every_call(print: PrintOption) {
    let start = async || queued(due(patient_with_post(), Addressee::Patient, print).await).await;
    let deliver = async |(clinic, pointer): &(Clinic, Pointer)| clinic.deliver(pointer).await;
    at_every_call(DEATHS, 13, start, deliver, async |(clinic, _), died| {
        clinic.settle().await;
        let (at, status) = (died.at, clinic.enrolment().await.status);
        assert!(matches!(status, Status::Completed { .. }), "{at}: never unclear: {status:?}");
        let listed = listed(&clinic).await;
        assert_eq!(listed.len(), 1, "{at}");
        assert_eq!(sent_ids(&clinic).await, [listed[0].id.to_string()], "{at}");
        assert!(clinic.dynamo.bucket.file(&listed[0].pdf()).is_some(), "{at}");
        let filed = clinic.dynamo.bucket.paths("files/").len();
        assert_eq!(filed, usize::from(print == PrintOption::SaveFile), "{at}");
        assert_ne!(listed[0].state.name(), LetterStateName::ToFile, "{at}");
    });
}

#[test]
fn a_sender_of_letters_may_die_at_any_call_and_there_is_one_letter() {
    dies_at_every_call(PrintOption::Mail);
}

#[test]
fn a_sender_of_letters_may_die_at_any_call_and_there_is_one_file() {
    dies_at_every_call(PrintOption::SaveFile);
}

#[tokio::test]
async fn a_sender_that_wakes_after_its_attempt_was_given_up_puts_nothing_on_the_list() {
    let mut late = 0;
    for call in 0.. {
        let clinic = due(patient_with_post(), Addressee::Patient, PrintOption::Mail).await;
        let (clinic, pointer) = queued(clinic).await;
        let (others, pause) = (clinic.others(), clinic.dynamo.wire.pause_call(call));
        let delivery = async { clinic.deliver(&pointer).await };
        let mut delivery = std::pin::pin!(delivery);
        tokio::select! {
            () = pause.reached() => {}
            _done = &mut delivery => break,
        }
        // The others go on as if it were dead.
        others.settle().await;
        pause.release();
        let _late = delivery.await;
        others.settle().await;
        let listed = listed(&clinic).await;
        assert_eq!(listed.len(), 1, "one letter, woken at call {call}");
        assert_eq!(sent_ids(&clinic).await, [listed[0].id.to_string()], "woken at call {call}");
        late += usize::from(listed[0].key.attempt > 1);
    }
    assert!(late > 0, "some call came after its attempt was given up");
}
