//! What templates said before, and that they can be taken away.

use std::future::Future;

use domain::ids::TemplateId;
use domain::template::Template;

use super::{SaveError, StoreError};

/// The versions of templates. A version that was replaced, or whose template was deleted, is kept for
/// ever: what was sent with it can still be read. Reads are strongly consistent.
pub trait TemplateVersions: Send + Sync {
    /// The newest `limit` versions of a template, newest first; with `below`, of those that have a
    /// lower number. Empty when there is none.
    fn template_versions(
        &self,
        id: &TemplateId,
        below: Option<u64>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Template>, StoreError>> + Send;
    /// One version of a template.
    fn template_version(
        &self,
        id: &TemplateId,
        version: u64,
    ) -> impl Future<Output = Result<Option<Template>, StoreError>> + Send;
    /// Takes a template away and keeps this version, its last. Answers `Stale` when the stored one
    /// is another.
    fn delete_template(
        &self,
        template: &Template,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
}
