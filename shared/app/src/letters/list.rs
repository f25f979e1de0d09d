//! A page of the list.

use domain::distribution::{LetterStateName, ListedLetter};
use domain::ids::{BatchId, PatientId, ProgramId, SiteId};
use domain::invalid::Invalid;
use domain::program::PrintOption;

use super::PostRoom;
use crate::catalogue::ChangeError;
use crate::ports::{
    Catalogue, Days, LetterFiles, Letters, People, Placed, Shelf, UnreadableLetter, WorkList,
};

/// What the letters of a list have in common.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LetterFilter {
    /// Their site.
    pub site: Option<SiteId>,
    /// Their state.
    pub state: Option<LetterStateName>,
    /// When they are dated.
    pub days: Days,
    /// Their program.
    pub program: Option<ProgramId>,
    /// How they go.
    pub print: Option<PrintOption>,
    /// Whom they are about.
    pub patient: Option<PatientId>,
    /// With which they were printed.
    pub batch: Option<BatchId>,
}

/// A page of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterPage {
    /// The letters.
    pub letters: Vec<ListedLetter>,
    /// Those that belong here and cannot be read.
    pub unreadable: Vec<UnreadableLetter>,
    /// After what the next page begins; `None` when there is none.
    pub next: Option<String>,
}

/// As many letters are looked at for a page that most of them do not belong on.
const MOST_LOOKED_AT: usize = 1_000;
/// As many are read together.
const TOGETHER: usize = 100;
/// Divides a shelf from a place on it.
const IN: char = '|';

impl LetterFilter {
    fn takes(&self, letter: &ListedLetter) -> bool {
        self.site.as_ref().is_none_or(|site| letter.site == *site)
            && self.state.is_none_or(|state| letter.state.name() == state)
            && self.program.as_ref().is_none_or(|program| letter.program == *program)
            && self.print.is_none_or(|print| letter.print == print)
            && self.patient.as_ref().is_none_or(|patient| letter.patient == *patient)
            && self.batch.as_ref().is_none_or(|batch| letter.batches.contains(batch))
    }

    /// The shelves such letters stand on, in order.
    async fn shelves(&self, catalogue: &impl Catalogue) -> Result<Vec<Shelf>, ChangeError> {
        // All that ever came of a program lie together; of those in one state the state's shelves have
        // fewer.
        if let (Some(program), None) = (&self.program, self.state) {
            return Ok(vec![Shelf::Program(program.clone())]);
        }
        let mut sites = match &self.site {
            Some(site) => vec![site.clone()],
            None => catalogue.sites().await?.into_iter().map(|site| site.id).collect(),
        };
        sites.sort();
        let states = match self.state {
            Some(state) => vec![state],
            None => LetterStateName::ALL.to_vec(),
        };
        let of =
            |site: SiteId| states.clone().into_iter().map(move |it| Shelf::Site(site.clone(), it));
        Ok(sites.into_iter().flat_map(of).collect())
    }
}

/// What a shelf is called in a cursor.
fn name(shelf: &Shelf) -> String {
    match shelf {
        Shelf::Site(site, state) => format!("{site}#{}", state.as_str()),
        Shelf::Program(program) => program.to_string(),
    }
}

impl<L, F, C, P, W> PostRoom<'_, L, F, C, P, W>
where
    L: Letters,
    F: LetterFiles,
    C: Catalogue,
    P: People,
    W: WorkList,
{
    /// A page of letters: by site, then by state, then by day; of a program by day. It may have fewer
    /// than `limit` though others follow.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn list(
        &self,
        filter: &LetterFilter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<LetterPage, ChangeError> {
        let shelves = filter.shelves(self.catalogue).await?;
        let (on, mut place) = match after.and_then(|after| after.split_once(IN)) {
            Some((on, place)) => (Some(on), Some(place.to_owned())),
            None => (None, None),
        };
        let first = match on {
            None => 0,
            Some(on) => shelves.iter().position(|shelf| name(shelf) == on).ok_or_else(|| {
                Invalid::one(
                    "/cursor",
                    "is of a list with other filters; give it those it came with",
                )
            })?,
        };
        let (mut letters, mut unreadable) = (Vec::new(), Vec::new());
        let mut looked_at = 0;
        for shelf in shelves.iter().skip(first) {
            loop {
                let placed =
                    self.letters.shelf(shelf, filter.days, place.as_deref(), TOGETHER).await?;
                let whole = placed.len() < TOGETHER;
                looked_at += placed.len();
                let ids: Vec<_> = placed.iter().map(|it| it.letter.clone()).collect();
                let read = self.letters.letters(&ids).await?;
                unreadable.extend(read.unreadable);
                let fitting = read.letters.into_iter().filter(|letter| filter.takes(letter));
                for letter in fitting {
                    letters.push(letter);
                    if letters.len() == limit {
                        let next = next_after(shelf, &placed, letters.last());
                        return Ok(LetterPage { letters, unreadable, next });
                    }
                }
                place = placed.last().map(|last| last.place.clone());
                if let Some(place) = place.as_ref().filter(|_| looked_at >= MOST_LOOKED_AT) {
                    let next = Some(format!("{}{IN}{place}", name(shelf)));
                    return Ok(LetterPage { letters, unreadable, next });
                }
                if whole {
                    break;
                }
            }
            place = None;
        }
        Ok(LetterPage { letters, unreadable, next: None })
    }
}

fn next_after(shelf: &Shelf, placed: &[Placed], last: Option<&ListedLetter>) -> Option<String> {
    let last = last?;
    let place = placed.iter().find(|placed| placed.letter == last.id)?;
    Some(format!("{}{IN}{}", name(shelf), place.place))
}
