//! The staff console of the stack under test, in a browser.

use stack::{Credentials, Stack};

use crate::browser::Page;

/// The address of a page of the console.
pub fn address(stack: &Stack, path: &str) -> String {
    format!("{}{path}", stack.description().api_url())
}

/// Signs in as a person does: from the console's front door, by way of the user pool's own form.
///
/// # Panics
/// When that does not lead back to the console, signed in.
#[track_caller]
pub fn sign_in(page: &Page, stack: &Stack, who: &Credentials) {
    page.go(&address(stack, "/"));
    page.can_press("Sign in");
    // The front door may lead to the form by itself, or have a link to it.
    if page.url().starts_with(&stack.description().api_url()) {
        page.press("Sign in");
    }
    page.fill("Username", &who.username);
    page.fill("Password", who.password.reveal());
    page.press("Sign in");
    page.can_press("Sign out");
    page.rest();
}
