//! Tables of people who are one, may be one, and are two; and who is picked of several.

use proptest::prelude::*;
use ulid::Ulid;

use super::*;
use crate::ids::{PatientId, SiteId};
use crate::patient::{Identifier, PersonName, Recognition, Standing, pick};
use crate::text::{Code, ExternalId};

const BORN: &str = "1980-02-03";
const PHONE: &str = "+61491570006";
const CARD: &str = "2123456701";

/// Names, date of birth, mobile and Medicare number; empty ones are not known.
fn told([first, last, born, mobile, medicare]: [&str; 5]) -> Particulars {
    let name = |text: &str| FoldedName::parse(text).ok();
    Particulars {
        first_name: name(first),
        last_name: name(last),
        date_of_birth: born.parse().ok().map(Phi::new),
        mobile: MobileNumber::from_e164(mobile).ok(),
        medicare: MedicareNumber::parse(medicare).ok(),
    }
}

fn on_card(person: &str) -> String {
    format!("{CARD}{person}")
}

#[test]
fn two_things_that_agree_make_one_person_unless_something_speaks_against_it() {
    use Likeness::{Other, Perhaps, Same};
    let (one, two) = (on_card("1"), on_card("2"));
    let maria = ["Maria", "Rossi", BORN, PHONE, &one];
    let none = "";
    for (other, expected, why) in [
        (maria, Same, "everything"),
        (["MARÍA", "O’Rossi", BORN, none, &one], Same, "a new family name, date and card"),
        (["María", "rossi", BORN, none, none], Same, "accents and case"),
        (["Maria", "Rossi", none, PHONE, none], Same, "name and mobile"),
        (["Maria", "Rossi", none, "+61491570156", CARD], Same, "name and card, another mobile"),
        (["Rossi", "Maria", BORN, none, none], Same, "swapped, and date"),
        (["Rossi", "Maria", none, PHONE, none], Same, "swapped, and mobile"),
        (["Rossi", "Maria", none, none, CARD], Same, "swapped, and card"),
        (["Rossi", "Maria", none, none, none], Other, "swapped alone"),
        ([none, none, BORN, PHONE, none], Same, "date and mobile, of which one is her own"),
        ([none, "Rossi", BORN, none, CARD], Same, "date and card"),
        ([none, none, none, PHONE, &one], Same, "mobile and her number on the card"),
        ([none, none, none, PHONE, CARD], Perhaps, "what a family has in common"),
        ([none, "Rossi", none, PHONE, CARD], Perhaps, "and its name"),
        (["Maria", "Rossi", none, none, none], Perhaps, "the name alone"),
        ([none, none, none, none, &one], Perhaps, "her number alone"),
        ([none, none, none, none, CARD], Other, "the card alone"),
        ([none, none, BORN, none, none], Other, "the birthday alone"),
        ([none, none, none, PHONE, none], Other, "the mobile alone"),
        (["Maria", "Rossi", "1950-02-03", none, none], Other, "two of one name"),
        (["Maria", "Rossi", "1908-02-03", PHONE, none], Perhaps, "a mistyped date"),
        (["Maria", "Rossi", BORN, none, &two], Perhaps, "a mistyped number on the card"),
        (["Mia", "Rossi", BORN, PHONE, none], Perhaps, "twins on one phone, or a short name"),
        (["Mia", "Rossi", BORN, none, none], Perhaps, "a short name and a new phone, or a twin"),
        (["Maria", "Bianchi", BORN, none, none], Perhaps, "a new family name and a new phone"),
        ([none, "Rossi", BORN, none, none], Perhaps, "one of the names and the date"),
        (["Mia", "Bianchi", BORN, none, none], Other, "neither of the names"),
        (["Mia", "Bianchi", none, none, &one], Perhaps, "her number under another name"),
        (["Mia", "Bianchi", "2010-05-06", none, &one], Other, "her number, and another date"),
        (["Mia", "Rossi", BORN, none, &two], Other, "twins on one card"),
        (["Mia", "Rossi", BORN, PHONE, &two], Other, "twins who have both their numbers"),
        (["Mia", "Rossi", "2010-05-06", PHONE, CARD], Other, "a child on her phone and card"),
        (["Mia", "Rossi", none, PHONE, CARD], Other, "the same, of unknown age"),
        (["Mia", "Rossi", none, PHONE, none], Other, "a relative on her phone"),
        (["Maria", "Rossi", "2010-05-06", PHONE, &two], Other, "a daughter of her name"),
        ([none; 5], Other, "nothing"),
    ] {
        let (mine, theirs) = (told(maria), told(other));
        assert_eq!(mine.likeness(&theirs), expected, "{why}");
        assert_eq!(theirs.likeness(&mine), expected, "{why}, the other way round");
    }
    assert_eq!(told([none; 5]).likeness(&told([none; 5])), Other, "what both lack does not agree");
}

