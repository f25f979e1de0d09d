//! Names out of a fixed set, as the domain has them: what it adds is in the document by itself.

use app::catalogue::HolidayOutcome;
use app::enrolments::StepState;
use app::ports::Verdict;
use domain::booking::{BookingEventKind, BookingState as Booked, VisitAnswer as Answer};
use domain::enrolment::NoteEvent;
use domain::hold::HoldCause as Cause;
use domain::intake::{ReferralEventKind, ReferralOrigin};
use domain::patient::Choice;
use domain::program as p;
use domain::receipt::{Arrival, Told};
use domain::reply::Meaning;
use domain::settings::SendingState;
use domain::work::{WorkKind as Kind, WorkOutcome as Outcome};

macro_rules! names {
    ($($(#[doc = $doc:literal])+ $name:ident: $all:expr;)+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Debug)]
            pub struct $name;

            impl utoipa::PartialSchema for $name {
                fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                    let says = concat!($($doc),+).trim().to_owned();
                    utoipa::openapi::ObjectBuilder::new()
                        .schema_type(utoipa::openapi::schema::Type::String)
                        .description(Some(says))
                        .enum_values(Some($all))
                        .into()
                }
            }

            impl utoipa::ToSchema for $name {}
        )+
    };
}
pub(crate) use names;

