//! What staff do with a letter of the list, and when they can.

use chrono::Duration;

use super::{Done, LetterState, ListedLetter, Waiting};
use crate::ids::{BatchId, PaperId};
use crate::phi::Phi;
use crate::settings::Remark;

/// Something done with a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handling {
    /// It is printed with others.
    Print {
        /// With which.
        batch: BatchId,
        /// What it is printed on, should it be for another address.
        anew: Option<Anew>,
    },
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
    /// It is not to be sent after all.
    Withdraw(Remark),
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

/// How long a letter may be on its way to the ePost provider. Later, whoever was to hand it over has
/// stopped for good, and a person may decide what becomes of it.
const HANDING_OVER: Duration = Duration::minutes(30);

/// Why something cannot be done with a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CannotHandle {
    /// It is not waiting.
    #[error("It was printed before. To print it once more, say so by POST …/again first.")]
    Printed,
    /// It came back.
    #[error(
        "It came back from the post. Correct the address; POST …/again then puts it on the list once more, made anew."
    )]
    Returned,
    /// It cannot come back from where it never went.
    #[error("It has not been printed, so the post cannot have brought it back.")]
    NotPrinted,
    /// It was withdrawn.
    #[error("It was withdrawn. POST …/again puts it on the list once more.")]
    Withdrawn,
    /// It is out.
    #[error("It is in the post already, so it cannot be withdrawn.")]
    InThePost,
    /// It is no paper.
    #[error("It is a file of the practice, and is not printed or posted from the list.")]
    File,
    /// It is just being handed over.
    #[error("It is being handed to the ePost provider. Look again in half an hour.")]
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
        if let LetterState::ToFile { .. } | LetterState::Filed { .. } = self.state {
            return Err(CannotHandle::File);
        }
        if self.state == LetterState::ToEpost && done.at < self.listed + HANDING_OVER {
            return Err(CannotHandle::ToEpost);
        }
        match handling {
            Handling::Print { batch, anew } => self.printed(batch, anew, done),
            Handling::Post => self.posted(done),
            Handling::Return(why) => self.returned(why, done),
            Handling::Again { why, anew } => Ok(self.again(why, anew, done)),
            Handling::Withdraw(why) => self.withdrawn(why, done),
        }
    }

    fn printed(
        &self,
        batch: BatchId,
        anew: Option<Anew>,
        done: Done,
    ) -> Result<Option<Self>, CannotHandle> {
        match &self.state {
            // Who names a letter that is in doubt has asked the provider.
            LetterState::Waiting(_) | LetterState::InDoubt(_) | LetterState::ToEpost => {
                let state = LetterState::Printed { batch: batch.clone(), done };
                let mut next = self.on(anew, state);
                next.batches.push(batch);
                Ok(Some(next))
            }
            LetterState::Printed { batch: before, .. } if batch == *before => Ok(None),
            LetterState::Printed { .. }
            | LetterState::Posted { .. }
            | LetterState::Returned { .. } => Err(CannotHandle::Printed),
            LetterState::Withdrawn { .. } => Err(CannotHandle::Withdrawn),
            LetterState::AtEpost { .. } => Err(CannotHandle::AtEpost),
            LetterState::ToFile { .. } | LetterState::Filed { .. } => Err(CannotHandle::File),
        }
    }

    fn posted(&self, done: Done) -> Result<Option<Self>, CannotHandle> {
        let batch = match &self.state {
            LetterState::Waiting(_) | LetterState::InDoubt(_) | LetterState::ToEpost => None,
            LetterState::Printed { batch, .. } => Some(batch.clone()),
            LetterState::Posted { .. } => return Ok(None),
            LetterState::Returned { .. } => return Err(CannotHandle::Returned),
            LetterState::Withdrawn { .. } => return Err(CannotHandle::Withdrawn),
            LetterState::AtEpost { .. } => return Err(CannotHandle::AtEpost),
            LetterState::ToFile { .. } | LetterState::Filed { .. } => {
                return Err(CannotHandle::File);
            }
        };
        Ok(Some(self.on(None, LetterState::Posted { batch, done })))
    }

    fn returned(&self, why: Remark, done: Done) -> Result<Option<Self>, CannotHandle> {
        match self.state {
            LetterState::Printed { .. }
            | LetterState::Posted { .. }
            | LetterState::AtEpost { .. }
            | LetterState::InDoubt(_)
            | LetterState::ToEpost => Ok(Some(self.on(None, LetterState::Returned { done, why }))),
            LetterState::Returned { .. } => Ok(None),
            LetterState::Waiting(_) => Err(CannotHandle::NotPrinted),
            LetterState::Withdrawn { .. } => Err(CannotHandle::Withdrawn),
            LetterState::ToFile { .. } | LetterState::Filed { .. } => Err(CannotHandle::File),
        }
    }

    fn again(&self, why: Remark, anew: Option<Anew>, done: Done) -> Option<Self> {
        match self.state {
            // It waits already, for the same address.
            LetterState::Waiting(_) if anew.is_none() => None,
            LetterState::Waiting(_)
            | LetterState::Printed { .. }
            | LetterState::Posted { .. }
            | LetterState::Returned { .. }
            | LetterState::Withdrawn { .. }
            | LetterState::ToEpost
            | LetterState::AtEpost { .. }
            | LetterState::InDoubt(_)
            | LetterState::ToFile { .. }
            | LetterState::Filed { .. } => {
                Some(self.on(anew, LetterState::Waiting(Waiting::Again { done, why })))
            }
        }
    }

    fn withdrawn(&self, why: Remark, done: Done) -> Result<Option<Self>, CannotHandle> {
        match self.state {
            // What was printed may still be on the desk.
            LetterState::Waiting(_)
            | LetterState::Printed { .. }
            | LetterState::InDoubt(_)
            | LetterState::ToEpost => Ok(Some(self.on(None, LetterState::Withdrawn { done, why }))),
            LetterState::Withdrawn { .. } => Ok(None),
            LetterState::Posted { .. } | LetterState::Returned { .. } => {
                Err(CannotHandle::InThePost)
            }
            LetterState::AtEpost { .. } => Err(CannotHandle::AtEpost),
            LetterState::ToFile { .. } | LetterState::Filed { .. } => Err(CannotHandle::File),
        }
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
    use super::super::{EpostStage, LetterStateName, Reason};
    use super::*;

    fn remark(text: &str) -> Remark {
        Remark::parse(text).unwrap()
    }

    /// Why something is refused, in a word.
    const fn word(why: CannotHandle) -> &'static str {
        match why {
            CannotHandle::Printed => "<printed",
            CannotHandle::Returned => "<back",
            CannotHandle::NotPrinted => "<unsent",
            CannotHandle::Withdrawn => "<off",
            CannotHandle::InThePost => "<out",
            CannotHandle::File => "<file",
            CannotHandle::ToEpost => "<going",
            CannotHandle::AtEpost => "<there",
        }
    }

    /// What becomes of each of [`states`], and of those with a provider: `=` when nothing.
    fn outcomes(handling: &Handling) -> Vec<&'static str> {
        let outcome = |state| match letter(state).handled(handling.clone(), done("b")) {
            Ok(None) => "=",
            Ok(Some(after)) => {
                assert_eq!(after.revision, 8, "a change is a revision of its own");
                after.state.name().as_str()
            }
            Err(why) => word(why),
        };
        let with_a_provider = [
            LetterState::ToEpost,
            LetterState::AtEpost { provider_id: None, stage: EpostStage::Accepted, at: at(1) },
            LetterState::InDoubt(Reason::ours("hung up".to_owned())),
        ];
        states().into_iter().chain(with_a_provider).map(outcome).collect()
    }

    #[test]
    fn what_may_be_done_with_a_letter_in_each_state() {
        let print = Handling::Print { batch: BatchId::new(id(8)), anew: None };
        let (post, back) = (Handling::Post, Handling::Return(remark("unknown")));
        let again = Handling::Again { why: remark("jam"), anew: None };
        let withdraw = Handling::Withdraw(remark("died"));
        let table = [
            (
                print,
                "printed printed <printed <printed <printed <off <file <file <going <there printed",
            ),
            (post, "posted posted posted = <back <off <file <file <going <there posted"),
            (back, "<unsent <unsent returned returned = <off <file <file <going returned returned"),
            (again, "= = waiting waiting waiting waiting <file <file <going waiting waiting"),
            (
                withdraw,
                "withdrawn withdrawn withdrawn <out <out = <file <file <going <there withdrawn",
            ),
        ];
        for (handling, expected) in table {
            assert_eq!(outcomes(&handling).join(" "), expected, "{handling:?}");
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
            let print = Handling::Print { batch: BatchId::new(id(8)), anew: None };
            let printed = after.handled(print, done("b")).unwrap().unwrap();
            assert_eq!(printed.pdf(), after.pdf(), "it stays on that paper");
            assert_eq!(printed.batches, [BatchId::new(id(8))]);
        }
    }

    #[test]
    fn a_person_decides_about_a_letter_whose_hand_over_has_stopped_for_good() {
        let letter = letter(LetterState::ToEpost);
        let later = |minutes| Done { at: at(minutes), ..done("b") };
        let post = |done| letter.handled(Handling::Post, done);
        assert_eq!(post(later(29)), Err(CannotHandle::ToEpost));
        assert_eq!(post(later(30)).unwrap().unwrap().state.name(), LetterStateName::Posted);
    }

    #[test]
    fn printed_with_the_same_batch_again_nothing_changes_and_the_first_who_stands() {
        let batch = BatchId::new(id(9));
        let printed = letter(LetterState::Printed { batch: batch.clone(), done: done("a") });
        let print = Handling::Print { batch: batch.clone(), anew: None };
        assert_eq!(printed.handled(print, done("b")), Ok(None));
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
