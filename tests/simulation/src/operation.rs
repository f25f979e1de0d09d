//! What can happen in a practice, drawn from a seed.
//!
//! An operation is a kind and two numbers; what they stand for (which patient, which of their enrolments) is
//! found out when it is carried out, so a list of operations means something with any of them left out.

use std::fmt;
use std::str::FromStr;

use fastrand::Rng;

/// What staff say is to happen to an enrolment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Say {
    /// It goes on past what it stands at.
    Advance,
    /// Its action is left out.
    Skip,
    /// Its action is tried again.
    Retry,
    /// It ends.
    End,
    /// It counts from another date.
    Reference,
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A minute goes by in which everything works: a sweep, and whatever is queued.
    Minute,
    /// A minute goes by with a sweep, and nobody works on what it queues.
    Sweep,
    /// One batch of one queue is worked on.
    Batch,
    /// Two sweeps and several senders at once, mixed call by call.
    Rush,
    /// The night's run balances a day.
    Night,
    /// Some seconds go by.
    Seconds,
    /// Hours go by in which nothing of ours runs, and then a minute.
    Hours,
    /// A booking is made.
    Book,
    /// Something happens to a booking.
    Booking,
    /// Something happens to a booking, and nobody tells of it yet.
    BookingUntold,
    /// What nobody has told of yet is told.
    TellLate,
    /// What was told is told again.
    TellAgain,
    /// A patient is referred.
    Refer,
    /// Something happens to a referral.
    Referral,
    /// Staff put a patient on a program.
    Enrol,
    /// Staff say what is to happen to an enrolment.
    Say(Say),
    /// Staff see to something on the work list.
    Resolve,
    /// A patient wants no more of a channel.
    OptOut,
    /// A patient agrees to a channel.
    Consent,
    /// A patient leaves, dies or comes back.
    Standing,
    /// A patient gets another number or mailbox, or none.
    EditPatient,
    /// A patient answers a text message.
    Reply,
    /// A provider tells what became of a message.
    Receipt,
    /// All sending is put on hold, or released.
    Hold,
    /// A program is saved with other actions.
    EditProgram,
    /// A template is saved with another text.
    EditTemplate,
    /// The patients of a program are moved to another.
    Move,
    /// Two records are one person.
    Merge,
    /// Letters are printed and posted.
    Print,
    /// A site gets a holiday.
    Holiday,
    /// Something around the practice breaks, or is mended.
    Weather,
    /// A sender takes a batch, and has not begun with it.
    BeginSender,
    /// A sweep begins.
    BeginSweep,
    /// Somebody at work goes on for some calls.
    Step,
    /// Somebody at work dies.
    Kill,
    /// A queue message comes twice.
    Double,
    /// A queue message is lost.
    Lose,
    /// Dead letters are put into their queues again.
    Redrive,
}

/// Each kind, what it is called in a list that is kept, and how often it is drawn.
const KINDS: [(Kind, &str, u32); 42] = [
    (Kind::Minute, "minute", 120),
    (Kind::Sweep, "sweep", 20),
    (Kind::Batch, "batch", 40),
    (Kind::Rush, "rush", 12),
    (Kind::Night, "night", 5),
    (Kind::Seconds, "seconds", 20),
    (Kind::Hours, "hours", 60),
    (Kind::Book, "book", 50),
    (Kind::Booking, "booking", 50),
    (Kind::BookingUntold, "booking-untold", 15),
    (Kind::TellLate, "tell-late", 15),
    (Kind::TellAgain, "tell-again", 25),
    (Kind::Refer, "refer", 15),
    (Kind::Referral, "referral", 15),
    (Kind::Enrol, "enrol", 40),
    (Kind::Say(Say::Advance), "say-advance", 15),
    (Kind::Say(Say::Skip), "say-skip", 8),
    (Kind::Say(Say::Retry), "say-retry", 10),
    (Kind::Say(Say::End), "say-end", 6),
    (Kind::Say(Say::Reference), "say-reference", 10),
    (Kind::Resolve, "resolve", 25),
    (Kind::OptOut, "opt-out", 8),
    (Kind::Consent, "consent", 8),
    (Kind::Standing, "standing", 4),
    (Kind::EditPatient, "edit-patient", 6),
    (Kind::Reply, "reply", 20),
    (Kind::Receipt, "receipt", 40),
    (Kind::Hold, "hold", 5),
    (Kind::EditProgram, "edit-program", 6),
    (Kind::EditTemplate, "edit-template", 3),
    (Kind::Move, "move", 2),
    (Kind::Merge, "merge", 2),
    (Kind::Print, "print", 5),
    (Kind::Holiday, "holiday", 2),
    (Kind::Weather, "weather", 15),
    (Kind::BeginSender, "begin-sender", 25),
    (Kind::BeginSweep, "begin-sweep", 10),
    (Kind::Step, "step", 60),
    (Kind::Kill, "kill", 8),
    (Kind::Double, "double", 5),
    (Kind::Lose, "lose", 5),
    (Kind::Redrive, "redrive", 12),
];

/// Something that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// What.
    pub kind: Kind,
    /// To whom.
    pub a: u16,
    /// How.
    pub b: u16,
}

impl Kind {
    /// Each kind.
    pub fn all() -> impl Iterator<Item = Self> {
        KINDS.into_iter().map(|(kind, _, _)| kind)
    }

    /// What it is called.
    ///
    /// # Panics
    /// Never: every kind is in the table.
    pub fn name(self) -> &'static str {
        let known = KINDS.iter().find(|(kind, _, _)| *kind == self);
        known.map(|(_, name, _)| *name).expect("every kind that is drawn is in the table")
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.kind.name(), self.a, self.b)
    }
}

impl FromStr for Operation {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let wrong = || format!("a kind and two numbers, not {line:?}");
        let mut words = line.split_whitespace();
        let (Some(name), Some(a), Some(b), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(wrong());
        };
        let kind = KINDS.iter().find(|(_, known, _)| *known == name).ok_or_else(wrong)?.0;
        let number = |word: &str| word.parse().map_err(|_| wrong());
        Ok(Self { kind, a: number(a)?, b: number(b)? })
    }
}

/// Draws that many operations.
pub fn draw(rng: &mut Rng, operations: usize) -> Vec<Operation> {
    let total: u32 = KINDS.iter().map(|(_, _, weight)| weight).sum();
    let kind = |mut point: u32| {
        for (kind, _, weight) in KINDS {
            match point.checked_sub(weight) {
                Some(left) => point = left,
                None => return kind,
            }
        }
        Kind::Minute
    };
    let draw = |_| Operation { kind: kind(rng.u32(0..total)), a: rng.u16(..), b: rng.u16(..) };
    (0..operations).map(draw).collect()
}
