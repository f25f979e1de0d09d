//! Programs, templates, booking types and sites.
//!
//! Each kind is one partition, so that a list is one query; a unique name or code is an item of its
//! own, written in the same transaction.

use std::collections::BTreeSet;

use app::ports::{Catalogue, SaveError, StoreError, Taken};
use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::booking_type::BookingType;
use domain::ids::{BookingTypeId, ProgramId, SiteId, TemplateId};
use domain::program::Program;
use domain::site::Site;
use domain::staff::Saved;
use domain::template::Template;
use domain::text::Code;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::records::{BookingTypeData, ProgramData, SiteData, TemplateData};
use super::{Condition, Item, Table, Transacted, Written, item, read_data, text, unreadable};

pub(super) const PROGRAM: &str = "PROGRAM";
pub(super) const PROGRAM_NAME: &str = "PROGRAM_NAME";
pub(super) const TEMPLATE: &str = "TEMPLATE";
const BOOKING_TYPE: &str = "BOOKING_TYPE";
const BOOKING_TYPE_CODE: &str = "BOOKING_TYPE_CODE";
const SITE: &str = "SITE";
const SITE_CODE: &str = "SITE_CODE";

/// Of so many new links of one booking type it is made sure that they lead to something: a transaction
/// has a hundred writes. Those that start programs come first; one that completes nothing does no harm.
const MOST_CHECKED: usize = 90;

/// The catalogue table.
#[derive(Debug, Clone)]
pub struct CatalogueStore {
    pub(super) table: Table,
}

/// What a unique name or code points to.
#[derive(Serialize, Deserialize)]
struct Holder {
    id: String,
}

/// A record that has a unique name or code.
struct Unique<'a, R> {
    partition: &'static str,
    names: &'static str,
    id: &'a str,
    data: &'a R,
}

impl CatalogueStore {
    /// The store in that table.
    pub const fn new(table: Table) -> Self {
        Self { table }
    }

    pub(super) async fn all<R, T>(&self, partition: &str) -> Result<Vec<T>, StoreError>
    where
        R: DeserializeOwned,
        T: TryFrom<R, Error: std::fmt::Display>,
    {
        read_all(self.table.partition(partition, "").await?, partition)
    }

    pub(super) async fn one<R, T>(&self, partition: &str, id: &str) -> Result<Option<T>, StoreError>
    where
        R: DeserializeOwned,
        T: TryFrom<R, Error: std::fmt::Display>,
    {
        let Some(data) = self.table.data::<R>(partition, id).await? else {
            return Ok(None);
        };
        T::try_from(data).map(Some).map_err(|error| unreadable(id, error))
    }

    async fn by_name<R, T>(
        &self,
        names: &str,
        name: &str,
        partition: &str,
    ) -> Result<Option<T>, StoreError>
    where
        R: DeserializeOwned,
        T: TryFrom<R, Error: std::fmt::Display>,
    {
        match self.table.data::<Holder>(names, name).await? {
            Some(holder) => self.one(partition, &holder.id).await,
            None => Ok(None),
        }
    }

    async fn create<R: Serialize>(
        &self,
        unique: &Unique<'_, R>,
        name: &str,
        more: Vec<TransactWriteItem>,
    ) -> Result<(), SaveError> {
        let record = item(unique.partition, unique.id, 1, unique.data);
        let mut writes =
            vec![self.table.put(record, Some(Condition::absent())), self.hold(unique, name)];
        writes.extend(more);
        let taken = SaveError::Taken(Taken::Id);
        self.table.transact(writes).await?.or_taken(taken, Taken::Name)
    }

