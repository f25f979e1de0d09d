//! Which message an answer answers, and who is on its number.

use chrono::Duration;
use domain::booking::BookingKey;
use domain::enrolment::{Cause, Enrolment};
use domain::ledger::Destination;
use domain::patient::{Patient, Standing};
use domain::program::{Action, Medium, Reply};
use domain::reply::{Answered, ValueRule};
use domain::sender::SmsSender;
use domain::site::Site;

use super::{Incoming, Receiver};
use crate::ports::{
    AddressHolds, Bookings, Catalogue, EnrolmentReader, Lookup, Register, Replies, Sent,
    SentMessages, StoreError,
};

/// For how long an answer that names no message is taken to answer the last one.
const ANSWERED_WITHIN: Duration = Duration::days(14);
/// For how long a message is looked for that an answer names.
const NAMED_WITHIN: Duration = Duration::days(90);
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

    /// The booking its enrolment is about.
    pub(super) const fn booking(&self) -> Option<&BookingKey> {
        match &self.enrolment.cause {
            Cause::Booking(key) => Some(key),
            Cause::Added(_) => None,
        }
    }
}

/// How sure it is which message was answered.
#[derive(Debug, Clone)]
pub(super) enum Candidates {
    /// The provider says it is this one.
    Named(Box<Message>),
    /// The provider names one that is none of ours, or not known any more.
    NamedUnknown,
    /// It says nothing; these went to the number of late from the number that was answered, the
    /// newest first.
    Recent(Vec<Message>),
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
    pub(super) async fn on_number(&self, incoming: &Incoming) -> Result<Vec<Patient>, StoreError> {
        let lookup = Lookup::Mobile(incoming.from.clone());
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
                patient.mobile.as_ref() == Some(&incoming.from)
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

    /// The messages that may have been answered.
    pub(super) async fn candidates(&self, incoming: &Incoming) -> Result<Candidates, StoreError> {
        let to = Destination::Mobile(incoming.from.clone());
        let within = if incoming.answers.is_some() { NAMED_WITHIN } else { ANSWERED_WITHIN };
        let mut sent = self.sent.sent_to(&to, incoming.at - within, MOST_SENT).await?;
        sent.sort_by_key(|sent| std::cmp::Reverse(sent.at));
        if let Some(named) = &incoming.answers {
            let named = sent.iter().find(|sent| sent.provider_id == *named);
            let message = match named {
                Some(sent) => self.message(sent).await?,
                None => None,
            };
            let named = message.map(Box::new).map(Candidates::Named);
            return Ok(named.unwrap_or(Candidates::NamedUnknown));
        }
        let sites = self.catalogue.sites().await?;
        let mut recent = Vec::new();
        for sent in sent.iter().filter(|sent| sent.at <= incoming.at).take(MOST_READ) {
            if let Some(message) = self.message(sent).await?
                && sends_as(&sites, &message, &incoming.to)
            {
                recent.push(message);
            }
        }
        Ok(Candidates::Recent(recent))
    }

    /// A message that was sent; `None` when what it was sent for is gone, or cannot be read.
    async fn message(&self, sent: &Sent) -> Result<Option<Message>, StoreError> {
        let key = &sent.key;
        let enrolment = match self.enrolments.enrolment(&key.enrolment).await {
            // The answer still goes to a person, with its text.
            Err(StoreError::Unreadable { what, why }) => {
                tracing::error!(reason = %format!("{what}: {why}"), "an answered message cannot be read");
                return Ok(None);
            }
            read => read?,
        };
        let Some(enrolment) = enrolment else { return Ok(None) };
        let Some(program) = self.catalogue.program(&enrolment.program).await? else {
            return Ok(None);
        };
        let reply = program.action(&key.action).and_then(Action::message).map(|it| &it.medium);
        let reply = match reply {
            Some(Medium::Sms { reply, .. }) => reply.clone(),
            Some(Medium::Email { .. } | Medium::Letter { .. }) | None => Reply::NotKept,
        };
        let answered = Answered {
            enrolment: key.enrolment.clone(),
            program: program.id.clone(),
            cycle: key.cycle,
            action: key.action.clone(),
        };
        Ok(Some(Message { enrolment, answered, reply }))
    }
}

/// Whether a message comes from that number, as its site is now.
fn sends_as(sites: &[Site], message: &Message, number: &str) -> bool {
    let site = sites.iter().find(|site| site.id == message.enrolment.site);
    site.is_some_and(|site| match &site.sms {
        SmsSender::Number(own) => own.as_str() == number,
        SmsSender::Deployment | SmsSender::Id(_) => false,
    })
}
