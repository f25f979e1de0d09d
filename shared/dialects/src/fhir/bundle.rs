//! Bundles.

use domain::intake::When;
use domain::invalid::FieldError;
use domain::phi::Phi;
use domain::text::ExternalId;

use super::node::{Errors, Node};
use super::references::{IdOf, Index, named};
use super::{Context, Reader, Stamped, status};
use crate::heard::{EventId, Heard, HeardEvent, Notice};

/// Most entries of one bundle.
const MOST_ENTRIES: usize = 1000;
/// Most events of one bundle.
const MOST_EVENTS: usize = 200;
/// Most wrong fields of one entry that are named where others are taken in.
const MOST_NAMED: usize = 5;
/// The kinds of bundles that tell what is or has become. Answers to what we never asked are none.
const READ: [&str; 7] = [
    "collection",
    "transaction",
    "batch",
    "searchset",
    "history",
    "message",
    "subscription-notification",
];
/// Resources that may come along, and are looked at when others refer to them.
const COMPANIONS: [&str; 8] = [
    "Patient",
    "Location",
    "Practitioner",
    "PractitionerRole",
    "Organization",
    "SubscriptionStatus",
    "MessageHeader",
    "Parameters",
];

/// What was found in a bundle, besides events.
#[derive(Default)]
struct Found {
    ours: bool,
    theirs: bool,
}

/// Whose the id of an entry's resource is: in a transaction or batch, what is not PUT under it is created
/// under another.
fn id_of(bundle: &str, entry: &Node<'_>, resource: &Node<'_>) -> IdOf {
    let request = entry.get("request").filter(|_| matches!(bundle, "transaction" | "batch"));
    let Some(request) = request else { return IdOf::Server };
    let name = resource.text("resourceType").zip(resource.text("id"));
    let put = request.text("method") == Some("PUT");
    if put && request.text("url").and_then(named) == name { IdOf::Server } else { IdOf::Bundle }
}

