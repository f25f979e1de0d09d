//! How the stage is set: a practice in which there is some of everything, and each at a place of its own.
//!
//! | who | is on |
//! |---|---|
//! | Maria | the Booking program, by B-2001, its first message sent; a pause of the General one; has a letter |
//! | Nora, who is Maria | the Booking program, by B-2002; the recall |
//! | Otto | the recall; the target of moves, where a message is due; has a letter |
//! | Pia, who has no mobile | the target of moves, held because it failed |

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use app::ports::{
    Catalogue, Change, Clock, EnrolmentReader, Enrolments, Letters, People, WorkList,
};
use chrono::{DateTime, Duration, Utc};
use delivery::Clinic;
use domain::actor::Actor;
use domain::booking::BookingEventKind;
use domain::booking_type::{BookingType, Completing};
use domain::calendar::CalendarSpan;
use domain::distribution::ListedLetter;
use domain::enrolment::{Cause, Enrolment, Facts, NewEnrolment, enrol, hold_id};
use domain::ids::{
    ActionId, BookingTypeId, EnrolmentId, LetterId, PatientId, ProgramId, TemplateId, WorkId,
};
use domain::ledger::LedgerKey;
use domain::patient::{Identifier, Patient, PersonName};
use domain::phi::Phi;
use domain::phone::MobileNumber;
use domain::program::{
    Action, ActionKind, Addressee, Assignment, Completion, Course, Frequency, Medium, NextCycle,
    PrintOption, Program, ProgramName, ProgramType,
};
use domain::template::{Body, BodyKind, Content, Template};
use domain::text::{Code, ExternalId, Label};
use domain::timing::{Reference, Span, Timing};
use testkit::bucket::StoredFile;
use testkit::build::{self, event, event_of, number};

/// A practice, to begin lives with.
#[derive(Debug)]
pub struct Stage {
    /// Where everything that is stored is saved.
    pub saved: PathBuf,
    /// Its files.
    pub files: BTreeMap<String, StoredFile>,
    /// What time it is.
    pub now: DateTime<Utc>,
    /// So many text messages have gone out.
    pub texted: usize,
    /// So many emails.
    pub emailed: usize,
    /// Maria's enrolment by her booking.
    pub booked: Enrolment,
    /// Maria's that has come to a pause.
    pub paused: Enrolment,
    /// Pia's that has failed.
    pub failed: Enrolment,
    /// Otto's on the recall.
    pub recalled: Enrolment,
    /// Letters that wait, Maria's and Otto's.
    pub letters: Vec<ListedLetter>,
}

fn named(name: &str) -> ProgramName {
    ProgramName::parse(name).expect("a name")
}

fn label(text: &str) -> Label {
    Label::parse(text).expect("a label")
}

fn days_before(days: u16) -> Timing {
    Timing::Before(Span::Calendar(CalendarSpan::Days(days), None))
}

fn plain() -> Template {
    let text = "Hi {{ patient.first_name }}, this is about {{ program.name }}.";
    Template {
        id: TemplateId::new(number(8)),
        name: label("Plain"),
        content: Content::Sms(Body::parse(BodyKind::Sms, text).expect("a template")),
        ..build::template()
    }
}

/// An SMS that says nothing of a booking.
fn plain_sms(n: u128, timing: Timing) -> Action {
    let mut action = build::sms(n, timing);
    if let ActionKind::Message(message) = &mut action.kind
        && let Medium::Sms { template, .. } = &mut message.medium
    {
        *template = plain().id;
    }
    action
}

fn pause(n: u128) -> Action {
    Action { id: ActionId::new(number(n)), timing: Timing::Enrolled, kind: ActionKind::Pause }
}

fn of_general(n: u128, name: &str, actions: Vec<Action>) -> Program {
    let (id, kind) = (ProgramId::new(number(n)), ProgramType::General);
    Program { id, kind, name: named(name), ..build::program(actions) }
}

/// A message at once, and one two days before the visit.
pub fn booking_program() -> Program {
    build::program(vec![build::sms(10, Timing::Enrolled), build::sms(11, days_before(2))])
}

/// A pause, and then two messages.
pub fn general() -> Program {
    let (first, then) = (plain_sms(21, Timing::Enrolled), plain_sms(22, Timing::Enrolled));
    of_general(100, "Our general", vec![pause(20), first, then])
}

/// One message, to which patients are moved.
pub fn target() -> Program {
    of_general(101, "Our target", vec![plain_sms(30, Timing::Enrolled), pause(31)])
}

