//! One letter in a fresh process, as a function that has just started sets it.
//! Prints the milliseconds from the start of `main`, and the peak memory of the
//! process. `first_letter 200` sets 200, of one template to different people;
//! `first_letter 200 anew` with no paragraph like one of another letter;
//! `first_letter 200 names` one in many scripts.

use std::fs;
use std::time::Instant;

use letter::{Block, Letter, Typesetter};

#[expect(dead_code, reason = "the other letters are for other programs")]
#[path = "shared/letters.rs"]
mod letters;

/// Ends every line of text of a letter in a number of its own.
fn make_different(letter: &mut Letter, nth: u32) {
    let head = &mut letter.letterhead;
    let lines = head.address.iter_mut().chain(&mut head.site).chain(&mut head.phone);
    lines.chain(&mut letter.subject).for_each(|line| line.push_str(&nth.to_string()));
    let mut blocks: Vec<&mut Block> = letter.body.iter_mut().collect();
    while let Some(block) = blocks.pop() {
        match block {
            Block::Paragraph(runs) | Block::Heading(_, runs) => {
                for run in runs {
                    run.text.push_str(&nth.to_string());
                }
            }
            Block::BulletList(items) | Block::NumberedList { items, .. } => {
                blocks.extend(items.iter_mut().flatten());
            }
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: u32 = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(1);
    let kind = std::env::args().nth(2).unwrap_or_default();
    let letters = if kind == "names" { letters::names() } else { letters::plain() };
    let start = Instant::now();
    let mut typesetter = Typesetter::new();
    let ready = start.elapsed();
    let pdf = typesetter.typeset(&letters)?;
    let first = start.elapsed();
    let warm = Instant::now();
    for nth in 1..count {
        let mut letter = letters.clone();
        letter.recipient.name = format!("Ms Alexandra Papadopoulos {nth}");
        if kind == "anew" {
            make_different(&mut letter, nth);
        }
        typesetter.typeset(&letter)?;
    }
    let warm = warm.elapsed();
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    println!(
        "fonts {:.2} ms, first letter {:.2} ms, warm {:.3} ms each, {} bytes, {peak}",
        ready.as_secs_f64() * 1e3,
        first.as_secs_f64() * 1e3,
        warm.as_secs_f64() * 1e3 / f64::from(count.max(2) - 1),
        pdf.bytes().len()
    );
    Ok(())
}
