//! What an answer does.

use std::collections::BTreeSet;

use domain::actor::Actor;
use domain::booking::{Booking, VisitAnswer};
use domain::enrolment::{Enrolment, Note, NoteEvent};
use domain::hold::{AddressHold, HoldCause};
use domain::ids::{EnrolmentId, PatientId};
use domain::ledger::Destination;
use domain::patient::{Consents, Patient, Standing};
use domain::phi::Phi;
use domain::program::Significance;
use domain::reply::{
    Fit, Meaning, Reading, ReceivedReply, ReplyText, ReplyValue, ValueRule, meaning, reading,
};

use super::answered::{Candidates, Message};
use super::work::{About, Why, opted_out};
use super::{Incoming, Receiver};
use crate::ports::{
    AddressHolds, Bookings, Catalogue, EnrolmentReader, HoldChange, Register, Replies,
    ReplyChange, SentMessages, StoreError,
};

/// What is known when an answer is considered.
struct Case<'a> {
    incoming: &'a Incoming,
    text: Phi<ReplyText>,
    /// Everybody on the number.
    patients: Vec<Patient>,
    candidates: Candidates,
}

impl Case<'_> {
    /// The only patient on the number.
    fn only_patient(&self) -> Option<&Patient> {
        match self.patients.as_slice() {
            [only] => Some(only),
            [] | [_, ..] => None,
        }
    }

    /// The message that was answered, of those that keep answers; `None` when it may be one of
    /// several patients'.
    fn kept_message(&self) -> Option<&Message> {
        match &self.candidates {
            Candidates::Named(message) => message.kept().and(Some(&**message)),
            Candidates::NamedUnknown => None,
            Candidates::Recent(recent) => {
                let mut keeping = recent.iter().filter(|message| message.kept().is_some());
                let newest = keeping.next()?;
                let one = keeping.all(|other| other.enrolment.patient == newest.enrolment.patient);
                (one && self.may_be_of(newest)).then_some(newest)
            }
        }
    }

    /// The message that was answered by one word: the last there was, whatever it keeps.
    fn last_message(&self) -> Option<&Message> {
        match &self.candidates {
            Candidates::Named(message) => Some(message),
            Candidates::NamedUnknown => None,
            Candidates::Recent(recent) => recent.first().filter(|last| {
                // On a number of several patients, the last message is not sure to be meant.
                self.only_patient().is_some() && self.may_be_of(last)
            }),
        }
    }

    /// Whether a message that the answer does not name can be of somebody on the number: the number
    /// may have been another's when it was sent.
    fn may_be_of(&self, message: &Message) -> bool {
        self.patients.iter().any(|patient| patient.id == message.enrolment.patient)
    }

    /// Why nobody can tell what was answered, and what is known all the same.
    fn unmatched(&self) -> (Why, About) {
        match (&self.candidates, self.patients.as_slice()) {
            (Candidates::Named(message), _) => (Why::Unmatched, About::message(message)),
            (Candidates::NamedUnknown | Candidates::Recent(_), []) => (Why::Nobody, About::default()),
            (Candidates::NamedUnknown | Candidates::Recent(_), [only]) => {
                (Why::Unmatched, About::patient(only))
            }
            (Candidates::NamedUnknown | Candidates::Recent(_), [_, ..]) => {
                (Why::Shared, About::default())
            }
        }
    }

    /// What an item of the work list is about, whatever was answered.
    fn about(&self) -> About {
        match self.last_message() {
            Some(message) => About::message(message),
            None => self.unmatched().1,
        }
    }

    /// An answer that changes nothing yet. It is in the list of the patient it can only be of.
    fn change(&self, meaning: Meaning) -> ReplyChange {
        let named = match &self.candidates {
            Candidates::Named(message) => Some(&message.enrolment.patient),
            Candidates::NamedUnknown | Candidates::Recent(_) => None,
        };
        let patient = named.or_else(|| self.only_patient().map(|patient| &patient.id));
        ReplyChange {
            reply: ReceivedReply {
                id: self.incoming.id.clone(),
                at: self.incoming.at,
                from: self.incoming.from.clone(),
                text: self.text.clone(),
                meaning,
                patients: patient.into_iter().cloned().collect(),
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

    fn raise(&self, change: &mut ReplyChange, why: Why, about: About) {
        change.raise.push(why.item(self.incoming, &self.text, about));
    }

    fn note(&self, change: &mut ReplyChange, enrolment: &EnrolmentId, text: &str) {
        let (event, by) = (NoteEvent::Replied, Actor::PatientConnect);
        let note = Note { at: self.incoming.at, event, text: text.to_owned(), by };
        change.notes.push((enrolment.clone(), note));
    }

    fn address(&self) -> Destination {
        Destination::Mobile(self.incoming.from.clone())
    }

    fn hold(&self, cause: HoldCause) -> HoldChange {
        let (address, since) = (self.address(), self.incoming.at);
        HoldChange::Hold(AddressHold { address, since, cause })
    }

    /// The patients whose consents `after` changes, and everybody on the number as those it is of.
    fn consents(
        &self,
        change: &mut ReplyChange,
        after: impl Fn(&Consents) -> Option<Consents>,
    ) {
        change.reply.patients = self.patients.iter().map(|patient| patient.id.clone()).collect();
        for before in &self.patients {
            if let Some(consents) = after(&before.consents) {
                let revision = before.revision + 1;
                let after = Patient { revision, consents, ..before.clone() };
                change.patients.push((before.clone(), after));
            }
        }
    }
}

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
        let meaning = meaning(incoming.text.reveal());
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
            Meaning::Text => match case.kept_message() {
                Some(message) => keep(&case, &mut change, message),
                None => {
                    let (why, about) = case.unmatched();
                    case.raise(&mut change, why, about);
                }
            },
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

    /// Yes or no: to the visit that the message was about, or to a question whose answers are kept,
    /// or to the one visit that can be meant.
    async fn visit(
        &self,
        case: &Case<'_>,
        change: &mut ReplyChange,
        answer: VisitAnswer,
    ) -> Result<(), StoreError> {
        let message = case.last_message();
        let booking = match message {
            Some(message) => match message.booking() {
                Some(key) => {
                    let booking = self.bookings.booking(key).await?;
                    booking.filter(|it| {
                        it.is_visit_of(&message.enrolment.patient) && it.start > case.incoming.at
                    })
                }
                None if message.kept().is_some() => {
                    keep_words(case, change, message);
                    return Ok(());
                }
                None => self.only_visit(case).await?,
            },
            None => match &case.candidates {
                // It answers something else than what we know.
                Candidates::NamedUnknown => None,
                Candidates::Named(_) | Candidates::Recent(_) => self.only_visit(case).await?,
            },
        };
        if let Some(message) = message.filter(|message| message.kept().is_some()) {
            keep_words(case, change, message);
        }
        let Some(booking) = booking else {
            case.raise(change, Why::WhichBooking, case.about());
            return Ok(());
        };
        let (told, declined) = match answer {
            VisitAnswer::Confirmed => ("The patient confirmed the visit by SMS.", false),
            VisitAnswer::Declined => ("The patient declined the visit by SMS.", true),
        };
        let about = self.about_visit(case, &booking).await?;
        for enrolment in &booking.caused {
            case.note(change, enrolment, told);
        }
        if declined {
            case.raise(change, Why::Declined, about);
        }
        change.booking = booking.answered(answer, case.incoming.at);
        Ok(())
    }

    /// The only coming visit of the only patient on the number.
    async fn only_visit(&self, case: &Case<'_>) -> Result<Option<Booking>, StoreError> {
        let patient = case.only_patient().filter(|patient| match patient.standing {
            Standing::Current => true,
            Standing::Archived | Standing::Deceased | Standing::Merged { .. } => false,
        });
        let Some(patient) = patient else { return Ok(None) };
        let coming = self.bookings.of_patient(&patient.id, case.incoming.at).await?;
        let mut visits = coming
            .into_iter()
            .filter(|it| it.is_visit_of(&patient.id) && it.start > case.incoming.at);
        let first = visits.next();
        Ok(first.filter(|_| visits.next().is_none()))
    }

    /// What the work of a declined visit is about: the enrolment that the visit has begun.
    async fn about_visit(&self, case: &Case<'_>, booking: &Booking) -> Result<About, StoreError> {
        let about_it = |message: &&Message| message.booking() == Some(&booking.key);
        if let Some(message) = case.last_message().filter(about_it) {
            return Ok(About::message(message));
        }
        let mut begun: Option<Enrolment> = None;
        for id in &booking.caused {
            begun = begun.or(self.enrolments.enrolment(id).await?);
        }
        Ok(match (begun, case.only_patient()) {
            (Some(enrolment), _) => About::enrolment(&enrolment),
            (None, Some(patient)) => About::patient(patient),
            (None, None) => About::default(),
        })
    }
}

/// Keeps an answer with its action, without a look for a number in it.
fn keep_words(case: &Case<'_>, change: &mut ReplyChange, message: &Message) {
    change.reply.patients = BTreeSet::from([message.enrolment.patient.clone()]);
    change.reply.answers = Some(message.answered.clone());
    case.note(change, &message.enrolment.id, "The patient answered the SMS; the answer was kept.");
}

/// Keeps an answer with its action, and the number in it as a value.
fn keep(case: &Case<'_>, change: &mut ReplyChange, message: &Message) {
    let rule = message.kept().flatten();
    keep_words(case, change, message);
    let reading = reading(case.incoming.text.reveal(), rule.map(ValueRule::unit));
    let value = ReplyValue::of(reading, rule);
    let why = match (reading, &value, rule) {
        (Reading::Unclear, _, _) | (Reading::Nothing, _, Some(_)) => {
            Some(Why::NoValue)
        }
        (Reading::Nothing, _, None) => None,
        (Reading::One(_), Some(value), _) => match value.fit {
            Fit::OutOfRange => Some(Why::OutOfRange),
            Fit::Unchecked | Fit::InRange => None,
        },
        (Reading::One(_), None, _) => None,
    };
    change.reply.value = value.map(Phi::new);
    if let Some(why) = why {
        case.raise(change, why, About::message(message));
    }
}
