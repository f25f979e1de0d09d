//! Yes and no to a visit.

use domain::booking::{Booking, BookingKey, Matching, VisitAnswer};
use domain::calendar::local;
use domain::enrolment::Enrolment;
use domain::patient::Standing;

use super::Receiver;
use super::answered::Message;
use super::case::Case;
use super::consider::keep_words;
use super::work::{About, Why};
use crate::ports::{
    AddressHolds, Bookings, Catalogue, EnrolmentReader, Register, Replies, ReplyChange,
    SentMessages, StoreError,
};
use crate::readable::if_readable;

impl<R, S, C, P, E, B> Receiver<R, S, C, P, E, B>
where
    R: Replies,
    S: SentMessages,
    C: Catalogue,
    P: Register + AddressHolds,
    E: EnrolmentReader,
    B: Bookings,
{
    /// Yes or no: to the visit that the message was about, or to a question whose answers are kept,
    /// or, when no message of ours can be meant, to the one visit that is to come.
    pub(super) async fn visit(
        &self,
        case: &Case<'_>,
        change: &mut ReplyChange,
        answer: VisitAnswer,
    ) -> Result<(), StoreError> {
        let booking = match case.last_message() {
            Some(message) => {
                if message.keeps() {
                    let Some(kept) = self.kept_message(case).await? else {
                        case.raise(change, Why::Unmatched, About::message(message));
                        return Ok(());
                    };
                    keep_words(case, change, kept);
                    if kept.rule().is_some() {
                        // It answers the question for a number, with none.
                        case.raise(change, Why::NoValue, About::message(kept));
                        return Ok(());
                    }
                }
                match message.booking() {
                    Some(key) => self.visit_of(case, message, key).await?,
                    None if message.keeps() => return Ok(()),
                    None => {
                        case.raise(change, Why::Unmatched, About::message(message));
                        return Ok(());
                    }
                }
            }
            None if case.has_no_message() => self.only_visit(case).await?,
            None => None,
        };
        let Some(booking) = booking else {
            case.raise(change, Why::WhichBooking, case.about());
            return Ok(());
        };
        let (told, declined) = match answer {
            VisitAnswer::Confirmed => ("The patient confirmed the visit by SMS.", false),
            VisitAnswer::Declined => ("The patient declined the visit by SMS.", true),
        };
        let about = self.about_visit(case, &booking).await?;
        for enrolment in &booking.caused {
            case.note(change, enrolment, told);
        }
        if declined {
            let visit = self.in_words(&booking).await?;
            change.raise.push(Why::declined(case.incoming, &case.text, about, &visit));
        }
        change.booking = booking.answered(answer, case.incoming.at);
        Ok(())
    }

    /// The coming visit that a message was about. `None` when there is none any more, when its time
    /// has changed since, or when another visit may be meant, of which a message went that is not
    /// answered.
    async fn visit_of(
        &self,
        case: &Case<'_>,
        message: &Message,
        key: &BookingKey,
    ) -> Result<Option<Booking>, StoreError> {
        let booking = self.bookings.booking(key).await?.filter(|it| {
            is_coming(it, message, case) && it.moved_at.is_none_or(|moved| moved < message.sent_at)
        });
        let near = case.near(message);
        if booking.is_none() || near.is_empty() {
            return Ok(booking);
        }
        let keys = near.iter().filter_map(|near| near.booking()).cloned().collect();
        let others = self.bookings.bookings(&keys).await?;
        let may_be_meant = near.iter().any(|near| {
            let other = others.iter().find(|other| near.booking() == Some(&other.key));
            other.is_some_and(|other| {
                let is_answered = other.confirmation.is_some_and(|it| it.at > near.sent_at);
                is_coming(other, near, case) && !is_answered
            })
        });
        Ok(booking.filter(|_| !may_be_meant))
    }

    /// What kind of visit it is, and when, on its site's clock.
    async fn in_words(&self, booking: &Booking) -> Result<String, StoreError> {
        let code = &booking.booking_type;
        let kind = if_readable(self.catalogue.booking_type_by_code(code).await)?;
        let kind = kind.map_or_else(|| code.to_string(), |kind| kind.name.to_string());
        let site = match &booking.matching {
            Matching::Matched { site, .. } => if_readable(self.catalogue.site(site).await)?,
            Matching::Waiting { .. } => None,
        };
        let (zone, clock) = match site {
            Some(site) => (site.zone, String::new()),
            None => (chrono_tz::UTC, " UTC".to_owned()),
        };
        let start = local(zone, booking.start).format("%-d %B %Y, %-I:%M %P");
        Ok(format!("It is {kind} on {start}{clock}."))
    }

    /// The only coming visit of the only patient on the number.
    async fn only_visit(&self, case: &Case<'_>) -> Result<Option<Booking>, StoreError> {
        let patient = case.only_patient().filter(|patient| match patient.standing {
            Standing::Current => true,
            Standing::Archived | Standing::Deceased | Standing::Merged { .. } => false,
        });
        let Some(patient) = patient else { return Ok(None) };
        let coming = self.bookings.of_patient(&patient.id, case.incoming.at).await?;
        let mut visits = coming
            .into_iter()
            .filter(|it| it.is_visit_of(&patient.id) && it.start > case.incoming.at);
        let is_new_to_them =
            |it: &Booking| it.moved_at.is_some_and(|moved| moved >= case.incoming.at);
        let first = visits.next();
        Ok(first.filter(|first| visits.next().is_none() && !is_new_to_them(first)))
    }

    /// What the work of a declined visit is about: the enrolment that the visit has begun.
    async fn about_visit(&self, case: &Case<'_>, booking: &Booking) -> Result<About, StoreError> {
        let about_it = |message: &&Message| message.booking() == Some(&booking.key);
        if let Some(message) = case.last_message().filter(about_it) {
            return Ok(About::message(message));
        }
        let mut begun: Option<Enrolment> = None;
        for id in &booking.caused {
            begun = begun.or(self.enrolments.enrolment(id).await?);
        }
        Ok(match (begun, case.only_patient()) {
            (Some(enrolment), _) => About::enrolment(&enrolment),
            (None, Some(patient)) => About::patient(patient),
            (None, None) => About::default(),
        })
    }
}

/// Whether a visit is to come of whom a message about it went to.
fn is_coming(booking: &Booking, message: &Message, case: &Case<'_>) -> bool {
    booking.is_visit_of(&message.enrolment.patient) && booking.start > case.incoming.at
}
