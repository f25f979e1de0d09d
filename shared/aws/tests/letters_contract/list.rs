//! What is on the list, and what is given up, saved and told of it.

use app::ports::{Letters, Listing, Paper, SaveError, StoreError};
use domain::distribution::{
    Audited, AuditedAct, Batch, Done, EpostStage, FileNames, Handling, LetterState,
    LetterStateName, ListedLetter, PrintedSides, Reason, Waiting,
};
use domain::ids::{BatchId, LetterId, PaperId};
use domain::program::{Addressee, PrintOption};
use domain::staff::StaffId;
use testkit::build;
use testkit::dynamo::Dynamo;
use testkit::wire::Fault;

use crate::{done, done_at, handled, ids, nth, on_shelf, remark, with_letters};

fn batch_id(n: u128) -> BatchId {
    BatchId::new(build::number(n))
}

fn print_with(batch: BatchId) -> Handling {
    Handling::Print { batch, anew: None }
}

fn act(what: AuditedAct) -> Audited {
    Audited { done: done(), what, why: None }
}

/// Letters of the list that can all be read.
async fn readable(dynamo: &Dynamo, ids: &[LetterId]) -> Vec<ListedLetter> {
    let read = dynamo.letters().letters(ids).await.unwrap();
    assert_eq!(read.unreadable, []);
    read.letters
}

/// A new batch, and its letters as they are in it.
fn batch_of(letters: &[ListedLetter]) -> (Batch, Vec<ListedLetter>) {
    let id = batch_id(1);
    let print = |letter| handled(letter, print_with(id.clone()));
    let printed = letters.iter().map(print).collect();
    let (letters, pages) = (ids(letters), 3);
    let (sides, posted) = (PrintedSides::Both, None);
    let papers = letters.first().map(|id| (id.clone(), PaperId::new(build::number(9))));
    let papers = papers.into_iter().collect();
    let paper = None;
    (
        Batch { id, revision: 1, letters, papers, paper, pages, sides, printed: done(), posted },
        printed,
    )
}

#[tokio::test]
async fn every_letter_is_read_as_it_was_kept() {
    let (by, why, batch) = (done(), remark(), batch_id(7));
    let names = FileNames::of("pat_1/Grüße (2)").unwrap();
    let (some, none) = (Some("epost-1".to_owned()), None);
    let at_epost = |provider_id, stage| LetterState::AtEpost { provider_id, stage, at: by.at };
    let mut states = vec![
        LetterState::Waiting(Waiting::New),
        LetterState::Waiting(Waiting::ByHand(Reason::ours("no provider".to_owned()))),
        LetterState::Waiting(Waiting::ByHand(Reason::said("too long".to_owned(), by.at))),
        LetterState::Waiting(Waiting::Again { done: by.clone(), why: why.clone() }),
        LetterState::Printed { batch: batch.clone(), done: by.clone() },
        LetterState::Posted { batch: Some(batch), done: by.clone() },
        LetterState::Posted { batch: None, done: by.clone() },
        LetterState::Returned { done: by.clone(), why: why.clone() },
        LetterState::Withdrawn { done: by.clone(), why },
        LetterState::ToFile { names },
        LetterState::Filed { path: "pat_1/Grüße.pdf".to_owned() },
        LetterState::ToEpost,
        LetterState::InDoubt(Reason::ours("no answer".to_owned())),
        at_epost(none, EpostStage::HandedOver),
    ];
    states.extend(EpostStage::ALL.map(|stage| at_epost(some.clone(), stage)));
    let mut letters: Vec<_> =
        (1..).zip(states).map(|(n, state)| ListedLetter { state, ..nth(n) }).collect();
    for print in PrintOption::ALL {
        letters.push(ListedLetter { print, addressee: Addressee::Gp, ..nth(50) });
        let paper = Some(PaperId::new(build::number(9)));
        let batches = vec![batch_id(7), batch_id(8)];
        letters.push(ListedLetter { paper, batches, revision: 3, pages: 200, print, ..nth(51) });
    }
    for letter in letters {
        let dynamo = Dynamo::start().await;
        dynamo.letters().put_on_list(&letter).await.unwrap();
        assert_eq!(dynamo.letters().letter(&letter.id).await, Ok(Some(letter)));
    }
}

