//! Which side a line is read from.
//!
//! Unicode lets the first letter decide. In a letter in English that is wrong for
//! the line that begins with a name in Arabic: its words would stand in the wrong
//! order, and "(9:00 am)" as "(am 9:00)".

/// Whether a line is read from the left although it begins with a word that is not.
///
/// A sentence in Latin letters shows by words in small letters. Names, and words
/// an Arabic sentence has taken over, mostly begin with a capital, and addresses
/// of the web have signs in them: those do not count. A line with few small words
/// among many of the other side, one unit of measure say, stays on that side.
pub(crate) fn is_read_from_left(text: &str) -> bool {
    let (mut from_left, mut from_right) = (0_usize, 0_usize);
    for word in text.split_whitespace() {
        let word = word.trim_matches(|c: char| !c.is_alphabetic());
        if word.contains(is_from_right) {
            from_right += 1;
        } else if !word.is_empty() && word.chars().all(char::is_lowercase) {
            from_left += 1;
        }
    }
    from_left > 0 && from_left * 4 >= from_right
}

/// Whether a letter is of a script written from the right: Hebrew, Arabic,
/// Syriac, Thaana, N'Ko and their like.
fn is_from_right(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_english_line_is_read_from_the_left_whatever_name_it_begins_with() {
        for text in [
            "فاطمة, your appointment is on Saturday",
            "محمد علي (9:00 am) and ליאורה כהן (9:10 am)",
            "فاطمة الزهراء عبد الرحمن (9:00 am)",
            "Dear فاطمة,",
            "all in English",
        ] {
            assert_eq!(is_read_from_left(text), text != "Dear فاطمة,", "{text}");
        }
    }

    #[test]
    fn an_arabic_line_is_read_from_the_right_whatever_names_are_in_it() {
        for text in [
            "يرجى الاتصال بعيادة Riverside Family Practice",
            "موعدك مع Dr Mai Nguyen في Riverside Family Practice",
            "بطاقة Medicare الخاصة بك؛",
            "اكتبي إلى reception@riverside.example أو https://riverside.example/a",
            "تناولي 500 mg مرتين في اليوم مع الطعام",
            "ליאורה כהן, שלום רב",
            "محمد علي",
            "",
        ] {
            assert!(!is_read_from_left(text), "{text}");
        }
    }
}
