//! The loop breaker: the same text to one address, again and again, is a mistake, whoever made it. It is stopped, and
//! a person looks.

use std::fmt::Write as _;

use chrono::{DateTime, Duration, Utc};
use sha2::{Digest, Sha256};

use crate::ledger::Destination;

/// How often the same text goes to one address within [`WITHIN`].
pub const MOST: usize = 5;

/// How long a text that was sent counts.
pub const WITHIN: Duration = Duration::hours(24);

/// Bytes of the hash that are kept: texts to one address are told apart by them.
const KEPT: usize = 16;

/// By what a text is known again at its address: a hash of both, which is another one where the same text goes to
/// somebody else. It has no key: who has it, and guesses text and address, can tell whether they guessed right.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Wording(String);

impl Wording {
    /// That of a text, in its parts, to an address.
    pub fn of(to: &Destination, parts: &[&str]) -> Self {
        let address = match to {
            Destination::Mobile(number) => number.e164(),
            Destination::Mailbox(address) => address.as_str(),
        };
        let mut hash = Sha256::new();
        for part in [&[address], parts].concat() {
            // With its length before it, so that no two lists of parts are alike.
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        let kept = hash.finalize().into_iter().take(KEPT);
        Self(kept.fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").expect("a text takes what is written to it");
            text
        }))
    }

    /// The one that was stored; `None` when it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (text.len() == 2 * KEPT && text.bytes().all(is_digit)).then(|| Self(text.to_owned()))
    }

    /// As it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Since when what went to an address counts: for [`WITHIN`], and never from before staff last released it.
pub fn counts_since(now: DateTime<Utc>, released: Option<DateTime<Utc>>) -> DateTime<Utc> {
    released.into_iter().fold(now - WITHIN, DateTime::max)
}

/// Whether a text has gone to its address as often as it may, by what went there and when, after `since`.
pub fn has_gone_too_often<'a>(
    wording: &Wording,
    sent: impl IntoIterator<Item = (DateTime<Utc>, &'a Wording)>,
    since: DateTime<Utc>,
) -> bool {
    let alike = |(at, other): &(DateTime<Utc>, &Wording)| *at > since && *other == wording;
    sent.into_iter().filter(alike).count() >= MOST
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::email::EmailAddress;
    use crate::phone::MobileNumber;

    fn mobile(number: &str) -> Destination {
        Destination::Mobile(MobileNumber::from_e164(number).unwrap())
    }

    fn maria(text: &str) -> Wording {
        Wording::of(&mobile("+61491570156"), &[text])
    }

    #[test]
    fn a_wording_is_known_again_and_is_of_one_text_at_one_address() {
        let hi = maria("Hi Maria, please call us.");
        assert_eq!(hi, maria("Hi Maria, please call us."));
        assert_eq!(Wording::parse(hi.as_str()), Some(hi.clone()));
        let mailbox = Destination::Mailbox(EmailAddress::parse("maria@example.com").unwrap());
        for other in [
            maria("Hi Nora, please call us."),
            maria("Hi Maria, please call us. "),
            Wording::of(&mobile("+61491570157"), &["Hi Maria, please call us."]),
            Wording::of(&mailbox, &["Hi Maria, please call us."]),
        ] {
            assert_ne!(hi, other);
        }
        let (ab, a_b) = (Wording::of(&mailbox, &["ab", "c"]), Wording::of(&mailbox, &["a", "bc"]));
        assert_ne!(ab, a_b, "subject and text are apart");
    }

    #[test]
    fn what_is_no_wording_is_not_read() {
        let hash = maria("Hi").as_str().to_owned();
        for wrong in ["", "msg-1", &hash.to_uppercase(), &hash[1..], &format!("{hash}0")] {
            assert_eq!(Wording::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_sixth_within_a_day_is_one_too_many_and_neither_others_nor_older_ones_count() {
        let now: DateTime<Utc> = "2026-11-22T08:00:00Z".parse().unwrap();
        let (text, other) = (maria("Hi Maria"), maria("Hi Nora"));
        let of = |minutes: i64, wording| (now - Duration::minutes(minutes), wording);
        let day = 24 * 60;
        for (sent, expected) in [
            (vec![], false),
            (vec![of(1, &text); 4], false),
            (vec![of(1, &text); 5], true),
            (vec![of(1, &text); 9], true),
            (vec![of(1, &other); 9], false),
            ([vec![of(1, &text); 4], vec![of(2, &other); 5]].concat(), false),
            ([vec![of(1, &text); 4], vec![of(day - 1, &text)]].concat(), true),
            ([vec![of(1, &text); 4], vec![of(day, &text); 5]].concat(), false),
        ] {
            let since = counts_since(now, None);
            assert_eq!(has_gone_too_often(&text, sent.clone(), since), expected, "{sent:?}");
        }
        let since = |minutes| counts_since(now, Some(now - Duration::minutes(minutes)));
        let sent = [vec![of(9, &text); 5], vec![of(1, &text); 4]].concat();
        assert!(has_gone_too_often(&text, sent.clone(), since(10)));
        assert!(!has_gone_too_often(&text, sent, since(9)), "released after the first five");
        assert_eq!(since(2 * day), now - WITHIN);
    }
}
