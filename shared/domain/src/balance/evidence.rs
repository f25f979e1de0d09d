//! What is stored of an enrolment, record by record.

use chrono::{DateTime, Duration, Utc};

use super::Imbalance;
use crate::enrolment::{Enrolment, Note};
use crate::ids::ActionId;
use crate::ledger::{LedgerKey, LedgerRow};
use crate::program::Carrier;
use crate::settings::SendingState;

/// What is stored of an enrolment, and around it.
#[derive(Debug, Clone, Copy)]
pub struct Stored<'a> {
    /// The enrolment.
    pub enrolment: &'a Enrolment,
    /// Its ledger.
    pub rows: &'a [LedgerRow],
    /// Its notes.
    pub notes: &'a [Note],
    /// Where the due index has it.
    pub indexed: &'a Indexed,
    /// Whether the work of its hold waits for a person. Means nothing when it is not held.
    pub hold: Listed,
    /// Whether a person is asked to mend something that it needs and that cannot be read: then it was
    /// taken out of the index.
    pub parked: Listed,
    /// What its program does one after the other; `None` when nobody knows.
    pub order: Option<&'a Order>,
    /// Whether messages go out.
    pub sending: SendingState,
    /// When all of them were last released, should they have been on hold: what was due by then is
    /// brought up since.
    pub released_at: Option<DateTime<Utc>>,
    /// What the balance of an earlier day has told of it. What is of the past is not told again.
    pub told: &'a [Imbalance],
}

/// Where the due index has an enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Indexed {
    /// Nowhere.
    Absent,
    /// At this time, for this attempt.
    At {
        /// When it is brought up.
        due: DateTime<Utc>,
        /// For what.
        key: LedgerKey,
    },
    /// At a place that says nothing, or where no sweep looks.
    Nonsense,
}

/// Whether something is on the work list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// It waits for a person.
    Open,
    /// It does not.
    NotOpen,
}

/// What a program does one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its actions in their order, and who carries out each.
    pub actions: Vec<(ActionId, Carrier)>,
    /// Since when it has had these actions, in this order. Of cycles that began before, nobody can say
    /// what must have come when.
    pub since: DateTime<Utc>,
}

/// A program is read a moment before its patient is put on it: the order of another version may be what
/// counts for a cycle that began at that moment.
const MARGIN: Duration = Duration::minutes(1);

impl Stored<'_> {
    /// The program's order, if it is the one that the current cycle has had from its beginning.
    pub(super) fn order_of_cycle(&self) -> Option<&Order> {
        self.order.filter(|order| {
            self.enrolment.moved_from.is_none()
                && order.since + MARGIN <= self.enrolment.cycle_began_at
        })
    }

    /// Who carries out an action, as far as anything says it: the ledger, the place, the program.
    pub(super) fn carrier_of(&self, action: &ActionId) -> Carrier {
        let of_rows = || self.rows.iter().find(|row| row.key.action == *action);
        let of_step = || self.enrolment.step().filter(|step| step.action == *action);
        let of_order = || {
            let known = self.order?.actions.iter().find(|(id, _)| id == action)?;
            Some(known.1)
        };
        of_rows()
            .map(|row| Carrier::Channel(row.channel))
            .or_else(|| of_step().map(|step| step.carrier))
            .or_else(of_order)
            .unwrap_or(Carrier::Staff)
    }
}
