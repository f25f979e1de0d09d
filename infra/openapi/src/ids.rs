//! Ids as examples show them. Whoever tries an example puts in the id they were answered.

/// A site.
pub const SITE: &str = "site_01kaz7xs0vc0ffee0000000001";
/// A template of a text message.
pub const TEMPLATE: &str = "tmpl_01kaz7xs0vc0ffee0000000002";
/// A template of an e-mail.
pub const EMAIL_TEMPLATE: &str = "tmpl_01kaz7xs0vc0ffee0000000003";
/// A booking program.
pub const PROGRAM: &str = "prog_01kaz7xs0vc0ffee0000000004";
/// Its first action.
pub const ACTION: &str = "act_01kaz7xs0vc0ffee0000000005";
/// A recall program.
pub const RECALL: &str = "prog_01kaz7xs0vc0ffee0000000006";
/// A copy of the booking program.
pub const COPY: &str = "prog_01kaz7xs0vc0ffee0000000007";
/// The copy's first action.
pub const COPY_ACTION: &str = "act_01kaz7xs0vc0ffee0000000008";
/// A booking type.
pub const BOOKING_TYPE: &str = "btyp_01kaz7xs0vc0ffee0000000009";
/// A patient.
pub const PATIENT: &str = "pat_01kaz7xs0vc0ffee000000000a";
/// A second record of the same patient.
pub const DOUBLE: &str = "pat_01kaz7xs0vc0ffee000000000b";
/// A new record that may be of the same patient.
pub const NEWCOMER: &str = "pat_01kaz7xs0vc0ffee000000000k";
/// The question whether it is.
pub const QUESTION: &str = "work_01kaz7xs0vc0ffee000000000m";
/// A booking, as the system that has it knows it.
pub const BOOKING: &str = "B-2001";
/// A referral, likewise.
pub const REFERRAL: &str = "R-3001";
/// An enrolment.
pub const ENROLMENT: &str = "enr_01kaz7xs0vc0ffee000000000c";
/// Something that waits for a person.
pub const WORK: &str = "work_01kaz7xs0vc0ffee000000000d";
/// A letter.
pub const LETTER: &str = "letr_01kaz7xs0vc0ffee000000000h";
/// Letters that were printed together.
pub const BATCH: &str = "btch_01kaz7xs0vc0ffee000000000j";
/// A template of a text message that is about no booking.
pub const CALL_TEMPLATE: &str = "tmpl_01kaz7xs0vc0ffee000000000e";
/// A recall program that begins with a call by staff.
pub const CALL: &str = "prog_01kaz7xs0vc0ffee000000000f";
/// An enrolment on it.
pub const CALL_ENROLMENT: &str = "enr_01kaz7xs0vc0ffee000000000g";
/// A referral program.
pub const REFERRAL_PROGRAM: &str = "prog_01kaz7xs0vc0ffee000000000k";
/// A day that is over.
pub const DAY: &str = "2026-11-22";
