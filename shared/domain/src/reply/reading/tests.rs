use proptest::prelude::*;

use super::*;

fn one(text: &str) -> Reading {
    Reading::One(Number::parse(text).unwrap())
}

fn read(text: &str, unit: &str) -> Reading {
    reading(text, Some(&Unit::parse(unit).unwrap()))
}

#[test]
fn the_one_number_of_an_answer_is_its_value() {
    for (text, expected) in [
        ("7.2", "7.2"),
        ("7,2", "7.2"),
        ("my sugar is 7.2 mmol/L", "7.2"),
        ("7.2mmol/L", "7.2"),
        ("sugar: 7.2.", "7.2"),
        ("Sugar=7.2!", "7.2"),
        ("(7.2)", "7.2"),
        ("-3", "-3"),
        ("−3", "-3"),
        ("+4.5", "4.5"),
        ("0.5", "0.5"),
        ("٧٫٢", "7.2"),
        ("۷٫۲", "7.2"),
        ("७.२", "7.2"),
        ("７．２", "7.2"),
        ("7", "7"),
        ("120", "120"),
        ("7.2 🙂", "7.2"),
        ("about 7.2 mmol", "7.2"),
    ] {
        assert_eq!(read(text, "mmol/L"), one(expected), "{text}");
    }
    assert_eq!(read("82 kgs today", "kg"), one("82"));
    assert_eq!(read("5000 steps", "steps"), one("5000"), "a unit we do not know");
    assert_eq!(reading("82 kg", None), one("82"), "an action that asks for no unit");
}

#[test]
fn a_number_that_could_be_another_is_none() {
    for text in [
        "bp 120/80",
        "120/80",
        "BP120",
        "7.2 or 7.4",
        "7-8",
        "7.2 at 8am",
        "10:30",
        "1,200",
        "1,234.5",
        "10 000",
        "7.2.1",
        "7..2",
        "7½",
        "½",
        "²",
        "0491570156",
        "007",
        "<5",
        "$5",
        "hba1c 7.2",
        "7.23456",
        "٧ ٢",
    ] {
        assert_eq!(read(text, "mmol/L"), Reading::Unclear, "{text}");
    }
}

#[test]
fn a_number_in_another_unit_is_no_value() {
    assert_eq!(read("130 mg/dL", "mmol/L"), Reading::Unclear);
    assert_eq!(read("180lbs", "kg"), Reading::Unclear);
    assert_eq!(read("12 stone", "kg"), Reading::Unclear);
    assert_eq!(read("7.2 %", "mmol/L"), Reading::Unclear);
    assert_eq!(read("7.2 thanks", "mmol/L"), one("7.2"));
}

#[test]
fn a_time_a_date_a_count_and_a_bound_are_no_value() {
    for text in [
        "Will do it at 5pm",
        "5 pm",
        "5p.m.",
        "about 5 o’clock",
        "see you at 5",
        "on the 7th",
        "the 7",
        "7 May",
        "Nov 7",
        "in 5 days",
        "5 days",
        "7.30 am",
        "took it 3 times",
        "2 tablets",
        "3 of them",
        "5-ish",
        "5ish",
        "5+",
        "5-",
        "5/",
        "5k steps",
        "5 k steps",
        "5x",
        "37°",
        "under 5",
        "more than 10",
        "room 4",
        "5 Monday",
    ] {
        assert_eq!(read(text, "mmol/L"), Reading::Unclear, "{text}");
        assert_eq!(reading(text, None), Reading::Unclear, "{text}, and no unit is asked for");
    }
    for pressure in ["120/80", "120 / 80", "120 over 80"] {
        assert_eq!(read(pressure, "mmHg"), Reading::Unclear, "{pressure}");
    }
}

#[test]
fn what_is_written_behind_a_number_may_be_the_unit_that_was_asked_for() {
    assert_eq!(read("5000steps", "steps"), one("5000"));
    assert_eq!(read("1 step", "steps"), one("1"));
    assert_eq!(read("5 days", "days"), one("5"), "it is what was asked");
    assert_eq!(read("8h", "hours"), one("8"));
    assert_eq!(read("8 hrs", "h"), one("8"));
    assert_eq!(read("at 7.2 mmol/L", "mmol/L"), one("7.2"), "no time has that unit");
    assert_eq!(read("7.2🙂", "mmol/L"), one("7.2"));
    assert_eq!(reading("82kg", None), one("82"));
    assert_eq!(reading("5h", None), Reading::Unclear);
}

#[test]
fn an_answer_without_a_number_has_no_value() {
    for text in ["", "seven", "what do you mean", "🙂", "N/A", "-", "."] {
        assert_eq!(read(text, "mmol/L"), Reading::Nothing, "{text}");
    }
}

#[test]
fn both_ends_of_a_range_belong_to_it_and_it_does_not_end_before_it_begins() {
    let number = |text: &str| Some(Number::parse(text).unwrap());
    let unit = || Unit::parse("mmol/L").unwrap();
    let rule = ValueRule::new(unit(), number("4"), number("7.8")).unwrap();
    for (value, holds) in [("4", true), ("7.80", true), ("3.99", false), ("7.81", false)] {
        assert_eq!(rule.holds(Number::parse(value).unwrap()), holds, "{value}");
    }
    assert_eq!(ValueRule::new(unit(), number("4"), number("3.9")), Err(BadRange));
    assert!(
        ValueRule::new(unit(), None, number("3")).unwrap().holds(Number::parse("-100").unwrap())
    );
}

proptest! {
    #[test]
    fn whatever_is_written_is_read(text in any::<String>()) {
        let unit = Unit::parse("kg").unwrap();
        // A unit may only take a value away.
        let asked = reading(&text, Some(&unit));
        prop_assert!(asked == Reading::Unclear || asked == reading(&text, None));
    }

    #[test]
    fn a_plain_number_is_its_own_value(whole in 0..999_999_u32, fraction in 0..1000_u32, negative in any::<bool>()) {
        let sign = if negative { "-" } else { "" };
        let text = format!("{sign}{whole}.{fraction:03}");
        prop_assert_eq!(reading(&text, None), one(&text));
    }
}
