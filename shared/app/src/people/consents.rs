//! What is written of a patient's consent, and what of it is not taken.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::invalid::FieldError;
use domain::patient::{Choice, Consents, Evidence};
use domain::phi::Phi;
use domain::program::{Channel, Purpose};

use super::Witness;

/// One choice on consent, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentDraft {
    /// By which way.
    pub channel: Channel,
    /// For what.
    pub purpose: Purpose,
    /// What was chosen.
    pub choice: Choice,
    /// How it was made.
    pub how: Phi<Evidence>,
}

/// What is written of a patient's consent. What is not mentioned stays as it is: a consent or a
/// refusal is not taken back by leaving it out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConsentsDraft {
    /// The simple form: care is withdrawn for exactly these channels.
    pub opted_out: Option<BTreeSet<Channel>>,
    /// Single choices. They do not contradict the simple form.
    pub choices: Vec<ConsentDraft>,
}

/// The evidence of the simple form, which has none.
const SIMPLE_FORM: &str = "entered in the patient's record";

/// An agreement that a record says, and that is not taken from it: the patient has taken it back since,
/// themselves, and whoever keeps the record need not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaysWithdrawn {
    channel: Channel,
    purpose: Purpose,
    on: NaiveDate,
    /// The field that says otherwise.
    field: &'static str,
}

impl std::fmt::Display for StaysWithdrawn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (channel, purpose, on) = (self.channel.as_str(), self.purpose.as_str(), self.on);
        write!(
            f,
            "{channel} for {purpose} stays withdrawn: the patient took it back themselves on {on}. \
             Should they have agreed since, record that by \
             PUT /v1/patients/{{id}}/consents/{channel}/{purpose}"
        )
    }
}

impl StaysWithdrawn {
    /// What is wrong with a save that says otherwise.
    pub(super) fn as_error(&self) -> FieldError {
        FieldError::new(self.field, self.to_string())
    }
}

impl ConsentsDraft {
    /// The consents of this draft, and what of it was not taken.
    pub(super) fn onto(
        self,
        before: Consents,
        witness: &Witness,
    ) -> (Consents, Vec<StaysWithdrawn>) {
        let (mut consents, mut stay) = (before, Vec::new());
        let own = |consents: &Consents, channel, purpose, field| {
            let known = consents.of(channel, purpose)?;
            let on = known.at.date_naive();
            known.is_taken_back_by_patient().then_some(StaysWithdrawn {
                channel,
                purpose,
                on,
                field,
            })
        };
        for it in self.choices {
            match (it.choice, own(&consents, it.channel, it.purpose, "/consents")) {
                (Choice::Given, Some(stays)) => stay.push(stays),
                (Choice::Given, None) | (Choice::Withdrawn, _) => {
                    let consent = witness.saw(it.choice, &it.how);
                    consents.record_news(it.channel, it.purpose, consent);
                }
            }
        }
        let Some(opted_out) = self.opted_out else { return (consents, stay) };
        let how = Phi::new(Evidence::parse(SIMPLE_FORM).expect("a short text"));
        let were_out = consents.opted_out();
        for channel in opted_out.difference(&were_out) {
            consents.record(*channel, Purpose::Care, witness.saw(Choice::Withdrawn, &how));
        }
        for channel in were_out.difference(&opted_out) {
            match own(&consents, *channel, Purpose::Care, "/opted_out") {
                // Said once: the two do not contradict each other.
                Some(stays) => {
                    stay.retain(|it| (it.channel, it.purpose) != (*channel, Purpose::Care));
                    stay.push(stays);
                }
                None => {
                    consents.record(*channel, Purpose::Care, witness.saw(Choice::Given, &how));
                }
            }
        }
        (consents, stay)
    }
}
