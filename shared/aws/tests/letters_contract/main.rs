//! The contract of [`Letters`], on the DynamoDB adapter.

#![cfg(test)]

mod list;
mod shelves;

use app::ports::{Days, Letters, Listing, Shelf};
use domain::distribution::{Done, Handling, LetterStateName, ListedLetter};
use domain::ids::LetterId;
use domain::settings::Remark;
use domain::staff::StaffId;
use testkit::build::{self, at};
use testkit::dynamo::Dynamo;
use testkit::letters::waiting;

const NOW: &str = "2026-11-22T08:00:00Z";

fn nth(n: u128) -> ListedLetter {
    waiting(n, &build::site().id)
}

fn ids<'a>(letters: impl IntoIterator<Item = &'a ListedLetter>) -> Vec<LetterId> {
    letters.into_iter().map(|letter| letter.id.clone()).collect()
}

fn done() -> Done {
    done_at(NOW)
}

fn done_at(when: &str) -> Done {
    Done { at: at(when), by: StaffId::parse("person-1").unwrap() }
}

fn remark() -> Remark {
    Remark::parse("moved away").unwrap()
}

/// The letter after this was done with it.
fn handled(letter: &ListedLetter, handling: Handling) -> ListedLetter {
    letter.handled(handling, done()).unwrap().expect("it is news")
}

async fn with_letters(numbers: impl IntoIterator<Item = u128>) -> (Dynamo, Vec<ListedLetter>) {
    let dynamo = Dynamo::start().await;
    let letters: Vec<_> = numbers.into_iter().map(nth).collect();
    for letter in &letters {
        assert_eq!(dynamo.letters().put_on_list(letter).await, Ok(Listing::Listed));
    }
    (dynamo, letters)
}

/// The site's letters in a state.
async fn on_shelf(dynamo: &Dynamo, state: LetterStateName) -> Vec<LetterId> {
    let shelf = Shelf::Site(build::site().id, state);
    let found = dynamo.letters().shelf(&shelf, Days::default(), None, 100).await.unwrap();
    found.into_iter().map(|placed| placed.letter).collect()
}
