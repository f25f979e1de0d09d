//! Who prints and posts letters for the practice.

use std::future::Future;

use domain::distribution::{ListedLetter, PrintedSides};
use domain::phi::Phi;

use super::SendError;

/// A letter as it is handed to an ePost provider.
#[derive(Debug, Clone, Copy)]
pub struct HandOver<'a> {
    /// Its entry of the list: who it is, to whom, from which site, and how many pages.
    pub letter: &'a ListedLetter,
    /// Its PDF.
    pub pdf: &'a Phi<Vec<u8>>,
    /// On which sides of the paper it is printed.
    pub sides: PrintedSides,
    /// Whether it may have been handed over before.
    pub before: Before,
}

/// Whether a letter may have been handed over before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// It was not: it has just come onto the list.
    Never,
    /// A sender stopped, and nobody knows how far it had come.
    Perhaps,
}

/// An ePost provider. One that tells a letter which is handed over again from another one by the key
/// may be asked as often as there is time for. An adapter of one that does not must hand over nothing
/// that may have been handed over [before](Before).
pub trait EpostProvider: Send + Sync {
    /// Hands a letter over and answers the provider's id for it.
    fn hand_over(
        &self,
        letter: HandOver<'_>,
        idempotency_key: &str,
    ) -> impl Future<Output = Result<String, SendError>> + Send;
}
