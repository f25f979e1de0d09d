//! Booking events: what another system says of a booking, and what that does here.

mod offer;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::booking::{Booking, BookingDetails, BookingEvent, BookingKey, Matching, News};
use domain::booking_type::{BookingType, Completing};
use domain::enrolment::{Cause, Effect, Enrolment, Event, Facts, decide, enrol_for_booking};
use domain::ids::{EnrolmentId, PatientId, ProgramId, WorkId};
use domain::intake::{Told, ToldBooking, When};
use domain::patient::{Patient, Standing};
use domain::program::{Assignment, Program};
use domain::site::Site;
use domain::work::{WorkItem, WorkKind};

use super::who::{MAY_BE_KNOWN, Who, for_staff, says_too_little};
use super::{Outlook, Stores, is_news, next_try, recorded, resolve};
use crate::people::{Admission, Introduced, survivor};
use crate::ports::{
    Again, BookingChange, Catalogue, Change, EventResult, Intake, Newcomers, Register, StoreError,
    UnreadableEnrolment, Verdict, WaitingEvent,
};
use crate::situation::{Situation, cause, missing};
use crate::work::unreadable;

/// What is said of an event that is older than what is known, and was not known of.
const ONLY_EARLIER: &str = "A newer event of the booking came before; only that the booking was made earlier is taken from this one.";

/// What is known of what the event names.
#[derive(Default)]
struct Known {
    patient: Option<Patient>,
    /// Who the patient may be, who is not known for sure or is new.
    likely: Vec<PatientId>,
    /// How the patient was found, unless by the sender's key, as a sentence.
    remark: Option<String>,
    site: Option<Site>,
    booking_type: Option<BookingType>,
}

impl Known {
    /// Whether its patient is known, and one who receives messages.
    fn is_contacted(&self) -> bool {
        self.patient.as_ref().is_some_and(|patient| patient.standing == Standing::Current)
    }

