//! Patients.

use chrono::{DateTime, NaiveDate, Utc};
use domain::address::{AddressLine, CountryCode, Locality, PostalAddress, Postcode, Region};
use domain::distribution::{Done, ReturnedMail};
use domain::email::EmailAddress;
use domain::ids::{PatientId, SiteId};
use domain::language::LanguageTag;
use domain::patient::{
    BouncedEmail, Choice, Consent, Consents, Evidence, Gp, GpName, GpPractice, Identifier, Patient,
    PersonName, Standing,
};
use domain::phi::Phi;
use domain::phone::MobileNumber;
use domain::program::{Addressee, Channel, Purpose};
use domain::settings::Remark;
use domain::staff::StaffId;
use domain::text::{Code, ExternalId};
use serde::{Deserialize, Serialize};

use super::{BadRecord, Field};

#[derive(Serialize, Deserialize)]
pub(crate) struct PatientData {
    id: PatientId,
    revision: u64,
    identifiers: Vec<IdentifierData>,
    first_name: PersonName,
    last_name: PersonName,
    date_of_birth: Option<NaiveDate>,
    mobile: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    address: Option<AddressData>,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    gp: Option<GpData>,
    site: Option<SiteId>,
    /// All there was of consent at first: the channels for which care is withdrawn. It is still
    /// written, for a function of the version before that runs during a deployment.
    opted_out: Vec<String>,
    #[serde(default)]
    consents: Vec<ConsentData>,
    standing: String,
    #[serde(default)]
    merged_into: Option<PatientId>,
    #[serde(default)]
    merged_from: Vec<PatientId>,
    #[serde(default)]
    returned_mail: Vec<ReturnedData>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bounced_email: Option<BouncedData>,
}

#[derive(Serialize, Deserialize)]
struct BouncedData {
    address: String,
    at: DateTime<Utc>,
}

impl From<&BouncedEmail> for BouncedData {
    fn from(bounced: &BouncedEmail) -> Self {
        Self { address: bounced.address.as_str().to_owned(), at: bounced.at }
    }
}

impl BouncedData {
    fn read(self) -> Result<BouncedEmail, BadRecord> {
        let address = EmailAddress::parse(&self.address).field("bounced_email.address")?;
        Ok(BouncedEmail { address, at: self.at })
    }
}

#[derive(Serialize, Deserialize)]
struct IdentifierData {
    source: Code,
    id: ExternalId,
}

