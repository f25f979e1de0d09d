//! The contracts of the ports for patients, on the DynamoDB adapter.

#![cfg(test)]

use app::ports::{Entry, Lookup, People, ReadPatients, Register, SaveError};
use chrono::NaiveDate;
use domain::address::{AddressLine, CountryCode, Locality, PostalAddress, Postcode, Region};
use domain::email::EmailAddress;
use domain::ids::PatientId;
use domain::language::LanguageTag;
use domain::patient::{
    Choice, FoldedName, Gp, GpName, GpPractice, MedicareNumber, Merged, Patient, PersonName,
    Standing, merge,
};
use domain::phi::Phi;
use domain::phone::MobileNumber;
use domain::program::{Channel, Purpose};
use testkit::build;
use testkit::dynamo::Dynamo;

fn patient(n: u128, first: &str, last: &str) -> Patient {
    let name = |text| Phi::new(PersonName::parse(text).unwrap());
    Patient {
        id: PatientId::new(build::number(n)),
        identifiers: std::collections::BTreeSet::new(),
        first_name: name(first),
        last_name: name(last),
        ..build::patient()
    }
}

fn folded(name: &str) -> FoldedName {
    FoldedName::parse(name).unwrap()
}

fn entry(patient: &Patient) -> Entry {
    Entry { patient: patient.id.clone(), names: patient.folded_names() }
}

fn address() -> PostalAddress {
    PostalAddress::new(
        vec![AddressLine::parse("Unit 3").unwrap(), AddressLine::parse("1 Quay Street").unwrap()],
        Locality::parse("Sydney").unwrap(),
        Region::parse("NSW").ok(),
        Postcode::parse("2000").ok(),
        CountryCode::australia(),
    )
    .unwrap()
}

#[tokio::test]
async fn everything_of_a_patient_is_read_back_as_it_was() {
    let people = Dynamo::start().await.people();
    let mut full = build::patient();
    full.date_of_birth = NaiveDate::from_ymd_opt(1980, 2, 3).map(Phi::new);
    full.medicare = MedicareNumber::parse("2123 45670 1/1").ok();
    full.email = EmailAddress::parse("maria@example.com").ok();
    full.address = Some(Phi::new(address()));
    full.language = LanguageTag::parse("it-IT").ok().map(Phi::new);
    full.gp = Some(Phi::new(Gp {
        name: GpName::parse("Dr Anna Nguyen").unwrap(),
        practice: GpPractice::parse("Bay Medical").ok(),
        address: Some(address()),
        email: EmailAddress::parse("anna@bay.example").ok(),
    }));
    for (purpose, choice) in
        [(Purpose::Care, Choice::Withdrawn), (Purpose::Commercial, Choice::Given)]
    {
        full.consents.record(Channel::Email, purpose, build::consent(choice));
    }
    people.create_patient(&full).await.unwrap();
    assert_eq!(people.patient(&full.id).await, Ok(Some(full.clone())));
    let mut merged = full.clone();
    merged.revision = 2;
    merged.standing = Standing::Merged { into: PatientId::new(build::number(77)) };
    people.save_patient(&full, &merged).await.unwrap();
    assert_eq!(people.patient(&full.id).await, Ok(Some(merged)));
}

