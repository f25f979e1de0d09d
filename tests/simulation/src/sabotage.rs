//! What is broken on purpose, to see that it is found out: a simulation that finds nothing in a practice
//! that is broken says nothing about one that is not.

/// What is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sabotage {
    /// Writes to the table of enrolments are carried out whatever their conditions say.
    ConditionsIgnored,
    /// Of the writes to the table of enrolments some are answered and not carried out.
    WritesForgotten,
    /// Nothing that is written of patients is kept.
    PatientsForgotten,
    /// A provider is handed each message twice.
    HandedOverTwice,
    /// The senders' clock is half a day fast.
    ClockFast,
    /// What a webhook has answered is not kept.
    EventsForgotten,
}

impl Sabotage {
    /// Each of them.
    pub const ALL: [Self; 6] = [
        Self::ConditionsIgnored,
        Self::WritesForgotten,
        Self::PatientsForgotten,
        Self::HandedOverTwice,
        Self::ClockFast,
        Self::EventsForgotten,
    ];
}
