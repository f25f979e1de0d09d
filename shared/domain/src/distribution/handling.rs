//! What staff do with a letter of the list, and when they can.

use super::{Done, LetterState, ListedLetter, Waiting};
use crate::ids::BatchId;
use crate::settings::Remark;

/// Something done with a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handling {
    /// It is printed with others.
    Print(BatchId),
    /// It is put in the post.
    Post,
    /// The post has brought it back.
    Return(Remark),
    /// It is to be printed once more.
    Again(Remark),
}

/// Why something cannot be done with a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CannotHandle {
    /// It is not waiting.
    #[error("It is printed already. To print it once more, say so by POST …/again first.")]
    Printed,
    /// It came back.
    #[error(
        "It came back from the post. To send it once more, correct the address and say so by POST …/again."
    )]
    Returned,
    /// It cannot come back from where it never went.
    #[error("It has not been printed, so the post cannot have brought it back.")]
    NotPrinted,
    /// It is no paper.
    #[error("It is a file of the practice, and is not printed or posted from the list.")]
    File,
}

impl ListedLetter {
    /// The letter after something is done with it; `Ok(None)` when that was done before, and what was
    /// written down of it then stands.
    ///
    /// # Errors
    /// With a sentence that says why it cannot be done.
    pub fn handled(&self, handling: Handling, done: Done) -> Result<Option<Self>, CannotHandle> {
        let state = match (handling, &self.state) {
            (_, LetterState::ToFile { .. } | LetterState::Filed { .. }) => {
                return Err(CannotHandle::File);
            }
            (Handling::Print(batch), LetterState::Waiting(_)) => {
                LetterState::Printed { batch, done }
            }
            (Handling::Print(batch), LetterState::Printed { batch: before, .. })
                if batch == *before =>
            {
                return Ok(None);
            }
            (
                Handling::Print(_),
                LetterState::Printed { .. }
                | LetterState::Posted { .. }
                | LetterState::Returned { .. },
            ) => return Err(CannotHandle::Printed),
            (Handling::Post, LetterState::Waiting(_)) => LetterState::Posted { batch: None, done },
            (Handling::Post, LetterState::Printed { batch, .. }) => {
                LetterState::Posted { batch: Some(batch.clone()), done }
            }
            (Handling::Post, LetterState::Posted { .. })
            | (Handling::Return(_), LetterState::Returned { .. })
            | (Handling::Again(_), LetterState::Waiting(_)) => return Ok(None),
            (Handling::Post, LetterState::Returned { .. }) => return Err(CannotHandle::Returned),
            (Handling::Return(_), LetterState::Waiting(_)) => return Err(CannotHandle::NotPrinted),
            (Handling::Return(why), LetterState::Printed { .. } | LetterState::Posted { .. }) => {
                LetterState::Returned { done, why }
            }
            (
                Handling::Again(why),
                LetterState::Printed { .. }
                | LetterState::Posted { .. }
                | LetterState::Returned { .. },
            ) => LetterState::Waiting(Waiting::Again { done, why }),
        };
        Ok(Some(Self { state, revision: self.revision + 1, ..self.clone() }))
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use ulid::Ulid;

    use super::super::{FileNames, LetterStateName};
    use super::*;
    use crate::ids::{ActionId, EnrolmentId, LetterId, PatientId, ProgramId, SiteId};
    use crate::ledger::LedgerKey;
    use crate::phi::Phi;
    use crate::program::{Addressee, PrintOption};
    use crate::staff::StaffId;
    use crate::text::Label;

    fn id(n: u128) -> Ulid {
        Ulid::from_parts(0, n)
    }

    fn remark(text: &str) -> Remark {
        Remark::parse(text).unwrap()
    }

    fn done(by: &str) -> Done {
        let at = "2026-11-26T00:00:00Z".parse().unwrap();
        Done { at, by: StaffId::parse(by).unwrap() }
    }

    fn letter(state: LetterState) -> ListedLetter {
        let (enrolment, action) = (EnrolmentId::new(id(1)), ActionId::new(id(2)));
        let key = LedgerKey { enrolment, cycle: 1, action, attempt: 1 };
        ListedLetter {
            id: LetterId::of(&key),
            revision: 7,
            key,
            addressee: Addressee::Patient,
            print: PrintOption::Mail,
            to: Phi::new(vec!["Maria Rossi".to_owned()]),
            site: SiteId::new(id(3)),
            program: ProgramId::new(id(4)),
            patient: PatientId::new(id(5)),
            title: Label::parse("Recall").unwrap(),
            dated: NaiveDate::from_ymd_opt(2026, 11, 26).unwrap(),
            pages: 1,
            state,
        }
    }

    fn states() -> Vec<LetterState> {
        let batch = BatchId::new(id(9));
        vec![
            LetterState::Waiting(Waiting::New),
            LetterState::Waiting(Waiting::ByHand { why: "no provider".to_owned() }),
            LetterState::Printed { batch: batch.clone(), done: done("a") },
            LetterState::Posted { batch: Some(batch), done: done("a") },
            LetterState::Returned { done: done("a"), why: remark("moved") },
            LetterState::ToFile { names: FileNames::of("a/b").unwrap() },
            LetterState::Filed { path: "a/b.pdf".to_owned() },
        ]
    }

    /// What becomes of each of [`states`]: `=` when nothing, a sentence's beginning when refused.
    fn outcomes(handling: &Handling) -> Vec<String> {
        let outcome = |state| match letter(state).handled(handling.clone(), done("b")) {
            Ok(None) => "=".to_owned(),
            Ok(Some(after)) => {
                assert_eq!(after.revision, 8, "a change is a revision of its own");
                after.state.name().as_str().to_owned()
            }
            Err(why) => why.to_string().chars().take(12).collect(),
        };
        states().into_iter().map(outcome).collect()
    }

    #[test]
    fn what_may_be_done_with_a_letter_in_each_state() {
        let (file, printed) = ("It is a file", "It is printe");
        let (returned, not_printed) = ("It came back", "It has not b");
        let batch = Handling::Print(BatchId::new(id(8)));
        let table = [
            (batch, ["printed", "printed", printed, printed, printed, file, file]),
            (Handling::Post, ["posted", "posted", "posted", "=", returned, file, file]),
            (
                Handling::Return(remark("unknown")),
                [not_printed, not_printed, "returned", "returned", "=", file, file],
            ),
            (
                Handling::Again(remark("jam")),
                ["=", "=", "waiting", "waiting", "waiting", file, file],
            ),
        ];
        for (handling, expected) in table {
            assert_eq!(outcomes(&handling), expected, "{handling:?}");
        }
    }

    #[test]
    fn printed_with_the_same_batch_again_nothing_changes_and_the_first_who_stands() {
        let batch = BatchId::new(id(9));
        let printed = letter(LetterState::Printed { batch: batch.clone(), done: done("a") });
        assert_eq!(printed.handled(Handling::Print(batch.clone()), done("b")), Ok(None));
        let posted = printed.handled(Handling::Post, done("b")).unwrap().unwrap();
        let expected = LetterState::Posted { batch: Some(batch), done: done("b") };
        assert_eq!(posted.state, expected, "with which it was printed is still known");
        assert_eq!(posted.handled(Handling::Post, done("c")), Ok(None));
    }

    #[test]
    fn every_state_has_a_name_of_its_own_that_is_read_back() {
        let names = LetterStateName::ALL.map(LetterStateName::as_str);
        let read = names.map(|name| LetterStateName::parse(name).unwrap());
        assert_eq!(read, LetterStateName::ALL);
    }
}
