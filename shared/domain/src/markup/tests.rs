//! What is read, what is refused, and that data is never markup.

use proptest::prelude::*;

use super::*;

fn run(text: &str) -> Run {
    Run { text: text.to_owned(), bold: false, role: Role::Text }
}

fn bold(text: &str) -> Run {
    Run { bold: true, ..run(text) }
}

fn link(text: &str) -> Run {
    Run { role: Role::Link, ..run(text) }
}

fn paragraph(runs: Vec<Run>) -> Block {
    Block::Paragraph { runs }
}

/// The blocks of a text; each tag is filled with `value`.
fn blocks_with(text: &str, value: &str) -> Vec<Block> {
    let markup = Markup::parse(text).unwrap();
    markup.fill(|_| Some(value), |tag| tag == "unsubscribe.link").unwrap().blocks
}

fn blocks(text: &str) -> Vec<Block> {
    blocks_with(text, "Maria")
}

#[test]
fn headings_paragraphs_lists_bold_and_new_lines_are_read() {
    let text = "# Your visit\n\nDear **{{ patient.first_name }}**,\nbring:\n\n- your **card**\n- shoes\n\n## After\n3. rest\n4. drink\n";
    let expected = vec![
        Block::Heading { level: Level::One, runs: vec![run("Your visit")] },
        paragraph(vec![run("Dear "), bold("Maria"), run(",\nbring:")]),
        Block::List {
            marks: Marks::Bullets,
            items: vec![
                vec![paragraph(vec![run("your "), bold("card")])],
                vec![paragraph(vec![run("shoes")])],
            ],
        },
        Block::Heading { level: Level::Two, runs: vec![run("After")] },
        Block::List {
            marks: Marks::Numbers { from: 3 },
            items: vec![vec![paragraph(vec![run("rest")])], vec![paragraph(vec![run("drink")])]],
        },
    ];
    assert_eq!(blocks(text), expected);
}

#[test]
fn more_than_one_blank_line_stays_as_room_to_sign_in() {
    let table = [
        ("Yours\n\nDr Rao", vec![paragraph(vec![run("Yours")]), paragraph(vec![run("Dr Rao")])]),
        (
            "Yours\n\n \t\n\nDr Rao\nHarbour",
            vec![paragraph(vec![run("Yours\n\n\n\nDr Rao\nHarbour")])],
        ),
        (
            "# Yours\n\n\n\nDr Rao\n\n\n",
            vec![
                Block::Heading { level: Level::One, runs: vec![run("Yours")] },
                paragraph(vec![run("Dr Rao")]),
            ],
        ),
        ("Yours\r\n\r\n\r\nDr Rao", vec![paragraph(vec![run("Yours\n\n\nDr Rao")])]),
    ];
    for (text, expected) in table {
        assert_eq!(blocks(text), expected, "{text:?}");
    }
    let most = vec![paragraph(vec![run(&format!("a{}b", "\n".repeat(10)))])];
    assert_eq!(blocks(&format!("a{}b", "\n".repeat(500))), most, "a letter is not all room");
}

#[test]
fn the_plain_text_of_it_can_be_read_without_markup() {
    let text = "# Your visit\nBring\n\n- **card**\n- shoes:\n  - left\n  - right\n\n    and laces\n\n1. x\n2. y";
    let document = Document { blocks: blocks(text) };
    let expected =
        "Your visit\n\nBring\n\n- card\n- shoes:\n  - left\n  - right\n    and laces\n\n1. x\n2. y";
    assert_eq!(document.to_text(), expected);
}

#[test]
fn a_tag_is_a_word_to_the_rules_of_bold_and_may_break_over_lines() {
    assert_eq!(blocks("**{{ a.b_c }}**s"), [paragraph(vec![bold("Maria"), run("s")])]);
    assert_eq!(blocks("x**{{\n a_b.c_d\n}}**"), [paragraph(vec![run("x"), bold("Maria")])]);
    assert_eq!(blocks("{{ cycle.number }}. of"), [paragraph(vec![run("Maria. of")])]);
}

#[test]
fn what_a_patient_is_called_is_never_markup() {
    for name in
        ["**x**", "# x", "- x", "<b>x</b>", "a\n\nb", "[x](https://x.example)", "{{ a.b }}", "&lt;"]
    {
        assert_eq!(blocks_with("{{ a.b }}", name), [paragraph(vec![run(name)])], "{name}");
    }
}

#[test]
fn signs_that_mean_nothing_are_text() {
    let text = "Smith & Sons &amp; &#8238; 5 * 3 a_b_c 2 < 3 \\*x\\* {name} {\\{ x }} ~~x~~ $5";
    let read = "Smith & Sons &amp; &#8238; 5 * 3 a_b_c 2 < 3 *x* {name} {{ x }} ~~x~~ $5";
    assert_eq!(blocks(text), [paragraph(vec![run(read)])]);
}

