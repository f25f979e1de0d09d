//! A patient, as the API shows one.

use maud::{Markup, html};
use serde::{Deserialize, Serialize};

use super::words;
use crate::api::{Versioned, at};
use crate::failure::Failure;
use crate::staff::Staff;

/// A patient.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Patient {
    pub(super) id: String,
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) date_of_birth: Option<String>,
    pub(super) mobile_national: Option<String>,
    pub(super) email: Option<String>,
    pub(super) medicare_number_grouped: Option<String>,
    pub(super) address: Option<Address>,
    pub(super) gp: Option<Gp>,
    pub(super) identifiers: Vec<Identifier>,
    pub(super) language: Option<String>,
    pub(super) site: Option<String>,
    pub(super) standing: String,
    pub(super) merged_into: Option<String>,
    pub(super) consents: Vec<Consent>,
    pub(super) opted_out: Vec<String>,
    pub(super) sms_hold: Option<Hold>,
    pub(super) email_hold: Option<Hold>,
    pub(super) email_bounced: Option<Bounced>,
    pub(super) possible_duplicates: Option<Vec<String>>,
}

/// Where somebody gets letters.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Address {
    pub(super) lines: Vec<String>,
    pub(super) locality: String,
    pub(super) region: Option<String>,
    pub(super) postcode: Option<String>,
    pub(super) country: Option<String>,
}

/// A general practitioner.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Gp {
    pub(super) name: String,
    pub(super) practice: Option<String>,
    pub(super) email: Option<String>,
    pub(super) address: Option<Address>,
}

/// The key by which another system knows a patient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Identifier {
    pub(super) source: String,
    pub(super) id: String,
}

/// What a patient chose.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Consent {
    pub(super) channel: String,
    pub(super) purpose: String,
    pub(super) choice: String,
    pub(super) at: String,
    pub(super) by: String,
    pub(super) how: String,
}

/// That nothing goes to a number or mailbox.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Hold {
    pub(super) since: String,
    pub(super) cause: String,
}

/// That email came back for good.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Bounced {
    pub(super) at: String,
}

impl Patient {
    /// Their name, as it is read.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    /// The page of their card.
    pub(super) fn address(&self) -> String {
        at(&["app", "patients", &self.id], &[])
    }

    /// An address below their card.
    pub(super) fn below(&self, part: &str) -> String {
        at(&["app", "patients", &self.id, part], &[])
    }

    /// Whether they get messages at all.
    pub(super) fn is_current(&self) -> bool {
        self.standing == "current"
    }

    /// By what they are told from others of their name.
    pub(super) fn told_apart(&self) -> Markup {
        html! {
            @match &self.date_of_birth {
                Some(day) => { "born " (words::born(day)) }
                None => "date of birth not known",
            }
            @if let Some(mobile) = &self.mobile_national { ", mobile " (mobile) }
        }
    }
}

impl Address {
    /// Line by line.
    pub(super) fn shown(&self) -> Markup {
        let place =
            [Some(self.locality.as_str()), self.region.as_deref(), self.postcode.as_deref()];
        let place: Vec<_> = place.into_iter().flatten().collect();
        html! {
            @for line in &self.lines { (line) br; }
            (place.join(" "))
            @if let Some(country) = self.country.as_deref().filter(|it| *it != "AU") { br; (country) }
        }
    }
}

/// Reads a patient.
pub(super) async fn read(staff: &Staff, id: &str) -> Result<Versioned<Patient>, Failure> {
    staff.api.read(&at(&["v1", "patients", id], &[])).await
}

/// Patients in a table, so that the right one is picked; `act` is what can be done with each.
pub(super) fn table(patients: &[Patient], act: impl Fn(&Patient) -> Option<Markup>) -> Markup {
    let acts: Vec<_> = patients.iter().map(act).collect();
    let any = acts.iter().any(Option::is_some);
    html! {
        table.stack {
            thead {
                tr {
                    th scope="col" { "Name" }
                    th scope="col" { "Date of birth" }
                    th scope="col" { "Mobile" }
                    th scope="col" { "Suburb" }
                    @if any { th scope="col" { span.hidden { "What to do" } } }
                }
            }
            tbody {
                @for (patient, act) in patients.iter().zip(acts) {
                    tr {
                        th scope="row" {
                            a href=(patient.address()) { (patient.last_name) ", " (patient.first_name) } " "
                            (words::standing(&patient.standing))
                        }
                        td data-label="Date of birth" {
                            @match &patient.date_of_birth {
                                Some(day) => (words::born(day)),
                                None => span.soft { "not known" },
                            }
                        }
                        td data-label="Mobile" {
                            @match &patient.mobile_national {
                                Some(mobile) => (mobile),
                                None => span.soft { "none" },
                            }
                        }
                        td data-label="Suburb" {
                            @match &patient.address {
                                Some(address) => (address.locality),
                                None => span.soft { "not known" },
                            }
                        }
                        @if let Some(act) = act { td { (act) } }
                    }
                }
            }
        }
    }
}
