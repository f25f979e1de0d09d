//! The dialects, by samples and stories.

#![cfg(test)]

mod answers;
mod cloudevents;
mod fhir;
mod fhir_bundles;
mod hl7;
mod hl7_patients;
mod hostile;
mod json;
mod referrals;
mod samples;
mod stories;
mod support;
