//! The contract of the work list, on the DynamoDB adapter.

#![cfg(test)]

use app::ports::{BookingChange, Intake, SaveError, WorkAfter, WorkChange, WorkList};
use domain::ids::WorkId;
use domain::phi::Phi;
use domain::text::ExternalId;
use domain::work::{
    OpenWork, ResolvedWork, WorkItem, WorkKind, WorkMonth, WorkNote, WorkOutcome, WorkText,
};
use testkit::build::{self, at};
use testkit::dynamo::Dynamo;

const NOW: &str = "2026-11-22T08:00:00Z";

fn item(summary: &str) -> WorkItem {
    WorkItem {
        id: WorkId::for_cause(&["test"]),
        kind: WorkKind::Paused,
        since: at(NOW),
        summary: summary.into(),
        enrolment: None,
        program: Some(build::program(vec![]).id),
        patient: Some(build::patient().id),
        site: Some(build::site().id),
        same_as: Vec::new(),
        reply: None,
    }
}

fn person() -> ExternalId {
    ExternalId::parse("person-1").unwrap()
}

async fn raise(dynamo: &Dynamo, event: &str, item: WorkItem) {
    let event = build::recorded(event);
    let (changes, raise) = (vec![], vec![item]);
    let change = BookingChange {
        event,
        before: None,
        booking: None,
        changes,
        raise,
        renew: None,
        resolve: None,
        again: None,
    };
    dynamo.intake().commit(&change).await.unwrap();
}

async fn only(dynamo: &Dynamo) -> OpenWork {
    let mut open = dynamo.work_list().open().await.unwrap();
    assert_eq!(open.len(), 1);
    open.pop().unwrap()
}

/// The same, assigned and written about.
fn handled(before: &OpenWork) -> OpenWork {
    let text = Phi::new(WorkText::parse("rang twice").unwrap());
    let note = WorkNote { at: at(NOW), by: person(), text };
    let (assignee, revision) = (Some(person()), before.revision + 1);
    OpenWork { assignee, notes: vec![note], revision, ..before.clone() }
}

fn opened(before: &OpenWork) -> WorkChange {
    let after = WorkAfter::Open(handled(before));
    WorkChange { before: before.clone(), after, told: None, change: None }
}

fn done(before: &OpenWork) -> (ResolvedWork, WorkChange) {
    let (at, outcome) = (at(NOW), WorkOutcome::Booked);
    let resolved = ResolvedWork { work: before.clone(), at, by: person(), outcome };
    let after = WorkAfter::Resolved(resolved.clone());
    (resolved, WorkChange { before: before.clone(), after, told: None, change: None })
}

#[tokio::test]
async fn what_staff_have_made_of_work_stays_when_it_is_raised_again() {
    let dynamo = Dynamo::start().await;
    raise(&dynamo, "evt-1", item("First.")).await;
    let before = only(&dynamo).await;
    assert_eq!((&before.item, before.revision), (&item("First."), 1));
    dynamo.work_list().save(&opened(&before)).await.unwrap();
    raise(&dynamo, "evt-2", item("Second.")).await;
    let after = only(&dynamo).await;
    assert_eq!(after, OpenWork { item: item("Second."), revision: 3, ..handled(&before) });
    assert_eq!(dynamo.work_list().item(&before.item.id).await, Ok(Some(after)));
}

#[tokio::test]
async fn a_change_of_work_that_has_changed_is_refused_whole() {
    let dynamo = Dynamo::start().await;
    raise(&dynamo, "evt-1", item("First.")).await;
    let before = only(&dynamo).await;
    dynamo.work_list().save(&opened(&before)).await.unwrap();
    let (_, resolving) = done(&before);
    assert_eq!(dynamo.work_list().save(&resolving).await, Err(SaveError::Stale));
    assert_eq!(dynamo.work_list().save(&opened(&before)).await, Err(SaveError::Stale));
    assert_eq!(only(&dynamo).await, handled(&before));
    let month = WorkMonth::of(at(NOW));
    assert_eq!(dynamo.work_list().resolved(month).await, Ok(vec![]));
}

#[tokio::test]
async fn what_is_resolved_leaves_the_list_and_is_kept_with_its_outcome() {
    let dynamo = Dynamo::start().await;
    raise(&dynamo, "evt-1", item("First.")).await;
    let before = only(&dynamo).await;
    dynamo.work_list().save(&opened(&before)).await.unwrap();
    let (resolved, resolving) = done(&handled(&before));
    dynamo.work_list().save(&resolving).await.unwrap();
    assert_eq!(dynamo.work_list().open().await, Ok(vec![]));
    assert_eq!(dynamo.work_list().item(&before.item.id).await, Ok(None));
    let month = WorkMonth::parse("2026-11").unwrap();
    assert_eq!(dynamo.work_list().resolved(month).await, Ok(vec![resolved]));
    assert_eq!(dynamo.work_list().save(&resolving).await, Err(SaveError::Stale), "once is enough");
}

#[tokio::test]
async fn a_question_that_staff_have_seen_to_is_not_renewed() {
    let dynamo = Dynamo::start().await;
    let likely = build::patient().id;
    let newcomer = domain::ids::PatientId::new(build::number(9));
    raise(&dynamo, "evt-1", build::question(&newcomer, &[likely])).await;
    let read = only(&dynamo).await;
    let mut renewed = read.clone();
    renewed.item.summary.push_str(" And more.");
    let renewing = |event: &str| BookingChange {
        event: build::recorded(event),
        before: None,
        booking: None,
        changes: vec![],
        raise: vec![],
        renew: Some(renewed.clone()),
        resolve: None,
        again: None,
    };
    let intake = dynamo.intake();
    dynamo.work_list().save(&opened(&read)).await.unwrap();
    let stale = intake.commit(&renewing("evt-2")).await;
    assert!(matches!(stale, Err(SaveError::Stale)), "{stale:?}");
    let taken = only(&dynamo).await;
    let renewing = |event: &str, of: &OpenWork| BookingChange {
        renew: Some(OpenWork { item: renewed.item.clone(), ..of.clone() }),
        ..renewing(event)
    };
    intake.commit(&renewing("evt-3", &taken)).await.unwrap();
    let now = only(&dynamo).await;
    assert_eq!((&now.item, &now.assignee), (&renewed.item, &taken.assignee));
    let (_, answer) = done(&now);
    dynamo.work_list().save(&answer).await.unwrap();
    let stale = intake.commit(&renewing("evt-4", &now)).await;
    assert!(matches!(stale, Err(SaveError::Stale)), "{stale:?}");
    assert_eq!(dynamo.work_list().open().await.unwrap(), []);
}
