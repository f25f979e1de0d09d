//! Every page of the staff console, as each person may see it: on a telephone and on a desk, light and dark,
//! with a screen reader, over a slow line.

#![cfg(test)]

use e2e::browser::{self, Page, Scheme};
use e2e::{console, stack};

/// The pages, by the name of their pictures in `target/screens`.
const PAGES: [(&str, &str); 1] = [("work", "/app/work")];

/// A telephone's screen, and a desk's.
const SIZES: [(u32, u32); 2] = [(390, 844), (1280, 800)];

/// What may jump about before people take one thing for another; a page with less is "good" to web.dev.
const SHIFT: f64 = 0.1;

/// The page and its style sheet.
const REQUESTS: usize = 2;

/// Two seconds of a slow mobile line.
const BYTES: u64 = 100_000;

/// A page of the console, signed in as the first admin.
fn signed_in() -> (Page, impl Fn(&str) -> String) {
    let stack = stack();
    let page = browser::page();
    console::sign_in(&page, &stack, &stack.description().admin);
    (page, move |path| console::address(&stack, path))
}

#[test]
fn every_page_is_fair_quiet_and_still_on_every_screen() {
    let (page, address) = signed_in();
    for (name, path) in PAGES {
        for (width, height) in SIZES {
            for scheme in [Scheme::Light, Scheme::Dark] {
                page.width(width, height);
                page.colour_scheme(scheme);
                page.go(&address(path));
                page.can_press("Sign out");
                let shift = page.layout_shift();
                page.screenshot(format!("{name}-{width}-{}.png", scheme.name()));
                page.assert_accessible();
                page.assert_quiet();
                assert!(shift < SHIFT, "{path} at {width}: {shift}");
                assert!(!page.scrolls_sideways(), "{path} is wider than {width}");
            }
        }
    }
}

#[test]
fn every_page_can_be_read_after_two_requests() {
    let (page, address) = signed_in();
    for (_, path) in PAGES {
        page.go_afresh(&address(path));
        let readable = page.requests_before_readable();
        assert!(readable.waited_for.len() <= REQUESTS, "{path}: {readable:#?}");
        assert!(readable.bytes() <= BYTES, "{path}: {readable:#?}");
    }
}

#[test]
fn every_page_can_be_read_with_text_twice_as_large() {
    let (page, address) = signed_in();
    page.width(1280, 800);
    page.zoom_text(200);
    for (name, path) in PAGES {
        page.go(&address(path));
        page.can_press("Sign out");
        page.screenshot(format!("{name}-large-text.png"));
        assert!(!page.scrolls_sideways(), "{path} is wider than its window");
    }
}
