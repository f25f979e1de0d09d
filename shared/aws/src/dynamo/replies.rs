//! Answers of patients.
//!
//! An answer is one item by the provider's id for it, and an entry in the partition of each patient
//! whose it is, sorted by when it came. The item by its id is what tells that it was dealt with: it is
//! written with the last of what the answer changes.

use std::collections::BTreeSet;

use app::ports::{HoldChange, Replies, ReplyChange, ReplyPlace, SaveError, StoreError};
use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::ids::PatientId;
use domain::reply::ReceivedReply;
use domain::text::ExternalId;

use super::bookings::BookingStore;
use super::enrolments::{EnrolmentStore, timestamp};
use super::people::PeopleStore;
use super::records::ReplyData;
use super::{Condition, Table, item, read_data, text, unreadable};

const REPLY: &str = "REPLY";
const OF_PATIENT: &str = "REPLIES";

/// Most writes of one transaction of DynamoDB.
const MOST_WRITES: usize = 100;

/// The answers in the intake table, and what they write to.
#[derive(Debug, Clone)]
pub struct ReplyStore {
    intake: Table,
    people: PeopleStore,
    enrolments: EnrolmentStore,
    bookings: BookingStore,
}

impl ReplyStore {
    /// The store in those tables.
    pub fn new(intake: Table, people: Table, enrolments: Table, work_list: Table) -> Self {
        Self {
            people: PeopleStore::new(people),
            enrolments: EnrolmentStore::new(enrolments, work_list, intake.clone()),
            bookings: BookingStore::new(intake.clone()),
            intake,
        }
    }

    /// All writes of a change. What is decided anew should only a part of them be done comes first:
    /// work and notes, which are the same however often they are written; then what the decision
    /// looks at; the answer itself last.
    fn writes(&self, change: &ReplyChange) -> Vec<TransactWriteItem> {
        let reply = &change.reply;
        let mut writes: Vec<_> =
            change.raise.iter().map(|work| self.enrolments.raise(work)).collect();
        for (nth, (enrolment, note)) in change.notes.iter().enumerate() {
            // Two notes of one answer differ in their place.
            let place = format!("reply#{}#{nth:02}", reply.id);
            writes.push(self.enrolments.tell(enrolment, note, &place));
        }
        for patient in &reply.patients {
            let entry =
                item(&of_patient_pk(patient), &of_patient_sk(reply), 1, &ReplyData::from(reply));
            writes.push(self.intake.put(entry, None));
        }
        match &change.hold {
            HoldChange::Keep => {}
            HoldChange::Hold(hold) => writes.push(self.people.write_hold(hold)),
            HoldChange::Release(address) => writes.push(self.people.end_hold(address)),
        }
        writes.extend(change.booking.iter().map(|booking| self.bookings.write(booking)));
        for (before, after) in &change.patients {
            writes.push(self.people.write_consents(before, after));
        }
        let record = item(&reply_pk(&reply.id), REPLY, 1, &ReplyData::from(reply));
        writes.push(self.intake.put(record, Some(Condition::absent())));
        writes
    }
}

fn reply_pk(id: &ExternalId) -> String {
    format!("{REPLY}#{id}")
}

fn of_patient_pk(patient: &PatientId) -> String {
    format!("{OF_PATIENT}#{patient}")
}

fn of_patient_sk(reply: &ReceivedReply) -> String {
    place(&ReplyPlace::of(reply))
}

/// Sorts by time.
fn place(place: &ReplyPlace) -> String {
    format!("{}#{}", timestamp(place.at), place.id)
}

impl Replies for ReplyStore {
    async fn reply(&self, id: &ExternalId) -> Result<Option<ReceivedReply>, StoreError> {
        let pk = reply_pk(id);
        let Some(data) = self.intake.data::<ReplyData>(&pk, REPLY).await? else {
            return Ok(None);
        };
        ReceivedReply::try_from(data).map(Some).map_err(|error| unreadable(&pk, error))
    }

    async fn commit(&self, change: &ReplyChange) -> Result<(), SaveError> {
        let mut left = self.writes(change);
        // More than one transaction only for a number of dozens of patients.
        while left.len() > MOST_WRITES {
            let rest = left.split_off(MOST_WRITES);
            self.intake.transact(left).await?.or_stale()?;
            left = rest;
        }
        self.intake.transact(left).await?.or_stale()
    }

    async fn of_patient(
        &self,
        records: &BTreeSet<PatientId>,
        before: Option<&ReplyPlace>,
        limit: usize,
    ) -> Result<Vec<ReceivedReply>, StoreError> {
        let mut replies: Vec<ReceivedReply> = Vec::new();
        let before = before.map(place);
        for patient in records {
            replies.extend(self.newest_readable(patient, before.as_deref(), limit).await?);
        }
        replies.sort_by(|a, b| ReplyPlace::of(b).cmp(&ReplyPlace::of(a)));
        // STOP on a number of two records that are one patient now is one answer.
        replies.dedup_by(|a, b| a.id == b.id);
        replies.truncate(limit);
        Ok(replies)
    }
}

impl ReplyStore {
    /// The newest answers of a record that can be read. One that cannot must not hide the others, and
    /// takes nobody's place: whoever gets fewer than they asked for takes it for the end.
    async fn newest_readable(
        &self,
        patient: &PatientId,
        before: Option<&str>,
        limit: usize,
    ) -> Result<Vec<ReceivedReply>, StoreError> {
        let pk = of_patient_pk(patient);
        let (mut replies, mut before) = (Vec::new(), before.map(str::to_owned));
        while replies.len() < limit {
            let items = self.intake.last(&pk, before.as_deref(), limit - replies.len()).await?;
            let Some(last) = items.last() else { break };
            before = text(last, "sk");
            for item in items {
                let sk = text(&item, "sk").unwrap_or_default();
                let read = read_data(item).and_then(|data: ReplyData| {
                    ReceivedReply::try_from(data).map_err(|error| unreadable(OF_PATIENT, error))
                });
                match read {
                    Ok(reply) => replies.push(reply),
                    Err(error) => {
                        tracing::error!(place = %sk, error = %error, "an answer cannot be read");
                    }
                }
            }
        }
        Ok(replies)
    }
}
