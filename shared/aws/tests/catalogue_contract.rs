//! The contract of the catalogue about programs' versions and links, on the DynamoDB adapter.

#![cfg(test)]

use std::collections::BTreeSet;

use app::catalogue::{KnownProgram, KnownPrograms, known_program};
use app::ports::{Catalogue, ProgramVersions, SaveError};
use domain::booking_type::BookingType;
use domain::ids::{BookingTypeId, ProgramId};
use domain::program::{Program, ProgramName};
use domain::text::Code;
use testkit::build::{self, number};
use testkit::dynamo::Dynamo;
use testkit::wire::Fault;

/// The program with `name`, saved as its next version.
async fn save(dynamo: &Dynamo, before: &Program, name: &str) -> Program {
    let name = ProgramName::parse(name).unwrap();
    let after = Program { version: before.version + 1, name, ..before.clone() };
    dynamo.catalogue().save_program(before, &after, &build::saved()).await.unwrap();
    after
}

fn versions(found: &[app::ports::ProgramVersion]) -> Vec<u64> {
    found.iter().map(|version| version.program.version).collect()
}

#[tokio::test]
async fn versions_of_a_program_are_read_from_the_newest_down_and_no_more_than_asked_for() {
    let dynamo = Dynamo::start().await;
    let catalogue = dynamo.catalogue();
    let mut program = build::program(vec![]);
    catalogue.create_program(&program, &build::saved()).await.unwrap();
    for n in 2..=11 {
        program = save(&dynamo, &program, &format!("Confirmation {n}")).await;
    }
    let id = &program.id;
    let read =
        async |below, limit| versions(&catalogue.program_versions(id, below, limit).await.unwrap());
    assert_eq!(read(None, 3).await, [11, 10, 9], "in the order of numbers");
    assert_eq!(read(Some(9), 2).await, [8, 7]);
    assert_eq!(read(Some(3), 50).await, [2, 1]);
    assert_eq!(read(Some(1), 50).await, [0_u64; 0]);
    let unknown = ProgramId::new(number(99));
    assert_eq!(catalogue.program_versions(&unknown, None, 1).await, Ok(vec![]));
}

#[tokio::test]
async fn a_deleted_program_is_known_as_it_was_last() {
    let dynamo = Dynamo::start().await;
    let catalogue = dynamo.catalogue();
    let program = build::program(vec![]);
    catalogue.create_program(&program, &build::saved()).await.unwrap();
    let renamed = save(&dynamo, &program, "Renamed").await;
    assert_eq!(catalogue.delete_program(&program).await, Err(SaveError::Stale));
    let known = known_program(&catalogue, &program.id).await;
    assert_eq!(known, Ok(Some(KnownProgram::Current(renamed.clone()))));
    dynamo.wire.break_call(0, Fault::AnswerLost);
    catalogue.delete_program(&renamed).await.expect("the SDK repeats it, and it is done once");
    assert!(dynamo.wire.mend());
    let known = known_program(&catalogue, &program.id).await;
    assert_eq!(known, Ok(Some(KnownProgram::Deleted(renamed.clone()))));
    let unknown = ProgramId::new(number(99));
    let ids = BTreeSet::from([program.id.clone(), unknown.clone()]);
    let all = KnownPrograms::read(&catalogue, ids).await.unwrap();
    assert_eq!(all.get(&program.id), Some(&KnownProgram::Deleted(renamed)));
    assert_eq!(all.get(&unknown), None);
}

fn kind(n: u128) -> BookingType {
    let (id, code) = (BookingTypeId::new(number(n)), Code::parse(&format!("type-{n}")).unwrap());
    BookingType { id, code, ..build::booking_type() }
}

fn relinked(before: &BookingType) -> BookingType {
    let completes = BTreeSet::from([ProgramId::new(number(70))]);
    BookingType { revision: before.revision + 1, completes, ..before.clone() }
}

#[tokio::test]
async fn links_of_several_booking_types_are_saved_together_or_not_at_all() {
    let dynamo = Dynamo::start().await;
    let catalogue = dynamo.catalogue();
    let (first, second) = (kind(1), kind(2));
    for kind in [&first, &second] {
        catalogue.create_booking_type(kind).await.unwrap();
    }
    let moved = relinked(&second);
    catalogue.save_links(std::slice::from_ref(&moved)).await.unwrap();
    let stale = [relinked(&first), relinked(&second)];
    assert_eq!(catalogue.save_links(&stale).await, Err(SaveError::Stale));
    assert_eq!(catalogue.booking_types().await, Ok(vec![first.clone(), moved.clone()]));
    let fresh = [relinked(&first), relinked(&moved)];
    dynamo.wire.break_call(0, Fault::AnswerLost);
    catalogue.save_links(&fresh).await.expect("the SDK repeats it, and it is done once");
    assert!(dynamo.wire.mend());
    assert_eq!(catalogue.booking_types().await, Ok(fresh.to_vec()));
    let by_code = catalogue.booking_type_by_code(&first.code).await.unwrap();
    assert_eq!(by_code, Some(fresh[0].clone()), "a code still leads to its booking type");
    assert_eq!(catalogue.save_links(&[]).await, Ok(()), "nothing is nothing to do");
}