/// Two messages before a check-up, twice. A check-up completes a cycle.
///
/// # Panics
/// Never: its texts are valid.
pub fn recall() -> Program {
    let half_a_year = Frequency::new(CalendarSpan::Months(6));
    let (kind, next) = (ProgramType::Recall, NextCycle::FromFirstDate);
    Program {
        id: ProgramId::new(number(102)),
        kind,
        name: named("Check-up"),
        course: Course::new(kind, 2, half_a_year, next).expect("a course"),
        completion: Completion::SelectedTypes,
        ..build::program(vec![plain_sms(40, days_before(40)), plain_sms(41, days_before(7))])
    }
}

/// A letter, and a message two weeks later.
pub fn letter_program() -> Program {
    let two_weeks = Timing::After(Span::Calendar(CalendarSpan::Days(14), None));
    let letter = build::letter(50, Addressee::Patient, PrintOption::Mail);
    of_general(103, "Our letters", vec![letter, plain_sms(51, two_weeks)])
}

/// A disabled program that nobody is on.
pub fn unused() -> Program {
    let actions = vec![plain_sms(60, Timing::Enrolled)];
    let assignment = Assignment::Disabled;
    Program { assignment, ..of_general(104, "Our unused", actions) }
}

/// An enabled program that nobody is on.
pub fn enabled_without_patients() -> Program {
    of_general(105, "Our empty", vec![plain_sms(70, Timing::Enrolled)])
}

/// A Booking program that no type starts.
pub fn another_booking_program() -> Program {
    let (id, name) = (ProgramId::new(number(106)), named("Our other visits"));
    Program { id, name, ..build::program(vec![build::sms(80, days_before(1))]) }
}

/// The type of booking that completes cycles of the recall.
///
/// # Panics
/// Never: its texts are valid.
pub fn check_up() -> BookingType {
    BookingType {
        id: BookingTypeId::new(number(110)),
        code: Code::parse("check-up").expect("a code"),
        name: label("Check-up"),
        starts: BTreeSet::new(),
        completes: BTreeSet::from([recall().id]),
        ..build::booking_type()
    }
}

fn somebody(n: u128, first: &str, last: &str, key: &str, mobile: Option<&str>) -> Patient {
    let name = |text| Phi::new(PersonName::parse(text).expect("a name"));
    let id = Phi::new(ExternalId::parse(key).expect("a key"));
    let source = Code::parse("diary").expect("a code");
    Patient {
        id: PatientId::new(number(n)),
        identifiers: BTreeSet::from([Identifier { source, id }]),
        first_name: name(first),
        last_name: name(last),
        mobile: mobile.map(|number| MobileNumber::from_e164(number).expect("a number")),
        ..build::patient_with_post()
    }
}

/// A second record of Maria's.
pub fn nora() -> Patient {
    somebody(20, "Nora", "Rossi", "P-1002", Some("+61491570156"))
}

/// Otto.
pub fn otto() -> Patient {
    somebody(21, "Otto", "Weber", "P-1003", Some("+61491570157"))
}

/// Pia, who has no mobile.
pub fn pia() -> Patient {
    somebody(22, "Pia", "Lund", "P-1004", None)
}

/// The work of an enrolment's hold.
///
/// # Panics
/// When it is over.
pub fn failed(enrolment: &Enrolment) -> WorkId {
    let step = enrolment.step().expect("it stands at one");
    hold_id(&enrolment.key_of(step))
}

/// Puts somebody on a program, as the front desk does.
async fn add(clinic: &Clinic, n: u128, program: &Program, patient: &Patient) -> EnrolmentId {
    let (site, completing) = (build::site(), Completing::of(program, &[check_up()]));
    let facts = Facts {
        program,
        site: &site,
        patient,
        visit: None,
        referral: None,
        bookings: &[],
        completing: &completing,
    };
    let day = "2027-01-15".parse().expect("a day");
    let new = NewEnrolment {
        id: EnrolmentId::new(number(n)),
        cause: Cause::Added(Actor::PatientConnect),
        reference: Reference::Date(day),
        practitioner: None,
        request_id: "req-0".to_owned(),
    };
    let begun = enrol(new, facts, clinic.clock.now()).expect("the program has actions");
    let id = begun.enrolment.id.clone();
    let change = Change::new(None, begun, &[]);
    clinic.dynamo.enrolments().commit(&[change]).await.expect("it is stored");
    id
}

