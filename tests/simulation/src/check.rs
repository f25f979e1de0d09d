//! What must never happen, looked for after each operation.

use app::ports::{Catalogue, Clock, EnrolmentReader};
use chrono::{Datelike, Timelike, Weekday};
use domain::enrolment::Enrolment;
use domain::ledger::LedgerKey;
use domain::program::{Channel, WindowUse};

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
        let why = if self.ended.contains(&key.enrolment) {
            "staff had ended it"
        } else if self.opted_out.contains(&(enrolment.patient.clone(), channel)) {
            "its patient had opted out"
        } else if self.stopped.contains(&accepted.to) {
            "STOP had come from its number"
        } else {
            return Ok(());
        };
        Err(Violation(format!("I3: {key:?} was sent, and {why}: {accepted:?}")))
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
        if keeps && !open {
            return Err(Violation(format!("I4: {key:?} was sent at {wall}: {accepted:?}")));
        }
        Ok(())
    }
}