names! {
    /// How a message goes.
    Channel: p::Channel::ALL.map(p::Channel::as_str);
    /// What starts a program, and what it counts from.
    ProgramType: p::ProgramType::ALL.map(p::ProgramType::as_str);
    /// What messages are for. Care goes unless it was withdrawn, commercial messages only when they were agreed to.
    Purpose: p::Purpose::ALL.map(p::Purpose::as_str);
    /// Which bookings complete a cycle.
    Completion: p::Completion::ALL.map(p::Completion::as_str);
    /// Where the referrals come from that start a program: only from outside the practice, or those that our own
    /// outbound ones have made, too.
    ReferralOrigins: p::ReferralOrigins::ALL.map(p::ReferralOrigins::as_str);
    /// From what the next cycle counts.
    NextCycle: p::NextCycle::ALL.map(p::NextCycle::as_str);
    /// How a letter is made.
    PrintOption: p::PrintOption::ALL.map(p::PrintOption::as_str);
    /// What a booking is.
    BookingState: Booked::ALL.map(Booked::as_str);
    /// What a patient answered about a visit.
    VisitAnswer: Answer::ALL.map(Answer::as_str);
    /// What a patient chose.
    ConsentChoice: Choice::ALL.map(Choice::as_str);
    /// Whether messages go out.
    SendingStateName: SendingState::ALL.map(SendingState::as_str);
    /// What happened to a booking.
    BookingEventType: BookingEventKind::ALL.map(BookingEventKind::as_str);
    /// What became of an action, or of the enrolment.
    HistoryEvent: NoteEvent::ALL.map(NoteEvent::as_str).into_iter().chain([
        "enrolled", "completed", "reserved", "sent", "not_sent", "barred", "skipped", "failed", "unclear",
    ]).chain(Told::NAMES);
    /// Whether a message that was sent has arrived, as far as its provider says. `unknown` after three days without a word.
    ReceiptState: Arrival::NAMES;
    /// Where an action of the current cycle stands.
    StepName: StepState::ALL.map(StepState::as_str);
    /// Why something waits for a person.
    WorkKind: Kind::ALL.map(Kind::as_str);
    /// What does not balance.
    ImbalanceKind: domain::balance::ImbalanceKind::ALL
        .map(domain::balance::ImbalanceKind::as_str);
    /// Where a letter stands.
    LetterStateName: domain::distribution::LetterStateName::ALL
        .map(domain::distribution::LetterStateName::as_str);
    /// How far a letter has come at the ePost provider.
    EpostStage: domain::distribution::EpostStage::ALL.map(domain::distribution::EpostStage::as_str);
    /// What the ePost provider says of a letter.
    EpostStatus: ["accepted", "printed", "posted", "failed"];
    /// What came of it: nothing, when it came before, is old, or the letter is none of the provider's; `told`
    /// when staff have taken the letter over, and are told that the provider posts it too.
    EpostOutcome: app::letters::Reported::ALL.map(app::letters::Reported::as_str);
    /// The kinds of files a logo can be.
    PictureKind: domain::logo::PictureKind::ALL.map(domain::logo::PictureKind::as_str);
    /// How a letter gets to its addressee.
    LetterPrint: p::PrintOption::ALL.map(p::PrintOption::as_str);
    /// To whom a letter is.
    LetterAddressee: p::Addressee::ALL.map(p::Addressee::as_str);
    /// To whom a letter that is only looked at is.
    PreviewAddressee: [p::Addressee::Patient.as_str(), p::Addressee::Gp.as_str()];
    /// On which sides of the paper letters are printed.
    LetterSides: domain::distribution::PrintedSides::ALL
        .map(domain::distribution::PrintedSides::as_str);
    /// What was done about a letter.
    LetterAct: domain::distribution::AuditedAct::ALL
        .map(domain::distribution::AuditedAct::as_str);
    /// What came of work. `clinical_review` is for clinicians.
    WorkOutcome: Outcome::ALL.map(Outcome::as_str);
    /// What became of a holiday at one site.
    HolidayResult: [
        HolidayOutcome::Added.as_str(), HolidayOutcome::Renamed.as_str(),
        HolidayOutcome::Unchanged.as_str(), HolidayOutcome::Failed.as_str(),
    ];
    /// What an answer to a text message means.
    ReplyMeaning: Meaning::ALL.map(Meaning::as_str);
    /// Why a number is on hold.
    HoldCause: Cause::ALL.map(Cause::as_str);
    /// Which patients a search shows besides the current ones.
    Include: app::people::Include::ALL.map(app::people::Include::as_str);
    /// Whether somebody is a patient still. Only a current one gets messages.
    Standing: ["current", "archived", "deceased", "merged"];
    /// Standings that can be saved. A merge is a route of its own.
    SavedStanding: ["current", "archived", "deceased"];
    /// Days, weeks or months by the calendar.
    CalendarUnit: ["days", "weeks", "months"];
    /// Minutes and hours are elapsed time; days, weeks and months go by the site's calendar.
    TimeUnit: ["minutes", "hours", "days", "weeks", "months"];
    /// A day of the week.
    Weekday: ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    /// What an action does.
    ActionType: ["sms", "email", "letter_to_patient", "letter_to_gp", "pause"];
    /// How an action goes: a message by its channel, or by staff.
    CarrierName: ["sms", "email", "letter", "pause"];
    /// What will become of an action, as things stand.
    Fate: ["sent", "paused", "skipped", "failed"];
    /// What ended a cycle, when no booking did.
    CycleEndWord: ["actions", "staff"];
    /// What happens to the enrolment that work is about.
    Then: ["advance", "skip", "retry", "end"];
    /// What became of a row.
    RowResult: ["enrolled", "already", "refused"];
    /// What became of one item of several.
    ItemResult: ["done", "refused"];
    /// Where an enrolment stands.
    EnrolmentStatus: ["active", "held", "completed", "ended"];
    /// The alphabet of a text message, which decides how many characters a part has.
    Encoding: ["gsm-7", "ucs-2"];
    /// What happened to a referral.
    ReferralEventType: ReferralEventKind::ALL.map(ReferralEventKind::as_str);
    /// Where a referral comes from: from outside the practice, or made in it, as one by which we refer a patient on.
    ReferralOriginName: ReferralOrigin::ALL.map(ReferralOrigin::as_str);
    /// What an event did, or a delivery with all its events.
    EventOutcome: Verdict::ALL.map(Verdict::as_str).into_iter().chain([
        "duplicate", "kept", "id_taken", "several", "nothing",
    ]);
    /// Where a delivery was sent.
    DeliverySubject: ["bookings", "referrals"];
}
