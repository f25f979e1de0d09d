//! Moving a program's patients to another program (HealthTrack R21): what that would do, and doing
//! it, page by page.
//!
//! Each patient is moved in one transaction, and under an id derived from the enrolment and the
//! program: a page that is repeated moves nobody twice, and a move that stops half-way is finished
//! by asking for it again.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::booking_type::Completing;
use domain::enrolment::{Decision, Enrolment, Refusal, move_to};
use domain::ids::{ActionId, EnrolmentId, ProgramId};
use domain::invalid::{FieldError, Invalid};
use domain::ledger::LedgerKey;
use domain::program::{Assignment, Program};
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::begun::{Begun, begun, concluded};
use crate::catalogue::ChangeError;
use crate::ports::{
    Bookings, Catalogue, Change, EnrolmentReader, Enrolments, People, SaveError, StoreError,
};
use crate::replan::Stores;
use crate::situation::{Situation, completing};

/// Enrolments moved at the same time.
const AT_ONCE: usize = 16;
/// How often a move is decided anew when others write at the same time.
const TRIES: usize = 8;

/// Who is to be moved where.
#[derive(Debug, Clone)]
pub struct MoveOrder {
    /// The program they leave.
    pub from: ProgramId,
    /// The program they go to.
    pub to: ProgramId,
    /// The action they go on with.
    pub next: ActionId,
    /// The action those who wait for a certain action go on with.
    pub next_of: Vec<(ActionId, ActionId)>,
    /// Who says so.
    pub by: Actor,
}

/// The programs of a move, checked against its order.
#[derive(Debug, Clone)]
pub struct Move {
    order: MoveOrder,
    from: Program,
    to: Program,
    completing: Completing,
}

/// What a page of a move did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MovedPage {
    /// Who was moved: the enrolment that ended, the one that began, and when its next action is due
    /// (`None` when it waits for a person).
    pub moved: Vec<(EnrolmentId, EnrolmentId, Option<DateTime<Utc>>)>,
    /// Who was not, and why.
    pub refused: Vec<(EnrolmentId, NotMoved)>,
    /// Where the next page begins; `None` when there is none.
    pub next: Option<String>,
}

/// Why somebody was not moved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotMoved {
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The enrolment, or something that it needs, cannot be read or does not exist.
    #[error("it, or something it needs, cannot be read; ask support to mend it")]
    Unreadable,
}

/// Whether a move is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// It is only shown.
    Preview,
    /// It is done.
    Run,
}

impl Move {
    /// Reads what a move is about.
    ///
    /// # Errors
    /// When one of the programs does not exist, the new one takes no patients or counts from another
    /// kind of date, or has no such action.
    pub async fn prepare(
        catalogue: &impl Catalogue,
        order: MoveOrder,
    ) -> Result<Self, ChangeError> {
        let from = crate::catalogue::program(catalogue, &order.from).await?;
        let Some(to) = catalogue.program(&order.to).await? else {
            return Err(Invalid::one("/to", "there is no such program").into());
        };
        let mut errors = Vec::new();
        if from.id == to.id {
            errors.push(FieldError::new("/to", "is the program they are on"));
        }
        let step = std::iter::once(("/step".to_owned(), &order.next, &to));
        let steps = order.next_of.iter().enumerate().flat_map(|(i, (waiting_for, step))| {
            [
                (format!("/steps/{i}/waiting_for"), waiting_for, &from),
                (format!("/steps/{i}/step"), step, &to),
            ]
        });
        for (pointer, action, program) in step.chain(steps) {
            if program.action(action).is_none() {
                let detail = format!("is not an action of “{}”", program.name);
                errors.push(FieldError::new(pointer, detail));
            }
        }
        let mut mapped = BTreeSet::new();
        for (i, (waiting_for, _)) in order.next_of.iter().enumerate() {
            if !mapped.insert(waiting_for) {
                let pointer = format!("/steps/{i}/waiting_for");
                errors.push(FieldError::new(pointer, "is named twice"));
            }
        }
        Invalid::unless_empty(errors)?;
        if to.assignment == Assignment::Disabled {
            let detail =
                format!("“{}” is disabled; enable it before patients are moved to it.", to.name);
            return Err(ChangeError::Conflict(detail));
        }
        let completing = completing(catalogue, &to).await?;
        Ok(Self { order, from, to, completing })
    }

