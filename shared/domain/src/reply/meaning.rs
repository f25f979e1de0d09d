//! What an answer means, by its words alone.

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// What an answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meaning {
    /// No more text messages.
    Stop,
    /// Text messages again.
    Start,
    /// The word CANCEL alone: a visit or the messages, nobody knows.
    Cancel,
    /// Words of their own that sound like no more text messages.
    StopSounding,
    /// Yes, and nothing else.
    Yes,
    /// No, and nothing else.
    No,
    /// Anything else.
    Text,
}

impl Meaning {
    /// Every meaning.
    pub const ALL: [Self; 7] = [
        Self::Stop,
        Self::Start,
        Self::Cancel,
        Self::StopSounding,
        Self::Yes,
        Self::No,
        Self::Text,
    ];

    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Start => "start",
            Self::Cancel => "cancel",
            Self::StopSounding => "sounds_like_stop",
            Self::Yes => "yes",
            Self::No => "no",
            Self::Text => "text",
        }
    }

    /// The meaning of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|meaning| meaning.as_str() == text)
    }
}

/// The whole message is one of these: no more text messages.
const STOP: [&str; 11] = [
    "stop",
    "stopall",
    "stop all",
    "unsubscribe",
    "end",
    "quit",
    "revoke",
    "remove",
    "optout",
    "opt out",
    "arret",
];
const START: [&str; 2] = ["start", "unstop"];
const CANCEL: [&str; 1] = ["cancel"];
const YES: [&str; 8] =
    ["y", "yes", "yep", "yeah", "confirm", "confirmed", "yes please", "yes thanks"];
const NO: [&str; 5] = ["n", "no", "nope", "no thanks", "no thank you"];

/// Said somewhere in a message, these ask for an end of the messages.
const ENOUGH: [&str; 22] = [
    "unsubscribe",
    "opt out",
    "opt me out",
    "optout",
    "take me off",
    "remove me",
    "remove my number",
    "delete my number",
    "do not text",
    "dont text",
    "do not message",
    "dont message",
    "do not contact",
    "dont contact",
    "do not send",
    "dont send",
    "no more texts",
    "no more messages",
    "no more sms",
    "leave me alone",
    "stop all",
    "stopall",
];

/// What somebody who says “stop” shortly before means by it.
const OF_MESSAGES: [&str; 18] = [
    "text",
    "texts",
    "texting",
    "txt",
    "txting",
    "message",
    "messages",
    "messaging",
    "msg",
    "msgs",
    "sms",
    "send",
    "sending",
    "contact",
    "contacting",
    "bothering",
    "spamming",
    "harassing",
];

/// Words that say nothing more beside a “stop”.
const FILLERS: [&str; 20] = [
    "please",
    "pls",
    "plz",
    "now",
    "ok",
    "okay",
    "just",
    "thanks",
    "thank",
    "you",
    "thx",
    "hi",
    "hello",
    "this",
    "it",
    "these",
    "them",
    "all",
    "immediately",
    "to",
];

/// How many words after “stop” are looked at.
const NEAR: usize = 4;

/// What an answer means.
///
/// ```
/// use domain::reply::{Meaning, meaning};
/// assert_eq!(meaning(" Stop. "), Meaning::Stop);
/// assert_eq!(meaning("Please stop texting me"), Meaning::StopSounding);
/// assert_eq!(meaning("Should I stop taking the tablets?"), Meaning::Text);
/// ```
pub fn meaning(text: &str) -> Meaning {
    let said = plain(text);
    let is_one_of = |words: &[&str]| words.contains(&said.as_str());
    if is_one_of(&STOP) {
        Meaning::Stop
    } else if is_one_of(&START) {
        Meaning::Start
    } else if is_one_of(&CANCEL) {
        Meaning::Cancel
    } else if is_one_of(&YES) {
        Meaning::Yes
    } else if is_one_of(&NO) {
        Meaning::No
    } else if sounds_like_stop(&said) {
        Meaning::StopSounding
    } else {
        Meaning::Text
    }
}

