//! A patient's answers, and the values in them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::ids::{ActionId, PatientId, ProgramId};
use domain::patient::Patient;
use domain::reply::{Fit, Number, ReceivedReply, Unit};

use crate::ports::{Replies, ReplyPlace, StoreError};

/// Answers read at once.
const PAGE: usize = 500;

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

/// All values of a patient, a series for each action and unit.
///
/// # Errors
/// When the store fails.
pub async fn series(store: &impl Replies, patient: &Patient) -> Result<Vec<Series>, StoreError> {
    let mut series: BTreeMap<(ProgramId, ActionId, Option<Unit>), Vec<Point>> = BTreeMap::new();
    let mut before = None;
    loop {
        let page = replies(store, patient, before.as_ref(), PAGE).await?;
        let is_last = page.len() < PAGE;
        before = page.last().map(ReplyPlace::of);
        for reply in page {
            let (Some(answers), Some(value)) = (reply.answers, reply.value) else { continue };
            let value = value.reveal();
            let key = (answers.program, answers.action, value.unit.clone());
            let point =
                Point { at: reply.at, number: value.number, fit: value.fit, cycle: answers.cycle };
            series.entry(key).or_default().push(point);
        }
        if is_last {
            break;
        }
    }
    Ok(series
        .into_iter()
        .map(|((program, action, unit), mut points)| {
            points.sort_by_key(|point| point.at);
            Series { program, action, unit, points }
        })
        .collect())
}
