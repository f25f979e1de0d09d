//! What staff do with the work list.

use domain::actor::Actor;
use domain::enrolment::{
    Decision, Effect, Enrolment, Instruction, Note, NoteEvent, Status, hold_id,
};
use domain::ids::{EnrolmentId, WorkId};
use domain::invalid::Invalid;
use domain::phi::Phi;
use domain::text::ExternalId;
use domain::work::{OpenWork, ResolvedWork, WorkNote, WorkOutcome, WorkText};

use super::{Asked, Desk, TRIES, contended};
use crate::catalogue::ChangeError;
use crate::ports::{
    Bookings, Catalogue, Change, EnrolmentReader, Enrolments, People, SaveError, StoreError,
    WorkAfter, WorkChange, WorkList,
};
use crate::work::unreadable_id;

/// What is to be done with something on the work list.
#[derive(Debug, Clone)]
pub enum WorkStep {
    /// This person is to do it, or nobody in particular.
    Assign(Option<ExternalId>),
    /// This is to be remembered.
    Note(Phi<WorkText>),
    /// It waits no longer.
    Resolve(Resolution),
}

/// How something on the work list is resolved.
#[derive(Debug, Clone)]
pub struct Resolution {
    /// What came of it.
    pub outcome: WorkOutcome,
    /// What else is to be remembered.
    pub note: Option<Phi<WorkText>>,
    /// What happens to the enrolment it is about, together with it.
    pub then: Option<Instruction>,
}

/// What became of something on the work list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Worked {
    /// It stays there, like this.
    Open(OpenWork),
    /// It is done with.
    Resolved(ResolvedWork),
}

/// Why not to resolve the work of a hold by itself: the enrolment would wait for ever, unseen.
const LIVE: &str =
    "The program waits for this. Say what happens `then`: advance, skip, retry or end.";

/// Why work for which no enrolment is held moves none: its next message, which has nothing to do with that,
/// would be left out or taken for sent.
const NOT_HELD: &str = "The patient's program does not wait for this, so this neither advances it nor skips or retries \
                        anything of it. Resolve it without, and change the program by itself.";

/// Why not to resolve anything about an enrolment while it cannot be read: nothing would ever put it back, or
/// nobody would know of it any more.
const UNREADABLE: &str = "The patient's program cannot be read still, and nothing is sent of it. Ask support to \
                          mend it, and resolve this then: it goes on by that.";

/// What work is about.
enum About {
    /// No enrolment, or one that is gone.
    Nothing,
    /// This one.
    Enrolment(Box<Enrolment>),
    /// This one, which cannot be read, so that nothing can be done to it.
    Unreadable,
}

impl<E, R, C, P, B> Desk<'_, E, R, C, P, B>
where
    E: Enrolments,
    R: EnrolmentReader,
    C: Catalogue,
    P: People,
    B: Bookings,
{
    /// Does something with an item of the work list. `who` is the person who asks. The history of
    /// the enrolment it is about tells of notes and resolutions, and what the item's resolution asks
    /// of the enrolment is stored with it, or nothing is. An enrolment that was taken out of sending,
    /// because something could not be read, is tried again by it; should that still not be readable,
    /// the item comes back.
    ///
    /// # Errors
    /// `NotFound` when the item waits no more; `Conflict` when it is what an enrolment is held for
    /// and nothing is said of that, or what is said cannot be done, or moves an enrolment that is not held
    /// for it, or the enrolment itself cannot be read.
    pub async fn work(
        &self,
        list: &impl WorkList,
        id: &WorkId,
        step: &WorkStep,
        (who, asked): (&ExternalId, &Asked),
    ) -> Result<Worked, ChangeError> {
        for _ in 0..TRIES {
            let before = list.item(id).await?.ok_or(ChangeError::NotFound("open work item"))?;
            let change = match step {
                WorkStep::Assign(to) => assigned(before, to.clone()),
                WorkStep::Note(text) => noted(before, text, who, asked)?,
                WorkStep::Resolve(resolution) => {
                    self.resolved(before, resolution, who, asked).await?
                }
            };
            match list.save(&change).await {
                Ok(()) => {
                    return Ok(match change.after {
                        WorkAfter::Open(work) => Worked::Open(work),
                        WorkAfter::Resolved(work) => Worked::Resolved(work),
                    });
                }
                Err(SaveError::Stale | SaveError::Taken(_)) => {}
                Err(SaveError::Store(error)) => return Err(error.into()),
            }
        }
        Err(contended().into())
    }

    async fn resolved(
        &self,
        before: OpenWork,
        resolution: &Resolution,
        who: &ExternalId,
        asked: &Asked,
    ) -> Result<WorkChange, ChangeError> {
        let about = self.about(&before).await?;
        let is_unreadable = |id: &EnrolmentId| before.item.id == unreadable_id(id.as_str());
        let enrolment = match about {
            About::Enrolment(enrolment) => Some(*enrolment),
            // Whatever of it is on the list may be all that says so.
            About::Unreadable => return Err(ChangeError::Conflict(UNREADABLE.to_owned())),
            About::Nothing => None,
        };
        let told = enrolment.as_ref().map(|enrolment| {
            let mut text = format!("Work resolved: {}.", resolution.outcome.in_words());
            if let Some(note) = &resolution.note {
                text = format!("{text} “{}”", note.reveal());
            }
            (enrolment.id.clone(), worked(text, asked))
        });
        let change = match (enrolment, &resolution.then) {
            (None, Some(_)) => {
                let detail = "must be left out: this work is about no enrolment";
                return Err(Invalid::one("/then", detail).into());
            }
            (Some(enrolment), Some(instruction))
                if moves(instruction) && !is_held_for(&enrolment, &before.item.id) =>
            {
                return Err(ChangeError::Conflict(NOT_HELD.to_owned()));
            }
            (Some(enrolment), Some(instruction)) => {
                let mut change = self.instruction(enrolment, instruction, asked).await?;
                // It is taken off the list here, to be kept with what came of it.
                let off = Effect::Resolve(before.item.id.clone());
                change.decision.effects.retain(|effect| *effect != off);
                Some(change)
            }
            (Some(enrolment), None) if is_held_for(&enrolment, &before.item.id) => {
                return Err(ChangeError::Conflict(LIVE.to_owned()));
            }
            (Some(enrolment), None) if is_unreadable(&enrolment.id) => tried_again(enrolment),
            (Some(_) | None, None) => None,
        };
        let mut work = before.clone();
        work.notes.extend(resolution.note.as_ref().map(|text| note(text, who, asked)));
        let outcome = resolution.outcome;
        let resolved = ResolvedWork { work, at: asked.at, by: who.clone(), outcome };
        Ok(WorkChange { before, after: WorkAfter::Resolved(resolved), told, change })
    }

    async fn about(&self, work: &OpenWork) -> Result<About, StoreError> {
        let Some(id) = &work.item.enrolment else { return Ok(About::Nothing) };
        match self.enrolments.enrolment(id).await {
            Ok(Some(enrolment)) => Ok(About::Enrolment(Box::new(enrolment))),
            Ok(None) => Ok(About::Nothing),
            Err(StoreError::Unreadable { .. }) => Ok(About::Unreadable),
            Err(error @ (StoreError::Unavailable(_) | StoreError::Refused(_))) => Err(error),
        }
    }
}

