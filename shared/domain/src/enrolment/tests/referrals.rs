//! Referrals: the patient is asked to book, and left alone as soon as they have.

use super::*;
use crate::booking_type::BookingType;
use crate::ids::BookingTypeId;

const LATER: &str = "2026-11-24T10:00:00+11:00";
const VISIT_TO_COME: &str = "2026-12-10T09:00:00+11:00";

/// A referral of today, with a reminder to book after a week, by this rule of its program.
fn referral(completion: Completion) -> World {
    let actions =
        vec![at_any_hour(sms(1, Timing::Enrolled)), at_any_hour(sms(2, days_after(7, None)))];
    let mut world = World::of(ProgramType::Referral, 1, actions);
    world.program.completion = completion;
    let kind = |code: &str, completes: &[ProgramId]| BookingType {
        id: BookingTypeId::new(id(1)),
        revision: 1,
        code: Code::parse(code).unwrap(),
        name: Label::parse(code).unwrap(),
        starts: BTreeSet::new(),
        completes: completes.iter().cloned().collect(),
    };
    let types = [kind("physio", &[world.program.id.clone()]), kind("podiatry", &[])];
    world.completing = Completing::of(&world.program, &types);
    world
}

/// The referral after its first message.
fn asked(world: &World) -> Enrolment {
    world.attempt(&world.add("2026-11-20"), sent(), at(ENROLLED)).enrolment
}

#[test]
fn a_referral_ends_when_the_patient_books_by_its_booking_rule() {
    let usual = ProgramType::Referral.usual_completion();
    let cases = [
        (usual, "physio", true),
        (usual, "podiatry", true),
        (Completion::SelectedTypes, "physio", true),
        (Completion::SelectedTypes, "podiatry", false),
        (Completion::Ignore, "physio", false),
    ];
    for (completion, code, ends) in cases {
        let mut world = referral(completion);
        let enrolment = asked(&world);
        let mut booking = world.book(7, LATER, VISIT_TO_COME);
        booking.booking_type = Code::parse(code).unwrap();
        let by = CycleEnd::Booking(booking.key.clone());
        let after = world.booked(vec![booking], &enrolment, LATER).enrolment;
        assert_eq!(is_completed(&after), ends, "{completion:?} {code}");
        let (end, done) = world.run(after, "2027-01-01T00:00:00Z");
        assert_eq!(done.is_empty(), ends, "{completion:?} {code}: nobody who has booked is asked");
        assert_eq!(end.past[0].by == by, ends, "{completion:?} {code}");
    }
}

#[test]
fn a_referral_is_not_ended_by_what_is_no_visit_or_was_over_before_it() {
    type Change = fn(&mut Booking);
    let cases: [(&str, Change); 5] = [
        ("on a waiting list", |b| b.state = BookingState::Requested),
        ("cancelled", |b| b.state = BookingState::Cancelled),
        ("a note in the diary", |b| b.end = Some(b.start)),
        ("another patient's", |b| b.matching = Matching::Waiting { patient: None }),
        ("over before", |b| {
            (b.made_at, b.start) = (at("2026-11-01T00:00:00Z"), at("2026-11-19T00:00:00Z"));
        }),
    ];
    for (name, change) in cases {
        let mut world = referral(Completion::AnyBooking);
        let enrolment = asked(&world);
        let mut booking = world.book(7, LATER, VISIT_TO_COME);
        change(&mut booking);
        let after = world.booked(vec![booking], &enrolment, LATER).enrolment;
        assert_eq!(after, enrolment, "{name}");
    }
}

#[test]
fn a_patient_who_has_booked_already_when_the_referral_is_added_is_not_asked_to() {
    let mut world = referral(Completion::AnyBooking);
    world.bookings = vec![world.book(7, "2026-11-01T00:00:00Z", VISIT_TO_COME)];
    assert!(is_completed(&world.add("2026-11-20")));
}

#[test]
fn a_referral_whose_booking_goes_asks_again() {
    let mut world = referral(Completion::AnyBooking);
    let enrolment = asked(&world);
    let booking = world.book(7, LATER, VISIT_TO_COME);
    let key = booking.key.clone();
    let booked = world.booked(vec![booking], &enrolment, LATER).enrolment;
    world.bookings[0].state = BookingState::NotAttended;
    let gone = at("2026-12-10T12:00:00+11:00");
    let again = world.decide(&booked, Event::CompletingBookingChanged(key), gone).enrolment;
    assert_eq!((step(&again).action.clone(), step(&again).due), (ActionId::new(id(2)), gone));
    assert!(is_sending(&world.bring_up(&again, gone)), "late as it is: it had no chance");
}
