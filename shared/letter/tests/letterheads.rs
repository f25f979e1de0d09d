//! The letterhead takes the longest names a practice and its site may have, in words: a site that was
//! saved must not fail its letters one by one.

use letter::{Letter, Letterhead, Logo, PictureFormat, typeset};

#[expect(dead_code, reason = "some of the letters are for other tests")]
#[path = "../examples/shared/letters.rs"]
mod letters;

/// One pixel: as a logo it is square.
const DOT: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82";

fn longest(word: &str, logo: Option<Logo>) -> Letter {
    let text = |most: usize| word.chars().cycle().take(most).collect::<String>().trim().to_owned();
    let letterhead = Letterhead {
        practice: text(80),
        logo,
        site: Some(text(80)),
        address: vec![text(60); 4],
        phone: Some(text(30)),
        email: Some(format!("{}@{}.example", text(64).replace(' ', "w"), "w".repeat(60))),
    };
    Letter { letterhead, ..letters::plain() }
}

#[test]
fn a_letterhead_of_the_longest_names_is_set() {
    let logo =
        || Logo { format: PictureFormat::Png, bytes: DOT.into(), description: "A dot".to_owned() };
    for word in ["Harbour Health and Wellbeing ", "Clínica Odontológica Integral "] {
        for logo in [None, Some(logo())] {
            let with = if logo.is_some() { "with" } else { "without" };
            let set = typeset(&longest(word, logo));
            assert!(set.is_ok(), "{word:?} {with} a logo: {:?}", set.err());
        }
    }
}
