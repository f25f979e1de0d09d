//! Email.

use domain::enrolment::Recipient;
use domain::ledger::{Destination, LedgerKey, LedgerRow};
use domain::phi::Phi;
use domain::program::{Channel, Invite, Purpose};
use domain::template::Rendered;

use super::courier::{Composing, Courier, Evidence};
use super::invite::calendar;
use crate::ports::{Email, EmailGateway, SendError, StoreError, WayOut, WaysOut};

/// The channel of email.
#[derive(Debug)]
pub struct EmailCourier<G, W> {
    /// The provider.
    pub gateway: G,
    /// The links by which patients take consent back.
    pub ways_out: W,
}

impl<G: EmailGateway, W: WaysOut> Courier for EmailCourier<G, W> {
    type Message = Email;

    async fn compose(&self, composing: Composing<'_>) -> Result<Result<Email, String>, StoreError> {
        let Recipient::Email(to) = composing.to else {
            return Ok(Err("its action is not an email any more".to_owned()));
        };
        let mut values = composing.values.clone();
        let way_out = match composing.facts.program.purpose {
            Purpose::Care => None,
            Purpose::Commercial => {
                let patient = composing.facts.patient.id.clone();
                let link = self.ways_out.link(&WayOut { patient, channel: Channel::Email }).await?;
                values.set_way_out(&link);
                Some(Phi::new(link))
            }
        };
        let site = composing.facts.site;
        let calendar = match (composing.medium.invite(), composing.facts.visit) {
            (Invite::Attached, Some(booking)) => Some(calendar(composing.practice, site, booking)),
            (Invite::Attached, None) => {
                return Ok(Err("there is no booking to put into a calendar".to_owned()));
            }
            (Invite::Without, _) => None,
        };
        Ok(match composing.content.render(&values) {
            Ok(Rendered::Email(mail)) => Ok(Email {
                to: to.clone(),
                from_name: composing.practice.to_owned(),
                reply_to: site.reply_to.clone(),
                mail,
                calendar,
                way_out,
            }),
            Ok(Rendered::Sms(_) | Rendered::Letter(_)) => {
                Err("its template is not for email".to_owned())
            }
            Err(error) => Err(error.to_string()),
        })
    }

    fn destination(message: &Email) -> Option<Destination> {
        Some(Destination::Mailbox(message.to.clone()))
    }

    async fn turn(&self, message: &Email) {
        self.gateway.turn(message).await;
    }

    async fn send(&self, key: &LedgerKey, message: &Email) -> Result<String, SendError> {
        self.gateway.send(message, Some(key)).await
    }

    /// The provider's events name the attempt, and settle it themselves when they come.
    async fn evidence(&self, _: &LedgerRow) -> Result<Evidence, StoreError> {
        Ok(Evidence::Nothing)
    }
}
