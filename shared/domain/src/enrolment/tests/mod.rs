//! The engine's rules as cases: state, event, now → state, effects.

mod bookings;
mod failures;
mod order;
mod properties;
mod timing;

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveTime, Utc};
use ulid::Ulid;

use super::*;
use crate::booking::{BookingEventKind, BookingState, EventOrder, Matching, Stamp};
use crate::booking::{BookingKey, Gone};
use crate::calendar::CalendarSpan;
use crate::ids::{ActionId, ProgramId, SiteId};
use crate::ids::{PatientId, TemplateId};
use crate::ledger::{LedgerState, Outcome};
use crate::patient::{Consents, PersonName, Standing};
use crate::phi::Phi;
use crate::phone::MobileNumber;
use crate::program::{
    Action, ActionKind, Assignment, Channel, Completion, Content, Course, Message, OnError,
    ProgramName, ProgramType, Purpose, Reopening, Reply, Significance, UsefulFor, WindowUse,
};
use crate::text::{Code, ExternalId, Label};
use crate::timing::Reference;
use crate::timing::{Span, Timing};
use crate::window::SendingWindow;
use crate::work::WorkKind;

const ENROLLED: &str = "2026-11-20T10:00:00+11:00"; // a Friday
const VISIT: &str = "2026-12-03T10:30:00+11:00"; // a Thursday

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn id(n: u128) -> Ulid {
    Ulid::from_parts(0, n)
}

fn days_before(days: u16, time: Option<&str>) -> Timing {
    let time = time.map(|time| NaiveTime::parse_from_str(time, "%H:%M").unwrap());
    Timing::Before(Span::Calendar(CalendarSpan::Days(days), time))
}

fn sms(n: u128, timing: Timing) -> Action {
    sms_with(n, timing, WindowUse::Keep, OnError::Pause)
}

fn sms_with(n: u128, timing: Timing, window: WindowUse, on_error: OnError) -> Action {
    let content = Content::Sms { template: TemplateId::new(id(1)), reply: Reply::NotKept, window };
    let kind = ActionKind::Message(Message { content, on_error, useful_for: UsefulFor::default() });
    Action { id: ActionId::new(id(n)), timing, kind }
}

fn at_any_hour(action: Action) -> Action {
    let on_error = action.message().unwrap().on_error;
    Action { kind: sms_with(1, action.timing, WindowUse::Ignore, on_error).kind, ..action }
}

fn or_skip(action: Action) -> Action {
    let window = action.message().unwrap().content.window();
    Action { kind: sms_with(1, action.timing, window, OnError::Skip).kind, ..action }
}

fn pause(n: u128) -> Action {
    Action { id: ActionId::new(id(n)), timing: Timing::Enrolled, kind: ActionKind::Pause }
}

/// A patient with a booking, on a program.
#[derive(Clone)]
struct World {
    program: Program,
    site: Site,
    patient: Patient,
    booking: Booking,
    bookings: Vec<Booking>,
    completing: Completing,
}

impl World {
    fn with(actions: Vec<Action>) -> Self {
        let name = |text| Phi::new(PersonName::parse(text).unwrap());
        let (patient, site) = (PatientId::new(id(1)), SiteId::new(id(1)));
        Self {
            program: Program {
                id: ProgramId::new(id(1)),
                version: 1,
                kind: ProgramType::Booking,
                name: ProgramName::parse("Reminders").unwrap(),
                course: Course::ONCE,
                purpose: Purpose::Care,
                significance: Significance::Routine,
                completion: Completion::Ignore,
                reopening: Reopening::AtOnce,
                actions,
                assignment: Assignment::Enabled,
            },
            site: Site {
                id: site.clone(),
                revision: 1,
                code: Code::parse("harbour").unwrap(),
                name: Label::parse("Harbour").unwrap(),
                zone: chrono_tz::Australia::Sydney,
                window: SendingWindow::default(),
            },
            patient: Patient {
                id: patient.clone(),
                revision: 1,
                identifiers: BTreeSet::new(),
                first_name: name("Maria"),
                last_name: name("Rossi"),
                date_of_birth: None,
                mobile: Some(MobileNumber::from_e164("+61491570006").unwrap()),
                email: None,
                address: None,
                language: None,
                gp: None,
                site: None,
                consents: Consents::default(),
                standing: Standing::Current,
            },
            booking: Booking {
                key: BookingKey {
                    source: Code::parse("diary").unwrap(),
                    id: ExternalId::parse("B-1").unwrap(),
                },
                revision: 1,
                told_by: Stamp {
                    order: EventOrder { version: None, time: at(ENROLLED) },
                    kind: BookingEventKind::Made,
                },
                state_told_by: None,
                state: BookingState::Booked,
                booking_type: Code::parse("physio").unwrap(),
                start: at(VISIT),
                end: None,
                matching: Matching::Matched { patient, site },
                made_at: at(ENROLLED),
                caused: BTreeSet::new(),
                completed: BTreeSet::new(),
            },
            bookings: Vec::new(),
            completing: Completing::None,
        }
    }

    fn facts(&self) -> Facts<'_> {
        Facts {
            program: &self.program,
            site: &self.site,
            patient: &self.patient,
            visit: Some(&self.booking),
            bookings: &self.bookings,
            completing: &self.completing,
        }
    }

    fn enrol(&self) -> Enrolment {
        enrol_for_booking("req-1".into(), self.facts(), at(ENROLLED)).unwrap().enrolment
    }

    fn decide(&self, enrolment: &Enrolment, event: Event, now: DateTime<Utc>) -> Decision {
        decide(enrolment, self.facts(), event, now)
    }

    /// Brings up the action the enrolment waits for.
    fn bring_up(&self, enrolment: &Enrolment, now: DateTime<Utc>) -> Decision {
        self.decide(enrolment, Event::Due(enrolment.current_key().unwrap()), now)
    }

    /// The current attempt ends in this way.
    fn attempt(&self, enrolment: &Enrolment, outcome: Outcome, now: DateTime<Utc>) -> Decision {
        let key = enrolment.current_key().unwrap();
        self.decide(enrolment, Event::Attempted(key, outcome), now)
    }
}

fn sent() -> Outcome {
    Outcome::Sent { provider_id: "m-1".into() }
}

fn not_sent() -> Outcome {
    Outcome::NotSent { why: "throttled".into() }
}

fn is_sending(decision: &Decision) -> bool {
    decision.effects.iter().any(|effect| matches!(effect, Effect::Send { .. }))
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
