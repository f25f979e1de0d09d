//! The way out of commercial messages.

use std::future::Future;

use domain::ids::PatientId;
use domain::program::Channel;

use super::StoreError;

/// Whose consent a link takes back, and of which channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayOut {
    /// The patient.
    pub patient: PatientId,
    /// The channel.
    pub channel: Channel,
}

/// Makes the links by which patients take consent back, and reads them. A link tells nobody whose
/// it is, does not end, and is the same each time it is made.
pub trait WaysOut: Send + Sync {
    /// The address of a way out.
    ///
    /// # Errors
    /// When the secret cannot be read now.
    fn link(&self, way: &WayOut) -> impl Future<Output = Result<String, StoreError>> + Send;

    /// The way out that a link's token is for; none when it is not one of ours.
    ///
    /// # Errors
    /// When the secret cannot be read now.
    fn read(&self, token: &str) -> impl Future<Output = Result<Option<WayOut>, StoreError>> + Send;
}
