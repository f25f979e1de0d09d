//! The senders of a clinic, and what receives receipts, each as its function wires it.

use std::time::Duration as StdDuration;

use app::deliver::{DeliverError, Delivered, EmailCourier, LetterCourier, SmsCourier, WithWayOut};
use app::ports::Pointer;
use app::receipts::{self, News, ReceiveError};
use aws::dynamo::{
    BookingStore, CatalogueStore, EnrolmentStore, LetterStore, PeopleStore, SentStore, StrayStore,
    WorkListStore,
};
use aws::files::S3Files;
use domain::program::{Carrier, Channel};
use testkit::fakes::{FakeClock, FakeEmail, FakeEpost, FakeSms, FakeWaysOut};
use testkit::sending::{DeliveryBy, delivery};

use crate::Clinic;

/// The delivery of SMS as `send-sms` wires it, but for clock, ids and provider.
pub type SmsDelivery =
    DeliveryBy<WithWayOut<SmsCourier<FakeSms, SentStore, StrayStore>, FakeWaysOut>>;

/// The delivery of letters as `send-letter` wires it, but for clock, ids and ePost provider.
pub type LetterDelivery =
    DeliveryBy<LetterCourier<LetterStore, S3Files, FakeEpost, WorkListStore, FakeClock>>;

/// The receiving of receipts as `delivery-events` wires it, but for the clock.
pub type Receiving = app::receipts::Receiving<
    EnrolmentStore,
    SentStore,
    StrayStore,
    CatalogueStore,
    PeopleStore,
    BookingStore,
    FakeClock,
>;

/// The delivery of email as `send-email` wires it, but for clock, ids, provider and ways out.
pub type EmailDelivery = DeliveryBy<WithWayOut<EmailCourier<FakeEmail>, FakeWaysOut>>;

impl Clinic {
    /// A sender.
    pub fn sender(&self) -> SmsDelivery {
        let courier = WithWayOut {
            courier: SmsCourier {
                gateway: self.sms.clone(),
                sent: self.dynamo.sent(),
                strays: self.dynamo.strays(),
            },
            ways_out: FakeWaysOut,
        };
        delivery(&self.dynamo, &self.clock, &self.ids, &self.here, courier)
    }

    /// What receives receipts.
    pub fn receiving(&self) -> Receiving {
        Receiving {
            enrolments: self.dynamo.enrolments(),
            sent: self.dynamo.sent(),
            strays: self.dynamo.strays(),
            catalogue: self.dynamo.catalogue(),
            people: self.dynamo.people(),
            bookings: self.dynamo.bookings(),
            clock: self.clock.clone(),
        }
    }

    /// Receives a receipt.
    ///
    /// # Errors
    /// When it could not be carried through.
    pub async fn receive(&self, news: &News) -> Result<receipts::Received, ReceiveError> {
        Box::pin(self.receiving().receive(news)).await
    }

    /// A sender of letters.
    pub fn letter_sender(&self) -> LetterDelivery {
        let courier = LetterCourier::new(
            self.dynamo.letters(),
            self.dynamo.files(),
            self.epost.clone(),
            self.dynamo.work_list(),
            self.clock.clone(),
        );
        delivery(&self.dynamo, &self.clock, &self.ids, &self.here, courier)
    }

    /// A sender of email.
    pub fn email_sender(&self) -> EmailDelivery {
        let courier = WithWayOut {
            courier: EmailCourier { gateway: self.email.clone() },
            ways_out: FakeWaysOut,
        };
        delivery(&self.dynamo, &self.clock, &self.ids, &self.here, courier)
    }

    /// Delivers what a pointer names.
    ///
    /// # Errors
    /// When it could not be carried through.
    pub async fn deliver(&self, pointer: &Pointer) -> Result<Delivered, DeliverError> {
        let time_left = || StdDuration::from_secs(30);
        match pointer.carrier {
            Carrier::Channel(Channel::Letter) => {
                Box::pin(self.letter_sender().deliver(pointer, time_left)).await
            }
            Carrier::Channel(Channel::Email) => {
                Box::pin(self.email_sender().deliver(pointer, time_left)).await
            }
            Carrier::Staff | Carrier::Channel(Channel::Sms) => {
                Box::pin(self.sender().deliver(pointer, time_left)).await
            }
        }
    }
}
