//! Which tables a practice is at home in, so that a copy of them is known as one.
//!
//! A table that is restored to a point in time lacks what was written since, its ledger too: what was
//! sent in those minutes would be sent again. The store gives each table an identity when it makes
//! it, and a restored one has another, even under the same name. So the identities are remembered
//! with the practice's settings, and what works on others sends nothing until a person says so.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::text::short_text;

short_text! {
    /// The identity that the store gave a table when it made it.
    ///
    /// ```
    /// use domain::home::TableId;
    /// assert!(TableId::parse("0c1ff2c4-4f2c-4d6a-9a51-2b7e6d6f3f10").is_ok());
    /// ```
    TableId, 1..=100
}

/// A table, by what is kept in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kept {
    /// Programs, templates, booking types, sites and settings.
    Catalogue,
    /// Patients.
    People,
    /// Enrolments and their ledger.
    Enrolments,
    /// Bookings, referrals and events.
    Intake,
    /// Letters.
    Letters,
    /// What waits for a person.
    WorkList,
}

impl Kept {
    /// Every table.
    pub const ALL: [Self; 6] = [
        Self::Catalogue,
        Self::People,
        Self::Enrolments,
        Self::Intake,
        Self::Letters,
        Self::WorkList,
    ];

    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Catalogue => "catalogue",
            Self::People => "people",
            Self::Enrolments => "enrolments",
            Self::Intake => "intake",
            Self::Letters => "letters",
            Self::WorkList => "work_list",
        }
    }

    /// The table of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kept| kept.as_str() == name)
    }
}

/// Tables, by their identities.
pub type Tables = BTreeMap<Kept, TableId>;

/// Where a practice is at home. Empty before its first sweep, and in a copy of a time before that.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Home {
    /// The tables from which messages go out.
    pub tables: Tables,
    /// Other tables that were found in their place.
    pub copy: Option<Copied>,
}

/// Tables that were found to be others than those that are remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// When it was noticed.
    pub noticed: DateTime<Utc>,
    /// The tables that were found.
    pub tables: Tables,
}

/// What the tables at hand are to a practice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Those it is at home in.
    Home,
    /// Some are not remembered yet, and nothing speaks against them: a new practice, or a new table.
    New,
    /// These are others than those that are remembered.
    Copy(Vec<Kept>),
}

impl Home {
    /// Whether nobody has said yet which tables are home: the first sweep does.
    pub fn is_unset(&self) -> bool {
        self.tables.is_empty() && self.copy.is_none()
    }

    /// What these tables are to the practice.
    pub fn place(&self, here: &Tables) -> Place {
        if self.tables.is_empty() && self.copy.is_some() {
            return Place::Copy(here.keys().copied().collect());
        }
        let others = |(kept, id): (&Kept, &TableId)| {
            self.tables.get(kept).is_some_and(|known| known != id).then_some(*kept)
        };
        let others: Vec<Kept> = here.iter().filter_map(others).collect();
        if !others.is_empty() {
            Place::Copy(others)
        } else if here.keys().all(|kept| self.tables.contains_key(kept)) {
            Place::Home
        } else {
            Place::New
        }
    }

    /// At home in these tables, and in those remembered that were not looked at.
    #[must_use]
    pub fn moved_to(&self, here: &Tables) -> Self {
        let mut tables = self.tables.clone();
        tables.extend(here.iter().map(|(kept, id)| (*kept, id.clone())));
        Self { tables, copy: None }
    }

    /// These tables are a copy, whatever is remembered.
    #[must_use]
    pub fn copied(&self, here: &Tables, now: DateTime<Utc>) -> Self {
        let copy = Some(Copied { noticed: now, tables: here.clone() });
        Self { copy, ..self.clone() }
    }