#[tokio::test]
async fn a_letter_on_the_list_stays_as_it_is_and_its_attempt_is_not_given_up() {
    let (dynamo, letters) = with_letters([1]).await;
    let (list, letter) = (dynamo.letters(), &letters[0]);
    let other = ListedLetter { pages: 2, ..letter.clone() };
    assert_eq!(list.put_on_list(&other).await, Ok(Listing::Listed));
    assert_eq!(list.give_up(&letter.key).await, Ok(Some(letter.clone())));
    assert_eq!(list.letter(&letter.id).await, Ok(Some(letter.clone())));
    let posted = handled(letter, Handling::Post);
    list.save_letter(letter, &posted, None).await.unwrap();
    assert_eq!(list.give_up(&letter.key).await, Ok(Some(posted)), "whatever became of it");
}

#[tokio::test]
async fn an_attempt_that_was_given_up_never_has_a_letter() {
    let (dynamo, letter) = (Dynamo::start().await, nth(1));
    let list = dynamo.letters();
    for _ in 0..2 {
        assert_eq!(list.give_up(&letter.key).await, Ok(None));
        assert_eq!(list.put_on_list(&letter).await, Ok(Listing::GivenUp));
    }
    let posted = handled(&letter, Handling::Post);
    assert_eq!(list.save_letter(&letter, &posted, None).await, Err(SaveError::Stale));
    let (batch, printed) = batch_of(std::slice::from_ref(&letter));
    assert_eq!(list.save_batch(&batch, &printed).await, Err(SaveError::Stale));
    assert_eq!(list.letter(&letter.id).await, Ok(None));
    assert_eq!(readable(&dynamo, &[letter.id]).await, []);
    for state in LetterStateName::ALL {
        assert_eq!(on_shelf(&dynamo, state).await, [], "{state:?}");
    }
}

