//! Who may be reached, which records are one person's, and what a merge leaves of them.

use ulid::Ulid;

use super::*;

const NOW: &str = "2026-11-22T08:00:00Z";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn id(n: u128) -> PatientId {
    PatientId::new(Ulid::from_parts(0, n))
}

fn patient(n: u128) -> Patient {
    let name = |text| Phi::new(PersonName::parse(text).unwrap());
    Patient {
        id: id(n),
        revision: 1,
        identifiers: BTreeSet::new(),
        first_name: name("Maria"),
        last_name: name("Rossi"),
        date_of_birth: None,
        mobile: None,
        email: None,
        address: None,
        language: None,
        gp: None,
        site: None,
        consents: Consents::default(),
        standing: Standing::Current,
        merged_from: BTreeSet::new(),
        returned_mail: std::collections::BTreeMap::new(),
        bounced_email: None,
        medicare: None,
    }
}

fn said(choice: Choice, how: &str) -> Consent {
    let how = Phi::new(Evidence::parse(how).unwrap());
    Consent { choice, at: at(NOW), by: "person-1".into(), how }
}

fn identifier(key: &str) -> Identifier {
    let source = Code::parse("diary").unwrap();
    Identifier { source, id: Phi::new(ExternalId::parse(key).unwrap()) }
}

#[test]
fn care_goes_unless_withdrawn_and_commercial_only_when_given() {
    use Choice::{Given, Withdrawn};
    let not_agreed = Err(Unreachable::NotAgreed(Channel::Sms));
    let out = Err(Unreachable::OptedOut);
    for (care, commercial, care_goes, commercial_goes) in [
        (None, None, Ok(()), not_agreed),
        (None, Some(Given), Ok(()), Ok(())),
        (None, Some(Withdrawn), Ok(()), not_agreed),
        (Some(Given), None, Ok(()), not_agreed),
        (Some(Withdrawn), None, out, out),
        (Some(Withdrawn), Some(Given), out, out),
    ] {
        let mut patient = patient(1);
        for (purpose, choice) in [(Purpose::Care, care), (Purpose::Commercial, commercial)] {
            if let Some(choice) = choice {
                patient.consents.record(Channel::Sms, purpose, said(choice, "asked"));
            }
        }
        let case = format!("{care:?} {commercial:?}");
        assert_eq!(patient.reach(Channel::Sms, Purpose::Care), care_goes, "{case}");
        assert_eq!(patient.reach(Channel::Sms, Purpose::Commercial), commercial_goes, "{case}");
        assert_eq!(patient.reach(Channel::Email, Purpose::Care), Ok(()), "{case}: another channel");
    }
    let text = Unreachable::NotAgreed(Channel::Sms).to_string();
    assert_eq!(text, "the patient has not agreed to commercial messages by sms");
}

#[test]
fn who_is_no_current_patient_is_not_reached_whatever_they_agreed_to() {
    let given = said(Choice::Given, "asked");
    for (standing, why) in [
        (Standing::Archived, Unreachable::Archived),
        (Standing::Deceased, Unreachable::Deceased),
        (Standing::Merged { into: id(2) }, Unreachable::Merged),
    ] {
        let mut patient = patient(1);
        patient.standing = standing;
        for purpose in Purpose::ALL {
            patient.consents.record(Channel::Letter, purpose, given.clone());
            assert_eq!(patient.reach(Channel::Letter, purpose), Err(why));
        }
    }
}

#[test]
fn what_was_said_before_in_the_same_words_keeps_its_date_and_witness() {
    let mut consents = Consents::default();
    consents.record_news(Channel::Sms, Purpose::Care, said(Choice::Given, "asked"));
    let mut later = said(Choice::Given, "asked");
    later.by = "person-2".into();
    consents.record_news(Channel::Sms, Purpose::Care, later.clone());
    assert_eq!(consents.of(Channel::Sms, Purpose::Care).unwrap().by, "person-1");
    later.choice = Choice::Withdrawn;
    consents.record_news(Channel::Sms, Purpose::Care, later);
    assert_eq!(consents.of(Channel::Sms, Purpose::Care).unwrap().by, "person-2");
}

