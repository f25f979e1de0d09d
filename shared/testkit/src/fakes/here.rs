//! Which tables are at hand.

use std::sync::{Arc, Mutex};

use app::ports::{Here, StoreError};
use domain::home::{Kept, TableId, Tables};

/// The tables at hand, until a test restores some of them from a backup.
#[derive(Debug, Clone)]
pub struct FakeHere(Arc<Mutex<Result<Tables, StoreError>>>);

impl Default for FakeHere {
    fn default() -> Self {
        let first = Kept::ALL.map(|kept| (kept, identity(kept, "first")));
        Self(Arc::new(Mutex::new(Ok(Tables::from(first)))))
    }
}

fn identity(kept: Kept, which: &str) -> TableId {
    TableId::parse(&format!("{which}-{}", kept.as_str())).expect("an identity")
}

impl FakeHere {
    /// This table is another one from now on, as one that was restored is.
    ///
    /// # Panics
    /// When the tables cannot be told.
    pub fn restore(&self, kept: Kept) {
        let mut tables = self.0.lock().expect("not poisoned");
        tables.as_mut().expect("they are told").insert(kept, identity(kept, "restored"));
    }

    /// The tables are these from now on.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn be(&self, tables: Tables) {
        *self.0.lock().expect("not poisoned") = Ok(tables);
    }

    /// The tables cannot be told from now on.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn fail(&self) {
        let failed = StoreError::Unavailable("the tables cannot be told".to_owned());
        *self.0.lock().expect("not poisoned") = Err(failed);
    }
}

impl Here for FakeHere {
    async fn tables(&self) -> Result<Tables, StoreError> {
        self.0.lock().expect("not poisoned").clone()
    }
}
