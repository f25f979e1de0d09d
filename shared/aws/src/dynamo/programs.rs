//! Programs, their versions, and what a new version leaves to be planned anew.

use app::ports::{ProgramVersion, ProgramVersions, Replan, Replans, SaveError, StoreError};
use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::ids::ProgramId;
use domain::program::Program;
use domain::staff::Saved;
use serde::{Deserialize, Serialize};

use super::catalogue::{CatalogueStore, PROGRAM, PROGRAM_NAME};
use super::records::ProgramVersionData;
use super::versions::version_key;
use super::{Condition, item, read_data, revision, unreadable};

const REPLAN: &str = "REPLAN";

fn versions(id: &ProgramId) -> String {
    format!("PROGRAM_VERSION#{id}")
}

/// Where the planning has come to.
#[derive(Serialize, Deserialize)]
struct ReplanData {
    after: Option<String>,
}

impl CatalogueStore {
    /// The write that keeps a version.
    pub(super) fn keep_program(&self, program: &Program, saved: &Saved) -> TransactWriteItem {
        let data = ProgramVersionData::new(program, saved);
        let sk = version_key(program.version);
        self.table.put(item(&versions(&program.id), &sk, program.version, &data), None)
    }

    /// The writes that take a program away; the first is the program itself.
    pub(super) fn program_deletion(&self, program: &Program) -> Vec<TransactWriteItem> {
        let condition = Condition::revision(program.version);
        vec![
            self.table.deletion_if(PROGRAM, program.id.as_str(), condition),
            self.table.delete(PROGRAM_NAME, &program.name.folded()),
            self.table.delete(REPLAN, program.id.as_str()),
        ]
    }

    /// The write that asks for patients to be planned anew, when `after` does so.
    pub(super) fn ask_to_replan(
        &self,
        before: &Program,
        after: &Program,
    ) -> Option<TransactWriteItem> {
        let data = ReplanData { after: None };
        before
            .plans_differently(after)
            .then(|| self.table.put(item(REPLAN, after.id.as_str(), after.version, &data), None))
    }
}

impl ProgramVersions for CatalogueStore {
    async fn program_versions(
        &self,
        id: &ProgramId,
        below: Option<u64>,
        limit: usize,
    ) -> Result<Vec<ProgramVersion>, StoreError> {
        let below = below.map(version_key);
        let items = self.table.last(&versions(id), below.as_deref(), limit).await?;
        let versions = items.into_iter().map(|item| {
            let data: ProgramVersionData = read_data(item)?;
            ProgramVersion::try_from(data).map_err(|error| unreadable(id.as_str(), error))
        });
        versions.collect()
    }
}

impl Replans for CatalogueStore {
    async fn replans(&self) -> Result<Vec<Replan>, StoreError> {
        let mut replans = Vec::new();
        for item in self.table.partition(REPLAN, "").await? {
            let id = super::text(&item, "sk").unwrap_or_default();
            let program = ProgramId::parse(&id).map_err(|error| unreadable(REPLAN, error))?;
            let version = revision(&item)?;
            let data: ReplanData = read_data(item)?;
            replans.push(Replan { program, version, after: data.after });
        }
        Ok(replans)
    }

    async fn advance_replan(
        &self,
        replan: &Replan,
        after: Option<String>,
    ) -> Result<(), SaveError> {
        let (sk, condition) = (replan.program.as_str(), Condition::revision(replan.version));
        let write = match after {
            None => self.table.deletion_if(REPLAN, sk, condition),
            after @ Some(_) => {
                let data = ReplanData { after };
                self.table.put(item(REPLAN, sk, replan.version, &data), Some(condition))
            }
        };
        self.table.transact(vec![write]).await?.or_stale()
    }
}
