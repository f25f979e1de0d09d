//! Failures that were seen in systems of a national scale: each is a test here, and its name says what
//! happened. The first halves of the names are the rows of the design's table of failures.
//!
//! | what happens | where |
//! |---|---|
//! | a crash around the enqueue and the lease; a patient's row throttled; one of a hundred panics; the provider fails for half a batch; two actions in one minute | `senders` |
//! | the sweeper is off for three days; a hold of all sending; a thousand broken rows at the head of a shard | `sweeps` |
//! | a text or a timing is edited; receipts and replies for a deleted enrolment | `changes` |

#![cfg(test)]

mod changes;
mod senders;
mod support;
mod sweeps;
