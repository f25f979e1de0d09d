//! The providers. They keep what they accepted, and of which attempt it was, so that whatever goes out twice
//! shows.

use std::sync::{Arc, Mutex, MutexGuard};

use app::deliver::{Composing, Courier, Evidence};
use app::ports::{
    Email, EmailGateway, EpostProvider, HandOver, SendError, Sms, SmsGateway, StoreError,
};
use domain::email::EmailAddress;
use domain::ledger::{Destination, LedgerKey, LedgerRow};
use domain::program::Channel;
use domain::repeat::Wording;

use crate::gate::pass;
use crate::sabotage::Sabotage;
use crate::weather::{Part, ProviderFault, Weather};

/// A message that a provider accepted.
#[derive(Debug, Clone)]
pub(crate) struct Accepted {
    /// The attempt that it was; `None` when nobody said.
    pub key: Option<LedgerKey>,
    /// How.
    pub channel: Channel,
    /// To whom: a number, a mailbox, or the key of a letter.
    pub to: String,
    /// What it says.
    pub text: String,
    /// The provider's id for it.
    pub provider_id: String,
}

#[derive(Debug, Default)]
struct State {
    outbox: Vec<Accepted>,
    /// The attempt that is handed over at this moment.
    now: Option<LedgerKey>,
    /// How many messages they were handed, accepted or not.
    calls: u64,
}

/// All providers.
#[derive(Debug, Clone)]
pub(crate) struct Providers {
    state: Arc<Mutex<State>>,
    weather: Weather,
    sender: EmailAddress,
}

impl Providers {
    /// Providers that have accepted nothing yet.
    ///
    /// # Panics
    /// Never: the sender's address is one.
    pub(crate) fn new(weather: &Weather) -> Self {
        let sender = EmailAddress::parse("no-reply@harbour.example").expect("an address");
        Self { state: Arc::default(), weather: weather.clone(), sender }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics while it holds the lock")
    }

    /// What they have accepted since the `from`th message.
    pub(crate) fn accepted(&self, from: usize) -> Vec<Accepted> {
        self.state().outbox.get(from..).unwrap_or_default().to_vec()
    }

    /// How many messages they were handed, accepted or not.
    pub(crate) fn calls(&self) -> u64 {
        self.state().calls
    }

    /// The attempt that was said to be handed over.
    fn marked(&self) -> Option<LedgerKey> {
        self.state().now.take()
    }

    fn hand_over(
        &self,
        (part, key): (Part, Option<LedgerKey>),
        channel: Channel,
        to: String,
        text: String,
    ) -> Result<String, SendError> {
        let fault = self.weather.handed_over(part);
        let mut state = self.state();
        state.calls += 1;
        let provider_id = format!("{}-{}", channel.as_str(), state.outbox.len() + 1);
        let accepted = Accepted { key, channel, to, text, provider_id: provider_id.clone() };
        let said = |what: &str| what.to_owned();
        match fault {
            None => {
                if self.weather.is_sabotaged(Sabotage::HandedOverTwice) {
                    state.outbox.push(accepted.clone());
                }
                state.outbox.push(accepted);
                Ok(provider_id)
            }
            Some(ProviderFault::AcceptedInSilence) => {
                state.outbox.push(accepted);
                Err(SendError::InDoubt(said("no answer in time")))
            }
            Some(ProviderFault::LostInSilence) => {
                Err(SendError::InDoubt(said("no answer in time")))
            }
            Some(ProviderFault::Busy) => Err(SendError::Transient(said("try later"))),
            Some(ProviderFault::Barred) => Err(SendError::Barred(said("the quota is used up"))),
            Some(ProviderFault::Refused) => Err(SendError::Permanent(said("no such number"))),
        }
    }
}

impl SmsGateway for Providers {
    async fn turn(&self, _: &Sms) {}

    async fn send(&self, sms: &Sms) -> Result<String, SendError> {
        let (to, text) = (sms.to.e164().to_owned(), sms.text.reveal().clone());
        self.hand_over((Part::Sms, self.marked()), Channel::Sms, to, text)
    }
}

impl EmailGateway for Providers {
    fn sender(&self) -> &EmailAddress {
        &self.sender
    }

    async fn turn(&self, _: &Email) {}

    async fn send(&self, email: &Email, _: Option<&LedgerKey>) -> Result<String, SendError> {
        let (to, text) = (email.to.as_str().to_owned(), format!("{:?}", email.mail));
        self.hand_over((Part::Email, self.marked()), Channel::Email, to, text)
    }
}

impl EpostProvider for Providers {
    async fn hand_over(&self, letter: HandOver<'_>, key: &str) -> Result<String, SendError> {
        pass().await;
        {
            // It tells a letter that it has from another one by the key.
            let state = self.state();
            let known = state.outbox.iter().find(|accepted| accepted.to == key);
            if let Some(known) = known {
                return Ok(known.provider_id.clone());
            }
        }
        let (attempt, text) = (Some(letter.letter.key.clone()), letter.letter.id.to_string());
        Self::hand_over(self, (Part::Epost, attempt), Channel::Letter, key.to_owned(), text)
    }
}

/// A channel that tells its provider which attempt it hands over, and whose call can be the last thing that
/// a process does.
#[derive(Debug)]
pub(crate) struct Marked<C> {
    /// The channel.
    pub courier: C,
    /// Its provider.
    pub providers: Providers,
}

impl<C: Courier> Courier for Marked<C> {
    type Message = C::Message;

    async fn compose(
        &self,
        composing: Composing<'_>,
    ) -> Result<Result<C::Message, String>, StoreError> {
        self.courier.compose(composing).await
    }

    fn destination(message: &C::Message) -> Option<Destination> {
        C::destination(message)
    }

    fn wording(message: &C::Message) -> Option<Wording> {
        C::wording(message)
    }

    async fn turn(&self, message: &C::Message) {
        self.courier.turn(message).await;
    }

    async fn send(&self, key: &LedgerKey, message: &C::Message) -> Result<String, SendError> {
        pass().await;
        self.providers.state().now = Some(key.clone());
        self.courier.send(key, message).await
    }

    async fn evidence(&self, row: &LedgerRow) -> Result<Evidence, StoreError> {
        self.courier.evidence(row).await
    }
}
