//! From the workspace to one zip for each function.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use crate::cargo::cargo;
use crate::checkout::Checkout;
use crate::process;
use crate::say;
use crate::stop::Stop;
use crate::zip_file;

/// One function's package.
#[derive(Debug)]
pub(crate) struct Artifact {
    pub(crate) function: String,
    pub(crate) zip: PathBuf,
    /// Size of the program in the zip.
    pub(crate) program_bytes: u64,
    pub(crate) zip_bytes: u64,
    /// Whether the zip is another than before.
    pub(crate) changed: bool,
}

/// A line of cargo's machine-readable output; the other kinds are of no interest.
#[derive(Debug, Deserialize)]
struct CargoMessage {
    reason: String,
    #[serde(default)]
    executable: Option<PathBuf>,
    #[serde(default)]
    manifest_path: PathBuf,
    #[serde(default)]
    target: Option<CargoTarget>,
}

#[derive(Debug, Deserialize)]
struct CargoTarget {
    name: String,
}

/// The selection for everyday use: every program of the workspace, with the features that the tests
/// use. Naming a test, however small, makes cargo count the features of development dependencies
/// in; without it `cargo test` would compile the AWS SDK again, with other features.
const EVERYDAY: [&str; 4] = ["--workspace", "--bins", "--test", "description"];

/// Builds every function for this machine, and zips it.
///
/// It builds the whole workspace in the profile that the tests use, so that cargo picks the same
/// features for every dependency and nothing is compiled twice.
pub(crate) fn build_local(checkout: &Checkout, stop: &Stop) -> Result<Vec<Artifact>> {
    let progress = say::step("Building the functions (the first time takes some minutes)");
    let programs = build(checkout, &EVERYDAY, stop)?;
    let mut artifacts = Vec::new();
    for function in checkout.functions()? {
        let program = programs.get(&function).with_context(|| {
            format!("functions/{function} builds no program named {function}; give it one")
        })?;
        artifacts.push(package(checkout, &function, program, Strip::Yes)?);
        stop.check()?;
    }
    let changed = artifacts.iter().filter(|artifact| artifact.changed).count();
    progress.done(&match changed {
        0 => format!("{} functions, none changed", artifacts.len()),
        _ => format!("{} functions, {changed} changed", artifacts.len()),
    });
    Ok(artifacts)
}

/// Builds what `selection` says and returns the programs by name.
pub(crate) fn build(
    checkout: &Checkout,
    selection: &[&str],
    stop: &Stop,
) -> Result<BTreeMap<String, PathBuf>> {
    let (status, messages) = process::run_for_stdout(
        cargo()
            .args(["build", "--message-format=json-render-diagnostics"])
            .args(selection)
            .current_dir(checkout.root()),
        stop,
    )?;
    if !status.success() {
        bail!("the build failed; the compiler's messages above say where");
    }
    Ok(programs(&messages))
}

/// The programs among what cargo built.
fn programs(messages: &str) -> BTreeMap<String, PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<CargoMessage>(line).ok())
        .filter(|message| message.reason == "compiler-artifact")
        .filter(|message| !message.manifest_path.as_os_str().is_empty())
        .filter_map(|message| Some((message.target?.name, message.executable?)))
        .collect()
}

/// Whether what only a debugger needs is taken out of a program first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strip {
    Yes,
    /// It was built without.
    AlreadyDone,
}

/// Zips a program to where the template looks for it; does nothing if it is the same as before.
pub(crate) fn package(
    checkout: &Checkout,
    function: &str,
    program: &Path,
    strip: Strip,
) -> Result<Artifact> {
    let zip = checkout.function_zip(function);
    let folder = zip.parent().context("a zip lies in a folder")?.to_owned();
    fs::create_dir_all(&folder)
        .with_context(|| format!("cannot create the folder {}", folder.display()))?;
    let stamp = folder.join("made-from.json");
    let identity = identity(program)?;
    if zip.is_file()
        && let Some(made) = MadeFrom::read(&stamp)
        && made.identity == identity
    {
        return Ok(Artifact {
            function: function.to_owned(),
            zip_bytes: size(&zip)?,
            zip,
            program_bytes: made.program_bytes,
            changed: false,
        });
    }
    let stripped = folder.join("bootstrap");
    let program = match strip {
        Strip::Yes if strip_into(program, &stripped) => stripped,
        Strip::Yes | Strip::AlreadyDone => program.to_owned(),
    };
    let bytes = fs::read(&program).with_context(|| format!("cannot read {}", program.display()))?;
    let zipped = zip_file::of_bootstrap(&bytes)?;
    let changed = fs::read(&zip).ok().as_ref() != Some(&zipped);
    if changed {
        fs::write(&zip, &zipped).with_context(|| format!("cannot write {}", zip.display()))?;
    }
    let made = MadeFrom { identity, program_bytes: bytes.len() as u64 };
    made.write(&stamp)?;
    Ok(Artifact {
        function: function.to_owned(),
        zip,
        program_bytes: made.program_bytes,
        zip_bytes: zipped.len() as u64,
        changed,
    })
}

/// What a zip was made from.
#[derive(Debug, serde::Serialize, Deserialize)]
struct MadeFrom {
    identity: String,
    program_bytes: u64,
}

impl MadeFrom {
    fn read(path: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(path).ok()?).ok()
    }

    fn write(&self, path: &Path) -> Result<()> {
        let text = serde_json::to_vec(self).context("cannot describe a zip")?;
        fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
    }
}

/// Path, size and time of a program: another build has another.
fn identity(program: &Path) -> Result<String> {
    let metadata = fs::metadata(program)
        .with_context(|| format!("the built program {} is gone", program.display()))?;
    let modified = metadata
        .modified()
        .ok()
        .and_then(|at| at.duration_since(UNIX_EPOCH).ok())
        .map_or(0, |since| since.as_nanos());
    Ok(format!("{} {} {modified}", program.display(), metadata.len()))
}

fn size(path: &Path) -> Result<u64> {
    Ok(fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?.len())
}

/// Strips with the tool that comes with Rust; without it the zip is larger, and as good.
fn strip_into(program: &Path, stripped: &Path) -> bool {
    // The system's own signature of a macOS program would no longer fit.
    if !cfg!(target_os = "linux") {
        return false;
    }
    let Some(tool) = objcopy() else { return false };
    Command::new(tool)
        .arg("--strip-all")
        .arg(program)
        .arg(stripped)
        .output()
        .is_ok_and(|done| done.status.success())
}

fn objcopy() -> Option<PathBuf> {
    let folder = Command::new("rustc").args(["--print", "target-libdir"]).output().ok()?;
    let folder = PathBuf::from(String::from_utf8_lossy(&folder.stdout).trim());
    let tool = folder.parent()?.join("bin/rust-objcopy");
    tool.is_file().then_some(tool)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::programs;

    #[test]
    fn programs_are_read_from_cargos_messages() {
        let messages = r#"
{"reason":"compiler-artifact","manifest_path":"/w/shared/app/Cargo.toml","target":{"name":"app"},"executable":null}
{"reason":"compiler-artifact","manifest_path":"/w/functions/sweeper/Cargo.toml","target":{"name":"sweeper"},"executable":"/w/target/debug/sweeper"}
{"reason":"build-finished","success":true}
"#;
        let found = programs(messages);
        assert_eq!(found.len(), 1);
        assert_eq!(
            found.get("sweeper").map(AsRef::as_ref),
            Some(Path::new("/w/target/debug/sweeper"))
        );
    }
}
