//! A practice behind its webhooks: the real routers on the real stores, and the senders in the process.

use std::sync::Arc;

use app::ports::{Catalogue, EnrolmentReader, People};
use aws::clients::Aws;
use aws::dynamo::{
    BalanceStore, BookingStore, CatalogueStore, CountStore, DeliveryStore, DueStore,
    EnrolmentReaderStore, EnrolmentStore, PeopleStore, WorkListStore,
};
use aws::secrets::WebhookSecrets;
use aws_credential_types::Credentials;
use axum::Router;
use chrono::{DateTime, Duration, Utc};
use delivery::Clinic;
use domain::booking_type::BookingType;
use domain::calendar::CalendarSpan;
use domain::ids::{BookingTypeId, PatientId, ProgramId, TemplateId};
use domain::patient::{Identifier, Patient};
use domain::phi::Phi;
use domain::program::{
    Action, ActionKind, Addressee, Completion, Course, Frequency, Medium, NextCycle, PrintOption,
    Program, ProgramName, ProgramType,
};
use domain::template::{Body, BodyKind, Content, Template};
use domain::text::{Code, ExternalId, Label};
use domain::timing::{Span, Timing};
use enrolments_function::handler::{Context as Desk, Ports};
use testkit::build;
use testkit::deliveries::secret;
use testkit::fakes::{CountingIds, FakeClock};
use testkit::requests::{ApiAnswer, ApiRequest, call};
use testkit::secrets::secrets_manager;
use webhooks::{Context, Pace};

use crate::language::{Language, Subject};
use crate::story::{Person, Step, at};

/// The real stores, with a clock that stands and ids in order.
struct InProcess;

impl Ports for InProcess {
    type Deliveries = DeliveryStore;
    type Balances = BalanceStore;
    type Counts = CountStore;
    type Catalogue = CatalogueStore;
    type People = PeopleStore;
    type Bookings = BookingStore;
    type Enrolments = EnrolmentStore;
    type Reader = EnrolmentReaderStore;
    type Index = DueStore;
    type WorkList = WorkListStore;
    type Clock = FakeClock;
    type Ids = CountingIds;
}

/// A practice with a Booking program that confirms, reminds and asks afterwards, a Recall that a check-up completes,
/// and a Referral program that writes to the referrer. Maria is recalled.
#[derive(Debug)]
pub struct Practice {
    /// What works in it.
    pub clinic: Clinic,
    bookings: Router,
    referrals: Router,
    desk: Router,
}

fn days_before(days: u16) -> Timing {
    Timing::Before(Span::Calendar(CalendarSpan::Days(days), None))
}

