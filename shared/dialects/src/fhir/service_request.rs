//! Referrals: `ServiceRequest`.

use chrono::{DateTime, Utc};
use domain::intake::{
    PresentedPatient, ReferralEventKind, ReferralOrigin, ToldReferral, ToldReferralDetails,
};
use domain::phi::Phi;
use domain::text::Code;
use serde_json::Value;

use super::no_referral;
use super::node::{Errors, Node};
use super::references::Index;
use super::referrer::Party;
use super::{Address, Read, Reader, Stamped, read, values};
use crate::delivery::Delivery;
use crate::heard::Heard;
use crate::refused::Refused;
use crate::told::{Telling, WHO, is_somebody};

/// What a code means.
#[derive(Debug, Clone, Copy)]
enum Meaning {
    Kind(ReferralEventKind),
    Nothing(&'static str),
}

/// What each status means.
const STATUSES: [(&str, Meaning); 7] = [
    ("draft", Meaning::Nothing("It is a draft: not yet a referral.")),
    ("active", Meaning::Kind(ReferralEventKind::Added)),
    ("on-hold", Meaning::Nothing("It is on hold: what is known of it stays.")),
    ("revoked", Meaning::Kind(ReferralEventKind::Withdrawn)),
    ("completed", Meaning::Kind(ReferralEventKind::Completed)),
    ("entered-in-error", Meaning::Kind(ReferralEventKind::Withdrawn)),
    (
        "unknown",
        Meaning::Nothing("Its status is not known to its sender: what is known of it stays."),
    ),
];

/// The intents of which something follows, and those of which nothing does.
const ORDERS: [&str; 6] =
    ["directive", "order", "original-order", "reflex-order", "filler-order", "instance-order"];
const NO_ORDERS: [&str; 3] = ["proposal", "plan", "option"];

struct ServiceRequests {
    now: DateTime<Utc>,
}

pub(crate) fn referrals(
    delivery: &Delivery<'_>,
    document: &Value,
) -> Result<Heard<ToldReferral>, Refused> {
    read(&ServiceRequests { now: delivery.now }, delivery, document)
}

/// What a request says.
struct Said {
    kind: ReferralEventKind,
    details: Option<ToldReferralDetails>,
    site: Vec<Code>,
}

impl Reader for ServiceRequests {
    type Said = Said;
    type Told = ToldReferral;

    const ADDRESS: Address = Address {
        ours: "ServiceRequest",
        theirs: "Appointment",
        advice: "is a booking: send it to /webhooks/bookings/{source}",
    };

    fn read(&self, request: &Node<'_>, index: &Index<'_>, errors: &Errors) -> Read<Said> {
        let before = errors.count();
        let meaning = meaning(request, errors);
        let kind = match meaning {
            Some(Meaning::Kind(kind)) if errors.count() == before => kind,
            Some(Meaning::Nothing(why)) if errors.count() == before => {
                return Read::PassedOver(why);
            }
            Some(_) | None => return Read::Wrong,
        };
        let telling = Telling::of_referral(kind);
        // Whatever it was, its end ends it.
        if let (Telling::All, Some(why)) = (telling, no_referral::why(request, index)) {
            return Read::PassedOver(why);
        }
        let subject = request.get("subject").map(|subject| index.resolve(&subject, request));
        if telling == Telling::All
            && subject.as_ref().is_some_and(|it| it.kind.is_some_and(|kind| kind != "Patient"))
        {
            return Read::PassedOver("Its subject is no Patient.");
        }
        let patient =
            subject.map(|subject| values::patient(&subject, self.now)).filter(is_somebody);
        if patient.is_none() && telling == Telling::All {
            errors.add(request, "subject", WHO);
            return Read::Wrong;
        }
        let mut site = Vec::new();
        for reference in request.items("locationReference") {
            values::push_site(&mut site, &index.resolve(&reference, request));
        }
        let details = patient.map(|patient| self.details(request, patient, index));
        Read::Told(Said { kind, details, site })
    }

    fn deleted() -> Said {
        Said { kind: ReferralEventKind::Withdrawn, details: None, site: Vec::new() }
    }

    fn tell(Stamped { id, version, time }: Stamped, said: Said) -> ToldReferral {
        let Said { kind, details, site } = said;
        ToldReferral { id, kind, version, time, details, site }
    }
}

/// What the request means, by its status, its intent, and what it is about.
fn meaning(request: &Node<'_>, errors: &Errors) -> Option<Meaning> {
    let status = request.text("status");
    let meaning =
        STATUSES.iter().find(|(code, _)| Some(*code) == status).map(|(_, meaning)| *meaning);
    if meaning.is_none() {
        let codes: Vec<_> = STATUSES.iter().map(|(code, _)| *code).collect();
        errors.add(request, "status", format!("must be one of {}", codes.join(", ")));
    }
    let intent = request.text("intent").unwrap_or_default();
    if NO_ORDERS.contains(&intent) {
        return Some(Meaning::Nothing("Its intent is no order: nobody is referred by it."));
    }
    if !ORDERS.contains(&intent) {
        let codes = [NO_ORDERS.as_slice(), ORDERS.as_slice()].concat().join(", ");
        errors.add(request, "intent", format!("must be one of {codes}"));
    }
    if request.is_true("doNotPerform") {
        return Some(Meaning::Nothing("It says what is not to be done."));
    }
    meaning
}

impl ServiceRequests {
    fn details(
        &self,
        request: &Node<'_>,
        patient: PresentedPatient,
        index: &Index<'_>,
    ) -> ToldReferralDetails {
        let mut concepts: Vec<_> = request.get("code").into_iter().collect();
        concepts.extend(request.items("category"));
        let mut referral_type = Vec::new();
        values::push_concepts(&mut referral_type, &concepts);
        let requester = request.get("requester").map(|it| Party::of(&it, request, index));
        let performers = request.items("performer");
        let performers: Vec<_> =
            performers.iter().map(|it| Party::of(it, request, index)).collect();
        let period = request.get("occurrencePeriod");
        ToldReferralDetails {
            referral_type,
            issued: request.text("authoredOn").and_then(values::day),
            valid_until: period.and_then(|period| period.text("end").and_then(values::day)),
            origin: origin(requester.as_ref(), &performers),
            referrer: requester.and_then(|requester| requester.gp(self.now)).map(Phi::new),
            patient,
        }
    }
}

/// Internal when whoever asks and whoever is to do it are of the same organization.
fn origin(requester: Option<&Party<'_>>, performers: &[Party<'_>]) -> ReferralOrigin {
    let house = requester.map(Party::organization).unwrap_or_default();
    let same = performers.iter().any(|performer| !performer.organization().is_disjoint(&house));
    if same { ReferralOrigin::Internal } else { ReferralOrigin::External }
}
