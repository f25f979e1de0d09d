//! Booking events: what another system says of a booking, and what that does here.

mod known;
mod offer;
mod twice;
mod unmatched;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::booking::{Booking, BookingKey, Matching, News};
use domain::booking_type::{BookingType, Completing};
use domain::enrolment::{Cause, Effect, Enrolment, Event, Facts, decide, enrol_for_booking};
use domain::ids::{EnrolmentId, ProgramId};
use domain::intake::{Told, ToldBooking, When};
use domain::program::{Assignment, Program};

use self::known::Known;
use self::unmatched::{unmatched, work_id, work_item};
use super::{Outlook, Stores, is_news, next_try, recorded, resolve};
use crate::ports::{
    Again, BookingChange, Catalogue, Change, EventResult, Intake, Newcomers, Register, StoreError,
    UnreadableEnrolment, Verdict, WaitingEvent,
};
use crate::situation::{Situation, cause, missing};
use crate::work::unreadable;

/// What is said of an event that is older than what is known, and was not known of.
const ONLY_EARLIER: &str = "A newer event of the booking came before; only that the booking was made earlier is taken from this one.";

/// Decides what a booking event changes: the booking's newest state, and the enrolments it begins,
/// moves or ends. All of it is to be stored at once or not at all; but the record of somebody new,
/// which is made before, and is there when the event is dealt with again.
///
/// # Errors
/// When the store fails.
pub(super) async fn booking_event<I: Intake, C: Catalogue, P: Register, N: Newcomers>(
    stores: &Stores<'_, I, C, P, N>,
    waiting: &WaitingEvent,
    told: &ToldBooking,
    now: DateTime<Utc>,
) -> Result<BookingChange, StoreError> {
    let clock = resolve::clock(stores.catalogue).await?;
    let mut event = resolve::booking(stores, &waiting.key.source, told, clock).await?;
    let before = stores.booking_at_home(&event.key, waiting, now).await?;
    let news = before.as_ref().map_or_else(|| Some(News::all_of(&event)), |it| it.news(&event));
    let Some(news) = news else {
        return stores.superseded(waiting, before.as_ref(), (&mut event, told), now).await;
    };
    let known = match &before {
        // What it is was told by a newer event, or before: what this one names is not looked at.
        Some(before) if !news.details => stores.known_of(before).await?,
        Some(_) | None => stores.look_up(&event, before.as_ref(), now).await?,
    };
    stores.not_merged_since(before.as_ref().map(|it| &it.matching)).await?;
    if let Some(site) = &known.site {
        resolve::on_site(&mut event, told, site.zone)?;
    }
    let event = &event;
    let mut booking = match &before {
        None => Booking::told(event, known.matching()),
        Some(before) if news.details => before.after(event, news, known.matching(), now),
        Some(before) => before.after(event, news, before.matching.clone(), now),
    };
    let mut result = EventResult::default();
    result.remarks.extend(known.remark.clone());
    let is_old = !news.details && !news.state;
    if is_old {
        result.verdict = Verdict::Superseded;
        result.remarks.push(ONLY_EARLIER.to_owned());
    }
    let mut raise = Vec::new();
    let mut renew = None;
    let mut changes = Vec::new();
    let mut again = None;

    let (concerned, unknown) = concerned(stores, &booking, &known).await?;
    // Whether one that cannot be read is concerned, nobody knows: a person sees to it, and the event
    // is dealt with.
    raise.extend(unknown.iter().map(|it| unreadable(it.id.as_str(), &it.why, now)));
    for (id, concern) in concerned {
        match stores.reconsider(&id, concern, &booking, now).await {
            Ok(Reconsidered { begun_as, change: Some(change) }) => {
                booking.caused.extend(begun_as);
                let enrolment = &change.decision.enrolment;
                let pair = (enrolment.program.clone(), id.clone());
                if change.decision.effects.contains(&Effect::Claim(booking.key.clone())) {
                    booking.completed.insert(id);
                    result.completed.push(pair);
                } else if change.is_news() {
                    result.changed.push(pair);
                }
                changes.push(change);
            }
            Ok(Reconsidered { begun_as, change: None }) => booking.caused.extend(begun_as),
            // One that cannot be read must not keep the event from the others. Its sender meets the
            // booking's new state by itself.
            Err(error @ StoreError::Unreadable { .. }) => {
                raise.push(unreadable(id.as_str(), &error.to_string(), now));
            }
            Err(error) => return Err(error),
        }
    }

    if let (
        Known { patient: Some(patient), site: Some(site), booking_type: Some(kind), .. },
        Matching::Matched { .. },
    ) = (&known, &booking.matching)
        && known.is_contacted()
        && !is_old
    {
        for program in linked_programs(stores.catalogue, kind, &mut result).await? {
            let facts = Facts {
                program: &program,
                site,
                patient,
                visit: Some(&booking),
                referral: None,
                bookings: &[],
                completing: &Completing::None,
            };
            if let Some(begun) = enrol_for_booking(waiting.request_id.clone(), facts, now)
                && booking.caused.insert(begun.enrolment.id.clone())
            {
                result.enrolled.push((program.id.clone(), begun.enrolment.id.clone()));
                changes.push(Change::new(None, begun, &[]));
            }
        }
        renew = stores.offered(&booking, patient, kind, now).await?;
    } else if let Some(details) = event.details.as_ref().filter(|_| news.details)
        && booking.is_visit()
    {
        result.verdict = Verdict::Unmatched;
        result.remarks = unmatched(event, details, &known);
        let next = next_try(waiting.received_at, now);
        // What was missing before is on the work list, or somebody has seen to it; but not that it is
        // tried for the last time.
        if is_news(waiting, &result.remarks) || next.is_none() {
            let outlook = Outlook { source: &event.key.source, again: next };
            raise.push(work_item(event, details, &known, &result.remarks, (outlook, now)));
        }
        // Its place among the booking's events stays, whatever sites there are when it is tried again.
        let told = ToldBooking { time: When::Instant(event.order.time), ..told.clone() };
        again = Some(Again { told: Told::Booking(told), at: next });
    }
    let waited = matches!(&before, Some(Booking { matching: Matching::Waiting { .. }, .. }));
    // Word of its state alone does not find whose it is.
    let waits = matches!(booking.matching, Matching::Waiting { .. }) && booking.is_visit();
    let resolve = (waited && !waits).then(|| work_id(event));
    let (event, booking) = (recorded(waiting, result), Some(booking));
    Ok(BookingChange { event, before, booking, changes, raise, renew, resolve, again })
}

