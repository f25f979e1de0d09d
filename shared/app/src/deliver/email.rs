//! Email.

use domain::enrolment::Recipient;
use domain::ledger::{Destination, LedgerKey, LedgerRow};
use domain::phi::Phi;
use domain::program::Invite;
use domain::repeat::Wording;
use domain::template::Rendered;

use super::courier::{Composing, Courier, Evidence};
use super::invite::calendar;
use crate::ports::{Email, EmailGateway, SendError, StoreError};

/// The channel of email.
#[derive(Debug)]
pub struct EmailCourier<G> {
    /// The provider.
    pub gateway: G,
}

impl<G: EmailGateway> Courier for EmailCourier<G> {
    type Message = Email;

    async fn compose(&self, composing: Composing<'_>) -> Result<Result<Email, String>, StoreError> {
        let Recipient::Email(to) = composing.to else {
            return Ok(Err("its action is not an email any more".to_owned()));
        };
        let site = composing.facts.site;
        let calendar = match (composing.medium.invite(), composing.facts.visit) {
            (Invite::Attached, Some(booking)) => {
                let answers = site.reply_to.as_ref().unwrap_or_else(|| self.gateway.sender());
                Some(calendar(composing.practice, answers, site, booking))
            }
            (Invite::Attached, None) => {
                return Ok(Err("there is no booking to put into a calendar".to_owned()));
            }
            (Invite::Without, _) => None,
        };
        Ok(match composing.content.render(composing.values) {
            Ok(Rendered::Email(mail)) => Ok(Email {
                to: to.clone(),
                from_name: composing.practice.to_owned(),
                reply_to: site.reply_to.clone(),
                mail,
                calendar,
                way_out: composing.values.way_out().map(|link| Phi::new(link.to_owned())),
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

    /// What the patient reads: the calendar file and the way out are of it, and change with it.
    fn wording(message: &Email) -> Option<Wording> {
        let (subject, text) = (message.mail.subject.reveal(), message.mail.text.reveal());
        Some(Wording::of(&Destination::Mailbox(message.to.clone()), &[subject, text]))
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