    /// One page of the move.
    ///
    /// # Errors
    /// When the store fails. Who was moved stays moved.
    pub async fn page<C: Catalogue, P: People, B: Bookings, R: EnrolmentReader, E: Enrolments>(
        &self,
        stores: &Stores<'_, C, P, B, R>,
        enrolments: &E,
        mode: Mode,
        (after, limit): (Option<&str>, usize),
        now: DateTime<Utc>,
    ) -> Result<MovedPage, StoreError> {
        let page = stores.reader.of_program(&self.from.id, after, limit).await?;
        let mut report = MovedPage { next: page.next, ..MovedPage::default() };
        report
            .refused
            .extend(page.unreadable.into_iter().map(|one| (one.id, NotMoved::Unreadable)));
        let done: Vec<_> = stream::iter(page.enrolments)
            .map(|enrolment| async {
                let id = enrolment.id.clone();
                match self.one(stores, enrolments, mode, enrolment, now).await {
                    // It keeps nobody else from being moved, and the page from no end.
                    Err(StoreError::Unreadable { what, why }) => {
                        tracing::error!(enrolment.id = %id, reason = %format!("{what}: {why}"), "cannot be moved");
                        Ok((id, Err(NotMoved::Unreadable)))
                    }
                    Ok((id, moved)) => Ok((id, moved.map_err(NotMoved::from))),
                    Err(error) => Err(error),
                }
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        for (old, moved) in done {
            match moved {
                Ok(new) => report.moved.push((old, new.id.clone(), new.due().map(|due| due.0))),
                Err(refusal) => report.refused.push((old, refusal)),
            }
        }
        Ok(report)
    }

    async fn one<C: Catalogue, P: People, B: Bookings, R: EnrolmentReader, E: Enrolments>(
        &self,
        stores: &Stores<'_, C, P, B, R>,
        enrolments: &E,
        mode: Mode,
        enrolment: Enrolment,
        now: DateTime<Utc>,
    ) -> Result<(EnrolmentId, Result<Enrolment, Refusal>), StoreError> {
        let id = enrolment.id.clone();
        let mut read = Some(enrolment);
        for _ in 0..TRIES {
            let Some(mut enrolment) = read else { return Ok((id, Err(Refusal::Over))) };
            let not_begun = match begun(enrolments, &enrolment).await? {
                Begun::No(attempt) => attempt,
                // Moved, it would be sent again over there.
                Begun::Underway => return Ok((id, Err(Refusal::Underway))),
                Begun::Ended(key, outcome) => {
                    let stores = (stores.catalogue, stores.people, stores.bookings);
                    let told = concluded(stores, enrolment, (key, outcome), now).await?;
                    match mode {
                        Mode::Preview => enrolment = told.decision.enrolment,
                        Mode::Run => {
                            match enrolments.commit(&[told]).await {
                                Ok(()) | Err(SaveError::Stale | SaveError::Taken(_)) => {}
                                Err(SaveError::Store(error)) => return Err(error),
                            }
                            read = enrolments.enrolment(&id).await?;
                            continue;
                        }
                    }
                    None
                }
            };
            let situation = self.situation(stores, enrolment).await?;
            let (old, new) = match self.decide(&situation, now) {
                Ok(decided) => decided,
                Err(refusal) => return Ok((id, Err(refusal))),
            };
            let moved = new.enrolment.clone();
            if mode == Mode::Preview {
                return Ok((id, Ok(moved)));
            }
            match enrolments.commit(&changes(situation, old, new, not_begun)).await {
                Ok(()) => return Ok((id, Ok(moved))),
                Err(SaveError::Stale | SaveError::Taken(_)) => {}
                Err(SaveError::Store(error)) => return Err(error),
            }
            read = enrolments.enrolment(&id).await?;
        }
        Err(StoreError::Unavailable(format!("enrolment {id} is being changed all the time")))
    }

    fn decide(
        &self,
        situation: &Situation,
        now: DateTime<Utc>,
    ) -> Result<(Decision, Decision), Refusal> {
        let enrolment = &situation.enrolment;
        let waits_for = enrolment.step().map(|step| &step.action);
        let next_of = |action| self.order.next_of.iter().find(|(old, _)| old == action);
        let next = waits_for.and_then(next_of).map(|(_, next)| next);
        let next = next.unwrap_or(&self.order.next);
        let (kind, course) = (self.from.kind, self.from.course);
        move_to(enrolment, kind, course, next, &self.order.by, situation.facts(), now)
    }

    /// The facts about an enrolment on the new program.
    async fn situation<C: Catalogue, P: People, B: Bookings, R: EnrolmentReader>(
        &self,
        stores: &Stores<'_, C, P, B, R>,
        enrolment: Enrolment,
    ) -> Result<Situation, StoreError> {
        let mut situation =
            Situation::read(stores.catalogue, stores.people, stores.bookings, enrolment).await?;
        situation.program = self.to.clone();
        situation.completing = self.completing.clone();
        situation.bookings = match self.completing {
            Completing::None => Vec::new(),
            Completing::All | Completing::Types(_) => {
                let referral = situation.referral.as_ref();
                let from = situation.enrolment.bookings_count_from(referral);
                stores.bookings.of_patient(&situation.patient.id, from).await?
            }
        };
        Ok(situation)
    }
}

/// What a move stores: the old enrolment's end, the new one's beginning, and that its visit, if it is
/// about one, must tell the new one when it changes. What the visit would begin on the new program
/// counts as begun: they are on it already. A referral finds that out by itself, as it is told.
fn changes(
    situation: Situation,
    old: Decision,
    new: Decision,
    not_begun: Option<LedgerKey>,
) -> [Change; 2] {
    let mut begun = Change::new(None, new, &situation.bookings);
    if let Some(mut visit) = situation.visit {
        let enrolment = &begun.decision.enrolment;
        let (program, patient) = (&enrolment.program, &enrolment.patient);
        let same = EnrolmentId::for_booking(program, &visit.key.source, &visit.key.id, patient);
        visit.caused.extend([enrolment.id.clone(), same]);
        visit.revision += 1;
        begun.claimed.push(visit);
    }
    let ended = Change::new(Some(situation.enrolment), old, &[]).unless_begun(not_begun);
    [ended, begun]
}
