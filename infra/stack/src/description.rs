//! The file that describes a running stack.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io::Write};

use serde::{Deserialize, Serialize};

use crate::{Error, Secret};

/// What a client needs to know to use a running stack.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Description {
    /// The stack's name in its cloud.
    pub stack_name: String,
    /// Its region.
    pub region: String,
    /// Where to connect for the API: an address that needs no name resolution.
    pub api_address: String,
    /// The API's own host name and port, sent as the `Host` header.
    pub api_host: String,
    /// The local cloud's address.
    pub emulator_url: String,
    /// Where the local cloud keeps its state, the user pools' signing keys among it.
    pub emulator_state: PathBuf,
    /// The Cognito user pool.
    pub user_pool_id: String,
    /// The pool's client that people sign in through.
    pub user_pool_client_id: String,
    /// The key that signs the webhooks of source `diary`.
    pub webhook_secret: Secret,
    /// The first admin.
    pub admin: Credentials,
    /// Every output of the stack (table names, queue addresses, function names, …).
    pub outputs: BTreeMap<String, String>,
}

/// A user name (an e-mail address) and its password.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Credentials {
    /// The user name.
    pub username: String,
    /// The password.
    pub password: Secret,
}

impl Description {
    /// Reads the file.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let text = fs::read(path).map_err(|error| Error::Description {
            path: path.to_owned(),
            why: error.to_string(),
        })?;
        serde_json::from_slice(&text)
            .map_err(|error| Error::Description { path: path.to_owned(), why: error.to_string() })
    }

    /// Writes the file, readable by its owner only: it holds a password.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        let failed = |why: String| Error::Description { path: path.to_owned(), why };
        let mut text =
            serde_json::to_vec_pretty(self).map_err(|error| failed(error.to_string()))?;
        text.push(b'\n');
        write_private(path, &text).map_err(|error| failed(error.to_string()))
    }

    /// The stack's output of this name.
    pub fn output(&self, name: &str) -> Result<&str, Error> {
        self.outputs.get(name).map(String::as_str).ok_or_else(|| Error::NoOutput(name.to_owned()))
    }

    /// The API's address as a browser or curl takes it.
    pub fn api_url(&self) -> String {
        format!("http://{}", self.api_host)
    }
}

fn write_private(path: &Path, text: &[u8]) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let unfinished = path.with_extension("unfinished");
    let mut file = options.open(&unfinished)?;
    file.write_all(text)?;
    file.sync_all()?;
    fs::rename(unfinished, path)
}