#[test]
fn what_is_told_anew_may_be_of_the_same_one_unless_it_speaks_of_another() {
    let (one, two) = (on_card("1"), on_card("2"));
    let none = "";
    for (now, expected, why) in [
        ([none; 5], true, "nothing"),
        (["Maria", "Rossi", none, none, none], true, "less than before"),
        (["Maria", "Rossi", none, "+61491570156", none], true, "a new mobile"),
        (["Maria", "Rossi", "1908-02-03", PHONE, none], true, "a date put right"),
        (["Maria", "Bianchi", none, PHONE, none], true, "a new family name"),
        (["Rossi", "Maria", BORN, none, none], true, "swapped"),
        ([none, none, none, PHONE, none], true, "no name"),
        (["Maria", "Bianchi", none, none, none], false, "another family name alone"),
        (["Rossi", "Maria", none, none, none], false, "swapped alone"),
        (["Tom", "Rossi", none, PHONE, CARD], false, "another given name"),
        (["Maria", "Rossi", "2010-05-06", none, &two], false, "a daughter of her name"),
        ([none, none, "2010-05-06", PHONE, none], false, "another date, and no name"),
    ] {
        let known = told(["Maria", "Rossi", BORN, PHONE, &one]);
        assert_eq!(told(now).may_be_told_of(&known), expected, "{why}");
    }
}

#[test]
fn what_agrees_is_said_in_words() {
    let maria = told(["Maria", "Rossi", BORN, PHONE, CARD]);
    let all = ["name", "date of birth", "mobile", "Medicare number"];
    assert_eq!(maria.agreements(&maria), all);
    assert_eq!(maria.agreements(&told(["Mia", "Rossi", BORN, "", ""])), ["date of birth"]);
    assert_eq!(maria.agreements(&told([""; 5])), [""; 0]);
}

fn patient(n: u128, [first, last, born, mobile, medicare]: [&str; 5]) -> Patient {
    let known = told([first, last, born, mobile, medicare]);
    let name = |text| Phi::new(PersonName::parse(text).unwrap());
    Patient {
        id: PatientId::new(Ulid::from_parts(0, n)),
        first_name: name(first),
        last_name: name(last),
        date_of_birth: known.date_of_birth,
        mobile: known.mobile,
        medicare: known.medicare,
        ..Patient::sample(SiteId::new(Ulid::from_parts(0, 1)))
    }
}

fn key(source: &str, id: &str) -> Identifier {
    let id = Phi::new(ExternalId::parse(id).unwrap());
    Identifier { source: Code::parse(source).unwrap(), id }
}

/// The number of who is picked; else the numbers of who is likely.
fn picked(of: &Particulars, key: Option<&Identifier>, all: &[Patient]) -> Result<u128, Vec<u128>> {
    let number = |id: &PatientId| {
        all.iter().position(|it| it.id == *id).and_then(|at| u128::try_from(at).ok()).unwrap()
    };
    match pick(of, key, all) {
        Recognition::One(patient) => Ok(number(&patient.id)),
        Recognition::Unsure(likely) => Err(likely.iter().map(number).collect()),
    }
}

#[test]
fn one_is_picked_when_nobody_else_is_as_like_and_all_who_are_likely_are_named() {
    let of = told(["Maria", "Rossi", BORN, PHONE, ""]);
    let maria = patient(1, ["Maria", "Rossi", BORN, "", ""]);
    let twin = patient(2, ["Mia", "Rossi", BORN, PHONE, ""]);
    let again = patient(3, ["Maria", "Rossi", "", PHONE, ""]);
    let stranger = patient(4, ["Rob", "Roy", "", "", ""]);
    let all = |patients: &[&Patient]| patients.iter().map(|it| (*it).clone()).collect::<Vec<_>>();
    for (candidates, expected) in [
        (all(&[]), Err(vec![])),
        (all(&[&stranger]), Err(vec![])),
        (all(&[&stranger, &maria, &twin]), Ok(1)),
        (all(&[&twin]), Err(vec![0])),
        (all(&[&twin, &maria, &again]), Err(vec![1, 2, 0])),
    ] {
        assert_eq!(picked(&of, None, &candidates), expected, "{candidates:?}");
    }
}