#[tokio::test]
async fn each_lookup_finds_whom_it_covers_in_the_order_of_names() {
    let people = Dynamo::start().await.people();
    let born = NaiveDate::from_ymd_opt(1980, 2, 3).map(Phi::new);
    let maria = Patient { date_of_birth: born.clone(), ..patient(1, "Maria", "Rossi") };
    let mut luca = patient(2, "Luca", "Rossi");
    luca.mobile = MobileNumber::from_e164("+61491570156").ok();
    let zoe = Patient { date_of_birth: born.clone(), mobile: None, ..patient(3, "Zoë", "Ågren") };
    let rob = Patient { mobile: None, ..patient(4, "Rob", "Roy") };
    for it in [&maria, &luca, &zoe, &rob] {
        people.create_patient(it).await.unwrap();
    }
    let born = born.unwrap();
    for (lookup, expected) in [
        (Lookup::LastName(folded("ro")), vec![&luca, &maria, &rob]),
        (Lookup::LastName(folded("rossi")), vec![&luca, &maria]),
        (Lookup::LastName(folded("agren")), vec![&zoe]),
        (Lookup::Named(maria.folded_names()), vec![&maria]),
        (Lookup::Named(patient(9, "Lu", "Rossi").folded_names()), vec![&luca]),
        (Lookup::Named(patient(9, "Maria", "Ross").folded_names()), vec![]),
        (Lookup::FirstName(folded("zoe")), vec![&zoe]),
        (Lookup::Born(born.clone(), None), vec![&zoe, &maria]),
        (Lookup::Born(born, Some(folded("ross"))), vec![&maria]),
        (Lookup::Mobile(maria.mobile.clone().unwrap()), vec![&maria]),
    ] {
        let found = people.look_up(&lookup, None, 9).await;
        assert_eq!(found, Ok(expected.into_iter().map(entry).collect()), "{lookup:?}");
    }
}

#[tokio::test]
async fn a_lookup_goes_on_after_the_entry_it_is_given() {
    let people = Dynamo::start().await.people();
    // Two of one name: their ids tell them apart.
    let ada = [patient(1, "Ada", "Smith"), patient(2, "Ada", "Smith")];
    let bea = patient(3, "Bea", "Smith");
    for it in [&ada[0], &ada[1], &bea] {
        people.create_patient(it).await.unwrap();
    }
    for (lookup, expected) in [
        (Lookup::LastName(folded("smith")), vec![&ada[0], &ada[1], &bea]),
        (Lookup::Mobile(bea.mobile.clone().unwrap()), vec![&ada[0], &ada[1], &bea]),
        (Lookup::FirstName(folded("a")), vec![&ada[0], &ada[1]]),
    ] {
        let mut found = Vec::new();
        while let Some(next) =
            people.look_up(&lookup, found.last(), 1).await.unwrap().into_iter().next()
        {
            found.push(next);
            assert!(found.len() <= expected.len(), "{lookup:?} goes round in circles");
        }
        found.sort_by(|a, b| a.patient.cmp(&b.patient));
        assert_eq!(found, expected.into_iter().map(entry).collect::<Vec<_>>(), "{lookup:?}");
    }
}

#[tokio::test]
async fn who_is_renamed_or_loses_their_mobile_leaves_their_old_place() {
    let people = Dynamo::start().await.people();
    let before = patient(1, "Maria", "Rossi");
    people.create_patient(&before).await.unwrap();
    let mut after = patient(1, "Maria", "Bianchi");
    after.revision = 2;
    after.mobile = None;
    people.save_patient(&before, &after).await.unwrap();
    let number = Lookup::Mobile(before.mobile.unwrap());
    for gone in [Lookup::LastName(folded("rossi")), number] {
        assert_eq!(people.look_up(&gone, None, 9).await, Ok(vec![]), "{gone:?}");
    }
    let found = people.look_up(&Lookup::LastName(folded("bianchi")), None, 9).await;
    assert_eq!(found, Ok(vec![entry(&after)]));
}

async fn two(people: &impl People) -> (Patient, Patient, Merged) {
    let from = build::patient();
    let into = patient(9, "Maria", "Rossi");
    people.create_patient(&from).await.unwrap();
    people.create_patient(&into).await.unwrap();
    let merged = merge(&from, &into).unwrap();
    (from, into, merged)
}

