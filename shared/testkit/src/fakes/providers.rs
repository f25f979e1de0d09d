//! The providers of text messages, email and letters by ePost.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use app::ports::{Email, EmailGateway, EpostProvider, HandOver, SendError, Sms, SmsGateway};
use domain::email::EmailAddress;
use domain::ledger::LedgerKey;
use domain::sender::SmsSender;

/// An SMS provider that keeps what it accepted, and fails as it is told to.
#[derive(Debug, Clone, Default)]
pub struct FakeSms {
    before: usize,
    outbox: Arc<Mutex<Vec<(String, String)>>>,
    senders: Arc<Mutex<Vec<SmsSender>>>,
    script: Arc<Mutex<VecDeque<Answer>>>,
}

/// How the provider answers one call.
#[derive(Debug, Clone)]
pub enum Answer {
    /// It accepts the message.
    Accept,
    /// It refuses it.
    Refuse(SendError),
    /// It accepts the message, and the answer is lost.
    AcceptInSilence,
}

impl Answer {
    /// Takes the message, should it be accepted, and tells as much of it as is told.
    fn carry_out(self, accept: impl FnOnce() -> String) -> Result<String, SendError> {
        match self {
            Self::Accept => Ok(accept()),
            Self::Refuse(error) => Err(error),
            Self::AcceptInSilence => {
                accept();
                Err(SendError::InDoubt("no answer in time".to_owned()))
            }
        }
    }
}

impl FakeSms {
    /// A provider that has taken so many messages before.
    #[must_use]
    pub fn after(before: usize) -> Self {
        Self { before, ..Self::default() }
    }

    /// Answers the next calls in this way; after them it accepts.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn script(&self, answers: impl IntoIterator<Item = Answer>) {
        self.script.lock().expect("not poisoned").extend(answers);
    }

    /// What it has accepted: number and text.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn outbox(&self) -> Vec<(String, String)> {
        self.outbox.lock().expect("not poisoned").clone()
    }

    /// Whom each message that it has accepted comes from.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn senders(&self) -> Vec<SmsSender> {
        self.senders.lock().expect("not poisoned").clone()
    }
}

impl SmsGateway for FakeSms {
    async fn turn(&self, _: &Sms) {}

    async fn send(&self, sms: &Sms) -> Result<String, SendError> {
        let answer = self.script.lock().expect("not poisoned").pop_front();
        let mut outbox = self.outbox.lock().expect("not poisoned");
        let accept = || {
            self.senders.lock().expect("not poisoned").push(sms.sender.clone());
            outbox.push((sms.to.e164().to_owned(), sms.text.reveal().clone()));
            format!("msg-{}", self.before + outbox.len())
        };
        answer.unwrap_or(Answer::Accept).carry_out(accept)
    }
}

/// An email, and the attempt that it was.
pub type SentEmail = (Email, Option<LedgerKey>);

/// An email provider that keeps what it accepted, and fails as it is told to.
#[derive(Debug, Clone)]
pub struct FakeEmail {
    sender: EmailAddress,
    outbox: Arc<Mutex<Vec<SentEmail>>>,
    script: Arc<Mutex<VecDeque<Answer>>>,
}

impl Default for FakeEmail {
    fn default() -> Self {
        let sender = EmailAddress::parse("no-reply@harbour.example").expect("an address");
        Self { sender, outbox: Arc::default(), script: Arc::default() }
    }
}

impl FakeEmail {
    /// Answers the next calls in this way; after them it accepts.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn script(&self, answers: impl IntoIterator<Item = Answer>) {
        self.script.lock().expect("not poisoned").extend(answers);
    }

    /// What it has accepted, and which attempt each is.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn outbox(&self) -> Vec<SentEmail> {
        self.outbox.lock().expect("not poisoned").clone()
    }
}

impl EmailGateway for FakeEmail {
    fn sender(&self) -> &EmailAddress {
        &self.sender
    }

    async fn turn(&self, _: &Email) {}

    async fn send(&self, email: &Email, about: Option<&LedgerKey>) -> Result<String, SendError> {
        let answer = self.script.lock().expect("not poisoned").pop_front();
        let mut outbox = self.outbox.lock().expect("not poisoned");
        let accept = || {
            outbox.push((email.clone(), about.cloned()));
            format!("ses-{}", outbox.len())
        };
        answer.unwrap_or(Answer::Accept).carry_out(accept)
    }
}

/// An ePost provider that keeps what it was handed, each key once, and fails as it is told to.
#[derive(Debug, Clone, Default)]
pub struct FakeEpost {
    taken: Arc<Mutex<Vec<String>>>,
    script: Arc<Mutex<VecDeque<Answer>>>,
}

impl FakeEpost {
    /// Answers the next calls in this way; after them it accepts.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn script(&self, answers: impl IntoIterator<Item = Answer>) {
        self.script.lock().expect("not poisoned").extend(answers);
    }

    /// The keys of the letters that it posts.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn taken(&self) -> Vec<String> {
        self.taken.lock().expect("not poisoned").clone()
    }
}

impl EpostProvider for FakeEpost {
    async fn hand_over(&self, _: HandOver<'_>, key: &str) -> Result<String, SendError> {
        let answer = self.script.lock().expect("not poisoned").pop_front();
        let mut taken = self.taken.lock().expect("not poisoned");
        let take = || {
            let known = taken.iter().position(|it| it == key);
            let place = known.unwrap_or_else(|| {
                taken.push(key.to_owned());
                taken.len() - 1
            });
            format!("epost-{}", place + 1)
        };
        answer.unwrap_or(Answer::Accept).carry_out(take)
    }
}
