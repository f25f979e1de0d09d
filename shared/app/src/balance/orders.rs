//! What each program does one after the other, and since when.

use std::collections::BTreeMap;

use domain::balance::Order;
use domain::ids::{ActionId, ProgramId};
use domain::program::{Carrier, Program};

use crate::ports::{Catalogue, ProgramVersions, StoreError};

/// Versions read at once.
const READ: usize = 20;

/// The orders of all programs.
#[derive(Debug, Default)]
pub(super) struct Orders(BTreeMap<ProgramId, Order>);

impl Orders {
    /// Reads them. What cannot be read has no order: less is known of its patients, and they are weighed
    /// all the same.
    ///
    /// Cost: a query for the programs, and one for each.
    pub(super) async fn read(
        catalogue: &(impl Catalogue + ProgramVersions),
    ) -> Result<Self, StoreError> {
        let programs = match catalogue.programs().await {
            Ok(programs) => programs,
            Err(StoreError::Unreadable { what, why }) => {
                tracing::error!(what, why, "programs are weighed without their order");
                return Ok(Self::default());
            }
            Err(error @ (StoreError::Unavailable(_) | StoreError::Refused(_))) => {
                return Err(error);
            }
        };
        let mut orders = BTreeMap::new();
        for program in programs {
            match order_of(catalogue, &program).await {
                Ok(order) => orders.extend(order.map(|order| (program.id, order))),
                Err(StoreError::Unreadable { what, why }) => {
                    tracing::error!(what, why, "a program is weighed without its order");
                }
                Err(error @ (StoreError::Unavailable(_) | StoreError::Refused(_))) => {
                    return Err(error);
                }
            }
        }
        Ok(Self(orders))
    }

    pub(super) fn of(&self, program: &ProgramId) -> Option<&Order> {
        self.0.get(program)
    }
}

fn actions_of(program: &Program) -> Vec<(ActionId, Carrier)> {
    program.actions.iter().map(|action| (action.id.clone(), action.carrier())).collect()
}

/// The order of a program, with when the oldest of its newest versions was saved that have it.
async fn order_of(
    versions: &impl ProgramVersions,
    program: &Program,
) -> Result<Option<Order>, StoreError> {
    let actions = actions_of(program);
    let (mut since, mut below) = (None, Some(program.version.saturating_add(1)));
    loop {
        let page = versions.program_versions(&program.id, below, READ).await?;
        for version in &page {
            if actions_of(&version.program) != actions {
                return Ok(since.map(|since| Order { actions, since }));
            }
            since = Some(version.saved.at);
        }
        if page.len() < READ {
            return Ok(since.map(|since| Order { actions, since }));
        }
        below = page.last().map(|version| version.program.version);
    }
}
