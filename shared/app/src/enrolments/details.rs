//! An enrolment as a person looks at it: with the steps of its cycle (HealthTrack R25).

use chrono::{DateTime, Utc};
use domain::enrolment::{
    Enrolment, Facts, Fate, FinishedAs, Plan, Projection, Status, plan, timeline,
};
use domain::ids::ActionId;
use domain::ledger::{LedgerRow, LedgerState, Outcome};
use domain::program::{Action, ActionKind};
use domain::receipt::Arrival;
use domain::site::Site;
use domain::template::Template;

use super::Desk;
use crate::catalogue::{KnownProgram, known_program};
use crate::ports::{
    Bookings, Catalogue, EnrolmentReader, Enrolments, People, ProgramVersions, StoreError,
};
use crate::situation::Situation;

/// An enrolment, what it is about, and the steps of its current cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// The enrolment.
    pub enrolment: Enrolment,
    /// Its program, or what it was when it was deleted.
    pub program: Option<KnownProgram>,
    /// Its site.
    pub site: Option<Site>,
    /// The program's actions, in their order. None once the program is deleted.
    pub steps: Vec<StepLine>,
}

/// One action of the current cycle, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepLine {
    /// The action.
    pub action: Action,
    /// Its template, if it has one that is there.
    pub template: Option<Template>,
    /// When its timing says, and when as moved by the sending window.
    pub plan: Option<Plan>,
    /// Where it stands.
    pub state: StepState,
    /// When it was done, or will be; since when it is held.
    pub at: Option<DateTime<Utc>>,
    /// Why it was or will be skipped or fail.
    pub why: Option<String>,
    /// Whether its message has arrived, if it was sent.
    pub arrival: Option<Arrival>,
}

/// Where an action of the current cycle stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// A pause that is over.
    Done,
    /// Sent.
    Sent,
    /// It could not be sent, and was passed over.
    Failed,
    /// It was left out, or is not reached any more.
    Skipped,
    /// The enrolment waits for its time.
    Waiting,
    /// The enrolment waits for a person, at this action.
    Held,
    /// It comes later.
    Ahead,
}

impl StepState {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Done,
        Self::Sent,
        Self::Failed,
        Self::Skipped,
        Self::Waiting,
        Self::Held,
        Self::Ahead,
    ];

    /// The name used in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Waiting => "waiting",
            Self::Held => "held",
            Self::Ahead => "ahead",
        }
    }
}

impl<E, R, C, P, B> Desk<'_, E, R, C, P, B>
where
    E: Enrolments,
    R: EnrolmentReader,
    C: Catalogue + ProgramVersions,
    P: People,
    B: Bookings,
{
    /// Everything a person needs to see of an enrolment.
    ///
    /// # Errors
    /// When a store fails.
    pub async fn details(
        &self,
        enrolment: Enrolment,
        now: DateTime<Utc>,
    ) -> Result<Details, StoreError> {
        // What is over may be about a program that is deleted by now.
        let known = known_program(self.catalogue, &enrolment.program).await?;
        let program = match known {
            Some(KnownProgram::Current(program)) => program,
            gone @ (Some(KnownProgram::Deleted(_)) | None) => {
                let site = self.catalogue.site(&enrolment.site).await?;
                return Ok(Details { enrolment, program: gone, site, steps: Vec::new() });
            }
        };
        let (rows, _) = self.reader.records(&enrolment.id).await?;
        let situation =
            Situation::read(self.catalogue, self.people, self.bookings, enrolment).await?;
        let ahead = timeline(situation.enrolment.clone(), situation.facts(), now);
        let mut steps = Vec::new();
        for action in &program.actions {
            let mut line =
                step_line(&situation.enrolment, situation.facts(), action, &rows, &ahead);
            line.arrival = last_row(situation.enrolment.cycle, &action.id, &rows)
                .and_then(|row| Arrival::of(row, now));
            if let Some(template) = action.template() {
                line.template = self.catalogue.template(template).await?;
            }
            steps.push(line);
        }
        let Situation { enrolment, site, .. } = situation;
        let program = Some(KnownProgram::Current(program));
        Ok(Details { enrolment, program, site: Some(site), steps })
    }
}

