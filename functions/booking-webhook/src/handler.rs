//! The routes: everything behind them is shared with the other webhooks.

use app::ports::{Catalogue, Clock, Deliveries, Intake, Newcomers, Register};
use aws::http::Api;
use webhooks::{Bookings, Shared};

/// The routes of bookings.
pub fn api<N, C, P, W, D, K>() -> Api<Shared<N, C, P, W, D, K>>
where
    N: Intake + 'static,
    C: Catalogue + 'static,
    P: Register + 'static,
    W: Newcomers + 'static,
    D: Deliveries + 'static,
    K: Clock + 'static,
{
    webhooks::api::<Bookings, N, C, P, W, D, K>()
}
