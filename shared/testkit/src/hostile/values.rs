//! Values of the right type that are wrong all the same.

use serde_json::{Value, json};

/// What a field is.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A text of one line, of at most so many characters.
    Text(usize),
    /// The same, of which the empty one stands for none.
    TextOrNone(usize),
    /// A name as it is searched for: what is left of it when it is compared.
    Folded,
    /// An id of ours, with this prefix.
    Id(&'static str),
    /// One of several words.
    Choice,
    /// A whole number of this range.
    Number(u64, u64),
    /// A number as it is measured: six digits, and four after the point.
    Measured,
    /// A date that patients and bookings can have.
    Date,
    /// An instant with its offset.
    Instant,
    /// A time of day.
    TimeOfDay,
    /// An IANA time zone.
    Zone,
    /// A mobile number.
    Mobile,
    /// A Medicare number.
    Medicare,
    /// An email address.
    Email,
    /// A price.
    Price,
    /// A pattern of the paths of files, of at most so many characters.
    FilePattern(usize),
}

impl Kind {
    /// What must not be taken for it.
    pub(super) fn hostile(self) -> Vec<Value> {
        let texts = |texts: &[&str]| texts.iter().map(|text| json!(text)).collect::<Vec<_>>();
        match self {
            Self::Text(longest) => {
                let mut hostile = texts(&["", "   ", "\u{a0}\u{2003}", "\u{200d}", "\t\n"]);
                hostile.extend(Self::TextOrNone(longest).hostile());
                hostile
            }
            Self::TextOrNone(longest) => vec![
                json!("nul\u{0}l"),
                json!("two\nlines"),
                json!("bell\u{7}"),
                json!("escape\u{1b}[31m"),
                json!("next\u{85}line"),
                json!("Dr \u{202e}enaJ"),
                json!("\u{2066}isolated\u{2069}"),
                json!("zero\u{200b}width"),
                json!("\u{feff}marked"),
                json!("soft\u{ad}hyphen"),
                json!("private\u{e000}"),
                json!("line\u{2028}separator"),
                json!("x".repeat(longest + 1)),
                json!("😀".repeat(longest + 1)),
                json!("x".repeat(100_000)),
            ],
            Self::Folded => texts(FOLDED),
            Self::Id(prefix) => vec![
                json!(""),
                json!("x"),
                json!(prefix),
                json!(format!("{prefix}0000000000000000000000000U")),
                json!(format!("{prefix}0000000000000000000000000A")),
                json!(format!("{prefix}8zzzzzzzzzzzzzzzzzzzzzzzzz")),
                json!(format!(" {prefix}00000000000000000000000007")),
                json!(format!("{prefix}00000000000000000000000007/")),
                json!(format!("{prefix}00000000000000000000000007%00")),
                json!("zzz_00000000000000000000000007"),
            ],
            Self::Choice => texts(CHOICES),
            Self::Number(least, most) => {
                let mut hostile = vec![json!(-1), json!(1.5), json!(1e30), json!(f64::MIN)];
                if least > 0 {
                    hostile.push(json!(least - 1));
                }
                if most < u64::MAX {
                    hostile.extend([
                        json!(most + 1),
                        json!(1_000_000_000_000_u64),
                        json!(u64::MAX),
                    ]);
                }
                hostile
            }
            Self::Measured => vec![
                json!(1_000_000),
                json!(-1_000_000),
                json!(u64::MAX),
                json!(i64::MIN),
                json!(0.00001),
                json!(7.12345),
                json!(1e30),
                json!(f64::MAX),
                json!(f64::MIN_POSITIVE),
            ],
            Self::Date => texts(DATES),
            Self::Instant => texts(INSTANTS),
            Self::TimeOfDay => texts(TIMES_OF_DAY),
            Self::Zone => texts(ZONES),
            Self::Mobile => texts(MOBILES),
            Self::Medicare => texts(MEDICARES),
            Self::Email => texts(EMAILS),
            Self::Price => texts(PRICES),
            Self::FilePattern(longest) => {
                let mut hostile = texts(FILE_PATTERNS);
                hostile.push(json!("x".repeat(longest + 1)));
                hostile.push(json!("{letter}".repeat(10_000)));
                hostile
            }
        }
    }
}

