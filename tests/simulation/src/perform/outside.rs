//! What comes from outside: bookings, referrals, receipts, answers.

use app::events::Answer;
use app::ports::{Clock, EnrolmentReader};
use app::receipts::{About, News, Receiving};
use app::replies::{Incoming, Receiver, Taken};
use chrono::{Duration, Timelike};
use domain::booking::BookingEventKind;
use domain::email::EmailAddress;
use domain::enrolment::{CycleEnd, PastCycle};
use domain::intake::{self, ReferralEventKind};
use domain::ledger::Destination;
use domain::phi::Phi;
use domain::phone::MobileNumber;
use domain::program::Channel;
use domain::receipt::{Fault, Receipt, Told};
use domain::reply::{Meaning, Origin};
use domain::text::ExternalId;

use crate::gate::Process;
use crate::told::{Referred, Visit, event_id, is_the_end};
use crate::world::{Violation, World, diary};

/// What can happen to a booking, the usual more often.
const LIFE: [BookingEventKind; 10] = [
    BookingEventKind::Moved,
    BookingEventKind::Moved,
    BookingEventKind::Changed,
    BookingEventKind::Cancelled,
    BookingEventKind::Cancelled,
    BookingEventKind::Arrived,
    BookingEventKind::Fulfilled,
    BookingEventKind::NotAttended,
    BookingEventKind::Deleted,
    BookingEventKind::Made,
];

/// What patients write.
const TEXTS: [&str; 8] =
    ["STOP", "START", "YES", "NO", "7.2", "12,5 mmol/L", "please stop texting me", "Thank you!"];

impl World {
    /// An event is told, by a webhook that may die.
    async fn tell(&mut self, place: usize, calls: Option<usize>) -> Result<(), Violation> {
        let told = self.diary.events[place].clone();
        if let Some(visit) = self.diary.latest_of(&told) {
            self.gone.remove(&visit);
        }
        let (dynamo, now, event) = (self.gated.clone(), self.clock.now(), told.clone());
        let id = event_id(place);
        let telling =
            async move { testkit::events::tell(&dynamo, (&diary(), &id), &event, now).await };
        let mut process = Process::new(telling);
        let answer = match calls {
            None => Some(process.finish().await),
            Some(calls) => process.run(calls).await,
        };
        match answer {
            Some(Ok(answer)) => {
                self.diary.was_told(place);
                self.heard(&told, &answer).await;
            }
            Some(Err(error)) if self.weather.is_fine() => {
                return Err(Violation(format!("an event was refused in fine weather: {error}")));
            }
            // Nobody answered: its sender tells it again.
            Some(Err(_)) => {}
            None => self.weather.strike("webhooks killed"),
        }
        Ok(())
    }

    /// What was told is done, or kept to be done later.
    async fn heard(&mut self, told: &intake::Told, answer: &Answer) {
        match answer {
            // Whoever is at work may have looked just before.
            Answer::Done(_) if self.working.is_empty() => {}
            Answer::Done(_) | Answer::Duplicate(_) | Answer::Kept | Answer::AnotherEvent => return,
        }
        if let (Some(visit), true) = (self.diary.latest_of(told), is_the_end(told)) {
            self.gone.insert(visit);
        }
        for patient in self.diary.patient_of(told).into_iter().collect::<Vec<_>>() {
            let reader = self.dynamo.enrolment_reader();
            let patient = &self.patients[patient];
            let of_patient = reader.of_patient(patient).await.expect("they can be read");
            for enrolment in of_patient.enrolments {
                let by_booking = |past: &&PastCycle| matches!(past.by, CycleEnd::Booking { .. });
                let completed = enrolment.past.iter().filter(by_booking);
                self.completed.extend(completed.map(|past| (enrolment.id.clone(), past.cycle)));
            }
        }
    }

    /// Of a few, the webhook dies after some calls.
    fn dies(b: u16) -> Option<usize> {
        (b.is_multiple_of(11)).then_some(usize::from(b / 11) % 16)
    }