#[tokio::test]
async fn a_merge_stores_both_records_and_whose_the_identifiers_are() {
    let people = Dynamo::start().await.people();
    let (from, into, merged) = two(&people).await;
    people.save_merge(&from, &into, &merged).await.unwrap();
    assert_eq!(people.patient(&from.id).await, Ok(Some(merged.from)));
    assert_eq!(people.patient(&into.id).await, Ok(Some(merged.into.clone())));
    let identifier = from.identifiers.first().unwrap();
    assert_eq!(people.find(identifier).await, Ok(Some(into.id)));

    let mut without = merged.into.clone();
    without.revision += 1;
    without.identifiers.clear();
    people.save_patient(&merged.into, &without).await.unwrap();
    assert_eq!(people.find(identifier).await, Ok(None), "it is the survivor's to give away");
}

#[tokio::test]
async fn a_merge_of_a_stale_record_is_refused_whichever_of_the_two_it_is() {
    for stale_survivor in [false, true] {
        let people = Dynamo::start().await.people();
        let (from, into, merged) = two(&people).await;
        let changed = if stale_survivor { &into } else { &from };
        let mut newer = changed.clone();
        newer.revision += 1;
        newer.consents.record(Channel::Sms, Purpose::Care, build::consent(Choice::Withdrawn));
        people.save_patient(changed, &newer).await.unwrap();

        assert_eq!(people.save_merge(&from, &into, &merged).await, Err(SaveError::Stale));
        assert_eq!(people.patient(&changed.id).await, Ok(Some(newer)), "the opt-out stays");
        let identifier = from.identifiers.first().unwrap();
        assert_eq!(people.find(identifier).await, Ok(Some(from.id)), "nothing half-written");
    }
}

#[tokio::test]
async fn of_two_merges_at_once_one_is_stored() {
    let dynamo = Dynamo::start().await;
    let people = dynamo.people();
    let (a, b, a_into_b) = two(&people).await;
    let c = patient(10, "Maria", "Rossi");
    people.create_patient(&c).await.unwrap();
    let b_into_a = merge(&b, &a).unwrap();
    let a_into_c = merge(&a, &c).unwrap();
    let (one, two, three) = tokio::join!(
        people.save_merge(&a, &b, &a_into_b),
        people.save_merge(&b, &a, &b_into_a),
        people.save_merge(&a, &c, &a_into_c),
    );
    let stored = [&one, &two, &three].into_iter().filter(|it| it.is_ok()).count();
    let stale = [&one, &two, &three].into_iter().filter(|it| **it == Err(SaveError::Stale)).count();
    assert_eq!((stored, stale), (1, 2), "{one:?} {two:?} {three:?}");
}

#[tokio::test]
async fn many_patients_are_read_a_hundred_at_a_time_without_those_who_do_not_exist() {
    let dynamo = Dynamo::start().await;
    let people = dynamo.people();
    let mut expected = Vec::new();
    for n in 1..=101 {
        let patient = patient(n, "Maria", "Rossi");
        people.create_patient(&patient).await.unwrap();
        expected.push(patient);
    }
    let mut ids: std::collections::BTreeSet<_> = expected.iter().map(|it| it.id.clone()).collect();
    ids.insert(PatientId::new(build::number(999)));
    let mut found = people.patients(&ids).await.unwrap().patients;
    found.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(found, expected);
    assert_eq!(dynamo.wire.calls()["BatchGetItem"], 2);
    let nobody = people.patients(&std::collections::BTreeSet::new()).await;
    assert_eq!(nobody, Ok(ReadPatients::default()));
}

#[tokio::test]
async fn a_patient_who_cannot_be_read_hides_none_of_the_others() {
    let dynamo = Dynamo::start().await;
    let people = dynamo.people();
    let (spoiled, other) = (patient(1, "Maria", "Rossi"), patient(2, "Ada", "Rossi"));
    for patient in [&spoiled, &other] {
        people.create_patient(patient).await.unwrap();
    }
    dynamo.spoil("people", spoiled.id.as_str(), "PATIENT").await;
    let ids = [spoiled.id.clone(), other.id.clone()].into();
    let read = people.patients(&ids).await.unwrap();
    assert_eq!(read.patients, [other]);
    let unreadable: Vec<_> = read.unreadable.into_iter().map(|(id, _)| id).collect();
    assert_eq!(unreadable, [spoiled.id]);
}
