//! Versions of records: a partition of their own for each record, sorted by number.

/// The sort key of a version: ten digits, so that the order of texts is the order of numbers.
pub(super) fn version_key(version: u64) -> String {
    format!("{version:010}")
}
