//! Two hundred different letters, then all of them as one file to print: the
//! time it takes, and the peak memory of the process before and after.

use std::fs;
use std::time::Instant;

use letter::{Cover, CoverLine, Language, Sides, Typesetter};

#[expect(dead_code, reason = "the other letters are for other programs")]
#[path = "shared/letters.rs"]
mod letters;

fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    line.split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut typesetter = Typesetter::new();
    let mut files = Vec::new();
    let mut lines = Vec::new();
    for nth in 1..=200 {
        let mut letter = letters::plain();
        letter.recipient.name = format!("Ms Alexandra Papadopoulos {nth}");
        lines.push(CoverLine {
            recipient: letter.recipient.name.clone(),
            note: Some("Recall: cervical screening".to_owned()),
        });
        files.push(typesetter.typeset(&letter)?.into_bytes());
    }
    let before = peak();
    let cover = Cover {
        title: "Letters to post".to_owned(),
        practice: "Riverside Family Practice".to_owned(),
        site: None,
        date: "14 March 2026".to_owned(),
        letters: lines,
        sides: Sides::Both,
        language: Language::parse("en-AU")?,
    };
    let slices: Vec<&[u8]> = files.iter().map(Vec::as_slice).collect();
    let start = Instant::now();
    let joined = typesetter.batch(&cover, &slices)?;
    println!(
        "200 letters of {} bytes joined in {:.0} ms into {} bytes; peak {before} before, {} after",
        files.iter().map(Vec::len).sum::<usize>(),
        start.elapsed().as_secs_f64() * 1e3,
        joined.len(),
        peak()
    );
    if let Some(path) = std::env::args().nth(1) {
        fs::write(path, joined)?;
    }
    Ok(())
}
