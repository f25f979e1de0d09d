//! What a referral's life does to its enrolment.

use super::*;
use crate::address::PostalAddress;
use crate::intake::ReferralOrigin;
use crate::patient::{Gp, GpName};

const ADDED: &str = "2026-11-20T10:00:00+11:00";
const LATER: &str = "2026-11-22T11:00:00+11:00";

/// A referral of Maria's, added on the day she is enrolled, on a program of these actions.
fn referred(actions: Vec<Action>) -> World {
    let mut world = World::of(ProgramType::Referral, 1, actions);
    let matching =
        Matching::Matched { patient: world.patient.id.clone(), site: world.site.id.clone() };
    world.referral = Some(Referral { added_at: at(ADDED), matching, ..crate::referral::sample() });
    world
}

impl World {
    fn beginning(&self) -> Option<Decision> {
        enrol_for_referral("req-1".into(), self.facts(), at(ENROLLED))
    }

    fn referred(&self) -> Enrolment {
        self.beginning().unwrap().enrolment
    }

    fn referral(&mut self) -> &mut Referral {
        self.referral.as_mut().unwrap()
    }

    fn told(&self, enrolment: &Enrolment, now: &str) -> Decision {
        self.decide(enrolment, Event::ReferralChanged, at(now))
    }
}

fn letter_to_gp(on_error: OnError, print: PrintOption) -> Action {
    let medium = Medium::Letter { template: TemplateId::new(id(1)), to: Addressee::Gp, print };
    let kind = ActionKind::Message(Message { medium, on_error, useful_for: UsefulFor::default() });
    Action { id: ActionId::new(id(1)), timing: Timing::Enrolled, kind }
}

fn gp(name: &str, address: Option<PostalAddress>) -> Phi<Gp> {
    Phi::new(Gp { name: GpName::parse(name).unwrap(), practice: None, address, email: None })
}

fn address(line: &str) -> PostalAddress {
    use crate::address::{AddressLine, CountryCode, Locality, Postcode, Region};
    let lines = vec![AddressLine::parse(line).unwrap()];
    let locality = Locality::parse("Sampleton").unwrap();
    let region = Some(Region::parse("NSW").unwrap());
    let postcode = Some(Postcode::parse("2000").unwrap());
    PostalAddress::new(lines, locality, region, postcode, CountryCode::australia()).unwrap()
}

#[test]
fn a_referral_enrols_once_and_counts_from_the_day_it_was_added_on_the_sites_calendar() {
    let mut world = referred(vec![sms(1, days_after(1, Some("10:00")))]);
    world.referral().added_at = at("2026-11-18T13:30:00Z"); // the 19th in Sydney
    let enrolment = world.referred();
    assert_eq!(enrolment.anchor.date, Reference::Date(date("2026-11-19")));
    assert_eq!(step(&enrolment).due, at(ENROLLED), "the 20th, at ten");
    assert_eq!(enrolment.id, world.referred().id, "derived from program, referral and patient");
    let key = world.referral().key.clone();
    assert_eq!(enrolment.cause, Cause::Referral(key));
}

#[test]
fn a_referral_that_is_over_or_not_for_the_program_enrols_nobody() {
    type Change = fn(&mut World);
    let cases: [(&str, Change); 5] = [
        ("withdrawn", |w| w.referral().state = ReferralState::Withdrawn),
        ("completed", |w| w.referral().state = ReferralState::Completed),
        ("of another", |w| w.referral().matching = Matching::Waiting { patient: None }),
        ("our own", |w| w.referral().origin = ReferralOrigin::Internal),
        ("another type of program", |w| w.program.kind = ProgramType::General),
    ];
    let world = referred(vec![sms(1, Timing::Enrolled)]);
    assert!(world.beginning().is_some());
    for (name, change) in cases {
        let mut world = world.clone();
        change(&mut world);
        assert_eq!(world.beginning(), None, "{name}");
    }
}

