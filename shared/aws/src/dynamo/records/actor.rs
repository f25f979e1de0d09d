//! Who did something.

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::staff::{Saved, StaffId};
use domain::text::{Code, ExternalId};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ActorData {
    #[default]
    PatientConnect,
    Person(ExternalId),
    System(Code),
}

impl From<&Actor> for ActorData {
    fn from(actor: &Actor) -> Self {
        match actor {
            Actor::PatientConnect => Self::PatientConnect,
            Actor::Person(id) => Self::Person(id.clone()),
            Actor::System(source) => Self::System(source.clone()),
        }
    }
}

impl From<ActorData> for Actor {
    fn from(data: ActorData) -> Self {
        match data {
            ActorData::PatientConnect => Self::PatientConnect,
            ActorData::Person(id) => Self::Person(id),
            ActorData::System(source) => Self::System(source),
        }
    }
}

/// Who saved something, and when.
#[derive(Serialize, Deserialize)]
pub(crate) struct SavedData {
    at: DateTime<Utc>,
    by: StaffId,
}

impl From<&Saved> for SavedData {
    fn from(saved: &Saved) -> Self {
        Self { at: saved.at, by: saved.by.clone() }
    }
}

impl From<SavedData> for Saved {
    fn from(data: SavedData) -> Self {
        Self { at: data.at, by: data.by }
    }
}
