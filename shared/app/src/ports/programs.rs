//! What programs were before, and whom a change of theirs concerns.

use std::future::Future;

use domain::ids::ProgramId;
use domain::program::Program;
use domain::staff::Saved;

use super::{SaveError, StoreError};

/// A version of a program, and who saved it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramVersion {
    /// The program as it was saved.
    pub program: Program,
    /// Who saved it, and when.
    pub saved: Saved,
}

/// The versions of programs. Each is kept for ever: what was sent by it can still be explained, and
/// a deleted program's name be read. Reads are strongly consistent.
pub trait ProgramVersions: Send + Sync {
    /// The newest `limit` versions of a program, newest first; with `below`, of those that have a
    /// lower number. Empty when there is none.
    fn program_versions(
        &self,
        id: &ProgramId,
        below: Option<u64>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<ProgramVersion>, StoreError>> + Send;
}

/// Patients of a program who must be planned anew, because it was saved with other timings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replan {
    /// The program.
    pub program: ProgramId,
    /// The version that asks for it. A newer one takes its place, and begins anew.
    pub version: u64,
    /// Where to go on in the list of its enrolments; `None` at its beginning.
    pub after: Option<String>,
}

/// What is left to plan anew. Written together with the program, so that no crash loses it.
pub trait Replans: Send + Sync {
    /// Everything that is left.
    fn replans(&self) -> impl Future<Output = Result<Vec<Replan>, StoreError>> + Send;
    /// Notes how far it has come; `None` when it is done. Answers `Stale` when a newer version has
    /// taken its place.
    fn advance_replan(
        &self,
        replan: &Replan,
        after: Option<String>,
    ) -> impl Future<Output = Result<(), SaveError>> + Send;
}