    async fn save<R: Serialize>(
        &self,
        unique: &Unique<'_, R>,
        revision: u64,
        (old, new): (&str, &str),
        more: Vec<TransactWriteItem>,
    ) -> Result<(), SaveError> {
        let record = item(unique.partition, unique.id, revision, unique.data);
        let mut writes = vec![self.table.put(record, Some(Condition::revision(revision - 1)))];
        if old != new {
            writes.push(self.hold(unique, new));
            writes.push(self.table.delete(unique.names, old));
        }
        let own = writes.len();
        writes.extend(more);
        match self.table.transact(writes).await? {
            // What the record needs besides is gone.
            Transacted::Refused { write } if write >= own => Err(SaveError::Stale),
            done @ (Transacted::Yes | Transacted::Refused { .. } | Transacted::Conflict) => {
                done.or_taken(SaveError::Stale, Taken::Name)
            }
        }
    }

    /// The condition that a program is there still.
    fn program_exists(&self, id: &ProgramId) -> TransactWriteItem {
        self.table.check(PROGRAM, id.as_str(), Condition::present())
    }

    fn hold<R>(&self, unique: &Unique<'_, R>, name: &str) -> TransactWriteItem {
        let holder = Holder { id: unique.id.to_owned() };
        self.table.put(item(unique.names, name, 1, &holder), Some(Condition::absent()))
    }
}

/// Records of a partition, read.
pub(super) fn read_all<R, T>(items: Vec<Item>, partition: &str) -> Result<Vec<T>, StoreError>
where
    R: DeserializeOwned,
    T: TryFrom<R, Error: std::fmt::Display>,
{
    let records = items.into_iter().map(|item| {
        let data: R = read_data(item)?;
        T::try_from(data).map_err(|error| unreadable(partition, error))
    });
    records.collect()
}

fn program_of<'a>(program: &'a Program, data: &'a ProgramData) -> Unique<'a, ProgramData> {
    Unique { partition: PROGRAM, names: PROGRAM_NAME, id: program.id.as_str(), data }
}

fn booking_type_of<'a>(
    kind: &'a BookingType,
    data: &'a BookingTypeData,
) -> Unique<'a, BookingTypeData> {
    Unique { partition: BOOKING_TYPE, names: BOOKING_TYPE_CODE, id: kind.id.as_str(), data }
}

fn site_of<'a>(site: &'a Site, data: &'a SiteData) -> Unique<'a, SiteData> {
    Unique { partition: SITE, names: SITE_CODE, id: site.id.as_str(), data }
}

impl Catalogue for CatalogueStore {
    async fn programs(&self) -> Result<Vec<Program>, StoreError> {
        self.all::<ProgramData, _>(PROGRAM).await
    }

    async fn program(&self, id: &ProgramId) -> Result<Option<Program>, StoreError> {
        self.one::<ProgramData, _>(PROGRAM, id.as_str()).await
    }

    async fn create_program(&self, program: &Program, saved: &Saved) -> Result<(), SaveError> {
        let data = ProgramData::from(program);
        let version = vec![self.keep_program(program, saved)];
        self.create(&program_of(program, &data), &program.name.folded(), version).await
    }

    async fn save_program(
        &self,
        before: &Program,
        after: &Program,
        saved: &Saved,
    ) -> Result<(), SaveError> {
        let data = ProgramData::from(after);
        let (old, new) = (before.name.folded(), after.name.folded());
        let mut more = vec![self.keep_program(after, saved)];
        more.extend(self.ask_to_replan(before, after));
        self.save(&program_of(after, &data), after.version, (&old, &new), more).await
    }

    async fn delete_program(&self, program: &Program) -> Result<(), SaveError> {
        let writes = self.program_deletion(program);
        self.table.transact(writes).await?.or_taken(SaveError::Stale, Taken::Name)
    }

    async fn templates(&self) -> Result<Vec<Template>, StoreError> {
        self.all::<TemplateData, _>(TEMPLATE).await
    }

    async fn template(&self, id: &TemplateId) -> Result<Option<Template>, StoreError> {
        self.one::<TemplateData, _>(TEMPLATE, id.as_str()).await
    }

    async fn create_template(&self, template: &Template) -> Result<(), SaveError> {
        let data = TemplateData::from(template);
        let record = item(TEMPLATE, template.id.as_str(), template.version, &data);
        match self.table.put_if(record, Condition::absent()).await? {
            Written::Yes => Ok(()),
            Written::No(_) => Err(SaveError::Taken(Taken::Id)),
        }
    }

