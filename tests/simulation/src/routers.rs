//! The real routers of the API, on the real stores, behind the gates.

use axum::Router;
use office::{Office, nowhere};
use testkit::dynamo::Dynamo;
use testkit::fakes::{CountingIds, FakeClock};

use crate::providers::Providers;

/// All routes that staff use, by the function behind them.
#[derive(Debug, Clone)]
pub(crate) struct Routers {
    pub(crate) programs: Router,
    pub(crate) patients: Router,
    pub(crate) desk: Router,
    pub(crate) letters: Router,
}

/// The routers over those tables.
pub(crate) fn routers(
    dynamo: &Dynamo,
    clock: &FakeClock,
    ids: &CountingIds,
    providers: &Providers,
) -> Routers {
    let office = Office {
        dynamo: dynamo.clone(),
        clock: clock.clone(),
        ids: ids.clone(),
        sms: providers.clone(),
        email: providers.clone(),
    };
    Routers {
        programs: office.programs(),
        patients: office.patients(),
        desk: office.enrolments(),
        // The provider's reports are not asked for here, so neither is their secret.
        letters: office.letters(nowhere()),
    }
}
