//! Patients, as they are saved and searched for.

use utoipa::openapi::schema::Schema;
use utoipa::openapi::{RefOr, schema};
use utoipa::{PartialSchema, ToSchema};

use crate::names::{Channel, ConsentChoice, Include, Purpose, SavedStanding};

/// The key by which another system knows a patient.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Identifier {
    /// The system: the name the practice gave it.
    #[schema(min_length = 1, max_length = 64, examples("diary"))]
    pub source: String,
    /// Its key for the patient. No two patients have the same one of a system.
    #[schema(min_length = 1, max_length = 128, examples("P-1001"))]
    pub id: String,
}

/// Where somebody gets letters.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// One to four lines above the suburb or town.
    #[schema(min_items = 1, max_items = 4)]
    pub lines: Vec<String>,
    /// The suburb or town.
    #[schema(min_length = 1, max_length = 60)]
    pub locality: String,
    /// The state; needed in Australia.
    #[schema(max_length = 40)]
    pub region: Option<String>,
    /// The postcode; needed in Australia.
    #[schema(max_length = 12)]
    pub postcode: Option<String>,
    /// The country by ISO 3166; `AU` when left out.
    #[schema(examples("AU"))]
    pub country: Option<String>,
}

/// A patient's general practitioner.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Gp {
    /// Their name.
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    /// Their practice.
    #[schema(max_length = 120)]
    pub practice: Option<String>,
    /// Where they get letters.
    pub address: Option<Address>,
    /// Their e-mail address.
    pub email: Option<String>,
}

/// What a patient chose, with its evidence.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentDraft {
    /// For which messages.
    pub channel: Channel,
    /// For what purpose.
    pub purpose: Purpose,
    /// What was chosen.
    pub choice: ConsentChoice,
    /// How it is known.
    #[schema(min_length = 1, max_length = 300, examples("asked at the desk"))]
    pub how: String,
    /// Taken and passed over: whoever saves it is written down.
    pub by: Option<String>,
    /// Taken and passed over.
    pub at: Option<String>,
}

