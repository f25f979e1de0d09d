//! Which message an answer answers, and who is on its number.

use chrono::{DateTime, Duration, Utc};
use domain::booking::BookingKey;
use domain::enrolment::{Cause, Enrolment};
use domain::ledger::Destination;
use domain::patient::{Patient, Standing};
use domain::phone::MobileNumber;
use domain::program::{Action, Medium, Reply};
use domain::reply::{Answered, ValueRule};
use domain::sender::SmsSender;
use domain::site::Site;

use super::case::Case;
use super::{Incoming, Receiver};
use crate::ports::{
    AddressHolds, Bookings, Catalogue, EnrolmentReader, Lookup, Register, Replies, Sent,
    SentMessages, StoreError,
};

/// For how long an answer that names no message is taken to answer the last one.
const ANSWERED_WITHIN: Duration = Duration::days(14);
/// For how long a message is looked for that an answer names.
const NAMED_WITHIN: Duration = Duration::days(90);
/// How long after a question another in the same unit takes its place.
const REPLACED_AFTER: Duration = Duration::hours(12);
/// Most messages that are looked through, the newest first.
const MOST_SENT: usize = 200;
/// Most messages whose enrolments are read.
const MOST_READ: usize = 20;
/// Patients read from the index at once.
const PAGE: usize = 100;

/// A message that may be the one that was answered.
#[derive(Debug, Clone)]
pub(super) struct Message {
    /// Its enrolment.
    pub(super) enrolment: Enrolment,
    /// When it was sent.
    pub(super) sent_at: DateTime<Utc>,
    /// Where it stands.
    pub(super) answered: Answered,
    /// Whether its action keeps answers, and what value it asks for.
    pub(super) reply: Reply,
}

impl Message {
    /// Whether its action keeps answers.
    pub(super) const fn keeps(&self) -> bool {
        match &self.reply {
            Reply::NotKept => false,
            Reply::Saved { .. } => true,
        }
    }

    /// What value its action asks for.
    pub(super) const fn rule(&self) -> Option<&ValueRule> {
        match &self.reply {
            Reply::NotKept => None,
            Reply::Saved { value } => value.as_ref(),
        }
    }

    /// Whether an answer that may be to a newer question may be to this one as well. The same
    /// question of an earlier cycle is not another one; nor is one in the same unit that was asked
    /// long before: the newer one has taken its place.
    fn rivals(&self, newer: &Self) -> bool {
        let is_same =
            |a: &Answered, b: &Answered| (&a.enrolment, &a.action) == (&b.enrolment, &b.action);
        if !self.keeps() || is_same(&self.answered, &newer.answered) {
            return false;
        }
        let unit = |message: &Self| message.rule().map(|rule| rule.unit().clone());
        let is_replaced = newer.sent_at - self.sent_at >= REPLACED_AFTER
            && unit(self).is_some_and(|it| unit(newer) == Some(it));
        !is_replaced
    }

    /// The booking its enrolment is about.
    pub(super) const fn booking(&self) -> Option<&BookingKey> {
        match &self.enrolment.cause {
            Cause::Booking(key) => Some(key),
            Cause::Referral(_) | Cause::Added(_) => None,
        }
    }
}

/// How sure it is which message was answered.
#[derive(Debug, Clone)]
pub(super) enum Candidates {
    /// The provider says it is this one.
    Named(Box<Message>),
    /// It says nothing, or names one that is none of ours; these went to the number of late from the
    /// number that was answered, the newest first.
    Recent(Vec<Message>),
    /// One that may be meant cannot be read, or nobody has looked.
    Unknown,
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
    /// Everybody who has the number, whatever their standing, but for records that were merged into
    /// others.
    pub(super) async fn on_number(&self, from: &MobileNumber) -> Result<Vec<Patient>, StoreError> {
        let lookup = Lookup::Mobile(from.clone());
        let (mut patients, mut after) = (Vec::new(), None);
        loop {
            let entries = self.people.look_up(&lookup, after.as_ref(), PAGE).await?;
            let ids = entries.iter().map(|entry| entry.patient.clone()).collect();
            let read = self.people.patients(&ids).await?;
            // Nobody may be texted on who could not be read: the answer comes again until they can.
            if let Some((id, why)) = read.unreadable.into_iter().next() {
                return Err(StoreError::Unreadable { what: format!("patient {id}"), why });
            }
            patients.extend(read.patients.into_iter().filter(|patient| {
                patient.mobile.as_ref() == Some(from)
                    && !matches!(patient.standing, Standing::Merged { .. })
            }));
            let is_last = entries.len() < PAGE;
            after = entries.into_iter().next_back();
            if is_last {
                patients.sort_by(|a, b| a.id.cmp(&b.id));
                patients.dedup_by(|a, b| a.id == b.id);
                return Ok(patients);
            }
        }
    }