impl<R: Reader> Context<'_, R> {
    pub(super) fn bundle(&self, bundle: &Node<'_>, heard: &mut Heard<R::Told>) {
        let kind = bundle.text("type").unwrap_or_default();
        if !READ.contains(&kind) {
            self.errors.add(bundle, "type", format!("must be one of {}", READ.join(", ")));
            return;
        }
        let entries = bundle.first_items("entry", MOST_ENTRIES + 1);
        if entries.len() > MOST_ENTRIES {
            self.errors.add(bundle, "entry", format!("must have at most {MOST_ENTRIES} entries"));
            return;
        }
        let time = match bundle.text("timestamp") {
            Some(text) => self.moment(bundle, "timestamp", text),
            None => None,
        };
        let mut index = Index::default();
        for entry in &entries {
            if let Some(resource) = entry.get("resource") {
                index.add(entry.text("fullUrl"), &resource, id_of(kind, entry, &resource));
            }
        }
        let mut found = Found::default();
        let mut refused = Vec::new();
        for entry in &entries {
            let errors = Errors::default();
            let by_itself = Context { reader: self.reader, now: self.now, errors: &errors };
            by_itself.entry(kind, entry, time, &index, heard, &mut found);
            if errors.count() > 0 {
                refused.push((entry, errors.into_inner()));
            }
            if heard.events.len() > MOST_EVENTS {
                let detail =
                    format!("must not tell more than {MOST_EVENTS} events: send several bundles");
                self.errors.add(bundle, "entry", detail);
                return;
            }
        }
        self.settle(refused, heard);
        let first = entries.first().and_then(|entry| entry.get("resource"));
        let status = first.as_ref().and_then(status::of);
        if found.ours {
            return;
        }
        let address = R::ADDRESS;
        if found.theirs {
            self.errors.add(
                bundle,
                "entry",
                format!("has no {}; each {} {}", address.ours, address.theirs, address.advice),
            );
        } else if let Some(status) = status {
            heard.notice = Some(status.notice());
        } else if kind == "subscription-notification" {
            heard.notice = Some(Notice::NoPayload);
        } else if !entries.is_empty() {
            self.errors.add(bundle, "entry", format!("has no {}", address.ours));
        }
    }

    /// What is wrong with an entry is its own: the others are taken in, and it is named. Only when nothing
    /// is left is the bundle refused.
    fn settle(&self, refused: Vec<(&Node<'_>, Vec<FieldError>)>, heard: &mut Heard<R::Told>) {
        if heard.events.is_empty() {
            self.errors.extend(refused.into_iter().flat_map(|(_, errors)| errors));
            return;
        }
        for (entry, errors) in refused {
            let more = errors.len().saturating_sub(MOST_NAMED);
            let named = errors.iter().take(MOST_NAMED);
            let named = named.map(|error| format!("{} {}", error.pointer, error.detail));
            let more = (more > 0).then(|| format!("and {more} more"));
            let named: Vec<_> = named.chain(more).collect();
            let what = format!("{}, {}", entry.place(), R::ADDRESS.ours);
            heard.pass_over(what, format!("It is refused, alone: {}.", named.join("; ")));
        }
    }

    fn entry(
        &self,
        bundle: &str,
        entry: &Node<'_>,
        time: Option<When>,
        index: &Index<'_>,
        heard: &mut Heard<R::Told>,
        found: &mut Found,
    ) {
        let address = R::ADDRESS;
        let request = entry.get("request");
        let method = request.as_ref().and_then(|request| request.text("method"));
        if let (Some("DELETE"), Some(request)) = (method, &request) {
            match request.text("url").and_then(named) {
                Some((kind, id)) if kind == address.ours => {
                    found.ours = true;
                    self.deleted(entry, id, time, heard);
                }
                Some((kind, _)) if kind == address.theirs => {
                    found.theirs = true;
                    heard.pass_over(format!("{}, a deleted {kind}", entry.place()), address.advice);
                }
                Some(_) => {}
                None => {
                    found.ours = true;
                    let detail = "must name a resource, such as Appointment/123";
                    self.errors.add(request, "url", detail);
                }
            }
            return;
        }
        let Some(resource) = entry.get("resource") else { return };
        match resource.text("resourceType") {
            Some(kind) if kind == address.ours => {
                found.ours = true;
                self.resource(&resource, id_of(bundle, entry, &resource), time, index, heard);
            }
            Some(kind) if kind == address.theirs => {
                found.theirs = true;
                heard.pass_over(format!("{}, {kind}", resource.place()), address.advice);
            }
            Some(kind) if COMPANIONS.contains(&kind) => {}
            Some(_) | None => {
                let why = "Resources of its type are not read.";
                heard.pass_over(resource.place(), why);
            }
        }
    }

    /// A resource was deleted: it is named by the address, and brings nothing.
    fn deleted(&self, entry: &Node<'_>, id: &str, time: Option<When>, heard: &mut Heard<R::Told>) {
        let response = entry.get("response");
        let response = |name: &str| response.as_ref().and_then(|response| response.text(name));
        let modified = match response("lastModified") {
            Some(text) => self.moment(entry, "response/lastModified", text),
            None => time,
        };
        let id = ExternalId::parse(id)
            .map_err(|bad| self.errors.add(entry, "request/url", bad.to_string()));
        let Some(time) = modified else {
            let detail = "is required, or the bundle's timestamp: when it was deleted";
            self.errors.add(entry, "response/lastModified", detail);
            return;
        };
        let Ok(id) = id else { return };
        // An ETag is `W/"3"`.
        let tag = response("etag").map(|tag| tag.trim_start_matches("W/").trim_matches('"'));
        let version = tag.and_then(|tag| tag.parse().ok());
        let says = format!("{}/{} deleted {time:?}", R::ADDRESS.ours, id.as_str());
        let told = R::tell(Stamped { id, version, time }, R::deleted());
        heard.events.push(HeardEvent {
            id: Some(EventId::of(&[&says])),
            says: Phi::new(says),
            told,
        });
    }
}
