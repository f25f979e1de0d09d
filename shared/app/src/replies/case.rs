//! An answer, with what is known of who sent it and what it may answer.

use std::collections::BTreeSet;

use chrono::Duration;
use domain::actor::Actor;
use domain::enrolment::{Note, NoteEvent};
use domain::hold::{AddressHold, HoldCause};
use domain::ids::EnrolmentId;
use domain::ledger::Destination;
use domain::patient::{Consents, Patient};
use domain::phi::Phi;
use domain::phone::MobileNumber;
use domain::reply::{Meaning, ReceivedReply, ReplyText};

use super::Incoming;
use super::answered::{Candidates, Message};
use super::work::{About, Why};
use crate::ports::{HoldChange, ReplyChange};

/// How long before another message one about another visit may still be what is answered.
const NEAR: Duration = Duration::hours(48);

/// What is known when an answer is considered.
pub(super) struct Case<'a> {
    pub(super) incoming: &'a Incoming,
    /// The number it came from.
    pub(super) from: &'a MobileNumber,
    pub(super) text: Phi<ReplyText>,
    /// Everybody on the number.
    pub(super) patients: Vec<Patient>,
    pub(super) candidates: Candidates,
}

impl Case<'_> {
    /// The only patient on the number.
    pub(super) fn only_patient(&self) -> Option<&Patient> {
        match self.patients.as_slice() {
            [only] => Some(only),
            [] | [_, ..] => None,
        }
    }

    /// The message that was answered by one word: the last there was, whatever it keeps.
    pub(super) fn last_message(&self) -> Option<&Message> {
        match &self.candidates {
            Candidates::Named(message) => Some(message),
            Candidates::Unknown => None,
            Candidates::Recent(recent) => recent.first().filter(|last| {
                // On a number of several patients, the last message is not sure to be meant.
                self.only_patient().is_some() && self.may_be_of(last)
            }),
        }
    }

    /// Whether no message of ours went of late from the number that was answered.
    pub(super) fn has_no_message(&self) -> bool {
        match &self.candidates {
            Candidates::Named(_) | Candidates::Unknown => false,
            Candidates::Recent(recent) => recent.is_empty(),
        }
    }

    /// The messages about other bookings that went shortly before the last one, when that is not
    /// named: what answers the last may answer them.
    pub(super) fn near(&self, last: &Message) -> Vec<&Message> {
        match &self.candidates {
            Candidates::Named(_) | Candidates::Unknown => Vec::new(),
            Candidates::Recent(recent) => recent
                .iter()
                .filter(|near| {
                    near.booking().is_some()
                        && near.booking() != last.booking()
                        && last.sent_at - near.sent_at <= NEAR
                })
                .collect(),
        }
    }

    /// Whether a message that the answer does not name can be of somebody on the number: the number
    /// may have been another's when it was sent.
    pub(super) fn may_be_of(&self, message: &Message) -> bool {
        self.patients.iter().any(|patient| patient.id == message.enrolment.patient)
    }

    /// Why nobody can tell what was answered, and what is known all the same.
    pub(super) fn unmatched(&self) -> (Why, About) {
        match (&self.candidates, self.patients.as_slice()) {
            (Candidates::Named(message), _) => (Why::Unmatched, About::message(message)),
            (Candidates::Recent(_) | Candidates::Unknown, []) => (Why::Nobody, About::default()),
            (Candidates::Recent(_) | Candidates::Unknown, [only]) => {
                (Why::Unmatched, About::patient(only))
            }
            (Candidates::Recent(_) | Candidates::Unknown, [_, ..]) => {
                (Why::Shared, About::default())
            }
        }
    }

    /// What an item of the work list is about, whatever was answered.
    pub(super) fn about(&self) -> About {
        match self.last_message() {
            Some(message) => About::message(message),
            None => self.unmatched().1,
        }
    }

    /// An answer that changes nothing yet. It is in the list of the patient it can only be of.
    pub(super) fn change(&self, meaning: Meaning) -> ReplyChange {
        let named = match &self.candidates {
            Candidates::Named(message) => Some(&message.enrolment.patient),
            Candidates::Recent(_) | Candidates::Unknown => None,
        };
        let patient = named.or_else(|| self.only_patient().map(|patient| &patient.id));
        let mut change = nothing(self.incoming, &self.text, meaning);
        change.reply.patients = patient.into_iter().cloned().collect();
        change
    }

    pub(super) fn raise(&self, change: &mut ReplyChange, why: Why, about: About) {
        change.raise.push(why.item(self.incoming, &self.text, about));
    }

    pub(super) fn note(&self, change: &mut ReplyChange, enrolment: &EnrolmentId, text: &str) {
        let (event, by) = (NoteEvent::Replied, Actor::PatientConnect);
        let note = Note { at: self.incoming.at, event, text: text.to_owned(), by };
        change.notes.push((enrolment.clone(), note));
    }

    pub(super) fn address(&self) -> Destination {
        Destination::Mobile(self.from.clone())
    }

    pub(super) fn hold(&self, cause: HoldCause) -> HoldChange {
        let (address, since) = (self.address(), self.incoming.at);
        HoldChange::Hold(AddressHold { address, since, cause })
    }

    /// The patients whose consents `after` changes, and everybody on the number as those it is of.
    pub(super) fn consents(
        &self,
        change: &mut ReplyChange,
        after: impl Fn(&Patient) -> Option<Consents>,
    ) {
        change.reply.patients = self.patients.iter().map(|patient| patient.id.clone()).collect();
        for before in &self.patients {
            if let Some(consents) = after(before) {
                let revision = before.revision + 1;
                let after = Patient { revision, consents, ..before.clone() };
                change.patients.push((before.clone(), after));
            }
        }
    }
}

/// An answer of nobody's that changes nothing.
pub(super) fn nothing(incoming: &Incoming, text: &Phi<ReplyText>, meaning: Meaning) -> ReplyChange {
    ReplyChange {
        reply: ReceivedReply {
            id: incoming.id.clone(),
            at: incoming.at,
            from: incoming.from.clone(),
            text: text.clone(),
            meaning,
            patients: BTreeSet::new(),
            answers: None,
            value: None,
        },
        patients: Vec::new(),
        booking: None,
        hold: HoldChange::Keep,
        raise: Vec::new(),
        notes: Vec::new(),
    }
}
