//! The way out of commercial messages, for any channel.

use domain::ledger::{Destination, LedgerKey, LedgerRow};
use domain::program::Purpose;
use domain::repeat::Wording;

use super::courier::{Composing, Courier, Evidence};
use crate::ports::{SendError, StoreError, WayOut, WaysOut};

/// A channel whose commercial messages get a link by which the patient takes consent back, as the
/// value of the tag `unsubscribe.link`.
#[derive(Debug)]
pub struct WithWayOut<M, W> {
    /// The channel.
    pub courier: M,
    /// The links.
    pub ways_out: W,
}

impl<M: Courier, W: WaysOut> Courier for WithWayOut<M, W> {
    type Message = M::Message;

    async fn compose(
        &self,
        composing: Composing<'_>,
    ) -> Result<Result<M::Message, String>, StoreError> {
        match composing.facts.program.purpose {
            Purpose::Care => self.courier.compose(composing).await,
            Purpose::Commercial => {
                let patient = composing.facts.patient.id.clone();
                let channel = composing.medium.channel();
                let link = self.ways_out.link(&WayOut { patient, channel }).await?;
                let mut values = composing.values.clone();
                values.set_way_out(&link);
                self.courier.compose(Composing { values: &values, ..composing }).await
            }
        }
    }

    fn destination(message: &M::Message) -> Option<Destination> {
        M::destination(message)
    }

    fn wording(message: &M::Message) -> Option<Wording> {
        M::wording(message)
    }

    async fn turn(&self, message: &M::Message) {
        self.courier.turn(message).await;
    }

    async fn send(&self, key: &LedgerKey, message: &M::Message) -> Result<String, SendError> {
        self.courier.send(key, message).await
    }

    async fn evidence(&self, row: &LedgerRow) -> Result<Evidence, StoreError> {
        self.courier.evidence(row).await
    }
}
