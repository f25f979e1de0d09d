//! Letters that an ePost provider prints and posts: what it says of them, and what that changes.
//!
//! What it says may come late, twice, in any order, or for a letter that is in other hands by then.
//! So a letter only ever goes forward by it, what a person has done with a letter stands, and a
//! person is told when both may have posted it.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::{LetterState, ListedLetter, Reason, Waiting};
use crate::program::PrintOption;
use crate::settings::Remark;

/// How far a letter has come at its ePost provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EpostStage {
    /// It was handed over.
    HandedOver,
    /// The provider has looked at it and takes it.
    Accepted,
    /// It is printed.
    Printed,
    /// It is in the post.
    Posted,
}

impl EpostStage {
    /// Every stage, in their order.
    pub const ALL: [Self; 4] = [Self::HandedOver, Self::Accepted, Self::Printed, Self::Posted];

    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HandedOver => "handed_over",
            Self::Accepted => "accepted",
            Self::Printed => "printed",
            Self::Posted => "posted",
        }
    }

    /// The stage of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == text)
    }
}

/// What an ePost provider says of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EpostReport {
    /// It has come so far.
    Reached(EpostStage),
    /// It will not be posted.
    Failed {
        /// Why, as far as the provider says.
        why: Option<Remark>,
    },
}

/// How the handing over of a letter has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandedOver {
    /// The provider has it, under this id of its own.
    Taken(String),
    /// The provider does not have it, and that is certain.
    Refused(String),
    /// The provider may have it.
    InDoubt(String),
}

/// What a provider's report means for a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// The letter stands so from now on.
    Stands(ListedLetter),
    /// It stands so, and a person must see to it.
    Failed(ListedLetter),
    /// Nothing is changed, and a person must be told: the provider posts a letter that a person has
    /// taken over, so it may go out twice.
    Twice,
    /// Nothing: it is old, came before, or the letter is none of the provider's.
    Nothing,
}

