//! What other systems tell, and what they are answered.

use utoipa::ToSchema;

use super::patient_schemas::{Address, Gp};
use crate::names::{
    BookingEventType, DeliverySubject, EpostOutcome, EpostStatus, EventOutcome, ReferralEventType,
    ReferralOriginName,
};

/// A booking, as the system that has it knows it.
#[derive(Debug, ToSchema)]
pub struct EventBooking {
    /// Your key for the booking, the same through its life.
    #[schema(min_length = 1, max_length = 128)]
    pub id: String,
    /// Your count of changes to it.
    pub version: Option<u64>,
    /// Your code for the type of booking; the practice links it to programs.
    #[schema(min_length = 1, max_length = 64)]
    pub r#type: String,
    /// Your code for the site; it may be left out when the practice has one, or the patient has.
    #[schema(max_length = 64)]
    pub site: Option<String>,
    /// When the visit starts, with its offset.
    #[schema(format = DateTime)]
    pub start: String,
    /// When it ends, with its offset.
    #[schema(format = DateTime)]
    pub end: Option<String>,
}

/// A patient, by your key and by what they are called. Whoever is not known by the key is looked for by
/// the rest, and is a new patient if nobody is like them.
#[derive(Debug, ToSchema)]
pub struct EventPatient {
    /// Your key for the patient: an identifier whose source is your name. It may be left out with both
    /// names and one of `date_of_birth`, `mobile` and `medicare_number`.
    #[schema(min_length = 1, max_length = 128)]
    pub id: Option<String>,
    /// Their given name.
    #[schema(max_length = 80)]
    pub first_name: Option<String>,
    /// Their family name.
    #[schema(max_length = 80)]
    pub last_name: Option<String>,
    /// The day they were born.
    #[schema(format = Date)]
    pub date_of_birth: Option<String>,
    /// Their mobile number.
    pub mobile: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Their Medicare number: ten digits, or eleven with that of the person on the card.
    pub medicare_number: Option<String>,
    /// Where they get letters.
    pub address: Option<Address>,
}

/// What the event is about.
#[derive(Debug, ToSchema)]
pub struct BookingEventData {
    /// The booking as it is now.
    pub booking: EventBooking,
    /// Whose it is.
    pub patient: EventPatient,
}

/// Something happened to a booking. Fields we do not know are passed over. What ends a booking or says
/// how far it has come needs no more of `data` than the booking's `id`.
#[derive(Debug, ToSchema)]
pub struct BookingEvent {
    /// The version of this document.
    #[schema(minimum = 1, maximum = 1)]
    pub schema: Option<u64>,
    /// What happened.
    pub r#type: BookingEventType,
    /// When it happened, with an offset.
    #[schema(format = DateTime)]
    pub timestamp: String,
    /// To what.
    pub data: BookingEventData,
}

/// A referral, as the system that has it knows it. It may come before it is complete.
#[derive(Debug, ToSchema)]
pub struct EventReferral {
    /// Your key for the referral, the same through its life.
    #[schema(min_length = 1, max_length = 128)]
    pub id: String,
    /// Your count of changes to it.
    pub version: Option<u64>,
    /// Your code for the type of referral; programs may be for some types only.
    #[schema(min_length = 1, max_length = 64)]
    pub r#type: Option<String>,
    /// Your code for the site; it may be left out when the practice has one, or the patient has.
    #[schema(max_length = 64)]
    pub site: Option<String>,
    /// The day it was written.
    #[schema(format = Date)]
    pub issued: Option<String>,
    /// The last day on which it is valid.
    #[schema(format = Date)]
    pub valid_until: Option<String>,
    /// Where it comes from; `external` when left out.
    pub origin: Option<ReferralOriginName>,
    /// Who wrote it. Letters to them wait until it is said.
    pub referrer: Option<Gp>,
}

/// What the event is about.
#[derive(Debug, ToSchema)]
pub struct ReferralEventData {
    /// The referral as it is now.
    pub referral: EventReferral,
    /// Who is referred.
    pub patient: EventPatient,
}

/// Something happened to a referral. Fields we do not know are passed over. What ends a referral needs
/// no more of `data` than the referral's `id`.
#[derive(Debug, ToSchema)]
pub struct ReferralEvent {
    /// The version of this document.
    #[schema(minimum = 1, maximum = 1)]
    pub schema: Option<u64>,
    /// What happened.
    pub r#type: ReferralEventType,
    /// When it happened, with an offset.
    #[schema(format = DateTime)]
    pub timestamp: String,
    /// To what.
    pub data: ReferralEventData,
}