#[tokio::test]
async fn of_a_letter_and_its_giving_up_at_once_the_first_to_arrive_is_what_both_are_told() {
    let dynamo = Dynamo::start().await;
    let (late, first) = (dynamo.letters(), dynamo.unwatched().letters());

    let (letter, pause) = (nth(1), dynamo.wire.pause_call(0));
    let meanwhile = async {
        pause.reached().await;
        let given_up = first.give_up(&letter.key).await;
        pause.release();
        given_up
    };
    let told = tokio::join!(late.put_on_list(&letter), meanwhile);
    assert_eq!(told, (Ok(Listing::GivenUp), Ok(None)));
    assert_eq!(first.letter(&letter.id).await, Ok(None));

    let (letter, pause) = (nth(2), dynamo.wire.pause_call(0));
    let meanwhile = async {
        pause.reached().await;
        let listed = first.put_on_list(&letter).await;
        pause.release();
        listed
    };
    let told = tokio::join!(late.give_up(&letter.key), meanwhile);
    assert_eq!(told, (Ok(Some(letter.clone())), Ok(Listing::Listed)));
    assert_eq!(first.letter(&letter.id).await, Ok(Some(letter)));
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_not_taken_for_somebody_elses() {
    let (dynamo, letters) = with_letters([1, 2]).await;
    let (list, (listed, given_up)) = (dynamo.letters(), (nth(3), nth(4)));
    let lose = || dynamo.wire.break_call(0, Fault::AnswerLost);
    lose();
    assert_eq!(list.put_on_list(&listed).await, Ok(Listing::Listed));
    assert!(dynamo.wire.mend());
    lose();
    assert_eq!(list.give_up(&given_up.key).await, Ok(None));
    assert!(dynamo.wire.mend());
    let posted = handled(&listed, Handling::Post);
    lose();
    assert_eq!(list.save_letter(&listed, &posted, None).await, Ok(()));
    assert!(dynamo.wire.mend());
    let (batch, printed) = batch_of(&letters);
    lose();
    assert_eq!(list.save_batch(&batch, &printed).await, Ok(()));
    assert!(dynamo.wire.mend());
    let posted = handled(&printed[0], Handling::Post);
    let audited = act(AuditedAct::Posted);
    lose();
    assert_eq!(list.save_letter(&printed[0], &posted, Some(&audited)).await, Ok(()));
    assert!(dynamo.wire.mend());
    assert_eq!(list.letter(&posted.id).await, Ok(Some(posted)));
}

#[tokio::test]
async fn a_letter_that_was_changed_meanwhile_is_not_changed_and_nothing_is_said_of_it() {
    let (dynamo, letters) = with_letters([1]).await;
    let (list, before) = (dynamo.letters(), &letters[0]);
    let posted = handled(before, Handling::Post);
    let by_post = act(AuditedAct::Posted);
    list.save_letter(before, &posted, Some(&by_post)).await.unwrap();

    let printed = handled(before, print_with(batch_id(1)));
    let opened = act(AuditedAct::Opened);
    for audited in [None, Some(&opened)] {
        let late = list.save_letter(before, &printed, audited).await;
        assert_eq!(late, Err(SaveError::Stale), "{audited:?}");
    }
    assert_eq!(list.letter(&before.id).await, Ok(Some(posted)));
    assert_eq!(list.audited(Paper::Letter(&before.id)).await, Ok(vec![by_post]));

    let nowhere = nth(2);
    let printed = handled(&nowhere, print_with(batch_id(1)));
    for audited in [None, Some(&opened)] {
        let saved = list.save_letter(&nowhere, &printed, audited).await;
        assert_eq!(saved, Err(SaveError::Stale), "none comes onto the list by being changed");
    }
    assert_eq!(list.letter(&nowhere.id).await, Ok(None));
    assert_eq!(list.audited(Paper::Letter(&nowhere.id)).await, Ok(vec![]));
}

#[tokio::test]
async fn a_batch_and_its_letters_are_stored_together_or_not_at_all() {
    let (dynamo, letters) = with_letters([1, 2, 3]).await;
    let list = dynamo.letters();
    let (batch, printed) = batch_of(&letters);
    let posted = handled(&letters[2], Handling::Post);
    list.save_letter(&letters[2], &posted, None).await.unwrap();
    let before = dynamo.dump().await;
    assert_eq!(list.save_batch(&batch, &printed).await, Err(SaveError::Stale), "one was posted");
    assert_eq!(dynamo.dump().await, before);
    assert_eq!(list.batch(&batch.id).await, Ok(None));

    let (batch, printed) = batch_of(&letters[..2]);
    list.save_batch(&batch, &printed).await.unwrap();
    assert_eq!(list.batch(&batch.id).await, Ok(Some(batch.clone())));
    assert_eq!(readable(&dynamo, &batch.letters).await, printed);

    let before = dynamo.dump().await;
    let (posted_batch, posted) = posted_together(&batch, &printed);
    let stale = [
        ("it is there", batch.clone(), vec![]),
        ("it skips a revision", Batch { revision: 3, ..batch.clone() }, vec![]),
        ("its letters are as they were", posted_batch.clone(), printed),
    ];
    for (why, batch, letters) in stale {
        let saved = list.save_batch(&batch, &letters).await;
        assert_eq!(saved, Err(SaveError::Stale), "{why}");
        assert_eq!(dynamo.dump().await, before, "{why}");
    }
    list.save_batch(&posted_batch, &posted).await.unwrap();
    assert_eq!(list.batch(&batch.id).await, Ok(Some(posted_batch)));
    assert_eq!(readable(&dynamo, &batch.letters).await, posted);
}

/// The batch after it was posted, and its letters.
fn posted_together(batch: &Batch, printed: &[ListedLetter]) -> (Batch, Vec<ListedLetter>) {
    let posted = Batch { revision: 2, posted: Some(done()), ..batch.clone() };
    (posted, printed.iter().map(|letter| handled(letter, Handling::Post)).collect())
}

#[tokio::test]
async fn the_largest_batch_is_stored_in_one_and_its_letters_are_read_in_its_order() {
    let most = u128::try_from(Batch::MOST).unwrap();
    let (dynamo, mut letters) = with_letters(1..=most).await;
    letters.reverse();
    let (batch, printed) = batch_of(&letters);
    dynamo.letters().save_batch(&batch, &printed).await.unwrap();
    let mut asked = batch.letters.clone();
    // More than DynamoDB reads at once, and some that are not there.
    asked.splice(40..40, [nth(1_000).id, nth(1_001).id]);
    assert_eq!(readable(&dynamo, &asked).await, printed);
}

#[tokio::test]
async fn what_was_done_is_told_oldest_first_each_once_and_of_its_own_paper_only() {
    let (dynamo, letters) = with_letters([1, 2]).await;
    let (list, batch) = (dynamo.letters(), batch_id(1));
    let act = |when: &str, what| Audited { done: done_at(when), ..act(what) };
    let first = act("2026-11-22T08:00:00.250Z", AuditedAct::Opened);
    let second = act("2026-11-22T08:00:01Z", AuditedAct::Posted);
    let third = act("2026-12-01T00:00:00Z", AuditedAct::Returned);
    let somebody = Done { by: StaffId::parse("person-2").unwrap(), ..third.done.clone() };
    let theirs = Audited { done: somebody, ..third.clone() };
    let (letter, other) = (Paper::Letter(&letters[0].id), Paper::Letter(&letters[1].id));
    for audited in [&third, &first, &third, &theirs] {
        list.audit(letter, audited).await.unwrap();
    }
    let posted = handled(&letters[0], Handling::Post);
    list.save_letter(&letters[0], &posted, Some(&second)).await.unwrap();
    list.audit(Paper::Batch(&batch), &second).await.unwrap();
    let expected = vec![first, second.clone(), third, theirs];
    assert_eq!(list.audited(letter).await, Ok(expected));
    assert_eq!(list.audited(other).await, Ok(vec![]));
    assert_eq!(list.audited(Paper::Batch(&batch)).await, Ok(vec![second]));
}

#[tokio::test]
async fn every_act_is_read_as_it_was_kept() {
    let dynamo = Dynamo::start().await;
    for what in AuditedAct::ALL {
        let id = nth(1).id;
        let audited = Audited { why: (what == AuditedAct::Again).then(remark), ..act(what) };
        dynamo.letters().audit(Paper::Letter(&id), &audited).await.unwrap();
        let all = dynamo.letters().audited(Paper::Letter(&id)).await.unwrap();
        assert!(all.contains(&audited), "{what:?}: {all:?}");
    }
}

#[tokio::test]
async fn a_letter_that_cannot_be_read_is_named_and_not_in_the_way_of_the_others() {
    let (dynamo, letters) = with_letters([1, 2, 3]).await;
    dynamo.spoil("letters", letters[1].id.as_str(), "LETTER").await;
    let read = dynamo.letters().letters(&ids(&letters)).await.unwrap();
    assert_eq!(read.letters, [letters[0].clone(), letters[2].clone()]);
    let unreadable: Vec<_> = read.unreadable.into_iter().map(|it| it.letter).collect();
    assert_eq!(unreadable, [letters[1].id.clone()]);
    let alone = dynamo.letters().letter(&letters[1].id).await;
    assert!(matches!(alone, Err(StoreError::Unreadable { .. })), "{alone:?}");
}
