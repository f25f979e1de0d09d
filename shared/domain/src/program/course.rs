//! How often a program runs: cycles and their frequency (HealthTrack R2).

use chrono::NaiveDate;

use super::ProgramType;
use crate::calendar::CalendarSpan;
use crate::invalid::{FieldError, Invalid};
use crate::timing::Reference;

/// Most cycles of one enrolment: twenty years of weeks.
pub const MAX_CYCLES: u16 = 1_040;
/// Longest course of all cycles together, in years. What is planned later cannot be meant.
const MAX_YEARS: u64 = 100;

/// The distance from one cycle to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frequency(CalendarSpan);

impl Frequency {
    /// A frequency of so many days, weeks or months; `None` when it is zero.
    ///
    /// ```
    /// use domain::calendar::CalendarSpan::Months;
    /// use domain::program::Frequency;
    /// assert!(Frequency::new(Months(6)).is_some());
    /// assert!(Frequency::new(Months(0)).is_none());
    /// ```
    pub const fn new(span: CalendarSpan) -> Option<Self> {
        match span {
            CalendarSpan::Days(0) | CalendarSpan::Weeks(0) | CalendarSpan::Months(0) => None,
            CalendarSpan::Days(_) | CalendarSpan::Weeks(_) | CalendarSpan::Months(_) => {
                Some(Self(span))
            }
        }
    }

    /// The span.
    pub const fn span(self) -> CalendarSpan {
        self.0
    }

    /// At least as long as this, in days.
    fn days(self) -> u64 {
        match self.0 {
            CalendarSpan::Days(n) => n.into(),
            CalendarSpan::Weeks(n) => u64::from(n) * 7,
            CalendarSpan::Months(n) => u64::from(n) * 31,
        }
    }
}

/// From which date the next cycle counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextCycle {
    /// From the first reference date: *first + (k − 1) × frequency*.
    FromFirstDate,
    /// From the date of the booking that completed the cycle before, where one did.
    FromCompletingBooking,
}

impl NextCycle {
    /// Every option.
    pub const ALL: [Self; 2] = [Self::FromFirstDate, Self::FromCompletingBooking];

    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FromFirstDate => "first_date",
            Self::FromCompletingBooking => "completing_booking",
        }
    }

    /// The option of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|next| next.as_str() == text)
    }
}

/// How many cycles a program has, and how far apart they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Course {
    cycles: u16,
    frequency: Option<Frequency>,
    next: NextCycle,
}

impl Course {
    /// A single cycle.
    pub const ONCE: Self = Self { cycles: 1, frequency: None, next: NextCycle::FromFirstDate };

    /// The course of a program of this type.
    ///
    /// # Errors
    /// Names `/cycles` and `/frequency`: Booking and Referral programs have one cycle and no
    /// frequency; Recall and Program need a frequency, and General needs one for more than one
    /// cycle.
    ///
    /// ```
    /// use domain::program::{Course, NextCycle, ProgramType};
    /// assert!(Course::new(ProgramType::Booking, 1, None, NextCycle::FromFirstDate).is_ok());
    /// assert!(Course::new(ProgramType::Booking, 2, None, NextCycle::FromFirstDate).is_err());
    /// assert!(Course::new(ProgramType::Recall, 1, None, NextCycle::FromFirstDate).is_err());
    /// ```
    pub fn new(
        kind: ProgramType,
        cycles: u64,
        frequency: Option<Frequency>,
        next: NextCycle,
    ) -> Result<Self, Invalid> {
        let mut errors = Vec::new();
        let mut wrong =
            |pointer: &str, detail: String| errors.push(FieldError::new(pointer, detail));
        let name = kind.as_str();
        let repeats = kind.repeats();
        let counted = u16::try_from(cycles).ok().filter(|n| (1..=MAX_CYCLES).contains(n));
        if counted.is_none() {
            wrong("/cycles", format!("must be a whole number from 1 to {MAX_CYCLES}"));
        } else if !repeats && cycles != 1 {
            wrong("/cycles", format!("must be 1: a {name} program runs once"));
        }
        match frequency {
            Some(_) if !repeats => {
                wrong("/frequency", format!("must be left out: a {name} program runs once"));
            }
            None if kind.needs_frequency() => {
                wrong("/frequency", format!("is required for a {name} program"));
            }
            None if repeats && cycles > 1 => {
                wrong("/frequency", "is required for more than one cycle".to_owned());
            }
            Some(frequency) if frequency.days().saturating_mul(cycles) > MAX_YEARS * 366 => {
                let detail =
                    format!("all cycles together must not take more than {MAX_YEARS} years");
                wrong("/frequency", detail);
            }
            Some(_) | None => {}
        }
        Invalid::unless_empty(errors)?;
        Ok(Self { cycles: counted.unwrap_or(1), frequency, next })
    }

