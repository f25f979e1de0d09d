//! What must never happen, looked for after each operation.

use app::ports::{Bookings, Catalogue, Clock, EnrolmentReader};
use chrono::{Datelike, Duration, NaiveDate, Timelike, Weekday};
use domain::enrolment::{Cause, CycleEnd, Enrolment, PastCycle};
use domain::ledger::LedgerKey;
use domain::program::{Channel, Program, WindowUse};
use domain::timing::Reference;

use crate::providers::Accepted;
use crate::world::{Violation, World};

impl World {
    /// Looks at what was sent since the last look.
    pub(crate) async fn look_at_what_was_sent(&mut self) -> Result<(), Violation> {
        for accepted in self.providers.accepted(self.looked_at) {
            self.looked_at += 1;
            self.messages.push((accepted.clone(), self.clock.now()));
            if let Some(key) = accepted.key.clone() {
                self.once(&key, &accepted)?;
                let reader = self.dynamo.enrolment_reader();
                let enrolment = reader.enrolment(&key.enrolment).await.expect("it can be read");
                let Some(enrolment) = enrolment else {
                    return Err(Violation(format!("nobody is on {key:?}, and it was sent")));
                };
                self.wanted(&key, &enrolment, &accepted)?;
                self.in_time(&key, &enrolment, &accepted).await?;
                self.before_the_visit(&key, &enrolment, &accepted).await?;
            }
        }
        Ok(())
    }

    /// I2: at most one accepted send of an action.
    fn once(&mut self, key: &LedgerKey, accepted: &Accepted) -> Result<(), Violation> {
        let what = (key.enrolment.clone(), key.cycle, key.action.to_string());
        let before = self.sent.entry(what).or_default();
        let twice = before.iter().find(|before| !self.excused.contains(before));
        if let Some(twice) = twice {
            let why = format!("I2: {key:?} was sent, and {twice:?} before it, {accepted:?}");
            return Err(Violation(why));
        }
        before.push(key.clone());
        if accepted.text.contains("your visit is on") {
            let text = (accepted.to.clone(), accepted.text.clone());
            if let Some(before) = self.texts.insert(text, key.clone())
                && !self.excused.contains(&before)
            {
                let why = format!("I2: the text of {key:?} was sent before as {before:?}");
                return Err(Violation(why));
            }
        }
        Ok(())
    }

    /// I3: nothing is sent after a committed end, or to who wants it no more.
    fn wanted(
        &self,
        key: &LedgerKey,
        enrolment: &Enrolment,
        accepted: &Accepted,
    ) -> Result<(), Violation> {
        let channel = accepted.channel.as_str();
        let cycle = (key.enrolment.clone(), key.cycle);
        // What was completed at this very moment may have been so after the message.
        let now = self.clock.now();
        let over =
            |past: &PastCycle| past.ended_at < now && matches!(past.by, CycleEnd::Booking { .. });
        // Who was moved brought past cycles along, which are numbered as those here are: of a number the last
        // counts, and none of the cycle that is under way.
        let is_under_way =
            enrolment.moved_from.is_some() && enrolment.is_open() && enrolment.cycle == key.cycle;
        let last = enrolment.past.iter().rfind(|past| past.cycle == key.cycle);
        let is_over = !is_under_way && last.is_some_and(over);
        let gone = match &enrolment.cause {
            Cause::Booking(booking) => self.gone.contains(booking.id.as_str()),
            Cause::Referral(_) | Cause::Added(_) => false,
        };
        let offers = self.programs.last().is_some_and(|it| it.id == enrolment.program.as_str());
        let why = if self.ended.contains(&key.enrolment) {
            "staff had ended it"
        } else if self.held {
            "all sending was on hold"
        } else if gone {
            "its booking was cancelled"
        } else if self.completed.contains(&cycle) && is_over {
            "a booking had completed its cycle"
        } else if self.left.contains(&enrolment.patient) {
            "its patient had left or died"
        } else if offers && self.complained.contains(&accepted.to) {
            "its mailbox had complained"
        } else if self.opted_out.contains(&(enrolment.patient.clone(), channel)) {
            "its patient had opted out"
        } else if self.stopped.contains(&accepted.to) {
            "STOP had come from its number"
        } else {
            return Ok(());
        };
        Err(Violation(format!("I3: {key:?} was sent, and {why}: {accepted:?}; {enrolment:#?}")))
    }

    /// I4: nothing is sent outside the window of its site.
    async fn in_time(
        &self,
        key: &LedgerKey,
        enrolment: &Enrolment,
        accepted: &Accepted,
    ) -> Result<(), Violation> {
        let catalogue = self.dynamo.catalogue();
        let program = catalogue.program(&enrolment.program).await.expect("it can be read");
        let site = catalogue.site(&enrolment.site).await.expect("it can be read");
        let (Some(program), Some(site)) = (program, site) else { return Ok(()) };
        let action = program.actions.iter().find(|action| action.id == key.action);
        let keeps = action.and_then(|action| action.message()).is_some_and(|message| {
            message.medium.channel() != Channel::Letter
                && message.medium.window() == WindowUse::Keep
        });
        let wall = self.clock.now().with_timezone(&site.zone);
        let open = (9..17).contains(&wall.hour())
            && !matches!(wall.weekday(), Weekday::Sat | Weekday::Sun);
        let holiday = self.holidays.contains(&(site.code.clone(), wall.date_naive()));
        if keeps && (!open || holiday) {
            return Err(Violation(format!("I4: {key:?} was sent at {wall}: {accepted:?}")));
        }
        self.on_its_day(key, enrolment, &program, wall.date_naive())
    }

    /// I4: nothing is sent before the day it is planned for, as long as nobody has changed that.
    fn on_its_day(
        &self,
        key: &LedgerKey,
        enrolment: &Enrolment,
        program: &Program,
        today: NaiveDate,
    ) -> Result<(), Violation> {
        let changed = self.edited.contains(enrolment.program.as_str())
            || self.retimed.contains(&key.enrolment)
            || enrolment.moved_from.is_some()
            || enrolment.cycle != key.cycle;
        let known = self.programs.iter().position(|known| known.id == enrolment.program.as_str());
        let planned = known.and_then(|place| self.messages_of.get(place)).into_iter().flatten();
        let mut planned = planned.filter(|planned| planned.action == key.action.as_str());
        let days = planned.next().and_then(|planned| planned.days);
        let (Some(days), Some(reference), false) =
            (days, enrolment.reference(program.course), changed)
        else {
            return Ok(());
        };
        let day = match reference {
            Reference::Date(date) => date,
            // Whatever the site: its day may be the one before.
            Reference::Instant(at) => at.date_naive() - Duration::days(1),
        };
        if today < day + Duration::days(days) {
            let why = format!("I4: {key:?} was sent {today}, {days} days from {reference:?}");
            return Err(Violation(why));
        }
        Ok(())
    }

    /// I4: nobody is reminded of a visit that has begun.
    async fn before_the_visit(
        &self,
        key: &LedgerKey,
        enrolment: &Enrolment,
        accepted: &Accepted,
    ) -> Result<(), Violation> {
        let Cause::Booking(booking) = &enrolment.cause else { return Ok(()) };
        if !accepted.text.contains("Reminder, ") {
            return Ok(());
        }
        let booking = self.dynamo.bookings().booking(booking).await.expect("it can be read");
        let start = booking.map(|booking| booking.start);
        let now = self.clock.now();
        if start.is_some_and(|start| start <= now) {
            return Err(Violation(format!("I4: {key:?} was sent at {now}, a visit of {start:?}")));
        }
        Ok(())
    }
}
