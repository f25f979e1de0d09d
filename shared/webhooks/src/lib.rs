//! What the functions behind webhooks share. A delivery goes through it step by step, and each step
//! answers for itself when it refuses:
//!
//! 1. whose it is: a signature, or a bearer secret of a source that cannot sign ([`believe`]): 401;
//! 2. how large it is: 413;
//! 3. how much its source delivers: 429 ([`pace`]);
//! 4. what it says, in whichever language (crate `dialects`): 400, 415, 422;
//! 5. each event is kept, and then dealt with (`app::events`);
//! 6. the answer says what each did ([`answer`]).
//!
//! What is refused is kept for seven days for an operator to look at, without anything of a patient
//! ([`refusal`]).

mod answer;
mod arrivals;
mod believe;
mod handler;
mod pace;
mod redact;
mod refusal;
mod subject;

pub use handler::{Context, Shared, api};
pub use pace::Pace;
pub use subject::{Bookings, Referrals, Subject};
