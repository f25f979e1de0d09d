//! Addresses as they are printed.

use domain::address::{CountryCode, PostalAddress};
use domain::patient::{Gp, Patient};
use domain::program::Addressee;
use letter::Recipient;

use super::full_name;

/// The lines of an address under the name, as Australia Post and the Universal Postal Union want
/// them: the last line in capitals, and the country below it where it is not the sender's.
pub(crate) fn address_lines(address: &PostalAddress, sender: &CountryCode) -> Vec<String> {
    let mut lines: Vec<String> = address.lines().iter().map(ToString::to_string).collect();
    let (region, postcode) = (address.region(), address.postcode());
    let place = [
        Some(address.locality().as_str()),
        region.map(domain::address::Region::as_str),
        postcode.map(domain::address::Postcode::as_str),
    ];
    let place: Vec<&str> = place.into_iter().flatten().collect();
    lines.push(place.join(" ").to_uppercase());
    let country = address.country();
    if country != sender {
        let known = rust_iso3166::from_alpha2(country.as_str());
        lines.push(known.map_or(country.as_str(), |known| known.name).to_uppercase());
    }
    lines
}

/// Who a letter is for, as it stands in the window of the envelope: the patient or their GP.
pub(crate) fn recipient(
    addressee: Addressee,
    address: Option<&PostalAddress>,
    patient: &Patient,
    sender: &CountryCode,
) -> Result<Recipient, String> {
    match addressee {
        Addressee::Patient => {
            let address = address.map(|it| address_lines(it, sender)).unwrap_or_default();
            Ok(Recipient { name: full_name(patient), address })
        }
        Addressee::Gp => {
            let gp = patient.gp.as_ref().ok_or("no GP on file")?.reveal();
            Ok(doctor(gp, address, sender))
        }
        Addressee::Referrer => Err("who referred the patient is told by the referral".to_owned()),
    }
}

/// A doctor a letter is for, as it stands in the window of the envelope.
pub(crate) fn doctor(
    doctor: &Gp,
    address: Option<&PostalAddress>,
    sender: &CountryCode,
) -> Recipient {
    let lines = address.map(|address| address_lines(address, sender)).unwrap_or_default();
    let practice = doctor.practice.iter().map(ToString::to_string);
    Recipient { name: doctor.name.to_string(), address: practice.chain(lines).collect() }
}

#[cfg(test)]
mod tests {
    use domain::address::{AddressLine, Locality, Postcode, Region};

    use super::*;

    fn lines(country: &str, region: Option<&str>) -> Vec<String> {
        let address = PostalAddress::new(
            vec![AddressLine::parse("1 Quay Street").unwrap()],
            Locality::parse("Sydney").unwrap(),
            region.map(|region| Region::parse(region).unwrap()),
            Postcode::parse("2000").ok(),
            CountryCode::parse(country).unwrap(),
        );
        address_lines(&address.unwrap(), &CountryCode::australia())
    }

    #[test]
    fn the_last_line_is_in_capitals_and_the_country_stands_where_it_is_another() {
        assert_eq!(lines("AU", Some("nsw")), ["1 Quay Street", "SYDNEY NSW 2000"]);
        assert_eq!(lines("NZ", None), ["1 Quay Street", "SYDNEY 2000", "NEW ZEALAND"]);
    }
}
