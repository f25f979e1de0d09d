//! Everybody who is on a program, of the whole practice (HealthTrack R27).
//!
//! There is no index of that. Those of each program are in `by_program`, in the order in which they
//! were put on it; one program after the other, in the order in which the programs were made, that is
//! an order which nothing disturbs: no page repeats anybody or leaves anybody out, whatever is sent
//! meanwhile. The order of the next action's date would move under the reader's feet, and the index
//! that has it knows nobody who is held.

use domain::enrolment::Enrolment;
use domain::ids::{EnrolmentId, ProgramId};
use domain::program::Program;

use crate::ports::{EnrolmentReader, StoreError};

/// Enrolments read at once.
const READ: usize = 100;

/// Most enrolments that are looked at for one page.
const MOST_READ: usize = 1_000;

/// Most queries that are made for one page: a program with nobody on it costs one too.
const MOST_QUERIES: usize = 50;

/// A place in the list: in a program's, or at its beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WidePlace {
    /// The program.
    pub program: ProgramId,
    /// After what in the list of those on it.
    pub after: Option<String>,
}

impl WidePlace {
    /// The place as text. It has ids and a time in it, and nothing of a patient.
    pub fn to_text(&self) -> String {
        let after = self.after.as_deref();
        after.map_or_else(|| self.program.to_string(), |it| format!("{}|{it}", self.program))
    }

    /// Reads [`WidePlace::to_text`].
    pub fn parse(text: &str) -> Option<Self> {
        let (program, after) = text.split_once('|').map_or((text, None), |(a, b)| (a, Some(b)));
        let program = ProgramId::parse(program).ok()?;
        let after = match after {
            None => None,
            Some(after) => {
                // What is given to the store is what the store has given.
                let (_, id) = after.split_once('|')?;
                EnrolmentId::parse(id).ok()?;
                Some(after.to_owned())
            }
        };
        Some(Self { program, after })
    }
}

/// A page of those who are on a program.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WidePage {
    /// The enrolments.
    pub enrolments: Vec<Enrolment>,
    /// Where the next page begins; `None` when there is none.
    pub next: Option<WidePlace>,
}

/// A page of those who are on one of `programs` and whom `takes` takes, at most `limit`. It may be
/// short, or empty, with others to come: it looks at so many enrolments and programs and no more.
///
/// Cost: at most fifty queries of an index and as many reads of up to a hundred enrolments, a thousand
/// and a program's last few altogether; without a filter one of each for a page of fifty that is
/// within one program.
///
/// # Errors
/// When the store fails.
pub async fn practice_wide(
    reader: &impl EnrolmentReader,
    mut programs: Vec<&Program>,
    takes: impl Fn(&Enrolment, &Program) -> bool,
    from: Option<WidePlace>,
    limit: usize,
) -> Result<WidePage, StoreError> {
    programs.sort_by_key(|program| &program.id);
    // A program that is deleted between two pages had nobody on it.
    programs.retain(|program| from.as_ref().is_none_or(|from| program.id >= from.program));
    let mut after = from.and_then(|from| {
        let here = programs.first().is_some_and(|first| first.id == from.program);
        from.after.filter(|_| here)
    });
    let mut page = WidePage::default();
    let (mut looked_at, mut queries) = (0, 0);
    let mut left = programs.into_iter().peekable();
    while let Some(program) = left.peek().copied() {
        let here = |after| Some(WidePlace { program: program.id.clone(), after });
        if page.enrolments.len() == limit || looked_at >= MOST_READ || queries == MOST_QUERIES {
            page.next = here(after);
            return Ok(page);
        }
        let found = reader.of_program(&program.id, after.as_deref(), READ).await?;
        queries += 1;
        looked_at += found.enrolments.len();
        let mut found_here = found.enrolments.into_iter().peekable();
        while let Some(enrolment) = found_here.next() {
            if !takes(&enrolment, program) {
                continue;
            }
            let place = reader.place(&enrolment);
            page.enrolments.push(enrolment);
            let more_here = found_here.peek().is_some();
            if page.enrolments.len() == limit && more_here {
                page.next = here(Some(place));
                return Ok(page);
            }
        }
        after = found.next;
        if after.is_none() {
            left.next();
        }
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use domain::ids::ProgramId;

    use super::WidePlace;

    #[test]
    fn a_place_is_read_as_it_was_written_and_nothing_else_is_one() {
        let program = ProgramId::parse("prog_00000000000000000000000007").unwrap();
        let after = "2026-11-22T08:00:00.000Z|enr_00000000000000000000000001".to_owned();
        for after in [None, Some(after)] {
            let place = WidePlace { program: program.clone(), after };
            assert_eq!(WidePlace::parse(&place.to_text()), Some(place));
        }
        for wrong in ["", "prog_7", "prog_00000000000000000000000007|x", "|"] {
            assert_eq!(WidePlace::parse(wrong), None, "{wrong}");
        }
    }
}
