//! What STOP and START do to a patient's consents.

use chrono::{DateTime, Utc};

use super::consent::BY_SMS;
use super::{Choice, Consent, Consents, Evidence};
use crate::phi::Phi;
use crate::program::{Channel, Purpose};

/// How the choice of a STOP was made. START undoes what has this evidence, and nothing else.
pub const REPLIED_STOP: &str = "replied STOP";
/// How the choice of a START was made.
pub const REPLIED_START: &str = "replied START";

fn replied(choice: Choice, how: &str, at: DateTime<Utc>) -> Consent {
    let how = Phi::new(Evidence::parse(how).expect("a short text"));
    Consent { choice, at, by: BY_SMS.to_owned(), how }
}

impl Consents {
    /// The consents after STOP came from the patient's number; `None` when it changes none.
    ///
    /// Care is withdrawn, and commercial messages are when they were agreed to: where they never
    /// were, there is nothing to withdraw, and START must not agree to them. What was withdrawn
    /// before keeps its own evidence. A STOP that is older than an agreement withdraws nothing: it was
    /// late, and the patient has chosen since.
    #[must_use]
    pub fn stopped(&self, at: DateTime<Utc>) -> Option<Self> {
        if self.agreed_since(Channel::Sms, at) {
            return None;
        }
        let mut after = self.clone();
        for purpose in Purpose::ALL {
            let stops = match (purpose, self.of(Channel::Sms, purpose).map(|known| known.choice)) {
                (Purpose::Care | Purpose::Commercial, Some(Choice::Given))
                | (Purpose::Care, None) => true,
                (Purpose::Commercial, None) | (_, Some(Choice::Withdrawn)) => false,
            };
            if stops {
                let consent = replied(Choice::Withdrawn, REPLIED_STOP, at);
                after.record(Channel::Sms, purpose, consent);
            }
        }
        (after != *self).then_some(after)
    }

    /// Whether the patient agreed to messages by this channel after that time.
    #[must_use]
    pub fn agreed_since(&self, channel: Channel, at: DateTime<Utc>) -> bool {
        let of_channel = self.iter().filter(|(by, _, _)| *by == channel);
        of_channel.map(|(_, _, it)| it).any(|it| it.choice == Choice::Given && it.at > at)
    }

    /// The consents after START came from the patient's number: exactly what a STOP before it has
    /// withdrawn is given again. `None` when there is nothing of that kind.
    #[must_use]
    pub fn started(&self, at: DateTime<Utc>) -> Option<Self> {
        let mut after = self.clone();
        for purpose in Purpose::ALL {
            let undoes = self.of(Channel::Sms, purpose).is_some_and(|known| {
                known.choice == Choice::Withdrawn
                    && known.how.reveal().as_str() == REPLIED_STOP
                    && known.at <= at
            });
            if undoes {
                let consent = replied(Choice::Given, REPLIED_START, at);
                after.record(Channel::Sms, purpose, consent);
            }
        }
        (after != *self).then_some(after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(minute * 60, 0).unwrap()
    }

    fn desk(choice: Choice) -> Consent {
        let how = Phi::new(Evidence::parse("asked at the desk").unwrap());
        Consent { choice, at: at(0), by: "person-1".to_owned(), how }
    }

    #[test]
    fn stop_withdraws_care_and_an_agreement_and_start_undoes_exactly_that() {
        let (care, commercial) = (Purpose::Care, Purpose::Commercial);
        for before in [None, Some(Choice::Given), Some(Choice::Withdrawn)] {
            for sold in [None, Some(Choice::Given), Some(Choice::Withdrawn)] {
                let mut consents = Consents::default();
                for (purpose, choice) in [(care, before), (commercial, sold)] {
                    if let Some(choice) = choice {
                        consents.record(Channel::Sms, purpose, desk(choice));
                    }
                }
                let stopped = consents.stopped(at(1)).unwrap_or_else(|| consents.clone());
                for purpose in Purpose::ALL {
                    assert!(stopped.allow(Channel::Sms, purpose).is_err(), "{before:?} {sold:?}");
                    assert_eq!(
                        stopped.allow(Channel::Email, purpose),
                        consents.allow(Channel::Email, purpose)
                    );
                }
                let started = stopped.started(at(2)).unwrap_or_else(|| stopped.clone());
                for purpose in Purpose::ALL {
                    assert_eq!(
                        started.allow(Channel::Sms, purpose),
                        consents.allow(Channel::Sms, purpose),
                        "{purpose:?}: care {before:?}, commercial {sold:?}"
                    );
                }
                assert_eq!(stopped.stopped(at(3)), None, "a second STOP is no news");
                assert_eq!(started.started(at(4)), None, "a second START is no news");
            }
        }
    }

    #[test]
    fn what_staff_wrote_down_is_not_undone_by_start_and_an_older_start_undoes_nothing() {
        let mut refused = Consents::default();
        refused.record(Channel::Sms, Purpose::Care, desk(Choice::Withdrawn));
        assert_eq!(refused.stopped(at(1)), None, "it keeps its own evidence");
        assert_eq!(refused.started(at(2)), None);
        let stopped = Consents::default().stopped(at(5)).unwrap();
        assert_eq!(stopped.started(at(4)), None, "the START was sent before the STOP");
    }

    #[test]
    fn an_older_stop_withdraws_nothing_that_was_agreed_to_since() {
        let mut agreed = Consents::default();
        agreed.record(Channel::Sms, Purpose::Care, Consent { at: at(5), ..desk(Choice::Given) });
        assert_eq!(agreed.stopped(at(4)), None);
        assert!(agreed.stopped(at(5)).is_some() && agreed.stopped(at(6)).is_some());
        let started = Consents::default().stopped(at(1)).unwrap().started(at(5)).unwrap();
        assert_eq!(started.stopped(at(4)), None, "START came later than this STOP");
        let mut sold = Consents::default();
        sold.record(
            Channel::Sms,
            Purpose::Commercial,
            Consent { at: at(5), ..desk(Choice::Given) },
        );
        assert_eq!(sold.stopped(at(4)), None, "care would stop both");
        let mut mailed = Consents::default();
        mailed.record(Channel::Email, Purpose::Care, Consent { at: at(5), ..desk(Choice::Given) });
        assert!(mailed.stopped(at(4)).is_some(), "that is another channel");
    }
}