    async fn save_template(&self, before: &Template, after: &Template) -> Result<(), SaveError> {
        self.replace_template(before, after).await
    }

    async fn booking_types(&self) -> Result<Vec<BookingType>, StoreError> {
        self.all::<BookingTypeData, _>(BOOKING_TYPE).await
    }

    async fn booking_type(&self, id: &BookingTypeId) -> Result<Option<BookingType>, StoreError> {
        self.one::<BookingTypeData, _>(BOOKING_TYPE, id.as_str()).await
    }

    async fn booking_type_by_code(&self, code: &Code) -> Result<Option<BookingType>, StoreError> {
        self.by_name::<BookingTypeData, _>(BOOKING_TYPE_CODE, code.as_str(), BOOKING_TYPE).await
    }

    async fn create_booking_type(&self, kind: &BookingType) -> Result<(), SaveError> {
        let data = BookingTypeData::from(kind);
        self.create(&booking_type_of(kind, &data), kind.code.as_str(), Vec::new()).await
    }

    async fn save_booking_type(
        &self,
        before: &BookingType,
        after: &BookingType,
    ) -> Result<(), SaveError> {
        let data = BookingTypeData::from(after);
        let (old, new) = (before.code.as_str(), after.code.as_str());
        let starts = after.starts.difference(&before.starts);
        let linked = starts.chain(after.completes.difference(&before.completes));
        let linked: BTreeSet<_> = linked.take(MOST_CHECKED).collect();
        let exist = linked.into_iter().map(|id| self.program_exists(id)).collect();
        self.save(&booking_type_of(after, &data), after.revision, (old, new), exist).await
    }

    async fn save_links(
        &self,
        program: &ProgramId,
        after: &[BookingType],
    ) -> Result<(), SaveError> {
        if after.is_empty() {
            return Ok(());
        }
        let writes = after.iter().map(|kind| {
            let data = BookingTypeData::from(kind);
            let record = item(BOOKING_TYPE, kind.id.as_str(), kind.revision, &data);
            self.table.put(record, Some(Condition::revision(kind.revision - 1)))
        });
        let writes = writes.chain([self.program_exists(program)]).collect();
        self.table.transact(writes).await?.or_stale()
    }

    async fn sites(&self) -> Result<Vec<Site>, StoreError> {
        self.all::<SiteData, _>(SITE).await
    }

    async fn readable_sites(&self) -> Result<(Vec<Site>, Vec<SiteId>), StoreError> {
        let (mut sites, mut unreadable) = (Vec::new(), Vec::new());
        for item in self.table.partition(SITE, "").await? {
            let id = text(&item, "sk").and_then(|id| SiteId::parse(&id).ok());
            match read_all::<SiteData, Site>(vec![item], SITE) {
                Ok(site) => sites.extend(site),
                Err(error) => {
                    tracing::error!(site.id = id.as_ref().map(SiteId::as_str), error = %error, "a site cannot be read");
                    unreadable.extend(id);
                }
            }
        }
        Ok((sites, unreadable))
    }

    async fn site(&self, id: &SiteId) -> Result<Option<Site>, StoreError> {
        self.one::<SiteData, _>(SITE, id.as_str()).await
    }

    async fn site_by_code(&self, code: &Code) -> Result<Option<Site>, StoreError> {
        self.by_name::<SiteData, _>(SITE_CODE, code.as_str(), SITE).await
    }

    async fn create_site(&self, site: &Site) -> Result<(), SaveError> {
        let data = SiteData::from(site);
        self.create(&site_of(site, &data), site.code.as_str(), Vec::new()).await
    }

    async fn save_site(&self, before: &Site, after: &Site) -> Result<(), SaveError> {
        let data = SiteData::from(after);
        let (old, new) = (before.code.as_str(), after.code.as_str());
        self.save(&site_of(after, &data), after.revision, (old, new), Vec::new()).await
    }
}