#[test]
fn a_name_or_two_of_name_birth_date_and_mobile_make_a_possible_duplicate() {
    let born = NaiveDate::from_ymd_opt(1980, 2, 3).map(Phi::new);
    let mobile = MobileNumber::from_e164("+61491570006").ok();
    let full = Patient { date_of_birth: born.clone(), mobile: mobile.clone(), ..patient(1) };
    let other = |name: &str, date_of_birth: &Option<_>, mobile: &Option<_>| Patient {
        first_name: Phi::new(PersonName::parse(name).unwrap()),
        date_of_birth: date_of_birth.clone(),
        mobile: mobile.clone(),
        ..patient(2)
    };
    assert!(full.may_be(&other("María", &born, &None)), "name and date");
    assert!(full.may_be(&other("MARIA", &None, &mobile)), "name and mobile");
    assert!(full.may_be(&other("Mia", &born, &mobile)), "date and mobile");
    assert!(full.may_be(&other("Maria", &None, &None)), "the name alone");
    let elder = NaiveDate::from_ymd_opt(1950, 2, 3).map(Phi::new);
    assert!(!full.may_be(&other("Maria", &elder, &None)), "two people of one name");
    assert!(full.may_be(&other("Maria", &elder, &mobile)), "one of the dates may be mistyped");
    let swap = |it: Patient| Patient {
        first_name: it.last_name.clone(),
        last_name: it.first_name.clone(),
        ..it
    };
    assert!(full.may_be(&swap(other("Maria", &None, &mobile))), "swapped, and mobile");
    assert!(full.may_be(&swap(other("Maria", &born, &None))), "swapped, and date");
    assert!(!full.may_be(&swap(other("Maria", &None, &None))), "swapped alone");
    assert!(!full.may_be(&other("Mia", &None, &mobile)), "a family shares a mobile");
    let unlike = Patient { first_name: Phi::new(PersonName::parse("Mia").unwrap()), ..patient(2) };
    assert!(!patient(1).may_be(&unlike), "what both lack does not agree");
}

#[test]
fn a_birth_date_is_not_in_the_future_anywhere_and_not_before_1880() {
    let check = |date: &str| check_birth_date(date.parse().unwrap(), at(NOW));
    assert_eq!(check("2026-11-22"), Ok(()));
    assert_eq!(check("2026-11-23"), Err(BadBirthDate::Future));
    let evening = check_birth_date("2026-11-23".parse().unwrap(), at("2026-11-22T20:00:00Z"));
    assert_eq!(evening, Ok(()), "a new day in Sydney");
    assert_eq!(check("1880-01-01"), Ok(()));
    assert_eq!(check("1879-12-31"), Err(BadBirthDate::TooLongAgo));
}

#[test]
fn a_merge_moves_identifiers_missing_fields_and_the_stricter_consents() {
    let mobile = MobileNumber::from_e164("+61491570006").unwrap();
    let email = |text| EmailAddress::parse(text).ok();
    let mut from =
        Patient { mobile: Some(mobile.clone()), email: email("a@b.example"), ..patient(1) };
    from.identifiers.insert(identifier("P-1"));
    from.consents.record(Channel::Sms, Purpose::Care, said(Choice::Withdrawn, "STOP"));
    from.consents.record(Channel::Email, Purpose::Commercial, said(Choice::Given, "form"));
    from.consents.record(Channel::Email, Purpose::Care, said(Choice::Given, "form"));
    let mut into = Patient { email: email("kept@b.example"), revision: 4, ..patient(2) };
    into.identifiers.insert(identifier("P-2"));
    into.consents.record(Channel::Sms, Purpose::Care, said(Choice::Given, "asked"));
    into.consents.record(Channel::Email, Purpose::Care, said(Choice::Withdrawn, "asked"));

    let merged = merge(&from, &into).unwrap();
    assert_eq!(merged.into.identifiers.len(), 2);
    assert_eq!((merged.into.revision, merged.from.revision), (5, 2));
    let into = &merged.into;
    assert_eq!((&into.mobile, &into.email), (&Some(mobile), &email("kept@b.example")));
    let consents = &merged.into.consents;
    assert_eq!(consents.opted_out(), BTreeSet::from([Channel::Sms, Channel::Email]));
    assert!(consents.of(Channel::Email, Purpose::Commercial).is_some(), "known to one record only");
    assert_eq!(merged.from.standing, Standing::Merged { into: id(2) });
    assert_eq!(merged.from.identifiers, BTreeSet::new());
    assert_eq!(merged.into.merged_from, BTreeSet::from([id(1)]));
    let again = merge(&merged.into, &patient(3)).unwrap();
    assert_eq!(again.into.merged_from, BTreeSet::from([id(1), id(2)]), "and what went into it");
}

