//! The routes: everything behind them is shared with the other webhooks.

use std::sync::Arc;

use app::ports::{Catalogue, Clock, Deliveries, Intake, People};
use aws::http::Api;
use webhooks::{Bookings, Context};

/// The routes of bookings.
pub fn api<N, C, P, D, K>() -> Api<Arc<Context<N, C, P, D, K>>>
where
    N: Intake + 'static,
    C: Catalogue + 'static,
    P: People + 'static,
    D: Deliveries + 'static,
    K: Clock + 'static,
{
    webhooks::api::<Bookings, N, C, P, D, K>()
}
