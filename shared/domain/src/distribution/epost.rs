//! Letters that an ePost provider prints and posts: what it says of them, and what that changes.
//!
//! What it says may come late, twice, in any order, or for a letter that is in other hands by then.
//! So a letter only ever goes forward by it, and what a person has done with a letter stands.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::{LetterState, ListedLetter, Waiting};
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
            (LetterState::ToEpost | LetterState::InDoubt { .. }, HandedOver::Taken(id)) => {
                LetterState::AtEpost { provider_id: Some(id), stage: EpostStage::HandedOver, at }
            }
            // It spoke of the letter before its answer was written down.
            (LetterState::AtEpost { provider_id: None, stage, at }, HandedOver::Taken(id)) => {
                LetterState::AtEpost { provider_id: Some(id), stage: *stage, at: *at }
            }
            (LetterState::ToEpost, HandedOver::Refused(why)) => {
                LetterState::Waiting(Waiting::ByHand { why })
            }
            (LetterState::ToEpost, HandedOver::InDoubt(why)) => LetterState::InDoubt { why },
            (
                LetterState::AtEpost { .. }
                | LetterState::InDoubt { .. }
                | LetterState::Waiting(_)
                | LetterState::Printed { .. }
                | LetterState::Posted { .. }
                | LetterState::Returned { .. }
                | LetterState::ToFile { .. }
                | LetterState::Filed { .. },
                HandedOver::Taken(_) | HandedOver::Refused(_) | HandedOver::InDoubt(_),
            ) => return None,
        };
        Some(self.with(state))
    }

    /// The letter after its provider has said something of it at that time. `None` when that changes
    /// nothing: it is old, came before, or the letter is not with the provider.
    #[must_use]
    pub fn reported(&self, report: EpostReport, at: DateTime<Utc>) -> Option<Self> {
        let (before, provider_id) = match &self.state {
            // What the provider speaks of, it has.
            LetterState::ToEpost | LetterState::InDoubt { .. } => (None, &None),
            LetterState::AtEpost { provider_id, stage, .. } => (Some(*stage), provider_id),
            LetterState::Waiting(_)
            | LetterState::Printed { .. }
            | LetterState::Posted { .. }
            | LetterState::Returned { .. }
            | LetterState::ToFile { .. }
            | LetterState::Filed { .. } => return None,
        };
        let state = match report {
            EpostReport::Reached(stage) if before < Some(stage) => {
                LetterState::AtEpost { provider_id: provider_id.clone(), stage, at }
            }
            EpostReport::Reached(_) => return None,
            // What is in the post cannot fail any more: this was said before, and comes late.
            EpostReport::Failed { .. } if before == Some(EpostStage::Posted) => return None,
            EpostReport::Failed { why } => {
                let why =
                    why.map_or_else(|| "it did not say why".to_owned(), |why| why.to_string());
                let why = format!(
                    "The ePost provider did not post it ({why}); print and post it by hand."
                );
                LetterState::Waiting(Waiting::ByHand { why })
            }
        };
        Some(self.with(state))
    }

    fn with(&self, state: LetterState) -> Self {
        Self { state, revision: self.revision + 1, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{at, letter, states};
    use super::*;

    fn remark(text: &str) -> Remark {
        Remark::parse(text).unwrap()
    }

    /// Where a letter stands, in a word.
    fn word(state: &LetterState) -> &'static str {
        if let LetterState::AtEpost { stage, .. } = state {
            return stage.as_str();
        }
        let by_hand = matches!(state, LetterState::Waiting(Waiting::ByHand { .. }));
        if by_hand { "by_hand" } else { state.name().as_str() }
    }

    fn outcome(after: Option<ListedLetter>) -> &'static str {
        after.map_or("=", |after| {
            assert_eq!(after.revision, 8, "a change is a revision of its own");
            word(&after.state)
        })
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
                ["by_hand", "by_hand", "by_hand", "by_hand", "=", "by_hand"],
            ),
        ];
        let staged =
            |stage| LetterState::AtEpost { provider_id: Some("e-1".to_owned()), stage, at: at(1) };
        for (report, expected) in table {
            let with_it = std::iter::once(LetterState::ToEpost)
                .chain(EpostStage::ALL.map(staged))
                .chain([LetterState::InDoubt { why: "hung up".to_owned() }]);
            let outcomes: Vec<_> = with_it
                .map(|state| outcome(letter(state).reported(report.clone(), at(2))))
                .collect();
            assert_eq!(outcomes, expected, "{report:?}");
            for state in states() {
                let after = letter(state.clone()).reported(report.clone(), at(2));
                assert_eq!(after, None, "{report:?} of a letter that is {}", word(&state));
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
        let after = with_it.reported(failed, at(2)).unwrap();
        assert_eq!(after.state, LetterState::Waiting(Waiting::ByHand { why }));
        let (provider_id, stage) = (Some("e-1".to_owned()), EpostStage::Printed);
        let after = with_it.reported(EpostReport::Reached(stage), at(2)).unwrap();
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
        let doubt = LetterState::InDoubt { why: "hung up".to_owned() };
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
        assert_eq!(key, letter(LetterState::InDoubt { why: "?".to_owned() }).handover_key(b"%PDF"));
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
