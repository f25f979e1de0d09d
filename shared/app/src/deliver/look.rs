//! A look: whether an action is still the one that its enrolment waits for, and may go.

use chrono::{DateTime, Utc};
use domain::enrolment::{Crowd, Doctor, Enrolment, Event, decide};
use domain::hold::HoldCause;
use domain::ledger::{Destination, LedgerKey};
use domain::patient::Standing;
use domain::program::Channel;
use domain::repeat::{WITHIN, counts_since, has_gone_too_often};
use domain::settings::{Outgoing, Settings};

use super::{Composing, Courier, Delivery};
use crate::filling::{Filled, fill};
use crate::ports::{
    AddressHolds, Bookings, Catalogue, Change, Clock, Enrolments, Here, Ids, People,
    PracticeSettings, SentMessages, StoreError,
};
use crate::situation::Situation;

/// Most of what went to an address within a day that is looked at, the newest: what goes in circles is among it.
const LOOKED_AT: usize = 100;

/// What a look found.
pub(super) enum Look<T> {
    /// The enrolment does not wait for this attempt.
    Stale,
    /// All sending is on hold: the action stays as it is.
    Held,
    /// The merge of its patient has not come to the enrolment yet: it is under way and will, or it was cut
    /// off. That is no fault of the message.
    Merging,
    /// This may go, by this channel.
    Go(T, Channel),
    /// The same has gone to this address too often: the address is to be held, and this is to happen to the enrolment.
    Repeats(Destination, Box<Change>),
    /// Something else must happen to the enrolment that was read.
    Otherwise(Box<Change>),
}

/// Which look it is.
#[derive(Clone, Copy)]
pub(super) enum Looking {
    /// The one before the reservation, with so many others that are due at the same instant.
    First(Crowd),
    /// The one before the call. Nothing is spread any more: it was time, and nobody has counted anew. How often a text
    /// has gone is asked again, for it may have waited long for its turn while others went.
    Last,
}

impl Looking {
    const fn crowd(self) -> Crowd {
        match self {
            Self::First(crowd) => crowd,
            Self::Last => Crowd::Unknown,
        }
    }
}

/// What a look finds at the address of a message.
enum Address {
    /// It may go.
    Free,
    /// Nothing goes there.
    Held(HoldCause),
    /// The same text went there as often as it may.
    HasItAlready(Destination),
}

