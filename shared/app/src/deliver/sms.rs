//! Text messages.

use domain::enrolment::Recipient;
use domain::ledger::{Destination, LedgerKey, LedgerRow};
use domain::receipt::Told;
use domain::repeat::Wording;
use domain::template::Rendered;

use super::courier::{Composing, Courier, Evidence};
use crate::ports::{SendError, SentMessages, Sms, SmsGateway, StoreError, Strays};
use crate::receipts::stray_of;

/// The channel of text messages.
#[derive(Debug)]
pub struct SmsCourier<G, S, T> {
    /// The provider.
    pub gateway: G,
    /// What was sent before: a receipt for one of these is evidence of no other.
    pub sent: S,
    /// Receipts for messages that nobody is known to have sent: what a sender left behind that died
    /// before it could write down what the provider answered.
    pub strays: T,
}

impl<G: SmsGateway, S: SentMessages, T: Strays> Courier for SmsCourier<G, S, T> {
    type Message = Sms;

    async fn compose(&self, composing: Composing<'_>) -> Result<Result<Sms, String>, StoreError> {
        let Recipient::Mobile(to) = composing.to else {
            return Ok(Err("its action is not a text message any more".to_owned()));
        };
        Ok(match composing.content.render(composing.values) {
            Ok(Rendered::Sms(text)) => {
                let sender = composing.facts.site.sms.clone();
                Ok(Sms { to: to.clone(), sender, text })
            }
            Ok(Rendered::Email(_) | Rendered::Letter(_)) => {
                Err("its template is not for text messages".to_owned())
            }
            Err(error) => Err(error.to_string()),
        })
    }

    fn destination(message: &Sms) -> Option<Destination> {
        Some(Destination::Mobile(message.to.clone()))
    }

    fn wording(message: &Sms) -> Option<Wording> {
        Some(Wording::of(&Destination::Mobile(message.to.clone()), &[message.text.reveal()]))
    }

    async fn turn(&self, message: &Sms) {
        self.gateway.turn(message).await;
    }

    async fn send(&self, _: &LedgerKey, message: &Sms) -> Result<String, SendError> {
        self.gateway.send(message).await
    }

    async fn evidence(&self, row: &LedgerRow) -> Result<Evidence, StoreError> {
        let Some(stray) = stray_of(row, &self.strays, &self.sent).await? else {
            return Ok(Evidence::Nothing);
        };
        Ok(match stray.receipt.told {
            Told::Failed(fault) => Evidence::NotArrived { why: fault.to_string() },
            Told::Delayed | Told::Delivered | Told::Complained => {
                Evidence::Sent { provider_id: stray.provider_id }
            }
        })
    }
}
