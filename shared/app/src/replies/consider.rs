//! What an answer does.

use std::collections::BTreeSet;

use domain::booking::VisitAnswer;
use domain::hold::HoldCause;
use domain::ids::PatientId;
use domain::phi::Phi;
use domain::program::Significance;
use domain::reply::{Fit, Meaning, Reading, ReplyText, ReplyValue, ValueRule, meaning, reading};

use super::answered::Message;
use super::case::Case;
use super::work::{About, Why, opted_out};
use super::{Incoming, Receiver};
use crate::ports::{
    AddressHolds, Bookings, Catalogue, EnrolmentReader, HoldChange, Register, Replies, ReplyChange,
    SentMessages, StoreError,
};

impl<R, S, C, P, E, B> Receiver<R, S, C, P, E, B>
where
    R: Replies,
    S: SentMessages,
    C: Catalogue,
    P: Register + AddressHolds,
    E: EnrolmentReader,
    B: Bookings,
{
    /// Everything that an answer changes.
    pub(super) async fn consider(&self, incoming: &Incoming) -> Result<ReplyChange, StoreError> {
        let case = Case {
            incoming,
            text: Phi::new(ReplyText::of(incoming.text.reveal())),
            patients: self.on_number(incoming).await?,
            candidates: self.candidates(incoming).await?,
        };
        let meaning = meaning(case.text.reveal().as_str());
        let mut change = case.change(meaning);
        match meaning {
            Meaning::Stop => self.stop(&case, &mut change).await?,
            Meaning::Start => self.start(&case, &mut change).await?,
            Meaning::Cancel => case.raise(&mut change, Why::Cancel, case.about()),
            Meaning::StopSounding => {
                change.hold = case.hold(HoldCause::SoundsLikeStop);
                case.raise(&mut change, Why::StopSounding, case.about());
                if let Some(message) = case.last_message() {
                    let told = "The patient's answer sounds like STOP: text messages to the number are \
                                on hold.";
                    case.note(&mut change, &message.enrolment.id, told);
                }
            }
            Meaning::Yes => self.visit(&case, &mut change, VisitAnswer::Confirmed).await?,
            Meaning::No => self.visit(&case, &mut change, VisitAnswer::Declined).await?,
            Meaning::Text => {
                if let Some(message) = self.kept_message(&case).await? {
                    keep(&case, &mut change, message);
                } else {
                    let (why, about) = case.unmatched();
                    case.raise(&mut change, why, about);
                }
            }
        }
        Ok(change)
    }

    /// No more text messages to anybody on the number.
    async fn stop(&self, case: &Case<'_>, change: &mut ReplyChange) -> Result<(), StoreError> {
        case.consents(change, |consents| consents.stopped(case.incoming.at));
        if case.patients.is_empty() {
            change.hold = case.hold(HoldCause::StopOfNobody);
            case.raise(change, Why::StopOfNobody, About::default());
            return Ok(());
        }
        let out: Vec<PatientId> =
            change.patients.iter().map(|(_, after)| after.id.clone()).collect();
        if out.is_empty() {
            return Ok(());
        }
        let significant: BTreeSet<_> = self
            .catalogue
            .programs()
            .await?
            .into_iter()
            .filter(|program| program.significance == Significance::Clinical)
            .map(|program| program.id)
            .collect();
        for patient in out {
            let read = self.enrolments.of_patient(&patient).await?;
            for enrolment in read.enrolments.iter().filter(|enrolment| enrolment.is_open()) {
                let told = "The patient answered STOP: they take no more text messages.";
                case.note(change, &enrolment.id, told);
                if significant.contains(&enrolment.program) {
                    change.raise.push(opted_out(enrolment, case.incoming, &case.text));
                }
            }
        }
        Ok(())
    }

    /// Text messages again, for those whom a STOP had ended them.
    async fn start(&self, case: &Case<'_>, change: &mut ReplyChange) -> Result<(), StoreError> {
        case.consents(change, |consents| consents.started(case.incoming.at));
        let hold = self.people.hold(&case.address()).await?;
        let held_for_stop = hold.is_some_and(|hold| match hold.cause {
            HoldCause::StopOfNobody => hold.since <= case.incoming.at,
            HoldCause::SoundsLikeStop => false,
        });
        if held_for_stop {
            change.hold = HoldChange::Release(case.address());
        } else if change.patients.is_empty() {
            case.raise(change, Why::NothingToStart, case.about());
        }
        Ok(())
    }
}

/// Keeps an answer with its action, without a look for a number in it.
pub(super) fn keep_words(case: &Case<'_>, change: &mut ReplyChange, message: &Message) {
    change.reply.patients = BTreeSet::from([message.enrolment.patient.clone()]);
    change.reply.answers = Some(message.answered.clone());
    case.note(change, &message.enrolment.id, "The patient answered the SMS; the answer was kept.");
}

/// Keeps an answer with its action, and the number in it as a value.
fn keep(case: &Case<'_>, change: &mut ReplyChange, message: &Message) {
    let rule = message.rule();
    keep_words(case, change, message);
    let reading = reading(case.text.reveal().as_str(), rule.map(ValueRule::unit));
    let value = ReplyValue::of(reading, rule);
    let why = match (reading, value.as_ref().map(|value| value.fit)) {
        (Reading::Unclear, _) => Some(Why::NoValue),
        (Reading::Nothing, _) => rule.is_some().then_some(Why::NoValue),
        (Reading::One(_), Some(Fit::OutOfRange)) => Some(Why::OutOfRange),
        (Reading::One(_), Some(Fit::Unchecked | Fit::InRange) | None) => None,
    };
    change.reply.value = value.map(Phi::new);
    if let Some(why) = why {
        case.raise(change, why, About::message(message));
    }
}
