//! Faults stop, and life goes on until nothing is left to do (I6); meanwhile each night balances.

use app::balance::Ran;
use app::ports::Clock;
use chrono::{DateTime, Duration, Utc};
use chrono_tz::Australia;
use domain::balance::Day;
use testkit::audit::audit;

use crate::world::{Violation, World};

/// How many minutes there is something to do at most: everything ends within a year or so, and each of a few
/// thousand actions and retries takes one.
const LONGEST: u32 = 20_000;

/// How many minutes in a row the same may be the first that is due. A dead sender's reservation stands for
/// fifteen, a provider's refusals move what is due, and leases stand for five.
const PATIENCE: u32 = 40;

/// After how many minutes a day must balance: then whatever a storm has left was worked on.
const CALM: u32 = 60;

impl World {
    /// Faults stop. Answers how many minutes it took until nothing was left to do.
    ///
    /// # Errors
    /// When it does not come to an end, or not to a good one.
    pub async fn settle(&mut self) -> Result<u32, Violation> {
        self.weather.clear();
        self.goes_by(Duration::minutes(1));
        self.looks_right().await?;
        self.tell_all().await?;
        self.finish_merges().await?;
        self.release().await?;
        let (mut minutes, mut head, mut waited) = (0, None, 0);
        loop {
            self.redrive();
            let Some((due, key)) = self.first_due() else { break };
            waited = if head.as_ref() == Some(&key) { waited + 1 } else { 0 };
            if waited > PATIENCE || minutes > LONGEST {
                return Err(Violation(format!("I6: nothing becomes of {key}")));
            }
            head = Some(key);
            let now = self.clock.now();
            self.goes_by((due - now - Duration::minutes(1)).max(Duration::zero()));
            self.night_balances(minutes).await?;
            self.minute().await;
            self.nothing_panicked()?;
            self.look_at_what_was_sent().await?;
            minutes += 1;
        }
        self.looks_right().await?;
        self.ends_are_good().await?;
        Ok(minutes)
    }

    /// Each night, what was due is what was sent, left out, held and waits. What a storm has left is found
    /// in the first nights after it.
    async fn night_balances(&mut self, minutes: u32) -> Result<(), Violation> {
        let now = self.clock.now();
        let day = Day::last_settled(Australia::Sydney, now).expect("a day of this century").date;
        if self.balanced.is_some_and(|balanced| balanced >= day) {
            return Ok(());
        }
        let run = self.balancing(&self.dynamo);
        let ran = Box::pin(run.run(Some(day), now + Duration::minutes(1), &|_| {})).await;
        let ran = ran.map_err(|error| Violation(format!("the night's run failed: {error}")))?;
        match ran {
            Ran::Balanced(balance) => {
                let first = self.balanced.replace(day).is_none();
                if balance.difference() > 0 && !first && minutes > CALM {
                    return Err(Violation(format!("{day} does not balance: {balance:?}")));
                }
            }
            // One that died in the storm is in the way for some time.
            Ran::NothingToDo | Ran::GoesOn(_) | Ran::Busy(_) => {}
        }
        Ok(())
    }

    /// What is stored is as it must be, whatever has happened (I1, I2, and what belongs together).
    async fn looks_right(&self) -> Result<(), Violation> {
        let problems = audit(&self.dynamo, self.clock.now()).await;
        if problems.is_empty() { Ok(()) } else { Err(Violation(problems.join("\n"))) }
    }

    /// What is due first of everything that waits for its time.
    fn first_due(&self) -> Option<(DateTime<Utc>, String)> {
        let mut first = None;
        for table in ["enrolments", "intake"] {
            for (_, key) in self.dynamo.due_keys(table) {
                let due = key.split('|').next().and_then(|due| due.parse().ok());
                let due: DateTime<Utc> = due.expect("a due key begins with its time");
                if first.as_ref().is_none_or(|(other, _)| due < *other) {
                    first = Some((due, key));
                }
            }
        }
        first
    }
}