impl ListedLetter {
    /// By what a provider knows that it was handed this before: the letter, and what is in it and to
    /// whom. Asked again with the same key it must not post it twice.
    pub fn handover_key(&self, pdf: &[u8]) -> String {
        let mut hash = Sha256::new();
        for part in self.to.reveal().iter().map(String::as_bytes).chain([pdf]) {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        format!("{}-{:x}", self.id, hash.finalize())
    }

    /// The letter after it was handed to its provider, or was not. `None` when that changes nothing:
    /// the provider, or a person, has said more of it since.
    #[must_use]
    pub fn handed_over(&self, handed: HandedOver, at: DateTime<Utc>) -> Option<Self> {
        let state = match (&self.state, handed) {
            (LetterState::ToEpost | LetterState::InDoubt(_), HandedOver::Taken(id)) => {
                LetterState::AtEpost { provider_id: Some(id), stage: EpostStage::HandedOver, at }
            }
            // It spoke of the letter before its answer was written down.
            (LetterState::AtEpost { provider_id: None, stage, at }, HandedOver::Taken(id)) => {
                LetterState::AtEpost { provider_id: Some(id), stage: *stage, at: *at }
            }
            (LetterState::ToEpost, HandedOver::Refused(why)) => {
                LetterState::Waiting(Waiting::ByHand(Reason::ours(why)))
            }
            (LetterState::ToEpost, HandedOver::InDoubt(why)) => {
                LetterState::InDoubt(Reason::ours(why))
            }
            (
                LetterState::AtEpost { .. }
                | LetterState::InDoubt(_)
                | LetterState::Waiting(_)
                | LetterState::Printed { .. }
                | LetterState::Posted { .. }
                | LetterState::Returned { .. }
                | LetterState::Withdrawn { .. }
                | LetterState::ToFile { .. }
                | LetterState::Filed { .. },
                HandedOver::Taken(_) | HandedOver::Refused(_) | HandedOver::InDoubt(_),
            ) => return None,
        };
        Some(self.with(state))
    }

    /// What becomes of the letter when its provider says something of it, which was so at that time.
    pub fn reported(&self, report: EpostReport, at: DateTime<Utc>) -> Heard {
        match report {
            EpostReport::Reached(stage) => self.reached(stage, at),
            EpostReport::Failed { why } => self.failed(why, at),
        }
    }

    fn reached(&self, stage: EpostStage, at: DateTime<Utc>) -> Heard {
        let (before, provider_id) = match &self.state {
            // What the provider speaks of, it has, unless it has said otherwise since.
            LetterState::ToEpost => (None, &None),
            LetterState::InDoubt(reason) | LetterState::Waiting(Waiting::ByHand(reason)) => {
                if !reason.is_before(at) {
                    return Heard::Nothing;
                }
                (None, &None)
            }
            LetterState::AtEpost { provider_id, stage, .. } => (Some(*stage), provider_id),
            // A person has taken it over since. What was so before that is no news.
            LetterState::Waiting(Waiting::Again { done, .. })
            | LetterState::Printed { done, .. }
            | LetterState::Posted { done, .. }
            | LetterState::Withdrawn { done, .. } => {
                let news = self.print == PrintOption::EPost
                    && (at > done.at || stage == EpostStage::Posted);
                return if news { Heard::Twice } else { Heard::Nothing };
            }
            LetterState::Waiting(Waiting::New)
            | LetterState::Returned { .. }
            | LetterState::ToFile { .. }
            | LetterState::Filed { .. } => return Heard::Nothing,
        };
        if before >= Some(stage) {
            return Heard::Nothing;
        }
        let provider_id = provider_id.clone();
        Heard::Stands(self.with(LetterState::AtEpost { provider_id, stage, at }))
    }

    fn failed(&self, why: Option<Remark>, at: DateTime<Utc>) -> Heard {
        let why = why.map_or_else(|| "it did not say why".to_owned(), |why| why.to_string());
        let by_hand = || {
            let why =
                format!("The ePost provider did not post it ({why}); print and post it by hand.");
            self.with(LetterState::Waiting(Waiting::ByHand(Reason::said(why, at))))
        };
        match &self.state {
            LetterState::ToEpost | LetterState::InDoubt(_) => Heard::Failed(by_hand()),
            LetterState::AtEpost { stage, at: since, .. } => match stage {
                // It went on since: it was said before that, and comes late.
                EpostStage::Accepted | EpostStage::Printed if at < *since => Heard::Nothing,
                EpostStage::HandedOver | EpostStage::Accepted => Heard::Failed(by_hand()),
                // There is paper, and where it lies only the provider knows.
                EpostStage::Printed => {
                    let why = format!(
                        "The ePost provider printed it and then said that it will not post it ({why}); ask there what became of the paper before posting it by hand."
                    );
                    Heard::Failed(self.with(LetterState::InDoubt(Reason::said(why, at))))
                }
                // What is in the post cannot fail any more.
                EpostStage::Posted => Heard::Nothing,
            },
            LetterState::Waiting(_)
            | LetterState::Printed { .. }
            | LetterState::Posted { .. }
            | LetterState::Returned { .. }
            | LetterState::Withdrawn { .. }
            | LetterState::ToFile { .. }
            | LetterState::Filed { .. } => Heard::Nothing,
        }
    }

    fn with(&self, state: LetterState) -> Self {
        Self { state, revision: self.revision + 1, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{at, done, id, letter, states};
    use super::*;
    use crate::ids::BatchId;

    fn remark(text: &str) -> Remark {
        Remark::parse(text).unwrap()
    }

    /// Where a letter stands, in a word.
    fn word(state: &LetterState) -> &'static str {
        if let LetterState::AtEpost { stage, .. } = state {
            return stage.as_str();
        }
        let by_hand = matches!(state, LetterState::Waiting(Waiting::ByHand(_)));
        if by_hand { "by_hand" } else { state.name().as_str() }
    }

    fn outcome(after: Option<ListedLetter>) -> &'static str {
        after.map_or("=", |after| {
            assert_eq!(after.revision, 8, "a change is a revision of its own");
            word(&after.state)
        })
    }

    fn by_epost(state: LetterState) -> ListedLetter {
        ListedLetter { print: PrintOption::EPost, ..letter(state) }
    }

    fn heard(heard: Heard) -> &'static str {
        match heard {
            Heard::Stands(after) | Heard::Failed(after) => outcome(Some(after)),
            Heard::Twice => "twice",
            Heard::Nothing => "=",
        }
    }

