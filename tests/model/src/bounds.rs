//! What may happen in a search, and which protocol is looked at.

use crate::state::{FOR_EVER, Told};

/// What goes wrong. Each counts towards the bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A sender or a sweeper dies, between any two of its calls.
    Crash,
    /// A message is lost.
    Loss,
    /// A message is received while another sender has it.
    Duplicate,
    /// A dead letter is redriven.
    Redrive,
    /// The index is behind the table.
    Lag,
    /// A queue does not take a message.
    QueueRefuses,
    /// A stretch is handed out without a lease, because it is too new.
    Unsettled,
    /// The answer of a conditional write is lost, and the SDK repeats it.
    Repeat,
    /// The store fails at the last look.
    LookFails,
    /// The provider refuses for now.
    Refusal,
    /// The provider refuses for good.
    Rejection,
    /// The provider's answer is lost.
    AnswerLost,
    /// The provider says that it refused, and has accepted. Not believed of any: a limit of the
    /// protocol, which is shown by it.
    Lie,
}

/// What people and other systems do. Each counts towards the bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening {
    /// The booking is cancelled.
    Cancel,
    /// It is on again.
    Uncancel,
    /// Staff end the enrolment.
    End,
    /// Staff leave its action out.
    LeaveOut,
    /// Staff go on past a hold.
    Advance,
    /// Staff have a held action tried again, because the patient has not had it.
    Retry,
    /// The program is saved with a later time for its action.
    Later,
    /// The program is saved with an earlier time for its next action.
    Earlier,
    /// The patient opts out.
    OptOut,
    /// All sending is put on hold.
    Hold,
    /// A receipt comes.
    Receipt(Told),
}

/// What becomes of an action that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnError {
    /// The enrolment is held.
    Pause,
    /// The next one goes.
    Skip,
}

/// How a receipt names a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// By its attempt, as email does.
    ByAttempt,
    /// By its number, as text messages do.
    ByNumber,
}

/// How long a sender may live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lives {
    /// For ever: it may stop between any two calls for as long as it likes, and go on. More than the
    /// protocol asks for.
    ForEver,
    /// As long as its function has time: it is gone when what it reserved can be called unclear, and
    /// when a booking that went while it lived comes back.
    HalfAMinute,
}

/// How far a search goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Actions of the program.
    pub actions: u8,
    /// Senders.
    pub senders: usize,
    /// Sweepers.
    pub sweepers: usize,
    /// Attempts before a refusal for now is a failure.
    pub tries: u8,
    /// How many faults happen.
    pub faults: u8,
    /// Of what kinds.
    pub may: &'static [Fault],
    /// How many other things happen.
    pub happenings: u8,
    /// Of what kinds.
    pub happens: &'static [Happening],
    /// What becomes of an action that fails.
    pub on_error: OnError,
    /// How receipts name messages.
    pub named: Named,
    /// How long a sender may live.
    pub lives: Lives,
    /// How many ticks an action is of use.
    pub useful: u8,
    /// When each action is due.
    pub plan: [u8; 2],
    /// The most states that are looked at; a search that would need more fails.
    pub states: usize,
}

impl Fault {
    /// All that the protocol is made for.
    pub const ALL: &'static [Self] = &[
        Self::Crash,
        Self::Loss,
        Self::Duplicate,
        Self::Redrive,
        Self::Lag,
        Self::QueueRefuses,
        Self::Unsettled,
        Self::Repeat,
        Self::LookFails,
        Self::Refusal,
        Self::Rejection,
        Self::AnswerLost,
    ];
}

impl Happening {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Cancel,
        Self::Uncancel,
        Self::End,
        Self::LeaveOut,
        Self::Advance,
        Self::Retry,
        Self::Later,
        Self::Earlier,
        Self::OptOut,
        Self::Hold,
        Self::Receipt(Told::Delayed),
        Self::Receipt(Told::Delivered),
        Self::Receipt(Told::Bounced),
    ];
}

impl Bounds {
    /// Two actions, two senders, one sweeper, no faults and nothing else.
    pub const CALM: Self = Self {
        actions: 2,
        senders: 2,
        sweepers: 1,
        tries: 2,
        faults: 0,
        may: &[],
        happenings: 0,
        happens: &[],
        on_error: OnError::Pause,
        named: Named::ByAttempt,
        lives: Lives::ForEver,
        useful: FOR_EVER,
        plan: [0, 1],
        states: 3_000_000,
    };
}

/// The protocol that is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// As it is built.
    AsBuilt,
    /// As it is built, but staff may have a message tried again while its sender still lives.
    RetriedAtOnce,
    /// The sweeper takes what it queues out of the index.
    UnindexedWhenQueued,
    /// The sender takes what it reserves out of the index.
    UnindexedWhenReserved,
    /// Who finds a reservation takes the action out of the index: its sender will see to it.
    UnindexedWhenFoundReserved,
    /// A message that comes too often takes its action out of the index.
    UnindexedWhenDead,
    /// Nothing is reserved: the row is written when the message was sent.
    NoReservation,
    /// The key of a reservation has the time in it.
    TimeInKey,
    /// What was looked at before the reservation is not looked at again.
    NoLastLook,
    /// A repeat by the SDK is taken for somebody else's write.
    NoOwnerToken,
    /// An answer that was lost is taken for a refusal.
    DoubtIsRefusal,
    /// What is unclear is sent again.
    UnclearIsNotSent,
    /// A reservation stays one for ever.
    NeverUnclear,
    /// Another attempt has the same key.
    SameKeyAgain,
    /// An outcome is recorded whatever the row says.
    SettleAnyway,
    /// The enrolment is moved whatever it has become.
    MoveAnyway,
    /// What the plan says now comes before an attempt that was begun.
    PlanFirst,
    /// A message whose delivery failed is deleted.
    SwallowErrors,
    /// A lease never ends.
    EndlessLease,
    /// Staff leave an action out without looking whether it was begun.
    LeaveOutBlindly,
    /// The enrolment is moved on when its message is reserved, and not when it was sent.
    MovedWhenReserved,
    /// An answer that was lost is taken for an acceptance.
    DoubtIsSent,
    /// A refusal for now is never a failure.
    NeverGivesUp,
    /// A receipt changes the row in one write and the enrolment in another.
    ReceiptInTwoWrites,
    /// An attempt that is under way does not hear that it was sent. So it was built, until this model
    /// found it.
    PendingHearsNothing,
    /// That a message did not arrive is not heard from its row, but only from its receipt. So it was
    /// built, until this model found it.
    BounceForgotten,
}
