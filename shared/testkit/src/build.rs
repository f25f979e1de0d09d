//! Builders: a practice with one site, one patient, one booking type and one program, as the
//! README's walk-through has them. Tests change what they are about.

use std::collections::{BTreeMap, BTreeSet};

use app::ports::{Balance, Change, Counted, EventKey, EventResult, Named, RecordedEvent};
use chrono::{DateTime, NaiveDate, Utc};
use domain::address::{AddressLine, CountryCode, Locality, PostalAddress, Postcode, Region};
use domain::balance::{Day, Imbalance, ImbalanceKind, Occurrence, SETTLED_AFTER, Side, Tallies};
use domain::booking::{
    Booking, BookingDetails, BookingEvent, BookingEventKind, BookingKey, BookingState, EventOrder,
    Matching, Stamp,
};
use domain::booking_type::{BookingType, Completing};
use domain::enrolment::{Decision, Enrolment, Facts};
use domain::ids::{
    ActionId, BookingTypeId, EnrolmentId, PatientId, ProgramId, SiteId, TemplateId, WorkId,
};
use domain::intake::PresentedPatient;
use domain::patient::{
    Choice, Consent, Consents, Evidence, Gp, GpName, GpPractice, Identifier, Patient, PersonName,
    Standing,
};
use domain::phi::Phi;
use domain::phone::MobileNumber;
use domain::program::{
    Action, ActionKind, Addressee, Assignment, Carrier, Channel, Completion, Course, Invite,
    Medium, Message, OnError, PrintOption, Program, ProgramName, ProgramType, Purpose,
    ReferralFilter, Reopening, Reply, Significance, UsefulFor, WindowUse,
};
use domain::sender::SmsSender;
use domain::site::{Letterhead, Site};
use domain::staff::{Saved, StaffId};
use domain::template::{Body, BodyKind, Content, MarkedBody, Template};
use domain::text::{Code, ExternalId, Label};
use domain::timing::Timing;
use domain::window::SendingWindow;
use domain::work::{WorkItem, WorkKind};
use ulid::Ulid;

/// The n-th number, for an id.
pub fn number(n: u128) -> Ulid {
    Ulid::from_parts(0, n)
}

/// An instant, written as in RFC 3339.
///
/// # Panics
/// When the text is no time.
pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time as in RFC 3339")
}

fn code(text: &str) -> Code {
    Code::parse(text).expect("a code")
}

fn external(text: &str) -> ExternalId {
    ExternalId::parse(text).expect("a key")
}

/// Harbour Clinic in Sydney, with the default sending window.
///
/// # Panics
/// Never: its texts are valid.
pub fn site() -> Site {
    Site {
        id: SiteId::new(number(1)),
        revision: 1,
        code: code("harbour"),
        name: Label::parse("Harbour Clinic").expect("a label"),
        zone: chrono_tz::Australia::Sydney,
        window: SendingWindow::default(),
        sms: SmsSender::Deployment,
        reply_to: None,
        letterhead: Letterhead::default(),
    }
}

/// Maria Rossi, whom the diary calls P-1001.
///
/// # Panics
/// Never: her texts are valid.
pub fn patient() -> Patient {
    let name = |text| Phi::new(PersonName::parse(text).expect("a name"));
    let identifier = Identifier { source: code("diary"), id: Phi::new(external("P-1001")) };
    Patient {
        id: PatientId::new(number(2)),
        revision: 1,
        identifiers: BTreeSet::from([identifier]),
        first_name: name("Maria"),
        last_name: name("Rossi"),
        date_of_birth: None,
        mobile: Some(MobileNumber::from_e164("+61491570006").expect("a number")),
        email: None,
        address: None,
        language: None,
        gp: None,
        site: Some(site().id),
        consents: Consents::default(),
        standing: Standing::Current,
        merged_from: BTreeSet::new(),
        returned_mail: BTreeMap::new(),
        bounced_email: None,
        medicare: None,
    }
}

/// The question whether a new record is of one of these patients.
pub fn question(newcomer: &PatientId, likely: &[PatientId]) -> WorkItem {
    WorkItem {
        id: WorkId::for_possible_duplicate(newcomer),
        kind: WorkKind::PossibleDuplicate,
        since: at("2026-11-22T08:00:00Z"),
        summary: "A new record may be of somebody who has one.".to_owned(),
        enrolment: None,
        program: None,
        patient: Some(newcomer.clone()),
        same_as: likely.to_vec(),
        site: None,
        reply: None,
    }
}

/// What somebody chose on 22 November 2026.
///
/// # Panics
/// Never: its text is valid.
pub fn consent(choice: Choice) -> Consent {
    let how = Phi::new(Evidence::parse("asked at the desk").expect("a short text"));
    Consent { choice, at: at("2026-11-22T08:00:00Z"), by: "person-1".to_owned(), how }
}

