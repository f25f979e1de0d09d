//! The Python environment of this checkout: the local cloud and the AWS command line.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};

use crate::checkout::Checkout;
use crate::guard::guarded;
use crate::prerequisites::Python;
use crate::process;
use crate::say;
use crate::stop::Stop;

/// The environment, ready for use.
#[derive(Debug, Clone)]
pub(crate) struct Venv {
    folder: PathBuf,
}

/// What to install: a requirements file, and what it is for.
struct Requirements {
    file: &'static str,
    purpose: &'static str,
}

const LOCAL_CLOUD: Requirements =
    Requirements { file: "infra/requirements.txt", purpose: "the local cloud" };
const RELEASE_BUILD: Requirements =
    Requirements { file: "infra/requirements-deploy.txt", purpose: "the build for AWS" };

impl Venv {
    /// Makes the environment, or brings it up to date; does nothing if nothing changed.
    pub(crate) fn ready(checkout: &Checkout, python: &Python, stop: &Stop) -> Result<Self> {
        let venv = Self { folder: checkout.local()?.join("venv") };
        venv.create(python, stop)?;
        venv.install(checkout, python, &LOCAL_CLOUD, stop)?;
        Ok(venv)
    }

    /// Adds what only a build for AWS needs.
    pub(crate) fn add_release_tools(
        &self,
        checkout: &Checkout,
        python: &Python,
        stop: &Stop,
    ) -> Result<()> {
        self.install(checkout, python, &RELEASE_BUILD, stop)
    }

    /// Its Python.
    pub(crate) fn python(&self) -> PathBuf {
        self.bin().join("python")
    }

    /// The folder of its programs.
    pub(crate) fn bin(&self) -> PathBuf {
        self.folder.join("bin")
    }

    fn create(&self, python: &Python, stop: &Stop) -> Result<()> {
        let made_by = self.folder.join("made-by");
        if fs::read_to_string(&made_by).is_ok_and(|version| version == python.version)
            && self.python().exists()
        {
            return Ok(());
        }
        let made = process::output(
            guarded(&python.program).args(["-m", "venv", "--clear"]).arg(&self.folder),
            stop,
        )?;
        if !made.status.success() {
            bail!(
                "the Python environment {} cannot be made ({}); check that the disk is not full",
                self.folder.display(),
                made.last_words()
            );
        }
        fs::write(&made_by, &python.version)
            .with_context(|| format!("cannot write {}", made_by.display()))
    }

    fn install(
        &self,
        checkout: &Checkout,
        python: &Python,
        requirements: &Requirements,
        stop: &Stop,
    ) -> Result<()> {
        let file = checkout.root().join(requirements.file);
        let wanted = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let wanted = format!("{:x}", Sha256::digest(&wanted));
        let stamp = self.folder.join(stamp_name(&file));
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(());
        }
        let progress = say::step(&format!(
            "Installing {} into .local/venv (Python {}; a minute or two, once)",
            requirements.purpose, python.version
        ));
        let installed = process::output(
            guarded(self.python())
                .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
                .arg("--requirement")
                .arg(&file),
            stop,
        )?;
        let log = checkout.local()?.join("pip.log");
        fs::write(&log, format!("{}{}", installed.stdout, installed.stderr))
            .with_context(|| format!("cannot write {}", log.display()))?;
        if !installed.status.success() {
            bail!(
                "{} cannot be installed ({}); check the network connection and see {}",
                requirements.purpose,
                installed.last_words(),
                log.display()
            );
        }
        fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))?;
        progress.done("done");
        Ok(())
    }
}

fn stamp_name(file: &Path) -> String {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
    format!("installed-{}", name.unwrap_or_default())
}