#[test]
fn a_referral_that_is_over_ends_its_enrolment_and_one_that_is_back_takes_it_up_again() {
    let actions = vec![at_any_hour(sms(1, Timing::Enrolled)), sms(2, days_after(7, None))];
    let mut world = referred(actions);
    let enrolment = world.attempt(&world.referred(), sent(), at(ENROLLED)).enrolment;
    for (state, gone) in [
        (ReferralState::Withdrawn, ReferralGone::Withdrawn),
        (ReferralState::Completed, ReferralGone::Completed),
    ] {
        world.referral().state = state;
        let ended = world.told(&enrolment, LATER).enrolment;
        let Status::Ended { why, .. } = &ended.status else { panic!("not ended: {ended:?}") };
        assert_eq!(*why, EndReason::Referral(gone));
        assert_eq!(world.told(&ended, LATER).enrolment, ended, "said again");
        let due = step(&enrolment).due;
        assert!(!is_sending(&world.bring_up(&enrolment, due)), "nor at the last look");
        world.referral().state = ReferralState::Active;
        let back = world.told(&ended, LATER).enrolment;
        assert_eq!(step(&back).action, ActionId::new(id(2)), "the first is not sent again");
    }
}

#[test]
fn an_earlier_word_that_comes_late_re_anchors_what_is_unsent() {
    let actions = vec![at_any_hour(sms(1, Timing::Enrolled)), sms(2, days_after(7, Some("10:00")))];
    let mut world = referred(actions);
    let enrolment = world.attempt(&world.referred(), sent(), at(ENROLLED)).enrolment;
    assert_eq!(step(&enrolment).due, at("2026-11-27T10:00:00+11:00"));
    world.referral().added_at = at("2026-11-18T10:00:00+11:00");
    let moved = world.told(&enrolment, LATER).enrolment;
    assert_eq!(moved.anchor.date, Reference::Date(date("2026-11-18")));
    assert_eq!(step(&moved).due, at("2026-11-25T10:00:00+11:00"));
}

#[test]
fn a_letter_to_the_gp_goes_to_who_referred_the_patient() {
    for (print, to) in [
        (PrintOption::Mail, Recipient::Post(Phi::new(address("1 Referrer Road")))),
        (PrintOption::SaveFile, Recipient::File),
    ] {
        let mut world = referred(vec![letter_to_gp(OnError::Pause, print)]);
        world.patient.gp = Some(gp("Dr Home", Some(address("2 Home Street"))));
        let referrer = gp("Dr Okafor", Some(address("1 Referrer Road")));
        world.referral().referrer = Some(referrer);
        let decision = world.bring_up(&world.referred(), at(ENROLLED));
        assert_eq!(decision.send().map(|(_, to)| to), Some(&to));
    }
}

#[test]
fn a_referrer_without_an_address_is_the_usual_failure() {
    let mut world = referred(vec![letter_to_gp(OnError::Skip, PrintOption::Mail)]);
    world.patient.gp = Some(gp("Dr Home", Some(address("2 Home Street"))));
    world.referral().referrer = Some(gp("Dr Okafor", None));
    let failed = world.bring_up(&world.referred(), at(ENROLLED));
    let why = "no postal address of the referrer".to_owned();
    assert_eq!(recorded(&failed), [Outcome::Failed { why }]);
    assert!(is_completed(&failed.enrolment), "it is skipped, as the action says");
}

#[test]
fn a_letter_to_a_referrer_whom_nobody_knows_waits_until_the_referral_is_filled_in() {
    for on_error in [OnError::Pause, OnError::Skip] {
        let mut world = referred(vec![letter_to_gp(on_error, PrintOption::Mail)]);
        // Another doctor is not told in their place.
        world.patient.gp = Some(gp("Dr Home", Some(address("2 Home Street"))));
        let waiting = world.bring_up(&world.referred(), at(ENROLLED));
        assert_eq!(*held(&waiting.enrolment), HoldReason::NoReferrer, "{on_error:?}");
        assert_eq!(raised(&waiting), [WorkKind::Failed]);
        assert_eq!(recorded(&waiting), [], "nothing was tried");
        assert!(matches!(
            &waiting.effects[..],
            [Effect::Note(note), Effect::Raise(work)]
                if work.summary == note.text
                    && work.summary.contains("fill it in in “gp-net”, or advance")
        ));
        let same = world.told(&waiting.enrolment, LATER);
        assert_eq!(same.enrolment, waiting.enrolment, "nothing was filled in");

        let referrer = gp("Dr Okafor", Some(address("1 Referrer Road")));
        world.referral().referrer = Some(referrer);
        let on = world.told(&waiting.enrolment, LATER);
        let key = waiting.enrolment.key_of(waiting.enrolment.step().unwrap());
        assert!(on.effects.contains(&Effect::Resolve(hold_id(&key))), "its work is done");
        assert_eq!((step(&on.enrolment).due, step(&on.enrolment).attempt), (at(LATER), 1));
        let later = at("2026-12-24T10:00:00+11:00");
        world.referral().referrer = None;
        let again = world.bring_up(&on.enrolment, at(LATER)).enrolment;
        assert_eq!(*held(&again), HoldReason::NoReferrer, "taken back before it was sent");
        let referrer = gp("Dr Okafor", Some(address("1 Referrer Road")));
        world.referral().referrer = Some(referrer);
        let on = world.decide(&again, Event::ReferralChanged, later).enrolment;
        assert!(is_sending(&world.bring_up(&on, later)), "waiting does not make it late");
    }
}

