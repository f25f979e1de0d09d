//! Whom a letter to the GP goes to.

use super::Facts;
use crate::patient::Gp;
use crate::phi::Phi;
use crate::program::ProgramType;
use crate::referral::Referral;

/// Whom a letter to the GP goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doctor<'a> {
    /// The patient's GP.
    Gp(&'a Gp),
    /// Nobody: the patient has no GP on file.
    NoGp,
    /// Who referred the patient.
    Referrer(&'a Gp),
    /// Nobody: the referral does not name who made it. The patient's GP is not told in their place:
    /// that somebody else has referred the patient may be none of the GP's business.
    NoReferrer(&'a Referral),
}

impl<'a> Facts<'a> {
    /// The referral that the program follows up. A patient who was moved to a program of another type
    /// is on that one for itself, whatever becomes of the referral.
    pub fn followed_referral(&self) -> Option<&'a Referral> {
        match self.program.kind {
            ProgramType::Referral => self.referral,
            ProgramType::General
            | ProgramType::Recall
            | ProgramType::Program
            | ProgramType::Booking => None,
        }
    }

    /// Whom a letter to the GP goes to.
    pub fn doctor(&self) -> Doctor<'a> {
        match self.followed_referral() {
            Some(referral) => match &referral.referrer {
                Some(referrer) => Doctor::Referrer(referrer.reveal()),
                None => Doctor::NoReferrer(referral),
            },
            None => self.patient.gp.as_ref().map(Phi::reveal).map_or(Doctor::NoGp, Doctor::Gp),
        }
    }
}

/// What staff read when an action needs who made the referral.
pub(super) fn no_referrer(referral: &Referral) -> String {
    let source = &referral.key.source;
    format!("the referral names no referrer: fill it in in “{source}”, or advance")
}