/// What a booking is to an enrolment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Concern {
    /// It caused it.
    Caused,
    /// It has completed a cycle of it.
    Completed,
    /// It may complete a cycle of it.
    MayComplete,
}

/// What becomes of an enrolment that a booking concerns.
#[derive(Default)]
struct Reconsidered {
    /// What changes of it.
    change: Option<Change>,
    /// What the booking would call it, had it begun it for the patient whose it is now: a record that was
    /// merged gave its own away.
    begun_as: Option<EnrolmentId>,
}

/// The enrolments a booking concerns, each once, and those of which nobody knows, because they cannot
/// be read.
async fn concerned<I: Intake, C: Catalogue, P: Register, N: Newcomers>(
    stores: &Stores<'_, I, C, P, N>,
    booking: &Booking,
    known: &Known,
) -> Result<(Vec<(EnrolmentId, Concern)>, Vec<UnreadableEnrolment>), StoreError> {
    let caused = booking.caused.iter().map(|id| (id.clone(), Concern::Caused));
    let completed = booking.completed.iter().map(|id| (id.clone(), Concern::Completed));
    let mut concerned: Vec<_> = caused.chain(completed).collect();
    let mut unknown = Vec::new();
    if let Some(patient) = known.patient.as_ref().filter(|patient| booking.is_visit_of(&patient.id))
    {
        let completing = stores.completed_by(booking, known.booking_type.as_slice()).await?;
        if !completing.is_empty() {
            let open = stores.intake.open_enrolments(&patient.id, &completing).await?;
            let known: BTreeSet<_> = concerned.iter().map(|(id, _)| id.clone()).collect();
            let others = open.enrolments.into_iter().filter(|it| !known.contains(&it.id));
            concerned.extend(others.map(|it| (it.id, Concern::MayComplete)));
            unknown.extend(open.unreadable.into_iter().filter(|it| !known.contains(&it.id)));
        }
    }
    Ok((concerned, unknown))
}

