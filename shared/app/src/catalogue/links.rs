//! The links between a program and booking types, from the program's side (HealthTrack R14).
//!
//! A link lives on its booking type, so that there is one place that says it. A change from the
//! program's side is a change of several booking types, in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use domain::booking_type::{BookingType, ProgramLinks};
use domain::ids::{BookingTypeId, ProgramId};
use domain::invalid::{FieldError, Invalid};
use domain::program::Program;

use super::booking_types::{MOST_COMPLETES, MOST_STARTS, not_completed, not_started};
use super::{ChangeError, program};
use crate::ports::{Catalogue, MOST_RELINKED, SaveError, StoreError};

/// How often a change is made anew when others save booking types at the same time.
const TRIES: usize = 8;

/// All the links a program is to have.
#[derive(Debug, Clone)]
pub struct LinksDraft {
    /// The booking types that start it.
    pub starts: Vec<BookingTypeId>,
    /// The booking types that complete a cycle of it.
    pub completes: Vec<BookingTypeId>,
}

/// A program and the booking types that are linked to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// The program.
    pub program: Program,
    /// Its links.
    pub links: ProgramLinks,
    /// The booking types they lead to.
    pub types: Vec<BookingType>,
}

impl Linked {
    fn new(program: Program, mut types: Vec<BookingType>) -> Self {
        let links = ProgramLinks::of(&program.id, &types);
        types.retain(|kind| links.starts.contains(&kind.id) || links.completes.contains(&kind.id));
        Self { program, links, types }
    }
}

/// The links of a program. It reads every booking type of the practice, in one query.
///
/// # Errors
/// When there is no such program.
pub async fn program_links(
    catalogue: &impl Catalogue,
    id: &ProgramId,
) -> Result<Linked, ChangeError> {
    let program = program(catalogue, id).await?;
    Ok(Linked::new(program, catalogue.booking_types().await?))
}

/// Gives a program these links and no others: all of them, or nothing is changed. `tag` stands for the
/// links that the caller has read. Whatever else is saved of the booking types meanwhile is kept.
///
/// # Errors
/// `Stale` when the links are not those the caller has read; `Invalid` for booking types that do not
/// exist, links that the program or a booking type cannot have, and more changes than go together.
pub async fn save_program_links(
    catalogue: &impl Catalogue,
    id: &ProgramId,
    tag: u64,
    draft: &LinksDraft,
) -> Result<Linked, ChangeError> {
    let links = ProgramLinks {
        starts: draft.starts.iter().cloned().collect(),
        completes: draft.completes.iter().cloned().collect(),
    };
    for _ in 0..TRIES {
        let program = program(catalogue, id).await?;
        let mut types = catalogue.booking_types().await?;
        if ProgramLinks::of(id, &types).tag() != tag {
            return Err(ChangeError::Stale);
        }
        let changed = links.changed(id, &types);
        check(draft, &program, &types, &changed)?;
        match catalogue.save_links(&changed).await {
            Ok(()) => {
                let changed: BTreeMap<_, _> =
                    changed.into_iter().map(|kind| (kind.id.clone(), kind)).collect();
                for kind in &mut types {
                    if let Some(after) = changed.get(&kind.id) {
                        kind.clone_from(after);
                    }
                }
                return Ok(Linked::new(program, types));
            }
            // Somebody saved one of the booking types: should it be about other things, it is kept.
            Err(SaveError::Stale | SaveError::Taken(_)) => {}
            Err(SaveError::Store(error)) => return Err(error.into()),
        }
    }
    let why = "the booking types are being changed by others all the time";
    Err(StoreError::Unavailable(why.to_owned()).into())
}

fn check(
    draft: &LinksDraft,
    program: &Program,
    types: &[BookingType],
    changed: &[BookingType],
) -> Result<(), Invalid> {
    let mut errors = Vec::new();
    let after = |id: &BookingTypeId| changed.iter().chain(types).find(|kind| kind.id == *id);
    let lists = [
        (
            "/starts",
            &draft.starts,
            not_started(program),
            MOST_STARTS,
            (|kind| &kind.starts) as fn(&BookingType) -> &BTreeSet<ProgramId>,
        ),
        ("/completes", &draft.completes, not_completed(program), MOST_COMPLETES, |kind| {
            &kind.completes
        }),
    ];
    for (pointer, ids, wrong, most, programs) in lists {
        if let Some(wrong) = wrong.filter(|_| !ids.is_empty()) {
            errors.push(FieldError::new(pointer, format!("“{}” {wrong}", program.name)));
        }
        for (i, id) in ids.iter().enumerate() {
            let wrong = match after(id) {
                None => "there is no such booking type".to_owned(),
                Some(kind) if programs(kind).len() > most => {
                    format!(
                        "“{}” has {most} programs in `{}` already, and no room for another",
                        kind.name,
                        &pointer[1..]
                    )
                }
                Some(_) => continue,
            };
            errors.push(FieldError::new(format!("{pointer}/{i}"), wrong));
        }
    }
    if errors.is_empty() && changed.len() > MOST_RELINKED {
        let detail = format!(
            "this changes {} booking types, and at most {MOST_RELINKED} can be changed together; \
             save it in parts",
            changed.len()
        );
        errors.push(FieldError::new("", detail));
    }
    Invalid::unless_empty(errors)
}
