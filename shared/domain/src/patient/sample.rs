//! A patient for previews: one who can be reached in every way.

use std::collections::{BTreeMap, BTreeSet};

use chrono::DateTime;
use ulid::Ulid;

use super::{Choice, Consent, Consents, Evidence, Gp, GpName, Patient, PersonName, Standing};
use crate::address::{AddressLine, CountryCode, Locality, PostalAddress, Postcode, Region};
use crate::email::EmailAddress;
use crate::ids::{PatientId, SiteId};
use crate::phi::Phi;
use crate::phone::MobileNumber;
use crate::program::{Channel, Purpose};

const VALID: &str = "the samples are valid";

impl Patient {
    /// A patient of that site, who exists nowhere and agrees to everything. The number is one that
    /// Australia's regulator keeps free for fiction.
    ///
    /// # Panics
    /// Never: its texts are valid.
    pub fn sample(site: SiteId) -> Self {
        let name = |text| Phi::new(PersonName::parse(text).expect(VALID));
        let address = PostalAddress::new(
            vec![AddressLine::parse("1 Example Street").expect(VALID)],
            Locality::parse("Sydney").expect(VALID),
            Some(Region::parse("NSW").expect(VALID)),
            Some(Postcode::parse("2000").expect(VALID)),
            CountryCode::australia(),
        )
        .expect(VALID);
        let mut consents = Consents::default();
        for channel in Channel::ALL {
            for purpose in Purpose::ALL {
                let how = Phi::new(Evidence::parse("a preview").expect(VALID));
                let (choice, by) = (Choice::Given, "preview".to_owned());
                let consent = Consent { choice, at: DateTime::UNIX_EPOCH, by, how };
                consents.record(channel, purpose, consent);
            }
        }
        Self {
            id: PatientId::new(Ulid::nil()),
            revision: 1,
            identifiers: BTreeSet::new(),
            first_name: name("Maria"),
            last_name: name("Rossi"),
            date_of_birth: None,
            mobile: Some(MobileNumber::from_e164("+61491570006").expect(VALID)),
            email: Some(EmailAddress::parse("maria.rossi@example.com").expect(VALID)),
            address: Some(Phi::new(address.clone())),
            language: None,
            gp: Some(Phi::new(Gp {
                name: GpName::parse("Dr Anna Nguyen").expect(VALID),
                practice: None,
                address: Some(address),
                email: None,
            })),
            site: Some(site),
            consents,
            standing: Standing::Current,
            merged_from: BTreeSet::new(),
            returned_mail: BTreeMap::new(),
            bounced_email: None,
            medicare: None,
        }
    }
}
