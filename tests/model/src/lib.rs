//! The delivery protocol as a small model, whose every state is looked at.
//!
//! It is the protocol of `app::sweep`, `app::stretch`, `app::deliver`, `app::receipts` and
//! `domain::enrolment`, with everything left out that cannot make a message go twice or not at all: one
//! enrolment, its ledger, its due key, the index that may be behind the table, the leases of a shard, a
//! queue, two sweepers and two senders. Each step is one call that one of them makes to something that
//! is shared; between any two steps everything else may happen. So a sender that stalls is one that
//! others overtake, and a crash is one that goes no further.
//!
//! - [`state`] is what is known, [`engine`] what an enrolment decides, `sender`, `outcome`, `sweeper`
//!   and `happenings` what is done, [`world`] what is shared, [`bounds`] how much of it happens.
//! - [`invariants`] are those of `ARCHITECTURE.md`, looked at in every step; [`search`] finds every state
//!   and, for what must finish, goes on from each of them without faults until it has.
//! - [`bounds::Variant`] are protocols that are broken. A test for each says that the search finds it.
//!
//! **What is not said by numbers.** A revision is not counted: who has read something is told when
//! somebody else writes it, which is all that a conditional write asks. Time is not counted either, only
//! what is left of it: so it never ends, and no search does because its clock has run out. A look is one
//! step, though it is several reads: what is committed between them is as what is committed after them,
//! and for that the last look is there.
//!
//! **Why a search of our own.** The crate `stateright` is kept and permissive, but without features it
//! still brings 46 packages, a web server among them; its properties see a state, not what led from one
//! to the next, which half of the invariants are about; and it says of its own “eventually” that it is
//! not to be relied upon where ways meet or go round, which is where a livelock is. What is needed
//! instead is a set, a list and three loops.

#![expect(
    clippy::indexing_slicing,
    reason = "tables of two actions, two hands and four attempts: to be outside them is a mistake of \
              the model, at which it must stop"
)]

pub mod bounds;
pub mod engine;
mod evidence;
pub mod hands;
mod happenings;
pub mod invariants;
pub mod label;
mod outcome;
pub mod search;
mod sender;
pub mod state;
pub mod stored;
mod sweeper;
pub mod world;