impl<E, C, P, B, M, K, I, H> Delivery<E, C, P, B, M, K, I, H>
where
    E: Enrolments + SentMessages,
    C: Catalogue + PracticeSettings,
    P: People + AddressHolds,
    B: Bookings,
    M: Courier,
    K: Clock,
    I: Ids,
    H: Here,
{
    pub(super) async fn look(
        &self,
        key: &LedgerKey,
        looking: Looking,
    ) -> Result<Look<M::Message>, StoreError> {
        let Some(enrolment) = self.enrolments.enrolment(&key.enrolment).await? else {
            return Ok(Look::Stale);
        };
        // What is logged from here on can be followed back to the request that began it all.
        tracing::Span::current().record("request.id", enrolment.request_id.as_str());
        if enrolment.current_key().as_ref() != Some(key) {
            return Ok(Look::Stale);
        }
        let settings = self.settings().await?;
        // What is queued comes from a sweep, and that remembers: these tables are of a time before it.
        if settings.home.is_unset() {
            return Ok(Look::Held);
        }
        match settings.outgoing(&self.here.tables().await?) {
            Outgoing::On => {}
            Outgoing::Held | Outgoing::Copy(_) => return Ok(Look::Held),
        }
        let situation = self.situation(enrolment).await?;
        if let Standing::Merged { .. } = situation.patient.standing {
            return Ok(Look::Merging);
        }
        let now = self.clock.now();
        let decision = decide(
            &situation.enrolment,
            situation.facts(),
            Event::Due(key.clone(), looking.crowd()),
            now,
        );
        let Some((medium, to)) = decision.send() else {
            let change = Change::new(Some(situation.enrolment), decision, &situation.bookings)
                .while_told(situation.referral.as_ref());
            return Ok(Look::Otherwise(Box::new(change)));
        };
        let practice = settings.practice_name(&self.practice_name);
        let filled = fill(&self.catalogue, practice, &situation, medium).await?;
        if let (Ok(filled), Doctor::NoReferrer(_)) = (&filled, situation.facts().doctor())
            && filled.content.names_referrer()
        {
            let event = Event::NeedsReferrer(key.clone());
            let decision = decide(&situation.enrolment, situation.facts(), event, now);
            let change = Change::new(Some(situation.enrolment), decision, &situation.bookings)
                .while_told(situation.referral.as_ref());
            return Ok(Look::Otherwise(Box::new(change)));
        }
        let composed = match filled {
            Ok(Filled { title, content, values, .. }) => {
                let composing = Composing {
                    key,
                    medium,
                    to,
                    title: &title,
                    content: &content,
                    values: &values,
                    facts: situation.facts(),
                    practice,
                    settings: &settings,
                    now,
                };
                self.courier.compose(composing).await?
            }
            Err(why) => Err(why),
        };
        let channel = medium.channel();
        // A hold for what repeats itself stands for no row: nobody may have begun one.
        let (event, repeats, not_begun) = match composed {
            Ok(message) => match self.address_of(&message, now).await? {
                Address::Free => return Ok(Look::Go(message, channel)),
                Address::Held(HoldCause::Repeated | HoldCause::StoppedAndRepeated) => {
                    (Event::Repeated(key.clone()), None, Some(key.clone()))
                }
                Address::Held(
                    cause @ (HoldCause::SoundsLikeStop
                    | HoldCause::Stopped
                    | HoldCause::StopOfNobody),
                ) => (Event::Unsendable(key.clone(), cause.in_words().to_owned()), None, None),
                Address::HasItAlready(address) => {
                    (Event::Repeated(key.clone()), Some(address), Some(key.clone()))
                }
            },
            Err(why) => (Event::Unsendable(key.clone(), why), None, None),
        };
        let decision = decide(&situation.enrolment, situation.facts(), event, now);
        let change = Change::new(Some(situation.enrolment), decision, &situation.bookings)
            .unless_begun(not_begun);
        Ok(match repeats {
            Some(address) => Look::Repeats(address, Box::new(change)),
            None => Look::Otherwise(Box::new(change)),
        })
    }

    /// Whether a message may go to its address, whoever that belongs to.
    async fn address_of(
        &self,
        message: &M::Message,
        now: DateTime<Utc>,
    ) -> Result<Address, StoreError> {
        let Some(address) = M::destination(message) else { return Ok(Address::Free) };
        if let Some(hold) = self.people.hold(&address).await? {
            return Ok(Address::Held(hold.cause));
        }
        let Some(wording) = M::wording(message) else { return Ok(Address::Free) };
        let sent = self.enrolments.sent_to(&address, now - WITHIN, LOOKED_AT).await?;
        let worded = sent.iter().filter_map(|sent| Some((sent.at, sent.wording.as_ref()?)));
        if !has_gone_too_often(&wording, worded.clone(), now - WITHIN) {
            return Ok(Address::Free);
        }
        // Asked for only now, so that it costs the others nothing.
        let counts = counts_since(now, self.people.released_at(&address).await?);
        Ok(if has_gone_too_often(&wording, worded, counts) {
            Address::HasItAlready(address)
        } else {
            Address::Free
        })
    }

    /// The practice's settings. That they cannot be read is no fault of the enrolment at hand, which
    /// must not be parked for it: nothing goes out until they can be.
    async fn settings(&self) -> Result<Settings, StoreError> {
        self.catalogue.settings().await.map_err(|error| match error {
            StoreError::Unreadable { .. } => StoreError::Refused(error.to_string()),
            other @ (StoreError::Unavailable(_) | StoreError::Refused(_)) => other,
        })
    }

    pub(super) async fn situation(&self, enrolment: Enrolment) -> Result<Situation, StoreError> {
        Situation::read(&self.catalogue, &self.people, &self.bookings, enrolment).await
    }
}
