//! Letters as their readers get them: the file is read back.

use letter::sheet::{KEEP_CLEAR, WINDOW};
use letter::{
    Block, CannotTypeset, LetterDate, Level, Logo, MOST_PAGES, PictureFormat, Run, Typesetter,
    page_count, typeset,
};
use proptest::prelude::*;

#[path = "../examples/shared/letters.rs"]
mod letters;
mod reading;

use letters::{letter_to, p};

fn set(letter: &letter::Letter) -> Vec<u8> {
    typeset(letter).expect("a letter").into_bytes()
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_text_comes_back_in_reading_order_in_every_script() {
    for sentence in [
        "Dear Alexandra, your appointment is on Tuesday.",
        "Nguyễn Thị Phượng và Trần Đức Ưng ở Hà Nội",
        "عزيزتي فاطمة الزهراء، موعدك يوم السبت",
        "الساعة 9:00 في عيادة Riverside يوم السبت",
        "ליאורה כהן, שלום רב",
        "น้ำผึ้ง ศรีสุวรรณ กรุณามาถึงก่อนเวลานัด",
        "अनुष्का शर्मा को नमस्ते",
        "王小明先生：请提前十分钟到达。",
        "山田 花子さん 김민준 씨",
        "குமார் செல்வம் శ్రీలక్ష్మి ಕಾವ್ಯ ലക്ഷ്മി",
        "Ольга Ковальчук и Γιώργος Παπαδόπουλος",
        "office efficient difficult fluff",
        "≤ 5 mmol/L → ½ ✓ €20 “quoted” – dash",
    ] {
        let bytes = set(&letter_to("Ms A", vec![p(sentence)]));
        assert!(
            reading::text(&bytes).contains(&squeezed(sentence)),
            "{sentence}\nnot in\n{}",
            reading::text(&bytes)
        );
    }
}

#[test]
fn the_whole_of_each_example_comes_back() {
    for (name, letter) in letters::all() {
        let text = reading::text(&set(&letter));
        let mut blocks: Vec<&Block> = letter.body.iter().collect();
        while let Some(block) = blocks.pop() {
            match block {
                Block::Heading(_, runs) | Block::Paragraph(runs) => {
                    let whole: String = runs.iter().map(|run| run.text.as_str()).collect();
                    assert!(text.contains(&squeezed(&whole)), "{name}: {whole}\nnot in\n{text}");
                }
                Block::BulletList(items) | Block::NumberedList { items, .. } => {
                    blocks.extend(items.iter().flatten());
                }
            }
        }
    }
}

#[test]
fn the_same_letter_is_the_same_file() {
    for (name, letter) in letters::all() {
        let mut fresh = Typesetter::new();
        let first = fresh.typeset(&letter).expect("a letter");
        assert_eq!(first, fresh.typeset(&letter).expect("a letter"), "{name}, the second time");
        assert_eq!(first.bytes(), set(&letter), "{name}, by another typesetter");
    }
}

#[test]
fn a_screen_reader_finds_headings_paragraphs_and_lists() {
    let tags = reading::structure(&set(&letters::long()));
    let count = |tag: &str| tags.iter().filter(|found| *found == tag).count();
    assert_eq!((count("H1"), count("H2"), count("H3")), (1, 4, 2));
    assert_eq!((count("L"), count("LI"), count("Lbl"), count("LBody")), (3, 11, 11, 11));
    assert!(count("P") > 15);
}

#[test]
fn heading_levels_are_never_skipped() {
    let mut letter =
        letter_to("Ms A", vec![Block::Heading(Level::Three, vec![Run::regular("Deep")]), p("x")]);
    assert!(reading::structure(&set(&letter)).contains(&"H2".to_owned()));
    letter.subject = None;
    assert!(reading::structure(&set(&letter)).contains(&"H1".to_owned()));
}

#[test]
fn only_the_address_shows_in_the_window() {
    let mut letter = letters::plain();
    letter.recipient.name = "Jonathan Featherstonehaugh-Cholmondeley".to_owned();
    letter.recipient.address =
        (1..=6).map(|line| format!("Address line number {line} of six")).collect();
    for arabic in [false, true] {
        if arabic {
            letter.recipient.name = "فاطمة الزهراء عبد الرحمن".to_owned();
        }
        let pages = reading::pages(&set(&letter));
        let mut inside = String::new();
        for piece in &pages[0] {
            let (x, y) = (piece.x, piece.y);
            if y > f64::from(KEEP_CLEAR.top) && y < f64::from(KEEP_CLEAR.bottom) {
                assert!(x >= f64::from(WINDOW.left) && x < f64::from(WINDOW.right), "{piece:?}");
                assert!(
                    y > f64::from(WINDOW.top) + 8.0 && y < f64::from(WINDOW.bottom) - 2.0,
                    "{piece:?}"
                );
                inside += &piece.text;
            }
        }
        let whole = format!("{} {}", letter.recipient.name, letter.recipient.address.join(" "));
        assert_eq!(squeezed(&inside), squeezed(&whole));
    }
}

#[test]
fn an_address_the_window_cannot_show_is_refused() {
    let mut letter = letters::plain();
    letter.recipient.address = vec!["line".to_owned(); 7];
    assert_eq!(typeset(&letter), Err(CannotTypeset::TooManyAddressLines(7)));
    letter.recipient.address = vec!["a very long line that goes on and on ".repeat(3); 6];
    assert_eq!(typeset(&letter), Err(CannotTypeset::AddressTooLarge));
    letter.recipient.name = " \n ".to_owned();
    assert_eq!(typeset(&letter), Err(CannotTypeset::NoRecipient));
}

#[test]
fn pages_are_numbered_when_there_are_more_than_one() {
    let one = set(&letters::plain());
    assert_eq!(page_count(&one), Some(1));
    assert!(!reading::text(&one).contains("Page 1"));
    let pages = reading::pages(&set(&letters::long()));
    assert_eq!(pages.len(), 2);
    for (nth, page) in pages.iter().enumerate() {
        let text: String = page.iter().map(|piece| piece.text.as_str()).collect();
        assert!(text.contains(&format!("Page {} of 2", nth + 1)), "{text}");
    }
}

#[test]
fn five_hundred_lines_flow_over_pages_without_loss() {
    let lines: Vec<String> = (1..=500).map(|line| format!("Line {line} of the letter.")).collect();
    let bytes = set(&letter_to("Ms A", vec![p(&lines.join("\n"))]));
    assert!(page_count(&bytes) > Some(10));
    assert!(reading::text(&bytes).contains(&lines.join(" ")));
}

#[test]
fn a_heading_stays_with_its_text_wherever_the_page_ends() {
    for filler in 20..40 {
        let body = vec![
            p(&vec!["filler"; filler].join("\n")),
            Block::Heading(Level::One, vec![Run::regular("HEADING")]),
            p("First line\nsecond line\nlast line"),
        ];
        let pages = reading::pages(&set(&letter_to("Ms A", body)));
        let page_of = |text: &str| {
            pages
                .iter()
                .position(|page| page.iter().any(|piece| piece.text.trim() == text))
                .expect("it is on a page")
        };
        assert_eq!(page_of("HEADING"), page_of("First line"), "{filler}");
        assert_eq!(
            page_of("First line"),
            page_of("second line"),
            "{filler}: no line alone at the foot"
        );
        assert_eq!(
            page_of("second line"),
            page_of("last line"),
            "{filler}: no line alone at the top"
        );
    }
}

#[test]
fn nothing_in_the_data_is_markup() {
    for text in [
        "{{ patient.name }} {% if x %}",
        "<b>bold</b> <script>alert(1)</script> &amp; &lt;",
        r"\textbf{x} \n \u{0041} C:\temp\",
        "# heading * item _emphasis_ [link](https://x.example) `code`",
        "#set page(width: 1pt) $x^2$ @ref",
        "(parentheses) ) ( \\( /Name <</Type/Page>> endstream endobj %%EOF",
        "' \" ; DROP TABLE letters; --",
    ] {
        let mut letter =
            letter_to(text, vec![Block::Paragraph(vec![Run::regular(text), Run::bold(text)])]);
        letter.subject = Some(text.to_owned());
        letter.recipient.address.clear();
        let bytes = set(&letter);
        let found = reading::text(&bytes);
        assert_eq!(found.matches(&squeezed(text)).count(), 4, "{text}\nin\n{found}");
        assert_eq!(page_count(&bytes), Some(1));
    }
}

#[test]
fn a_name_cannot_turn_the_text_around_it() {
    let plain = set(&letter_to("Ms A", vec![p("Dear Evil, 123 abc")]));
    let turned =
        set(&letter_to("Ms A", vec![p("Dear \u{202E}Evil\u{2067}, 123 \u{0}\u{7}abc\u{200F}")]));
    assert_eq!(plain, turned);
}

#[test]
fn a_word_longer_than_a_line_is_broken() {
    let word = "w".repeat(10_000);
    let bytes = set(&letter_to("Ms A", vec![p(&word)]));
    assert!(reading::text(&bytes).contains(&word));
    for piece in
        reading::pages(&bytes).iter().flatten().filter(|piece| !piece.text.trim().is_empty())
    {
        assert!(piece.x < 520.0 && piece.text.chars().count() < 120, "{piece:?}");
    }
}

#[test]
fn a_character_no_font_has_is_named_and_not_drawn_as_a_box() {
    let mut letter = letter_to("𒀀", vec![p("fine 😀 and \u{E000}")]);
    letter.recipient.address = vec!["fine".to_owned()];
    let refused = typeset(&letter).expect_err("no font has them");
    assert_eq!(refused.to_string().split(':').next(), Some("no font has U+E000, U+12000, U+1F600"));
    let CannotTypeset::MissingGlyphs(points) = refused else { panic!("{refused:?}") };
    assert_eq!(points.characters(), ['\u{E000}', '𒀀', '😀']);
    // And the next letter is not told of them.
    set(&letters::plain());
}

#[test]
fn right_to_left_paragraphs_start_at_the_right() {
    let bytes =
        set(&letter_to("Ms A", vec![p("السلام"), Block::BulletList(vec![vec![p("عليكم")]])]));
    let pages = reading::pages(&bytes);
    let piece =
        |text: &str| pages[0].iter().find(|piece| piece.text.contains(text)).expect("it is there");
    assert!(piece("ا").x > 500.0, "the first letter of the paragraph");
    assert!(
        piece("\u{2022}").x > piece("ع").x && piece("\u{2022}").x > 500.0,
        "the bullet and its item"
    );
}

#[test]
fn a_date_that_is_no_day_is_refused() {
    let date = |year, month, day| LetterDate { text: "x".to_owned(), year, month, day };
    let mut letter = letters::plain();
    for (year, month, day, is_day) in [
        (2024, 2, 29, true),
        (2026, 2, 29, false),
        (2026, 13, 1, false),
        (2026, 4, 31, false),
        (0, 1, 1, false),
        (2026, 1, 0, false),
    ] {
        letter.date = date(year, month, day);
        assert_eq!(typeset(&letter).is_ok(), is_day, "{year}-{month}-{day}");
    }
}

#[test]
fn a_logo_is_drawn_and_described() {
    // The smallest PNG: one opaque pixel.
    let png: &[u8] = &[
        0x89, b'P', b'N', b'G', 13, 10, 26, 10, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0,
        0, 0, 1, 8, 2, 0, 0, 0, 0x90, 0x77, 0x53, 0xDE, 0, 0, 0, 12, b'I', b'D', b'A', b'T', 8,
        0xD7, 0x63, 0xF8, 0xCF, 0xC0, 0, 0, 3, 1, 1, 0, 0x18, 0xDD, 0x8D, 0xB0, 0, 0, 0, 0, b'I',
        b'E', b'N', b'D', 0xAE, 0x42, 0x60, 0x82,
    ];
    let mut letter = letters::plain();
    let logo = |bytes: &[u8], format| Logo {
        format,
        bytes: bytes.into(),
        description: "A river".to_owned(),
    };
    letter.letterhead.logo = Some(logo(png, PictureFormat::Png));
    let first = set(&letter);
    assert!(reading::structure(&first).contains(&"Figure".to_owned()));
    assert_eq!(first, set(&letter), "from the kept picture");
    letter.letterhead.logo = Some(logo(b"not a picture", PictureFormat::Png));
    assert_eq!(typeset(&letter), Err(CannotTypeset::BadLogo("PNG file")));
    letter.letterhead.logo = Some(logo(png, PictureFormat::Jpeg));
    assert_eq!(typeset(&letter), Err(CannotTypeset::BadLogo("JPEG file")));
}

#[test]
fn an_empty_letter_is_a_page() {
    let mut letter = letter_to("Ms A", Vec::new());
    letter.subject = None;
    letter.reference = None;
    letter.date.text.clear();
    letter.letterhead.practice.clear();
    letter.letterhead.address.clear();
    assert_eq!(page_count(&set(&letter)), Some(1));
}

/// Text with what goes wrong most: any script, marks, controls, directions.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-zA-Z0-9 \n.,;:()/\\\\{}<>#*_-]{0,200}",
        "[\u{600}-\u{6FF}a-z0-9 \u{200B}-\u{200F}\u{202A}-\u{202E}\u{2066}-\u{2069}\n]{0,60}",
        "[\u{900}-\u{D7F}\u{E00}-\u{EFF}\u{F00}-\u{FFF}\u{1000}-\u{109F}\u{1780}-\u{17FF} ]{0,60}",
        "[\u{3040}-\u{30FF}\u{4E00}-\u{9FFF}\u{AC00}-\u{D7A3}a-z\u{300}-\u{36F}]{0,60}",
    ]
}

