//! Whether two descriptions are of one person (HealthTrack R30).
//!
//! People book by themselves, and another system describes them: taken for new patients, they would
//! be chased for what they have booked already; taken for somebody else, they would hear what is
//! none of their business. So two of name, date of birth, mobile and Medicare number must agree, and
//! nothing may speak against it; what is likely and not sure is for a person to say.

#[cfg(test)]
mod tests;

use chrono::NaiveDate;

use super::{FoldedName, MedicareNumber, Patient};
use crate::intake::PresentedPatient;
use crate::phi::Phi;
use crate::phone::MobileNumber;

/// By what a person is recognised. What is not known is left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Particulars {
    /// Given name.
    pub first_name: Option<FoldedName>,
    /// Family name.
    pub last_name: Option<FoldedName>,
    /// Date of birth.
    pub date_of_birth: Option<Phi<NaiveDate>>,
    /// Mobile number. A family may share one.
    pub mobile: Option<MobileNumber>,
    /// Medicare number. A family shares the card.
    pub medicare: Option<MedicareNumber>,
}

/// Whether two descriptions are of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// Nothing much speaks for it.
    Other,
    /// They may be: a person must say.
    Perhaps,
    /// They are.
    Same,
}

/// What one thing that is known of both says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// It is not known of both, or says nothing when it differs.
    Nothing,
    /// It agrees, and a family has it in common.
    SameFamily,
    /// It agrees, and is one person's.
    SamePerson,
    /// One person does not have both.
    Against,
}

/// What both names say. Swapped ones count only where something else agrees: “Thomas James” and
/// “James Thomas” are usually two people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Names {
    Same,
    Swapped,
    OtherFirst,
    OtherLast,
    Unknown,
}

/// What everything says that is known of both.
#[derive(Debug, Clone, Copy)]
struct Compared {
    name: Says,
    birth: Says,
    mobile: Says,
    medicare: Says,
    /// Whether both names agree.
    is_name: bool,
}

impl Compared {
    const fn all(self) -> [(Says, &'static str); 4] {
        [
            (self.name, "name"),
            (self.birth, "date of birth"),
            (self.mobile, "mobile"),
            (self.medicare, "Medicare number"),
        ]
    }
}

impl Particulars {
    /// What is known of a patient.
    pub fn of(patient: &Patient) -> Self {
        Self {
            first_name: FoldedName::parse(patient.first_name.reveal().as_str()).ok(),
            last_name: FoldedName::parse(patient.last_name.reveal().as_str()).ok(),
            date_of_birth: patient.date_of_birth.clone(),
            mobile: patient.mobile.clone(),
            medicare: patient.medicare.clone(),
        }
    }

    /// How like the other one is.
    ///
    /// # Same
    /// Two of name, date of birth, mobile and Medicare number agree, of which one is a person's own
    /// (a mobile and a card are a family's), and nothing speaks against it: another date of birth,
    /// another given name, another person's number on the same card.
    ///
    /// # Perhaps
    /// Two agree and one thing speaks against it (twins on one phone, or a mistyped date); or two
    /// agree that a family has in common, and nothing says who of it; or the name agrees alone and
    /// nothing speaks against it. Whoever goes by a short name, or has taken another family name, is
    /// asked about as well: the date of birth agrees and one of the names, but for twins whose numbers
    /// on one card differ; or the Medicare number with the person's own number agrees, and the date of
    /// birth does not differ.
    pub fn likeness(&self, other: &Self) -> Likeness {
        let compared = self.compared(other);
        let Compared { name, birth, mobile: _, medicare, is_name } = compared;
        let count = |says| compared.all().iter().filter(|(it, _)| *it == says).count();
        let (own, family) = (count(Says::SamePerson), count(Says::SameFamily));
        let all_told = match (own + family, own, count(Says::Against)) {
            (2.., 1.., 0) => Likeness::Same,
            (2.., 0, 0) | (2.., 1.., 1) => Likeness::Perhaps,
            (1, _, 0) if is_name => Likeness::Perhaps,
            // Relatives on one phone and one card, people of one name, or one birthday.
            (2.., _, 1..) | (0 | 1, _, _) => Likeness::Other,
        };
        let are_twins = name == Says::Against && medicare == Says::Against;
        let is_born_alike = birth == Says::SamePerson && self.shares_a_name(other) && !are_twins;
        let is_one_number = medicare == Says::SamePerson && birth != Says::Against;
        if is_born_alike || is_one_number { all_told.max(Likeness::Perhaps) } else { all_told }
    }

