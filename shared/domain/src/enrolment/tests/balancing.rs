//! The daily balance as cases: each way in which records contradict each other is found by its name,
//! and whatever is only unusual is not.

use chrono::Duration;

use super::books::Books;
use super::*;
use crate::balance::{
    Imbalance, ImbalanceKind, Indexed, Listed, Occurrence, Side, SkippedFor, Tallies, Weighed,
};
use crate::ledger::{LedgerKey, LedgerRow};
use crate::settings::SendingState;

const FIRST: u128 = 1;
const SECOND: u128 = 2;

/// Two text messages: one at once, and one a week before the visit.
fn reminders() -> Books {
    books(vec![at_any_hour(sms(FIRST, Timing::Enrolled)), sms(SECOND, days_before(7, None))])
}

fn books(actions: Vec<Action>) -> Books {
    let world = World::with(actions);
    let begun = enrol_for_booking("req-1".into(), world.facts(), at(ENROLLED)).unwrap();
    Books::of(world, begun)
}

fn kinds(weighed: &Weighed) -> Vec<ImbalanceKind> {
    weighed.imbalances.iter().map(|it| it.kind).collect()
}

fn sides(weighed: &Weighed) -> Vec<(u128, Side)> {
    weighed.occurrences.iter().map(|it| (number(&it.action), it.side)).collect()
}

/// Two hours later: what happened is settled, and in the day that is weighed.
fn later(books: &mut Books) -> Weighed {
    books.pass(Duration::hours(2));
    books.weigh()
}

fn key(books: &Books, n: u128, attempt: u16) -> LedgerKey {
    LedgerKey { enrolment: books.e.id.clone(), cycle: 1, action: ActionId::new(id(n)), attempt }
}

fn row(books: &Books, n: u128, attempt: u16, state: LedgerState) -> LedgerRow {
    let (key, channel, opened_at) = (key(books, n, attempt), Channel::Sms, books.now);
    LedgerRow { key, channel, to: None, wording: None, opened_at, state, receipt: None }
}

fn settled(books: &Books, outcome: Outcome) -> LedgerState {
    LedgerState::Settled { at: books.now, outcome }
}

fn sent_first() -> Books {
    let mut books = reminders();
    books.sweep(Some(sent()), false);
    books
}

#[test]
fn what_was_sent_is_sent_and_what_lies_ahead_is_not_due() {
    let mut books = sent_first();
    let weighed = later(&mut books);
    assert_eq!((kinds(&weighed), sides(&weighed)), (vec![], vec![(FIRST, Side::Sent)]));
}

#[test]
fn what_waits_is_waiting_and_is_told_of_after_six_hours_unless_all_sending_is_on_hold() {
    let mut books = reminders();
    books.pass(Duration::minutes(359));
    let waiting = vec![(FIRST, Side::Waiting)];
    assert_eq!((kinds(&books.weigh()), sides(&books.weigh())), (vec![], waiting.clone()));
    books.pass(Duration::minutes(1));
    let weighed = books.weigh();
    assert_eq!((kinds(&weighed), sides(&weighed)), (vec![ImbalanceKind::Stuck], waiting.clone()));
    books.sending = SendingState::Held;
    assert_eq!((kinds(&books.weigh()), sides(&books.weigh())), (vec![], waiting));
}

#[test]
fn what_was_due_while_all_sending_was_on_hold_has_six_hours_from_the_release() {
    let mut books = reminders();
    books.sweep(Some(sent()), true); // its sender dies, and a hold begins
    let mut waiting = reminders();
    for books in [&mut books, &mut waiting] {
        books.pass(Duration::days(1));
        assert_ne!(kinds(&books.weigh()), vec![], "it has long been due");
        books.released_at = Some(books.now - Duration::minutes(59));
        assert_eq!(kinds(&books.weigh()), vec![]);
    }
    assert_eq!(sides(&waiting.weigh()), vec![(FIRST, Side::Waiting)]);
    books.pass(Duration::minutes(1));
    assert_eq!(kinds(&books.weigh()), vec![ImbalanceKind::SentUnnoticed]);
    waiting.pass(Duration::hours(6));
    assert_eq!(kinds(&waiting.weigh()), vec![ImbalanceKind::Stuck]);
}

