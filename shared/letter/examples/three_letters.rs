//! Writes three letters, and a batch of them, as PDF files into a folder:
//! `cargo run --release --example three_letters -- pictures`.

use std::fs;
use std::path::PathBuf;

use letter::{Cover, CoverLine, Sides, batch, typeset};

#[path = "shared/letters.rs"]
mod letters;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "pictures".to_owned()));
    fs::create_dir_all(&folder)?;
    let mut files = Vec::new();
    for (name, letter) in letters::all() {
        let pdf = typeset(&letter)?;
        println!("{name}: {} pages, {} bytes", pdf.pages(), pdf.bytes().len());
        fs::write(folder.join(format!("{name}.pdf")), pdf.bytes())?;
        files.push((letter.recipient.name.clone(), pdf.into_bytes()));
    }
    let cover = Cover {
        title: "Letters to post".to_owned(),
        practice: "Riverside Family Practice".to_owned(),
        site: Some("Marrickville".to_owned()),
        date: "14 March 2026".to_owned(),
        letters: files
            .iter()
            .map(|(recipient, _)| CoverLine {
                recipient: recipient.clone(),
                note: Some("Recall: cervical screening".to_owned()),
            })
            .collect(),
        sides: Sides::Both,
        language: letter::Language::parse("en-AU")?,
    };
    let slices: Vec<&[u8]> = files.iter().map(|(_, bytes)| bytes.as_slice()).collect();
    fs::write(folder.join("batch.pdf"), batch(&cover, &slices)?)?;
    Ok(())
}