/// No word of any choice.
const CHOICES: &[&str] = &["", "x", "SMS", "Ignore", " sms", "sms\u{0}"];

/// No prices.
const PRICES: &[&str] = &[
    "",
    "x",
    "0.07",
    "AUD",
    "AUD -1",
    "AUD 1e3",
    "AUD NaN",
    "AUD 0.00001",
    "AUD 101",
    "AUD 1,50",
    "$0.07",
    "AUD 1\u{0}",
    "AUD 99999999999999999999",
    "A\u{200b}D 1",
];

/// No dates.
const DATES: &[&str] = &[
    "x",
    "2026-02-30",
    "2026-13-01",
    "2026-00-10",
    "2027-02-29",
    "0000-01-01",
    "0001-01-01",
    "9999-12-31",
    "-2026-01-01",
    "+262000-01-01",
    "+2026-01-01",
    "999999999999-01-01",
    "2026-12-03T10:00:00Z",
    "03/12/2026",
    "20261203",
    "2026-W01-1",
    "tomorrow",
    "٢٠٢٦-١٢-٠٣",
    "2026-12-03\u{0}",
];

/// No instants.
const INSTANTS: &[&str] = &[
    "",
    "2026-12-03",
    "2026-12-03T10:30:00",
    "2026-12-03T25:00:00Z",
    "2026-12-03T10:61:00Z",
    "2026-02-30T10:30:00Z",
    "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "+262000-01-01T00:00:00Z",
    "2026-12-03T10:30:00+99:00",
    "2026-12-03T10:30:00 Australia/Sydney",
    "1795334400",
    "now",
];

/// No times of day.
const TIMES_OF_DAY: &[&str] =
    &["", "24:00", "25:61", "9", "09:30:00", "09:30 am", "-1:00", "9.30", "٠٩:٣٠"];

/// No names of time zones.
const ZONES: &[&str] = &[
    "",
    "Mars/Base",
    "AEST",
    "+10:00",
    "UTC+10",
    "GMT+25",
    "australia/sydney",
    "Australia/Sydney ",
    "Australia/Sydney\u{0}",
    "../../etc/passwd",
];

/// No mobile numbers.
const MOBILES: &[&str] = &[
    "12",
    "(02) 5550 1234",
    "1800 975 711",
    "000",
    "+61",
    "+999 400 000 000",
    "0491 570 00",
    "0491 570 0066",
    "call me",
    "0491 570 006 ext 5",
    "0491 570 006; 0491 570 156",
];

/// No Medicare numbers.
const MEDICARES: &[&str] = &[
    "1",
    "212345670",
    "2123456711",
    "1123456701",
    "7123456701",
    "2123 45670 1/11",
    "2123.45670.1",
    "+2123456701",
    "2123456701 x",
    "２１２３４５６７０１",
    "2123456701\u{0}",
    "2123456701; 2123456702",
];

/// No email addresses.
const EMAILS: &[&str] = &[
    "maria",
    "maria@",
    "@example.com",
    "maria@example",
    "a@example.com, b@example.com",
    "Maria <m@example.com>",
    "m@example.com\r\nBcc: x@example.com",
    "märia@example.com",
    "m\u{202e}@example.com",
];

/// Paths that lead elsewhere, or that some system refuses, or that would tell of a patient.
const FILE_PATTERNS: &[&str] = &[
    "",
    "   ",
    ".pdf",
    ".",
    "..",
    "../{letter}",
    "{letter}/..",
    "a/./{letter}",
    "/{letter}",
    "{letter}/",
    "a//{letter}",
    "a/ /{letter}",
    "C:{letter}",
    "a\\{letter}",
    "{letter}?x=1",
    "{letter}*",
    "<{letter}>",
    "{letter}|more",
    "\"{letter}\"",
    "nul\u{0}{letter}",
    "two\nlines",
    "escape\u{1b}[31m",
    "fdp.\u{202e}{letter}",
    "zero\u{200b}width",
    "{",
    "{letter",
    "letter}",
    "{}",
    "{{letter}}",
    "{LETTER}",
    "{patient.last_name}",
    "{patient.date_of_birth}",
    "{letter}{unknown}",
];

/// Names of which nothing is left when they are compared.
const FOLDED: &[&str] = &["-", "\u{200b}", "\u{202e}", "…", "\u{0}"];
