//! A busy week: whatever normally goes right and wrong in it, the balance of each night balances.

use app::enrolments::{Asked, Desk};
use app::ports::{Catalogue, Clock, SendError};
use app::receipts::{About, News};
use domain::actor::Actor;
use domain::balance::Tally;
use domain::enrolment::{
    CycleEnd, Enrolment, HoldReason, Instruction, PastCycle, Receipt as FoundOut, Status,
};
use domain::ids::{ActionId, ProgramId};
use domain::ledger::Destination;
use domain::phone::MobileNumber;
use domain::program::{
    ActionKind, Completion, Course, Frequency, NextCycle, OnError, Program, ProgramName,
    ProgramType,
};
use domain::receipt::{Fault, Receipt, Told};
use domain::staff::Saved;
use domain::text::{ExternalId, Label};
use testkit::build::{self, number};
use testkit::fakes::Answer;

use super::*;

fn pause(n: u128, timing: Timing) -> Action {
    Action { id: ActionId::new(number(n)), timing, kind: ActionKind::Pause }
}

fn passed_over(mut action: Action) -> Action {
    if let ActionKind::Message(message) = &mut action.kind {
        message.on_error = OnError::Skip;
    }
    action
}

/// A recall of two cycles that any booking completes.
fn recall() -> Program {
    let half_a_year = Frequency::new(CalendarSpan::Months(6));
    let (kind, next) = (ProgramType::Recall, NextCycle::FromFirstDate);
    Program {
        id: ProgramId::new(number(70)),
        kind,
        name: ProgramName::parse("Check-up").unwrap(),
        course: Course::new(kind, 2, half_a_year, next).unwrap(),
        completion: Completion::AnyBooking,
        ..build::program(vec![sms(20, days_before(50)), sms(21, days_before(49))])
    }
}

struct Week {
    clinic: Clinic,
    booked: usize,
}

impl Week {
    /// A booking of Maria's on that day of November or December.
    async fn book(&mut self, start: &str) -> String {
        self.booked += 1;
        let id = format!("B-{}", self.booked);
        self.tell(&id, 1, BookingEventKind::Made, start).await;
        id
    }

    async fn tell(&self, id: &str, version: u64, kind: BookingEventKind, start: &str) {
        let mut event = event_of(id, "physio-initial", "P-1001", start);
        event.kind = kind;
        event.order.version = Some(version);
        event.order.time = self.clinic.clock.now();
        self.clinic.event(&format!("evt-{id}-{version}"), &event).await.unwrap();
    }

    /// Half-hours go by, with a sweep in each.
    async fn until(&self, time: &str) {
        while self.clinic.clock.now() < build::at(time) {
            self.clinic.clock.advance(minutes(29));
            self.clinic.minute().await;
        }
    }

    async fn held(&self) -> Vec<Enrolment> {
        let mut all = self.clinic.enrolments().await;
        all.retain(|enrolment| matches!(enrolment.status, Status::Held { .. }));
        all
    }

    async fn instruct(&self, enrolment: &Enrolment, what: Instruction) {
        let dynamo = &self.clinic.dynamo;
        let (enrolments, reader) = (dynamo.enrolments(), dynamo.enrolment_reader());
        let (catalogue, people) = (dynamo.catalogue(), dynamo.people());
        let bookings = dynamo.bookings();
        let desk = Desk {
            enrolments: &enrolments,
            reader: &reader,
            catalogue: &catalogue,
            people: &people,
            bookings: &bookings,
        };
        let by = Actor::Person(ExternalId::parse("person-1").unwrap());
        let asked = Asked { by, request_id: "req-9".to_owned(), at: self.clinic.clock.now() };
        desk.instruct(&enrolment.id, enrolment.revision, &what, &asked).await.unwrap();
    }

    async fn past_of(&self, recalled: &Enrolment) -> Vec<PastCycle> {
        let all = self.clinic.enrolments().await;
        all.into_iter().find(|it| it.id == recalled.id).expect("it is there").past
    }

    /// The provider says that the last message did not arrive.
    async fn bounce(&self) {
        let to = Destination::Mobile(MobileNumber::from_e164("+61491570006").unwrap());
        let now = self.clinic.clock.now();
        let about = About::Message { to, handed_over_at: now - minutes(1) };
        let provider_id = format!("msg-{}", self.clinic.sms.outbox().len());
        let receipt = Receipt { at: now, told: Told::Failed(Fault::Unknown) };
        self.clinic.receive(&News { about, provider_id, receipt }).await.unwrap();
    }

    /// It is half past one at night. What is the balance of the day?
    async fn night(&self, date: &str) -> Tally {
        self.until(&format!("{date}T01:30:00+11:00")).await;
        let balance = self.clinic.balance().await;
        let named = &balance.counted.named;
        assert_eq!(
            balance.difference(),
            0,
            "{date}: {named:?} of {:#?}",
            self.clinic.enrolments().await
        );
        let all = balance.counted.tallies.all;
        assert_eq!(all.unaccounted(), 0, "{date}: {all:?}");
        all
    }

    /// The program gets another action at its top, and another order below it.
    async fn save_program(&self) {
        let catalogue = self.clinic.dynamo.catalogue();
        let before = catalogue.program(&build::program(vec![]).id).await.unwrap().unwrap();
        let mut actions = before.actions.clone();
        actions.insert(0, sms(15, Timing::Enrolled));
        actions.swap(2, 3);
        let after = Program { version: before.version + 1, actions, ..before.clone() };
        let saved = Saved { at: self.clinic.clock.now(), ..build::saved() };
        catalogue.save_program(&before, &after, &saved).await.unwrap();
        self.clinic.plan_anew().await.unwrap();
    }
}

