//! Letters joined for the printer.

use letter::{CannotBatch, Cover, CoverLine, Language, Sides, batch, page_count, typeset};

#[expect(dead_code, reason = "some of the letters are for other tests")]
#[path = "../examples/shared/letters.rs"]
mod letters;
#[expect(dead_code, reason = "some of the readers are for other tests")]
mod reading;

fn cover(recipients: &[&str], sides: Sides) -> Cover {
    Cover {
        title: "Letters to post".to_owned(),
        practice: "Riverside Family Practice".to_owned(),
        site: Some("Marrickville".to_owned()),
        date: "14 March 2026".to_owned(),
        letters: recipients
            .iter()
            .map(|name| CoverLine {
                recipient: (*name).to_owned(),
                note: Some("Recall".to_owned()),
            })
            .collect(),
        sides,
        language: Language::parse("en-AU").expect("a tag"),
    }
}

fn two_letters() -> [Vec<u8>; 2] {
    [letters::plain(), letters::long()]
        .map(|letter| typeset(&letter).expect("a letter").into_bytes())
}

/// The text of a page without its spaces: cells of a table have none between them.
fn text_of_page(pages: &[Vec<reading::Piece>], nth: usize) -> String {
    pages.get(nth).into_iter().flatten().flat_map(|piece| piece.text.split_whitespace()).collect()
}

fn unspaced(text: &str) -> String {
    text.split_whitespace().collect()
}

#[test]
fn the_cover_counts_and_lists_and_the_letters_follow_in_order() {
    let [plain, long] = two_letters();
    let bytes = batch(&cover(&["Ms Papadopoulos", "فاطمة"], Sides::One), &[&plain, &long])
        .expect("a batch");
    let pages = reading::pages(&bytes);
    assert_eq!(pages.len(), 1 + 1 + 2);
    let sheet = text_of_page(&pages, 0);
    for part in [
        "2 letters, 3 pages",
        "1 Ms Papadopoulos Recall 1",
        "2 فاطمة Recall 2",
        "Marrickville",
        "14 March 2026",
    ] {
        assert!(sheet.contains(&unspaced(part)), "{part}\nnot in\n{sheet}");
    }
    assert!(text_of_page(&pages, 1).contains(&unspaced("Dear Alexandra,")));
    assert!(text_of_page(&pages, 2).contains(&unspaced("Dear Mr Featherstonehaugh")));
    assert!(text_of_page(&pages, 3).contains(&unspaced("Page 2 of 2")));
}

#[test]
fn printed_on_both_sides_no_letter_starts_on_the_back_of_another() {
    let [plain, long] = two_letters();
    let bytes =
        batch(&cover(&["A", "B", "C"], Sides::Both), &[&plain, &long, &plain]).expect("a batch");
    let pages = reading::pages(&bytes);
    let blank: Vec<bool> = pages.iter().map(Vec::is_empty).collect();
    assert_eq!(blank, [false, true, false, true, false, false, false, true]);
}

#[test]
fn two_hundred_letters_are_one_file() {
    let letter = typeset(&letters::plain()).expect("a letter").into_bytes();
    let names = vec!["Ms Alexandra Papadopoulos"; 200];
    let bytes = batch(&cover(&names, Sides::One), &vec![letter.as_slice(); 200]).expect("a batch");
    let covers = page_count(&bytes).expect("pages") - 200;
    assert!((4..=6).contains(&covers), "{covers} cover sheets");
}

#[test]
fn a_batch_that_cannot_be_is_refused() {
    let [plain, _] = two_letters();
    assert_eq!(batch(&cover(&[], Sides::One), &[]), Err(CannotBatch::Empty));
    assert_eq!(
        batch(&cover(&["A"], Sides::One), &[&plain, &plain]),
        Err(CannotBatch::ListDiffers { listed: 1, given: 2 })
    );
    assert_eq!(
        batch(&cover(&["A", "B"], Sides::One), &[&plain, b"%PDF-1.7 broken"]),
        Err(CannotBatch::NotAPdf(2))
    );
    assert_eq!(page_count(b"not a file"), None);
}

#[test]
fn the_same_batch_is_the_same_file() {
    let [plain, long] = two_letters();
    let make = || batch(&cover(&["A", "B"], Sides::Both), &[&plain, &long]).expect("a batch");
    assert_eq!(make(), make());
}

#[test]
fn a_sign_no_font_has_is_a_question_mark_on_the_cover_and_holds_up_no_letter() {
    let [first, _] = two_letters();
    let mut cover = cover(&["Maria Rossi"], Sides::One);
    cover.letters[0].note = Some("Flu jab \u{1f600}".to_owned());
    let joined = batch(&cover, &[&first]).expect("a file");
    let pages = reading::pages(&joined);
    assert!(text_of_page(&pages, 0).contains("Flujab?"), "{}", text_of_page(&pages, 0));
}

#[test]
fn a_page_that_has_come_apart_from_the_first_says_whose_letter_it_is() {
    let whose = "Maria Rossi, 14 March 2026";
    let letter = letter::Letter { running: Some(whose.to_owned()), ..letters::long() };
    let pages = reading::pages(&typeset(&letter).expect("a letter").into_bytes());
    let says = |nth| text_of_page(&pages, nth).contains(&unspaced(whose));
    assert_eq!([says(0), says(1)], [false, true]);
}
