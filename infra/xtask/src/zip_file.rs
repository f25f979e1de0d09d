//! Zips that depend on nothing but what is in them.

use std::io::{Cursor, Write as _};

use anyhow::{Context as _, Result};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// A zip with the one executable file `bootstrap`, as Lambda's own runtimes want it.
///
/// No time and no owner goes in: the same program gives the same zip, so a
/// deployment changes only the functions whose code changed.
pub(crate) fn of_bootstrap(program: &[u8]) -> Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o755);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("bootstrap", options).context("cannot make a zip")?;
    zip.write_all(program).context("cannot make a zip")?;
    Ok(zip.finish().context("cannot make a zip")?.into_inner())
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read as _};

    use zip::ZipArchive;

    use super::of_bootstrap;

    #[test]
    fn the_same_program_gives_the_same_zip() {
        let program = b"not much of a program".repeat(100);
        let first = of_bootstrap(&program).expect("it can be zipped");
        assert_eq!(first, of_bootstrap(&program).expect("it can be zipped"));
    }

    #[test]
    fn it_holds_one_executable_named_bootstrap() {
        let zipped = of_bootstrap(b"program").expect("it can be zipped");
        let mut zip = ZipArchive::new(Cursor::new(zipped)).expect("it is a zip");
        assert_eq!(zip.len(), 1);
        let mut file = zip.by_name("bootstrap").expect("it is in there");
        assert_eq!(file.unix_mode().map(|mode| mode & 0o777), Some(0o755));
        let mut content = Vec::new();
        file.read_to_end(&mut content).expect("it can be read");
        assert_eq!(content, b"program");
    }
}
