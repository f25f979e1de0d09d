//! Planning patients anew when their program is saved with other timings. What that would do is
//! said by [`crate::impact`].
//!
//! That it must be done is stored together with the program ([`Replans`]). The sweeper does it, page
//! by page, and notes how far it has come; so neither a crash nor a program with thousands of
//! patients leaves anyone behind. Done twice it does nothing more.

use chrono::{DateTime, Utc};
use domain::enrolment::{Decision, Enrolment, Event, decide};
use domain::ids::EnrolmentId;
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::ports::{
    Bookings, Catalogue, Change, Clock, EnrolmentReader, Enrolments, People, Replan, Replans,
    SaveError, StoreError,
};
use crate::situation::Situation;

/// Enrolments read at once.
const PAGE: usize = 100;
/// Enrolments worked on at the same time.
const AT_ONCE: usize = 16;
/// How often a change is decided anew when others write at the same time.
const TRIES: usize = 8;

/// The stores that planning needs.
#[derive(Debug, Clone, Copy)]
pub struct Stores<'a, C, P, B, R> {
    /// Programs, sites and booking types.
    pub catalogue: &'a C,
    /// Patients.
    pub people: &'a P,
    /// Bookings.
    pub bookings: &'a B,
    /// Enrolments.
    pub reader: &'a R,
}

impl<C: Catalogue, P: People, B: Bookings, R: EnrolmentReader> Stores<'_, C, P, B, R> {
    /// Decides what a program's change does to an enrolment.
    async fn plan_anew(
        &self,
        enrolment: Enrolment,
        now: DateTime<Utc>,
    ) -> Result<(Situation, Decision), StoreError> {
        let situation =
            Situation::read(self.catalogue, self.people, self.bookings, enrolment).await?;
        let event = Event::ProgramChanged;
        let decision = decide(&situation.enrolment, situation.facts(), event, now);
        Ok((situation, decision))
    }
}

/// Plans patients anew.
#[derive(Debug)]
pub struct Replanner<C, P, B, E, R, K> {
    /// Programs, sites, booking types, and what is left to do.
    pub catalogue: C,
    /// Patients.
    pub people: P,
    /// Bookings.
    pub bookings: B,
    /// Enrolments, to change them.
    pub enrolments: E,
    /// Enrolments, to find those of a program.
    pub reader: R,
    /// The clock.
    pub clock: K,
}

impl<C, P, B, E, R, K> Replanner<C, P, B, E, R, K>
where
    C: Catalogue + Replans,
    P: People,
    B: Bookings,
    E: Enrolments,
    R: EnrolmentReader,
    K: Clock,
{
    /// Plans anew what is left, until it is done or `until`. Answers how many enrolments changed.
    ///
    /// # Errors
    /// When the store fails for one of the programs. The others are planned all the same; what was
    /// done stays done, and the rest is done next time.
    pub async fn run(&self, until: DateTime<Utc>) -> Result<usize, StoreError> {
        let (mut changed, mut failed) = (0, None);
        for replan in self.catalogue.replans().await? {
            let program = replan.program.clone();
            match self.program(replan, until).await {
                Ok(n) => changed += n,
                Err(error) => {
                    tracing::error!(program.id = %program, error = %error, "a program's patients could not be planned anew");
                    failed = Some(error);
                }
            }
        }
        failed.map_or(Ok(changed), Err)
    }

    /// Plans anew what is left of one program.
    async fn program(&self, mut replan: Replan, until: DateTime<Utc>) -> Result<usize, StoreError> {
        let mut changed = 0;
        while self.clock.now() < until {
            let (n, next) = self.page(&replan).await?;
            changed += n;
            match self.catalogue.advance_replan(&replan, next.clone()).await {
                Ok(()) => {}
                // The program was saved again: that is a replan of its own.
                Err(SaveError::Stale | SaveError::Taken(_)) => break,
                Err(SaveError::Store(error)) => return Err(error),
            }
            if next.is_none() {
                break;
            }
            replan.after = next;
        }
        Ok(changed)
    }

    async fn page(&self, replan: &Replan) -> Result<(usize, Option<String>), StoreError> {
        let page = self.reader.of_program(&replan.program, replan.after.as_deref(), PAGE).await?;
        for one in &page.unreadable {
            passed_over(&one.id, &one.why);
        }
        let changed: Vec<bool> = stream::iter(page.enrolments)
            .map(|enrolment| self.one(enrolment))
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        Ok((changed.into_iter().filter(|changed| *changed).count(), page.next))
    }

    /// Plans one enrolment anew; answers whether that changed it.
    async fn one(&self, enrolment: Enrolment) -> Result<bool, StoreError> {
        let stores = Stores {
            catalogue: &self.catalogue,
            people: &self.people,
            bookings: &self.bookings,
            reader: &self.reader,
        };
        let mut enrolment = Some(enrolment);
        for _ in 0..TRIES {
            let Some(read) = enrolment else { return Ok(false) };
            let id = read.id.clone();
            let planned = stores.plan_anew(read, self.clock.now()).await;
            let (situation, decision) = match planned {
                Ok(planned) => planned,
                Err(error @ StoreError::Unreadable { .. }) => {
                    passed_over(&id, &error.to_string());
                    return Ok(false);
                }
                Err(error) => return Err(error),
            };
            let change = Change::new(Some(situation.enrolment), decision, &situation.bookings);
            if !change.is_news() {
                return Ok(false);
            }
            match self.enrolments.commit(&[change]).await {
                Ok(()) => return Ok(true),
                Err(SaveError::Stale | SaveError::Taken(_)) => {}
                Err(SaveError::Store(error)) => return Err(error),
            }
            enrolment = match self.enrolments.enrolment(&id).await {
                Err(error @ StoreError::Unreadable { .. }) => {
                    passed_over(&id, &error.to_string());
                    return Ok(false);
                }
                read => read?,
            };
        }
        Ok(false)
    }
}

/// One that cannot be read keeps nobody else waiting; its sender meets it.
fn passed_over(id: &EnrolmentId, why: &str) {
    tracing::warn!(enrolment.id = %id, reason = %why, "cannot be planned anew");
}
