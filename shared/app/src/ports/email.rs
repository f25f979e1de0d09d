//! The way out for email.

use std::future::Future;

use domain::email::EmailAddress;
use domain::ledger::LedgerKey;
use domain::phi::Phi;
use domain::template::Mail;

use super::SendError;

/// An email for the provider.
#[derive(Debug, Clone)]
pub struct Email {
    /// To whom.
    pub to: EmailAddress,
    /// The name of who sends it, as patients read it. The address is the deployment's.
    pub from_name: String,
    /// Where an answer goes; to the sender's address without one.
    pub reply_to: Option<EmailAddress>,
    /// Subject, text and HTML.
    pub mail: Mail,
    /// An appointment for the patient's calendar.
    pub calendar: Option<Phi<String>>,
    /// The address by which a mail program takes consent back, by one POST (RFC 8058).
    pub way_out: Option<Phi<String>>,
}

/// The email provider. One call MUST be at most one request to the provider: no retries.
pub trait EmailGateway: Send + Sync {
    /// The address that email comes from, and where an answer goes unless a message says otherwise.
    fn sender(&self) -> &EmailAddress;

    /// Waits until the sender of this message may send again.
    fn turn(&self, email: &Email) -> impl Future<Output = ()> + Send;

    /// Sends a message and answers the provider's id for it. `about` is the attempt that it is, by
    /// which the provider tells later what came of it; a test is none.
    fn send(
        &self,
        email: &Email,
        about: Option<&LedgerKey>,
    ) -> impl Future<Output = Result<String, SendError>> + Send;
}