    #[test]
    fn what_a_person_has_taken_over_stands_and_they_are_told_when_the_provider_posts_it_too() {
        let again = Waiting::Again { done: done("a"), why: remark("stopped there") };
        let (batch, why) = (BatchId::new(id(9)), remark("died"));
        let taken_over = [
            LetterState::Waiting(again),
            LetterState::Printed { batch, done: done("a") },
            LetterState::Posted { batch: None, done: done("a") },
            LetterState::Withdrawn { done: done("a"), why },
        ];
        for state in taken_over {
            let said = |letter: &ListedLetter, stage, minutes| {
                heard(letter.reported(EpostReport::Reached(stage), at(minutes)))
            };
            let letter = by_epost(state);
            assert_eq!(said(&letter, EpostStage::Accepted, 1), "twice", "{letter:?}");
            assert_eq!(said(&letter, EpostStage::Printed, -1), "=", "it was so before: {letter:?}");
            assert_eq!(said(&letter, EpostStage::Posted, -1), "twice", "{letter:?}");
            let mail = ListedLetter { print: PrintOption::Mail, ..letter };
            assert_eq!(said(&mail, EpostStage::Posted, 1), "=", "it was never handed over");
        }
    }

    #[test]
    fn a_provider_that_has_a_letter_after_all_gets_it_back_from_the_list() {
        let refused = Waiting::ByHand(Reason::ours("hung up".to_owned()));
        let failed = Waiting::ByHand(Reason::said("jam".to_owned(), at(5)));
        let table = [(refused, 1, "printed"), (failed.clone(), 4, "="), (failed, 6, "printed")];
        for (waiting, minutes, expected) in table {
            let letter = by_epost(LetterState::Waiting(waiting.clone()));
            let report = EpostReport::Reached(EpostStage::Printed);
            assert_eq!(heard(letter.reported(report, at(minutes))), expected, "{waiting:?}");
        }
    }

    #[test]
    fn a_failure_that_is_older_than_what_came_before_changes_nothing() {
        for (stage, late, early) in [
            (EpostStage::HandedOver, "by_hand", "by_hand"),
            (EpostStage::Accepted, "by_hand", "="),
            (EpostStage::Printed, "in_doubt", "="),
            (EpostStage::Posted, "=", "="),
        ] {
            let state = LetterState::AtEpost { provider_id: None, stage, at: at(5) };
            let failed = |minutes| {
                heard(
                    by_epost(state.clone())
                        .reported(EpostReport::Failed { why: None }, at(minutes)),
                )
            };
            assert_eq!((failed(6), failed(4)), (late, early), "{stage:?}");
        }
    }

    #[test]
    fn what_a_provider_says_changes_a_letter_that_is_with_it_and_no_other() {
        let reached = EpostReport::Reached;
        let table = [
            (reached(EpostStage::HandedOver), ["handed_over", "=", "=", "=", "=", "handed_over"]),
            (reached(EpostStage::Accepted), ["accepted", "accepted", "=", "=", "=", "accepted"]),
            (reached(EpostStage::Printed), ["printed", "printed", "printed", "=", "=", "printed"]),
            (reached(EpostStage::Posted), ["posted", "posted", "posted", "posted", "=", "posted"]),
            (
                EpostReport::Failed { why: Some(remark("bad paper")) },
                ["by_hand", "by_hand", "by_hand", "in_doubt", "=", "by_hand"],
            ),
        ];
        let staged =
            |stage| LetterState::AtEpost { provider_id: Some("e-1".to_owned()), stage, at: at(1) };
        for (report, expected) in table {
            let with_it = std::iter::once(LetterState::ToEpost)
                .chain(EpostStage::ALL.map(staged))
                .chain([LetterState::InDoubt(Reason::ours("hung up".to_owned()))]);
            let outcomes: Vec<_> =
                with_it.map(|state| heard(letter(state).reported(report.clone(), at(2)))).collect();
            assert_eq!(outcomes, expected, "{report:?}");
            for state in states() {
                // This one may be with it after all: see the test of its own.
                let by_hand = matches!(state, LetterState::Waiting(Waiting::ByHand(_)));
                let after = letter(state.clone()).reported(report.clone(), at(2));
                let nothing = after == Heard::Nothing;
                assert!(nothing || by_hand, "{report:?} of a letter that is {}", word(&state));
            }
        }
    }

