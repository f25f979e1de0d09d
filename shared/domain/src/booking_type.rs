//! Types of booking, where the links to programs live (HealthTrack R14).

use std::collections::BTreeSet;

use crate::booking::Booking;
use crate::ids::{BookingTypeId, ProgramId, tag};
use crate::program::{Completion, Program};
use crate::text::{Code, Label};

/// A type of booking and the programs linked to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingType {
    /// Its id.
    pub id: BookingTypeId,
    /// Counts saves.
    pub revision: u64,
    /// What booking systems call it.
    pub code: Code,
    /// What people call it.
    pub name: Label,
    /// The Booking programs that a booking of this type starts.
    pub starts: BTreeSet<ProgramId>,
    /// The programs, of the option *Selected*, of which a booking of this type completes a cycle.
    pub completes: BTreeSet<ProgramId>,
}

/// The codes of the booking types that complete a cycle of one program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completing {
    /// None (R13, *Ignore*).
    None,
    /// Every one (*Any*).
    All,
    /// These (*Selected*).
    Types(BTreeSet<Code>),
}

impl Completing {
    /// What completes a cycle of `program`, given the practice's booking types.
    pub fn of(program: &Program, types: &[BookingType]) -> Self {
        match program.completion {
            Completion::Ignore => Self::None,
            Completion::AnyBooking => Self::All,
            Completion::SelectedTypes => Self::Types(
                types
                    .iter()
                    .filter(|kind| kind.completes.contains(&program.id))
                    .map(|kind| kind.code.clone())
                    .collect(),
            ),
        }
    }

    /// Whether a booking of this type completes a cycle.
    pub fn covers(&self, booking: &Booking) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::Types(codes) => codes.contains(&booking.booking_type),
        }
    }
}

/// The links of one program, seen from its side (HealthTrack R14). They are kept by the booking types.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProgramLinks {
    /// The types of booking that put the patient on the program.
    pub starts: BTreeSet<BookingTypeId>,
    /// The types of booking that complete a cycle of it.
    pub completes: BTreeSet<BookingTypeId>,
}

impl ProgramLinks {
    /// The links of `program` among the practice's booking types.
    pub fn of(program: &ProgramId, types: &[BookingType]) -> Self {
        let ids = |linked: fn(&BookingType) -> &BTreeSet<ProgramId>| {
            let linked = types.iter().filter(|kind| linked(kind).contains(program));
            linked.map(|kind| kind.id.clone()).collect()
        };
        Self { starts: ids(|kind| &kind.starts), completes: ids(|kind| &kind.completes) }
    }

    /// A number that stands for these links and no others. It tells whether anybody, from whichever
    /// side, has changed them; what else is said of a booking type is not in it.
    pub fn tag(&self) -> u64 {
        let starts = self.starts.iter().map(BookingTypeId::as_str);
        let completes = self.completes.iter().map(BookingTypeId::as_str);
        let parts: Vec<_> = starts.chain(std::iter::once("/")).chain(completes).collect();
        tag(&parts)
    }

    /// The booking types that must change for `program` to have these links, as they must be then.
    pub fn changed(&self, program: &ProgramId, types: &[BookingType]) -> Vec<BookingType> {
        let linked = types.iter().map(|kind| {
            let mut after = kind.clone();
            link(&mut after.starts, program, self.starts.contains(&kind.id));
            link(&mut after.completes, program, self.completes.contains(&kind.id));
            (kind, after)
        });
        let changed = linked.filter(|(before, after)| *before != after);
        changed.map(|(_, after)| BookingType { revision: after.revision + 1, ..after }).collect()
    }
}

fn link(programs: &mut BTreeSet<ProgramId>, program: &ProgramId, wanted: bool) {
    if wanted {
        programs.insert(program.clone());
    } else {
        programs.remove(program);
    }
}

#[cfg(test)]
mod tests {
    use ulid::Ulid;

    use super::*;

    fn program(n: u128) -> ProgramId {
        ProgramId::new(Ulid::from_parts(0, n))
    }

    fn kind(n: u128, starts: &[u128], completes: &[u128]) -> BookingType {
        BookingType {
            id: BookingTypeId::new(Ulid::from_parts(0, n)),
            revision: 1,
            code: Code::parse(&format!("type-{n}")).unwrap(),
            name: Label::parse(&format!("Type {n}")).unwrap(),
            starts: starts.iter().map(|n| program(*n)).collect(),
            completes: completes.iter().map(|n| program(*n)).collect(),
        }
    }

    #[test]
    fn a_programs_links_are_those_that_the_booking_types_have() {
        let types = [kind(1, &[7], &[7, 8]), kind(2, &[8], &[7]), kind(3, &[], &[8])];
        let links = ProgramLinks::of(&program(7), &types);
        assert_eq!(links.starts, BTreeSet::from([types[0].id.clone()]));
        assert_eq!(links.completes, BTreeSet::from([types[0].id.clone(), types[1].id.clone()]));
    }

    #[test]
    fn only_booking_types_whose_links_differ_are_changed_and_other_programs_keep_theirs() {
        let types = [kind(1, &[7], &[7, 8]), kind(2, &[8], &[7]), kind(3, &[], &[8])];
        let completes = BTreeSet::from([types[1].id.clone(), types[2].id.clone()]);
        let links = ProgramLinks { starts: BTreeSet::new(), completes };
        let mut first = kind(1, &[], &[8]);
        let mut third = kind(3, &[], &[7, 8]);
        (first.revision, third.revision) = (2, 2);
        assert_eq!(links.changed(&program(7), &types), [first.clone(), third.clone()]);
        let after = [first, types[1].clone(), third];
        assert_eq!(ProgramLinks::of(&program(7), &after), links);
        assert_eq!(links.changed(&program(7), &after), []);
    }

    #[test]
    fn the_tag_tells_links_apart_whichever_list_they_are_in() {
        let id = |n| BookingTypeId::new(Ulid::from_parts(0, n));
        let links = |starts: &[u128], completes: &[u128]| ProgramLinks {
            starts: starts.iter().map(|n| id(*n)).collect(),
            completes: completes.iter().map(|n| id(*n)).collect(),
        };
        let all = [links(&[], &[]), links(&[1], &[]), links(&[], &[1]), links(&[1, 2], &[])];
        let tags: BTreeSet<_> = all.iter().map(ProgramLinks::tag).collect();
        assert_eq!(tags.len(), all.len());
        assert!(tags.iter().all(|tag| *tag < 1 << 53), "a number that JSON readers keep whole");
        assert_eq!(links(&[2, 1], &[]).tag(), links(&[1, 2], &[]).tag());
    }
}
