//! The status of a subscription, which begins the notifications of topic-based subscriptions: a resource
//! of its own in R5 and R4B, `Parameters` in the R4 backport.

use super::node::Node;
use crate::heard::Notice;

/// What a notification is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// The first, without events.
    Handshake,
    /// One without events, because there were none.
    Heartbeat,
    /// Events.
    Events,
    /// An answer to a question.
    Answer,
}

impl Status {
    /// What it is when it comes without any resource.
    pub(super) const fn notice(self) -> Notice {
        match self {
            Self::Handshake => Notice::Handshake,
            Self::Heartbeat | Self::Answer => Notice::Heartbeat,
            Self::Events => Notice::NoPayload,
        }
    }
}

/// The status that a resource tells; `None` when it is another resource.
pub(super) fn of(resource: &Node<'_>) -> Option<Status> {
    let code = match resource.text("resourceType")? {
        "SubscriptionStatus" => resource.text("type")?,
        "Parameters" => {
            let parameters = resource.items("parameter");
            let about = |name: &str| parameters.iter().find(|it| it.text("name") == Some(name));
            about("subscription")?;
            about("type")?.text("valueCode")?
        }
        _ => return None,
    };
    match code {
        "handshake" => Some(Status::Handshake),
        "heartbeat" => Some(Status::Heartbeat),
        "event-notification" | "query-event" => Some(Status::Events),
        "query-status" => Some(Status::Answer),
        _ => None,
    }
}