#[test]
fn only_addresses_that_the_practice_wrote_are_links() {
    let runs = blocks("See https://harbour.example/a_b?c=1&d=2, or **http://x.example**.");
    let expected = vec![
        run("See "),
        link("https://harbour.example/a_b?c=1&d=2"),
        run(", or "),
        Run { bold: true, ..link("http://x.example") },
        run("."),
    ];
    assert_eq!(runs, [paragraph(expected)]);
    let address = "https://evil.example";
    assert_eq!(blocks_with("{{ a.b }}", address), [paragraph(vec![run(address)])]);
    let joined = run("https://x.example/https://evil.example");
    assert_eq!(blocks_with("https://x.example/{{ a.b }}", address), [paragraph(vec![joined])]);
    assert_eq!(blocks_with("{{ unsubscribe.link }}", address), [paragraph(vec![link(address)])]);
    assert_eq!(blocks("javascript:alert(1)"), [paragraph(vec![run("javascript:alert(1)")])]);
}

#[test]
fn what_messages_do_not_have_is_refused_with_its_line() {
    let refused = [
        ("a\n*b*", NotUsed::Italics, 2),
        ("a\n\n_b_", NotUsed::Italics, 3),
        ("[a](https://b.example)", NotUsed::Link, 1),
        ("<https://b.example>", NotUsed::Link, 1),
        ("a\n\n[a]: https://b.example\n", NotUsed::Link, 3),
        ("![a](https://b.example/c.png)", NotUsed::Picture, 1),
        ("a <b>c</b>", NotUsed::Html, 1),
        ("a\n\n<div>\nb\n</div>", NotUsed::Html, 3),
        ("<!-- a -->", NotUsed::Html, 1),
        ("a `b`", NotUsed::Code, 1),
        ("a\n\n```\nb\n```", NotUsed::Code, 3),
        ("a\n\n    b", NotUsed::Indented, 3),
        ("> a", NotUsed::Quote, 1),
        ("a\n\na | b\n--- | ---\nc | d", NotUsed::Table, 3),
        ("a\n\n---\n", NotUsed::Rule, 3),
        ("### a", NotUsed::DeepHeading, 1),
        ("Regards\n--\nHarbour", NotUsed::UnderlinedHeading, 1),
        ("#", NotUsed::EmptyHeading, 1),
        ("- a\n-\n", NotUsed::EmptyItem, 2),
        ("- a\n  - b\n    - c\n      - d", NotUsed::DeepList, 4),
        ("{{\na.b\n}}\n*c*", NotUsed::Italics, 4),
    ];
    for (text, what, line) in refused {
        let error = Markup::parse(text).unwrap_err();
        assert_eq!((error.what, error.line), (what, line), "{text:?}: {error}");
    }
    let error = Markup::parse("a\n> b").unwrap_err().to_string();
    assert_eq!(
        error,
        "has a line that begins with `>` on line 2: leave the sign out, or write `\\>`"
    );
}

#[test]
fn a_tag_without_a_value_is_named() {
    let markup = Markup::parse("Hi {{ a.b }}").unwrap();
    assert_eq!(markup.fill(|_| None, |_| false), Err("a.b".to_owned()));
}

#[test]
fn lists_as_deep_as_a_text_can_make_them_are_refused_without_harm() {
    let deep = "- ".repeat(25_000) + "x";
    assert_eq!(Markup::parse(&deep).unwrap_err().what, NotUsed::DeepList);
}

/// The shape of blocks: all but what they say.
fn shape(blocks: &[Block]) -> String {
    let of = |block: &Block| match block {
        Block::Heading { level, .. } => format!("{level:?};"),
        Block::Paragraph { .. } => "p;".to_owned(),
        Block::List { marks, items } => {
            let items: Vec<_> = items.iter().map(|item| shape(item)).collect();
            format!("{marks:?}[{}];", items.join(","))
        }
    };
    blocks.iter().map(of).collect()
}

proptest! {
    #[test]
    fn no_value_changes_the_blocks_of_a_text(
        text in r"([#*\-_> \n1.a]|\{\{ a\.b \}\}){0,40}",
        value in "[#*_<>&\\[\\]\\-\n `{}a]{0,20}",
    ) {
        if let Ok(markup) = Markup::parse(&text) {
            let fill = |value: &str| markup.fill(|_| Some(value), |_| false).unwrap();
            let (filled, plain) = (fill(&value), fill("x"));
            prop_assert_eq!(shape(&filled.blocks), shape(&plain.blocks));
            let tags = text.matches("{{ a.b }}").count();
            let filled_with = |value: &str| fill(value).to_text().matches('\u{1}').count();
            prop_assert_eq!(filled_with("\u{1}"), tags, "every tag is filled, none is lost");
        }
    }

    #[test]
    fn no_text_makes_the_reader_fail(text in "\\PC{0,200}") {
        let _read = Markup::parse(&text);
    }
}
