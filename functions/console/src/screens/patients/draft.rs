//! The form of a patient, and what is sent of it.

use maud::{Markup, html};
use serde::Serialize;

use super::keys;
use super::record::{Address, Gp, Identifier, Patient};
use crate::failure::Problem;
use crate::form::Posted;
use crate::html::field::{area, choice, input, select, text};
use crate::screens::lists::Site;

/// A patient, to be saved.
#[derive(Debug, Serialize)]
pub(super) struct Draft {
    first_name: String,
    last_name: String,
    date_of_birth: Option<String>,
    mobile: Option<String>,
    email: Option<String>,
    medicare_number: Option<String>,
    address: Option<Address>,
    gp: Option<Gp>,
    identifiers: Vec<Identifier>,
    language: Option<String>,
    site: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    opted_out: Option<Vec<String>>,
}

/// Languages that are often preferred; any other can be typed by its code.
const LANGUAGES: [(&str, &str); 14] = [
    ("en", "English"),
    ("ar", "Arabic"),
    ("zh", "Chinese"),
    ("de", "German"),
    ("el", "Greek"),
    ("hi", "Hindi"),
    ("id", "Indonesian"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("ko", "Korean"),
    ("pa", "Punjabi"),
    ("es", "Spanish"),
    ("fil", "Filipino"),
    ("vi", "Vietnamese"),
];

/// What a language is called, if it is one of the usual ones.
pub(super) fn language(code: &str) -> &str {
    LANGUAGES.iter().find(|(its, _)| *its == code).map_or(code, |(_, name)| name)
}

/// What is compared when two people save at once: a field's name in the form, and its label.
pub(super) const COMPARED: [(&str, &str); 21] = [
    ("first_name", "First name"),
    ("last_name", "Last name"),
    ("born", "Date of birth"),
    ("mobile", "Mobile"),
    ("email", "Email"),
    ("medicare", "Medicare number"),
    ("site", "Site"),
    ("language", "Language"),
    ("address_lines", "Address"),
    ("address_locality", "Suburb or town"),
    ("address_region", "State"),
    ("address_postcode", "Postcode"),
    ("address_country", "Country"),
    ("gp_name", "GP"),
    ("gp_practice", "GP's practice"),
    ("gp_email", "GP's email"),
    ("gp_lines", "GP's address"),
    ("gp_locality", "GP's suburb or town"),
    ("gp_region", "GP's state"),
    ("gp_postcode", "GP's postcode"),
    ("gp_country", "GP's country"),
];

impl Draft {
    /// What was typed.
    pub(super) fn of(form: &Posted) -> Self {
        let plain = |name: &str| form.some(name).unwrap_or_default();
        let gp_address = address(form, "gp");
        let (practice, email) = (form.some("gp_practice"), form.some("gp_email"));
        let has_gp = form.some("gp_name").is_some()
            || practice.is_some()
            || email.is_some()
            || gp_address.is_some();
        let gp =
            has_gp.then(|| Gp { name: plain("gp_name"), practice, email, address: gp_address });
        Self {
            first_name: plain("first_name"),
            last_name: plain("last_name"),
            date_of_birth: form.some("born"),
            mobile: form.some("mobile"),
            email: form.some("email"),
            medicare_number: form.some("medicare"),
            address: address(form, "address"),
            gp,
            identifiers: keys::typed(form),
            language: form.some("language"),
            site: form.some("site"),
            standing: None,
            opted_out: None,
        }
    }

    /// The same as a change of somebody, of whom it is kept whether they get messages at all.
    pub(super) fn instead_of(self, patient: &Patient) -> Self {
        Self {
            standing: Some(patient.standing.clone()),
            opted_out: Some(patient.opted_out.clone()),
            ..self
        }
    }
}

fn address(form: &Posted, of: &str) -> Option<Address> {
    let field = |part: &str| form.some(&format!("{of}_{part}"));
    let lines = field("lines").unwrap_or_default();
    let lines: Vec<_> = lines.lines().map(str::trim).filter(|it| !it.is_empty()).collect();
    let (locality, region, postcode) = (field("locality"), field("region"), field("postcode"));
    let says = !lines.is_empty() || locality.is_some() || region.is_some() || postcode.is_some();
    says.then(|| Address {
        lines: lines.into_iter().map(ToOwned::to_owned).collect(),
        locality: locality.unwrap_or_default(),
        region,
        postcode,
        country: field("country").map(|it| it.to_uppercase()),
    })
}

/// The form of somebody as they are.
pub(super) fn filled(patient: &Patient) -> Posted {
    let some = |it: &Option<String>| it.clone().unwrap_or_default();
    let mut fields = vec![
        ("first_name".to_owned(), patient.first_name.clone()),
        ("last_name".to_owned(), patient.last_name.clone()),
        ("born".to_owned(), some(&patient.date_of_birth)),
        ("mobile".to_owned(), some(&patient.mobile_national)),
        ("email".to_owned(), some(&patient.email)),
        ("medicare".to_owned(), some(&patient.medicare_number_grouped)),
        ("site".to_owned(), some(&patient.site)),
        ("language".to_owned(), some(&patient.language)),
    ];
    let mut add = |of: &str, address: &Option<Address>| {
        let Some(it) = address else { return };
        for (part, value) in [
            ("lines", it.lines.join("\n")),
            ("locality", it.locality.clone()),
            ("region", some(&it.region)),
            ("postcode", some(&it.postcode)),
            ("country", some(&it.country)),
        ] {
            fields.push((format!("{of}_{part}"), value));
        }
    };
    add("address", &patient.address);
    if let Some(gp) = &patient.gp {
        add("gp", &gp.address);
        fields.push(("gp_name".to_owned(), gp.name.clone()));
        fields.push(("gp_practice".to_owned(), some(&gp.practice)));
        fields.push(("gp_email".to_owned(), some(&gp.email)));
    }
    fields.extend(keys::filled(patient));
    let fields: Vec<_> = fields.iter().map(|(name, it)| (name.as_str(), it.as_str())).collect();
    Posted::of(&fields)
}

/// The fields, as they are filled, with what is wrong beside each.
pub(super) fn fields(form: &Posted, problem: Option<&Problem>, sites: &[Site]) -> Markup {
    let wrong = |pointer: &str| problem.and_then(|it| it.of(pointer));
    let value = |name: &str| form.get(name);
    let sites = std::iter::once(choice("", "Not said"))
        .chain(sites.iter().map(|site| choice(&site.code, &site.name)));
    html! {
        div.card {
            h2 { "Who they are" }
            div.fields {
                (text("first_name", "First name").value(value("first_name")).required()
                    .error(wrong("/first_name")).with("autocomplete", "off"))
                (text("last_name", "Last name").value(value("last_name")).required()
                    .error(wrong("/last_name")).with("autocomplete", "off"))
                (input("date", "born", "Date of birth").value(value("born")).error(wrong("/date_of_birth")))
                (text("medicare", "Medicare number").value(value("medicare"))
                    .error(wrong("/medicare_number")).with("autocomplete", "off"))
                (select("site", "Usual site", sites).value(value("site")).error(wrong("/site")))
                (text("language", "Language").value(value("language")).error(wrong("/language"))
                    .hint("The one they prefer, by its code, such as “it” for Italian. It is for you to know: messages go \
                        out as their template is written.")
                    .with("list", "languages").with("autocomplete", "off"))
            }
            datalist #languages {
                @for (code, name) in LANGUAGES { option value=(code) { (name) } }
            }
        }
        div.card {
            h2 { "How to reach them" }
            div.fields {
                (input("tel", "mobile", "Mobile").value(value("mobile")).error(wrong("/mobile"))
                    .hint("Such as 0491 570 006.").with("autocomplete", "off"))
                (input("email", "email", "Email").value(value("email")).error(wrong("/email"))
                    .with("autocomplete", "off"))
            }
            // The same fields stand twice on the page: the group says whose they are.
            fieldset.group {
                legend { "Postal address" }
                (address_fields(form, problem, "address", "/address"))
            }
        }
        div.card {
            h2 { "Their GP" }
            div.fields {
                (text("gp_name", "Name of the GP").value(value("gp_name")).error(wrong("/gp/name"))
                    .with("autocomplete", "off"))
                (text("gp_practice", "Practice").value(value("gp_practice")).error(wrong("/gp/practice"))
                    .with("autocomplete", "off"))
                (input("email", "gp_email", "Email of the GP").value(value("gp_email"))
                    .error(wrong("/gp/email")).with("autocomplete", "off"))
            }
            fieldset.group {
                legend { "Address of the GP" }
                (address_fields(form, problem, "gp", "/gp/address"))
            }
        }
        (keys::fields(form, problem))
    }
}

fn address_fields(form: &Posted, problem: Option<&Problem>, of: &str, pointer: &str) -> Markup {
    let name = |part: &str| format!("{of}_{part}");
    let value = |part: &str| form.get(&name(part));
    let wrong = |part: &str| {
        let place = format!("{pointer}/{part}");
        problem.and_then(|it| it.within(&place).next().map(|it| it.detail.clone()))
    };
    html! {
        div.fields {
            (area(&name("lines"), "Street or PO box", 2).value(value("lines"))
                .error(wrong("lines").as_deref()).hint("One to four lines."))
            (text(&name("locality"), "Suburb or town").value(value("locality"))
                .error(wrong("locality").as_deref()).with("autocomplete", "off"))
            (text(&name("region"), "State").value(value("region"))
                .error(wrong("region").as_deref()).with("autocomplete", "off"))
            (text(&name("postcode"), "Postcode").value(value("postcode"))
                .error(wrong("postcode").as_deref()).with("autocomplete", "off"))
            (text(&name("country"), "Country").value(value("country"))
                .error(wrong("country").as_deref()).hint("Two letters; AU when left empty.")
                .with("autocomplete", "off"))
        }
    }
}
