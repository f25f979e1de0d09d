//! Where things are.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// This checkout's folders.
#[derive(Debug, Clone)]
pub(crate) struct Checkout {
    root: PathBuf,
}

impl Checkout {
    /// The checkout this program was built from.
    pub(crate) fn of_this_build() -> Result<Self> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root =
            here.ancestors().nth(2).filter(|root| root.join("infra").is_dir()).with_context(
                || {
                    format!(
                        "the checkout is no longer at {}; run this by `cargo xtask` inside it",
                        here.display()
                    )
                },
            )?;
        Ok(Self { root: root.to_owned() })
    }

    /// The root.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// What is made on this machine and not kept in git; created on first use.
    pub(crate) fn local(&self) -> Result<PathBuf> {
        let local = self.root.join(".local");
        fs::create_dir_all(&local)
            .with_context(|| format!("cannot create the folder {}", local.display()))?;
        Ok(local)
    }

    /// The description of the stack that `up` runs.
    pub(crate) fn description(&self) -> PathBuf {
        self.root.join(".local/stack.json")
    }

    /// The template.
    pub(crate) fn template(&self) -> PathBuf {
        self.root.join("infra/template.yaml")
    }

    /// The file with a booking system's event.
    pub(crate) fn event(&self, name: &str) -> PathBuf {
        self.root.join("events").join(name)
    }

    /// The zip that the template's `CodeUri` of a function points at.
    pub(crate) fn function_zip(&self, function: &str) -> PathBuf {
        self.root.join("target/lambda").join(function).join("bootstrap.zip")
    }

    /// The functions: one folder, crate and binary of the same name each.
    pub(crate) fn functions(&self) -> Result<Vec<String>> {
        let folder = self.root.join("functions");
        let listed = fs::read_dir(&folder)
            .with_context(|| format!("cannot list the functions in {}", folder.display()))?;
        let mut names = Vec::new();
        for entry in listed {
            let entry = entry.context("cannot list the functions")?;
            if entry.path().join("Cargo.toml").is_file() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        names.sort();
        Ok(names)
    }
}
