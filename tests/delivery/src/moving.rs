//! Moves from one program to another.

use app::moves::{Mode, Move, MoveOrder};
use app::ports::Clock;
use app::replan::Stores;
use domain::actor::Actor;
use domain::ids::ProgramId;
use domain::program::Program;

use crate::Clinic;

impl Clinic {
    /// Moves the one who is on a program to the first action of another.
    ///
    /// # Panics
    /// When somebody else is on it, or a store fails.
    pub async fn move_all(&self, from: ProgramId, to: &Program) {
        let catalogue = self.dynamo.catalogue();
        let (people, bookings) = (self.dynamo.people(), self.dynamo.bookings());
        let reader = self.dynamo.enrolment_reader();
        let order = MoveOrder {
            from,
            to: to.id.clone(),
            next: to.actions.first().expect("it has actions").id.clone(),
            next_of: Vec::new(),
            by: Actor::PatientConnect,
        };
        let stores =
            Stores { catalogue: &catalogue, people: &people, bookings: &bookings, reader: &reader };
        let all = Move::prepare(&catalogue, order).await.expect("it can be");
        let (enrolments, now) = (self.dynamo.enrolments(), self.clock.now());
        let done = all.page(&stores, &enrolments, Mode::Run, (None, 50), now).await;
        let done = done.expect("it is done");
        assert_eq!((done.moved.len(), done.refused.len()), (1, 0), "{done:?}");
    }
}