    /// How many cycles.
    pub const fn cycles(self) -> u16 {
        self.cycles
    }

    /// How far apart they are.
    pub const fn frequency(self) -> Option<Frequency> {
        self.frequency
    }

    /// From which date the next cycle counts.
    pub const fn next(self) -> NextCycle {
        self.next
    }

    /// The reference date `steps` cycles after `anchor`: counted, and clamped, from the anchor
    /// itself (31 January monthly: 28 February, 31 March).
    ///
    /// `None` outside the calendar, or without a frequency for more than no steps.
    pub fn reference_after(self, anchor: Reference, steps: u16) -> Option<Reference> {
        if steps == 0 {
            return Some(anchor);
        }
        let date = |date: NaiveDate| self.frequency?.0.times(steps).after(date);
        match anchor {
            Reference::Date(day) => date(day).map(Reference::Date),
            // Only Booking programs count from an instant, and they have one cycle.
            Reference::Instant(at) => date(at.date_naive())
                .map(|day| Reference::Instant(day.and_time(at.time()).and_utc())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_takes_the_cycles_and_the_frequency_its_rule_says() {
        use ProgramType::{Booking, General, Program, Recall, Referral};
        let monthly = Frequency::new(CalendarSpan::Months(1));
        let cases = [
            (General, 1, None, &[][..]),
            (General, 2, None, &["/frequency"]),
            (General, 12, monthly, &[]),
            (Recall, 1, monthly, &[]),
            (Recall, 1, None, &["/frequency"]),
            (Program, 3, monthly, &[]),
            (Program, 3, None, &["/frequency"]),
            (Booking, 1, None, &[]),
            (Booking, 2, monthly, &["/cycles", "/frequency"]),
            (Referral, 1, monthly, &["/frequency"]),
            (General, 0, None, &["/cycles"]),
            (Recall, 1_000_000_000, monthly, &["/cycles", "/frequency"]),
            (Recall, 1_040, Frequency::new(CalendarSpan::Months(120)), &["/frequency"]),
        ];
        for (kind, cycles, frequency, expected) in cases {
            let course = Course::new(kind, cycles, frequency, NextCycle::FromFirstDate);
            let pointers: Vec<String> = course
                .err()
                .iter()
                .flat_map(Invalid::errors)
                .map(|error| error.pointer.clone())
                .collect();
            assert_eq!(pointers, expected, "{kind:?} {cycles} {frequency:?}");
        }
    }

    #[test]
    fn a_cycles_date_is_counted_and_clamped_from_the_first_date() {
        let date = |text: &str| Reference::Date(text.parse().unwrap());
        let monthly = Frequency::new(CalendarSpan::Months(1));
        let course =
            Course::new(ProgramType::Recall, 12, monthly, NextCycle::FromFirstDate).unwrap();
        let first = date("2027-01-31");
        for (steps, expected) in [(0, "2027-01-31"), (1, "2027-02-28"), (2, "2027-03-31")] {
            assert_eq!(course.reference_after(first, steps), Some(date(expected)));
        }
        assert_eq!(Course::ONCE.reference_after(first, 1), None);
    }
}
