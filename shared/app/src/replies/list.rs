//! A patient's answers, and the values in them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::ids::{ActionId, PatientId, ProgramId};
use domain::patient::Patient;
use domain::reply::{Fit, Number, ReceivedReply, Unit};

use crate::ports::{Replies, ReplyPlace, StoreError};

/// The records of one person: what was answered under the ids of merged ones was answered by them.
fn records(patient: &Patient) -> BTreeSet<PatientId> {
    patient.merged_from.iter().chain([&patient.id]).cloned().collect()
}

/// The newest `limit` answers of a patient, newest first; with `before`, of those before that place.
///
/// # Errors
/// When the store fails.
pub async fn replies(
    store: &impl Replies,
    patient: &Patient,
    before: Option<&ReplyPlace>,
    limit: usize,
) -> Result<Vec<ReceivedReply>, StoreError> {
    store.of_patient(&records(patient), before, limit).await
}

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// When it was answered.
    pub at: DateTime<Utc>,
    /// The number.
    pub number: Number,
    /// How it lay to the range of its action.
    pub fit: Fit,
    /// In which cycle it was asked for.
    pub cycle: u16,
}

/// The values a patient answered to one action, in one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// The program.
    pub program: ProgramId,
    /// The action.
    pub action: ActionId,
    /// The unit, if the action had one.
    pub unit: Option<Unit>,
    /// The values, oldest first.
    pub points: Vec<Point>,
}

/// The values of a patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Values {
    /// A series for each action and unit.
    pub series: Vec<Series>,
    /// The time of the oldest answer that was looked at, when there are older ones.
    pub since: Option<DateTime<Utc>>,
}

/// The values in the newest `most` answers of a patient, a series for each action and unit.
///
/// # Errors
/// When the store fails.
pub async fn series(
    store: &impl Replies,
    patient: &Patient,
    most: usize,
) -> Result<Values, StoreError> {
    let mut found = replies(store, patient, None, most.saturating_add(1)).await?;
    let has_older = found.len() > most;
    found.truncate(most);
    let since = found.last().filter(|_| has_older).map(|oldest| oldest.at);
    let mut series: BTreeMap<(ProgramId, ActionId, Option<Unit>), Vec<Point>> = BTreeMap::new();
    // They come newest first.
    for reply in found.into_iter().rev() {
        let (Some(answers), Some(value)) = (reply.answers, reply.value) else { continue };
        let value = value.reveal();
        let key = (answers.program, answers.action, value.unit.clone());
        let point =
            Point { at: reply.at, number: value.number, fit: value.fit, cycle: answers.cycle };
        series.entry(key).or_default().push(point);
    }
    let series = series
        .into_iter()
        .map(|((program, action, unit), points)| Series { program, action, unit, points })
        .collect();
    Ok(Values { series, since })
}