    #[test]
    fn a_failure_says_why_on_the_list_and_a_stage_keeps_the_providers_id() {
        let stage = EpostStage::Accepted;
        let with_it =
            letter(LetterState::AtEpost { provider_id: Some("e-1".to_owned()), stage, at: at(1) });
        let failed = EpostReport::Failed { why: Some(remark("bad paper")) };
        let why =
            "The ePost provider did not post it (bad paper); print and post it by hand.".to_owned();
        let Heard::Failed(after) = with_it.reported(failed, at(2)) else { panic!("it fails") };
        let by_hand = Waiting::ByHand(Reason::said(why, at(2)));
        assert_eq!(after.state, LetterState::Waiting(by_hand));
        let (provider_id, stage) = (Some("e-1".to_owned()), EpostStage::Printed);
        let reached = with_it.reported(EpostReport::Reached(stage), at(2));
        let Heard::Stands(after) = reached else { panic!("it goes on") };
        assert_eq!(after.state, LetterState::AtEpost { provider_id, stage, at: at(2) });
    }

    #[test]
    fn an_answer_to_the_handing_over_never_undoes_what_was_said_since() {
        let none = |stage| LetterState::AtEpost { provider_id: None, stage, at: at(1) };
        let known = LetterState::AtEpost {
            provider_id: Some("e-1".to_owned()),
            stage: EpostStage::Printed,
            at: at(1),
        };
        let doubt = LetterState::InDoubt(Reason::ours("hung up".to_owned()));
        let table = [
            (LetterState::ToEpost, ["handed_over", "by_hand", "in_doubt"]),
            (none(EpostStage::Printed), ["printed", "=", "="]),
            (known, ["=", "=", "="]),
            (doubt, ["handed_over", "=", "="]),
        ];
        let answers = || {
            [
                HandedOver::Taken("e-2".to_owned()),
                HandedOver::Refused("no".to_owned()),
                HandedOver::InDoubt("?".to_owned()),
            ]
        };
        for (state, expected) in table {
            let after = answers().map(|it| outcome(letter(state.clone()).handed_over(it, at(2))));
            assert_eq!(after, expected, "{state:?}");
        }
        for state in states() {
            let after = answers().map(|it| letter(state.clone()).handed_over(it, at(2)));
            assert_eq!(after, [None, None, None], "{state:?}");
        }
    }

    #[test]
    fn a_hand_over_is_the_same_of_the_same_letter_only() {
        let one = letter(LetterState::ToEpost);
        let key = one.handover_key(b"%PDF");
        assert_eq!(
            key,
            letter(LetterState::InDoubt(Reason::ours("?".to_owned()))).handover_key(b"%PDF")
        );
        assert!(key.starts_with(one.id.as_str()), "{key}");
        let to =
            |lines: &[&str]| crate::phi::Phi::new(lines.iter().map(ToString::to_string).collect());
        let moved = ListedLetter { to: to(&["Maria Rossi", "1 Quay Street"]), ..one.clone() };
        let joined = ListedLetter { to: to(&["Maria Rossi1 Quay Street"]), ..one.clone() };
        let keys =
            [one.handover_key(b"%PDF-"), moved.handover_key(b"%PDF"), joined.handover_key(b"%PDF")];
        for other in &keys {
            assert_ne!(*other, key);
        }
        assert_ne!(keys[1], keys[2], "lines are not run together");
    }

    #[test]
    fn every_stage_has_a_name_of_its_own_that_is_read_back() {
        let read = EpostStage::ALL.map(|stage| EpostStage::parse(stage.as_str()).unwrap());
        assert_eq!(read, EpostStage::ALL);
    }
}
