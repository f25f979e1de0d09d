//! Where each setting is.

use maud::{Markup, html};

use crate::html::{Section, heading, page, tag};
use crate::staff::Staff;

pub(super) async fn index(staff: Staff) -> Markup {
    let held = staff.sending().await.is_some_and(|it| it.state == "held");
    let body = html! {
        (heading("Settings", html! {}))
        ul.list {
            (entry("/app/settings/practice", "The practice",
                "Its name as patients read it, the logo on its letters, and where letters that are kept as files lie."))
            (entry("/app/settings/sites", "Sites",
                "Where patients go: the time zone, when messages may go out, whom they come from, and what stands on letters."))
            (entry("/app/settings/holidays", "Holidays",
                "Days on which nothing goes out: add one to many sites at once. Each site has its own list."))
            (entry("/app/settings/booking-types", "Booking types",
                "Which programs a booking puts its patient on, and of which it completes a cycle."))
            li {
                a href="/app/settings/sending" { "Sending" } " "
                @if held { (tag("bad", "On hold")) } @else { (tag("good", "On")) }
                p.soft { "Hold everything at once when something is wrong, and release it again." }
            }
        }
    };
    page(&staff, Section::Settings, "Settings", body).await
}

fn entry(address: &str, name: &str, what: &str) -> Markup {
    html! { li { a href=(address) { (name) } p.soft { (what) } } }
}
