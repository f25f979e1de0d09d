//! The engine's rules as cases: state, event, now → state, effects.

mod balancing;
mod bookings;
mod books;
mod completing;
mod cycles;
mod evidence;
mod failures;
mod forecast;
mod moving;
mod order;
mod pauses;
mod properties;
mod referral_life;
mod referrals;
mod reopening;
mod significance;
mod spreading;
mod staff;
mod timing;
mod undelivered;
mod versions;
mod world;

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use ulid::Ulid;

use super::*;
use crate::actor::Actor;
use crate::booking::{
    BookingEventKind, BookingKey, BookingState, EventOrder, Gone, Matching, Stamp,
};
use crate::calendar::CalendarSpan;
use crate::ids::{ActionId, EnrolmentId, PatientId, ProgramId, SiteId, TemplateId, WorkId};
use crate::ledger::{LedgerState, Outcome};
use crate::patient::{Choice, Consent, Consents, Evidence, PersonName, Standing};
use crate::phi::Phi;
use crate::phone::MobileNumber;
use crate::program::{
    Action, ActionKind, Addressee, Assignment, Carrier, Channel, Completion, Course, Frequency,
    Medium, Message, NextCycle, OnError, PrintOption, ProgramName, ProgramType, Purpose,
    ReferralFilter, Reopening, Reply, Significance, UsefulFor, WindowUse,
};
use crate::referral::{Referral, ReferralGone, ReferralState};
use crate::text::{Code, ExternalId, Label};
use crate::timing::{Reference, Span, Timing};
use crate::window::SendingWindow;
use crate::work::WorkKind;
use world::*;

fn sent() -> Outcome {
    Outcome::Sent { provider_id: "m-1".into() }
}

fn not_sent() -> Outcome {
    Outcome::NotSent { why: "throttled".into() }
}

fn barred() -> Outcome {
    Outcome::Barred { why: "suspended".into() }
}

fn is_sending(decision: &Decision) -> bool {
    decision.send().is_some()
}

fn recorded(decision: &Decision) -> Vec<Outcome> {
    decision
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Record(row) => match &row.state {
                LedgerState::Settled { outcome, .. } => Some(outcome.clone()),
                LedgerState::Reserved { .. } => None,
            },
            Effect::Send { .. }
            | Effect::Raise(_)
            | Effect::Resolve(_)
            | Effect::Note(_)
            | Effect::Claim(_)
            | Effect::Refuse(_) => None,
        })
        .collect()
}

fn raised(decision: &Decision) -> Vec<WorkKind> {
    decision
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Raise(work) => Some(work.kind),
            Effect::Send { .. }
            | Effect::Record(_)
            | Effect::Resolve(_)
            | Effect::Note(_)
            | Effect::Claim(_)
            | Effect::Refuse(_) => None,
        })
        .collect()
}

fn step(enrolment: &Enrolment) -> &Step {
    match &enrolment.status {
        Status::Active(step) => step,
        other @ (Status::Held { .. } | Status::Completed { .. } | Status::Ended { .. }) => {
            panic!("not active: {other:?}")
        }
    }
}

/// Why it waits for a person.
fn held(enrolment: &Enrolment) -> &HoldReason {
    match &enrolment.status {
        Status::Held { why, .. } => why,
        other @ (Status::Active(_) | Status::Completed { .. } | Status::Ended { .. }) => {
            panic!("not held: {other:?}")
        }
    }
}

fn is_completed(enrolment: &Enrolment) -> bool {
    matches!(enrolment.status, Status::Completed { .. })
}

/// The work items a decision leaves open, and those it takes off the list.
fn work(decision: &Decision) -> (Vec<WorkId>, Vec<WorkId>) {
    let (mut open, mut settled) = (Vec::new(), Vec::new());
    for effect in &decision.effects {
        match effect {
            Effect::Raise(work) => open.push(work.id.clone()),
            Effect::Resolve(id) => settled.push(id.clone()),
            Effect::Send { .. }
            | Effect::Record(_)
            | Effect::Note(_)
            | Effect::Claim(_)
            | Effect::Refuse(_) => {}
        }
    }
    (open, settled)
}
