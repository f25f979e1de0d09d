//! The routes, described: a file for each area, a function for each route.

pub mod actions;
pub mod balance;
pub mod booking_types;
pub mod bookings;
pub mod docs;
pub mod enrolment_schemas;
pub mod enrolments;
pub mod instructions;
pub mod letters;
pub mod moves;
pub mod numbers;
pub mod on_program;
pub mod outlook_schemas;
pub mod patient_answers;
pub mod patient_schemas;
pub mod patients;
pub mod practice;
pub mod program_links;
pub mod program_schemas;
pub mod programs;
pub mod release;
pub mod replies;
pub mod reply_schemas;
pub mod sites;
pub mod template_schemas;
pub mod templates;
pub mod uploads;
pub mod webhook_schemas;
pub mod webhooks;
pub mod work_list;
pub mod work_schemas;

use crate::operation::Operation;

/// What belongs together.
#[derive(Debug)]
pub struct Area {
    /// Its name.
    pub name: &'static str,
    /// What it is about.
    pub says: &'static str,
    /// Its routes.
    pub operations: Vec<Operation>,
}

/// Every area, in the order in which a practice is set up.
pub fn all() -> Vec<Area> {
    vec![
        sites::area(),
        practice::area(),
        templates::area(),
        programs::area(),
        booking_types::area(),
        patients::area(),
        bookings::area(),
        replies::area(),
        enrolments::area(),
        work_list::area(),
        numbers::area(),
        balance::area(),
        letters::area(),
        webhooks::area(),
        docs::area(),
    ]
}