/// “Hi Maria, your visit to Harbour Clinic is on 3 December 2026 at 10:30 am.”
///
/// # Panics
/// Never: its texts are valid.
pub fn template() -> Template {
    let body = "Hi {{ patient.first_name }}, your visit to {{ site.name }} is on {{ booking.date }} at {{ booking.time }}.";
    Template {
        id: TemplateId::new(number(3)),
        version: 1,
        name: Label::parse("Confirmation").expect("a label"),
        content: Content::Sms(Body::parse(BodyKind::Sms, body).expect("a template")),
        saved: None,
    }
}

/// An SMS action with a timing. It pauses on errors and goes at any hour.
pub fn sms(n: u128, timing: Timing) -> Action {
    let (reply, window) = (Reply::NotKept, WindowUse::Ignore);
    let medium = Medium::Sms { template: template().id, reply, window };
    let (on_error, useful_for) = (OnError::Pause, UsefulFor::default());
    let kind = ActionKind::Message(Message { medium, on_error, useful_for });
    Action { id: ActionId::new(number(n)), timing, kind }
}

/// A letter that greets Maria, with a heading and a list.
///
/// # Panics
/// Never: its texts are valid.
pub fn letter_template() -> Template {
    let body = "# Your visit\n\nDear {{ patient.first_name }},\n\nplease bring:\n\n- your **card**\n- this letter";
    Template {
        id: TemplateId::new(number(7)),
        version: 1,
        name: Label::parse("Visit letter").expect("a label"),
        content: Content::Letter(MarkedBody::letter(body).expect("a template")),
        saved: None,
    }
}

/// A letter action that goes at once. It pauses on errors.
pub fn letter(n: u128, to: Addressee, print: PrintOption) -> Action {
    let medium = Medium::Letter { template: letter_template().id, to, print };
    let (on_error, useful_for) = (OnError::Pause, UsefulFor::default());
    let kind = ActionKind::Message(Message { medium, on_error, useful_for });
    Action { id: ActionId::new(number(n)), timing: Timing::Enrolled, kind }
}

/// An address in Sydney.
///
/// # Panics
/// Never: its texts are valid.
pub fn address(street: &str) -> PostalAddress {
    PostalAddress::new(
        vec![AddressLine::parse(street).expect("a line")],
        Locality::parse("Marrickville").expect("a suburb"),
        Region::parse("NSW").ok(),
        Postcode::parse("2204").ok(),
        CountryCode::australia(),
    )
    .expect("an address")
}

/// Maria Rossi with an address, and a GP who has one.
///
/// # Panics
/// Never: their texts are valid.
pub fn patient_with_post() -> Patient {
    let gp = Gp {
        name: GpName::parse("Dr Anna Nguyen").expect("a name"),
        practice: GpPractice::parse("Quay Street Practice").ok(),
        address: Some(address("1 Quay Street")),
        email: None,
    };
    let home = Some(Phi::new(address("17 Wattle Street")));
    Patient { address: home, gp: Some(Phi::new(gp)), ..patient() }
}

/// An email: “Your visit on 3 December 2026”.
///
/// # Panics
/// Never: its texts are valid.
pub fn email_template() -> Template {
    let subject = Body::parse(BodyKind::Subject, "Your visit on {{ booking.date }}");
    let body = "Dear {{ patient.first_name }},\n\n**please bring** your card.";
    Template {
        id: TemplateId::new(number(6)),
        content: Content::Email {
            subject: subject.expect("a subject"),
            body: MarkedBody::email(body).expect("a text"),
        },
        ..template()
    }
}

/// An email action with a timing. It brings the booking for the calendar, pauses on errors and goes
/// at any hour.
pub fn email(n: u128, timing: Timing) -> Action {
    let (window, invite) = (WindowUse::Ignore, Invite::Attached);
    let medium = Medium::Email { template: email_template().id, window, invite };
    let (on_error, useful_for) = (OnError::Pause, UsefulFor::default());
    let kind = ActionKind::Message(Message { medium, on_error, useful_for });
    Action { id: ActionId::new(number(n)), timing, kind }
}

/// An enabled Booking program of these actions.
///
/// # Panics
/// Never: its texts are valid.
pub fn program(actions: Vec<Action>) -> Program {
    Program {
        id: ProgramId::new(number(4)),
        version: 1,
        kind: ProgramType::Booking,
        name: ProgramName::parse("Booking confirmation").expect("a name"),
        course: Course::ONCE,
        purpose: Purpose::Care,
        significance: Significance::Routine,
        completion: Completion::Ignore,
        reopening: Reopening::AtOnce,
        referrals: ReferralFilter::default(),
        actions,
        assignment: Assignment::Enabled,
    }
}