/// The enrolment, stored as it is: that puts it back where it is brought up at its time, if it waits for
/// one.
fn tried_again(enrolment: Enrolment) -> Option<Change> {
    match &enrolment.status {
        Status::Active(_) => {
            let next = Enrolment { revision: enrolment.revision + 1, ..enrolment.clone() };
            let decision = Decision { enrolment: next, effects: Vec::new() };
            Some(Change::new(Some(enrolment), decision, &[]))
        }
        Status::Held { .. } | Status::Completed { .. } | Status::Ended { .. } => None,
    }
}

/// Whether the enrolment is held, now, for what this item asks.
fn is_held_for(enrolment: &Enrolment, id: &WorkId) -> bool {
    match &enrolment.status {
        Status::Held { step, .. } => hold_id(&enrolment.key_of(step)) == *id,
        Status::Active(_) | Status::Completed { .. } | Status::Ended { .. } => false,
    }
}

/// Whether it moves an enrolment past what it is held at, or tries that again. To end one needs no hold.
const fn moves(instruction: &Instruction) -> bool {
    match instruction {
        Instruction::Advance | Instruction::Skip | Instruction::Retry(_) => true,
        Instruction::ChangeReference(_) | Instruction::End(_) => false,
    }
}

fn assigned(before: OpenWork, to: Option<ExternalId>) -> WorkChange {
    let revision = before.revision + 1;
    let after = WorkAfter::Open(OpenWork { assignee: to, revision, ..before.clone() });
    WorkChange { before, after, told: None, change: None::<Change> }
}

fn noted(
    before: OpenWork,
    text: &Phi<WorkText>,
    who: &ExternalId,
    asked: &Asked,
) -> Result<WorkChange, ChangeError> {
    if before.notes.len() >= OpenWork::MAX_NOTES {
        let why = format!("There are {} notes already; resolve it.", OpenWork::MAX_NOTES);
        return Err(ChangeError::Conflict(why));
    }
    let mut after = OpenWork { revision: before.revision + 1, ..before.clone() };
    after.notes.push(note(text, who, asked));
    let told = before.item.enrolment.clone().map(|enrolment| {
        (enrolment, worked(format!("Note on the work list: “{}”", text.reveal()), asked))
    });
    Ok(WorkChange { before, after: WorkAfter::Open(after), told, change: None })
}

fn note(text: &Phi<WorkText>, who: &ExternalId, asked: &Asked) -> WorkNote {
    WorkNote { at: asked.at, by: who.clone(), text: text.clone() }
}

fn worked(text: String, asked: &Asked) -> Note {
    let by: Actor = asked.by.clone();
    Note { at: asked.at, event: NoteEvent::Worked, text, by }
}