fn days_after(days: u16) -> Timing {
    Timing::After(Span::Calendar(CalendarSpan::Days(days), None))
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

fn plain() -> Template {
    let text = "Hi {{ patient.first_name }}, this is about {{ program.name }}.";
    Template {
        id: TemplateId::new(build::number(8)),
        name: Label::parse("Plain").expect("a label"),
        content: Content::Sms(Body::parse(BodyKind::Sms, text).expect("a template")),
        ..build::template()
    }
}

/// The recall that Maria is on.
///
/// # Panics
/// Never: its texts are valid.
pub(crate) fn recall() -> Program {
    let half_a_year = Frequency::new(CalendarSpan::Months(6));
    Program {
        id: ProgramId::new(build::number(70)),
        kind: ProgramType::Recall,
        name: ProgramName::parse("Check-up").expect("a name"),
        course: Course::new(ProgramType::Recall, 2, half_a_year, NextCycle::FromFirstDate)
            .expect("a course"),
        completion: Completion::SelectedTypes,
        ..build::program(vec![plain_sms(1, days_before(40)), plain_sms(2, days_before(7))])
    }
}

fn check_up() -> BookingType {
    BookingType {
        id: BookingTypeId::new(build::number(72)),
        code: Code::parse("check-up").expect("a code"),
        name: Label::parse("Check-up").expect("a label"),
        starts: [].into(),
        completes: [recall().id].into(),
        ..build::booking_type()
    }
}

impl Practice {
    /// Opens it on Sunday, 22 November 2026, at 19:00 in Sydney.
    ///
    /// # Panics
    /// When it cannot be set up.
    pub async fn open() -> Self {
        let confirms = build::sms(10, Timing::Enrolled);
        let reminds = build::sms(11, days_before(2));
        let clinic = Clinic::with(vec![confirms, reminds, plain_sms(12, days_after(1))]).await;
        let catalogue = clinic.dynamo.catalogue();
        catalogue.create_template(&plain()).await.expect("a new template");
        catalogue.create_template(&build::letter_template()).await.expect("a new template");
        let letter = build::letter(21, Addressee::Gp, PrintOption::Mail);
        let follow_up = testkit::referrals::program(
            71,
            vec![plain_sms(20, Timing::Enrolled), letter, plain_sms(22, days_after(14))],
        );
        let follow_up = Program { completion: Completion::Ignore, ..follow_up };
        for program in [recall(), follow_up] {
            catalogue.create_program(&program, &build::saved()).await.expect("a new program");
        }
        catalogue.create_booking_type(&check_up()).await.expect("a new booking type");
        let people = clinic.dynamo.people();
        let with_post = Patient { revision: 2, ..build::patient_with_post() };
        people.save_patient(&build::patient(), &with_post).await.expect("she is there");
        clinic.add(&recall(), "2027-01-15".parse().expect("a day"), &[]).await;

        let credentials = Credentials::new("id", "secret", None, None, "test");
        let endpoint = format!("http://127.0.0.1:{}", secrets_manager(secret()).await);
        let aws = Aws::new(credentials, "ap-southeast-2".to_owned(), Some(endpoint));
        let context = Arc::new(Context {
            intake: clinic.dynamo.intake(),
            catalogue: clinic.dynamo.catalogue(),
            people: clinic.dynamo.people(),
            newcomers: clinic.dynamo.newcomers(),
            deliveries: clinic.dynamo.deliveries(),
            secrets: WebhookSecrets::new(aws, "clinic/webhooks/".to_owned(), clinic.clock.clone()),
            pace: Pace::new(100_000),
            clock: clinic.clock.clone(),
        });
        let ids = CountingIds::after(1_000_000);
        let desk = Desk::<InProcess> {
            balances: clinic.dynamo.balances(),
            counts: clinic.dynamo.day_counts(),
            deliveries: clinic.dynamo.deliveries(),
            catalogue: clinic.dynamo.catalogue(),
            people: clinic.dynamo.people(),
            bookings: clinic.dynamo.bookings(),
            enrolments: clinic.dynamo.enrolments(),
            reader: clinic.dynamo.enrolment_reader(),
            index: clinic.dynamo.due_index(),
            work_list: clinic.dynamo.work_list(),
            answers: clinic.dynamo.answers(&clinic.clock, &ids),
            clock: clinic.clock.clone(),
            ids,
            practice_name: Label::parse("Harbour Health").expect("a label"),
        };
        Self {
            bookings: booking_webhook_function::handler::api().into_router(Arc::clone(&context)),
            referrals: referral_webhook_function::handler::api().into_router(context),
            desk: enrolments_function::handler::api().into_router(Arc::new(desk)),
            clinic,
        }
    }

    /// Takes in a step, told in that language under that id.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn hear(&self, language: Language, step: &Step, id: &str) -> ApiAnswer {
        use app::ports::Clock;
        let now = aws::clock::SystemClock.now().timestamp();
        let (subject, request) = language.tell(step, id, now);
        let router = match subject {
            Subject::Booking => &self.bookings,
            Subject::Referral => &self.referrals,
        };
        let answer = call(router, request).await;
        let text = String::from_utf8_lossy(&answer.bytes);
        assert!(answer.status.is_success(), "{language:?} {step:?}: {} {text}", answer.status);
        answer
    }

    /// Lives on until then, by steps of that length: sweeps, and sends what is due.
    ///
    /// # Panics
    /// When something cannot be sent.
    pub async fn live_until(&self, until: DateTime<Utc>, by: Duration) {
        use app::ports::Clock;
        loop {
            for result in self.clinic.minute().await {
                result.expect("it is carried through");
            }
            let now = self.clinic.clock.now();
            if now >= until {
                return;
            }
            self.clinic.clock.advance(by.min(until - now));
        }
    }

    /// Goes through a story: each step is told when it happens, and life goes on in between. Ends at
    /// `end`.
    pub async fn live_through(&self, language: Language, story: &[Step], end: &str) {
        for (n, step) in story.iter().enumerate() {
            self.live_until(step.at - Duration::minutes(1), Duration::hours(6)).await;
            self.hear(language, step, &format!("evt-{n}")).await;
        }
        self.live_until(at(end), Duration::hours(6)).await;
    }

    /// The record of somebody whom the diary names.
    ///
    /// # Panics
    /// When there is none.
    pub async fn patient(&self, who: Person) -> PatientId {
        let id = Phi::new(ExternalId::parse(&who.id()).expect("a key"));
        let identifier = Identifier { source: Code::parse("diary").expect("a code"), id };
        let found = self.clinic.dynamo.people().find(&identifier).await;
        found.expect("it can be read").expect("there is a record")
    }

    /// What the API tells of each of their enrolments: itself and all of its history, in its own
    /// bytes, the oldest first.
    ///
    /// # Panics
    /// When it cannot be read.
    pub async fn histories(&self, who: Person) -> Vec<(String, String)> {
        let patient = self.patient(who).await;
        let reader = self.clinic.dynamo.enrolment_reader();
        let mut enrolments =
            reader.of_patient(&patient).await.expect("they can be read").enrolments;
        enrolments.sort_by(|a, b| (a.enrolled_at, &a.id).cmp(&(b.enrolled_at, &b.id)));
        let mut told = Vec::new();
        for enrolment in enrolments {
            let path = format!("/v1/enrolments/{}", enrolment.id);
            let itself = self.ask(&path).await;
            told.push((itself, self.ask(&format!("{path}/history?all=true")).await));
        }
        told
    }

    async fn ask(&self, path: &str) -> String {
        let answer = call(&self.desk, ApiRequest::new("GET", path).by("[viewer]")).await;
        let text = String::from_utf8(answer.bytes).expect("JSON is text");
        assert_eq!(answer.status, 200, "{path}: {text}");
        text
    }
}