macro_rules! patient {
    (
        $(#[doc = $doc:literal])*
        $name:ident { $($(#[$meta:meta])* $field:ident: $type:ty),* }
        $(null erases: $erases:literal, keeps: $keeps:literal)?
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$meta])* pub $field: $type,)*
            /// The day they were born.
            $(#[doc = $erases])?
            #[schema(format = Date, examples("1980-02-03"))]
            pub date_of_birth: Option<String>,
            /// Their mobile number, as people write it; an Australian one needs no `+61`.
            $(#[doc = $erases])?
            #[schema(examples("0491 570 006"))]
            pub mobile: Option<String>,
            /// Their e-mail address.
            $(#[doc = $erases])?
            #[schema(examples("maria@example.com"))]
            pub email: Option<String>,
            /// Their Medicare number: ten digits as on the card, and perhaps the one beside the name.
            $(#[doc = $erases])?
            #[schema(examples("2123 45670 1/1"))]
            pub medicare_number: Option<String>,
            /// Where they get letters.
            $(#[doc = $erases])?
            pub address: Option<Address>,
            /// The language they read, as a BCP 47 tag.
            $(#[doc = $erases])?
            #[schema(examples("en-AU"))]
            pub language: Option<String>,
            /// Their general practitioner.
            $(#[doc = $erases])?
            pub gp: Option<Gp>,
            /// The code of the site they usually go to.
            $(#[doc = $erases])?
            #[schema(max_length = 64, examples("harbour"))]
            pub site: Option<String>,
            /// Channels by which they want nothing more: short for care being withdrawn on exactly
            /// these.
            $(#[doc = $keeps])?
            #[schema(max_items = 3)]
            pub opted_out: Option<Vec<Channel>>,
            /// What they chose; what is left out stays as it was.
            $(#[doc = $keeps])?
            #[schema(max_items = 6)]
            pub consents: Option<Vec<ConsentDraft>>,
            /// Whether they are a patient still; `current` when a new one leaves it out.
            $(#[doc = $keeps])?
            pub standing: Option<SavedStanding>,
            /// Taken and passed over, so that an answer can be sent back.
            pub id: Option<String>,
            /// Taken and passed over; `If-Match` says the version.
            pub version: Option<u64>,
            /// Taken and passed over.
            pub mobile_national: Option<String>,
            /// Taken and passed over.
            pub medicare_number_grouped: Option<String>,
            /// Taken and passed over.
            pub merged_into: Option<String>,
            /// Taken and passed over.
            pub possible_duplicates: Option<Vec<String>>,
            /// Taken and passed over.
            pub sms_hold: Option<serde_json::Value>,
            /// Taken and passed over.
            pub email_hold: Option<serde_json::Value>,
            /// Taken and passed over.
            pub email_bounced: Option<serde_json::Value>,
            /// Taken and passed over.
            pub warnings: Option<Vec<String>>,
        }
    };
}

patient! {
    /// A new patient. What is left out is empty.
    PatientDraft {
        /// The keys by which other systems know them.
        #[schema(max_items = 40)]
        identifiers: Option<Vec<Identifier>>,
        /// Their given name.
        #[schema(min_length = 1, max_length = 80)]
        first_name: String,
        /// Their family name.
        #[schema(min_length = 1, max_length = 80)]
        last_name: String
    }
}
patient! {
    /// A patient another system knows by a key. What is left out stays as it is; a new patient
    /// needs both names.
    UpsertDraft {
        /// The key.
        identifier: Identifier,
        /// Their given name.
        #[schema(min_length = 1, max_length = 80)]
        first_name: Option<String>,
        /// Their family name.
        #[schema(min_length = 1, max_length = 80)]
        last_name: Option<String>
    }
    null erases: "Left out, it stays as it is; `null` erases it.",
    keeps: "Left out or `null`, it stays as it is."
}

/// A patient, saved again. What decides whether and where they may be contacted must be said, be it
/// `null`: left out, it would take back an opt-out or lose an address. So must `opted_out`, or
/// `consents`, or both.
#[derive(Debug)]
pub struct SavedPatient;

impl PartialSchema for SavedPatient {
    fn schema() -> RefOr<Schema> {
        let RefOr::T(Schema::Object(mut object)) = PatientDraft::schema() else {
            unreachable!("a struct is an object");
        };
        let said = ["identifiers", "mobile", "email", "address", "gp", "standing"];
        object.required.extend(said.map(str::to_owned));
        let says = "A patient, saved again. What decides whether and where they may be contacted \
                    must be said, be it `null`: left out, it would take back an opt-out or lose an \
                    address. So must `opted_out`, or `consents`, or both.";
        object.description = Some(says.to_owned());
        RefOr::T(Schema::Object(object))
    }
}

impl ToSchema for SavedPatient {
    fn schemas(schemas: &mut Vec<(String, RefOr<schema::Schema>)>) {
        PatientDraft::schemas(schemas);
    }
}

/// How names begin.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NameBegins {
    /// How the family name begins.
    pub last_name: Option<String>,
    /// How the given name begins.
    pub first_name: Option<String>,
}

/// Whom to find: the one with an identifier, or everybody whom all else fits.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Search {
    /// A key; with it nothing else may be said.
    pub identifier: Option<Identifier>,
    /// How their names begin, without regard to case and accents.
    pub name: Option<NameBegins>,
    /// The day they were born.
    #[schema(format = Date)]
    pub date_of_birth: Option<String>,
    /// Their mobile number.
    pub mobile: Option<String>,
    /// Their Medicare number: without the number beside the name, everybody on the card.
    pub medicare_number: Option<String>,
    /// Whom to show besides current patients.
    pub include: Option<Vec<Include>>,
    /// `next` of the page before.
    pub next: Option<String>,
}

/// What a patient chose for the channel and purpose in the address.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OneConsent {
    /// What was chosen.
    pub choice: ConsentChoice,
    /// How it is known.
    #[schema(min_length = 1, max_length = 300)]
    pub how: String,
}

/// By which channels a patient wants nothing more.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OptOut {
    /// The channels.
    #[schema(min_items = 1, max_items = 3)]
    pub channels: Vec<Channel>,
    /// How it is known.
    #[schema(min_length = 1, max_length = 300)]
    pub how: String,
}

/// Which record goes on.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeDraft {
    /// The id of the patient whose record goes on.
    pub into: String,
}
