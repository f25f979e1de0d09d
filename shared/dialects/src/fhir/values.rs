//! Names, telephone numbers and addresses. What is malformed of what nobody must say is left out: a
//! patient is not to be missed for it.

use chrono::{DateTime, NaiveDate, Utc};
use domain::address::{AddressLine, Locality, PostalAddress, Postcode, Region};
use domain::calendar::iso_date;
use domain::email::EmailAddress;
use domain::intake::PresentedPatient;
use domain::patient::{MedicareNumber, PersonName};
use domain::phi::Phi;
use domain::phone::MobileNumber;
use domain::text::{Code, ExternalId};

use super::node::Node;
use super::references::Target;
use crate::names;
use crate::told::birth_date;

/// The system of Australian Medicare numbers.
const MEDICARE: &str = "http://ns.electronichealth.net.au/id/medicare-number";
/// What the systems of all Australian numbers of people begin with.
const NATIONAL: &str = "http://ns.electronichealth.net.au/";

/// The day a date or a time begins with, as it is written.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    iso_date(text.get(..10)?)
}

/// Whether something is in use today: it has a period that has ended, or is said to be old.
fn is_current(node: &Node<'_>, now: DateTime<Utc>) -> bool {
    let ended = |period: Node<'_>| {
        period.text("end").and_then(day).is_some_and(|end| end < now.date_naive())
    };
    node.text("use") != Some("old") && !node.get("period").is_some_and(ended)
}

/// The entries of a list that are in use, those first that are said to be used for the first of `uses`.
fn current<'a>(node: &Node<'a>, list: &str, uses: &[&str], now: DateTime<Utc>) -> Vec<Node<'a>> {
    let mut all: Vec<_> = node.items(list).into_iter().filter(|it| is_current(it, now)).collect();
    let rank = |it: &Node<'a>| {
        let given = it.text("use");
        uses.iter().position(|name| given == Some(*name)).unwrap_or(uses.len())
    };
    all.sort_by_key(rank);
    all
}

/// The name somebody goes by.
pub(super) fn name<'a>(person: &Node<'a>, now: DateTime<Utc>) -> Option<Node<'a>> {
    let names = current(person, "name", &["official", "usual"], now);
    names.into_iter().find(|it| !matches!(it.text("use"), Some("maiden" | "anonymous")))
}

/// An email address.
pub(super) fn email(person: &Node<'_>, now: DateTime<Utc>) -> Option<EmailAddress> {
    let all = current(person, "telecom", &[], now);
    let emails = all.iter().filter(|it| it.text("system") == Some("email"));
    emails.filter_map(|it| it.text("value")).find_map(|text| EmailAddress::parse(text).ok())
}

fn mobile(person: &Node<'_>, now: DateTime<Utc>) -> Option<MobileNumber> {
    let all = current(person, "telecom", &["mobile"], now);
    let phones = all.iter().filter(|it| matches!(it.text("system"), Some("phone" | "sms")));
    phones.filter_map(|it| it.text("value")).find_map(|text| MobileNumber::parse(text).ok())
}

/// A complete postal address, if there is one.
pub(super) fn address(node: &Node<'_>, now: DateTime<Utc>) -> Option<PostalAddress> {
    let all = current(node, "address", &["home", "work"], now);
    let postal = all.iter().filter(|it| it.text("type") != Some("physical"));
    let others = all.iter().filter(|it| it.text("type") == Some("physical"));
    postal.chain(others).find_map(complete)
}

fn complete(it: &Node<'_>) -> Option<PostalAddress> {
    let lines: Option<Vec<_>> =
        it.texts("line").into_iter().map(|line| AddressLine::parse(line).ok()).collect();
    let locality = Locality::parse(it.text("city")?).ok()?;
    let region = it.text("state").and_then(|text| Region::parse(text).ok());
    let postcode = it.text("postalCode").and_then(|text| Postcode::parse(text).ok());
    PostalAddress::new(lines?, locality, region, postcode, names::country(it.text("country"))?).ok()
}

fn has_type(identifier: &Node<'_>, code: &str) -> bool {
    let kind = identifier.get("type");
    kind.is_some_and(|kind| kind.items("coding").iter().any(|it| it.text("code") == Some(code)))
}

fn is_medicare(identifier: &Node<'_>) -> bool {
    identifier.text("system") == Some(MEDICARE) || has_type(identifier, "MC")
}

/// Whether it is a number that is somebody's throughout the country.
fn is_national(identifier: &Node<'_>) -> bool {
    identifier.text("system").is_some_and(|system| system.starts_with(NATIONAL))
}

/// A patient whom a reference leads to.
pub(super) fn patient(target: &Target<'_>, now: DateTime<Utc>) -> PresentedPatient {
    let identifiers: Vec<_> =
        target.identifiers().into_iter().filter(|it| is_current(it, now)).collect();
    let of_type = |code: &str| identifiers.iter().find(|it| !is_national(it) && has_type(it, code));
    let untyped = || identifiers.iter().find(|it| !is_national(it) && !it.has("type"));
    let record = of_type("MR").or_else(|| of_type("PI")).or_else(untyped);
    // The logical id is what every reference of the sender has in common. What is contained has none.
    let id = target.id.or_else(|| record.and_then(|it| it.text("value")));
    let medicare = identifiers.iter().filter(|it| is_medicare(it));
    let known = PresentedPatient {
        id: id.and_then(|id| ExternalId::parse(id).ok()).map(Phi::new),
        medicare: medicare
            .filter_map(|it| it.text("value"))
            .find_map(|text| MedicareNumber::parse(text).ok()),
        ..PresentedPatient::default()
    };
    // A resource that says its meaning is changed is used for nothing but who it is.
    let Some(person) = target.resource.as_ref().filter(|it| !it.has("modifierExtension")) else {
        return known;
    };
    let name = name(person, now);
    let part =
        |text: Option<&str>| text.and_then(|text| PersonName::parse(text).ok()).map(Phi::new);
    let given = name.as_ref().and_then(|name| name.texts("given").into_iter().next());
    PresentedPatient {
        first_name: part(given),
        last_name: part(name.as_ref().and_then(|name| name.text("family"))),
        date_of_birth: birth_date(person.text("birthDate").and_then(iso_date), now),
        mobile: mobile(person, now),
        email: email(person, now),
        address: address(person, now).map(Phi::new),
        ..known
    }
}

/// Adds what a place may be called: by its identifiers, its logical id, its name.
pub(super) fn push_site(site: &mut Vec<Code>, target: &Target<'_>) {
    for identifier in target.identifiers() {
        names::push(site, identifier.text("value"));
    }
    names::push(site, target.id);
    let name = target.resource.as_ref().and_then(|resource| resource.text("name"));
    names::push(site, name.or(target.display));
}

/// Adds the codes of some concepts, and then their texts.
pub(super) fn push_concepts(codes: &mut Vec<Code>, concepts: &[Node<'_>]) {
    for coding in concepts.iter().flat_map(|concept| concept.items("coding")) {
        names::push(codes, coding.text("code"));
    }
    for concept in concepts {
        names::push(codes, concept.text("text"));
    }
}
