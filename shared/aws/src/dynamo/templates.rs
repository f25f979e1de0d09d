//! The versions of templates.
//!
//! A version moves to a partition of its template's when another replaces it, or when the template is
//! deleted, in the same transaction. So nothing is written twice, and a template from before versions
//! were kept loses none from now on.

use app::ports::{SaveError, StoreError, TemplateVersions};
use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::ids::TemplateId;
use domain::template::Template;

use super::catalogue::{CatalogueStore, TEMPLATE, read_all};
use super::records::TemplateData;
use super::versions::version_key;
use super::{Condition, item};

fn partition(id: &TemplateId) -> String {
    format!("TEMPLATE_VERSION#{id}")
}

impl CatalogueStore {
    /// Stores `after` in the place of `before`, and keeps `before` as a version.
    pub(super) async fn replace_template(
        &self,
        before: &Template,
        after: &Template,
    ) -> Result<(), SaveError> {
        let record = item(TEMPLATE, after.id.as_str(), after.version, &TemplateData::from(after));
        let replace = self.table.put(record, Some(Condition::revision(before.version)));
        self.table.transact(vec![replace, self.keep(before)]).await?.or_stale()
    }

    fn keep(&self, template: &Template) -> TransactWriteItem {
        let (pk, sk) = (partition(&template.id), version_key(template.version));
        self.table.put(item(&pk, &sk, template.version, &TemplateData::from(template)), None)
    }
}

impl TemplateVersions for CatalogueStore {
    async fn template_versions(
        &self,
        id: &TemplateId,
        below: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Template>, StoreError> {
        // The newest first: should it be replaced between the reads, it is among the kept ones.
        let newest = self.one::<TemplateData, Template>(TEMPLATE, id.as_str()).await?;
        let newest = newest.filter(|newest| below.is_none_or(|below| newest.version < below));
        let below = newest.as_ref().map(|newest| newest.version).or(below).map(version_key);
        let kept = self.table.last(&partition(id), below.as_deref(), limit).await?;
        let kept = read_all::<TemplateData, Template>(kept, &partition(id))?;
        Ok(newest.into_iter().chain(kept).take(limit).collect())
    }

    async fn template_version(
        &self,
        id: &TemplateId,
        version: u64,
    ) -> Result<Option<Template>, StoreError> {
        let newest = self.one::<TemplateData, Template>(TEMPLATE, id.as_str()).await?;
        match newest.filter(|newest| newest.version == version) {
            Some(newest) => Ok(Some(newest)),
            None => self.one::<TemplateData, _>(&partition(id), &version_key(version)).await,
        }
    }

    async fn delete_template(&self, template: &Template) -> Result<(), SaveError> {
        let condition = Condition::revision(template.version);
        let delete = self.table.deletion_if(TEMPLATE, template.id.as_str(), condition);
        self.table.transact(vec![delete, self.keep(template)]).await?.or_stale()
    }
}
