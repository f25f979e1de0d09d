//! The daily balance.

use utoipa::ToSchema;

use super::Area;
use crate::names::{CarrierName, ImbalanceKind};
use crate::operation::Operation;

/// The area.
pub fn area() -> Area {
    Area {
        name: "Balance",
        says: "Whether every message that came due was sent, skipped, held or waits, and none was sent \
               twice. Each night everything that is stored is compared for it.",
        operations: vec![list(), get()],
    }
}

fn list() -> Operation {
    Operation::get("/v1/balance", "listBalances", "List the balances of all days")
        .pages()
        .answers::<BalancePage>(200, "A page of balances, the newest day first.")
}

fn get() -> Operation {
    Operation::get("/v1/balance/{day}", "getBalance", "Read the balance of a day")
        .says(
            "What does not balance is named in `found`: the first hundred that are new, and the first hundred \
             that stand since an earlier day. What is about a patient is on the work list too, as work of the \
             kind `unbalanced`.",
        )
        .answers::<BalanceOfDay>(200, "The balance. 404 while there is none of that day.")
}

/// What became of the actions that came due. `due` is `sent`, `skipped`, `held` and `waiting` together,
/// unless something does not balance.
#[derive(Debug, ToSchema)]
pub struct Sides {
    /// How many came due on the day, or were due still.
    pub due: u64,
    /// How many were sent.
    pub sent: u64,
    /// How many will not be sent: `too_late`, `passed`, `failed` and `over` together.
    pub skipped: u64,
    /// Too late for their time.
    pub too_late: u64,
    /// Skipped by staff, or dropped from the program.
    pub passed: u64,
    /// They failed, and the program went on.
    pub failed: u64,
    /// Their cycle, or their program for the patient, was over before their turn.
    pub over: u64,
    /// How many wait for a person.
    pub held: u64,
    /// How many wait for their turn.
    pub waiting: u64,
}

/// The sides of one channel.
#[derive(Debug, ToSchema)]
pub struct SidesOfChannel {
    /// The channel, or `pause`.
    pub channel: CarrierName,
    /// Its sides.
    pub sides: Sides,
}

/// The sides of one site.
#[derive(Debug, ToSchema)]
pub struct SidesOfSite {
    /// The site's code.
    pub site: String,
    /// Its sides.
    pub sides: Sides,
}

/// What a list says of a balance, and what one balance says besides.
macro_rules! balances {
    ($($field:tt)*) => {
        /// The balance of a day.
        #[derive(Debug, ToSchema)]
        pub struct Balance {
            $($field)*
        }

        /// The balance of a day, and what does not balance.
        #[derive(Debug, ToSchema)]
        pub struct BalanceOfDay {
            $($field)*
            /// What does not balance: the first hundred that are new, and the first hundred that are not.
            pub found: Vec<Imbalance>,
        }
    };
}

balances! {
    /// The day, by the clock of the practice's first site.
    #[schema(format = Date)]
    pub day: String,
    /// When it began.
    #[schema(format = DateTime)]
    pub from: String,
    /// When it was over.
    #[schema(format = DateTime)]
    pub until: String,
    /// When it was computed.
    #[schema(format = DateTime)]
    pub computed_at: String,
    /// The sides of all.
    pub sides: Sides,
    /// How much does not balance: 0, or somebody must look.
    pub difference: u64,
    /// How much of it is new, and no balance of an earlier day has told: the alarm is for this.
    pub new: u64,
    /// How many contradictions were found in what is stored of patients' programs.
    pub imbalances: u64,
    /// The sides by channel.
    pub by_channel: Vec<SidesOfChannel>,
    /// The sides by site.
    pub by_site: Vec<SidesOfSite>,
    /// How many enrolments were looked at.
    pub enrolments: u64,
    /// Events of other systems that were to be dealt with more than a day ago, and wait still.
    pub events_overdue: u64,
    /// Letters of which the `ePost` provider has said nothing for a week.
    pub letters_silent: u64,
    /// How much waited for a person then.
    pub work_open: u64,
}

/// A page of balances.
#[derive(Debug, ToSchema)]
pub struct BalancePage {
    /// The balances.
    pub items: Vec<Balance>,
    /// `next` of the page, to be sent as `cursor` for the one after it; `null` on the last one.
    #[schema(required)]
    pub next: Option<String>,
}

/// Something that does not balance.
#[derive(Debug, ToSchema)]
pub struct Imbalance {
    /// In which way.
    pub kind: ImbalanceKind,
    /// What it is and what to do, in a sentence.
    pub says: String,
    /// The id of the enrolment.
    pub enrolment: String,
    /// The cycle; `null` when it is about no action.
    #[schema(required)]
    pub cycle: Option<u16>,
    /// The id of the action.
    #[schema(required)]
    pub action: Option<String>,
    /// Which attempt of it, from 1; `null` when it is about no attempt that the history has.
    #[schema(required)]
    pub attempt: Option<u16>,
    /// The day whose balance has told it, should it stand since then and be on the work list; `null` when it is
    /// new.
    #[schema(required, format = Date)]
    pub since: Option<String>,
}
