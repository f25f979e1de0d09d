//! What is around each page of one program.

use maud::{Markup, html};

use super::list::enabled;
use super::model::Program;
use super::words;
use crate::api::at;
use crate::failure::{Failure, Problem};
use crate::html::{Section, page, said};
use crate::staff::Staff;
use aws::http::Role;

/// The pages of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    Overview,
    Edit,
    BookingTypes,
    Timeline,
    Patients,
    Move,
    Versions,
}

impl Tab {
    const ALL: [Self; 7] = [
        Self::Overview,
        Self::Edit,
        Self::BookingTypes,
        Self::Timeline,
        Self::Patients,
        Self::Move,
        Self::Versions,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Edit => "Actions & Properties",
            Self::BookingTypes => "Booking types",
            Self::Timeline => "Timeline",
            Self::Patients => "Patients",
            Self::Move => "Move patients",
            Self::Versions => "Versions",
        }
    }

    const fn place(self) -> &'static str {
        match self {
            Self::Overview => "",
            Self::Edit => "edit",
            Self::BookingTypes => "booking-types",
            Self::Timeline => "timeline",
            Self::Patients => "patients",
            Self::Move => "move",
            Self::Versions => "versions",
        }
    }

    const fn is_for(self) -> Role {
        match self {
            Self::Edit | Self::Move => Role::Admin,
            Self::Overview
            | Self::BookingTypes
            | Self::Timeline
            | Self::Patients
            | Self::Versions => Role::Viewer,
        }
    }

    /// The address of that page.
    pub(super) fn address(self, program: &str) -> String {
        match self.place() {
            "" => at(&["app", "programs", program], &[]),
            place => at(&["app", "programs", program, place], &[]),
        }
    }
}

/// For pages on which everything is for admins.
pub(super) fn only_admins(staff: &Staff) -> Result<(), Failure> {
    if staff.may(Role::Admin) {
        return Ok(());
    }
    let (status, title) = (403, "For admins only".to_owned());
    let detail = "What programs do is set by admins of the practice. Ask one of them.";
    Err(Failure::Refused(Problem { status, title, ..Problem::new(detail) }))
}

/// A failure, said on a page that knows more than it: what was done before it came.
pub(super) fn as_problem(failure: Failure) -> Problem {
    let said = |status, title: &str, detail: &str| Problem {
        status,
        title: title.to_owned(),
        ..Problem::new(detail)
    };
    match failure {
        Failure::Refused(problem) if problem.status == 429 => {
            said(429, "Too much at once", "Wait a moment and go on.")
        }
        Failure::Refused(problem) => problem,
        Failure::SignedOut => {
            said(401, "You are signed out", "Your session has ended. Sign in, and go on.")
        }
        Failure::Unreachable(why) => {
            tracing::warn!(%why, "the API did not answer");
            said(
                502,
                "No answer",
                "There was no answer in time. What was asked for may have been done.",
            )
        }
        Failure::Unreadable => {
            said(500, "Something is wrong on our side", "What was asked for may have been done.")
        }
    }
}

/// A problem without ids in its sentences: they say nothing to people, and what they stand for is said beside.
pub(super) fn without_ids(mut problem: Problem) -> Problem {
    problem.detail = words::without_ids(&problem.detail);
    for error in &mut problem.errors {
        error.detail = words::without_ids(&error.detail);
    }
    problem
}

/// The ways to the pages of a program, as far as this person may go.
pub(super) fn tabs(staff: &Staff, program: &str, here: Tab) -> Markup {
    html! {
        nav.tabs aria-label="This program" {
            @for tab in Tab::ALL.into_iter().filter(|tab| staff.may(tab.is_for())) {
                a href=(tab.address(program)) aria-current=[(tab == here).then_some("page")] { (tab.name()) }
            }
        }
    }
}

/// A page of a program, other than the first.
pub(super) async fn around(
    staff: &Staff,
    program: &Program,
    here: Tab,
    word: Option<&str>,
    body: Markup,
) -> Markup {
    let title = format!("{}: {}", here.name(), program.name);
    let body = html! {
        p.small { a href="/app/programs" { "Programs" } }
        div.heading {
            h1 { (program.name) }
            div.row { span.soft { (words::kind(program.kind)) } (enabled(program)) }
        }
        (tabs(staff, &program.id, here))
        (said::notice(word))
        (body)
    };
    page(staff, Section::Programs, &title, body).await
}
