//! What a patient agreed to: one choice for each channel and purpose, with who wrote it down, when,
//! and how it was made (APP 7; Spam Act 2003, s. 16).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::Unreachable;
use crate::phi::Phi;
use crate::program::{Channel, Purpose};
use crate::text::short_text;

short_text! {
    /// How a choice was made: “asked at the desk”, “answered STOP”. It is the evidence.
    Evidence, 1..=300
}

/// What a patient chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Choice {
    /// They agreed.
    Given,
    /// They refused, or took their agreement back.
    Withdrawn,
}

impl Choice {
    /// Every choice.
    pub const ALL: [Self; 2] = [Self::Given, Self::Withdrawn];

    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The choice of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.as_str() == text)
    }
}

/// Who wrote a choice down when the patient made it themselves: by a link in a message, by a text
/// message, and by calling a message unwanted.
pub const BY_LINK: &str = "patient";
/// The same, by a text message.
pub const BY_SMS: &str = "the patient, by SMS";
/// The same, by their mail program.
pub const BY_MAIL_PROVIDER: &str = "mail provider";

/// A choice and its evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// What was chosen.
    pub choice: Choice,
    /// When it was written down.
    pub at: DateTime<Utc>,
    /// Who wrote it down: a staff member's id at the identity provider, or a system's name.
    pub by: String,
    /// How it was made.
    pub how: Phi<Evidence>,
}

impl Consent {
    /// Whether the patient has taken consent back themselves, without anybody of the practice. What a
    /// record elsewhere says knows nothing of it.
    pub fn is_taken_back_by_patient(&self) -> bool {
        self.choice == Choice::Withdrawn
            && [BY_LINK, BY_SMS, BY_MAIL_PROVIDER].contains(&self.by.as_str())
    }
}

/// The newest choice for each channel and purpose. Where there is none, care goes and commercial
/// messages do not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Consents(BTreeMap<(Channel, Purpose), Consent>);

impl Consents {
    /// The choice for this channel and purpose.
    pub fn of(&self, channel: Channel, purpose: Purpose) -> Option<&Consent> {
        self.0.get(&(channel, purpose))
    }

    /// Every choice, in a fixed order.
    pub fn iter(&self) -> impl Iterator<Item = (Channel, Purpose, &Consent)> {
        self.0.iter().map(|((channel, purpose), consent)| (*channel, *purpose, consent))
    }

    /// Writes a choice down, in place of the one before.
    pub fn record(&mut self, channel: Channel, purpose: Purpose, consent: Consent) {
        self.0.insert((channel, purpose), consent);
    }

    /// Writes a choice down if it says anything new: what was said before, in the same words, keeps
    /// its date and its witness.
    pub fn record_news(&mut self, channel: Channel, purpose: Purpose, consent: Consent) {
        let known = self
            .of(channel, purpose)
            .is_some_and(|known| known.choice == consent.choice && known.how == consent.how);
        if !known {
            self.record(channel, purpose, consent);
        }
    }

    /// Whether this was withdrawn.
    fn is_withdrawn(&self, channel: Channel, purpose: Purpose) -> bool {
        self.of(channel, purpose).is_some_and(|consent| consent.choice == Choice::Withdrawn)
    }

    /// The channels by which the patient takes nothing at all: care is withdrawn, and that stops
    /// commercial messages as well.
    pub fn opted_out(&self) -> BTreeSet<Channel> {
        Channel::ALL
            .into_iter()
            .filter(|channel| self.is_withdrawn(*channel, Purpose::Care))
            .collect()
    }

    /// Whether a message of this purpose may go by this channel.
    ///
    /// # Errors
    /// With the reason when it may not.
    pub fn allow(&self, channel: Channel, purpose: Purpose) -> Result<(), Unreachable> {
        if self.is_withdrawn(channel, Purpose::Care) {
            return Err(Unreachable::OptedOut);
        }
        match purpose {
            Purpose::Care => Ok(()),
            Purpose::Commercial => match self.of(channel, purpose).map(|consent| consent.choice) {
                Some(Choice::Given) => Ok(()),
                Some(Choice::Withdrawn) | None => Err(Unreachable::NotAgreed(channel)),
            },
        }
    }

    /// What was withdrawn of them.
    #[must_use]
    pub fn withdrawals(&self) -> Self {
        let is_withdrawn = |consent: &Consent| consent.choice == Choice::Withdrawn;
        let all = self.0.iter().filter(|(_, consent)| is_withdrawn(consent));
        Self(all.map(|(place, consent)| (*place, consent.clone())).collect())
    }

    /// The choices of one person who had two records. A withdrawal on either counts; an agreement
    /// that only one record knows of was still given.
    #[must_use]
    pub fn stricter(&self, other: &Self) -> Self {
        let mut both = self.clone();
        for (channel, purpose, theirs) in other.iter() {
            if both.of(channel, purpose).is_none_or(|ours| ours.choice < theirs.choice) {
                both.record(channel, purpose, theirs.clone());
            }
        }
        both
    }
}
