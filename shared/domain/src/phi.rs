//! Protected health information (PHI) that cannot slip into a log.

use std::fmt;

/// A value that identifies or describes a patient. `Debug` shows `[redacted]`, and there is no
/// `Display`: whoever needs the value says so with [`Phi::reveal`].
///
/// ```
/// use domain::phi::Phi;
/// let name = Phi::new("Maria");
/// assert_eq!(format!("{name:?}"), "[redacted]");
/// assert_eq!(*name.reveal(), "Maria");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phi<T>(T);

impl<T> Phi<T> {
    /// Marks a value as protected.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for the one place that must show, store or send it.
    pub const fn reveal(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Phi<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
