//! The parts of the list that are in order, page by page.

use app::ports::{Days, Letters, Shelf};
use domain::distribution::{Handling, LetterState, LetterStateName, ListedLetter};
use domain::ids::{LetterId, ProgramId, SiteId};
use testkit::build;
use testkit::dynamo::Dynamo;

use crate::{handled, ids, nth, on_shelf, remark, with_letters};

#[tokio::test]
async fn a_letter_that_changes_goes_to_the_shelf_of_what_it_is_now() {
    let (dynamo, letters) = with_letters([1]).await;
    let posted = handled(&letters[0], Handling::Post);
    dynamo.letters().save_letter(&letters[0], &posted, None).await.unwrap();
    let returned = handled(&posted, Handling::Return(remark()));
    dynamo.letters().save_letter(&posted, &returned, None).await.unwrap();
    for state in LetterStateName::ALL {
        let expected = if state == LetterStateName::Returned { ids(&letters) } else { vec![] };
        assert_eq!(on_shelf(&dynamo, state).await, expected, "{state:?}");
    }
}

fn days(from: Option<&str>, to: Option<&str>) -> Days {
    let day = |text: &str| text.parse().unwrap();
    Days { from: from.map(day), to: to.map(day) }
}

/// A shelf, page by page.
async fn paged(dynamo: &Dynamo, shelf: &Shelf, days: Days, limit: usize) -> Vec<LetterId> {
    let (mut found, mut after) = (Vec::new(), None::<String>);
    loop {
        let page = dynamo.letters().shelf(shelf, days, after.as_deref(), limit).await.unwrap();
        assert!(page.len() <= limit);
        let full = page.len() == limit;
        after = page.last().map(|placed| placed.place.clone()).or(after);
        found.extend(page.into_iter().map(|placed| placed.letter));
        if !full {
            return found;
        }
    }
}

/// Seven letters on five days, and one of each that is on another shelf: of another site, in another
/// state, of another program. The oldest first.
async fn shelves() -> (Dynamo, Vec<ListedLetter>) {
    let dynamo = Dynamo::start().await;
    let days = ["2026-09-30", "2026-10-01", "2026-10-31", "2026-10-31", "2026-10-31", "2026-11-01"];
    let days = days.into_iter().chain(["2027-01-01"]);
    let mut letters: Vec<_> = (1..)
        .zip(days)
        .map(|(n, day)| ListedLetter { dated: day.parse().unwrap(), ..nth(n) })
        .collect();
    letters.sort_by_key(|letter| (letter.dated, letter.id.to_string()));
    let elsewhere = ListedLetter { site: SiteId::new(build::number(90)), ..nth(20) };
    let filed = ListedLetter { state: LetterState::ToEpost, ..nth(21) };
    let other = ListedLetter { program: ProgramId::new(build::number(91)), ..nth(22) };
    // The newest first: the order they come in is none of the list's.
    for letter in [elsewhere, filed, other].iter().chain(letters.iter().rev()) {
        dynamo.letters().put_on_list(letter).await.unwrap();
    }
    (dynamo, letters)
}

#[tokio::test]
async fn a_shelf_has_its_letters_of_those_days_oldest_first_whatever_the_page() {
    let (dynamo, letters) = shelves().await;
    let site = Shelf::Site(build::site().id, LetterStateName::Waiting);
    let program = Shelf::Program(nth(1).program);
    let table = [
        (None, Some("2026-09-29"), 0..0),
        (None, Some("2026-09-30"), 0..1),
        (Some("2026-10-01"), Some("2026-10-31"), 1..5),
        (Some("2026-10-31"), Some("2026-10-31"), 2..5),
        (Some("2026-10-02"), Some("2026-10-30"), 0..0),
        (Some("2026-11-01"), Some("2026-11-21"), 5..6),
        (Some("2026-12-01"), None, 6..7),
        (Some("2026-10-31"), Some("2026-10-01"), 0..0),
    ];
    for (from, to, which) in table {
        let expected = ids(&letters[which]);
        for limit in [1, 2, 3, 4, 7, 100] {
            for shelf in [&site, &program] {
                let found = paged(&dynamo, shelf, days(from, to), limit).await;
                assert_eq!(found, expected, "{from:?} to {to:?}, {limit} of {shelf:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_site_s_shelf_has_one_state_and_a_program_s_every_state_and_site() {
    let (dynamo, letters) = shelves().await;
    let whole = |shelf| {
        let dynamo = &dynamo;
        async move {
            let mut found = paged(dynamo, &shelf, Days::default(), 3).await;
            found.sort();
            found
        }
    };
    let sorted = |others: &[u128]| {
        let mut expected = ids(&letters);
        expected.extend(others.iter().map(|n| nth(*n).id));
        expected.sort();
        expected
    };
    let site = |n, state| Shelf::Site(SiteId::new(build::number(n)), state);
    assert_eq!(whole(site(1, LetterStateName::Waiting)).await, sorted(&[22]));
    assert_eq!(whole(site(1, LetterStateName::ToEpost)).await, [nth(21).id]);
    assert_eq!(whole(site(90, LetterStateName::Waiting)).await, [nth(20).id]);
    assert_eq!(whole(site(91, LetterStateName::Waiting)).await, []);
    assert_eq!(whole(Shelf::Program(nth(1).program)).await, sorted(&[20, 21]));
    let other = Shelf::Program(ProgramId::new(build::number(91)));
    assert_eq!(whole(other).await, [nth(22).id]);
}

#[tokio::test]
async fn a_page_goes_on_behind_its_place_whatever_became_of_the_letters_before_it() {
    let (dynamo, letters) = shelves().await;
    let (list, shelf) = (dynamo.letters(), Shelf::Program(nth(1).program));
    let waiting = Shelf::Site(build::site().id, LetterStateName::Waiting);
    let page = list.shelf(&waiting, Days::default(), None, 2).await.unwrap();
    let place = &page[1].place;
    for letter in &letters[..2] {
        list.save_letter(letter, &handled(letter, Handling::Post), None).await.unwrap();
    }
    let october = days(None, Some("2026-10-31"));
    for shelf in [&waiting, &shelf] {
        let rest = list.shelf(shelf, october, Some(place), 100).await.unwrap();
        let rest: Vec<_> = rest.into_iter().map(|placed| placed.letter).collect();
        assert_eq!(rest, ids(&letters[2..5]), "{shelf:?}");
        let september = days(None, Some("2026-09-30"));
        let none = list.shelf(shelf, september, Some(place), 100).await;
        assert_eq!(none, Ok(vec![]), "a place behind the last day: {shelf:?}");
    }
}