/// An enrolment and its program.
#[derive(Debug, ToSchema)]
pub struct Touched {
    /// The program's id.
    pub program: String,
    /// The enrolment's id.
    pub enrolment: String,
}

/// What one event of a delivery did.
#[derive(Debug, ToSchema)]
pub struct EventDone {
    /// The event's id, by which it is known when it comes again.
    pub id: String,
    /// Your key for the booking or referral.
    pub about: String,
    /// What became of it.
    pub outcome: EventOutcome,
    /// Enrolments it began.
    pub enrolled: Vec<Touched>,
    /// Enrolments it moved, ended or took up again.
    pub changed: Vec<Touched>,
    /// Enrolments of which it completed a cycle.
    pub completed: Vec<Touched>,
    /// The same in sentences.
    pub detail: String,
}

/// Something in a delivery that is no event for us.
#[derive(Debug, ToSchema)]
pub struct PassedOver {
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}

/// What a delivery did.
#[derive(Debug, ToSchema)]
pub struct EventAnswer {
    /// `applied`: it did what `enrolled`, `changed` and `completed` name. `duplicate`: it came
    /// before. `superseded`: a newer event of the booking or referral came before. `unmatched`: the
    /// patient, type or site is unknown, or the patient is none any more; it began nothing, is on the
    /// work list, and is tried again by itself for two months. `kept`: it could not be dealt with at once, and will be
    /// within minutes; do not send it again. `id_taken`: another event came under this id. `several`:
    /// not the same of all its events. `nothing`: there is no event in it.
    pub outcome: EventOutcome,
    /// Enrolments it began.
    pub enrolled: Vec<Touched>,
    /// Enrolments it moved, ended or took up again.
    pub changed: Vec<Touched>,
    /// Enrolments of which it completed a cycle: the patient has booked.
    pub completed: Vec<Touched>,
    /// The same in sentences.
    pub detail: String,
    /// Each event by itself.
    pub events: Vec<EventDone>,
    /// What is no event, such as a draft, and why.
    pub passed_over: Vec<PassedOver>,
}

/// A field that was wrong.
#[derive(Debug, ToSchema)]
pub struct RefusedField {
    /// Where it was.
    pub pointer: String,
    /// What is wrong with it.
    pub detail: String,
}

/// A delivery that was refused. There is nothing of a patient in it.
#[derive(Debug, ToSchema)]
pub struct RefusedDelivery {
    /// When it came.
    #[schema(format = DateTime)]
    pub at: String,
    /// Whose it was, or claimed to be.
    pub source: String,
    /// Where it was sent.
    pub subject: DeliverySubject,
    /// The status it was answered with.
    pub status: u16,
    /// What is wrong, as its sender was told.
    pub detail: String,
    /// What is wrong with which field; the first fifty.
    pub errors: Vec<RefusedField>,
    /// What it said it is.
    pub content_type: String,
    /// How many bytes it had.
    pub bytes: u64,
    /// Its beginning, with an `x` for each letter and a `9` for each digit of what it said. Empty when
    /// its sender was not believed.
    pub shape: String,
    /// The request's id: its sender was answered it as `x-request-id`. Of senders who are not believed one
    /// a minute is kept, without it.
    pub request_id: String,
}

/// A page of what was refused.
#[derive(Debug, ToSchema)]
pub struct RefusedPage {
    /// At most fifty.
    pub items: Vec<RefusedDelivery>,
    /// `next` of the page, to be sent as `cursor` for the one after it; `null` on the last one.
    #[schema(required)]
    pub next: Option<String>,
}

/// What the ePost provider says of a letter it was handed. Fields we do not know are passed over.
#[derive(Debug, ToSchema)]
pub struct EpostReport {
    /// The letter, by the id it was handed over with.
    pub letter: String,
    /// What.
    pub status: EpostStatus,
    /// When it was so, with an offset.
    #[schema(format = DateTime)]
    pub at: String,
    /// Why it will not be posted; staff read it on the list.
    #[schema(max_length = 200)]
    pub why: Option<String>,
}

/// What a report did.
#[derive(Debug, ToSchema)]
pub struct EpostAnswer {
    /// Whether it changed anything.
    pub outcome: EpostOutcome,
    /// The same in a sentence.
    pub detail: String,
}
