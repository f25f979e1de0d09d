//! What a decision makes happen besides the new state.

use chrono::{DateTime, Utc};

use super::{Enrolment, HoldReason, Note, NoteEvent, Status, Step};
use crate::ids::WorkId;
use crate::ledger::{LedgerKey, LedgerRow, LedgerState, Outcome};
use crate::phone::MobileNumber;
use crate::program::{Action, Channel};
use crate::work::{WorkItem, WorkKind};

/// What must be done besides storing the new state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Reserve the attempt and send it.
    Send {
        /// The action to carry out.
        action: Action,
        /// Whom it goes to.
        to: MobileNumber,
    },
    /// Write this row of the ledger, together with the new state.
    Record(LedgerRow),
    /// Put this on the work list, together with the new state.
    Raise(WorkItem),
    /// Take this off the work list: it was settled by evidence.
    Resolve(WorkId),
    /// Keep this in the history, together with the new state.
    Note(Note),
}

/// What the engine decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The enrolment as it must be from now on. Equal to the one given when nothing changes.
    pub enrolment: Enrolment,
    /// What else must be done.
    pub effects: Vec<Effect>,
}

impl Decision {
    pub(super) fn hold(
        &mut self,
        step: &Step,
        why: HoldReason,
        kind: WorkKind,
        summary: String,
        now: DateTime<Utc>,
    ) {
        let e = &self.enrolment;
        self.effects.push(Effect::Note(Note {
            at: now,
            event: NoteEvent::Held,
            text: summary.clone(),
        }));
        self.effects.push(Effect::Raise(WorkItem {
            id: hold_id(&e.key_of(step)),
            kind,
            since: now,
            summary,
            enrolment: Some(e.id.clone()),
            patient: Some(e.patient.clone()),
            site: Some(e.site.clone()),
        }));
        self.enrolment.status = Status::Held { step: step.clone(), since: now, why };
    }

    pub(super) fn note(&mut self, event: NoteEvent, text: &str, now: DateTime<Utc>) {
        self.effects.push(Effect::Note(Note { at: now, event, text: text.to_owned() }));
    }

    pub(super) fn record(
        &mut self,
        step: &Step,
        channel: Channel,
        outcome: Outcome,
        now: DateTime<Utc>,
    ) {
        self.effects.push(Effect::Record(LedgerRow {
            key: self.enrolment.key_of(step),
            channel,
            opened_at: now,
            state: LedgerState::Settled { at: now, outcome },
        }));
    }

    /// One item cannot be taken off the list and put on it in the same write.
    pub(super) fn keep_what_is_raised_again(&mut self) {
        let raised: Vec<WorkId> = self
            .effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::Raise(work) => Some(work.id.clone()),
                Effect::Send { .. } | Effect::Record(_) | Effect::Resolve(_) | Effect::Note(_) => {
                    None
                }
            })
            .collect();
        self.effects.retain(|effect| !matches!(effect, Effect::Resolve(id) if raised.contains(id)));
    }
}

/// The work item of a hold: one for each attempt it can be about.
pub(super) fn hold_id(key: &LedgerKey) -> WorkId {
    let (cycle, attempt) = (key.cycle.to_string(), key.attempt.to_string());
    WorkId::for_cause(&["hold", key.enrolment.as_str(), &cycle, key.action.as_str(), &attempt])
}