    /// The messages that may have been answered. What cannot be read stops no answer: it still goes
    /// to a person, with its text, and what it does to the number is done.
    pub(super) async fn candidates(
        &self,
        incoming: &Incoming,
        from: &MobileNumber,
    ) -> Result<Candidates, StoreError> {
        match self.readable_candidates(incoming, from).await {
            Err(StoreError::Unreadable { what, why }) => {
                tracing::error!(reason = %format!("{what}: {why}"), "an answered message cannot be read");
                Ok(Candidates::Unknown)
            }
            Ok(None) => Ok(Candidates::Unknown),
            Ok(Some(candidates)) => Ok(candidates),
            Err(error @ (StoreError::Unavailable(_) | StoreError::Refused(_))) => Err(error),
        }
    }

    /// The same; `None` when what one of them was sent for is gone.
    async fn readable_candidates(
        &self,
        incoming: &Incoming,
        from: &MobileNumber,
    ) -> Result<Option<Candidates>, StoreError> {
        let to = Destination::Mobile(from.clone());
        let within = if incoming.answers.is_some() { NAMED_WITHIN } else { ANSWERED_WITHIN };
        let mut sent = self.sent.sent_to(&to, incoming.at - within, MOST_SENT).await?;
        sent.sort_by_key(|sent| std::cmp::Reverse(sent.at));
        let is_named = |sent: &&Sent| incoming.answers.as_ref() == Some(&sent.provider_id);
        if let Some(named) = sent.iter().find(is_named) {
            let message = self.message(named).await?;
            return Ok(message.map(|message| Candidates::Named(Box::new(message))));
        }
        let sites = self.catalogue.sites().await?;
        let within = incoming.at - ANSWERED_WITHIN..=incoming.at;
        let mut recent = Vec::new();
        for sent in sent.iter().filter(|sent| within.contains(&sent.at)).take(MOST_READ) {
            let Some(message) = self.message(sent).await? else { return Ok(None) };
            if sends_as(&sites, &message, &incoming.to) {
                recent.push(message);
            }
        }
        Ok(Some(Candidates::Recent(recent)))
    }

    /// A message that was sent; `None` when what it was sent for is gone. One whose program was
    /// deleted keeps no answers.
    async fn message(&self, sent: &Sent) -> Result<Option<Message>, StoreError> {
        let key = &sent.key;
        let Some(enrolment) = self.enrolments.enrolment(&key.enrolment).await? else {
            return Ok(None);
        };
        let program = self.catalogue.program(&enrolment.program).await?;
        let action = program.as_ref().and_then(|program| program.action(&key.action));
        let reply = match action.and_then(Action::message).map(|it| &it.medium) {
            Some(Medium::Sms { reply, .. }) => reply.clone(),
            Some(Medium::Email { .. } | Medium::Letter { .. }) | None => Reply::NotKept,
        };
        let answered = Answered {
            enrolment: key.enrolment.clone(),
            program: enrolment.program.clone(),
            cycle: key.cycle,
            action: key.action.clone(),
        };
        Ok(Some(Message { enrolment, sent_at: sent.at, answered, reply }))
    }

    /// The message whose action keeps the answer; `None` when it keeps none, or when another may be
    /// meant: a newer one, another patient's, or another question that has no answer yet.
    pub(super) async fn kept_message<'a>(
        &self,
        case: &'a Case<'_>,
    ) -> Result<Option<&'a Message>, StoreError> {
        let recent = match &case.candidates {
            Candidates::Named(message) => return Ok(message.keeps().then_some(&**message)),
            Candidates::Unknown => return Ok(None),
            Candidates::Recent(recent) => recent,
        };
        let Some((newest, older)) = recent.split_first() else { return Ok(None) };
        let patient = &newest.enrolment.patient;
        let is_theirs = older.iter().all(|older| older.enrolment.patient == *patient);
        if !newest.keeps() || !is_theirs || !case.may_be_of(newest) {
            return Ok(None);
        }
        let rivals: Vec<_> = older.iter().filter(|older| older.rivals(newest)).collect();
        if rivals.is_empty() {
            return Ok(Some(newest));
        }
        let known = self.replies.of_patient(&[patient.clone()].into(), None, MOST_SENT).await?;
        let is_answered = |rival: &&Message| {
            known.iter().any(|reply| reply.answers.as_ref() == Some(&rival.answered))
        };
        Ok(rivals.iter().all(is_answered).then_some(newest))
    }
}

/// Whether a message comes from that number, as its site is now.
fn sends_as(sites: &[Site], message: &Message, number: &str) -> bool {
    let site = sites.iter().find(|site| site.id == message.enrolment.site);
    site.is_some_and(|site| has_number(site, number))
}

/// Whether a site's number is that one, as the provider writes it.
pub(super) fn has_number(site: &Site, number: &str) -> bool {
    match &site.sms {
        SmsSender::Number(own) => own.as_str() == number,
        SmsSender::Deployment | SmsSender::Id(_) => false,
    }
}