#[test]
fn what_is_of_the_past_is_told_once_and_what_stands_each_night() {
    let mut books = sent_first();
    let second = row(&books, FIRST, 2, settled(&books, sent()));
    books.rows.insert(second.key.clone(), second);
    books.elsewhere = Some(Indexed::Absent);
    let weighed = later(&mut books);
    assert_eq!(kinds(&weighed), vec![ImbalanceKind::NotInIndex, ImbalanceKind::SentTwice]);
    books.told = weighed.imbalances;
    let weighed = books.weigh();
    assert_eq!(kinds(&weighed), vec![ImbalanceKind::NotInIndex]);
    assert_eq!(sides(&weighed), vec![(FIRST, Side::Sent)], "the day of it counts it as what it is");
    // A third time is another matter, and so is another message.
    let again = row(&books, FIRST, 3, settled(&books, sent()));
    books.rows.insert(again.key.clone(), again);
    let weighed = later(&mut books);
    assert_eq!(kinds(&weighed), vec![ImbalanceKind::NotInIndex, ImbalanceKind::SentTwice]);
    let work = |told: &[Imbalance]| told.iter().map(Imbalance::work_id).next_back();
    assert_ne!(work(&weighed.imbalances), work(&books.told), "work of its own");
    books.told.extend(weighed.imbalances);
    assert_eq!(kinds(&books.weigh()), vec![ImbalanceKind::NotInIndex]);
    let third = row(&books, SECOND, 1, settled(&books, sent()));
    let fourth = LedgerRow { key: key(&books, SECOND, 2), ..third.clone() };
    books.rows.extend([third, fourth].map(|row| (row.key.clone(), row)));
    assert!(kinds(&later(&mut books)).contains(&ImbalanceKind::SentTwice));
}

#[test]
fn an_enrolment_that_the_index_does_not_have_or_has_elsewhere_is_found_before_anything_is_due() {
    let mut books = sent_first();
    let key = books.e.current_key().unwrap();
    let (due, _) = books.e.due().unwrap();
    books.pass(Duration::days(3)); // a quiet day
    for (elsewhere, kind) in [
        (Indexed::Absent, ImbalanceKind::NotInIndex),
        (
            Indexed::At { due: due + Duration::seconds(1), key: key.clone() },
            ImbalanceKind::IndexedElsewhere,
        ),
        (
            Indexed::At { due, key: LedgerKey { attempt: 2, ..key } },
            ImbalanceKind::IndexedElsewhere,
        ),
        (Indexed::Nonsense, ImbalanceKind::IndexedElsewhere),
    ] {
        books.elsewhere = Some(elsewhere);
        let weighed = books.weigh();
        assert_eq!((kinds(&weighed), sides(&weighed)), (vec![kind], vec![]));
    }
}

#[test]
fn what_is_due_and_not_in_the_index_is_on_no_side() {
    let mut books = reminders();
    books.elsewhere = Some(Indexed::Absent);
    assert_eq!(sides(&later(&mut books)), vec![(FIRST, Side::Unbalanced)]);
}

#[test]
fn what_was_taken_out_of_the_index_because_something_cannot_be_read_is_held_while_it_is_listed() {
    let mut books = reminders();
    (books.elsewhere, books.parked) = (Some(Indexed::Absent), Listed::Open);
    let weighed = later(&mut books);
    assert_eq!((kinds(&weighed), sides(&weighed)), (vec![], vec![(FIRST, Side::Held)]));
    books.parked = Listed::NotOpen;
    assert_eq!(kinds(&books.weigh()), vec![ImbalanceKind::NotInIndex]);
}

#[test]
fn what_is_over_or_held_and_in_the_index_is_found() {
    let mut books = sent_first();
    let key = books.e.current_key().unwrap();
    books.instruct(Instruction::End(Label::parse("moved away").unwrap()));
    books.elsewhere = Some(Indexed::At { due: books.now, key });
    assert_eq!(kinds(&later(&mut books)), vec![ImbalanceKind::IndexedInVain]);
}

#[test]
fn what_counts_as_done_and_has_no_row_is_found_and_is_on_no_side() {
    let mut books = sent_first();
    books.rows.clear();
    for knows_order in [true, false] {
        if !knows_order {
            books.since = books.now; // the program was saved meanwhile
        }
        let weighed = later(&mut books);
        assert_eq!(kinds(&weighed), vec![ImbalanceKind::FinishedWithoutRow]);
        assert_eq!(sides(&weighed), vec![(FIRST, Side::Unbalanced)]);
    }
    books.pass(Duration::days(2));
    assert_eq!(kinds(&books.weigh()), vec![], "it is told once: nobody can mend it");
}

