//! What the functions serve, from their own code.

use aws::clock::{RandomIds, SystemClock};
use aws::dynamo::{
    BookingStore, CatalogueStore, DeliveryStore, DueStore, EnrolmentReaderStore, EnrolmentStore,
    IntakeStore, LetterStore, NewcomerStore, PeopleStore, ReplyStore, TablesHere, WorkListStore,
};
use aws::email::SesGateway;
use aws::files::S3Files;
use aws::http::{Access, Method};
use aws::sms::SnsGateway;

/// The stores on AWS, only to name the types.
struct OnAws;

impl programs_function::handler::Ports for OnAws {
    type Catalogue = CatalogueStore;
    type People = PeopleStore;
    type Sms = SnsGateway;
    type Email = SesGateway;
    type Bookings = BookingStore;
    type Reader = EnrolmentReaderStore;
    type Index = DueStore;
    type Here = TablesHere<SystemClock>;
    type Clock = SystemClock;
    type Ids = RandomIds;
}

impl patients_function::handler::Ports for OnAws {
    type People = PeopleStore;
    type Catalogue = CatalogueStore;
    type Enrolments = EnrolmentStore;
    type Reader = EnrolmentReaderStore;
    type Bookings = BookingStore;
    type Replies = ReplyStore;
    type WorkList = WorkListStore;
    type Ids = RandomIds;
}

impl enrolments_function::handler::Ports for OnAws {
    type Catalogue = CatalogueStore;
    type People = PeopleStore;
    type Bookings = BookingStore;
    type Enrolments = EnrolmentStore;
    type Reader = EnrolmentReaderStore;
    type Index = DueStore;
    type WorkList = WorkListStore;
    type Deliveries = aws::dynamo::DeliveryStore;
    type Balances = aws::dynamo::BalanceStore;
    type Counts = aws::dynamo::CountStore;
    type Clock = SystemClock;
    type Ids = RandomIds;
}

impl letters_function::handler::Ports for OnAws {
    type Letters = LetterStore;
    type Files = S3Files;
    type Catalogue = CatalogueStore;
    type People = PeopleStore;
    type WorkList = WorkListStore;
    type Clock = SystemClock;
    type Ids = RandomIds;
}

/// A route, and who may use it.
pub type Route = (Method, &'static str, Access);

/// The routes of each function.
#[derive(Debug, Clone)]
pub struct Routes {
    /// Of programs.
    pub programs: Vec<Route>,
    /// Of patients.
    pub patients: Vec<Route>,
    /// Of enrolments.
    pub enrolments: Vec<Route>,
    /// Of letters.
    pub letters: Vec<Route>,
    /// Of the webhook of bookings.
    pub bookings: Vec<Route>,
    /// Of the webhook of referrals.
    pub referrals: Vec<Route>,
}

/// The routes of each function, from its own code.
pub fn of_functions() -> Routes {
    let bookings = booking_webhook_function::handler::api::<
        IntakeStore,
        CatalogueStore,
        PeopleStore,
        NewcomerStore,
        DeliveryStore,
        SystemClock,
    >();
    let referrals = referral_webhook_function::handler::api::<
        IntakeStore,
        CatalogueStore,
        PeopleStore,
        NewcomerStore,
        DeliveryStore,
        SystemClock,
    >();
    Routes {
        programs: programs_function::handler::api::<OnAws>().routes().to_vec(),
        patients: patients_function::handler::api::<OnAws>().routes().to_vec(),
        enrolments: enrolments_function::handler::api::<OnAws>().routes().to_vec(),
        letters: letters_function::handler::api::<OnAws>().routes().to_vec(),
        bookings: bookings.routes().to_vec(),
        referrals: referrals.routes().to_vec(),
    }
}

/// Every route of every function.
pub fn all() -> Vec<Route> {
    let Routes { programs, patients, enrolments, letters, bookings, referrals } = of_functions();
    [programs, patients, enrolments, letters, bookings, referrals].concat()
}
