//! What is to be seen of a clinic, and what must hold of it.

use app::ports::{Clock, EnrolmentReader, WorkList};
use domain::enrolment::{Enrolment, HoldReason, Status};
use domain::ledger::LedgerRow;
use domain::program::Channel;
use domain::work::WorkItem;
use testkit::audit::{audit, handed};
use testkit::build;
use testkit::faults::Struck;

use crate::Clinic;

impl Clinic {
    /// The patient's enrolments, newest first.
    ///
    /// # Panics
    /// When they cannot be read.
    pub async fn enrolments(&self) -> Vec<Enrolment> {
        let reader = self.dynamo.enrolment_reader();
        reader.of_patient(&build::patient().id).await.expect("they can be read").enrolments
    }

    /// The patient's one enrolment.
    ///
    /// # Panics
    /// When there are more or none.
    pub async fn enrolment(&self) -> Enrolment {
        let mut enrolments = self.enrolments().await;
        assert_eq!(enrolments.len(), 1, "{enrolments:?}");
        enrolments.remove(0)
    }

    /// Its ledger.
    ///
    /// # Panics
    /// When it cannot be read.
    pub async fn ledger(&self) -> Vec<LedgerRow> {
        let id = self.enrolment().await.id;
        self.dynamo.enrolment_reader().records(&id).await.expect("it can be read").0
    }

    /// The work list.
    ///
    /// # Panics
    /// When it cannot be read.
    pub async fn work(&self) -> Vec<WorkItem> {
        let open = self.dynamo.work_list().open().await.expect("it can be read");
        open.into_iter().map(|work| work.item).collect()
    }

    /// Lets minutes pass until the enrolment waits for nothing but a person, or is over. What is stored
    /// then is as it must be.
    ///
    /// # Panics
    /// When that does not happen within two hours (I6), or something is wrong with what is stored.
    pub async fn settle(&self) {
        for _ in 0..120 {
            if !self.waits().await {
                break;
            }
            self.minute().await;
        }
        let left = self.enrolments().await;
        assert!(!self.waits().await, "I6: it does not come to an end: {left:?}");
        self.assert_sound().await;
    }

    /// That nothing is wrong with what is stored.
    ///
    /// # Panics
    /// When something is.
    pub async fn assert_sound(&self) {
        let problems = audit(&self.dynamo, self.clock.now()).await;
        assert_eq!(problems, Vec::<String>::new(), "something is wrong with what is stored");
    }

    /// That the ledger tells of as many messages as the providers took.
    ///
    /// # Panics
    /// When it does not.
    pub async fn assert_ledger_agrees(&self) {
        let (sms, email) = (self.sms.outbox().len(), self.email.outbox().len());
        for (channel, taken) in [(Channel::Sms, sms), (Channel::Email, email)] {
            let handed = handed(&self.dynamo, channel).await;
            assert_eq!(handed.compared(channel, taken), None);
        }
    }

    /// After a sender died: that the patient got one message, or that a person is asked whether they
    /// did, because nobody can know.
    ///
    /// # Panics
    /// When it is otherwise.
    pub async fn assert_sent_once_or_asked<R>(&self, struck: &Struck<R>) {
        self.assert_ledger_agrees().await;
        let at = &struck.at;
        let sent = self.sms.outbox().len() + self.email.outbox().len();
        assert!(sent <= 1, "I2: {sent} messages, {at}");
        let (status, work) = (self.enrolment().await.status, self.work().await.len());
        let known = match &status {
            Status::Completed { .. } => sent == 1,
            Status::Held { why: HoldReason::Unclear, .. } => work == 1,
            Status::Active(_) | Status::Held { .. } | Status::Ended { .. } => false,
        };
        assert!(known, "{at}: {sent} messages, {work} on the work list, ends in {status:?}");
    }

    async fn waits(&self) -> bool {
        let active = |e: &Enrolment| matches!(e.status, Status::Active(_));
        self.enrolments().await.iter().any(active)
    }
}
