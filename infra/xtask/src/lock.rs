//! One `up` (and one end to end test) at a time in a checkout.

use std::fs::{File, TryLockError};
use std::path::Path;

use anyhow::{Context as _, Result, bail};

/// Held until it goes; the system lets go of it however the program ends.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, or says that `what` already runs.
    pub(crate) fn take(path: &Path, what: &str) -> Result<Self> {
        let file = File::create(path)
            .with_context(|| format!("cannot create the lock file {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => {
                bail!("{what} already runs in this checkout; stop that one first (Ctrl-C)")
            }
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("cannot lock {}", path.display()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Lock;

    #[test]
    fn the_second_is_refused_until_the_first_goes() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("lock");
        let first = Lock::take(&path, "it").expect("nobody holds it");
        let refused = Lock::take(&path, "`cargo xtask up`").expect_err("the first holds it");
        assert!(refused.to_string().starts_with("`cargo xtask up` already runs"));
        drop(first);
        Lock::take(&path, "it").expect("it was let go");
    }
}