#[test]
fn a_text_that_says_who_referred_the_patient_waits_for_that_too() {
    let world = referred(vec![at_any_hour(sms(1, Timing::Enrolled))]);
    let enrolment = world.referred();
    let key = enrolment.current_key().unwrap();
    let waiting = world.decide(&enrolment, Event::NeedsReferrer(key), at(ENROLLED));
    assert_eq!(*held(&waiting.enrolment), HoldReason::NoReferrer);
}

#[test]
fn staff_let_an_incomplete_referral_go_on_without_its_letter() {
    let actions = vec![letter_to_gp(OnError::Pause, PrintOption::Mail), pause(2)];
    let world = referred(actions);
    let waiting = world.bring_up(&world.referred(), at(ENROLLED)).enrolment;
    let on = world.instruct(&waiting, Instruction::Advance, LATER).enrolment;
    assert_eq!(*held(&on), HoldReason::Paused);
    let retried = world.instruct(&waiting, Instruction::Retry(Receipt::Unknown), LATER).enrolment;
    let again = world.bring_up(&retried, at(LATER)).enrolment;
    assert_eq!(*held(&again), HoldReason::NoReferrer, "still nobody is named");
}

#[test]
fn the_timeline_shows_what_waits_for_the_referrer() {
    let actions = vec![letter_to_gp(OnError::Skip, PrintOption::Mail), sms(2, days_after(7, None))];
    let world = referred(actions);
    let before = world.referred();
    let waiting = world.bring_up(&before, at(ENROLLED)).enrolment;
    for enrolment in [before, waiting] {
        let ahead = timeline(enrolment, world.facts(), at(ENROLLED));
        assert_eq!(ahead.len(), 2, "{ahead:?}");
        assert!(matches!(&ahead[0].fate, Fate::Failed(why) if why.contains("names no referrer")));
        assert!(matches!(ahead[1].fate, Fate::Sent(_)), "{ahead:?}");
    }
}

#[test]
fn a_patient_whom_staff_put_on_a_referral_program_has_letters_sent_to_their_gp() {
    let mut world = referred(vec![letter_to_gp(OnError::Pause, PrintOption::Mail)]);
    world.referral = None;
    world.patient.gp = Some(gp("Dr Home", Some(address("2 Home Street"))));
    let decision = world.bring_up(&world.add("2026-11-20"), at(ENROLLED));
    let home = Recipient::Post(Phi::new(address("2 Home Street")));
    assert_eq!(decision.send().map(|(_, to)| to), Some(&home));
}

#[test]
fn the_day_that_a_referral_was_added_is_not_for_staff_to_change() {
    let world = referred(vec![sms(1, days_after(7, None))]);
    let change = Instruction::ChangeReference(date("2026-12-01"));
    let refused = world.instruct(&world.referred(), change, LATER);
    assert_eq!(refused.refusal(), Some(Refusal::CountsFromReferral));
}

#[test]
fn a_patient_who_was_moved_to_another_type_of_program_is_on_it_whatever_the_referral_does() {
    let mut world = referred(vec![sms(1, days_after(7, None))]);
    let enrolment = world.referred();
    world.program.kind = ProgramType::Recall;
    world.referral().state = ReferralState::Withdrawn;
    assert_eq!(world.told(&enrolment, LATER).enrolment, enrolment);
    let change = Instruction::ChangeReference(date("2026-12-01"));
    assert_eq!(world.instruct(&enrolment, change, LATER).refusal(), None);
}

#[test]
fn a_referral_goes_along_when_two_records_of_its_patient_become_one() {
    let mut world = referred(vec![sms(1, Timing::Enrolled)]);
    let enrolment = world.referred();
    world.referral().caused.insert(enrolment.id.clone());
    let into = PatientId::new(id(9));
    let moved = rehome_referral(&world.referral().clone(), &into, &[enrolment]);
    assert_eq!(moved.gone_for(&into), None);
    *world.referral() = moved.clone();
    world.patient.id = into;
    let anew = world.referred().id;
    assert!(moved.caused.contains(&anew), "what it would begin anew counts as begun");
}
