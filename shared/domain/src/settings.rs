//! The practice's own settings, and the switch that holds all sending.

use chrono::{DateTime, Utc};

use crate::distribution::FilePattern;
use crate::home::{Home, Kept, Place, Tables};
use crate::logo::Logo;
use crate::price::Price;
use crate::staff::StaffId;
use crate::text::{Label, short_text};

short_text! {
    /// Why a person did something, in their words.
    ///
    /// ```
    /// use domain::settings::Remark;
    /// assert!(Remark::parse("The diary sends wrong times").is_ok());
    /// assert!(Remark::parse(" ").is_err());
    /// ```
    Remark, 1..=200
}

/// The practice's settings. Before anything was saved they are the default: revision 0.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// Counts saves; a save must name the one it read.
    pub revision: u64,
    /// What patients know the practice by. `None` until it is set: then the deployment's name stands.
    pub practice_name: Option<Label>,
    /// Where the letters of “Save file” lie (HealthTrack R9).
    pub letter_files: FilePattern,
    /// The mark on its letters.
    pub logo: Option<Logo>,
    /// What the provider of text messages charges for a part of one, to tell what a text costs.
    pub sms_price: Option<Price>,
    /// Whether messages go out.
    pub sending: Sending,
    /// When they were last released, should they ever have been held.
    pub released_at: Option<DateTime<Utc>>,
    /// The tables from which they do.
    pub home: Home,
}

/// Whether messages go out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Sending {
    /// They do.
    #[default]
    On,
    /// None does, in the whole practice. What is due stays due.
    Held {
        /// Since when.
        since: DateTime<Utc>,
        /// Who saw to it.
        by: StaffId,
        /// Why.
        why: Remark,
    },
}

/// The two states of sending, without who and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendingState {
    /// Messages go out.
    On,
    /// None does.
    Held,
}

/// Whether anything was entered that somebody could be enrolled by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PracticeAge {
    /// Nothing.
    New,
    /// It has a site.
    SetUp,
}

/// Whether messages go out from the tables at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outgoing {
    /// They do.
    On,
    /// None does: a person holds all sending.
    Held,
    /// None does, whatever the switch says: these tables are a copy, and nobody has released them.
    Copy(Vec<Kept>),
}

impl Outgoing {
    /// As the API names it.
    pub const fn state(&self) -> SendingState {
        match self {
            Self::On => SendingState::On,
            Self::Held | Self::Copy(_) => SendingState::Held,
        }
    }
}

impl SendingState {
    /// Every state.
    pub const ALL: [Self; 2] = [Self::On, Self::Held];

    /// The name used in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Held => "held",
        }
    }
}

impl Sending {
    /// Its state.
    pub const fn state(&self) -> SendingState {
        match self {
            Self::On => SendingState::On,
            Self::Held { .. } => SendingState::Held,
        }
    }
}

impl Settings {
    /// What the practice is called, where `deployed` is the deployment's name for it.
    pub fn practice_name<'a>(&'a self, deployed: &'a str) -> &'a str {
        self.practice_name.as_ref().map_or(deployed, Label::as_str)
    }

    /// The settings with another name of the practice. Sending stays as it is.
    #[must_use]
    pub fn named(&self, name: Label) -> Self {
        Self { practice_name: Some(name), ..self.next(self.sending.clone()) }
    }

    /// The settings with another pattern for the files of letters; what lies there stays there.
    #[must_use]
    pub fn filing(self, letter_files: FilePattern) -> Self {
        Self { letter_files, ..self }
    }

    /// The settings with another price of a text message's part, or without one.
    #[must_use]
    pub fn priced(self, sms_price: Option<Price>) -> Self {
        Self { sms_price, ..self }
    }

    /// The settings with another logo, or without one.
    #[must_use]
    pub fn marked(&self, logo: Option<Logo>) -> Self {
        Self { logo, ..self.next(self.sending.clone()) }
    }

    /// The settings with all sending held; `None` when it is held already: the first hold stands.
    pub fn held(&self, since: DateTime<Utc>, by: StaffId, why: Remark) -> Option<Self> {
        match self.sending {
            Sending::On => Some(self.next(Sending::Held { since, by, why })),
            Sending::Held { .. } => None,
        }
    }

    /// Whether messages go out from these tables.
    pub fn outgoing(&self, here: &Tables) -> Outgoing {
        match (self.home.place(here), self.sending.state()) {
            (Place::Copy(tables), SendingState::On | SendingState::Held) => Outgoing::Copy(tables),
            (Place::Home | Place::New, SendingState::On) => Outgoing::On,
            (Place::Home | Place::New, SendingState::Held) => Outgoing::Held,
        }
    }

    /// Whether messages have gone out, by what was noticed: nothing goes out of a copy, and sweeps notice one
    /// within a minute.
    pub const fn noticed(&self) -> SendingState {
        match &self.home.copy {
            Some(_) => SendingState::Held,
            None => self.sending.state(),
        }
    }

    /// The settings with what is to be remembered of these tables; `None` when nothing is. Their
    /// revision stays: no person has saved them.
    pub fn minding(&self, here: &Tables, now: DateTime<Utc>) -> Option<Self> {
        match self.outgoing(here) {
            // Its release remembers them; a hold alone writes nothing.
            Outgoing::Held => None,
            Outgoing::On | Outgoing::Copy(_) => {
                self.home.minded(here, now).map(|home| Self { home, ..self.clone() })
            }
        }
    }

