//! Whatever happens, the balance balances; and whatever record is then lost, doubled or changed, it does
//! not.

use chrono::Duration;

use super::super::books::Books;
use super::*;
use crate::balance::{ImbalanceKind, Indexed, Side};
use crate::ledger::LedgerKey;

/// One thing that happens.
#[derive(Debug, Clone)]
enum Happening {
    Sweep { ends: u8, dies: bool },
    Bounced(u8),
    Visit { state: u8, days: i64 },
    Other { n: u8, state: u8, days: i64 },
    Saved(Vec<Action>),
    Instructed(u8, i64),
}

fn anything() -> impl Strategy<Value = Happening> {
    use Happening::{Bounced, Instructed, Other, Saved, Sweep, Visit};
    prop_oneof![
        8 => (0_u8..9, prop::bool::weighted(0.2)).prop_map(|(ends, dies)| Sweep { ends, dies }),
        2 => any::<u8>().prop_map(Bounced),
        2 => (0_u8..7, -20_i64..60).prop_map(|(state, days)| Visit { state, days }),
        3 => (0_u8..3, 0_u8..7, -20_i64..60).prop_map(|(n, state, days)| Other { n, state, days }),
        1 => any_actions().prop_shuffle().prop_map(Saved),
        4 => (0_u8..6, -60_i64..200).prop_map(|(what, days)| Instructed(what, days)),
    ]
}

fn happen(books: &mut Books, what: Happening) {
    match what {
        Happening::Sweep { ends, dies } => {
            let outcome = match ends {
                0 => Some(not_sent()),
                1 => Some(Outcome::Failed { why: "refused".into() }),
                2 => None,
                3 => Some(Outcome::Unclear { why: "in doubt".into() }),
                4 => Some(barred()),
                _ => Some(sent()),
            };
            books.sweep(outcome, dies);
        }
        Happening::Bounced(n) => {
            let accepted: Vec<LedgerKey> = sent_rows(books);
            let Some(key) = accepted.get(usize::from(n) % accepted.len().max(1)) else { return };
            books.bounce(key);
        }
        Happening::Visit { state, days } => {
            let booking = &mut books.world.booking;
            booking.state = BookingState::ALL[usize::from(state)];
            booking.start = books.now + Duration::days(days);
            if books.world.about_visit {
                books.decide(Event::VisitChanged);
            }
        }
        Happening::Other { n, state, days } => {
            let mut booking = books.world.book(u128::from(n) + 10, ENROLLED, ENROLLED);
            (booking.start, booking.made_at) = (books.now + Duration::days(days), books.now);
            booking.state = BookingState::ALL[usize::from(state)];
            let key = booking.key.clone();
            books.world.bookings.retain(|known| known.key != key);
            books.world.bookings.push(booking);
            books.decide(Event::CompletingBookingChanged(key));
            books.decide(Event::BookingsChanged);
        }
        Happening::Saved(actions) => books.save(actions),
        Happening::Instructed(what, days) => books.instruct(match what {
            0 => Instruction::Advance,
            1 => Instruction::Skip,
            2 => Instruction::Retry(Receipt::Unknown),
            3 => Instruction::Retry(Receipt::NotReceived),
            4 => Instruction::ChangeReference((books.now + Duration::days(days)).date_naive()),
            _ if days > 150 => Instruction::End(Label::parse("moved away").unwrap()),
            _ => return,
        }),
    }
}

fn sent_rows(books: &Books) -> Vec<LedgerKey> {
    let is_sent = |row: &&crate::ledger::LedgerRow| {
        matches!(&row.state, LedgerState::Settled { outcome: Outcome::Sent { .. }, .. })
    };
    books.rows.values().filter(is_sent).map(|row| row.key.clone()).collect()
}