#[test]
fn whom_the_source_calls_otherwise_is_at_most_likely() {
    let of = told(["Maria", "Rossi", BORN, PHONE, ""]);
    let mut maria = patient(1, ["Maria", "Rossi", BORN, PHONE, ""]);
    maria.identifiers = [key("diary", "P-1")].into();
    let candidates = [maria];
    assert_eq!(picked(&of, Some(&key("online", "P-2")), &candidates), Ok(0));
    assert_eq!(picked(&of, Some(&key("diary", "P-2")), &candidates), Err(vec![0]));
    assert_eq!(picked(&of, None, &candidates), Ok(0), "it says nothing of a key");
}

#[test]
fn who_is_a_patient_no_longer_is_recognised_rather_than_begun_anew_unless_somebody_current_is_like()
{
    let of = told(["Maria", "Rossi", BORN, PHONE, ""]);
    let like = |n, standing: &Standing| Patient {
        standing: standing.clone(),
        ..patient(n, ["Maria", "Rossi", BORN, "", ""])
    };
    let into = PatientId::new(Ulid::from_parts(0, 77));
    let current = like(1, &Standing::Current);
    let twin = patient(2, ["Mia", "Rossi", BORN, PHONE, ""]);
    for gone in [Standing::Archived, Standing::Deceased] {
        let gone = like(3, &gone);
        assert_eq!(picked(&of, None, std::slice::from_ref(&gone)), Ok(0));
        assert_eq!(picked(&of, None, &[gone.clone(), current.clone()]), Ok(1));
        assert_eq!(picked(&of, None, &[gone.clone(), twin.clone()]), Err(vec![1, 0]));
        assert_eq!(picked(&of, None, &[gone.clone(), gone]), Err(vec![0, 0]));
    }
    assert_eq!(picked(&of, None, &[like(4, &Standing::Merged { into })]), Err(vec![]));
}

#[test]
fn who_is_a_patient_no_longer_is_recognised_under_another_key_and_asked_about_when_two_things_agree()
 {
    let of = told(["Maria", "Rossi", BORN, PHONE, ""]);
    let gone = |standing: &Standing, told| Patient {
        standing: standing.clone(),
        identifiers: [key("diary", "P-1")].into(),
        ..patient(1, told)
    };
    let again = key("diary", "P-2");
    for standing in [Standing::Archived, Standing::Deceased] {
        for (told, expected) in [
            (["Maria", "Rossi", BORN, "", ""], Ok(0)),
            (["Mia", "Rossi", BORN, PHONE, ""], Err(vec![0])),
            (["Maria", "Rossi", "", "", ""], Err(vec![])),
        ] {
            let all = [gone(&standing, told)];
            assert_eq!(picked(&of, Some(&again), &all), expected, "{told:?}");
        }
    }
}

/// Few values of each kind, so that they agree often.
fn any_told() -> impl Strategy<Value = [String; 5]> {
    let of = |values: &'static [&'static str]| {
        prop::sample::select(values).prop_map(std::borrow::ToOwned::to_owned)
    };
    let first = of(&["Maria", "Mia", "Rossi"]);
    let last = of(&["Rossi", "Roy", "Maria"]);
    let born = of(&["", BORN, "2010-05-06"]);
    let mobile = of(&["", PHONE, "+61491570156"]);
    let medicare = of(&["", CARD, "21234567011", "21234567012"]);
    (first, last, born, mobile, medicare).prop_map(|(a, b, c, d, e)| [a, b, c, d, e])
}

proptest! {
    /// However much agrees, nobody is taken for somebody of another date of birth, given name (unless
    /// the two are swapped) or number on one card; and likeness does not depend on who is asked about.
    #[test]
    fn nobody_is_taken_for_somebody_of_another_birth_date(
        of in any_told(),
        known in prop::collection::vec(any_told(), 1..5),
    ) {
        let of = told(of.each_ref().map(String::as_str));
        let known: Vec<_> =
            known.iter().zip(1..).map(|(it, n)| patient(n, it.each_ref().map(String::as_str))).collect();
        for other in &known {
            let other = Particulars::of(other);
            prop_assert_eq!(of.likeness(&other), other.likeness(&of));
        }
        if let Recognition::One(patient) = pick(&of, None, &known) {
            let one = Particulars::of(patient);
            prop_assert!(
                of.date_of_birth.is_none()
                    || one.date_of_birth.is_none()
                    || of.date_of_birth == one.date_of_birth
            );
            prop_assert!(of.first_name == one.first_name || of.first_name == one.last_name);
            let cards = of.medicare.zip(one.medicare);
            prop_assert!(cards.is_none_or(|(a, b)| a.card() != b.card() || a.may_be(&b)));
        }
    }
}