/// Saved by an admin, at the beginning of the walk-through.
///
/// # Panics
/// Never: its texts are valid.
pub fn saved() -> Saved {
    let by = StaffId::parse("person-1").expect("an id");
    Saved { at: at("2026-11-22T08:00:00Z"), by }
}

/// The booking type `physio-initial`, which starts [`program`].
///
/// # Panics
/// Never: its texts are valid.
pub fn booking_type() -> BookingType {
    BookingType {
        id: BookingTypeId::new(number(5)),
        revision: 1,
        code: code("physio-initial"),
        name: Label::parse("Physio, initial").expect("a label"),
        starts: BTreeSet::from([ProgramId::new(number(4))]),
        completes: BTreeSet::new(),
    }
}

/// The diary's booking B-2001 of Maria's, on 3 December 2026 at 10:30.
pub fn booking() -> Booking {
    Booking {
        key: BookingKey { source: code("diary"), id: external("B-2001") },
        revision: 1,
        told_by: Some(stamp()),
        state_told_by: Some(stamp()),
        state: BookingState::Booked,
        booking_type: code("physio-initial"),
        start: at("2026-12-03T10:30:00+11:00"),
        end: None,
        matching: Matching::Matched { patient: patient().id, site: site().id },
        made_at: at("2026-11-22T08:00:00Z"),
        caused: BTreeSet::new(),
        completed: BTreeSet::new(),
        moved_at: None,
        confirmation: None,
    }
}

/// A record of an event of this id that did nothing.
///
/// # Panics
/// When it is no id of an event.
pub fn recorded(id: &str) -> RecordedEvent {
    RecordedEvent {
        key: EventKey { source: code("diary"), id: external(id) },
        fingerprint: String::new(),
        received_at: at("2026-11-22T08:00:00Z"),
        request_id: "req-1".to_owned(),
        result: EventResult::default(),
    }
}

/// The facts about an enrolment that this booking caused, while no other booking is known.
pub const fn facts<'a>(
    program: &'a Program,
    site: &'a Site,
    patient: &'a Patient,
    booking: &'a Booking,
) -> Facts<'a> {
    let (bookings, completing) = (&[], &Completing::None);
    let (visit, referral) = (Some(booking), None);
    Facts { program, site, patient, visit, referral, bookings, completing }
}

/// The balance of a day on which two messages were due: one was sent, and of the other nobody knows.
///
/// # Panics
/// When there is no such day.
pub fn balance(date: NaiveDate) -> Balance {
    let day = Day::of(date, site().zone).expect("a day of the calendar");
    let (enrolment, action) = (EnrolmentId::new(number(8)), ActionId::new(number(9)));
    let carrier = Carrier::Channel(Channel::Sms);
    let sides = [Side::Sent, Side::Unbalanced];
    let occurrence = |side| Occurrence { cycle: 1, action: action.clone(), carrier, side };
    let mut tallies = Tallies::default();
    tallies.count(&site().id, &sides.map(occurrence));
    let kind = ImbalanceKind::NotInIndex;
    let (cycle, action) = (Some(1), Some(action));
    let imbalance = Imbalance { kind, enrolment, cycle, action, attempt: None };
    let named = vec![Named { imbalance, since: None }];
    Balance {
        day,
        computed_at: day.until + SETTLED_AFTER,
        counted: Counted { enrolments: 2, tallies, imbalances: 1, new: 1, named },
        events_overdue: 0,
        letters_silent: 0,
        work_open: 1,
    }
}

/// A new enrolment, to be stored as it is.
pub fn begun(enrolment: Enrolment) -> Change {
    let decision = Decision { enrolment, effects: Vec::new() };
    Change::new(None, decision, &[])
}

fn stamp() -> Stamp {
    let order = EventOrder { version: Some(1), time: at("2026-11-22T08:00:00Z") };
    Stamp { order, kind: BookingEventKind::Made }
}

/// An event of [`booking`]: this version, of this kind, with this start.
pub fn event(version: u64, kind: BookingEventKind, start: &str) -> BookingEvent {
    BookingEvent {
        key: booking().key,
        kind,
        order: EventOrder { version: Some(version), time: at("2026-11-22T08:00:00Z") },
        details: Some(BookingDetails {
            booking_type: booking().booking_type,
            site: Some(site().code),
            start: at(start),
            end: None,
            patient: PresentedPatient::by_id(external("P-1001")),
        }),
    }
}

/// An event of another booking: this one, of this type, of the patient whom the diary knows by that
/// key.
pub fn event_of(id: &str, booking_type: &str, patient: &str, start: &str) -> BookingEvent {
    let mut made = event(1, BookingEventKind::Made, start);
    made.key.id = external(id);
    if let Some(details) = &mut made.details {
        details.booking_type = code(booking_type);
        details.patient = PresentedPatient::by_id(external(patient));
    }
    made
}
