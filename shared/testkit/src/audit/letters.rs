//! The distribution list: a letter is on it when, and only when, the ledger says so, and is found where it
//! stands; what was printed together knows each other.

use app::ports::Letters;
use domain::distribution::{LetterState, ListedLetter};
use domain::ids::{BatchId, LetterId};
use domain::ledger::{LedgerKey, LedgerState, Outcome};
use domain::program::Channel;

use super::{Looking, text};

pub(super) async fn look(looking: &mut Looking) {
    for id in looking.partitions("letters", "letr_") {
        let Ok(id) = LetterId::parse(&id) else {
            looking.found(format!("{id} is the key of a letter and no id of one"));
            continue;
        };
        let read = looking.dynamo.letters().letter(&id).await;
        // Where an attempt was given up there is a mark and no letter.
        let Some(letter) = looking.read(id.as_str(), read).flatten() else { continue };
        belongs_to_its_attempt(looking, &letter);
        on_its_shelf(looking, &letter);
        printed_with_others(looking, &letter).await;
    }
    what_was_sent_is_listed(looking);
    for id in looking.partitions("letters", "btch_") {
        batch(looking, &id).await;
    }
}

fn belongs_to_its_attempt(looking: &mut Looking, letter: &ListedLetter) {
    let (id, key) = (&letter.id, &letter.key);
    looking.must(*id == LetterId::of(key), || format!("{id} is not the letter of {key:?}"));
    let row = looking.rows.iter().find(|row| row.key == *key);
    let stands = row.is_some_and(|row| match &row.state {
        LedgerState::Reserved { .. } => true,
        LedgerState::Settled { outcome, .. } => match outcome {
            Outcome::Sent { .. } | Outcome::Unclear { .. } => true,
            Outcome::NotSent { .. }
            | Outcome::Barred { .. }
            | Outcome::Skipped { .. }
            | Outcome::Failed { .. } => false,
        },
    });
    looking.must(stands, || {
        format!("I2: {id} is on the list, and the ledger says that it was not sent")
    });
}

/// I1 of letters: what the ledger calls sent is on the list.
fn what_was_sent_is_listed(looking: &mut Looking) {
    let sent = looking.rows.iter().filter(|row| {
        row.channel == Channel::Letter
            && matches!(row.state, LedgerState::Settled { outcome: Outcome::Sent { .. }, .. })
    });
    let keys: Vec<LedgerKey> = sent.map(|row| row.key.clone()).collect();
    for key in keys {
        let listed = looking.item("letters", LetterId::of(&key).as_str(), "LETTER");
        let listed = listed.is_some_and(|item| !item.contains_key("given_up"));
        looking.must(listed, || format!("I1: {key:?} was sent, and its letter is not on the list"));
    }
}

fn on_its_shelf(looking: &mut Looking, letter: &ListedLetter) {
    let Some(item) = looking.item("letters", letter.id.as_str(), "LETTER") else { return };
    let shelf = format!("{}#{}", letter.site, letter.state.name().as_str());
    let placed = format!("{}#{}", letter.dated, letter.id);
    let right = text(item, "shelf") == Some(&shelf)
        && text(item, "placed") == Some(&placed)
        && text(item, "of_program") == Some(letter.program.as_str());
    looking.must(right, || format!("{} is not found where it stands", letter.id));
}

async fn printed_with_others(looking: &mut Looking, letter: &ListedLetter) {
    let now_in = match &letter.state {
        LetterState::Printed { batch, .. } | LetterState::Posted { batch: Some(batch), .. } => {
            Some(batch)
        }
        LetterState::Posted { batch: None, .. }
        | LetterState::Waiting(_)
        | LetterState::Returned { .. }
        | LetterState::Withdrawn { .. }
        | LetterState::ToFile { .. }
        | LetterState::Filed { .. }
        | LetterState::ToEpost
        | LetterState::AtEpost { .. }
        | LetterState::InDoubt(_) => None,
    };
    for id in letter.batches.iter().chain(now_in) {
        let read = looking.dynamo.letters().batch(id).await;
        let batch = looking.read(id.as_str(), read).flatten();
        let knows = batch.is_some_and(|batch| batch.letters.contains(&letter.id));
        looking
            .must(knows, || format!("{} was printed in {id}, which does not have it", letter.id));
    }
}

async fn batch(looking: &mut Looking, id: &str) {
    let Ok(id) = BatchId::parse(id) else {
        return looking.found(format!("{id} is the key of a batch and no id of one"));
    };
    let read = looking.dynamo.letters().batch(&id).await;
    let Some(batch) = looking.read(id.as_str(), read).flatten() else { return };
    for letter in &batch.letters {
        let read = looking.dynamo.letters().letter(letter).await;
        let knows = looking.read(letter.as_str(), read).flatten();
        let knows = knows.is_some_and(|it| it.batches.contains(&id));
        looking.must(knows, || format!("{id} has {letter}, which was not printed in it"));
    }
}
