//! Yes and no to a visit.

use domain::booking::{Booking, VisitAnswer};
use domain::enrolment::Enrolment;
use domain::patient::Standing;

use super::Receiver;
use super::answered::{Candidates, Message};
use super::case::Case;
use super::consider::keep_words;
use super::work::{About, Why};
use crate::ports::{
    AddressHolds, Bookings, Catalogue, EnrolmentReader, Register, Replies, ReplyChange,
    SentMessages, StoreError,
};

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
    /// or to the one visit that can be meant.
    pub(super) async fn visit(
        &self,
        case: &Case<'_>,
        change: &mut ReplyChange,
        answer: VisitAnswer,
    ) -> Result<(), StoreError> {
        let message = case.last_message();
        let booking = match message {
            Some(message) => match message.booking() {
                Some(key) => {
                    let booking = self.bookings.booking(key).await?;
                    booking.filter(|it| {
                        it.is_visit_of(&message.enrolment.patient) && it.start > case.incoming.at
                    })
                }
                None if message.keeps() => {
                    keep_words(case, change, message);
                    return Ok(());
                }
                None => self.only_visit(case).await?,
            },
            None => match &case.candidates {
                // It answers something else than what we know.
                Candidates::NamedUnknown => None,
                Candidates::Named(_) | Candidates::Recent(_) => self.only_visit(case).await?,
            },
        };
        if let Some(message) = message.filter(|message| message.keeps()) {
            keep_words(case, change, message);
        }
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
            case.raise(change, Why::Declined, about);
        }
        change.booking = booking.answered(answer, case.incoming.at);
        Ok(())
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
        let first = visits.next();
        Ok(first.filter(|_| visits.next().is_none()))
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