#[test]
fn a_merge_keeps_the_survivors_medicare_number_or_takes_the_others() {
    let on =
        |n, number: &str| Patient { medicare: MedicareNumber::parse(number).ok(), ..patient(n) };
    let (none, one, two) = ("", "2123456701", "2123456702");
    for (from, into, after) in [(one, two, two), (one, none, one), (none, two, two)] {
        let merged = merge(&on(1, from), &on(2, into)).unwrap();
        assert_eq!(merged.into.medicare, MedicareNumber::parse(after).ok());
    }
}

#[test]
fn a_merge_keeps_the_survivors_standing_but_a_death_on_either_record_is_a_death() {
    use Standing::{Archived, Current, Deceased};
    for (from, into, after) in [
        (Current, Current, Current),
        (Archived, Current, Current),
        (Current, Archived, Archived),
        (Deceased, Current, Deceased),
        (Current, Deceased, Deceased),
    ] {
        let from = Patient { standing: from, ..patient(1) };
        let into = Patient { standing: into, ..patient(2) };
        assert_eq!(merge(&from, &into).unwrap().into.standing, after);
    }
}

#[test]
fn what_is_merged_already_is_not_merged_again() {
    let gone = Patient { standing: Standing::Merged { into: id(9) }, ..patient(1) };
    assert_eq!(merge(&gone, &patient(2)), Err(Unmergeable::Gone(id(9))));
    assert_eq!(merge(&patient(2), &gone), Err(Unmergeable::SurvivorGone(id(9))));
    assert_eq!(merge(&patient(1), &patient(1)), Err(Unmergeable::Same));
    let many = |from: usize, n| Patient {
        identifiers: (from..from + 30).map(|i| identifier(&format!("P-{i}"))).collect(),
        ..patient(n)
    };
    assert_eq!(merge(&many(0, 1), &many(30, 2)), Err(Unmergeable::TooManyIdentifiers));
    assert_eq!(merge(&many(0, 1), &many(10, 2)).unwrap().into.identifiers.len(), 40);
}

#[test]
fn a_key_of_names_is_read_back_whatever_the_names_are() {
    for (first, last) in [("Maria", "Rossi"), ("Anh", "Đặng Thị"), ("-", "."), ("小龙", "李")]
    {
        let name = |text| Phi::new(PersonName::parse(text).unwrap());
        let names = Patient { first_name: name(first), last_name: name(last), ..patient(1) };
        let names = names.folded_names();
        assert_eq!(FoldedNames::from_last_first(&names.last_first()), Some(names.clone()));
        assert_eq!(FoldedNames::from_first_last(&names.first_last()), Some(names));
    }
    assert_eq!(FoldedNames::from_last_first("rossi"), None);
    let long = "각".repeat(80);
    let names = Patient { last_name: Phi::new(PersonName::parse(&long).unwrap()), ..patient(1) };
    assert!(names.folded_names().last_first().len() < 1024, "it fits a sort key");
}
