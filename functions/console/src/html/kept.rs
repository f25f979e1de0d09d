//! Forms that could not be taken as they came, with all that was typed.

use http::StatusCode;
use maud::{DOCTYPE, Markup, html};

use super::head;
use crate::form::{CSRF, Posted};

/// Most that is kept of a form, in bytes: a page has room for some six times as many, escaped.
const MAX_KEPT: usize = 512 * 1024;

/// The session has ended: sign in beside it, and send it then.
pub fn signed_out(path: &str, form: &Posted) -> (StatusCode, Markup) {
    let body = html! {
        h1 { "Your session has ended" }
        p { "Nothing was changed yet, and what you typed is kept on this page." }
        ol {
            li { a href="/sign-in?to=/app/signed-in-again" target="_blank" { "Sign in" } " in a new tab." }
            li { "Come back to this tab and send it." }
        }
        (again(path, form, None, "Send it now"))
    };
    (StatusCode::UNAUTHORIZED, alone("Your session has ended", &body))
}

/// The forms whose `once` the API gets as a key, under which it does them once.
const KEYED: [&str; 9] = [
    "/app/letters/batches",
    "/app/patients/new",
    "/app/patients/*/enrol",
    "/app/programs/new",
    "/app/programs/*/duplicate",
    "/app/settings/sites/new",
    "/app/settings/booking-types/new",
    "/app/templates/new",
    "/app/templates/*/test",
];

/// Whether the API does not do it a second time: what has a version is refused, what has a key gets the answer
/// that it got.
fn is_done_once(path: &str, form: &Posted) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let is_at = |known: &str| {
        let parts = || known.split('/').zip(path.split('/'));
        known.split('/').count() == path.split('/').count()
            && parts().all(|(known, part)| known == "*" || known == part)
    };
    form.some("version").is_some() || (form.some("once").is_some() && KEYED.into_iter().any(is_at))
}

/// There was no answer, or nobody knows what became of it: it is there to be sent again.
pub(crate) fn unanswered(
    status: StatusCode,
    (title, detail): (&str, &str),
    (path, form): (&str, &Posted),
    csrf: Option<&str>,
) -> (StatusCode, Markup) {
    let body = html! {
        h1 { (title) }
        p { (detail) }
        p {
            "What you typed is kept on this page. "
            @if is_done_once(path, form) { "Sent again, it is not done twice." }
            @else { "If it was done, sending it again may do it twice: look first." }
        }
        (again(path, form, csrf, "Send it again"))
        p { a href="/app/work" { "Go to the work list" } }
    };
    (status, alone(title, &body))
}

/// It has another session's token: somebody signed in since, perhaps somebody else. The person looks at it
/// and decides; a page of somebody else's cannot do that for them.
pub fn from_earlier(path: &str, form: &Posted, csrf: &str) -> (StatusCode, Markup) {
    let body = html! {
        h1 { "This form is from an earlier session" }
        p {
            "Somebody signed in again since this page was opened. Nothing was changed yet. "
            "Send it only if this is what you typed:"
        }
        dl.typed {
            @for (name, value) in form.fields().filter(|(name, value)| is_shown(name, value)) {
                dt { (name.replace(['-', '_'], " ")) }
                dd { (value) }
            }
        }
        (again(path, form, Some(csrf), "Send it"))
        p { a href="/app/work" { "Do not send it" } }
    };
    (StatusCode::FORBIDDEN, alone("This form is from an earlier session", &body))
}

/// Not the numbers that forms keep for themselves.
fn is_shown(name: &str, value: &str) -> bool {
    !value.is_empty() && !matches!(name, "once" | "version")
}

fn again(path: &str, form: &Posted, csrf: Option<&str>, button: &str) -> Markup {
    let length: usize = form.fields().map(|(name, value)| name.len() + value.len()).sum();
    html! {
        @if length > MAX_KEPT {
            p { "It is too long to be kept here: go back to the page before, and send it from there." }
        } @else if form.has_files() {
            p { "The file that you picked cannot be kept: go back to the page before, and pick it again." }
        } @else {
            form method="post" action=(path) {
                @for (name, value) in form.fields() {
                    input type="hidden" name=(name) value=(value);
                }
                @if let Some(csrf) = csrf { input type="hidden" name=(CSRF) value=(csrf); }
                button.primary { (button) }
            }
        }
    }
}

fn alone(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(title, false))
            body.alone { main #main { (body) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_of_what_has_a_key_or_a_version_it_is_said_that_it_is_not_done_twice() {
        let once = Posted::of(&[("once", "key"), ("text", "Rang.")]);
        let version = Posted::of(&[("once", "key"), ("version", "\"3\"")]);
        for (path, form, is_once) in [
            ("/app/work/work_1/notes", &once, false),
            ("/app/work/bulk", &once, false),
            ("/app/letters/batches", &once, true),
            ("/app/letters/batches", &Posted::default(), false),
            ("/app/letters/batches/bat_1/posted", &once, false),
            ("/app/patients/pat_1/enrol?program=prg_1", &once, true),
            ("/app/templates/tpl_1", &version, true),
        ] {
            assert_eq!(is_done_once(path, form), is_once, "{path}");
        }
    }
}
