//! Referrals.

use chrono::{DateTime, NaiveDate, Utc};
use domain::intake::{ReferralEventKind, ReferralOrigin, ToldReferral, ToldReferralDetails};
use domain::patient::Gp;
use domain::phi::Phi;
use domain::text::{Code, ExternalId};
use form::Form;
use form::shapes;
use serde_json::Value;

use super::{Envelope, Kinds, patient};
use crate::delivery::Delivery;
use crate::dialect::Dialect;
use crate::heard::Heard;
use crate::refused::Refused;
use crate::told::Telling;

const KINDS: Kinds<ReferralEventKind> = Kinds {
    all: &ReferralEventKind::ALL,
    name: ReferralEventKind::as_str,
    elsewhere: ("booking.", "is about a booking: send it to /webhooks/bookings/{source}"),
};

pub(crate) fn referrals(
    delivery: &Delivery<'_>,
    dialect: Dialect,
    document: Value,
) -> Result<Heard<ToldReferral>, Refused> {
    KINDS.read(delivery, dialect, document, |data, envelope| read(data, &envelope, delivery.now))
}

/// What the `referral` object says.
struct Part {
    id: ExternalId,
    version: Option<u64>,
    referral_type: Option<Code>,
    site: Option<Code>,
    issued: Option<NaiveDate>,
    valid_until: Option<NaiveDate>,
    origin: ReferralOrigin,
    referrer: Option<Gp>,
}

fn read(
    data: &Form<'_>,
    envelope: &Envelope<ReferralEventKind>,
    now: DateTime<Utc>,
) -> Option<ToldReferral> {
    let telling = envelope.kind.map_or(Telling::All, Telling::of_referral);
    let referral = data.object("referral", part);
    let patient = match telling {
        Telling::All => data.object("patient", |form| patient::read(form, now)).map(Some),
        Telling::Any => data.optional_object("patient", |form| patient::read(form, now)),
    };
    let (referral, patient) = (referral?, patient?);
    Some(ToldReferral {
        id: referral.id,
        kind: envelope.kind?,
        version: referral.version,
        time: envelope.time?,
        details: patient.map(|patient| ToldReferralDetails {
            referral_type: referral.referral_type.into_iter().collect(),
            issued: referral.issued,
            valid_until: referral.valid_until,
            origin: referral.origin,
            referrer: referral.referrer.map(Phi::new),
            patient,
        }),
        site: referral.site.into_iter().collect(),
    })
}

fn part(form: &Form<'_>) -> Option<Part> {
    let id = form.required("id", ExternalId::parse);
    let version = form.number("version", 0, u64::MAX);
    let referral_type = form.optional("type", Code::parse);
    let site = form.optional("site", Code::parse);
    let issued = form.optional("issued", shapes::date);
    let valid_until = form.optional("valid_until", shapes::date);
    let origin = form.optional_choice("origin", &ReferralOrigin::ALL, ReferralOrigin::as_str);
    let referrer = form.optional_object("referrer", shapes::gp);
    let (issued, valid_until) = (issued?, valid_until?);
    if issued.zip(valid_until).is_some_and(|(issued, valid_until)| valid_until < issued) {
        form.error("valid_until", "must not be earlier than the day it was issued");
    }
    Some(Part {
        id: id?,
        version: version?,
        referral_type: referral_type?,
        site: site?,
        issued,
        valid_until,
        origin: origin?.unwrap_or(ReferralOrigin::External),
        referrer: referrer?,
    })
}
