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
}

/// An ePost provider. It tells a letter that is handed over again from another one by the key, so an
/// adapter may ask as often as it has time for.
pub trait EpostProvider: Send + Sync {
    /// Hands a letter over and answers the provider's id for it.
    fn hand_over(
        &self,
        letter: HandOver<'_>,
        idempotency_key: &str,
    ) -> impl Future<Output = Result<String, SendError>> + Send;
}