#[test]
fn a_pause_that_a_person_has_ended_has_no_row_and_is_held_until_then() {
    let mut books = books(vec![pause(FIRST), sms(SECOND, days_before(7, None))]);
    assert_eq!(sides(&later(&mut books)), vec![(FIRST, Side::Held)]);
    books.instruct(Instruction::Advance);
    let weighed = later(&mut books);
    assert_eq!((kinds(&weighed), sides(&weighed)), (vec![], vec![(FIRST, Side::Held)]));
    books.notes.retain(|note| note.event != NoteEvent::Advanced);
    assert_eq!(kinds(&books.weigh()), vec![ImbalanceKind::FinishedWithoutRow]);
}

#[test]
fn what_was_too_late_has_a_row_that_says_so() {
    let mut books = reminders();
    books.pass(Duration::days(2));
    books.sweep(Some(sent()), false);
    let weighed = later(&mut books);
    let too_late = vec![(FIRST, Side::Skipped(SkippedFor::TooLate))];
    assert_eq!((kinds(&weighed), sides(&weighed)), (vec![], too_late));
    books.rows.clear();
    assert_eq!(kinds(&books.weigh()), vec![ImbalanceKind::FinishedWithoutRow]);
}

#[test]
fn a_second_message_that_nobody_has_asked_for_is_found_and_is_on_two_sides() {
    let mut books = sent_first();
    let second = row(&books, FIRST, 2, settled(&books, sent()));
    books.rows.insert(second.key.clone(), second);
    let weighed = later(&mut books);
    assert_eq!(kinds(&weighed), vec![ImbalanceKind::SentTwice]);
    assert_eq!(sides(&weighed), vec![(FIRST, Side::Unbalanced)]);
}

#[test]
fn a_message_that_did_not_arrive_and_was_tried_again_by_a_person_was_not_sent_twice() {
    let mut books = sent_first();
    books.pass(Duration::hours(1));
    books.bounce(&key(&books, FIRST, 1));
    assert_eq!(sides(&books.weigh_for(&today(&books))), vec![(FIRST, Side::Held)]);
    books.instruct(Instruction::Retry(Receipt::Unknown));
    books.sweep(Some(sent()), false);
    let weighed = later(&mut books);
    assert_eq!((kinds(&weighed), sides(&weighed)), (vec![], vec![(FIRST, Side::Sent)]));
    // Its receipt may say later that the first one arrived after all.
    for row in books.rows.values_mut() {
        row.receipt = None;
    }
    assert_eq!(kinds(&books.weigh()), vec![]);
}

fn today(books: &Books) -> crate::balance::Day {
    let day = Duration::days(1);
    crate::balance::Day {
        date: books.now.date_naive(),
        from: books.now - day,
        until: books.now + day,
    }
}

#[test]
fn a_sender_that_dies_after_sending_is_not_suspected_for_an_hour() {
    let mut books = reminders();
    books.sweep(Some(sent()), true);
    books.pass(Duration::minutes(59));
    assert_eq!(kinds(&books.weigh_for(&today(&books))), vec![]);
    books.pass(Duration::minutes(1));
    let weighed = books.weigh_for(&today(&books));
    assert_eq!(kinds(&weighed), vec![ImbalanceKind::SentUnnoticed]);
    assert_eq!(sides(&weighed), vec![(FIRST, Side::Unbalanced)]);
    books.sending = SendingState::Held;
    assert_eq!(kinds(&books.weigh()), vec![], "under a hold of all sending nothing is followed");
}

#[test]
fn what_is_about_to_be_sent_again_though_it_was_sent_is_found() {
    let mut books = reminders();
    books.sweep(Some(not_sent()), false);
    books.rows.get_mut(&key(&books, FIRST, 1)).unwrap().state = settled(&books, sent());
    assert_eq!(kinds(&later(&mut books)), vec![ImbalanceKind::SentUnnoticed]);
}

#[test]
fn what_was_sent_and_is_finished_nowhere_is_found() {
    let mut books = sent_first();
    books.e.finished.clear();
    books.since = books.now; // also where nobody knows the program's order
    let weighed = later(&mut books);
    assert_eq!(kinds(&weighed), vec![ImbalanceKind::NotFinished]);
}

