//! FHIR R4, in JSON. Resources are walked through, and not read into a crate's models: a model stops at
//! the first thing it does not like, and would refuse a booking for a patient's landline.

mod appointment;
mod bundle;
mod no_referral;
mod node;
mod references;
mod referrer;
mod service_request;
mod status;
mod values;

use chrono::{DateTime, Utc};
use domain::intake::When;
use domain::phi::Phi;
use domain::text::ExternalId;
use serde_json::Value;

pub(crate) use self::appointment::bookings;
use self::node::{Errors, Node};
use self::references::{IdOf, Index};
pub(crate) use self::service_request::referrals;
use crate::delivery::Delivery;
use crate::dialect::Dialect;
use crate::heard::{EventId, Heard, HeardEvent};
use crate::refused::{Refused, wrong};

/// Which resources tell what is told at one address.
struct Address {
    /// Their type.
    ours: &'static str,
    /// The type of those that tell what is told at the other address.
    theirs: &'static str,
    /// What to do with those.
    advice: &'static str,
}

/// What a resource comes to.
enum Read<T> {
    /// It tells this.
    Told(T),
    /// It is nothing for us, for this reason.
    PassedOver(&'static str),
    /// Something in it is wrong, and was named.
    Wrong,
}

/// How resources of one type are read.
trait Reader {
    /// What a resource says, whichever it is and whenever it says it.
    type Said;
    /// The event it comes to.
    type Told;

    const ADDRESS: Address;

    /// Reads a resource.
    fn read(&self, resource: &Node<'_>, index: &Index<'_>, errors: &Errors) -> Read<Self::Said>;

    /// What it means that a resource was deleted.
    fn deleted() -> Self::Said;

    /// The event.
    fn tell(stamped: Stamped, said: Self::Said) -> Self::Told;
}

/// What a resource's version is, and when it came to be.
struct Stamped {
    id: ExternalId,
    version: Option<u64>,
    time: When,
}

/// Reads a document.
fn read<R: Reader>(
    reader: &R,
    delivery: &Delivery<'_>,
    document: &Value,
) -> Result<Heard<R::Told>, Refused> {
    let mut heard = Heard::nothing(Dialect::Fhir);
    let errors = Errors::default();
    let root = Node::root(document);
    check_path(delivery, &root, &errors);
    let address = R::ADDRESS;
    let context = Context { reader, now: delivery.now, errors: &errors };
    match root.text("resourceType") {
        Some("Bundle") => context.bundle(&root, &mut heard),
        Some("SubscriptionStatus" | "Parameters") => match status::of(&root) {
            Some(status) => heard.notice = Some(status.notice()),
            None => errors.add(&root, "resourceType", "is no status of a subscription"),
        },
        Some(kind) if kind == address.ours => {
            context.resource(&root, IdOf::Server, None, &Index::default(), &mut heard);
        }
        Some(kind) if kind == address.theirs => errors.add(&root, "resourceType", address.advice),
        Some(_) | None => {
            errors.add(
                &root,
                "resourceType",
                format!("must be {}, or a Bundle of them", address.ours),
            );
        }
    }
    match wrong(errors.into_inner()) {
        Some(invalid) => Err(invalid.into()),
        None => Ok(heard),
    }
}

/// A PUT names the resource in its address, and must bring that one.
fn check_path(delivery: &Delivery<'_>, root: &Node<'_>, errors: &Errors) {
    let Some(path) = delivery.resource else { return };
    if root.text("resourceType") != Some(path.kind) {
        errors.add(root, "resourceType", "must be what the address says");
    }
    if root.text("id") != Some(path.id) {
        errors.add(root, "id", "must be what the address says");
    }
}

/// What reading needs throughout a delivery.
struct Context<'a, R> {
    reader: &'a R,
    now: DateTime<Utc>,
    errors: &'a Errors,
}

