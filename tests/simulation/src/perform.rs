//! What each kind of operation does.

mod desk;
mod office;
mod outside;

use app::ports::Clock;
use chrono::Duration;

use crate::operation::{Kind, Operation};
use crate::panics;
use crate::queues::SimQueues;
use crate::weather::{PARTS, QueueFault};
use crate::world::{Violation, World};

impl World {
    /// Carries an operation out, and looks at everything that was sent by it.
    ///
    /// # Errors
    /// What must never happen, and has.
    pub async fn perform(&mut self, operation: Operation) -> Result<(), Violation> {
        let Operation { kind, a, b } = operation;
        self.tried += 1;
        let before = self.trace();
        // On the heap: each of them goes through much of the practice.
        Box::pin(self.carry_out(kind, a, b)).await?;
        if self.trace() != before {
            *self.operations.entry(kind.name()).or_default() += 1;
        }
        self.nothing_panicked()?;
        self.look_at_what_was_sent().await
    }

    /// What shows whether an operation did something: it has called the store, moved the clock, set somebody
    /// to work or broken something.
    fn trace(&self) -> impl PartialEq + use<> {
        let weather = &self.weather;
        let struck: u64 = weather.struck().values().sum();
        let happened = (self.diary.events.len(), self.working.len(), self.queues.changes());
        (weather.calls(), weather.turns(), struck, self.clock.now(), happened)
    }

    /// What panics is put right by the next delivery of its queue message, and is a mistake all the same.
    pub(crate) fn nothing_panicked(&self) -> Result<(), Violation> {
        match panics::here() - self.panicked {
            0 => Ok(()),
            panics => Err(Violation(format!("{panics} panics; where is above"))),
        }
    }

    async fn carry_out(&mut self, kind: Kind, a: u16, b: u16) -> Result<(), Violation> {
        let (who, calls) = (usize::from(a), usize::from(b % 9) + 1);
        match kind {
            Kind::Minute => self.minute().await,
            Kind::Sweep => self.sweep_alone().await,
            Kind::Batch => self.one_batch(who).await,
            Kind::Rush => self.rush(u64::from(a) << 16 | u64::from(b)).await,
            Kind::Night => self.night().await?,
            Kind::Seconds => self.goes_by(Duration::seconds(i64::from(a % 25) + 1)),
            Kind::Hours => {
                self.goes_by(Duration::minutes(i64::from(a % 72) * 60 + i64::from(b % 60)));
                self.minute().await;
            }
            Kind::Book => self.book(a, b).await?,
            Kind::Booking => self.booking(a, b).await?,
            Kind::BookingUntold => self.booking_untold(a, b),
            Kind::TellLate => self.tell_late(a, b).await?,
            Kind::TellAgain => self.tell_again(a).await?,
            Kind::Refer => self.refer(a, b).await?,
            Kind::Referral => self.referral(a, b).await?,
            Kind::Enrol => self.enrol(a, b).await?,
            Kind::Say(say) => self.instruct(say, a, b).await?,
            Kind::Resolve => self.resolve(a, b).await?,
            Kind::OptOut => self.opt_out(a, b).await?,
            Kind::Consent => self.consent(a, b).await?,
            Kind::Standing => self.standing(a, b).await?,
            Kind::EditPatient => self.edit_patient(a, b).await?,
            Kind::Reply => self.reply(a, b).await?,
            Kind::Receipt => self.receipt(a, b).await?,
            Kind::Hold => self.hold(a).await?,
            Kind::EditProgram => self.edit_program(a, b).await?,
            Kind::EditTemplate => self.edit_template(b).await?,
            Kind::Move => self.move_patients(a, b).await?,
            Kind::Merge => self.merge(a, b).await?,
            Kind::Print => self.print(a).await?,
            Kind::Holiday => self.holiday(a).await?,
            Kind::Weather => self.turn_weather(a, b),
            Kind::BeginSender => self.begin_batch(who),
            Kind::BeginSweep => self.begin_tick(),
            Kind::Step => self.step(who, calls).await,
            Kind::Kill => self.kill(who),
            Kind::Double => self.disturb(who, QueueFault::Doubled, "queue messages doubled"),
            Kind::Lose => self.disturb(who, QueueFault::Lost, "queue messages lost"),
            Kind::Redrive => self.redrive(),
        }
        Ok(())
    }

    fn turn_weather(&self, a: u16, b: u16) {
        // Mostly fine: a storm in which nothing ever works teaches little.
        let bad = [0, 0, 0, 3, 10, 40, 100].get(usize::from(b % 7)).copied().unwrap_or_default();
        match PARTS.get(usize::from(a) % (PARTS.len() + 2)) {
            Some(part) => self.weather.turn(*part, bad),
            None => self.weather.clear(),
        }
    }

    pub(crate) fn disturb(&self, place: usize, fault: QueueFault, what: &'static str) {
        let queues: &SimQueues = &self.queues;
        if queues.disturb(place, fault) {
            self.weather.strike(what);
        }
    }

    pub(crate) fn redrive(&self) {
        for _ in 0..self.queues.redrive() {
            self.weather.strike("dead letters redriven");
        }
    }
}
