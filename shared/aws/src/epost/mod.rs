//! ePost providers: one that is asked by HTTP, and a folder of the letters' bucket that one collects
//! from.

mod folder;
mod http;

use std::time::Duration;

use app::ports::{Clock, EpostProvider, HandOver, SendError};
use serde_json::{Value, json};

pub use self::folder::DropFolder;
pub use self::http::HttpEpost;
use crate::clients::Aws;
use crate::config::{ConfigError, env};
use crate::files::S3Files;

/// Longest a letter may take to be handed over, with everything that is tried again.
pub const EPOST_TIMEOUT: Duration = Duration::from_secs(9);

/// The provider of a deployment.
#[derive(Debug)]
pub enum Epost<K> {
    /// It collects from a folder.
    Folder(DropFolder),
    /// It is asked.
    Http(Box<HttpEpost<K>>),
}

impl<K: Clock + Clone> Epost<K> {
    /// The provider that the template names by `EPOST_MODE`; none when it says `none`.
    ///
    /// # Errors
    /// When a setting is missing or wrong.
    pub fn from_env(aws: &Aws, files: &S3Files, clock: K) -> Result<Option<Self>, ConfigError> {
        match env("EPOST_MODE")?.as_str() {
            "none" => Ok(None),
            "folder" => Ok(Some(Self::Folder(DropFolder::new(files.clone())))),
            "http" => {
                let (url, prefix) = (env("EPOST_URL")?, env("EPOST_SECRET_PREFIX")?);
                let http = HttpEpost::new(aws.clone(), &url, prefix, clock)?;
                Ok(Some(Self::Http(Box::new(http))))
            }
            other => {
                let why = format!("it must be none, folder or http, and is {other}");
                Err(ConfigError::Wrong { name: "EPOST_MODE", why })
            }
        }
    }
}

impl<K: Clock> EpostProvider for Epost<K> {
    async fn hand_over(&self, letter: HandOver<'_>, key: &str) -> Result<String, SendError> {
        match self {
            Self::Folder(folder) => folder.hand_over(letter, key).await,
            Self::Http(http) => http.hand_over(letter, key).await,
        }
    }
}

/// What a provider is told of a letter besides its PDF.
fn told(handed: HandOver<'_>) -> Value {
    let letter = handed.letter;
    json!({
        "letter": letter.id,
        "to": letter.to.reveal(),
        "site": letter.site,
        "date": letter.dated,
        "pages": letter.pages,
        "sides": handed.sides.as_str(),
    })
}
