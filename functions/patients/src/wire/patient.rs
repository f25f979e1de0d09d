//! Patients as the API writes them.

use app::enrolments::Pair;
use app::form::Form;
use app::form::shapes::{self, unless_blank};
use app::people::{Edit, PatientDraft, Readable};
use domain::address::PostalAddress;
use domain::email::EmailAddress;
use domain::hold::AddressHold;
use domain::ids::PatientId;
use domain::language::LanguageTag;
use domain::ledger::Destination;
use domain::patient::{Gp, Identifier, MedicareNumber, Patient, PersonName, Standing};
use domain::phi::Phi;
use domain::phone::MobileNumber;
use domain::text::{Code, ExternalId};
use serde_json::{Value, json};

use super::consent::{read_consents, show_consent};
use super::replies::show_hold;

/// What an answer shows and a save does not change. It may be sent back.
const SHOWN_ONLY: [&str; 10] = [
    "id",
    "version",
    "mobile_national",
    "medicare_number_grouped",
    "merged_into",
    "possible_duplicates",
    "sms_hold",
    "email_hold",
    "email_bounced",
    "warnings",
];

/// What a field that is left out means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LeftOut {
    /// It is empty.
    Empty,
    /// It stays as it is.
    Kept,
}

impl LeftOut {
    /// What becomes of a field that was read as `value`.
    fn edit<T>(self, form: &Form<'_>, name: &str, value: Option<T>) -> Option<Edit<T>> {
        match self {
            Self::Kept if !form.says(name) => Some(Edit::Keep),
            Self::Kept | Self::Empty => value.map(Edit::To),
        }
    }

    /// Whether a field says something. To whoever keeps what is left out, `null` is left out too: it
    /// must not take back an opt-out.
    pub(super) fn speaks(self, form: &Form<'_>, name: &str) -> bool {
        match self {
            Self::Kept => form.gives(name),
            Self::Empty => form.says(name),
        }
    }

    /// A name: it may be kept, and is never empty.
    fn name(self, form: &Form<'_>, name: &'static str) -> Option<Edit<Phi<PersonName>>> {
        match self {
            Self::Kept if !form.says(name) => {
                form.pass_over(&[name]);
                Some(Edit::Keep)
            }
            Self::Kept | Self::Empty => {
                form.required(name, PersonName::parse).map(|name| Edit::To(Phi::new(name)))
            }
        }
    }
}

/// The key by which another system knows a patient.
pub(crate) fn read_identifier(form: &Form<'_>) -> Option<Identifier> {
    let source = form.required("source", Code::parse);
    let id = form.required("id", ExternalId::parse);
    Some(Identifier { source: source?, id: Phi::new(id?) })
}

/// Those fields of a draft that is refused for others which must still fit the practice.
pub(crate) fn read_readable(body: &Value) -> Readable {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    Readable {
        date_of_birth: text("date_of_birth").and_then(|text| shapes::date(text).ok()),
        site: text("site").and_then(|text| Code::parse(text).ok()),
    }
}

/// A new patient: what is left out is empty.
pub(crate) fn read_patient(form: &Form<'_>) -> Option<PatientDraft> {
    read(form, LeftOut::Empty)
}

/// A patient saved again. What decides whether and where they may be contacted must be said: left
/// out, it would take back an opt-out or lose an address.
pub(crate) fn read_saved_patient(form: &Form<'_>) -> Option<PatientDraft> {
    for name in ["identifiers", "mobile", "email", "address", "gp"] {
        form.must_say(name);
    }
    if !form.says("consents") {
        form.must_say("opted_out");
    }
    form.must_say("standing");
    read(form, LeftOut::Empty)
}

/// The patient of an identifier: what is left out stays as it is.
pub(crate) fn read_upsert(form: &Form<'_>) -> Option<(Identifier, PatientDraft)> {
    let identifier = form.object("identifier", read_identifier);
    let draft = read(form, LeftOut::Kept);
    Some((identifier?, draft?))
}