    /// The settings of a practice that no tables are remembered of: its first sweep adopts those that are
    /// here. One that is not new has been swept before, so that what is remembered was restored away.
    #[must_use]
    pub fn first_swept(&self, age: PracticeAge, here: &Tables, now: DateTime<Utc>) -> Self {
        let home = match (age, self.revision) {
            (PracticeAge::New, 0) => self.home.moved_to(here),
            (PracticeAge::New | PracticeAge::SetUp, _) => self.home.copied(here, now),
        };
        Self { home, ..self.clone() }
    }

    /// The settings with sending released from these tables, where the practice is at home from then
    /// on; `None` when it is not held.
    pub fn released(&self, here: &Tables, at: DateTime<Utc>) -> Option<Self> {
        match self.outgoing(here) {
            Outgoing::On => None,
            Outgoing::Held | Outgoing::Copy(_) => {
                let (released_at, home) = (Some(at), self.home.moved_to(here));
                Some(Self { released_at, home, ..self.next(Sending::On) })
            }
        }
    }

    fn next(&self, sending: Sending) -> Self {
        Self { revision: self.revision + 1, sending, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::home::TableId;

    fn held(by: &str) -> Option<Settings> {
        held_of(&Settings::default(), by)
    }

    fn held_of(settings: &Settings, by: &str) -> Option<Settings> {
        let since = "2026-11-22T08:00:00Z".parse().unwrap();
        let why = Remark::parse("The diary sends wrong times").unwrap();
        settings.held(since, StaffId::parse(by).unwrap(), why)
    }

    #[test]
    fn the_first_hold_stands_until_it_is_released() {
        let first = held("person-1").unwrap();
        assert_eq!(held_of(&first, "person-2"), None);
        let (here, now) = (tables("e-1"), "2026-11-22T09:00:00Z".parse().unwrap());
        let released = first.released(&here, now).unwrap();
        assert_eq!((released.revision, &released.sending), (2, &Sending::On));
        assert_eq!(released.released_at, Some(now));
        assert_eq!(released.released(&here, now), None);
    }

    fn tables(id: &str) -> Tables {
        Tables::from([(Kept::Enrolments, TableId::parse(id).unwrap())])
    }

    #[test]
    fn a_copy_is_held_whatever_the_switch_says_and_released_by_a_person() {
        let now = "2026-11-22T08:00:00Z".parse().unwrap();
        let (first, copy) = (tables("e-1"), tables("e-2"));
        let home = Settings::default().minding(&first, now).unwrap();
        assert_eq!((home.revision, home.outgoing(&first)), (0, Outgoing::On));
        for settings in [home.clone(), held_of(&home, "person-1").unwrap()] {
            assert_eq!(settings.outgoing(&copy), Outgoing::Copy(vec![Kept::Enrolments]));
            let noticed = settings.minding(&copy, now).unwrap();
            assert_eq!(noticed.noticed(), SendingState::Held);
            assert_eq!(
                noticed.outgoing(&copy).state(),
                SendingState::Held,
                "to notice releases nothing"
            );
            let released = noticed.released(&copy, now).unwrap();
            assert_eq!(released.outgoing(&copy), Outgoing::On, "one release for both");
            assert_eq!(released.noticed(), SendingState::On);
            assert_eq!(released.outgoing(&first), Outgoing::Copy(vec![Kept::Enrolments]));
        }
    }

    #[test]
    fn only_a_new_practice_adopts_the_tables_of_its_first_sweep() {
        let now = "2026-11-22T08:00:00Z".parse().unwrap();
        let (here, new) = (tables("e-1"), Settings::default());
        let saved = new.named(Label::parse("Harbour Health").unwrap());
        let adopted = new.first_swept(PracticeAge::New, &here, now);
        assert_eq!((adopted.revision, adopted.outgoing(&here)), (0, Outgoing::On));
        for (settings, age) in [(&new, PracticeAge::SetUp), (&saved, PracticeAge::New)] {
            let copied = settings.first_swept(age, &here, now);
            assert_eq!(copied.outgoing(&here), Outgoing::Copy(vec![Kept::Enrolments]));
            let released = copied.released(&here, now).unwrap();
            assert_eq!(released.outgoing(&here), Outgoing::On);
        }
    }

    #[test]
    fn a_hold_by_itself_has_nothing_to_remember_of_the_tables() {
        let now = "2026-11-22T08:00:00Z".parse().unwrap();
        let held = held("person-1").unwrap();
        assert_eq!(held.minding(&tables("e-1"), now), None);
        let released = held.released(&tables("e-1"), now).unwrap();
        assert_eq!(released.minding(&tables("e-1"), now), None, "its release has");
    }

    #[test]
    fn the_deployments_name_stands_until_a_name_is_saved_and_a_hold_saves_none() {
        let held = held("person-1").unwrap();
        assert_eq!(held.practice_name("Deployed"), "Deployed");
        let named = held.named(Label::parse("Harbour Health").unwrap());
        assert_eq!(named.practice_name("Deployed"), "Harbour Health");
        assert_eq!(named.sending.state(), SendingState::Held, "a save does not release");
    }
}
