//! The history of an enrolment, told from what is stored: itself, its ledger, its notes.

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::enrolment::{Cause, CycleEnd, Enrolment, Note, Status};
use domain::ledger::{LedgerRow, LedgerState, Outcome};
use domain::program::Channel;
use domain::receipt::Told;

/// One line of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: DateTime<Utc>,
    /// What, as a name: `enrolled`, `reserved`, `sent`, `completed`, …
    pub event: &'static str,
    /// What, in a sentence.
    pub summary: String,
    /// Which it is of those of the same millisecond, from 0. Together with the time it is its place in
    /// the history, and stays so.
    pub nth: usize,
    /// Who or what did it. What people did is shown with *Show All Changes* (HealthTrack R26).
    pub by: Actor,
}

/// Tells an enrolment's history, oldest first.
pub fn tell(
    enrolment: &Enrolment,
    program: &str,
    rows: &[LedgerRow],
    notes: &[Note],
) -> Vec<Entry> {
    let mut entries = Vec::new();
    // What was moved here began elsewhere; its first note says so.
    if enrolment.moved_from.is_none() {
        entries.push(begun(enrolment, program));
    }
    for row in rows {
        entries.extend(tell_row(row));
        entries.extend(tell_receipt(row));
    }
    for note in notes {
        let (event, summary) = (note.event.as_str(), note.text.clone());
        entries.push(Entry { at: note.at, event, summary, nth: 0, by: note.by.clone() });
    }
    if let Status::Completed { at } = enrolment.status {
        let summary = match enrolment.past.last().map(|past| &past.by) {
            Some(CycleEnd::Booking { .. }) => "Completed: the patient has booked.",
            Some(CycleEnd::Staff) => "Completed by staff.",
            Some(CycleEnd::Actions) | None => "Completed: every action is done.",
        };
        let summary = summary.to_owned();
        entries.push(Entry { at, event: "completed", summary, nth: 0, by: Actor::PatientConnect });
    }
    // Stable: what happened in the same millisecond stays in the order it is told here.
    entries.sort_by_key(|entry| entry.at);
    for same in entries.chunk_by_mut(|a, b| a.at.timestamp_millis() == b.at.timestamp_millis()) {
        for (nth, entry) in same.iter_mut().enumerate() {
            entry.nth = nth;
        }
    }
    entries
}

fn begun(enrolment: &Enrolment, program: &str) -> Entry {
    let (summary, by) = match &enrolment.cause {
        Cause::Booking(booking) => (
            format!("Enrolled on “{program}” because of booking {}.", booking.id),
            Actor::System(booking.source.clone()),
        ),
        Cause::Referral(referral) => (
            format!("Enrolled on “{program}” because of referral {}.", referral.id),
            Actor::System(referral.source.clone()),
        ),
        Cause::Added(by) => (format!("Enrolled on “{program}”."), by.clone()),
    };
    Entry { at: enrolment.enrolled_at, event: "enrolled", summary, nth: 0, by }
}

const fn name(channel: Channel) -> &'static str {
    match channel {
        Channel::Sms => "SMS",
        Channel::Email => "Email",
        Channel::Letter => "Letter",
    }
}

/// What the provider said became of a message. Its clock and ours differ: a message arrives no
/// earlier than it was sent.
fn tell_receipt(row: &LedgerRow) -> Option<Entry> {
    let receipt = row.receipt?;
    let sent_at = match &row.state {
        LedgerState::Settled { at, .. } => *at,
        LedgerState::Reserved { .. } => row.opened_at,
    };
    let what = name(row.channel);
    let summary = match receipt.told {
        Told::Delayed => format!("{what} delayed: the provider goes on trying."),
        Told::Delivered => format!("{what} delivered, says the provider."),
        Told::Failed(fault) => format!("{what} did not arrive: {fault}."),
        Told::Complained => format!("{what} delivered, and called unwanted by its reader."),
    };
    let (at, event) = (receipt.at.max(sent_at), receipt.told.as_str());
    Some(Entry { at, event, summary, nth: 0, by: Actor::PatientConnect })
}

fn tell_row(row: &LedgerRow) -> Vec<Entry> {
    let what = name(row.channel);
    let entry =
        |at, event, summary| Entry { at, event, summary, nth: 0, by: Actor::PatientConnect };
    let reserved = || {
        let doing = match row.channel {
            Channel::Sms | Channel::Email => "is being sent",
            Channel::Letter => "is being made",
        };
        let summary = format!("{what} {doing}, attempt {}.", row.key.attempt);
        entry(row.opened_at, "reserved", summary)
    };
    match &row.state {
        LedgerState::Reserved { .. } => vec![reserved()],
        LedgerState::Settled { at, outcome } => {
            let summary = match outcome {
                Outcome::Sent { provider_id } => match row.channel {
                    Channel::Sms | Channel::Email => {
                        format!("{what} accepted by the provider, message id {provider_id}.")
                    }
                    // It may be weeks until it is in the post, and that is told there.
                    Channel::Letter => {
                        format!("{what} put on the distribution list, letter {provider_id}.")
                    }
                },
                Outcome::NotSent { why } => format!("{what} not sent: {why}. It is tried again."),
                Outcome::Barred { why } => format!(
                    "{what} not sent: {why}. The provider takes nothing from this account; it is tried again."
                ),
                Outcome::Skipped { why } => format!("{what} skipped: {why}."),
                Outcome::Failed { why } => format!("{what} failed: {why}."),
                Outcome::Unclear { why } => format!("{what} may or may not have been sent: {why}."),
            };
            let settled = entry(*at, outcome.as_str(), summary);
            // What was decided without a reservation was opened and settled in one write.
            if *at == row.opened_at && !matches!(outcome, Outcome::Sent { .. }) {
                vec![settled]
            } else {
                vec![reserved(), settled]
            }
        }
    }
}
