//! One look at everything that is stored: what of it cannot be, whatever has happened.
//!
//! Whoever breaks calls, kills processes or lets operations race asks [`audit`] afterwards. It reads the
//! records by the stores' own readers, and their keys and indexes as they lie there, and says each problem
//! as a sentence that begins with the invariant it is about. What it says nothing of is what takes time:
//! that everything comes to its end (I6) is seen by letting life go on, and looking again.

mod catalogue;
mod enrolments;
mod intake;
mod ledger;
mod letters;
mod people;
mod work;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Display;

use app::ports::{EnrolmentReader, People, StoreError, WorkList};
use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, Utc};
use domain::enrolment::{Enrolment, Note};
use domain::ids::{EnrolmentId, PatientId, WorkId};
use domain::ledger::LedgerRow;
use domain::patient::Patient;
use domain::program::Channel;
use domain::work::OpenWork;

pub use self::ledger::{Handed, handed};
use crate::dynamo::{Dump, Dynamo};

/// What is wrong with what is stored at `now`; nothing, when all is well.
///
/// # Panics
/// When the store cannot be read.
pub async fn audit(dynamo: &Dynamo, now: DateTime<Utc>) -> Vec<String> {
    audit_against(dynamo, now, &[]).await
}

/// The same; and the ledger is to tell of as many messages as the provider of each of these channels has
/// taken.
///
/// # Panics
/// When the store cannot be read.
pub async fn audit_against(
    dynamo: &Dynamo,
    now: DateTime<Utc>,
    taken: &[(Channel, usize)],
) -> Vec<String> {
    let mut looking = Looking::at(&dynamo.unwatched(), now).await;
    enrolments::look(&mut looking).await;
    ledger::look(&mut looking);
    work::look(&mut looking);
    intake::look(&mut looking).await;
    people::look(&mut looking).await;
    catalogue::look(&mut looking).await;
    letters::look(&mut looking).await;
    for (channel, taken) in taken {
        let handed = ledger::handed_of(&looking.rows, *channel);
        looking.problems.extend(handed.compared(*channel, *taken));
    }
    looking.problems
}

/// An item as it lies in its table.
type Item = HashMap<String, AttributeValue>;

/// Everything that is stored, as far as it is read by all who look, and what was found so far.
struct Looking {
    dynamo: Dynamo,
    now: DateTime<Utc>,
    dump: Dump,
    open: BTreeMap<WorkId, OpenWork>,
    enrolments: BTreeMap<EnrolmentId, Enrolment>,
    rows: Vec<LedgerRow>,
    notes: BTreeMap<EnrolmentId, Vec<Note>>,
    patients: BTreeMap<PatientId, Patient>,
    problems: Vec<String>,
}

impl Looking {
    async fn at(dynamo: &Dynamo, now: DateTime<Utc>) -> Self {
        let open = dynamo.work_list().open().await.expect("the work list can be read");
        let mut looking = Self {
            dynamo: dynamo.clone(),
            now,
            dump: dynamo.dump().await,
            open: open.into_iter().map(|work| (work.item.id.clone(), work)).collect(),
            enrolments: BTreeMap::new(),
            rows: Vec::new(),
            notes: BTreeMap::new(),
            patients: BTreeMap::new(),
            problems: Vec::new(),
        };
        looking.read_enrolments().await;
        looking.read_patients().await;
        looking
    }

    async fn read_enrolments(&mut self) {
        let ids: BTreeSet<String> = self.partitions("enrolments", "enr_");
        let reader = self.dynamo.enrolment_reader();
        for id in ids {
            let Ok(id) = EnrolmentId::parse(&id) else {
                self.found(format!("{id} is the key of an enrolment and no id of one"));
                continue;
            };
            match reader.enrolment(&id).await {
                Ok(Some(enrolment)) => _ = self.enrolments.insert(id.clone(), enrolment),
                Ok(None) => self.found(format!("{id} has a ledger or notes and is no enrolment")),
                Err(error) => self.unreadable_enrolment(&id, &error),
            }
            match reader.records(&id).await {
                Ok((rows, notes)) => {
                    self.rows.extend(rows);
                    self.notes.insert(id, notes);
                }
                Err(error) => self.unreadable_enrolment(&id, &error),
            }
        }
    }

    /// What cannot be read is met when it is due, and is work for a person from then on.
    fn unreadable_enrolment(&mut self, id: &EnrolmentId, error: &StoreError) {
        if !self.is_due(id) && !self.is_parked(id) {
            self.found(format!("I1: {id} cannot be read, and nobody will ever be told: {error}"));
        }
    }

    async fn read_patients(&mut self) {
        let people = self.dynamo.people();
        for id in self.partitions("people", "pat_") {
            let read = PatientId::parse(&id).map_err(|error| error.to_string());
            let Ok(id) = read else {
                self.found(format!("{id} is the key of a patient and no id of one"));
                continue;
            };
            match people.patient(&id).await {
                Ok(Some(patient)) => _ = self.patients.insert(id, patient),
                Ok(None) => self.found(format!("{id} has items and is no patient")),
                Err(error) => self.found(format!("{id} cannot be read: {error}")),
            }
        }
    }

    fn found(&mut self, problem: String) {
        self.problems.push(problem);
    }

    /// Says `problem` unless `holds`.
    fn must(&mut self, holds: bool, problem: impl FnOnce() -> String) {
        if !holds {
            self.problems.push(problem());
        }
    }

    /// What could be read, of what must be.
    fn read<T, E: Display>(&mut self, what: &str, read: Result<T, E>) -> Option<T> {
        read.inspect_err(|error| self.found(format!("{what} cannot be read: {error}"))).ok()
    }

    /// The partitions of a table that begin like this.
    fn partitions(&self, table: &str, beginning: &str) -> BTreeSet<String> {
        let keys = self.items(table, beginning).map(|(pk, _, _)| pk.to_owned());
        keys.collect()
    }

    /// The items of a table whose partitions begin like this.
    fn items<'a>(
        &'a self,
        table: &str,
        beginning: &str,
    ) -> impl Iterator<Item = (&'a str, &'a str, &'a Item)> {
        let ours = self
            .dump
            .iter()
            .filter(move |((of, pk, _), _)| *of == table && pk.starts_with(beginning));
        ours.map(|((_, pk, sk), item)| (pk.as_str(), sk.as_str(), item))
    }

    /// The item of this key.
    fn item(&self, table: &str, pk: &str, sk: &str) -> Option<&Item> {
        self.items(table, pk)
            .find(|(partition, sort, _)| *partition == pk && *sort == sk)
            .map(|(_, _, item)| item)
    }

    /// Whether an enrolment's item is in the due index.
    fn is_due(&self, id: &EnrolmentId) -> bool {
        let item = self.item("enrolments", id.as_str(), "ENROLMENT");
        item.is_some_and(|item| item.contains_key("due_key"))
    }

    /// Whether a person is told that something of an enrolment cannot be read.
    fn is_parked(&self, id: &EnrolmentId) -> bool {
        self.open.contains_key(&WorkId::for_cause(&["unreadable", id.as_str()]))
    }
}

/// An attribute that is text.
fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name).and_then(|value| value.as_s().ok()).map(String::as_str)
}

/// A text in an item's data.
fn said<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get("data").and_then(|data| data.as_m().ok()).and_then(|data| text(data, name))
}

/// A time as it is written in keys.
fn timestamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
