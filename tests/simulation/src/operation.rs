//! What can happen in a practice, drawn from a seed.
//!
//! An operation is a kind and two numbers; what they stand for (which patient, which of their enrolments) is
//! found out when it is carried out, so a list of operations means something with any of them left out.

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

/// Each kind, and how often it is drawn.
const WEIGHTS: [(Kind, u32); 37] = [
    (Kind::Minute, 150),
    (Kind::Seconds, 20),
    (Kind::Hours, 60),
    (Kind::Book, 50),
    (Kind::Booking, 50),
    (Kind::BookingUntold, 15),
    (Kind::TellLate, 15),
    (Kind::TellAgain, 25),
    (Kind::Refer, 15),
    (Kind::Referral, 15),
    (Kind::Enrol, 40),
    (Kind::Say(Say::Advance), 15),
    (Kind::Say(Say::Skip), 8),
    (Kind::Say(Say::Retry), 10),
    (Kind::Say(Say::End), 6),
    (Kind::Say(Say::Reference), 10),
    (Kind::Resolve, 25),
    (Kind::OptOut, 8),
    (Kind::Consent, 8),
    (Kind::Standing, 4),
    (Kind::Reply, 20),
    (Kind::Receipt, 40),
    (Kind::Hold, 5),
    (Kind::EditProgram, 6),
    (Kind::EditTemplate, 3),
    (Kind::Move, 2),
    (Kind::Merge, 2),
    (Kind::Print, 5),
    (Kind::Holiday, 2),
    (Kind::Weather, 15),
    (Kind::BeginSender, 25),
    (Kind::BeginSweep, 10),
    (Kind::Step, 60),
    (Kind::Kill, 8),
    (Kind::Double, 5),
    (Kind::Lose, 3),
    (Kind::Redrive, 4),
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

/// Draws that many operations.
pub fn draw(rng: &mut Rng, operations: usize) -> Vec<Operation> {
    let total: u32 = WEIGHTS.iter().map(|(_, weight)| weight).sum();
    let kind = |mut point: u32| {
        for (kind, weight) in WEIGHTS {
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