async fn read(clinic: &Clinic, id: &EnrolmentId) -> Enrolment {
    let read = clinic.dynamo.enrolment_reader().enrolment(id).await;
    read.expect("it can be read").expect("it is there")
}

impl Stage {
    /// Sets the stage; what is stored is saved at that path.
    ///
    /// # Panics
    /// When it cannot be set.
    pub async fn set(saved: &Path) -> Self {
        let clinic = Clinic::with(booking_program().actions).await;
        let (catalogue, people) = (clinic.dynamo.catalogue(), clinic.dynamo.people());
        for template in [plain(), build::letter_template()] {
            catalogue.create_template(&template).await.expect("a new template");
        }
        let programs = [
            general(),
            target(),
            recall(),
            letter_program(),
            unused(),
            enabled_without_patients(),
            another_booking_program(),
        ];
        for program in programs {
            catalogue.create_program(&program, &build::saved()).await.expect("a new program");
        }
        catalogue.create_booking_type(&check_up()).await.expect("a new booking type");
        let maria = Patient { revision: 2, ..build::patient_with_post() };
        people.save_patient(&build::patient(), &maria).await.expect("she is there");
        for patient in [nora(), otto(), pia()] {
            people.create_patient(&patient).await.expect("a new patient");
        }
        let question = build::question(&nora().id, std::slice::from_ref(&maria.id));
        clinic.dynamo.work_list().raise(&question).await.expect("it is asked");
        let made = event(1, BookingEventKind::Made, "2026-12-03T10:30:00+11:00");
        clinic.event("evt-1", &made).await.expect("it is taken in");
        let hers = event_of("B-2002", "physio-initial", "P-1002", "2026-12-04T10:30:00+11:00");
        clinic.event("evt-2", &hers).await.expect("it is taken in");
        let paused = add(&clinic, 1_001, &general(), &maria).await;
        let failed = add(&clinic, 1_002, &target(), &pia()).await;
        let recalled = add(&clinic, 1_003, &recall(), &otto()).await;
        add(&clinic, 1_004, &recall(), &nora()).await;
        let written = [
            add(&clinic, 1_005, &letter_program(), &maria).await,
            add(&clinic, 1_006, &letter_program(), &otto()).await,
        ];
        for _ in 0..3 {
            for done in clinic.minute().await {
                done.expect("it is delivered");
            }
        }
        // What comes after the letter comes a day earlier: those on it are to be planned anew.
        let before = letter_program();
        let mut sooner = Program { version: 2, ..before.clone() };
        if let Some(action) = sooner.actions.last_mut() {
            action.timing = Timing::After(Span::Calendar(CalendarSpan::Days(13), None));
        }
        catalogue.save_program(&before, &sooner, &build::saved()).await.expect("it is there");
        // Nothing was done in the hour in which it begins.
        clinic.clock.advance(Duration::hours(3));
        add(&clinic, 1_007, &target(), &otto()).await;
        Self::of(saved, &clinic, [&paused, &failed, &recalled], &written).await
    }

    async fn of(
        saved: &Path,
        clinic: &Clinic,
        held: [&EnrolmentId; 3],
        written: &[EnrolmentId],
    ) -> Self {
        let of_maria = clinic.enrolments().await;
        let by_booking = |it: &&Enrolment| matches!(it.cause, Cause::Booking(_));
        let booked = of_maria.iter().find(by_booking).expect("her booking's").clone();
        let mut letters = Vec::new();
        for enrolment in written {
            let action = letter_program().actions.remove(0).id;
            let enrolment = enrolment.clone();
            let key = LedgerKey { enrolment, cycle: 1, action, attempt: 1 };
            let letter = clinic.dynamo.letters().letter(&LetterId::of(&key)).await;
            letters.push(letter.expect("it can be read").expect("it is on the list"));
        }
        let [paused, failed, recalled] = held;
        // An earlier run may have left its own.
        if saved.exists() {
            std::fs::remove_file(saved).expect("it can be written to");
        }
        clinic.dynamo.save(saved);
        Self {
            saved: saved.to_owned(),
            files: clinic.dynamo.bucket.files(),
            now: clinic.clock.now(),
            texted: clinic.sms.outbox().len(),
            emailed: clinic.email.outbox().len(),
            booked,
            paused: read(clinic, paused).await,
            failed: read(clinic, failed).await,
            recalled: read(clinic, recalled).await,
            letters,
        }
    }
}
