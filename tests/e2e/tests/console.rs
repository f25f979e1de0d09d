//! Every page of the staff console, as each person may see it: on a telephone and on a desk, light and dark,
//! with a screen reader, over a slow line.

#![cfg(test)]

use std::sync::OnceLock;

use e2e::browser::{self, Page, Scheme};
use e2e::clinic::Clinic;
use e2e::{console, stack};

/// A telephone's screen, and a desk's.
const SIZES: [(u32, u32); 2] = [(390, 844), (1280, 800)];

/// What may jump about before people take one thing for another; a page with less is "good" to web.dev.
const SHIFT: f64 = 0.1;

/// The page and its style sheet.
const REQUESTS: usize = 2;

/// Two seconds of a slow mobile line.
const BYTES: u64 = 100_000;

/// The pages, by the name of their pictures in `target/screens`. What they show is made once for all tests.
fn pages() -> &'static [(String, String)] {
    static PAGES: OnceLock<Vec<(String, String)>> = OnceLock::new();
    PAGES.get_or_init(|| Clinic::make(&stack()).every_page())
}

/// A page of the console, signed in as the first admin.
fn signed_in() -> (Page, impl Fn(&str) -> String) {
    let stack = stack();
    let page = browser::page();
    console::sign_in(&page, &stack, &stack.description().admin);
    (page, move |path| console::address(&stack, path))
}

/// What is wrong with the page as it is, in both colours.
fn wrong_with(page: &Page, name: &str, width: u32) -> Vec<String> {
    let mut wrong = Vec::new();
    let shift = page.layout_shift();
    if shift >= SHIFT {
        wrong.push(format!("it jumps about by {shift}"));
    }
    if page.scrolls_sideways() {
        wrong.push("it is wider than the window".to_owned());
    }
    for scheme in [Scheme::Light, Scheme::Dark] {
        page.colour_scheme(scheme);
        page.screenshot(format!("{name}-{width}-{}.png", scheme.name()));
        wrong.extend(page.axe().iter().map(|it| format!("{}: {it}", scheme.name())));
    }
    wrong
}

/// Fails with all that is wrong, of every page.
fn assert_nothing(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} things are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_page_is_fair_quiet_and_still_on_every_screen() {
    let (page, address) = signed_in();
    let (mut wrong, mut said) = (Vec::new(), [0, 0]);
    for (width, height) in SIZES {
        page.width(width, height);
        for (name, path) in pages() {
            page.colour_scheme(Scheme::Light);
            page.go(&address(path));
            page.can_press("Sign out");
            let mut found = wrong_with(&page, name, width);
            // They are told of since the page was opened.
            for (noise, before) in [page.blocked(), page.console_errors()].iter().zip(&mut said) {
                found.extend(noise.iter().skip(*before).cloned());
                *before = noise.len();
            }
            wrong.extend(found.iter().map(|it| format!("{path} at {width}: {it}")));
        }
    }
    assert_nothing(&wrong);
}

#[test]
fn every_page_can_be_read_after_two_requests() {
    let (page, address) = signed_in();
    let mut wrong = Vec::new();
    for (_, path) in pages() {
        page.go_afresh(&address(path));
        let readable = page.requests_before_readable();
        if readable.waited_for.len() > REQUESTS || readable.bytes() > BYTES {
            wrong.push(format!("{path}: {readable:#?}"));
        }
    }
    assert_nothing(&wrong);
}

#[test]
fn every_page_can_be_read_with_text_twice_as_large() {
    let (page, address) = signed_in();
    page.width(1280, 800);
    page.zoom_text(200);
    let mut wrong = Vec::new();
    for (name, path) in pages() {
        page.go(&address(path));
        page.can_press("Sign out");
        page.screenshot(format!("{name}-large-text.png"));
        if page.scrolls_sideways() {
            wrong.push(format!("{path} is wider than its window"));
        }
    }
    assert_nothing(&wrong);
}