#[test]
fn a_hold_that_nobody_sees_is_found_on_every_night_until_it_is_seen_to() {
    let mut books = reminders();
    books.sweep(Some(Outcome::Failed { why: "refused".into() }), false);
    let weighed = later(&mut books);
    assert_eq!((kinds(&weighed), sides(&weighed)), (vec![], vec![(FIRST, Side::Held)]));
    books.open.clear();
    for _ in 0..3 {
        books.pass(Duration::days(1));
        let weighed = books.weigh();
        assert_eq!(kinds(&weighed), vec![ImbalanceKind::HeldUnseen]);
        assert_eq!(sides(&weighed), vec![(FIRST, Side::Unbalanced)]);
    }
    books.instruct(Instruction::Advance);
    assert_eq!(kinds(&later(&mut books)), vec![]);
}

#[test]
fn a_reservation_that_nobody_waits_for_is_found_when_its_enrolment_has_ended() {
    let mut books = reminders();
    books.sweep(None, true);
    let still = later(&mut books);
    assert_eq!((kinds(&still), sides(&still)), (vec![], vec![(FIRST, Side::Waiting)]));
    books.instruct(Instruction::End(Label::parse("moved away").unwrap()));
    let weighed = later(&mut books);
    assert_eq!(kinds(&weighed), vec![ImbalanceKind::ReservedForgotten]);
    assert_eq!(sides(&weighed), vec![(FIRST, Side::Unbalanced)]);
    books.pass(Duration::days(2));
    assert_eq!(kinds(&books.weigh()), vec![], "it is told once: who has asked is not asked again");
}

#[test]
fn an_action_of_which_there_is_no_record_at_all_is_found_by_the_programs_order() {
    let mut books = sent_first();
    books.rows.clear();
    books.e.finished.clear();
    let weighed = later(&mut books);
    assert_eq!(kinds(&weighed), vec![ImbalanceKind::OutOfOrder]);
    assert_eq!(sides(&weighed), vec![(FIRST, Side::Unbalanced)]);
    let mut completed = books;
    let first = completed.world.program.actions.remove(0);
    completed.world.program.actions.push(first);
    completed.e.status = Status::Completed { at: completed.now };
    completed.e.past.push(PastCycle { cycle: 1, ended_at: completed.now, by: CycleEnd::Actions });
    assert_eq!(kinds(&later(&mut completed)), vec![ImbalanceKind::OutOfOrder; 2]);
}

#[test]
fn actions_that_were_inserted_taken_out_or_put_in_another_order_are_no_imbalance() {
    let inserted = |books: &Books| {
        let mut actions = books.world.program.actions.clone();
        actions.insert(0, at_any_hour(sms(7, Timing::Enrolled)));
        actions
    };
    let removed = |books: &Books| books.world.program.actions[1..].to_vec();
    let reversed = |books: &Books| -> Vec<Action> {
        books.world.program.actions.iter().rev().cloned().collect()
    };
    let before = sent_first();
    for actions in [inserted(&before), removed(&before), reversed(&before)] {
        let mut books = before.clone();
        books.pass(Duration::hours(3));
        books.save(actions);
        let weighed = later(&mut books);
        assert_eq!((kinds(&weighed), sides(&weighed)), (vec![], vec![(FIRST, Side::Sent)]));
    }
}

#[test]
fn who_was_moved_here_to_go_on_in_the_middle_has_missed_nothing() {
    let mut books = sent_first();
    let mut other = books.world.clone();
    other.program.id = ProgramId::new(id(2));
    let next = ActionId::new(id(SECOND));
    let kind = ProgramType::Booking;
    let moved =
        move_to(&books.e, kind, Course::ONCE, &next, &person(), other.facts(), books.now).unwrap();
    let mut there = Books::of(other, moved.1);
    there.now = books.now;
    assert_eq!(kinds(&later(&mut there)), vec![]);
    books.store(moved.0);
    let weighed = later(&mut books);
    assert_eq!((kinds(&weighed), sides(&weighed)), (vec![], vec![(FIRST, Side::Sent)]));
}