    /// What is to be remembered of these tables; `None` when there is nothing new.
    pub fn minded(&self, here: &Tables, now: DateTime<Utc>) -> Option<Self> {
        match (self.place(here), &self.copy) {
            (Place::Home, None) => None,
            // The tables are the first ones again.
            (Place::Home, Some(_)) => Some(Self { copy: None, ..self.clone() }),
            (Place::New, _) => Some(self.moved_to(here)),
            (Place::Copy(_), Some(copy)) if copy.tables == *here => None,
            (Place::Copy(_), _) => Some(self.copied(here, now)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(ids: &[(Kept, &str)]) -> Tables {
        ids.iter().map(|(kept, id)| (*kept, TableId::parse(id).unwrap())).collect()
    }

    fn now() -> DateTime<Utc> {
        "2026-11-22T08:00:00Z".parse().unwrap()
    }

    #[test]
    fn each_table_has_a_name_of_its_own() {
        for kept in Kept::ALL {
            assert_eq!(Kept::parse(kept.as_str()), Some(kept));
        }
        assert_eq!(Kept::parse("other"), None);
    }

    #[test]
    fn the_first_tables_are_home_and_each_other_one_is_a_copy() {
        let first = tables(&[(Kept::Catalogue, "c-1"), (Kept::Enrolments, "e-1")]);
        assert_eq!(Home::default().place(&first), Place::New);
        let home = Home::default().minded(&first, now()).unwrap();
        assert_eq!((home.place(&first), home.minded(&first, now())), (Place::Home, None));
        for kept in [Kept::Catalogue, Kept::Enrolments] {
            let mut other = first.clone();
            other.insert(kept, TableId::parse("restored").unwrap());
            assert_eq!(home.place(&other), Place::Copy(vec![kept]));
        }
    }

    #[test]
    fn tables_that_were_never_home_to_a_practice_that_is_not_new_are_a_copy_until_they_are_released()
     {
        let here = tables(&[(Kept::Catalogue, "c-1"), (Kept::Enrolments, "e-1")]);
        let copied = Home::default().copied(&here, now());
        assert!(Home::default().is_unset() && !copied.is_unset());
        assert_eq!(copied.place(&here), Place::Copy(vec![Kept::Catalogue, Kept::Enrolments]));
        assert_eq!(copied.minded(&here, now()), None, "it was noticed");
        assert_eq!(copied.moved_to(&here).place(&here), Place::Home);
    }

    #[test]
    fn a_table_that_is_added_is_remembered_unless_another_one_is_a_copy() {
        let first = tables(&[(Kept::Enrolments, "e-1")]);
        let home = Home::default().moved_to(&first);
        let more = tables(&[(Kept::Enrolments, "e-1"), (Kept::Letters, "l-1")]);
        assert_eq!(home.place(&more), Place::New);
        assert_eq!(home.minded(&more, now()).unwrap().tables, more);
        let copy = tables(&[(Kept::Enrolments, "e-2"), (Kept::Letters, "l-1")]);
        let noticed = home.minded(&copy, now()).unwrap();
        assert_eq!(noticed.tables, first, "what is a copy is never remembered as home");
    }

    #[test]
    fn a_copy_is_noticed_once_and_forgotten_when_the_first_tables_are_back() {
        let first = tables(&[(Kept::Enrolments, "e-1")]);
        let home = Home::default().moved_to(&first);
        let copy = tables(&[(Kept::Enrolments, "e-2")]);
        let noticed = home.minded(&copy, now()).unwrap();
        assert_eq!(noticed.copy.as_ref().map(|copy| copy.noticed), Some(now()));
        let later = now() + chrono::Duration::minutes(1);
        assert_eq!(noticed.minded(&copy, later), None, "the first notice stands");
        assert_eq!(noticed.minded(&first, later), Some(home.clone()));
        let third = tables(&[(Kept::Enrolments, "e-3")]);
        let anew = noticed.minded(&third, later).unwrap();
        assert_eq!(anew.copy.map(|copy| copy.noticed), Some(later), "another copy");
        assert_eq!(noticed.moved_to(&copy).place(&copy), Place::Home, "a person has said so");
        assert_eq!(noticed.moved_to(&copy).place(&first), Place::Copy(vec![Kept::Enrolments]));
    }
}
