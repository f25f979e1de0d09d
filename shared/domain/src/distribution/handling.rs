//! What staff do with a letter of the list, and when they can.

use super::{Done, LetterState, ListedLetter, Waiting};
use crate::ids::{BatchId, PaperId};
use crate::phi::Phi;
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
    Again {
        /// Why.
        why: Remark,
        /// What it is printed on, should it be for another address.
        anew: Option<Anew>,
    },
}

/// A letter that is made anew: it says the same, to where its reader is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anew {
    /// Its new paper.
    pub paper: PaperId,
    /// The name and the address on it, a line each.
    pub to: Phi<Vec<String>>,
    /// How many pages it has.
    pub pages: u16,
}

/// Why something cannot be done with a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CannotHandle {
    /// It is not waiting.
    #[error("It is printed already. To print it once more, say so by POST …/again first.")]
    Printed,
    /// It came back.
    #[error(
        "It came back from the post. Correct the address; POST …/again then puts it on the list once more, made anew."
    )]
    Returned,
    /// It cannot come back from where it never went.
    #[error("It has not been printed, so the post cannot have brought it back.")]
    NotPrinted,
    /// It is no paper.
    #[error("It is a file of the practice, and is not printed or posted from the list.")]
    File,
    /// It is just being handed over.
    #[error("It is being handed to the ePost provider. Look again in a quarter of an hour.")]
    ToEpost,
    /// The provider has it.
    #[error(
        "The ePost provider has it. To print it by hand instead, stop it there, and say so by POST …/again first."
    )]
    AtEpost,
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
            (_, LetterState::ToEpost) => return Err(CannotHandle::ToEpost),
            (Handling::Print(_) | Handling::Post, LetterState::AtEpost { .. }) => {
                return Err(CannotHandle::AtEpost);
            }
            // Who names a letter that is in doubt has asked the provider.
            (Handling::Print(batch), LetterState::Waiting(_) | LetterState::InDoubt { .. }) => {
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
            (Handling::Post, LetterState::Waiting(_) | LetterState::InDoubt { .. }) => {
                LetterState::Posted { batch: None, done }
            }
            (Handling::Post, LetterState::Printed { batch, .. }) => {
                LetterState::Posted { batch: Some(batch.clone()), done }
            }
            (Handling::Post, LetterState::Posted { .. })
            | (Handling::Return(_), LetterState::Returned { .. })
            | (Handling::Again { anew: None, .. }, LetterState::Waiting(_)) => return Ok(None),
            (Handling::Post, LetterState::Returned { .. }) => return Err(CannotHandle::Returned),
            (Handling::Return(_), LetterState::Waiting(_)) => return Err(CannotHandle::NotPrinted),
            (
                Handling::Return(why),
                LetterState::Printed { .. }
                | LetterState::Posted { .. }
                | LetterState::AtEpost { .. }
                | LetterState::InDoubt { .. },
            ) => LetterState::Returned { done, why },
            (
                Handling::Again { why, anew },
                LetterState::Waiting(_)
                | LetterState::Printed { .. }
                | LetterState::Posted { .. }
                | LetterState::Returned { .. }
                | LetterState::AtEpost { .. }
                | LetterState::InDoubt { .. },
            ) => {
                let state = LetterState::Waiting(Waiting::Again { done, why });
                return Ok(Some(self.on(anew, state)));
            }
        };
        Ok(Some(self.on(None, state)))
    }

    /// The letter in another state, on this paper or on the one it is on.
    fn on(&self, anew: Option<Anew>, state: LetterState) -> Self {
        let next = Self { state, revision: self.revision + 1, ..self.clone() };
        match anew {
            None => next,
            Some(Anew { paper, to, pages }) => Self { paper: Some(paper), to, pages, ..next },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{at, done, id, letter, states};
    use super::super::{EpostStage, LetterStateName};
    use super::*;

    fn remark(text: &str) -> Remark {
        Remark::parse(text).unwrap()
    }

    /// What becomes of each of [`states`], and of those with a provider: `=` when nothing, a sentence's beginning when refused.
    fn outcomes(handling: &Handling) -> Vec<String> {
        let outcome = |state| match letter(state).handled(handling.clone(), done("b")) {
            Ok(None) => "=".to_owned(),
            Ok(Some(after)) => {
                assert_eq!(after.revision, 8, "a change is a revision of its own");
                after.state.name().as_str().to_owned()
            }
            Err(why) => why.to_string().chars().take(12).collect(),
        };
        let with_a_provider = [
            LetterState::ToEpost,
            LetterState::AtEpost { provider_id: None, stage: EpostStage::Accepted, at: at(1) },
            LetterState::InDoubt { why: "hung up".to_owned() },
        ];
        states().into_iter().chain(with_a_provider).map(outcome).collect()
    }

    #[test]
    fn what_may_be_done_with_a_letter_in_each_state() {
        let (file, printed) = ("It is a file", "It is printe");
        let (returned, not_printed) = ("It came back", "It has not b");
        let (going, there) = ("It is being ", "The ePost pr");
        let batch = Handling::Print(BatchId::new(id(8)));
        let table = [
            (
                batch,
                [
                    "printed", "printed", printed, printed, printed, file, file, going, there,
                    "printed",
                ],
            ),
            (
                Handling::Post,
                ["posted", "posted", "posted", "=", returned, file, file, going, there, "posted"],
            ),
            (
                Handling::Return(remark("unknown")),
                [
                    not_printed,
                    not_printed,
                    "returned",
                    "returned",
                    "=",
                    file,
                    file,
                    going,
                    "returned",
                    "returned",
                ],
            ),
            (
                Handling::Again { why: remark("jam"), anew: None },
                [
                    "=", "=", "waiting", "waiting", "waiting", file, file, going, "waiting",
                    "waiting",
                ],
            ),
        ];
        for (handling, expected) in table {
            assert_eq!(outcomes(&handling), expected, "{handling:?}");
        }
    }

    #[test]
    fn a_letter_that_is_made_anew_waits_with_its_new_address_on_its_new_paper() {
        let to = Phi::new(vec!["Maria Rossi".to_owned(), "3 Elm Street".to_owned()]);
        let anew = Anew { paper: PaperId::new(id(6)), to: to.clone(), pages: 2 };
        let handling = Handling::Again { why: remark("moved"), anew: Some(anew) };
        for state in [LetterState::Waiting(Waiting::New), states().remove(4)] {
            let before = letter(state);
            let after = before.handled(handling.clone(), done("b")).unwrap().unwrap();
            assert_eq!((&after.to, after.pages, after.revision), (&to, 2, 8));
            assert_eq!(after.state.name(), LetterStateName::Waiting);
            assert_ne!(after.pdf(), before.pdf(), "the first paper stays as it was");
            assert_eq!(after.source(), before.source());
            let printed = after.handled(Handling::Print(BatchId::new(id(8))), done("b"));
            assert_eq!(printed.unwrap().unwrap().pdf(), after.pdf(), "it stays on that paper");
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
