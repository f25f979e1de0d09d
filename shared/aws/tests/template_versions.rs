//! Versions of templates, on the real SDK client and an embedded DynamoDB.

#![cfg(test)]

use app::ports::{Catalogue, SaveError, TemplateVersions};
use domain::template::Template;
use domain::text::Label;
use testkit::build;
use testkit::dynamo::Dynamo;
use testkit::wire::Fault;

fn next(before: &Template, name: &str) -> Template {
    Template { version: before.version + 1, name: Label::parse(name).unwrap(), ..before.clone() }
}

#[tokio::test]
async fn a_version_is_kept_when_another_replaces_it_in_the_order_of_numbers() {
    let dynamo = Dynamo::start().await;
    let catalogue = dynamo.catalogue();
    let mut newest = build::template();
    catalogue.create_template(&newest).await.unwrap();
    let mut expected = vec![newest.clone()];
    for n in 2..=11 {
        let after = next(&newest, &format!("Confirmation {n}"));
        catalogue.save_template(&newest, &after).await.unwrap();
        expected.insert(0, after.clone());
        newest = after;
    }
    assert_eq!(catalogue.template_versions(&newest.id, None, 50).await, Ok(expected.clone()));
    let middle = catalogue.template_versions(&newest.id, Some(9), 3).await;
    assert_eq!(middle, Ok(expected[3..6].to_vec()), "three below the ninth");
    let from_newest = catalogue.template_versions(&newest.id, None, 1).await;
    assert_eq!(from_newest, Ok(expected[..1].to_vec()));
    assert_eq!(catalogue.template_versions(&newest.id, Some(1), 50).await, Ok(vec![]));
    for version in &expected {
        let found = catalogue.template_version(&newest.id, version.version).await;
        assert_eq!(found, Ok(Some(version.clone())));
    }
    assert_eq!(catalogue.template_version(&newest.id, 12).await, Ok(None));
    assert_eq!(catalogue.templates().await, Ok(vec![newest]), "the list has the newest alone");
}

#[tokio::test]
async fn a_stale_save_or_deletion_changes_nothing_and_keeps_no_version() {
    let dynamo = Dynamo::start().await;
    let catalogue = dynamo.catalogue();
    let first = build::template();
    catalogue.create_template(&first).await.unwrap();
    let second = next(&first, "Second");
    catalogue.save_template(&first, &second).await.unwrap();
    let other = next(&first, "Other");
    assert_eq!(catalogue.save_template(&first, &other).await, Err(SaveError::Stale));
    assert_eq!(catalogue.delete_template(&first).await, Err(SaveError::Stale));
    assert_eq!(catalogue.template_versions(&first.id, None, 50).await, Ok(vec![second, first]));
}

#[tokio::test]
async fn a_deleted_template_is_gone_and_all_its_versions_can_be_read() {
    let dynamo = Dynamo::start().await;
    let catalogue = dynamo.catalogue();
    let first = build::template();
    catalogue.create_template(&first).await.unwrap();
    let second = next(&first, "Second");
    catalogue.save_template(&first, &second).await.unwrap();
    dynamo.wire.break_call(0, Fault::AnswerLost);
    catalogue.delete_template(&second).await.expect("the SDK repeats it, and it is done once");
    assert!(dynamo.wire.mend());
    assert_eq!(catalogue.template(&first.id).await, Ok(None));
    assert_eq!(
        catalogue.template_versions(&first.id, None, 50).await,
        Ok(vec![second.clone(), first])
    );
    assert_eq!(catalogue.template_version(&second.id, 2).await, Ok(Some(second.clone())));
    assert_eq!(catalogue.delete_template(&second).await, Err(SaveError::Stale));
}