    /// What agrees with the other one, in words.
    pub fn agreements(&self, other: &Self) -> Vec<&'static str> {
        let agrees = |says| matches!(says, Says::SamePerson | Says::SameFamily);
        let all = self.compared(other).all().into_iter();
        all.filter(|(says, _)| agrees(*says)).map(|(_, what)| what).collect()
    }

    /// Whether what is told now may be of the one of whom this was told before, and be no more than
    /// sparser, newer or corrected: another given name is of another person, and so are two things
    /// that speak against it, or another family name while nothing else agrees.
    pub fn may_be_told_of(&self, known: &Self) -> bool {
        let compared = self.compared(known);
        let others = [compared.birth, compared.mobile, compared.medicare];
        let against = others.iter().filter(|it| **it == Says::Against).count();
        let agrees = others.iter().any(|it| matches!(it, Says::SamePerson | Says::SameFamily));
        match self.names(known) {
            Names::Same => against < 2,
            Names::Swapped | Names::OtherLast => against == 0 && agrees,
            Names::Unknown => against == 0,
            Names::OtherFirst => false,
        }
    }

    fn compared(&self, other: &Self) -> Compared {
        let (birth, mobile, medicare) = (self.birth(other), self.mobile(other), self.card(other));
        let is_other_known =
            [birth, mobile, medicare].iter().any(|it| *it != Says::Nothing && *it != Says::Against);
        let (name, is_name) = match self.names(other) {
            Names::Same => (Says::SamePerson, true),
            Names::Swapped if is_other_known => (Says::SamePerson, true),
            // Whoever marries takes another family name, and keeps the given one.
            Names::OtherLast | Names::Unknown => (Says::Nothing, false),
            Names::Swapped | Names::OtherFirst => (Says::Against, false),
        };
        Compared { name, birth, mobile, medicare, is_name }
    }

    fn shares_a_name(&self, other: &Self) -> bool {
        let is_one = |mine: &Option<FoldedName>, theirs| mine.is_some() && mine == theirs;
        is_one(&self.first_name, &other.first_name) || is_one(&self.last_name, &other.last_name)
    }

    fn names(&self, other: &Self) -> Names {
        let both = |it: &Self| it.first_name.clone().zip(it.last_name.clone());
        match (both(self), both(other)) {
            (Some(mine), Some(theirs)) if mine == theirs => Names::Same,
            (Some(mine), Some((first, last))) if mine == (last.clone(), first.clone()) => {
                Names::Swapped
            }
            _ => match (&self.first_name, &other.first_name) {
                (Some(mine), Some(theirs)) if mine != theirs => Names::OtherFirst,
                (Some(_), Some(_)) => Names::OtherLast,
                (None, _) | (_, None) => Names::Unknown,
            },
        }
    }

    fn birth(&self, other: &Self) -> Says {
        match (&self.date_of_birth, &other.date_of_birth) {
            (Some(mine), Some(theirs)) if mine == theirs => Says::SamePerson,
            (Some(_), Some(_)) => Says::Against,
            (None, _) | (_, None) => Says::Nothing,
        }
    }

    fn mobile(&self, other: &Self) -> Says {
        match (&self.mobile, &other.mobile) {
            (Some(mine), Some(theirs)) if mine == theirs => Says::SameFamily,
            // People change their number.
            (Some(_) | None, Some(_) | None) => Says::Nothing,
        }
    }

    fn card(&self, other: &Self) -> Says {
        let (Some(mine), Some(theirs)) = (&self.medicare, &other.medicare) else {
            return Says::Nothing;
        };
        match (mine.card() == theirs.card(), mine.may_be(theirs)) {
            (true, true) if mine.is_of_one_person() && theirs.is_of_one_person() => {
                Says::SamePerson
            }
            (true, true) => Says::SameFamily,
            (true, false) => Says::Against,
            // Cards are issued anew, and a child is on those of both parents.
            (false, _) => Says::Nothing,
        }
    }
}

impl From<&PresentedPatient> for Particulars {
    fn from(presented: &PresentedPatient) -> Self {
        let fold = |name: &Phi<super::PersonName>| FoldedName::parse(name.reveal().as_str()).ok();
        Self {
            first_name: presented.first_name.as_ref().and_then(fold),
            last_name: presented.last_name.as_ref().and_then(fold),
            date_of_birth: presented.date_of_birth.clone(),
            mobile: presented.mobile.clone(),
            medicare: presented.medicare.clone(),
        }
    }
}

impl Patient {
    /// Whether the two may be one person.
    pub fn may_be(&self, other: &Self) -> bool {
        Particulars::of(self).likeness(&Particulars::of(other)) > Likeness::Other
    }
}
