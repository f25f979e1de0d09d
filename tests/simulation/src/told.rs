//! What the practice's other system tells: bookings and referrals, in any order, late and again.

use chrono::{DateTime, Duration, Utc};
use domain::booking::BookingEventKind;
use domain::intake::{
    PresentedPatient, ReferralEventKind, ReferralOrigin, Told, ToldBooking, ToldReferral,
    ToldReferralDetails, ToldVisit, When,
};
use domain::patient::{Gp, GpName};
use domain::phi::Phi;
use domain::text::{Code, ExternalId};
use testkit::build::address;

/// A booking, as the system has it.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub(crate) n: usize,
    pub(crate) version: u64,
    pub(crate) patient: ExternalId,
    pub(crate) kind: &'static str,
    pub(crate) site: &'static str,
    pub(crate) start: DateTime<Utc>,
}

/// A referral, as the system has it.
#[derive(Debug, Clone)]
pub(crate) struct Referred {
    pub(crate) n: usize,
    pub(crate) version: u64,
    pub(crate) patient: ExternalId,
    pub(crate) referrer: bool,
}

/// What the system knows and has told.
#[derive(Debug, Clone, Default)]
pub(crate) struct Diary {
    pub(crate) visits: Vec<Visit>,
    pub(crate) referrals: Vec<Referred>,
    /// Every event, by the place that is its id.
    pub(crate) events: Vec<Told>,
    /// Events that were not told yet, or to which nobody answered.
    pub(crate) untold: Vec<usize>,
}

fn id(text: &str) -> ExternalId {
    ExternalId::parse(text).expect("a key")
}

fn code(text: &str) -> Code {
    Code::parse(text).expect("a code")
}

/// What the system calls an event, by its place.
pub(crate) fn event_id(place: usize) -> String {
    format!("evt-{place}")
}

/// Whether nothing is to be said of a booking any more after this.
pub(crate) fn is_the_end(told: &Told) -> bool {
    match told {
        Told::Booking(told) => {
            matches!(told.kind, BookingEventKind::Cancelled | BookingEventKind::Deleted)
        }
        Told::Referral(_) => false,
    }
}

impl Visit {
    /// What the system calls it.
    pub(crate) fn key(&self) -> String {
        format!("B-{}", self.n)
    }

    pub(crate) fn told(&self, kind: BookingEventKind, at: DateTime<Utc>) -> Told {
        let visit = ToldVisit {
            booking_type: vec![code(self.kind)],
            start: When::Instant(self.start),
            end: None,
            patient: PresentedPatient::by_id(self.patient.clone()),
        };
        Told::Booking(ToldBooking {
            id: id(&self.key()),
            kind,
            version: Some(self.version),
            time: When::Instant(at),
            visit: (kind != BookingEventKind::Deleted).then_some(visit),
            site: vec![code(self.site)],
        })
    }

    /// Moves it by so many quarters of an hour, never to an hour that another booking has.
    pub(crate) fn shift(&mut self, quarters: i64) {
        self.start += Duration::minutes(15 * quarters);
    }
}

impl Referred {
    pub(crate) fn told(&self, kind: ReferralEventKind, at: DateTime<Utc>) -> Told {
        let referrer = self.referrer.then(|| {
            let name = GpName::parse("Dr Amara Okafor").expect("a name");
            let address = Some(address("9 Ridge Road"));
            Phi::new(Gp { name, practice: None, address, email: None })
        });
        Told::Referral(ToldReferral {
            id: id(&format!("R-{}", self.n)),
            kind,
            version: Some(self.version),
            time: When::Instant(at),
            details: Some(ToldReferralDetails {
                referral_type: Vec::new(),
                issued: None,
                valid_until: None,
                origin: ReferralOrigin::External,
                referrer,
                patient: PresentedPatient::by_id(self.patient.clone()),
            }),
            site: vec![code("harbour")],
        })
    }
}

impl Diary {
    /// Something happens, and is still to be told.
    pub(crate) fn happens(&mut self, told: Told) -> usize {
        self.events.push(told);
        let place = self.events.len() - 1;
        self.untold.push(place);
        place
    }

    /// The booking that an event is about, when it is the last that has happened to it.
    pub(crate) fn latest_of(&self, told: &Told) -> Option<String> {
        let Told::Booking(told) = told else { return None };
        let visit = self.visits.iter().find(|visit| visit.key() == told.id.as_str())?;
        (told.version == Some(visit.version)).then(|| visit.key())
    }

    /// The number of the patient whom an event is about.
    pub(crate) fn patient_of(&self, told: &Told) -> Option<usize> {
        let Told::Booking(told) = told else { return None };
        let visit = self.visits.iter().find(|visit| visit.key() == told.id.as_str())?;
        visit.patient.as_str().strip_prefix("P-")?.parse().ok()
    }

    /// It was told, and somebody answered.
    pub(crate) fn was_told(&mut self, place: usize) {
        self.untold.retain(|untold| *untold != place);
    }
}
