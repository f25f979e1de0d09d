//! How fast the engine decides: an action that is due, and the timeline of a long program.

// Criterion's macros make a public function without documentation.
#![allow(missing_docs)]

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use criterion::{Criterion, criterion_group, criterion_main};
use domain::actor::Actor;
use domain::booking_type::Completing;
use domain::calendar::CalendarSpan;
use domain::enrolment::{
    Cause, Crowd, Enrolment, Event, Facts, NewEnrolment, decide, enrol, timeline,
};
use domain::ids::{ActionId, EnrolmentId, PatientId, ProgramId, SiteId, TemplateId};
use domain::patient::{Consents, Patient, PersonName, Standing};
use domain::phi::Phi;
use domain::phone::MobileNumber;
use domain::program::{
    Action, ActionKind, Assignment, Completion, Course, Frequency, Medium, Message, NextCycle,
    OnError, Program, ProgramName, ProgramType, Purpose, ReferralFilter, Reopening, Reply,
    Significance, UsefulFor, WindowUse,
};
use domain::site::{Letterhead, Site};
use domain::text::{Code, Label};
use domain::timing::{Reference, Span, Timing};
use domain::window::SendingWindow;
use ulid::Ulid;

fn id(n: u64) -> Ulid {
    Ulid::from_parts(n, 1)
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

/// Texts every seventh hour from the reference date on, in turn by hours and by days at 10:00: two
/// thirds of them are moved by the window.
fn actions(count: u16) -> Vec<Action> {
    let medium = || Medium::Sms {
        template: TemplateId::new(id(1)),
        reply: Reply::NotKept,
        window: WindowUse::Keep,
    };
    let ten = NaiveTime::from_hms_opt(10, 0, 0);
    let action = |n: u16| Action {
        id: ActionId::new(id(n.into())),
        timing: Timing::After(if n.is_multiple_of(2) {
            Span::Hours(u32::from(n) * 7)
        } else {
            Span::Calendar(CalendarSpan::Days(n * 7 / 24), ten)
        }),
        kind: ActionKind::Message(Message {
            medium: medium(),
            on_error: OnError::Pause,
            useful_for: UsefulFor::default(),
        }),
    };
    (1..=count).map(action).collect()
}

struct Clinic {
    program: Program,
    site: Site,
    patient: Patient,
}

impl Clinic {
    fn new(cycles: u64, count: u16) -> Self {
        let name = |text| Phi::new(PersonName::parse(text).expect("a name"));
        let monthly = Frequency::new(CalendarSpan::Months(1));
        let next = NextCycle::FromFirstDate;
        let program = Program {
            id: ProgramId::new(id(1)),
            version: 1,
            kind: ProgramType::Program,
            name: ProgramName::parse("Weight").expect("a name"),
            course: Course::new(ProgramType::Program, cycles, monthly, next).expect("a course"),
            purpose: Purpose::Care,
            significance: Significance::Routine,
            completion: Completion::Ignore,
            reopening: Reopening::AtOnce,
            referrals: ReferralFilter::default(),
            actions: actions(count),
            assignment: Assignment::Enabled,
        };
        let site = Site {
            id: SiteId::new(id(1)),
            revision: 1,
            code: Code::parse("harbour").expect("a code"),
            name: Label::parse("Harbour").expect("a label"),
            zone: chrono_tz::Australia::Sydney,
            window: SendingWindow::default(),
            sms: domain::sender::SmsSender::Deployment,
            reply_to: None,
            letterhead: Letterhead::default(),
        };
        let patient = Patient {
            id: PatientId::new(id(1)),
            revision: 1,
            identifiers: BTreeSet::new(),
            first_name: name("Maria"),
            last_name: name("Rossi"),
            date_of_birth: None,
            mobile: MobileNumber::from_e164("+61491570006").ok(),
            site: None,
            email: None,
            address: None,
            language: None,
            gp: None,
            consents: Consents::default(),
            standing: Standing::Current,
            merged_from: BTreeSet::new(),
            returned_mail: BTreeMap::new(),
            bounced_email: None,
            medicare: None,
        };
        Self { program, site, patient }
    }

    fn facts(&self) -> Facts<'_> {
        let (program, site, patient) = (&self.program, &self.site, &self.patient);
        let (bookings, completing) = (&[], &Completing::None);
        let (visit, referral) = (None, None);
        Facts { program, site, patient, visit, referral, bookings, completing }
    }

    fn enrolment(&self, now: DateTime<Utc>) -> Enrolment {
        let new = NewEnrolment {
            id: EnrolmentId::new(id(1)),
            cause: Cause::Added(Actor::PatientConnect),
            reference: Reference::Date(NaiveDate::from_ymd_opt(2027, 1, 31).expect("a date")),
            practitioner: None,
            request_id: "req-1".to_owned(),
        };
        enrol(new, self.facts(), now).expect("a program with actions").enrolment
    }
}

fn engine(c: &mut Criterion) {
    let now = at("2027-01-20T10:00:00+11:00");

    let clinic = Clinic::new(1, 3);
    let enrolment = clinic.enrolment(now);
    let (due, _) = enrolment.due().expect("it waits");
    let key = enrolment.current_key().expect("it waits");
    c.bench_function("decide: due, and sent", |b| {
        b.iter(|| {
            decide(
                black_box(&enrolment),
                clinic.facts(),
                Event::Due(key.clone(), Crowd::Unknown),
                due,
            )
        });
    });

    let clinic = Clinic::new(12, 50);
    let enrolment = clinic.enrolment(now);
    assert_eq!(timeline(enrolment.clone(), clinic.facts(), now).len(), 600);
    c.bench_function("timeline: 50 actions, 12 cycles", |b| {
        b.iter(|| timeline(black_box(&enrolment).clone(), clinic.facts(), now));
    });
}

criterion_group!(benches, engine);
criterion_main!(benches);