#[derive(Serialize, Deserialize)]
struct AddressData {
    lines: Vec<AddressLine>,
    locality: Locality,
    region: Option<Region>,
    postcode: Option<Postcode>,
    country: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct GpData {
    name: GpName,
    practice: Option<GpPractice>,
    address: Option<AddressData>,
    email: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct ReturnedData {
    addressee: String,
    address: AddressData,
    at: DateTime<Utc>,
    by: StaffId,
    why: Remark,
}

impl From<(&Addressee, &Phi<ReturnedMail>)> for ReturnedData {
    fn from((addressee, returned): (&Addressee, &Phi<ReturnedMail>)) -> Self {
        let ReturnedMail { address, done, why } = returned.reveal();
        Self {
            addressee: addressee.as_str().to_owned(),
            address: address.into(),
            at: done.at,
            by: done.by.clone(),
            why: why.clone(),
        }
    }
}

impl ReturnedData {
    fn read(self) -> Result<(Addressee, Phi<ReturnedMail>), BadRecord> {
        let addressee = Addressee::parse(&self.addressee).field("returned_mail.addressee")?;
        let (address, done) = (self.address.read()?, Done { at: self.at, by: self.by });
        Ok((addressee, Phi::new(ReturnedMail { address, done, why: self.why })))
    }
}

#[derive(Serialize, Deserialize)]
struct ConsentData {
    channel: String,
    purpose: String,
    choice: String,
    at: DateTime<Utc>,
    by: String,
    how: Evidence,
}

impl From<&PostalAddress> for AddressData {
    fn from(address: &PostalAddress) -> Self {
        Self {
            lines: address.lines().to_vec(),
            locality: address.locality().clone(),
            region: address.region().cloned(),
            postcode: address.postcode().cloned(),
            country: address.country().as_str().to_owned(),
        }
    }
}

impl AddressData {
    fn read(self) -> Result<PostalAddress, BadRecord> {
        let country = CountryCode::parse(&self.country).field("address.country")?;
        PostalAddress::new(self.lines, self.locality, self.region, self.postcode, country)
            .field("address")
    }
}

impl From<&Gp> for GpData {
    fn from(gp: &Gp) -> Self {
        Self {
            name: gp.name.clone(),
            practice: gp.practice.clone(),
            address: gp.address.as_ref().map(AddressData::from),
            email: gp.email.as_ref().map(|email| email.as_str().to_owned()),
        }
    }
}

impl GpData {
    pub(super) fn read(self) -> Result<Gp, BadRecord> {
        Ok(Gp {
            name: self.name,
            practice: self.practice,
            address: self.address.map(AddressData::read).transpose()?,
            email: read_email(self.email).field("gp.email")?,
        })
    }
}

fn read_email(email: Option<String>) -> Result<Option<EmailAddress>, domain::email::BadEmail> {
    email.map(|email| EmailAddress::parse(&email)).transpose()
}

impl From<(Channel, Purpose, &Consent)> for ConsentData {
    fn from((channel, purpose, consent): (Channel, Purpose, &Consent)) -> Self {
        Self {
            channel: channel.as_str().to_owned(),
            purpose: purpose.as_str().to_owned(),
            choice: consent.choice.as_str().to_owned(),
            at: consent.at,
            by: consent.by.clone(),
            how: consent.how.reveal().clone(),
        }
    }
}

/// The consents of a row. A channel in `opted_out` that no consent speaks of was written before
/// consents were kept: nobody knows by whom, or when.
fn read_consents(opted_out: &[String], data: Vec<ConsentData>) -> Result<Consents, BadRecord> {
    let mut consents = Consents::default();
    for it in data {
        let channel = Channel::parse(&it.channel).field("consents.channel")?;
        let purpose = Purpose::parse(&it.purpose).field("consents.purpose")?;
        let choice = Choice::parse(&it.choice).field("consents.choice")?;
        let consent = Consent { choice, at: it.at, by: it.by, how: Phi::new(it.how) };
        consents.record(channel, purpose, consent);
    }
    for channel in opted_out {
        let channel = Channel::parse(channel).field("opted_out")?;
        if consents.of(channel, Purpose::Care).is_none() {
            let how = Evidence::parse("recorded before evidence was kept").field("opted_out")?;
            let consent = Consent {
                choice: Choice::Withdrawn,
                at: DateTime::UNIX_EPOCH,
                by: "unknown".to_owned(),
                how: Phi::new(how),
            };
            consents.record(channel, Purpose::Care, consent);
        }
    }
    Ok(consents)
}

fn read_standing(name: &str, merged_into: Option<PatientId>) -> Result<Standing, BadRecord> {
    match merged_into {
        Some(into) => Ok(Standing::Merged { into }),
        None => Standing::parse(name).field("standing"),
    }
}

impl From<&Patient> for PatientData {
    fn from(patient: &Patient) -> Self {
        let identifiers = patient.identifiers.iter().map(|identifier| IdentifierData {
            source: identifier.source.clone(),
            id: identifier.id.reveal().clone(),
        });
        let opted_out = patient.consents.opted_out();
        Self {
            id: patient.id.clone(),
            revision: patient.revision,
            identifiers: identifiers.collect(),
            first_name: patient.first_name.reveal().clone(),
            last_name: patient.last_name.reveal().clone(),
            date_of_birth: patient.date_of_birth.as_ref().map(|date| *date.reveal()),
            mobile: patient.mobile.as_ref().map(|mobile| mobile.e164().to_owned()),
            email: patient.email.as_ref().map(|email| email.as_str().to_owned()),
            address: patient.address.as_ref().map(|address| address.reveal().into()),
            language: patient.language.as_ref().map(|it| it.reveal().as_str().to_owned()),
            gp: patient.gp.as_ref().map(|gp| gp.reveal().into()),
            site: patient.site.clone(),
            opted_out: opted_out.iter().map(|channel| channel.as_str().to_owned()).collect(),
            consents: patient.consents.iter().map(ConsentData::from).collect(),
            standing: patient.standing.as_str().to_owned(),
            merged_into: match &patient.standing {
                Standing::Merged { into } => Some(into.clone()),
                Standing::Current | Standing::Archived | Standing::Deceased => None,
            },
            merged_from: patient.merged_from.iter().cloned().collect(),
            returned_mail: patient.returned_mail.iter().map(ReturnedData::from).collect(),
            bounced_email: patient.bounced_email.as_ref().map(BouncedData::from),
        }
    }
}

impl TryFrom<PatientData> for Patient {
    type Error = BadRecord;

    fn try_from(data: PatientData) -> Result<Self, BadRecord> {
        let identifiers = data.identifiers.into_iter().map(|identifier| Identifier {
            source: identifier.source,
            id: Phi::new(identifier.id),
        });
        let language = data.language.map(|tag| LanguageTag::parse(&tag)).transpose();
        let returned = data.returned_mail.into_iter().map(ReturnedData::read);
        Ok(Self {
            id: data.id,
            revision: data.revision,
            identifiers: identifiers.collect(),
            first_name: Phi::new(data.first_name),
            last_name: Phi::new(data.last_name),
            date_of_birth: data.date_of_birth.map(Phi::new),
            mobile: data.mobile.map(|m| MobileNumber::from_e164(&m)).transpose().field("mobile")?,
            email: read_email(data.email).field("email")?,
            address: data.address.map(AddressData::read).transpose()?.map(Phi::new),
            language: language.field("language")?.map(Phi::new),
            gp: data.gp.map(GpData::read).transpose()?.map(Phi::new),
            site: data.site,
            consents: read_consents(&data.opted_out, data.consents)?,
            standing: read_standing(&data.standing, data.merged_into)?,
            merged_from: data.merged_from.into_iter().collect(),
            returned_mail: returned.collect::<Result<_, _>>()?,
            bounced_email: data.bounced_email.map(BouncedData::read).transpose()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_written_before_consents_were_kept_is_read_with_its_opt_outs() {
        let row = json!({
            "id": "pat_00000000000000000000000002", "revision": 3, "identifiers": [],
            "first_name": "Maria", "last_name": "Rossi", "date_of_birth": null,
            "mobile": "+61491570006", "site": null, "opted_out": ["sms"], "standing": "archived",
        });
        let data: PatientData = serde_json::from_value(row).unwrap();
        let patient = Patient::try_from(data).unwrap();
        let consent = patient.consents.of(Channel::Sms, Purpose::Care).unwrap();
        assert_eq!((consent.choice, consent.by.as_str()), (Choice::Withdrawn, "unknown"));
        assert_eq!(consent.at, DateTime::UNIX_EPOCH);
        assert_eq!(patient.standing, Standing::Archived);
        let again: Patient = PatientData::from(&patient).try_into().unwrap();
        assert_eq!(again, patient, "it is kept when the row is written again");
    }
}