fn any_block() -> impl Strategy<Value = Block> {
    let run = (any_text(), any::<bool>())
        .prop_map(|(text, bold)| if bold { Run::bold(text) } else { Run::regular(text) });
    let runs = proptest::collection::vec(run, 0..3).boxed();
    let leaf = prop_oneof![
        runs.clone().prop_map(Block::Paragraph),
        (prop_oneof![Just(Level::One), Just(Level::Two), Just(Level::Three)], runs)
            .prop_map(|(level, runs)| Block::Heading(level, runs)),
    ];
    leaf.prop_recursive(8, 24, 3, |inner| {
        let items = proptest::collection::vec(proptest::collection::vec(inner, 0..3), 0..3);
        prop_oneof![
            items.clone().prop_map(Block::BulletList),
            (any::<u32>(), items).prop_map(|(start, items)| Block::NumberedList { start, items }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_set_or_refused_with_a_reason(
        name in any_text(),
        address in proptest::collection::vec(any_text(), 0..8),
        subject in proptest::option::of(any_text()),
        practice in any_text(),
        body in proptest::collection::vec(any_block(), 0..4),
    ) {
        let mut letter = letter_to(&name, body);
        letter.recipient.address = address;
        letter.subject = subject;
        letter.letterhead.practice = practice;
        match typeset(&letter) {
            Ok(pdf) => prop_assert_eq!(page_count(pdf.bytes()), Some(pdf.pages())),
            Err(refused) => prop_assert!(!matches!(refused, CannotTypeset::Pdf(_)), "{}", refused),
        }
    }
}

/// The last characters of a paragraph's lines, without the paragraph's last.
fn line_ends(text: &str) -> Vec<String> {
    let pages = reading::pages(&set(&letter_to("Ms A", vec![p(text)])));
    let mut lines: Vec<(f64, String)> = Vec::new();
    for piece in pages.iter().flatten().filter(|piece| !piece.is_artifact && piece.y > 310.0) {
        match lines.last_mut() {
            Some((y, line)) if (*y - piece.y).abs() < 1.0 => line.push_str(&piece.text),
            _ => lines.push((piece.y, piece.text.clone())),
        }
    }
    lines.pop();
    lines.into_iter().map(|(_, line)| line.trim().to_owned()).collect()
}

#[test]
fn thai_and_khmer_lines_end_between_words() {
    let thai = ["กรุณา", "มา", "ถึง", "ก่อน", "เวลา", "นัด", "สิบ", "นาที"];
    let ends = line_ends(&thai.concat().repeat(12));
    assert!(ends.len() >= 3, "{ends:?}");
    for line in ends {
        assert!(thai.iter().any(|word| line.ends_with(word)), "{line}");
    }
    let khmer = ["សូម", "មក", "ដល់", "មុន", "ម៉ោង"];
    let ends = line_ends(&khmer.concat().repeat(20));
    assert!(ends.len() >= 2, "{ends:?}");
    for line in ends {
        assert!(khmer.iter().any(|word| line.ends_with(word)), "{line}");
    }
}

#[test]
fn signs_and_digits_of_a_script_are_found_without_its_letters() {
    for text in ["Dear A، hello", "٠٢ ٥٥٥٠ ١٢٣٤", "०१२३", "A。B「C」", "Mr Smith। x", "ABC ＡＢＣ"]
    {
        let bytes = set(&letter_to("Ms A", vec![p(text)]));
        assert!(reading::text(&bytes).contains(text), "{text}\nnot in\n{}", reading::text(&bytes));
    }
}

#[test]
fn what_was_set_before_changes_nothing() {
    let mixed = |text: &str| letter_to("Ms A", vec![p(text)]);
    let later = mixed("٣ ، 王 A। ـً x\u{951}");
    let fresh = Typesetter::new().typeset(&later);
    let mut used = Typesetter::new();
    for (_, letter) in letters::all() {
        used.typeset(&letter).expect("a letter");
    }
    assert_eq!(used.typeset(&later), fresh);
}

#[test]
fn a_letter_without_end_and_a_letterhead_without_measure_are_refused() {
    let endless = letter_to("Ms A", vec![p(&"line\n".repeat(5_000))]);
    assert_eq!(typeset(&endless), Err(CannotTypeset::TooLong(MOST_PAGES)));
    let mut letter = letters::plain();
    letter.letterhead.address = vec!["line".to_owned(); 30];
    assert_eq!(typeset(&letter), Err(CannotTypeset::LetterheadTooLarge));
}

#[test]
fn a_list_in_lists_in_lists_still_has_room_for_its_text() {
    let deep =
        (0..40).fold(p("the innermost text"), |block, _| Block::BulletList(vec![vec![block]]));
    let bytes = set(&letter_to("Ms A", vec![deep]));
    assert!(reading::text(&bytes).contains("the innermost text"));
}