/// What is done to the records, and in which way it must be found; `None` where there is nothing to do
/// it to.
fn spoil(books: &mut Books, how: u8) -> Option<Vec<ImbalanceKind>> {
    use ImbalanceKind as Kind;
    let current = |key: &&LedgerKey| key.cycle == books.e.cycle;
    let done = |key: &&LedgerKey| {
        let mut finished = books.e.finished.iter();
        finished.any(|it| {
            it.how == FinishedAs::Done && it.action == key.action && it.attempts == key.attempt
        })
    };
    let sent = sent_rows(books);
    let sent_and_done = sent.iter().filter(current).rfind(done).cloned();
    let is_ended = matches!(books.e.status, Status::Ended { .. });
    match how {
        0 if !is_ended => {
            books.rows.remove(&sent_and_done?);
            // What a person has advanced past might be it, where the program was changed meanwhile.
            books.notes.retain(|note| note.event != NoteEvent::Advanced);
            Some(vec![Kind::FinishedWithoutRow])
        }
        1 => {
            let mut row = books.rows[&sent_and_done?].clone();
            row.key.attempt += 1;
            row.receipt = None;
            row.opened_at = books.now - Duration::hours(2);
            row.state = LedgerState::Settled { at: row.opened_at, outcome: super::super::sent() };
            books.notes.retain(|note| note.event != NoteEvent::Retried);
            for row in books.rows.values_mut() {
                row.receipt = None;
            }
            books.rows.insert(row.key.clone(), row);
            Some(vec![Kind::SentTwice])
        }
        2 if matches!(books.e.status, Status::Active(_)) => {
            books.elsewhere = Some(Indexed::Absent);
            Some(vec![Kind::NotInIndex])
        }
        3 => {
            let (due, _) = books.e.due()?;
            let key = books.e.current_key()?;
            books.elsewhere = Some(Indexed::At { due: due + Duration::days(1), key });
            Some(vec![Kind::IndexedElsewhere])
        }
        4 if matches!(books.e.status, Status::Held { .. }) => {
            books.open.clear();
            Some(vec![Kind::HeldUnseen])
        }
        5 if matches!(books.e.status, Status::Active(_)) => {
            let action = sent_and_done?.action;
            books.notes.retain(|note| note.event != NoteEvent::Retried);
            for row in books.rows.values_mut() {
                row.receipt = None;
            }
            books.e.finished.retain(|finished| finished.action != action);
            // What the program has below comes again, and is followed then.
            let place =
                |id: &ActionId| books.world.program.actions.iter().position(|a| a.id == *id);
            let comes_again = place(&action) > place(&books.e.step()?.action);
            (!comes_again).then(|| vec![Kind::NotFinished, Kind::SentUnnoticed])
        }
        6 if matches!(books.e.status, Status::Completed { .. } | Status::Ended { .. }) => {
            let key = LedgerKey {
                enrolment: books.e.id.clone(),
                cycle: 1,
                action: ActionId::new(id(1)),
                attempt: 1,
            };
            books.elsewhere = Some(Indexed::At { due: books.now, key });
            Some(vec![Kind::IndexedInVain])
        }
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, max_shrink_iters: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_it_balances_and_whatever_record_is_spoilt_then_is_found(
        world in any_world(),
        reference in any_date(),
        happenings in prop::collection::vec((0_i64..3_000, anything()), 1..40),
        how in 0_u8..7,
    ) {
        let mut world = world;
        world.completing = Completing::of(&world.program, &[]);
        let begun = world.begin(reference);
        let mut books = Books::of(world, begun);
        for (minutes, what) in happenings {
            books.pass(Duration::minutes(minutes));
            happen(&mut books, what);
            // Whoever is balanced has had their sweeps.
            books.catch_up();
            books.pass(Duration::minutes(61));
            books.catch_up();
            let weighed = books.weigh();
            // A sender that died, of what has come to its end since, is the one thing that is found.
            let forgotten = |it: &crate::balance::Imbalance| it.kind == ImbalanceKind::ReservedForgotten;
            let is_reserved = |it: &crate::balance::Imbalance| {
                books.rows.values().any(|row| {
                    Some(row.key.cycle) == it.cycle
                        && Some(&row.key.action) == it.action.as_ref()
                        && matches!(row.state, LedgerState::Reserved { .. })
                })
            };
            prop_assert!(
                weighed.imbalances.iter().all(|it| forgotten(it) && is_reserved(it)),
                "{:?} of {:#?}", weighed.imbalances, books
            );
            let apart = weighed.occurrences.iter().filter(|it| it.side == Side::Unbalanced).count();
            prop_assert_eq!(apart, weighed.imbalances.len());
        }
        books.pass(Duration::hours(1)); // nothing is young any more
        if let Some(kinds) = spoil(&mut books, how) {
            // Something happens to it on the day that is balanced.
            let at = books.now - Duration::hours(2);
            let (event, by) = (NoteEvent::Replied, person());
            books.notes.push(Note { at, event, text: "Answered.".to_owned(), by });
            let found = books.weigh().imbalances;
            prop_assert!(
                found.iter().any(|it| kinds.contains(&it.kind)),
                "{kinds:?} is not among {found:?} of {books:#?}"
            );
        }
    }
}