fn read(form: &Form<'_>, left_out: LeftOut) -> Option<PatientDraft> {
    let identifiers = match left_out {
        LeftOut::Empty => form
            .objects("identifiers", Patient::MAX_IDENTIFIERS, read_identifier)
            .map(|all| Edit::To(all.into_iter().collect())),
        // They are known by the one identifier, and others are not taken away by it.
        LeftOut::Kept => Some(Edit::Keep),
    };
    let first_name = left_out.name(form, "first_name");
    let last_name = left_out.name(form, "last_name");
    let date_of_birth = form.optional("date_of_birth", shapes::date);
    let mobile = form.optional("mobile", unless_blank(MobileNumber::parse));
    let email = form.optional("email", unless_blank(EmailAddress::parse));
    let medicare = form.optional("medicare_number", unless_blank(MedicareNumber::parse));
    let address = form.optional_object("address", shapes::address);
    let language = form.optional("language", unless_blank(LanguageTag::parse));
    let gp = form.optional_object("gp", shapes::gp);
    let site = form.optional("site", Code::parse);
    let consents = read_consents(form, left_out);
    let standing = form.optional("standing", |text| {
        Standing::parse(text).ok_or(
            "must be one of current, archived, deceased; a merged record is not changed any more",
        )
    });
    form.pass_over(&SHOWN_ONLY);
    let date_of_birth = date_of_birth.map(|date| date.map(Phi::new));
    let address = address.map(|address| address.map(Phi::new));
    let language = language.map(|tag| tag.flatten().map(Phi::new));
    let gp = gp.map(|gp| gp.map(Phi::new));
    let standing = match (left_out, standing?) {
        (LeftOut::Empty | LeftOut::Kept, Some(standing)) => Edit::To(standing),
        (LeftOut::Empty, None) => Edit::To(Standing::Current),
        (LeftOut::Kept, None) => Edit::Keep,
    };
    Some(PatientDraft {
        identifiers: identifiers?,
        first_name: first_name?,
        last_name: last_name?,
        date_of_birth: left_out.edit(form, "date_of_birth", date_of_birth)?,
        mobile: left_out.edit(form, "mobile", mobile.map(Option::flatten))?,
        email: left_out.edit(form, "email", email.map(Option::flatten))?,
        medicare: left_out.edit(form, "medicare_number", medicare.map(Option::flatten))?,
        address: left_out.edit(form, "address", address)?,
        language: left_out.edit(form, "language", language)?,
        gp: left_out.edit(form, "gp", gp)?,
        site: left_out.edit(form, "site", site)?,
        consents: consents?,
        standing,
    })
}

/// The record that goes on.
pub(crate) fn read_merge(form: &Form<'_>) -> Option<PatientId> {
    form.required("into", PatientId::parse)
}

/// Two records of one person.
pub(crate) fn read_pair(form: &Form<'_>) -> Option<Pair> {
    let from = form.required("from", PatientId::parse);
    let into = form.required("into", PatientId::parse);
    Some(Pair { from: from?, into: into? })
}

fn show_address(address: &PostalAddress) -> Value {
    json!({
        "lines": address.lines(),
        "locality": address.locality(),
        "region": address.region(),
        "postcode": address.postcode(),
        "country": address.country().as_str(),
    })
}

fn show_gp(gp: &Gp) -> Value {
    json!({
        "name": gp.name,
        "practice": gp.practice,
        "address": gp.address.as_ref().map(show_address),
        "email": gp.email.as_ref().map(EmailAddress::as_str),
    })
}

/// Where a patient is written to, which may be on hold: a mobile and a mailbox.
pub(crate) fn addresses(patient: &Patient) -> impl Iterator<Item = Destination> {
    let mobile = patient.mobile.clone().map(Destination::Mobile);
    mobile.into_iter().chain(patient.email.clone().map(Destination::Mailbox))
}

/// A patient; among these holds are those of their addresses.
pub(crate) fn show_patient(patient: &Patient, site: Option<&Code>, holds: &[AddressHold]) -> Value {
    let hold_of = |address: Option<Destination>| {
        let address = address?;
        holds.iter().find(|hold| hold.address == address).map(show_hold)
    };
    let identifiers = patient.identifiers.iter();
    let identifiers: Vec<_> =
        identifiers.map(|it| json!({ "source": it.source, "id": it.id.reveal() })).collect();
    let opted_out = patient.consents.opted_out();
    let merged_into = match &patient.standing {
        Standing::Merged { into } => Some(into),
        Standing::Current | Standing::Archived | Standing::Deceased => None,
    };
    json!({
        "id": patient.id,
        "version": patient.revision,
        "identifiers": identifiers,
        "first_name": patient.first_name.reveal(),
        "last_name": patient.last_name.reveal(),
        "date_of_birth": patient.date_of_birth.as_ref().map(Phi::reveal),
        "mobile": patient.mobile.as_ref().map(MobileNumber::e164),
        "mobile_national": patient.mobile.as_ref().map(MobileNumber::national),
        "email": patient.email.as_ref().map(EmailAddress::as_str),
        "medicare_number": patient.medicare.as_ref().map(MedicareNumber::as_str),
        "medicare_number_grouped": patient.medicare.as_ref().map(MedicareNumber::grouped),
        "address": patient.address.as_ref().map(|address| show_address(address.reveal())),
        "language": patient.language.as_ref().map(|tag| tag.reveal().as_str()),
        "gp": patient.gp.as_ref().map(|gp| show_gp(gp.reveal())),
        "site": site,
        "opted_out": opted_out.iter().map(|channel| channel.as_str()).collect::<Vec<_>>(),
        "consents": patient.consents.iter().map(show_consent).collect::<Vec<_>>(),
        "standing": patient.standing.as_str(),
        "merged_into": merged_into,
        "sms_hold": hold_of(patient.mobile.clone().map(Destination::Mobile)),
        "email_hold": hold_of(patient.email.clone().map(Destination::Mailbox)),
        "email_bounced": patient.bounced_from().map(|bounced| json!({ "at": bounced.at })),
    })
}