fn step_line(
    enrolment: &Enrolment,
    facts: Facts<'_>,
    action: &Action,
    rows: &[LedgerRow],
    ahead: &[Projection],
) -> StepLine {
    let step = enrolment.step().filter(|step| step.action == action.id);
    let mut line = StepLine {
        action: action.clone(),
        template: None,
        plan: plan(action, enrolment, step, facts),
        state: StepState::Skipped,
        at: None,
        why: None,
        arrival: None,
    };
    let finished = enrolment.finished.iter().find(|finished| finished.action == action.id);
    let coming = ahead.iter().find(|it| it.cycle == enrolment.cycle && it.action == action.id);
    match (step, finished.map(|finished| finished.how)) {
        (Some(step), _) => {
            line.why = coming.and_then(|coming| trouble(&coming.fate));
            (line.state, line.at) = match enrolment.status {
                Status::Held { since, .. } => (StepState::Held, Some(since)),
                Status::Active(_) | Status::Completed { .. } | Status::Ended { .. } => {
                    (StepState::Waiting, Some(coming.map_or(step.due, |coming| coming.at)))
                }
            };
        }
        (
            None,
            Some(
                how @ (FinishedAs::Done
                | FinishedAs::Failed
                | FinishedAs::Passed
                | FinishedAs::TooLate),
            ),
        ) => {
            line.state = finished_state(how, &action.kind);
            (line.at, line.why) = last_outcome(enrolment.cycle, &action.id, rows);
        }
        (None, Some(FinishedAs::Reopened) | None) => match coming {
            Some(coming) => {
                line.state = StepState::Ahead;
                line.at = Some(coming.at);
                line.why = trouble(&coming.fate);
            }
            None => line.why = Some("it is not reached".to_owned()),
        },
    }
    line
}

const fn finished_state(how: FinishedAs, kind: &ActionKind) -> StepState {
    match (how, kind) {
        (FinishedAs::Done, ActionKind::Message(_)) => StepState::Sent,
        (FinishedAs::Done, ActionKind::Pause) => StepState::Done,
        (FinishedAs::Failed, ActionKind::Message(_) | ActionKind::Pause) => StepState::Failed,
        (
            FinishedAs::Passed | FinishedAs::TooLate | FinishedAs::Reopened,
            ActionKind::Message(_) | ActionKind::Pause,
        ) => StepState::Skipped,
    }
}

/// When the last attempt at an action ended and, unless it was sent, why so.
fn last_outcome(
    cycle: u16,
    action: &ActionId,
    rows: &[LedgerRow],
) -> (Option<DateTime<Utc>>, Option<String>) {
    match last_row(cycle, action, rows).map(|row| &row.state) {
        Some(LedgerState::Settled { at, outcome }) => match outcome {
            Outcome::Sent { .. } => (Some(*at), None),
            Outcome::NotSent { why }
            | Outcome::Barred { why }
            | Outcome::Skipped { why }
            | Outcome::Failed { why }
            | Outcome::Unclear { why } => (Some(*at), Some(why.clone())),
        },
        Some(LedgerState::Reserved { .. }) | None => (None, None),
    }
}

/// The last attempt at an action.
fn last_row<'a>(cycle: u16, action: &ActionId, rows: &'a [LedgerRow]) -> Option<&'a LedgerRow> {
    let attempts = rows.iter().filter(|row| row.key.cycle == cycle && row.key.action == *action);
    attempts.max_by_key(|row| row.key.attempt)
}

fn trouble(fate: &Fate) -> Option<String> {
    match fate {
        Fate::Sent(_) | Fate::Paused => None,
        Fate::Skipped(why) => Some(format!("it will be skipped: {why}")),
        Fate::Failed(why) => Some(format!("it will fail: {why}")),
    }
}
