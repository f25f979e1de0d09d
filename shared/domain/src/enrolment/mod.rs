//! Enrolments: one patient on one program, from one cause; and the engine that moves them.
//!
//! * [`enrol`], [`enrol_for_booking`] and [`enrol_for_referral`] start one; [`move_to`] ends one and starts another.
//! * [`decide`] is everything that can happen to it afterwards.
//! * [`plan`] says when an action is due, and until when it is worth doing.
//! * [`timeline`] says what will happen, by letting it happen.

mod almanac;
mod begin;
mod completing;
mod cycles;
mod decide;
mod doctor;
mod effects;
mod evidence;
mod history;
mod outcomes;
mod plan;
mod reach;
mod referrer;
mod rehome;
mod reopening;
mod replan;
mod spread;
mod staff;
mod state;
#[cfg(test)]
mod tests;
mod timeline;
mod undelivered;

use crate::booking::Booking;
use crate::booking_type::Completing;
use crate::patient::Patient;
use crate::program::Program;
use crate::referral::Referral;
use crate::site::Site;

pub use self::begin::{NewEnrolment, enrol, enrol_for_booking, enrol_for_referral, move_to};
pub use self::decide::{Event, decide};
pub use self::doctor::Doctor;
pub use self::effects::{Decision, Effect, hold_id};
pub use self::history::{Note, NoteEvent};
pub use self::plan::{Plan, plan};
pub use self::reach::Recipient;
pub use self::rehome::{rehome, rehome_booking, rehome_referral, supersede, superseded};
pub use self::spread::Crowd;
pub use self::staff::{Instruction, Receipt, Refusal};
pub use self::state::{
    Anchor, Cause, CycleEnd, EndReason, Enrolment, Finished, FinishedAs, HoldReason, Lane,
    PastCycle, Reopenable, Status, Step, Stood,
};
pub use self::timeline::{Fate, Projection, forecast, timeline};

/// What the engine knows besides the enrolment. Read afresh for every decision.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The program, in its newest version.
    pub program: &'a Program,
    /// The enrolment's site.
    pub site: &'a Site,
    /// The patient.
    pub patient: &'a Patient,
    /// The booking that caused it, if one did.
    pub visit: Option<&'a Booking>,
    /// The referral that caused it, if one did.
    pub referral: Option<&'a Referral>,
    /// Bookings that may complete a cycle: the patient's, or those an event has just told of.
    pub bookings: &'a [Booking],
    /// Of which types a booking must be to complete a cycle.
    pub completing: &'a Completing,
}
