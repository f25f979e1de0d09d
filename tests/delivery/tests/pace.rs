//! A message that waits for its sender's turn.

#![cfg(test)]

use std::sync::Arc;
use std::time::Duration;

use app::deliver::{Delivered, Delivery, SmsCourier};
use app::ports::{SendError, Sms, SmsGateway};
use delivery::Clinic;
use domain::booking::BookingEventKind;
use domain::timing::Timing;
use testkit::build::{event, sms};
use testkit::fakes::FakeSms;
use tokio::sync::Semaphore;

const VISIT: &str = "2026-12-03T10:30:00+11:00";

/// A provider whose sender must wait until it is let go.
struct Waiting {
    came: Arc<Semaphore>,
    go: Arc<Semaphore>,
    inner: FakeSms,
}

impl SmsGateway for Waiting {
    async fn turn(&self, _: &Sms) {
        self.came.add_permits(1);
        self.go.acquire().await.expect("never closed").forget();
    }

    async fn send(&self, sms: &Sms) -> Result<String, SendError> {
        self.inner.send(sms).await
    }
}

#[tokio::test]
async fn what_is_cancelled_while_its_sender_waits_for_a_turn_is_not_sent() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    clinic.event("evt-1", &event(1, BookingEventKind::Made, VISIT)).await.unwrap();
    clinic.sweep().await;
    let pointer = clinic.queues.take().remove(0);
    let (came, go) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let gateway = Waiting { came: came.clone(), go: go.clone(), inner: clinic.sms.clone() };
    let usual = clinic.sender();
    let sender = Delivery {
        enrolments: usual.enrolments,
        catalogue: usual.catalogue,
        people: usual.people,
        bookings: usual.bookings,
        courier: SmsCourier {
            gateway,
            sent: usual.courier.courier.sent,
            strays: usual.courier.courier.strays,
        },
        clock: usual.clock,
        ids: usual.ids,
        here: usual.here,
        practice_name: usual.practice_name,
        provider_timeout: usual.provider_timeout,
    };
    let delivering = sender.deliver(&pointer, || Duration::from_mins(1));
    let cancelling = async {
        came.acquire().await.expect("never closed").forget();
        assert_eq!(clinic.ledger().await, [], "nothing is reserved while it waits");
        let cancelled = event(2, BookingEventKind::Cancelled, VISIT);
        clinic.event("evt-2", &cancelled).await.unwrap();
        go.add_permits(1);
    };
    let (delivered, ()) = tokio::join!(Box::pin(delivering), Box::pin(cancelling));
    assert_eq!(delivered, Ok(Delivered::NotSent));
    assert_eq!(clinic.sms.outbox(), []);
}
