//! A warm letter of one page, one of two, and one in many scripts.

use criterion::{Criterion, criterion_group, criterion_main};
use letter::Typesetter;

#[path = "../examples/shared/letters.rs"]
mod letters;

fn letter(c: &mut Criterion) {
    let mut typesetter = Typesetter::new();
    for (name, letter) in letters::all() {
        let mut nth = 0_u32;
        c.bench_function(name, |b| {
            b.iter(|| {
                // Another name each time: nothing is remembered as a whole.
                let mut letter = letter.clone();
                nth += 1;
                letter.recipient.address.push(format!("Record {nth}"));
                typesetter.typeset(&letter).map(letter::Pdf::into_bytes)
            });
        });
    }
}

criterion_group!(benches, letter);
criterion_main!(benches);
