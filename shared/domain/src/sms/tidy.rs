//! The suggestion that saves parts: typographic variants as the GSM alphabet writes them.

/// What the GSM alphabet has for a character that a word processor or a phone puts in its place.
/// `None` for everything that says something of its own: letters of other scripts, accents that GSM
/// lacks, emoji.
const fn plain(character: char) -> Option<&'static str> {
    match character {
        // Single quotes, primes, and the accents that are typed as an apostrophe.
        '‘' | '’' | '‚' | '‛' | '‹' | '›' | '′' | '`' | '´' => Some("'"),
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' => Some("\""),
        // Hyphens and dashes, U+2010 to U+2015, and the minus sign.
        '\u{2010}'..='\u{2015}' | '−' => Some("-"),
        // The fraction slash.
        '\u{2044}' => Some("/"),
        '•' => Some("*"),
        '…' => Some("..."),
        // Spaces that do not break or have a width of their own, and the tab.
        '\t' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
            Some(" ")
        }
        // Ligatures, as texts out of a PDF have them.
        'ﬀ' => Some("ff"),
        'ﬁ' => Some("fi"),
        'ﬂ' => Some("fl"),
        'ﬃ' => Some("ffi"),
        'ﬄ' => Some("ffl"),
        // The signs of ohm and ångström are letters by canonical equivalence (UAX #15).
        '\u{2126}' => Some("Ω"),
        '\u{212b}' => Some("Å"),
        _ => None,
    }
}

/// The one letter of the GSM alphabet that a letter and a combining mark stand for (UAX #15): texts
/// pasted on a Mac often come in two characters where one would do.
const fn composed(letter: char, mark: char) -> Option<char> {
    match (letter, mark) {
        ('a', '\u{300}') => Some('à'),
        ('e', '\u{300}') => Some('è'),
        ('i', '\u{300}') => Some('ì'),
        ('o', '\u{300}') => Some('ò'),
        ('u', '\u{300}') => Some('ù'),
        ('e', '\u{301}') => Some('é'),
        ('E', '\u{301}') => Some('É'),
        ('n', '\u{303}') => Some('ñ'),
        ('N', '\u{303}') => Some('Ñ'),
        ('a', '\u{308}') => Some('ä'),
        ('o', '\u{308}') => Some('ö'),
        ('u', '\u{308}') => Some('ü'),
        ('A', '\u{308}') => Some('Ä'),
        ('O', '\u{308}') => Some('Ö'),
        ('U', '\u{308}') => Some('Ü'),
        ('a', '\u{30a}') => Some('å'),
        ('A', '\u{30a}') => Some('Å'),
        ('C', '\u{327}') => Some('Ç'),
        _ => None,
    }
}

/// The text with typographic variants written as the GSM alphabet has them; `None` when there are
/// none. What has a meaning of its own stays as it is, so the result may need UCS-2 still: offer it
/// when [`parts`](super::parts) says that it costs less.
///
/// ```
/// use domain::sms::tidy;
/// assert_eq!(tidy("Dr O’Brien – 10:30…").as_deref(), Some("Dr O'Brien - 10:30..."));
/// assert_eq!(tidy("Françoise 😀"), None);
/// ```
pub fn tidy(text: &str) -> Option<String> {
    let tidied = compose(&replace(text));
    (tidied != text).then_some(tidied)
}

fn replace(text: &str) -> String {
    let mut replaced = String::with_capacity(text.len());
    for character in text.chars() {
        match plain(character) {
            Some(better) => replaced.push_str(better),
            None => replaced.push(character),
        }
    }
    replaced
}

fn compose(text: &str) -> String {
    let mut together = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(letter) = characters.next() {
        match characters.peek().and_then(|mark| composed(letter, *mark)) {
            Some(one) => {
                characters.next();
                together.push(one);
            }
            None => together.push(letter),
        }
    }
    together
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Encoding, not_gsm, parts};
    use super::*;

    #[test]
    fn typography_becomes_what_a_keyboard_types() {
        let cases = [
            ("It’s ‘on’", "It's 'on'"),
            ("“Hello”, „du“, «toi»", "\"Hello\", \"du\", \"toi\""),
            ("9–5, not—ever, e‑mail, −2", "9-5, not-ever, e-mail, -2"),
            ("Wait…", "Wait..."),
            ("10\u{a0}am\u{202f}\u{2009}x", "10 am  x"),
            ("oﬃce ﬁle", "office file"),
            ("Zoe\u{301} A\u{30a}se 5 \u{2126}", "Zoé Åse 5 Ω"),
        ];
        for (typed, expected) in cases {
            assert_eq!(tidy(typed).as_deref(), Some(expected), "{typed}");
            assert_eq!(parts(expected).encoding, Encoding::Gsm7, "{expected}");
        }
    }

    #[test]
    fn what_has_a_meaning_of_its_own_is_left_alone() {
        for text in ["Françoise", "Tīpene", "Đỗ", "Ольга", "李", "ʻOkina", "See you 😀", "½ × 2"]
        {
            assert_eq!(tidy(text), None, "{text}");
        }
        assert_eq!(tidy("Ça va\u{a0}? 😀").as_deref(), Some("Ça va ? 😀"));
    }

    #[test]
    fn every_replacement_is_in_the_gsm_alphabet() {
        for character in '\0'..=char::MAX {
            if let Some(better) = plain(character) {
                assert_eq!(not_gsm(better).len(), 0, "{character}");
                assert!(not_gsm(&character.to_string()).contains(&character), "{character}");
            }
        }
    }

    proptest! {
        #[test]
        fn tidying_twice_changes_nothing_more(text in "(\\PC|[’–…\u{a0}eﬁ\u{300}\u{301}\u{308}\u{212b}\u{30a}]){0,60}") {
            let once = tidy(&text).unwrap_or(text);
            prop_assert_eq!(tidy(&once), None);
        }

        #[test]
        fn tidying_brings_in_nothing_that_needs_ucs_2(text in "(\\PC|[’–…\u{a0}e\u{301}ﬁ]){0,60}") {
            let tidied = tidy(&text).unwrap_or_else(|| text.clone());
            prop_assert!(not_gsm(&tidied).is_subset(&not_gsm(&text)));
        }
    }
}
