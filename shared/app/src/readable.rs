//! Records that are shown beside something that matters more.

use crate::ports::StoreError;

/// What was read. What cannot be read is as if it were not there, and is said in the log: an answer is
/// not kept back because the words for it are missing.
///
/// # Errors
/// When the store failed otherwise.
pub fn if_readable<T>(read: Result<Option<T>, StoreError>) -> Result<Option<T>, StoreError> {
    match read {
        Err(StoreError::Unreadable { what, why }) => {
            tracing::error!(reason = %format!("{what}: {why}"), "a record is left out: it cannot be read");
            Ok(None)
        }
        read => read,
    }
}
