//! What is edited, and what ends, while something is on its way.

use app::deliver::Delivered;
use app::ports::{Catalogue, Clock, Replans, Replies};
use app::receipts::{About, News, Received};
use app::replies::{Incoming, Receiver, Taken};
use chrono::Duration;
use delivery::Clinic;
use domain::booking::BookingEventKind;
use domain::calendar::CalendarSpan;
use domain::enrolment::Status;
use domain::ledger::Destination;
use domain::phi::Phi;
use domain::phone::MobileNumber;
use domain::program::Program;
use domain::receipt::{Fault, Receipt, Told};
use domain::reply::Origin;
use domain::template::{Body, BodyKind, Content, Template};
use domain::text::ExternalId;
use domain::timing::{Span, Timing};
use testkit::build::{self, event, sms, template};

use crate::support::{VISIT, minutes, swept};

/// A booking whose message is queued.
async fn queued() -> (Clinic, app::ports::Pointer) {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    clinic.event("evt-1", &event(1, BookingEventKind::Made, VISIT)).await.unwrap();
    clinic.clock.advance(Duration::minutes(1));
    let pointer = swept(&clinic).await.remove(0);
    (clinic, pointer)
}

#[tokio::test]
async fn a_text_that_is_edited_while_its_message_is_due_plans_nobody_anew_and_goes_as_it_says_now()
{
    let (clinic, pointer) = queued().await;
    let (catalogue, before) = (clinic.dynamo.catalogue(), clinic.enrolment().await);
    let text = Body::parse(BodyKind::Sms, "See you on {{ booking.date }}.").unwrap();
    let edited = Template { version: 2, content: Content::Sms(text), ..template() };
    catalogue.save_template(&template(), &edited).await.unwrap();
    assert_eq!(catalogue.replans().await.unwrap(), []);
    assert_eq!((clinic.plan_anew().await, clinic.enrolment().await), (Ok(0), before));
    assert_eq!(clinic.deliver(&pointer).await, Ok(Delivered::Sent));
    assert_eq!(clinic.sms.outbox()[0].1, "See you on 3 December 2026.");
    clinic.settle().await;
    assert_eq!(clinic.sms.outbox().len(), 1);
}

#[tokio::test]
async fn a_timing_that_is_edited_while_its_message_is_queued_makes_the_old_pointer_a_no_op() {
    let (clinic, pointer) = queued().await;
    let before = build::program(vec![sms(10, Timing::Enrolled)]);
    let day_before = Timing::Before(Span::Calendar(CalendarSpan::Days(1), None));
    let after = Program { version: 2, ..build::program(vec![sms(10, day_before)]) };
    let catalogue = clinic.dynamo.catalogue();
    catalogue.save_program(&before, &after, &build::saved()).await.unwrap();
    assert_eq!(clinic.plan_anew().await, Ok(1));
    let planned = clinic.enrolment().await;
    let delivered = clinic.deliver(&pointer).await.unwrap();
    assert!(matches!(delivered, Delivered::Stale | Delivered::NotSent), "{delivered:?}");
    assert_eq!((clinic.sms.outbox(), clinic.ledger().await), (vec![], vec![]));
    assert_eq!(clinic.enrolment().await, planned, "its plan stays");
    clinic.assert_sound().await;
    clinic.clock.put_to("2026-12-02T00:00:00Z");
    minutes(&clinic, 3).await;
    assert_eq!(clinic.sms.outbox().len(), 1, "it goes at its new time");
    assert_eq!(clinic.deliver(&pointer).await, Ok(Delivered::Stale));
    assert_eq!(clinic.sms.outbox().len(), 1);
}

#[tokio::test]
async fn receipts_and_replies_for_a_message_of_a_deleted_enrolment_are_recorded_and_break_nothing()
{
    let clinic = Clinic::with(vec![
        sms(10, Timing::Enrolled),
        sms(11, Timing::Before(Span::Calendar(CalendarSpan::Days(2), None))),
    ])
    .await;
    clinic.event("evt-1", &event(1, BookingEventKind::Made, VISIT)).await.unwrap();
    clinic.minute().await;
    let handed_over_at = clinic.clock.now();
    clinic.event("evt-2", &event(2, BookingEventKind::Cancelled, VISIT)).await.unwrap();
    let ended = clinic.enrolment().await;
    assert!(matches!(ended.status, Status::Ended { .. }));

    let number = "+61491570006";
    let to = Destination::Mobile(MobileNumber::from_e164(number).unwrap());
    let told = Told::Failed(Fault::NoSuchAddress);
    let news = News {
        about: About::Message { to, handed_over_at },
        provider_id: "msg-1".to_owned(),
        receipt: Receipt { at: handed_over_at + Duration::seconds(1), told },
    };
    assert_eq!(clinic.receive(&news).await, Ok(Received::Kept));
    assert_eq!(clinic.receive(&news).await, Ok(Received::Known));
    assert_eq!(clinic.ledger().await[0].receipt.map(|it| it.told), Some(told), "it is recorded");

    let receiver = Receiver {
        replies: clinic.dynamo.replies(),
        sent: clinic.dynamo.sent(),
        catalogue: clinic.dynamo.catalogue(),
        people: clinic.dynamo.people(),
        enrolments: clinic.dynamo.enrolment_reader(),
        bookings: clinic.dynamo.bookings(),
    };
    let incoming = Incoming {
        id: ExternalId::parse("reply-1").unwrap(),
        at: clinic.clock.now(),
        from: Origin::parse(number).unwrap(),
        to: "+61491570156".to_owned(),
        text: Phi::new("I will be there".to_owned()),
        answers: Some("msg-1".to_owned()),
    };
    assert!(matches!(Box::pin(receiver.take(&incoming)).await, Ok(Taken::Done(_))));
    assert!(matches!(Box::pin(receiver.take(&incoming)).await, Ok(Taken::Duplicate)));
    let records = [build::patient().id].into();
    let kept = clinic.dynamo.replies().of_patient(&records, None, 10).await.unwrap();
    assert_eq!(kept.len(), 1, "it is recorded");
    assert!(matches!(clinic.enrolment().await.status, Status::Ended { .. }), "ended stays ended");
    assert_eq!(clinic.sms.outbox().len(), 1);
    clinic.assert_sound().await;
}