    pub(super) async fn book(&mut self, a: u16, b: u16) -> Result<(), Violation> {
        let (_, patient) = self.someone(a);
        let n = self.diary.visits.len();
        let now = self.clock.now();
        let day = now + Duration::days(i64::from(b % 45)) + Duration::hours(i64::from(b % 9));
        // A minute of its own, so that no two messages of one patient read the same.
        let minute = u32::try_from(n % 60).unwrap_or_default();
        let start = day.with_minute(minute).and_then(|day| day.with_second(0)).unwrap_or(day);
        let kind = if b.is_multiple_of(3) { "check-up" } else { "physio-initial" };
        let site = ["harbour", "west", "island"][usize::from(a % 3)];
        let visit = Visit { n, version: 1, patient, kind, site, start };
        let told = visit.told(BookingEventKind::Made, now);
        self.diary.visits.push(visit);
        let place = self.diary.happens(told);
        self.tell(place, Self::dies(b)).await
    }

    /// What happens to one of the bookings, latest or earlier.
    fn happens_to_booking(&mut self, a: u16, b: u16) -> Option<usize> {
        let now = self.clock.now();
        let visits = self.diary.visits.len();
        // Mostly one of the last.
        let back = usize::from(a) % visits.clamp(1, 30);
        let visit = self.diary.visits.get_mut(visits.checked_sub(1 + back)?)?;
        let kind = LIFE[usize::from(b) % LIFE.len()];
        visit.version += 1;
        if kind == BookingEventKind::Moved {
            visit.shift(i64::from(b / 10) - 3_000);
        }
        let told = visit.told(kind, now);
        Some(self.diary.happens(told))
    }

    pub(super) async fn booking(&mut self, a: u16, b: u16) -> Result<(), Violation> {
        match self.happens_to_booking(a, b) {
            Some(place) => self.tell(place, Self::dies(b)).await,
            None => Ok(()),
        }
    }

    pub(super) fn booking_untold(&mut self, a: u16, b: u16) {
        let _told_later = self.happens_to_booking(a, b);
    }

    pub(super) async fn tell_late(&mut self, a: u16, b: u16) -> Result<(), Violation> {
        if self.diary.untold.is_empty() {
            return Ok(());
        }
        let place = self.diary.untold[usize::from(a) % self.diary.untold.len()];
        self.tell(place, Self::dies(b)).await
    }

    pub(super) async fn tell_again(&mut self, a: u16) -> Result<(), Violation> {
        if self.diary.events.is_empty() {
            return Ok(());
        }
        self.tell(usize::from(a) % self.diary.events.len(), None).await
    }

    /// Tells everything that was not told yet.
    pub(crate) async fn tell_all(&mut self) -> Result<(), Violation> {
        for place in self.diary.untold.clone() {
            self.tell(place, None).await?;
        }
        Ok(())
    }

    pub(super) async fn refer(&mut self, a: u16, b: u16) -> Result<(), Violation> {
        let (_, patient) = self.someone(a);
        let n = self.diary.referrals.len();
        let referred = Referred { n, version: 1, patient, referrer: !b.is_multiple_of(3) };
        let told = referred.told(ReferralEventKind::Added, self.clock.now());
        self.diary.referrals.push(referred);
        let place = self.diary.happens(told);
        self.tell(place, Self::dies(b)).await
    }

    pub(super) async fn referral(&mut self, a: u16, b: u16) -> Result<(), Violation> {
        let referrals = self.diary.referrals.len();
        if referrals == 0 {
            return Ok(());
        }
        let now = self.clock.now();
        let referred = &mut self.diary.referrals[usize::from(a) % referrals];
        referred.version += 1;
        referred.referrer |= b.is_multiple_of(2);
        let kind = [
            ReferralEventKind::Changed,
            ReferralEventKind::Changed,
            ReferralEventKind::Completed,
            ReferralEventKind::Withdrawn,
            ReferralEventKind::Added,
        ][usize::from(b) % 5];
        let told = referred.told(kind, now);
        let place = self.diary.happens(told);
        self.tell(place, Self::dies(b)).await
    }

