//! Programs by their ids, also those that were deleted: what happened on them keeps their names
//! (HealthTrack R17).

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::ProgramId;
use domain::program::Program;
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::ports::{Catalogue, ProgramVersions, StoreError};

/// Deleted programs looked up at the same time.
const AT_ONCE: usize = 16;

/// A program that something is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KnownProgram {
    /// It is there, in its newest version.
    Current(Program),
    /// It was deleted. This is its last version.
    Deleted(Program),
}

impl KnownProgram {
    /// What it is, or was.
    pub const fn program(&self) -> &Program {
        match self {
            Self::Current(program) | Self::Deleted(program) => program,
        }
    }

    /// Whether it was deleted.
    pub const fn is_deleted(&self) -> bool {
        match self {
            Self::Current(_) => false,
            Self::Deleted(_) => true,
        }
    }
}

/// One program, also one that was deleted; `None` when there never was one of that id.
///
/// # Errors
/// When the store fails.
pub async fn known_program(
    catalogue: &(impl Catalogue + ProgramVersions),
    id: &ProgramId,
) -> Result<Option<KnownProgram>, StoreError> {
    match catalogue.program(id).await? {
        Some(program) => Ok(Some(KnownProgram::Current(program))),
        None => deleted(catalogue, id).await,
    }
}

async fn deleted(
    versions: &impl ProgramVersions,
    id: &ProgramId,
) -> Result<Option<KnownProgram>, StoreError> {
    let last = versions.program_versions(id, None, 1).await?.pop();
    Ok(last.map(|last| KnownProgram::Deleted(last.program)))
}

/// The programs that a page of a list is about.
#[derive(Debug, Default)]
pub struct KnownPrograms(BTreeMap<ProgramId, KnownProgram>);

impl KnownPrograms {
    /// Reads them: one query for all that are there, and one item for each that was deleted.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn read(
        catalogue: &(impl Catalogue + ProgramVersions),
        ids: BTreeSet<ProgramId>,
    ) -> Result<Self, StoreError> {
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let current = catalogue.programs().await?.into_iter();
        let mut known: BTreeMap<_, _> =
            current.map(|program| (program.id.clone(), KnownProgram::Current(program))).collect();
        let gone = ids.into_iter().filter(|id| !known.contains_key(id)).collect::<Vec<_>>();
        let gone: Vec<_> = stream::iter(gone)
            .map(|id| async move {
                let found = deleted(catalogue, &id).await?;
                Ok::<_, StoreError>(found.map(|found| (id, found)))
            })
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        known.extend(gone.into_iter().flatten());
        Ok(Self(known))
    }

    /// The program of that id.
    pub fn get(&self, id: &ProgramId) -> Option<&KnownProgram> {
        self.0.get(id)
    }
}