fn refused() -> Answer {
    Answer::Refuse(SendError::Permanent("no such number".to_owned()))
}

fn throttled() -> Answer {
    Answer::Refuse(SendError::Transient("throttled".to_owned()))
}

async fn begin() -> Week {
    let actions = vec![
        sms(10, Timing::Enrolled),
        passed_over(sms(11, days_before(3))),
        pause(12, days_before(2)),
        sms(13, days_before(1)),
    ];
    let clinic = Clinic::with(actions).await;
    clinic.dynamo.catalogue().create_program(&recall(), &build::saved()).await.unwrap();
    clinic.clock.advance(minutes(30));
    Week { clinic, booked: 0 }
}

#[tokio::test]
async fn a_busy_week_has_no_false_alarm() {
    let mut week = begin().await;
    let mut all = Vec::new();

    // Sunday evening: messages go, one of them at the third try; one number is wrong.
    week.clinic.sms.script([Answer::Accept, throttled(), throttled(), Answer::Accept, refused()]);
    let moved = week.book("2026-11-30T10:00:00+11:00").await;
    let cancelled = week.book("2026-11-27T10:00:00+11:00").await;
    week.book("2026-11-26T10:00:00+11:00").await;
    all.push(week.night("2026-11-23").await);

    // Monday: staff try again; a sender never hears whether its message went; a recall begins.
    for held in week.held().await {
        week.instruct(&held, Instruction::Retry(FoundOut::Unknown)).await;
    }
    week.clinic.minute().await;
    week.clinic.sms.script([refused()]); // of an action that is passed over
    week.until("2026-11-23T11:00:00+11:00").await;
    week.clinic.sms.script([Answer::AcceptInSilence]);
    week.book("2026-12-01T10:00:00+11:00").await;
    let recalled = week.clinic.add(&recall(), "2027-01-13".parse().unwrap(), &[]).await;
    all.push(week.night("2026-11-24").await);

    // Tuesday: the unclear one has not arrived; a visit moves, another is cancelled; a message bounces.
    for held in week.held().await {
        let may = matches!(held.status, Status::Held { why: HoldReason::Unclear, .. });
        let what =
            if may { Instruction::Retry(FoundOut::NotReceived) } else { Instruction::Advance };
        week.instruct(&held, what).await;
    }
    week.tell(&moved, 2, BookingEventKind::Moved, "2026-11-28T10:00:00+11:00").await;
    week.tell(&cancelled, 2, BookingEventKind::Cancelled, "2026-11-27T10:00:00+11:00").await;
    week.until("2026-11-24T12:00:00+11:00").await;
    week.book("2026-12-02T10:00:00+11:00").await;
    week.clinic.minute().await;
    week.bounce().await;
    all.push(week.night("2026-11-25").await);

    // Wednesday: everything is held for a day; what is due waits, and is not suspected.
    week.clinic.hold_sending().await;
    week.book("2026-12-04T10:00:00+11:00").await;
    all.push(week.night("2026-11-26").await);
    week.until("2026-11-26T09:00:00+11:00").await;
    week.clinic.release_sending().await;

    // Thursday: the program is saved with another action at its top, and in another order.
    week.save_program().await;
    week.book("2026-12-03T10:00:00+11:00").await;
    for held in week.held().await {
        week.instruct(&held, Instruction::Skip).await;
    }
    all.push(week.night("2026-11-27").await);

    // Friday: the visit that has answered the recall is off.
    let completed = week.past_of(&recalled).await;
    assert!(!completed.is_empty(), "a booking has answered it");
    for past in completed.iter().rev() {
        let CycleEnd::Booking { key, .. } = &past.by else { continue };
        week.tell(key.id.as_str(), 9, BookingEventKind::Cancelled, VISIT).await;
    }
    let past = week.past_of(&recalled).await;
    assert!(past.len() < completed.len(), "it goes again: {past:?}");
    all.push(week.night("2026-11-28").await);

    // Saturday: somebody moves away before they are greeted, and an action is left out.
    week.book("2026-12-07T10:00:00+11:00").await;
    let newest = week.clinic.enrolments().await.remove(0);
    week.instruct(&newest, Instruction::End(Label::parse("moved away").unwrap())).await;
    week.book("2026-12-08T10:00:00+11:00").await;
    week.clinic.minute().await;
    week.clinic.minute().await;
    let newest = week.clinic.enrolments().await.remove(0);
    week.instruct(&newest, Instruction::Skip).await;
    all.push(week.night("2026-11-29").await);

    let sum = |side: fn(&Tally) -> u64| all.iter().map(side).sum::<u64>();
    let sides = [
        ("sent", sum(|it| it.sent)),
        ("failed", sum(|it| it.failed)),
        ("passed", sum(|it| it.passed)),
        ("over", sum(|it| it.over)),
        ("too late", sum(|it| it.too_late)),
        ("held", sum(|it| it.held)),
        ("waiting", sum(|it| it.waiting)),
    ];
    for (side, number) in sides {
        assert!(number > 0, "nothing was {side} in the whole week: {all:?}");
    }
    proof::note("nights of a busy week balanced", u64::try_from(all.len()).unwrap());
}
