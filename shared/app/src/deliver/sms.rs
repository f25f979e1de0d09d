//! Text messages.

use domain::enrolment::Recipient;
use domain::ledger::{Destination, LedgerKey, LedgerRow};
use domain::template::Rendered;

use super::courier::{Composing, Courier, Evidence};
use crate::ports::{SendError, Sms, SmsGateway, StoreError};

/// The channel of text messages.
#[derive(Debug)]
pub struct SmsCourier<G> {
    /// The provider.
    pub gateway: G,
}

impl<G: SmsGateway> Courier for SmsCourier<G> {
    type Message = Sms;

    async fn compose(&self, composing: Composing<'_>) -> Result<Result<Sms, String>, StoreError> {
        let Recipient::Mobile(to) = composing.to else {
            return Ok(Err("its action is not a text message any more".to_owned()));
        };
        Ok(match composing.content.render(composing.values) {
            Ok(Rendered::Sms(text)) => Ok(Sms { to: to.clone(), text }),
            Ok(Rendered::Email(_) | Rendered::Letter(_)) => {
                Err("its template is not for text messages".to_owned())
            }
            Err(error) => Err(error.to_string()),
        })
    }

    fn destination(message: &Sms) -> Option<Destination> {
        Some(Destination::Mobile(message.to.clone()))
    }

    async fn turn(&self, message: &Sms) {
        self.gateway.turn(message).await;
    }

    async fn send(&self, _: &LedgerKey, message: &Sms) -> Result<String, SendError> {
        self.gateway.send(message).await
    }

    async fn evidence(&self, _: &LedgerRow) -> Result<Evidence, StoreError> {
        Ok(Evidence::Nothing)
    }
}