    /// Whose and where a booking is of which this is known.
    fn matching(&self) -> Matching {
        match self {
            Self { patient: Some(patient), site: Some(site), booking_type: Some(_), .. }
                if self.is_contacted() =>
            {
                Matching::Matched { patient: patient.id.clone(), site: site.id.clone() }
            }
            Self { patient, .. } => {
                Matching::Waiting { patient: patient.as_ref().map(|patient| patient.id.clone()) }
            }
        }
    }
}

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
    let before = stores.intake.booking(&event.key).await?;
    let news = match &before {
        None => News::all_of(&event),
        Some(booking) => match booking.news(&event) {
            Some(news) => news,
            None => {
                let mut change = superseded(waiting);
                if stores.contradicts(booking, &mut event, told).await? {
                    change.event.result.remarks.push(TWO_AT_ONCE.to_owned());
                    change.raise.push(two_at_once(booking, now));
                }
                return Ok(change);
            }
        },
    };
    let known = match &before {
        // What it is was told by a newer event, or before: what this one names is not looked at.
        Some(before) if !news.details => stores.known_of(before).await?,
        Some(_) | None => stores.look_up(&event, before.as_ref(), now).await?,
    };
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
            Ok(Some(change)) => {
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
            Ok(None) => {}
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
            let request_id = waiting.request_id.clone();
            let Some(decision) = enrol_for_booking(request_id, facts, now) else {
                continue;
            };
            let id = decision.enrolment.id.clone();
            if booking.caused.insert(id.clone()) {
                result.enrolled.push((program.id.clone(), id));
                changes.push(Change::new(None, decision, &[]));
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
    let event = recorded(waiting, result);
    let booking = Some(booking);
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

/// Why an event that is as new as what is known, and says something else, is work for a person.
const TWO_AT_ONCE: &str = "Another event of the booking came with the same time and says something else of it: which of \
                           them is right is on the work list.";

/// A booking of which two things are said at once. Nobody but its system knows which is right.
fn two_at_once(booking: &Booking, now: DateTime<Utc>) -> WorkItem {
    let BookingKey { source, id } = &booking.key;
    WorkItem {
        id: WorkId::for_cause(&["two at once", source.as_str(), id.as_str()]),
        kind: WorkKind::Unmatched,
        since: now,
        summary: format!(
            "“{source}” said two different things of booking {id} with one and the same time, and the first \
             counts. Look in “{source}” when and of which type it is; saving it there again sends it anew."
        ),
        enrolment: None,
        program: None,
        patient: booking.matching.patient().cloned(),
        site: None,
        same_as: Vec::new(),
        reply: None,
    }
}

fn superseded(waiting: &WaitingEvent) -> BookingChange {
    let result = EventResult {
        verdict: Verdict::Superseded,
        remarks: vec![
            "This event, or a newer one of the booking, came before; nothing was changed.".into(),
        ],
        ..EventResult::default()
    };
    BookingChange {
        event: recorded(waiting, result),
        before: None,
        booking: None,
        changes: Vec::new(),
        raise: Vec::new(),
        renew: None,
        resolve: None,
        again: None,
    }
}

impl<I: Intake, C: Catalogue, P: Register, N: Newcomers> Stores<'_, I, C, P, N> {
    /// What is known of what the event names. Of a patient who is new a record is made, unless the
    /// event tells of no visit.
    async fn look_up(
        &self,
        event: &BookingEvent,
        before: Option<&Booking>,
        now: DateTime<Utc>,
    ) -> Result<Known, StoreError> {
        let Some(details) = &event.details else { return Ok(Known::default()) };
        let told = if let Some(code) = &details.site {
            self.catalogue.site_by_code(code).await?
        } else {
            // A practice with one site need not name it.
            let mut sites = self.catalogue.sites().await?;
            if sites.len() == 1 { sites.pop() } else { None }
        };
        let is_visit = event.kind.state().is_none_or(|state| state.gone().is_none());
        let introduced = Introduced {
            source: &event.key.source,
            presented: &details.patient,
            occasion: event.key.id.as_str(),
            before: before.and_then(|before| before.matching.patient()),
            site: told.as_ref().map(|site| &site.id),
            admission: if is_visit { Admission::New } else { Admission::KnownOnly },
            at: now,
        };
        let Who { patient, likely, remark } = self.who(introduced).await?;
        let mut known = Known { patient, likely, remark, ..Known::default() };
        let own = known.patient.as_ref().and_then(|patient| patient.site.as_ref());
        known.site = match (&details.site, own) {
            (None, Some(id)) => self.catalogue.site(id).await?,
            (Some(_), _) | (None, None) => told,
        };
        known.booking_type = self.catalogue.booking_type_by_code(&details.booking_type).await?;
        Ok(known)
    }

    /// Whether an event has the place of the one that told a booking's details, and tells other ones.
    async fn contradicts(
        &self,
        booking: &Booking,
        event: &mut BookingEvent,
        told: &ToldBooking,
    ) -> Result<bool, StoreError> {
        let Matching::Matched { site, .. } = &booking.matching else { return Ok(false) };
        if booking.told_by != Some(event.stamp()) {
            return Ok(false);
        }
        if let Some(site) = self.catalogue.site(site).await? {
            resolve::on_site(event, told, site.zone)?;
        }
        Ok(event.details.as_ref().is_some_and(|details| {
            (details.start, &details.booking_type) != (booking.start, &booking.booking_type)
        }))
    }

    /// What is known of what a booking's newest details name: an event that tells its state only, or
    /// older details, is about the same.
    async fn known_of(&self, booking: &Booking) -> Result<Known, StoreError> {
        let Matching::Matched { patient, site } = &booking.matching else {
            return Ok(Known::default());
        };
        let patient = survivor(self.people, patient).await?;
        Ok(Known {
            patient: patient.filter(|patient| patient.standing == Standing::Current),
            site: self.catalogue.site(site).await?,
            booking_type: self.catalogue.booking_type_by_code(&booking.booking_type).await?,
            ..Known::default()
        })
    }

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

    /// What the booking's change does to an enrolment; `None` when nothing.
    async fn reconsider(
        &self,
        id: &EnrolmentId,
        concern: Concern,
        booking: &Booking,
        now: DateTime<Utc>,
    ) -> Result<Option<Change>, StoreError> {
        let Some(enrolment) = self.intake.enrolment(id).await? else { return Ok(None) };
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
        Ok(news.then(|| Change::new(before, decision, &[])))
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

fn unmatched(event: &BookingEvent, details: &BookingDetails, known: &Known) -> Vec<String> {
    let mut why = Vec::new();
    if known.patient.is_none() {
        why.push(says_too_little(&event.key.source, details.patient.id.as_ref()));
        if !known.likely.is_empty() {
            why.push(MAY_BE_KNOWN.to_owned());
        }
    }
    match known.patient.as_ref().map(|patient| &patient.standing) {
        None | Some(Standing::Current) => {}
        Some(Standing::Archived) => why.push("The patient is archived.".to_owned()),
        Some(Standing::Deceased) => why.push("The patient is recorded as deceased.".to_owned()),
        Some(Standing::Merged { .. }) => {
            why.push("The patient's record was merged into another one.".to_owned());
        }
    }
    if known.booking_type.is_none() {
        why.push(format!("There is no booking type of code “{}”.", details.booking_type));
    }
    if known.site.is_none() {
        why.push(match &details.site {
            Some(code) => format!("There is no site of code “{code}”."),
            None => "The booking names no site, and neither does the patient.".to_owned(),
        });
    }
    why
}

fn work_id(event: &BookingEvent) -> WorkId {
    WorkId::for_cause(&["unmatched", event.key.source.as_str(), event.key.id.as_str()])
}

fn work_item(
    event: &BookingEvent,
    details: &BookingDetails,
    known: &Known,
    why: &[String],
    (outlook, now): (Outlook<'_>, DateTime<Utc>),
) -> WorkItem {
    let key = &event.key;
    let start = match &known.site {
        Some(site) => details.start.with_timezone(&site.zone).format("%-d %B %Y %H:%M").to_string(),
        None => details.start.format("%-d %B %Y %H:%M UTC").to_string(),
    };
    let patient = match &details.patient.id {
        Some(id) => format!("its patient {}", id.reveal()),
        None => "a patient it gives no key of".to_owned(),
    };
    let summary = format!(
        "Booking {} from “{}”, of {}, type {}, at {}, began nothing. {} Mend what is \
         missing or wrong. {outlook}",
        key.id,
        key.source,
        patient,
        details.booking_type,
        start,
        for_staff(why, &known.likely),
    );
    WorkItem {
        id: work_id(event),
        kind: WorkKind::Unmatched,
        since: now,
        summary,
        enrolment: None,
        program: None,
        patient: known.patient.as_ref().map(|patient| patient.id.clone()),
        site: known.site.as_ref().map(|site| site.id.clone()),
        same_as: known.likely.clone(),
        reply: None,
    }
}