impl<R: Reader> Context<'_, R> {
    /// Reads one resource of our type; `otherwise` is when it happened, should it not say.
    fn resource(
        &self,
        resource: &Node<'_>,
        id_of: IdOf,
        otherwise: Option<When>,
        index: &Index<'_>,
        heard: &mut Heard<R::Told>,
    ) {
        let before = self.errors.count();
        // Both change what the rest means, in ways that are not known here.
        for name in ["modifierExtension", "implicitRules"] {
            if resource.has(name) {
                self.errors.add(resource, name, "is not understood, and forbids to read the rest");
            }
        }
        let stamped = self.stamped(resource, id_of, otherwise);
        match self.reader.read(resource, index, self.errors) {
            Read::Told(_) | Read::PassedOver(_) if self.errors.count() > before => {}
            Read::Told(said) => {
                let Some(stamped) = stamped else { return };
                let id = Some(event_id::<R>(resource, &stamped.id));
                let says = Phi::new(resource.value().to_string());
                heard.events.push(HeardEvent { id, says, told: R::tell(stamped, said) });
            }
            Read::PassedOver(why) => {
                heard.pass_over(format!("{}, {}", resource.place(), R::ADDRESS.ours), why);
            }
            Read::Wrong => {}
        }
    }

    fn stamped(
        &self,
        resource: &Node<'_>,
        id_of: IdOf,
        otherwise: Option<When>,
    ) -> Option<Stamped> {
        let id = self.id(resource, id_of);
        let meta = resource.get("meta");
        // What is created begins a count of its own.
        let counted = meta.as_ref().filter(|_| id_of == IdOf::Server);
        let version = counted.and_then(|meta| meta.text("versionId")?.parse().ok());
        let time = match meta.as_ref().and_then(|meta| meta.text("lastUpdated")) {
            Some(text) => self.moment(resource, "meta/lastUpdated", text),
            None if otherwise.is_some() => otherwise,
            None => {
                // Events come late and twice: without a time nobody knows which is the newer.
                self.errors.add(
                    resource,
                    "meta/lastUpdated",
                    "is required: when this version came to be",
                );
                None
            }
        };
        Some(Stamped { id: id?, version, time: time? })
    }

    /// The sender's key for what a resource is about: the logical id, or the first identifier of what has
    /// none as yet.
    fn id(&self, resource: &Node<'_>, id_of: IdOf) -> Option<ExternalId> {
        let identifiers = resource.items("identifier");
        let (name, text, missing) = match id_of {
            IdOf::Server => ("id", resource.text("id"), "is required: the logical id"),
            IdOf::Bundle => {
                let text = identifiers.iter().find_map(|it| it.text("value"));
                let missing = "is required, unless the request is a PUT of the resource: its id is not the server's";
                ("identifier", text, missing)
            }
        };
        let id = text.ok_or_else(|| missing.to_owned());
        let id = id.and_then(|id| ExternalId::parse(id).map_err(|bad| bad.to_string()));
        id.map_err(|detail| self.errors.add(resource, name, detail)).ok()
    }

    /// Reads when something happened.
    fn moment(&self, node: &Node<'_>, name: &str, text: &str) -> Option<When> {
        let time = crate::times::instant(text)
            .and_then(|at| crate::times::not_ahead(When::Instant(at), self.now));
        time.map_err(|detail| self.errors.add(node, name, detail)).ok()
    }
}

/// The version of a resource; without one, what it says.
fn event_id<R: Reader>(resource: &Node<'_>, id: &ExternalId) -> EventId {
    let meta = resource.get("meta");
    let meta = |name: &str| meta.as_ref().and_then(|meta| meta.text(name));
    let name = format!("{}/{}", R::ADDRESS.ours, id.as_str());
    match (meta("versionId"), meta("lastUpdated")) {
        // Some servers count no versions and call each of them 1.
        (Some(version), updated) => {
            EventId::of(&[&format!("{name}/_history/{version}"), updated.unwrap_or_default()])
        }
        (None, Some(updated)) => EventId::of(&[&name, updated]),
        (None, None) => {
            let says = domain::ids::fingerprint(&resource.value().to_string());
            EventId::of(&[&name, &says])
        }
    }
}
