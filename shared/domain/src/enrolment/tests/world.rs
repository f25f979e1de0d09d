//! A small clinic: a program, a site, a patient and their bookings.

use super::*;

pub(super) const ENROLLED: &str = "2026-11-20T10:00:00+11:00"; // a Friday
pub(super) const VISIT: &str = "2026-12-03T10:30:00+11:00"; // a Thursday

pub(super) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(super) fn id(n: u128) -> Ulid {
    Ulid::from_parts(0, n)
}

pub(super) fn days_before(days: u16, time: Option<&str>) -> Timing {
    let time = time.map(|time| NaiveTime::parse_from_str(time, "%H:%M").unwrap());
    Timing::Before(Span::Calendar(CalendarSpan::Days(days), time))
}

pub(super) fn sms(n: u128, timing: Timing) -> Action {
    sms_with(n, timing, WindowUse::Keep, OnError::Pause)
}

pub(super) fn sms_with(n: u128, timing: Timing, window: WindowUse, on_error: OnError) -> Action {
    let medium = Medium::Sms { template: TemplateId::new(id(1)), reply: Reply::NotKept, window };
    let kind = ActionKind::Message(Message { medium, on_error, useful_for: UsefulFor::default() });
    Action { id: ActionId::new(id(n)), timing, kind }
}

pub(super) fn at_any_hour(action: Action) -> Action {
    let on_error = action.message().unwrap().on_error;
    Action { kind: sms_with(1, action.timing, WindowUse::Ignore, on_error).kind, ..action }
}

pub(super) fn or_skip(action: Action) -> Action {
    let window = action.message().unwrap().medium.window();
    Action { kind: sms_with(1, action.timing, window, OnError::Skip).kind, ..action }
}

pub(super) fn pause(n: u128) -> Action {
    Action { id: ActionId::new(id(n)), timing: Timing::Enrolled, kind: ActionKind::Pause }
}

pub(super) fn days_after(days: u16, time: Option<&str>) -> Timing {
    let time = time.map(|time| NaiveTime::parse_from_str(time, "%H:%M").unwrap());
    Timing::After(Span::Calendar(CalendarSpan::Days(days), time))
}

pub(super) fn on_the_day() -> Timing {
    Timing::On(None)
}

pub(super) fn pause_at(n: u128, timing: Timing) -> Action {
    Action { timing, ..pause(n) }
}

pub(super) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn person() -> Actor {
    Actor::Person(ExternalId::parse("U-1").unwrap())
}

/// A patient on a program: of their booking when `about_visit`, else added by hand.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) program: Program,
    pub(super) site: Site,
    pub(super) patient: Patient,
    pub(super) booking: Booking,
    pub(super) bookings: Vec<Booking>,
    pub(super) completing: Completing,
    pub(super) about_visit: bool,
    pub(super) referral: Option<Referral>,
}

impl World {
    pub(super) fn with(actions: Vec<Action>) -> Self {
        let name = |text| Phi::new(PersonName::parse(text).unwrap());
        let (patient, site) = (PatientId::new(id(1)), SiteId::new(id(1)));
        Self {
            program: Program {
                id: ProgramId::new(id(1)),
                version: 1,
                kind: ProgramType::Booking,
                name: ProgramName::parse("Reminders").unwrap(),
                course: Course::ONCE,
                purpose: Purpose::Care,
                significance: Significance::Routine,
                completion: Completion::Ignore,
                reopening: Reopening::AtOnce,
                referrals: ReferralFilter::default(),
                actions,
                assignment: Assignment::Enabled,
            },
            site: Site {
                id: site.clone(),
                revision: 1,
                code: Code::parse("harbour").unwrap(),
                name: Label::parse("Harbour").unwrap(),
                zone: chrono_tz::Australia::Sydney,
                window: SendingWindow::default(),
                sms: crate::sender::SmsSender::Deployment,
                reply_to: None,
                letterhead: crate::site::Letterhead::default(),
            },
            patient: Patient {
                id: patient.clone(),
                revision: 1,
                identifiers: BTreeSet::new(),
                first_name: name("Maria"),
                last_name: name("Rossi"),
                date_of_birth: None,
                mobile: Some(MobileNumber::from_e164("+61491570006").unwrap()),
                email: None,
                address: None,
                language: None,
                gp: None,
                site: None,
                consents: Consents::default(),
                standing: Standing::Current,
                merged_from: BTreeSet::new(),
                returned_mail: std::collections::BTreeMap::new(),
                bounced_email: None,
                medicare: None,
            },
            booking: Booking {
                key: BookingKey {
                    source: Code::parse("diary").unwrap(),
                    id: ExternalId::parse("B-1").unwrap(),
                },
                revision: 1,
                told_by: Some(Stamp {
                    order: EventOrder { version: None, time: at(ENROLLED) },
                    kind: BookingEventKind::Made,
                }),
                state_told_by: None,
                state: BookingState::Booked,
                booking_type: Code::parse("physio").unwrap(),
                start: at(VISIT),
                end: None,
                matching: Matching::Matched { patient, site },
                made_at: at(ENROLLED),
                caused: BTreeSet::new(),
                completed: BTreeSet::new(),
                moved_at: None,
                confirmation: None,
            },
            bookings: Vec::new(),
            completing: Completing::None,
            about_visit: true,
            referral: None,
        }
    }

