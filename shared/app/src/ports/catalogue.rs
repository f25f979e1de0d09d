//! What admins configure.

use std::future::Future;

use domain::booking_type::BookingType;
use domain::ids::{BookingTypeId, ProgramId, SiteId, TemplateId};
use domain::program::Program;
use domain::site::Site;
use domain::staff::Saved;
use domain::template::Template;
use domain::text::Code;

use super::{SaveError, StoreError};

/// As many booking types can be stored together: a transaction of DynamoDB has a hundred writes, and
/// one is for the program.
pub const MOST_RELINKED: usize = 99;

/// Programs, templates, booking types and sites: what admins configure.
///
/// Reads are strongly consistent. `create_*` answers `Taken` when the id or a unique value exists.
/// `save_*` stores a record whose version (or revision) is one more than the one it was made from,
/// and answers `Stale` when the stored one is not that.
pub trait Catalogue: Send + Sync {
    /// All programs, by id.
    fn programs(&self) -> impl Future<Output = Result<Vec<Program>, StoreError>> + Send;
    /// One program.
    fn program(
        &self,
        id: &ProgramId,
    ) -> impl Future<Output = Result<Option<Program>, StoreError>> + Send;
    /// Stores a new program and its first version; its name must be free.
    fn create_program(
        &self,
        program: &Program,
        saved: &Saved,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
    /// Stores a new version; `before` is what it was made from. When it plans patients anew, that
    /// it must be done is stored with it.
    fn save_program(
        &self,
        before: &Program,
        after: &Program,
        saved: &Saved,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
    /// Takes a program away; its versions stay. Answers `Stale` when the stored one is another.
    fn delete_program(
        &self,
        program: &Program,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;

    /// All templates, by id.
    fn templates(&self) -> impl Future<Output = Result<Vec<Template>, StoreError>> + Send;
    /// One template.
    fn template(
        &self,
        id: &TemplateId,
    ) -> impl Future<Output = Result<Option<Template>, StoreError>> + Send;
    /// Stores a new template.
    fn create_template(
        &self,
        template: &Template,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
    /// Stores a new version of a template and keeps `before`, what it was made from, as it was.
    fn save_template(
        &self,
        before: &Template,
        after: &Template,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;

    /// All booking types, by id.
    fn booking_types(&self) -> impl Future<Output = Result<Vec<BookingType>, StoreError>> + Send;
    /// One booking type.
    fn booking_type(
        &self,
        id: &BookingTypeId,
    ) -> impl Future<Output = Result<Option<BookingType>, StoreError>> + Send;
    /// The booking type other systems call by this code.
    fn booking_type_by_code(
        &self,
        code: &Code,
    ) -> impl Future<Output = Result<Option<BookingType>, StoreError>> + Send;
    /// Stores a new booking type; its code must be free.
    fn create_booking_type(
        &self,
        booking_type: &BookingType,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
    /// Stores a changed booking type; `before` is what it was made from. `Stale` also when a program
    /// that it is newly linked to is gone.
    fn save_booking_type(
        &self,
        before: &BookingType,
        after: &BookingType,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
    /// Stores booking types whose links to `program` have changed and whose codes have not, at most
    /// [`MOST_RELINKED`]: all of them, or none. `Stale` also when the program is gone.
    fn save_links(
        &self,
        program: &ProgramId,
        after: &[BookingType],
    ) -> impl Future<Output = Result<(), SaveError>> + Send;

    /// All sites, by id.
    fn sites(&self) -> impl Future<Output = Result<Vec<Site>, StoreError>> + Send;
    /// All sites that can be read, by id, and the ids of those that cannot be.
    fn readable_sites(
        &self,
    ) -> impl Future<Output = Result<(Vec<Site>, Vec<SiteId>), StoreError>> + Send;
    /// One site.
    fn site(&self, id: &SiteId) -> impl Future<Output = Result<Option<Site>, StoreError>> + Send;
    /// The site other systems call by this code.
    fn site_by_code(
        &self,
        code: &Code,
    ) -> impl Future<Output = Result<Option<Site>, StoreError>> + Send;
    /// Stores a new site; its code must be free.
    fn create_site(&self, site: &Site) -> impl Future<Output = Result<(), SaveError>> + Send;
    /// Stores a changed site; `before` is what it was made from.
    fn save_site(
        &self,
        before: &Site,
        after: &Site,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
}
