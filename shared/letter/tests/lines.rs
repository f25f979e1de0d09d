//! Where lines and pages end, and which side lines are read from.

use letter::{Block, Letter, typeset};

#[expect(dead_code, reason = "the other letters are for other programs")]
#[path = "../examples/shared/letters.rs"]
mod letters;
#[expect(dead_code, reason = "the structure is for other tests")]
mod reading;

use letters::{letter_to, p};

fn set(letter: &Letter) -> Vec<u8> {
    typeset(letter).expect("a letter").into_bytes()
}

#[test]
fn a_signature_is_never_alone_on_a_page() {
    let mut torn = 0;
    for filler in 20..40 {
        let lines: Vec<String> = (1..=filler).map(|line| format!("line {line}")).collect();
        let body =
            vec![p(&lines.join("\n")), p("Yours sincerely,"), p("\n\nDr Mai Nguyen\nRiverside")];
        let pages = reading::pages(&set(&letter_to("Ms A", body)));
        let page_of = |text: &str| {
            pages
                .iter()
                .position(|page| page.iter().any(|piece| piece.text.trim() == text))
                .expect("it is on a page")
        };
        torn += usize::from(page_of("line 1") != page_of("Dr Mai Nguyen"));
        for other in
            ["Yours sincerely,", &format!("line {filler}"), &format!("line {}", filler - 1)]
        {
            assert_eq!(page_of(other), page_of("Dr Mai Nguyen"), "{filler}: {other}");
        }
    }
    assert!(torn > 5, "the page ended in the text's end");
}

#[test]
fn a_number_and_its_unit_are_on_one_line() {
    for unit in ["am", "mg.", "mmol/L,", "mL)"] {
        for filler in 60..100 {
            let text = format!("{} 1234 {unit} and so on", "x".repeat(filler));
            let pages = reading::pages(&set(&letter_to("Ms A", vec![p(&text)])));
            let whole = format!("1234 {unit}");
            assert!(pages[0].iter().any(|piece| piece.text.contains(&whole)), "{filler}: {whole}");
        }
    }
}

#[test]
fn an_english_line_that_begins_with_an_arabic_name_stays_english() {
    let bytes = set(&letter_to(
        "Ms A",
        vec![
            p("محمد (9:00 am) and you"),
            Block::BulletList(vec![vec![p("فاطمة, your appointment")]]),
        ],
    ));
    let pages = reading::pages(&bytes);
    let x = |text: &str| {
        pages[0].iter().find(|piece| piece.text.contains(text)).map(|piece| piece.x).expect(text)
    };
    assert!(x("م") < x("and you"), "the name, then the time");
    assert!(x("\u{2022}") < x("ف") && x("ف") < x("your"), "the bullet, the name, the words");
}

#[test]
fn the_numbers_of_arabic_items_have_their_stop_after_them() {
    let items = vec![vec![p("بطاقة Medicare الخاصة بك")]];
    let bytes = set(&letter_to("Ms A", vec![Block::NumberedList { start: 7, items }]));
    assert!(reading::text(&bytes).contains("7."), "{}", reading::text(&bytes));
    let pages = reading::pages(&bytes);
    let x = |text: &str| {
        pages[0].iter().rfind(|piece| piece.text.trim() == text).map(|piece| piece.x).expect(text)
    };
    assert!(x(".") < x("7") && x(".") > x("ب"), "after is to the left");
}