    /// A program of this type, which counts from a date, with its cycles a month apart.
    pub(super) fn of(kind: ProgramType, cycles: u64, actions: Vec<Action>) -> Self {
        let monthly = Frequency::new(CalendarSpan::Months(1)).filter(|_| kind.repeats());
        let mut world = Self::with(actions);
        world.about_visit = false;
        world.program.kind = kind;
        world.program.course =
            Course::new(kind, cycles, monthly, NextCycle::FromFirstDate).unwrap();
        world
    }

    /// A recall that any booking completes.
    pub(super) fn recall(cycles: u64, actions: Vec<Action>) -> Self {
        let mut world = Self::of(ProgramType::Recall, cycles, actions);
        world.program.completion = Completion::AnyBooking;
        world.completing = Completing::All;
        world
    }

    /// Another booking of the patient.
    pub(super) fn book(&self, n: u128, made: &str, start: &str) -> Booking {
        let mut booking = self.booking.clone();
        booking.key.id = ExternalId::parse(&format!("B-{n}")).unwrap();
        booking.made_at = at(made);
        booking.start = at(start);
        booking
    }

    /// What happens when the patient is added by hand on [`ENROLLED`].
    pub(super) fn adding(&self, reference: &str) -> Decision {
        let new = NewEnrolment {
            id: EnrolmentId::new(id(1)),
            cause: Cause::Added(person()),
            reference: Reference::Date(date(reference)),
            practitioner: None,
            request_id: "req-1".into(),
        };
        enrol(new, self.facts(), at(ENROLLED)).unwrap()
    }

    pub(super) fn add(&self, reference: &str) -> Enrolment {
        self.adding(reference).enrolment
    }

    pub(super) fn instruct(&self, e: &Enrolment, what: Instruction, now: &str) -> Decision {
        self.decide(e, Event::Instructed(what, person()), at(now))
    }

    /// The bookings are now these.
    pub(super) fn booked(&mut self, bookings: Vec<Booking>, e: &Enrolment, now: &str) -> Decision {
        self.bookings = bookings;
        self.decide(e, Event::BookingsChanged, at(now))
    }

    /// Sends whatever is due until `until`, as the sender does, and tells what was done and when.
    pub(super) fn run(&self, mut e: Enrolment, until: &str) -> (Enrolment, Vec<(u128, String)>) {
        let mut done = Vec::new();
        while let Some((due, _)) = e.due().filter(|(due, _)| *due <= at(until)) {
            let (n, decision) = (number(&step(&e).action), self.bring_up(&e, due));
            let wall = crate::calendar::local(self.site.zone, due).format("%Y-%m-%d %H:%M");
            if is_sending(&decision) {
                done.push((n, wall.to_string()));
                e = self.attempt(&e, sent(), due).enrolment;
            } else {
                done.extend(recorded(&decision).iter().map(|o| (n, o.as_str().to_owned())));
                e = decision.enrolment;
            }
        }
        (e, done)
    }

    pub(super) fn facts(&self) -> Facts<'_> {
        Facts {
            program: &self.program,
            site: &self.site,
            patient: &self.patient,
            visit: self.about_visit.then_some(&self.booking),
            referral: self.referral.as_ref(),
            bookings: &self.bookings,
            completing: &self.completing,
        }
    }

    pub(super) fn enrol(&self) -> Enrolment {
        enrol_for_booking("req-1".into(), self.facts(), at(ENROLLED)).unwrap().enrolment
    }

    pub(super) fn decide(
        &self,
        enrolment: &Enrolment,
        event: Event,
        now: DateTime<Utc>,
    ) -> Decision {
        decide(enrolment, self.facts(), event, now)
    }

    /// Brings up the action the enrolment waits for.
    pub(super) fn bring_up(&self, enrolment: &Enrolment, now: DateTime<Utc>) -> Decision {
        self.decide(enrolment, Event::Due(enrolment.current_key().unwrap(), Crowd::Unknown), now)
    }

    /// The current attempt ends in this way.
    pub(super) fn attempt(
        &self,
        enrolment: &Enrolment,
        outcome: Outcome,
        now: DateTime<Utc>,
    ) -> Decision {
        let key = enrolment.current_key().unwrap();
        self.decide(enrolment, Event::Attempted(key, outcome), now)
    }
}

/// The number an action was made with.
pub(super) fn number(id: &ActionId) -> u128 {
    Ulid::from_string(&id.as_str()[ActionId::PREFIX.len()..].to_ascii_uppercase()).unwrap().0
}

/// Writes down that the patient wants no care by this channel.
pub(super) fn opt_out(patient: &mut Patient, channel: Channel) {
    let how = Phi::new(Evidence::parse("answered STOP").unwrap());
    let (choice, by) = (Choice::Withdrawn, "patient".to_owned());
    let consent = Consent { choice, at: at(ENROLLED), by, how };
    patient.consents.record(channel, Purpose::Care, consent);
}

/// Closes the site on these days.
pub(super) fn close_on(
    window: SendingWindow,
    days: impl IntoIterator<Item = NaiveDate>,
) -> SendingWindow {
    let name = Label::parse("Public holiday").unwrap();
    window.with_holidays(days.into_iter().map(|day| (day, name.clone())))
}
