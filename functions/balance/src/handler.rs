//! Translates a tick of the schedule, or an operator's wish, into a balance, and that into metrics.

use app::balance::{BalanceError, Balancing, Ran};
use app::ports::{
    Balance, Balances, Catalogue, Clock, DueIndex, EnrolmentScan, Letters, PracticeSettings,
    ProgramVersions, WaitingSince, WorkList,
};
use aws::telemetry::{Unit, metrics};
use chrono::{Duration, NaiveDate};
use serde_json::{Value, json};

/// How long one invocation reads at most: two minutes less than it may run.
const READING: Duration = Duration::minutes(13);

/// Why an invocation has failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failed {
    /// What was asked for is no day.
    #[error("`day` must be a date such as \"2026-11-26\"")]
    NoDay,
    /// There is no balance.
    #[error(transparent)]
    Balance(#[from] BalanceError),
}

/// The day that is asked for: `{"day": "2026-11-26"}`. The schedule's own event names none.
fn wanted(event: &Value) -> Result<Option<NaiveDate>, Failed> {
    match event.get("day") {
        None => Ok(None),
        Some(day) => {
            let date = day.as_str().and_then(|day| day.parse().ok());
            date.map(Some).ok_or(Failed::NoDay)
        }
    }
}

/// Balances the day that is asked for, or the next that has no balance.
///
/// # Errors
/// When the store fails, or the day is not over: the invocation fails, and its alarm goes off. The next
/// one begins or goes on.
pub async fn handle<S, B, W, C, L, I, K>(
    balancing: &Balancing<S, B, W, C, L, I, K>,
    stack: &str,
    event: &Value,
) -> Result<Value, Failed>
where
    S: EnrolmentScan,
    B: Balances,
    W: WorkList,
    C: Catalogue + ProgramVersions + PracticeSettings,
    L: Letters,
    I: DueIndex<Pointer = WaitingSince>,
    K: Clock,
{
    let wanted = wanted(event)?;
    let until = balancing.clock.now() + READING;
    let newest = balancing.balances.balances(None, 1).await.map_err(BalanceError::from)?;
    let newest = newest.balances.first().map(|newest| newest.day.date);
    let hear = |balance: &Balance| {
        tell(balance);
        // An older day, which an operator asks for again, is no news of this night.
        if newest.is_none_or(|newest| newest <= balance.day.date) {
            publish(balance, stack);
        }
    };
    match Box::pin(balancing.run(wanted, until, &hear)).await? {
        Ran::NothingToDo => Ok(json!({ "balanced": null })),
        Ran::GoesOn(day) => {
            tracing::info!(day = %day.date, "there was too little time; the balance goes on with the next run");
            Ok(json!({ "goes_on": day.date }))
        }
        Ran::Busy(day) => {
            tracing::info!(day = %day.date, "another run is at the balance of this day");
            Ok(json!({ "busy": day.date }))
        }
        Ran::Balanced(balance) => Ok(json!({
            "balanced": balance.day.date,
            "difference": balance.difference(),
            "new": balance.news(),
        })),
    }
}

/// Logs what was found.
fn tell(balance: &Balance) {
    let all = &balance.counted.tallies.all;
    tracing::info!(
        day = %balance.day.date,
        enrolments = balance.counted.enrolments,
        due = all.due,
        sent = all.sent,
        skipped = all.skipped(),
        held = all.held,
        waiting = all.waiting,
        difference = balance.difference(),
        new = balance.news(),
        "balanced a day"
    );
}

/// What the alarms hear of.
fn publish(balance: &Balance, stack: &str) {
    let all = &balance.counted.tallies.all;
    let count = |n: u64| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    metrics(
        stack,
        balance.computed_at.timestamp_millis(),
        &[
            ("BalanceDue", Unit::Count, count(all.due)),
            ("BalanceSent", Unit::Count, count(all.sent)),
            ("BalanceSkipped", Unit::Count, count(all.skipped())),
            ("BalanceHeld", Unit::Count, count(all.held)),
            ("BalanceWaiting", Unit::Count, count(all.waiting)),
            ("BalanceDifference", Unit::Count, count(balance.difference())),
            ("BalanceNew", Unit::Count, count(balance.news())),
        ],
    );
}
