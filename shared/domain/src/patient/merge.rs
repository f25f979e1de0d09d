//! Two records of one person become one.

use std::collections::BTreeSet;

use super::{Patient, Standing};
use crate::ids::PatientId;

/// Both records as they must be from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The record that is no longer used. It keeps what it says, but for its identifiers.
    pub from: Patient,
    /// The record that goes on.
    pub into: Patient,
}

/// Why two records cannot be merged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unmergeable {
    /// They are one record.
    #[error("is this same patient")]
    Same,
    /// The first one was merged into another record before.
    #[error("this patient was merged into {0} already")]
    Gone(PatientId),
    /// The second one was merged into another record.
    #[error("was merged into {0}; name that one")]
    SurvivorGone(PatientId),
    /// The survivor would have more identifiers than a patient may have.
    #[error("would have more than {max} identifiers; take some away first", max = Patient::MAX_IDENTIFIERS)]
    TooManyIdentifiers,
}

/// Merges `from` into `into`: identifiers and what `into` lacks move over, and of two choices on
/// consent the stricter one counts. Whoever died on either record has died.
///
/// # Errors
/// When one of them is not a record of its own any more, or both are the same.
pub fn merge(from: &Patient, into: &Patient) -> Result<Merged, Unmergeable> {
    if from.id == into.id {
        return Err(Unmergeable::Same);
    }
    if let Standing::Merged { into } = &into.standing {
        return Err(Unmergeable::SurvivorGone(into.clone()));
    }
    let standing = match &from.standing {
        Standing::Merged { into } => return Err(Unmergeable::Gone(into.clone())),
        Standing::Deceased => Standing::Deceased,
        Standing::Current | Standing::Archived => into.standing.clone(),
    };
    let identifiers: BTreeSet<_> = into.identifiers.union(&from.identifiers).cloned().collect();
    if identifiers.len() > Patient::MAX_IDENTIFIERS {
        return Err(Unmergeable::TooManyIdentifiers);
    }
    let email = into.email.clone().or_else(|| from.email.clone());
    let bounced = [&into.bounced_email, &from.bounced_email].into_iter().flatten();
    let bounced_email =
        bounced.clone().find(|bounced| email.as_ref() == Some(&bounced.address)).cloned();
    let survivor = Patient {
        id: into.id.clone(),
        revision: into.revision + 1,
        identifiers,
        first_name: into.first_name.clone(),
        last_name: into.last_name.clone(),
        date_of_birth: into.date_of_birth.clone().or_else(|| from.date_of_birth.clone()),
        mobile: into.mobile.clone().or_else(|| from.mobile.clone()),
        email,
        bounced_email,
        medicare: into.medicare.clone().or_else(|| from.medicare.clone()),
        address: into.address.clone().or_else(|| from.address.clone()),
        language: into.language.clone().or_else(|| from.language.clone()),
        gp: into.gp.clone().or_else(|| from.gp.clone()),
        site: into.site.clone().or_else(|| from.site.clone()),
        consents: into.consents.stricter(&from.consents),
        standing,
        merged_from: into.merged_from.union(&from.merged_from).chain([&from.id]).cloned().collect(),
        // The address goes over with it, so what is known of the one that is used counts.
        returned_mail: from
            .returned_mail
            .clone()
            .into_iter()
            .chain(into.returned_mail.clone())
            .collect(),
    };
    let gone = Patient {
        revision: from.revision + 1,
        identifiers: BTreeSet::new(),
        standing: Standing::Merged { into: into.id.clone() },
        ..from.clone()
    };
    Ok(Merged { from: gone, into: survivor })
}