/// The words of a text and nothing else: in small letters, with one blank between them, without
/// accents and apostrophes.
fn plain(text: &str) -> String {
    let mut words = String::new();
    // Nobody writes a keyword as the thousandth character of a message.
    for character in text.chars().take(super::ReplyText::MAX).nfkd() {
        // What is not drawn, or drawn on top of a letter, parts no word.
        let undrawn = [
            GeneralCategory::Format,
            GeneralCategory::NonspacingMark,
            GeneralCategory::EnclosingMark,
        ];
        if undrawn.contains(&character.general_category())
            || matches!(character, '\'' | '’' | '‘' | '`')
        {
            continue;
        }
        if character.is_alphanumeric() {
            words.extend(character.to_lowercase());
        } else {
            words.push(' ');
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn sounds_like_stop(said: &str) -> bool {
    let words: Vec<&str> = said.split(' ').collect();
    let padded = format!(" {said} ");
    let asks = ENOUGH.iter().any(|phrase| padded.contains(&format!(" {phrase} ")));
    let is_stop = |word: &str| matches!(word, "stop" | "arret" | "arrete" | "arretez");
    let only_stop = words.iter().any(|word| is_stop(word))
        && words.iter().all(|word| is_stop(word) || FILLERS.contains(word));
    let of_messages = words.iter().enumerate().any(|(place, word)| {
        is_stop(word)
            && words.iter().skip(place + 1).take(NEAR).any(|next| OF_MESSAGES.contains(next))
    });
    asks || only_stop || of_messages
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all_mean(expected: Meaning, texts: &[&str]) {
        for text in texts {
            assert_eq!(meaning(text), expected, "{text:?}");
        }
    }

    #[test]
    fn every_word_of_the_rules_stops_case_and_punctuation_aside() {
        all_mean(
            Meaning::Stop,
            &[
                "STOP",
                "STOPALL",
                "STOP ALL",
                "UNSUBSCRIBE",
                "END",
                "QUIT",
                "REVOKE",
                "REMOVE",
                "OPTOUT",
                "OPT OUT",
                "OPT-OUT",
                "ARRET",
                "stop",
                "Stop.",
                " stop\n",
                "“STOP!”",
                "STOP 🛑",
                "ＳＴＯＰ",
                "ST\u{200b}OP",
                "opt out.",
                "Opt–Out",
                "Arrêt",
                "\u{202e}STOP\u{202c}",
                "STOP\u{0}",
            ],
        );
    }

    #[test]
    fn start_and_cancel_are_words_of_their_own_and_yes_starts_nothing() {
        all_mean(Meaning::Start, &["START", "unstop", "Start!"]);
        all_mean(Meaning::Cancel, &["CANCEL", "cancel.", "Cancel!"]);
        all_mean(Meaning::Yes, &["Y", "yes", "YES!", "Yep", "yes please", "Confirm", "y."]);
        all_mean(Meaning::No, &["N", "no", "NO.", "nope", "No thanks", "no thank you"]);
    }

    #[test]
    fn free_text_that_asks_for_an_end_sounds_like_stop() {
        all_mean(
            Meaning::StopSounding,
            &[
                "please stop texting me",
                "Please stop.",
                "stop it",
                "stop, stop",
                "STOP sending me these messages",
                "don't text me again",
                "Don’t contact me",
                "take me off your list please",
                "I want to unsubscribe",
                "Can you please remove my number",
                "how do i opt out?",
                "no more messages thanks",
                "s'il vous plaît arrêtez les sms",
                "leave me alone",
            ],
        );
    }

    #[test]
    fn a_stop_of_something_else_is_an_answer_for_a_person() {
        all_mean(
            Meaning::Text,
            &[
                "",
                " ",
                "Should I stop taking the tablets?",
                "I will be at the bus stop",
                "the pain won't stop",
                "cancel my appointment",
                "I need to cancel",
                "Yes but can we make it 10am",
                "No I am away, next week?",
                "end of the month is fine",
                "weekend",
                "started",
                "ok",
                "🙂",
                "нет",
                "7.2",
            ],
        );
    }

    #[test]
    fn no_word_means_two_things() {
        let lists: [&[&str]; 5] = [&STOP, &START, &CANCEL, &YES, &NO];
        let mut words: Vec<_> = lists.into_iter().flatten().collect();
        let many = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), many);
    }

    proptest! {
        #[test]
        fn whatever_is_written_means_something(text in any::<String>()) {
            let meaning = meaning(&text);
            prop_assert_eq!(Meaning::parse(meaning.as_str()), Some(meaning));
        }

        #[test]
        fn a_keyword_stays_one_in_any_case_and_between_any_punctuation(
            word in prop::sample::select(STOP.to_vec()), upper in any::<bool>(), around in "[ .,!?\"🛑\n-]{0,6}"
        ) {
            let word = if upper { word.to_uppercase() } else { word.to_owned() };
            let said = format!("{around}{word}{around}");
            prop_assert_eq!(meaning(&said), Meaning::Stop);
        }
    }
}
