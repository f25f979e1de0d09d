//! What a decision makes happen besides the new state.

use chrono::{DateTime, Utc};

use super::{Enrolment, HoldReason, Note, NoteEvent, Recipient, Refusal, Status, Step};
use crate::actor::Actor;
use crate::booking::BookingKey;
use crate::ids::WorkId;
use crate::ledger::{LedgerKey, LedgerRow, LedgerState, Outcome};
use crate::program::{Channel, Medium};
use crate::work::{WorkItem, WorkKind};

/// What must be done besides storing the new state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Reserve the attempt and send it.
    Send {
        /// What to send.
        medium: Medium,
        /// Where it goes.
        to: Recipient,
    },
    /// Write this row of the ledger, together with the new state.
    Record(LedgerRow),
    /// Put this on the work list, together with the new state.
    Raise(WorkItem),
    /// Take this off the work list: it was settled.
    Resolve(WorkId),
    /// Keep this in the history, together with the new state.
    Note(Note),
    /// Note at this booking that it has completed a cycle of the enrolment, together with the new
    /// state, and only if it is still the booking that was decided upon: should it go, the
    /// enrolment must be told.
    Claim(BookingKey),
    /// Tell the person who asked that it cannot be done. The state is as it was.
    Refuse(Refusal),
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
    /// Nothing is to be done.
    pub(super) const fn unchanged(enrolment: Enrolment) -> Self {
        Self { enrolment, effects: Vec::new() }
    }

    /// What is to be sent, and to whom, if anything is.
    pub fn send(&self) -> Option<(&Medium, &Recipient)> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::Send { medium, to } => Some((medium, to)),
            Effect::Record(_)
            | Effect::Raise(_)
            | Effect::Resolve(_)
            | Effect::Note(_)
            | Effect::Claim(_)
            | Effect::Refuse(_) => None,
        })
    }

    /// Whether a message has failed for good by it: it cannot be sent, or was given up after all its attempts.
    pub fn has_failed(&self) -> bool {
        self.effects.iter().any(|effect| match effect {
            Effect::Record(row) => match &row.state {
                LedgerState::Settled { outcome, .. } => match outcome {
                    Outcome::Failed { .. } => true,
                    Outcome::Sent { .. }
                    | Outcome::NotSent { .. }
                    | Outcome::Barred { .. }
                    | Outcome::Skipped { .. }
                    | Outcome::Unclear { .. } => false,
                },
                LedgerState::Reserved { .. } => false,
            },
            Effect::Note(note) => note.event == NoteEvent::GaveUp,
            Effect::Send { .. }
            | Effect::Raise(_)
            | Effect::Resolve(_)
            | Effect::Claim(_)
            | Effect::Refuse(_) => false,
        })
    }

    /// Why what a person asked for was refused, if it was.
    pub fn refusal(&self) -> Option<Refusal> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::Refuse(refusal) => Some(*refusal),
            Effect::Send { .. }
            | Effect::Record(_)
            | Effect::Raise(_)
            | Effect::Resolve(_)
            | Effect::Note(_)
            | Effect::Claim(_) => None,
        })
    }

    pub(super) fn hold(
        &mut self,
        step: &Step,
        why: HoldReason,
        kind: WorkKind,
        summary: String,
        now: DateTime<Utc>,
    ) {
        self.note(NoteEvent::Held, &summary, now);
        let key = self.enrolment.key_of(step);
        self.raise_as(hold_id(&key), kind, summary, now);
        // Whatever was under way is over, or nobody knows: `why` says which.
        let step = Step { pending_until: None, ..step.clone() };
        self.enrolment.status = Status::Held { step, since: now, why };
    }

    /// Puts something about the enrolment on the work list.
    pub(super) fn raise_as(
        &mut self,
        id: WorkId,
        kind: WorkKind,
        summary: String,
        now: DateTime<Utc>,
    ) {
        let e = &self.enrolment;
        self.effects.push(Effect::Raise(WorkItem {
            id,
            kind,
            since: now,
            summary,
            enrolment: Some(e.id.clone()),
            program: Some(e.program.clone()),
            patient: Some(e.patient.clone()),
            site: Some(e.site.clone()),
            same_as: Vec::new(),
            reply: None,
        }));
    }

    pub(super) fn note(&mut self, event: NoteEvent, text: &str, now: DateTime<Utc>) {
        self.note_by(event, text, &Actor::PatientConnect, now);
    }

    pub(super) fn note_by(&mut self, event: NoteEvent, text: &str, by: &Actor, now: DateTime<Utc>) {
        let (text, by) = (text.to_owned(), by.clone());
        self.effects.push(Effect::Note(Note { at: now, event, text, by }));
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
            to: None,
            wording: None,
            opened_at: now,
            state: LedgerState::Settled { at: now, outcome },
            receipt: None,
        }));
    }

    /// Takes the work of a hold off the list.
    pub(super) fn resolve_hold(&mut self) {
        if let Status::Held { step, .. } = &self.enrolment.status {
            let id = hold_id(&self.enrolment.key_of(step));
            self.effects.push(Effect::Resolve(id));
        }
    }

    /// The same, when nobody has looked at what it waits for: what failed needs nobody any more,
    /// what may have been sent still does.
    pub(super) fn resolve_hold_unless_unclear(&mut self) {
        if !matches!(self.enrolment.status, Status::Held { why: HoldReason::Unclear, .. }) {
            self.resolve_hold();
        }
    }

    /// One item cannot be put on the list and taken off it in the same write: the last counts.
    pub(super) fn keep_the_last_of_each_work(&mut self) {
        let work = |effect: &Effect| match effect {
            Effect::Raise(work) => Some(work.id.clone()),
            Effect::Resolve(id) => Some(id.clone()),
            Effect::Send { .. }
            | Effect::Record(_)
            | Effect::Note(_)
            | Effect::Claim(_)
            | Effect::Refuse(_) => None,
        };
        let ids: Vec<Option<WorkId>> = self.effects.iter().map(work).collect();
        let mut place = 0;
        self.effects.retain(|_| {
            place += 1;
            let (this, later) = ids.split_at(place);
            let this = this.last().and_then(Option::as_ref);
            this.is_none_or(|id| !later.iter().flatten().any(|other| other == id))
        });
    }
}

/// The work item of a hold: one for each attempt it can be about.
pub fn hold_id(key: &LedgerKey) -> WorkId {
    work_id("hold", key)
}

/// The work about a message that could not be sent, or did not arrive, and holds nobody.
pub(super) fn not_reached_id(key: &LedgerKey) -> WorkId {
    work_id("not reached", key)
}

fn work_id(cause: &str, key: &LedgerKey) -> WorkId {
    let (cycle, attempt) = (key.cycle.to_string(), key.attempt.to_string());
    WorkId::for_cause(&[cause, key.enrolment.as_str(), &cycle, key.action.as_str(), &attempt])
}
