//! The contract of the port for new patients, on the DynamoDB adapter.

#![cfg(test)]

use app::ports::{Lookup, Newcomers, People, Register, SaveError, Taken, WorkList};
use domain::ids::PatientId;
use domain::patient::{MedicareNumber, Patient};
use domain::work::WorkItem;
use testkit::build;
use testkit::dynamo::Dynamo;

fn newcomer(n: u128) -> Patient {
    let medicare = MedicareNumber::parse("2123 45670 1/1").ok();
    Patient { id: PatientId::new(build::number(n)), medicare, ..build::patient() }
}

fn question(patient: &Patient) -> WorkItem {
    build::question(&patient.id, &[7, 8].map(|n| PatientId::new(build::number(n))))
}

#[tokio::test]
async fn a_new_patient_and_the_question_about_them_are_stored_together() {
    let dynamo = Dynamo::start().await;
    let (people, newcomers) = (dynamo.people(), dynamo.newcomers());
    let new = newcomer(5);
    let question = question(&new);
    assert_eq!(newcomers.question(&question.id).await, Ok(None));
    newcomers.admit(&new, &question).await.unwrap();
    assert_eq!(people.patient(&new.id).await, Ok(Some(new.clone())));
    assert_eq!(people.find(new.identifiers.first().unwrap()).await, Ok(Some(new.id)));
    let open = newcomers.question(&question.id).await.unwrap().unwrap();
    assert_eq!(open.item, question);
    assert_eq!(dynamo.work_list().open().await.unwrap(), [open]);
}

#[tokio::test]
async fn neither_is_stored_when_the_id_or_an_identifier_is_taken() {
    let dynamo = Dynamo::start().await;
    let (people, newcomers) = (dynamo.people(), dynamo.newcomers());
    let first = newcomer(5);
    people.create_patient(&first).await.unwrap();
    let second = newcomer(6);
    let other = Patient { identifiers: [].into(), ..first.clone() };
    for (new, taken) in [(&other, Taken::Id), (&second, Taken::Identifiers)] {
        let refused = newcomers.admit(new, &question(new)).await;
        assert_eq!(refused, Err(SaveError::Taken(taken)));
    }
    assert_eq!(dynamo.work_list().open().await, Ok(vec![]));
    assert_eq!(people.patient(&second.id).await, Ok(None));
    assert_eq!(people.patient(&first.id).await, Ok(Some(first)));
}

#[tokio::test]
async fn a_card_finds_everybody_on_it_and_nobody_else() {
    let people = Dynamo::start().await.people();
    let on = |n, number| Patient {
        medicare: MedicareNumber::parse(number).ok(),
        identifiers: [].into(),
        ..newcomer(n)
    };
    for patient in [on(1, "21234567011"), on(2, "2123456701"), on(3, "2123456702"), on(4, "")] {
        people.create_patient(&patient).await.unwrap();
    }
    let lookup = Lookup::Medicare(MedicareNumber::parse("21234567012").unwrap());
    let found = people.look_up(&lookup, None, 9).await.unwrap();
    let found: Vec<_> = found.into_iter().map(|entry| entry.patient).collect();
    assert_eq!(found, [1, 2].map(|n| PatientId::new(build::number(n))));
    let rest = Lookup::Medicare(MedicareNumber::parse("2123456702").unwrap());
    assert_eq!(people.look_up(&rest, None, 9).await.unwrap().len(), 1, "it is of another card");
}