    /// A provider tells of one of its messages; of one in five, twice.
    pub(super) async fn receipt(&mut self, a: u16, b: u16) -> Result<(), Violation> {
        if self.messages.is_empty() {
            return Ok(());
        }
        let back = usize::from(a) % self.messages.len().min(200);
        let (accepted, at) = self.messages[self.messages.len() - 1 - back].clone();
        let Some(key) = accepted.key.clone() else { return Ok(()) };
        let told = match b % 10 {
            0 => Told::Failed(Fault::NoSuchAddress),
            1 => Told::Failed(Fault::OutOfReach),
            2 => Told::Delayed,
            3 if accepted.channel == Channel::Email => Told::Complained,
            _ => Told::Delivered,
        };
        let about = match accepted.channel {
            Channel::Sms => {
                let number = MobileNumber::from_e164(&accepted.to).expect("it was sent there");
                About::Message { to: Destination::Mobile(number), handed_over_at: at }
            }
            Channel::Email => {
                let _checked = EmailAddress::parse(&accepted.to).expect("it was sent there");
                About::Attempt(key.clone())
            }
            Channel::Letter => return Ok(()),
        };
        if matches!(told, Told::Failed(_)) {
            self.excused.insert(key);
        }
        let complaint = (told == Told::Complained).then(|| accepted.to.clone());
        let receipt = Receipt { at: self.clock.now(), told };
        let news = News { about, provider_id: accepted.provider_id, receipt };
        for _ in 0..if b.is_multiple_of(5) { 2 } else { 1 } {
            let (dynamo, clock, news) = (&self.gated, self.clock.clone(), news.clone());
            let receiving = Receiving {
                enrolments: dynamo.enrolments(),
                sent: dynamo.sent(),
                strays: dynamo.strays(),
                catalogue: dynamo.catalogue(),
                people: dynamo.people(),
                bookings: dynamo.bookings(),
                clock,
            };
            let mut received = Process::new(async move { receiving.receive(&news).await });
            let received = match self.weather.cut_off() {
                None => Some(received.finish().await),
                Some(calls) => received.run(calls).await,
            };
            match received {
                Some(Ok(_)) if self.working.is_empty() => {
                    self.complained.extend(complaint.clone());
                }
                Some(Err(error)) if self.weather.is_fine() => {
                    return Err(Violation(format!("a receipt failed in fine weather: {error}")));
                }
                // Its queue brings it again.
                Some(_) | None => {}
            }
        }
        Ok(())
    }

    /// A patient answers.
    pub(super) async fn reply(&mut self, a: u16, b: u16) -> Result<(), Violation> {
        let (patient, _) = self.someone(a);
        let patient = self.stored_patient(&patient).await;
        let Some(mobile) = patient.and_then(|patient| patient.mobile) else { return Ok(()) };
        // STOP is rare.
        let text =
            if b.is_multiple_of(4) { TEXTS[usize::from(b / 4) % TEXTS.len()] } else { TEXTS[4] };
        self.replies += 1;
        let incoming = Incoming {
            id: ExternalId::parse(&format!("reply-{}", self.replies)).expect("an id"),
            at: self.clock.now(),
            from: Origin::Mobile(mobile.clone()),
            to: "+61491570156".to_owned(),
            text: Phi::new(text.to_owned()),
            answers: None,
        };
        for _ in 0..if b.is_multiple_of(5) { 2 } else { 1 } {
            let (dynamo, incoming) = (&self.gated, incoming.clone());
            let receiver = Receiver {
                replies: dynamo.replies(),
                sent: dynamo.sent(),
                catalogue: dynamo.catalogue(),
                people: dynamo.people(),
                enrolments: dynamo.enrolment_reader(),
                bookings: dynamo.bookings(),
            };
            if text == "START" {
                self.stopped.remove(mobile.e164());
                self.opted_out.retain(|(_, channel)| *channel != "sms");
            }
            let mut taken = Process::new(async move { receiver.take(&incoming).await });
            let taken = match self.weather.cut_off() {
                None => Some(taken.finish().await),
                Some(calls) => taken.run(calls).await,
            };
            match taken {
                Some(Ok(Taken::Done(Meaning::Stop | Meaning::StopSounding)))
                    if self.working.is_empty() =>
                {
                    self.stopped.insert(mobile.e164().to_owned());
                }
                Some(Err(error)) if self.weather.is_fine() => {
                    return Err(Violation(format!("an answer failed in fine weather: {error}")));
                }
                // Its queue brings it again.
                Some(_) | None => {}
            }
        }
        Ok(())
    }
}
