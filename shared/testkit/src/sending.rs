//! The delivery of a channel on the stores in the process, and batches of its queue.

use std::time::{Duration, SystemTime};

use app::deliver::Delivery;
use app::ports::{Clock, Pointer};
use aws::dynamo::{BookingStore, CatalogueStore, EnrolmentStore, PeopleStore};
use aws::queues::encode;
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};

use crate::dynamo::Dynamo;
use crate::fakes::{CountingIds, FakeClock, FakeHere};

/// A delivery as the functions of the channels wire it, but for clock, ids and what its courier sends by.
pub type DeliveryBy<M> = Delivery<
    EnrolmentStore,
    CatalogueStore,
    PeopleStore,
    BookingStore,
    M,
    FakeClock,
    CountingIds,
    FakeHere,
>;

/// A delivery by this courier.
pub fn delivery<M>(
    dynamo: &Dynamo,
    clock: &FakeClock,
    ids: &CountingIds,
    here: &FakeHere,
    courier: M,
) -> DeliveryBy<M> {
    Delivery {
        enrolments: dynamo.enrolments(),
        catalogue: dynamo.catalogue(),
        people: dynamo.people(),
        bookings: dynamo.bookings(),
        courier,
        clock: clock.clone(),
        ids: ids.clone(),
        here: here.clone(),
        practice_name: "Harbour".to_owned(),
        provider_timeout: Duration::from_secs(5),
    }
}

/// The batch of the queue of a channel that is in `events/`: a pointer to an enrolment that is not
/// there, and then a message that is no pointer.
///
/// # Panics
/// When there is no such file.
pub fn batch(file: &str) -> SqsEvent {
    let path = format!("{}/../../events/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("the batch is there");
    serde_json::from_str(&text).expect("it is a batch")
}

/// A batch of the queue of a channel with these pointers. Each message's id is its place.
pub fn batch_of(pointers: &[Pointer]) -> SqsEvent {
    let mut batch = SqsEvent::default();
    for (place, pointer) in pointers.iter().enumerate() {
        let mut message = SqsMessage::default();
        message.message_id = Some(place.to_string());
        message.body = Some(encode(pointer));
        batch.records.push(message);
    }
    batch
}

/// When an invocation that begins now is cut off.
pub fn deadline(clock: &FakeClock) -> SystemTime {
    SystemTime::from(clock.now()) + Duration::from_secs(30)
}

/// The ids of the messages that come again.
pub fn come_again(answer: SqsBatchResponse) -> Vec<String> {
    answer.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect()
}

/// The id of the message of [`batch`] that is no pointer.
pub const NO_POINTER: &str = "2e1424d4-f796-459a-8184-9c92662be6da";
