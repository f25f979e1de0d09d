//! Programs that several tests are about.

use domain::calendar::CalendarSpan;
use domain::ids::ProgramId;
use domain::program::{
    Action, Completion, Course, Frequency, NextCycle, Program, ProgramName, ProgramType,
};
use testkit::build;

/// A recall of two cycles, half a year apart.
///
/// # Panics
/// Never: it is one.
pub fn recall(completion: Completion, actions: Vec<Action>) -> Program {
    let half_a_year = Frequency::new(CalendarSpan::Months(6));
    let next = NextCycle::FromFirstDate;
    Program {
        id: ProgramId::new(build::number(70)),
        kind: ProgramType::Recall,
        name: ProgramName::parse("Check-up").expect("a name"),
        course: Course::new(ProgramType::Recall, 2, half_a_year, next).expect("a course"),
        completion,
        ..build::program(actions)
    }
}