#[test]
fn what_was_due_when_its_enrolment_ended_was_skipped_for_that() {
    let mut books = reminders();
    books.pass(Duration::minutes(1));
    books.instruct(Instruction::End(Label::parse("moved away").unwrap()));
    let weighed = later(&mut books);
    let over = vec![(FIRST, Side::Skipped(SkippedFor::Over))];
    assert_eq!((kinds(&weighed), sides(&weighed)), (vec![], over));
}

#[test]
fn what_staff_have_left_out_was_skipped_by_them() {
    let mut books = reminders();
    books.instruct(Instruction::Skip);
    let weighed = later(&mut books);
    let passed = vec![(FIRST, Side::Skipped(SkippedFor::Passed))];
    assert_eq!((kinds(&weighed), sides(&weighed)), (vec![], passed));
}

#[test]
fn a_cycle_that_a_booking_completes_and_that_goes_again_balances() {
    let mut world = World::recall(
        2,
        vec![at_any_hour(sms(FIRST, on_the_day())), sms(SECOND, days_after(7, None))],
    );
    let begun = world.adding("2026-11-20");
    world.bookings.clear();
    let mut books = Books::of(world, begun);
    books.sweep(Some(sent()), false);
    books.pass(Duration::hours(3));
    let mut booking =
        books.world.book(20, "2026-11-21T09:00:00+11:00", "2026-12-09T09:00:00+11:00");
    books.world.bookings = vec![booking.clone()];
    books.decide(Event::BookingsChanged);
    assert_eq!(books.e.cycle, 2);
    let weighed = later(&mut books);
    assert_eq!((kinds(&weighed), sides(&weighed)), (vec![], vec![(FIRST, Side::Sent)]));
    booking.state = BookingState::Cancelled;
    let key = booking.key.clone();
    books.world.bookings = vec![booking];
    books.decide(Event::CompletingBookingChanged(key));
    assert_eq!(books.e.cycle, 1);
    let weighed = later(&mut books);
    assert_eq!((kinds(&weighed), sides(&weighed)), (vec![], vec![(FIRST, Side::Sent)]));
}

#[test]
fn each_imbalance_has_a_sentence_and_a_name_of_its_own_and_is_the_same_work_each_night() {
    let books = sent_first();
    let names: BTreeSet<&str> = ImbalanceKind::ALL.iter().map(|kind| kind.as_str()).collect();
    let sentences: BTreeSet<&str> = ImbalanceKind::ALL.iter().map(|kind| kind.in_words()).collect();
    assert_eq!(
        (names.len(), sentences.len()),
        (ImbalanceKind::ALL.len(), ImbalanceKind::ALL.len())
    );
    let mut ids = BTreeSet::new();
    for kind in ImbalanceKind::ALL {
        assert_eq!(ImbalanceKind::parse(kind.as_str()), Some(kind));
        let imbalance = Imbalance::of_all(books.e.id.clone(), kind);
        let work = imbalance.work(Some(&books.e), books.now);
        assert_eq!(work.patient.as_ref(), Some(&books.e.patient));
        assert_eq!(work.id, imbalance.work(None, books.now + Duration::days(1)).id);
        ids.insert(work.id);
    }
    assert_eq!(ids.len(), ImbalanceKind::ALL.len());
}

#[test]
fn the_sides_add_up_by_channel_and_by_site_and_what_is_on_none_is_the_difference() {
    let of = |side| Occurrence {
        cycle: 1,
        action: ActionId::new(id(FIRST)),
        carrier: Carrier::Channel(Channel::Sms),
        side,
    };
    let skipped = [SkippedFor::TooLate, SkippedFor::Passed, SkippedFor::Failed, SkippedFor::Over]
        .map(Side::Skipped);
    let all: Vec<Occurrence> = skipped
        .into_iter()
        .chain([Side::Sent, Side::Held, Side::Waiting, Side::Unbalanced])
        .map(of)
        .collect();
    let site = SiteId::new(id(1));
    let mut tallies = Tallies::default();
    tallies.count(&site, &all);
    let mut twice = tallies.clone();
    twice += tallies.clone();
    assert_eq!((tallies.all.due, tallies.all.skipped(), tallies.all.unaccounted()), (8, 4, 1));
    assert_eq!((twice.all.due, twice.all.skipped(), twice.all.unaccounted()), (16, 8, 2));
    assert_eq!(tallies.by_site[&site], tallies.all);
    assert_eq!(twice.by_carrier[&Carrier::Channel(Channel::Sms)], twice.all);
}
