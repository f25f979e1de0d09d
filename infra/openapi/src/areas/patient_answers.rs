//! Patients, as they are shown.

use utoipa::ToSchema;

use super::patient_schemas::Identifier;
use super::reply_schemas::{EmailHold, SmsHold};
use crate::names::{Channel, ConsentChoice, Purpose, Standing};

/// Where somebody gets letters.
#[derive(Debug, ToSchema)]
pub struct ShownAddress {
    /// The lines above the suburb or town.
    pub lines: Vec<String>,
    /// The suburb or town.
    pub locality: String,
    /// The state.
    #[schema(required)]
    pub region: Option<String>,
    /// The postcode.
    #[schema(required)]
    pub postcode: Option<String>,
    /// The country.
    pub country: String,
}

/// A patient's general practitioner.
#[derive(Debug, ToSchema)]
pub struct ShownGp {
    /// Their name.
    pub name: String,
    /// Their practice.
    #[schema(required)]
    pub practice: Option<String>,
    /// Where they get letters.
    #[schema(required)]
    pub address: Option<ShownAddress>,
    /// Their e-mail address.
    #[schema(required)]
    pub email: Option<String>,
}

/// What a patient chose.
#[derive(Debug, ToSchema)]
pub struct Consent {
    /// For which messages.
    pub channel: Channel,
    /// For what purpose.
    pub purpose: Purpose,
    /// What was chosen.
    pub choice: ConsentChoice,
    /// How it is known.
    pub how: String,
    /// Who wrote it down.
    pub by: String,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
}

/// Email that came back.
#[derive(Debug, ToSchema)]
pub struct EmailBounced {
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
}

/// A patient.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Patient {
    /// Their id.
    pub id: String,
    /// Their record's version, which is its `ETag` too.
    pub version: u64,
    /// The keys by which other systems know them.
    pub identifiers: Vec<Identifier>,
    /// Their given name.
    pub first_name: String,
    /// Their family name.
    pub last_name: String,
    /// The day they were born.
    #[schema(required, format = Date)]
    pub date_of_birth: Option<String>,
    /// Their mobile number, as in E.164.
    #[schema(required)]
    pub mobile: Option<String>,
    /// The same as people of its country write it.
    #[schema(required)]
    pub mobile_national: Option<String>,
    /// Their e-mail address.
    #[schema(required)]
    pub email: Option<String>,
    /// Their Medicare number, digits only.
    #[schema(required)]
    pub medicare_number: Option<String>,
    /// The same, as it is printed on the card.
    #[schema(required)]
    pub medicare_number_grouped: Option<String>,
    /// Where they get letters.
    #[schema(required)]
    pub address: Option<ShownAddress>,
    /// The language they read.
    #[schema(required)]
    pub language: Option<String>,
    /// Their general practitioner.
    #[schema(required)]
    pub gp: Option<ShownGp>,
    /// The code of the site they usually go to.
    #[schema(required)]
    pub site: Option<String>,
    /// Channels by which they want nothing more.
    pub opted_out: Vec<Channel>,
    /// What they chose.
    pub consents: Vec<Consent>,
    /// Whether they are a patient still.
    pub standing: Standing,
    /// The record that goes on, should this one be merged.
    #[schema(required)]
    pub merged_into: Option<String>,
    /// Since when and why their number is on hold; `null` when it is not.
    #[schema(required)]
    pub sms_hold: Option<SmsHold>,
    /// Since when and why their mailbox is on hold; `null` when it is not.
    #[schema(required)]
    pub email_hold: Option<EmailHold>,
    /// When email to their address came back for good; `null` when none did. It is not written to again
    /// until another one is saved.
    #[schema(required)]
    pub email_bounced: Option<EmailBounced>,
    /// A new patient: ids of patients who may be the same person.
    pub possible_duplicates: Option<Vec<String>>,
    /// A change by your key: what of it was not taken, because the patient has decided otherwise.
    pub warnings: Option<Vec<String>>,
}

/// A page of what a search found.
#[derive(Debug, ToSchema)]
pub struct SearchPage {
    /// At most fifty patients.
    pub items: Vec<Patient>,
    /// `next` of a search for the page after it; `null` on the last one.
    #[schema(required)]
    pub next: Option<String>,
}