impl<I: Intake, C: Catalogue, P: Register, N: Newcomers> Stores<'_, I, C, P, N> {
    /// The programs of which a booking completes a cycle, given its type.
    async fn completed_by(
        &self,
        booking: &Booking,
        types: &[BookingType],
    ) -> Result<BTreeSet<ProgramId>, StoreError> {
        let programs = self.catalogue.programs().await?;
        let covers = |program: &&Program| Completing::of(program, types).covers(booking);
        Ok(programs.iter().filter(covers).map(|program| program.id.clone()).collect())
    }

    /// What the booking's change does to an enrolment.
    async fn reconsider(
        &self,
        id: &EnrolmentId,
        concern: Concern,
        booking: &Booking,
        now: DateTime<Utc>,
    ) -> Result<Reconsidered, StoreError> {
        let Some(enrolment) = self.intake.enrolment(id).await? else {
            return Ok(Reconsidered::default());
        };
        let begun_as = begun_as(&enrolment, &booking.key);
        let situation = self.situation(enrolment, concern, booking).await?;
        let before = &situation.enrolment;
        let decision = |event| decide(before, situation.facts(), event, now);
        let decision = match concern {
            Concern::Caused => decision(Event::VisitChanged),
            Concern::MayComplete => decision(Event::BookingsChanged),
            Concern::Completed => {
                let changed = decision(Event::CompletingBookingChanged(booking.key.clone()));
                // It may have gone and come back: then it completes the cycle once more.
                if changed.enrolment == *before && changed.effects.is_empty() {
                    decision(Event::BookingsChanged)
                } else {
                    changed
                }
            }
        };
        let news = decision.enrolment != *before || !decision.effects.is_empty();
        let before = Some(before.clone());
        // What it claims is this booking, which is stored with the event.
        let change = news.then(|| Change::new(before, decision, &[]));
        Ok(Reconsidered { change, begun_as })
    }

    /// The facts about an enrolment, with the booking as the event tells it.
    async fn situation(
        &self,
        enrolment: Enrolment,
        concern: Concern,
        booking: &Booking,
    ) -> Result<Situation, StoreError> {
        let program = self.catalogue.program(&enrolment.program).await?;
        let program = program.ok_or_else(|| missing(&enrolment, "program"))?;
        let site = match (&booking.matching, concern) {
            (Matching::Matched { site, .. }, Concern::Caused) => site,
            (Matching::Matched { .. } | Matching::Waiting { .. }, _) => &enrolment.site,
        };
        let site = self.catalogue.site(site).await?.ok_or_else(|| missing(&enrolment, "site"))?;
        let patient = self.people.patient(&enrolment.patient).await?;
        let patient = patient.ok_or_else(|| missing(&enrolment, "patient"))?;
        let (visit, referral) = match &enrolment.cause {
            Cause::Booking(key) if *key == booking.key => (Some(booking.clone()), None),
            Cause::Booking(_) | Cause::Referral(_) | Cause::Added(_) => {
                cause(self.intake, &enrolment).await?
            }
        };
        let (bookings, completing) = match concern {
            Concern::Caused => (Vec::new(), Completing::None),
            Concern::Completed | Concern::MayComplete => (
                vec![booking.clone()],
                crate::situation::completing(self.catalogue, &program).await?,
            ),
        };
        Ok(Situation { enrolment, program, site, patient, visit, referral, bookings, completing })
    }
}

/// What a booking would call an enrolment that it has begun; `None` for what something else has.
fn begun_as(enrolment: &Enrolment, key: &BookingKey) -> Option<EnrolmentId> {
    let Enrolment { program, patient, .. } = enrolment;
    let is_its = enrolment.cause == Cause::Booking(key.clone());
    is_its.then(|| EnrolmentId::for_booking(program, &key.source, &key.id, patient))
}

/// The programs that bookings of this type start. Those that take nobody are remarked upon.
async fn linked_programs<C: Catalogue>(
    catalogue: &C,
    kind: &BookingType,
    result: &mut EventResult,
) -> Result<Vec<Program>, StoreError> {
    let mut programs = Vec::new();
    for id in &kind.starts {
        let Some(program) = catalogue.program(id).await? else {
            let why = "which does not exist: take the link out";
            result.remarks.push(format!("“{}” starts the program {id}, {why}.", kind.name));
            continue;
        };
        match program.assignment {
            Assignment::Enabled => programs.push(program),
            Assignment::Disabled => {
                result.remarks.push(format!("The program “{}” is disabled.", program.name));
            }
        }
    }
    if kind.starts.is_empty() && result.completed.is_empty() && result.changed.is_empty() {
        result.remarks.push("This booking type starts no program.".to_owned());
    }
    Ok(programs)
}
