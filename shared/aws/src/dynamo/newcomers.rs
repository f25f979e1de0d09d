//! New patients, stored together with the question whether they are new.

use app::ports::{Newcomers, SaveError, StoreError, WorkList};
use domain::ids::WorkId;
use domain::patient::Patient;
use domain::work::{OpenWork, WorkItem};

use super::people::{PeopleStore, or_taken};
use super::work_list::WorkListStore;

/// The people table, and the work list.
#[derive(Debug, Clone)]
pub struct NewcomerStore {
    people: PeopleStore,
    work_list: WorkListStore,
}

impl NewcomerStore {
    /// The store of those two.
    pub const fn new(people: PeopleStore, work_list: WorkListStore) -> Self {
        Self { people, work_list }
    }
}

impl Newcomers for NewcomerStore {
    async fn admit(&self, patient: &Patient, question: &WorkItem) -> Result<(), SaveError> {
        let mut writes = self.people.creation(patient);
        writes.push(self.work_list.raising(question));
        or_taken(self.people.table.transact(writes).await?)
    }

    async fn question(&self, id: &WorkId) -> Result<Option<OpenWork>, StoreError> {
        self.work_list.item(id).await
    }
}
