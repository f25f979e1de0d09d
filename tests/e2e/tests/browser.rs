//! The browser that the console is tested in tells what it should, on pages of the tests' own.

#![cfg(test)]

mod site;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use e2e::browser::{self, Page, Scheme};

use site::Site;

/// A page of the site, opened.
fn open(site: &Site, path: &str) -> Page {
    let page = browser::page();
    page.go(&site.address(path));
    page
}

/// What a test is told when this fails.
fn failure(of: impl FnOnce()) -> String {
    let failed = catch_unwind(AssertUnwindSafe(of)).expect_err("it fails");
    *failed.downcast::<String>().expect("it says why")
}

#[test]
fn a_form_is_filled_in_by_its_labels_and_sent() {
    let page = open(&Site::start(), "/form");
    page.fill("Name", "Ana Šarić");
    page.fill("Born", "1980-02-29");
    page.fill("Notes", "Rings\ntwice");
    page.choose("Channel", "E-mail");
    page.choose("Urgency", "Soon");
    page.check("May be called");
    page.uncheck("Is new");
    assert_eq!((page.value("Name"), page.value("Born")), ("Ana Šarić".into(), "1980-02-29".into()));
    page.fill("Name", "Ana");
    page.press("Save");
    page.see("name=Ana&born=1980-02-29&notes=Rings%0D%0Atwice&channel=email&urgency=soon&call=on");
    page.assert_quiet();
}

#[test]
fn of_two_buttons_with_the_same_words_the_row_tells_which() {
    let mut page = open(&Site::start(), "/rows");
    page.patience(Duration::from_millis(200));
    let why = failure(|| page.press("Assign"));
    assert!(why.starts_with("there are 2 of button or link \"Assign\""), "{why}");
    page.press_in("Ben", "Assign");
    page.see("You asked for /assigned?ben");
}

#[test]
fn what_comes_later_is_waited_for() {
    let page = open(&Site::start(), "/later");
    page.press("Load");
    page.see("It has come");
    page.does_not_see("Not yet");
}

#[test]
fn a_text_that_does_not_come_fails_with_what_is_there_and_a_picture() {
    let mut page = open(&Site::start(), "/rows");
    page.patience(Duration::from_millis(200));
    let why = failure(|| page.see("Carla"));
    assert!(
        why.starts_with("\"Carla\" is not to be read\non http://abc123.execute-api.localhost:"),
        "{why}"
    );
    assert!(why.contains("Ben"), "{why}");
    let picture = why.rsplit("picture: ").next().expect("the picture's path");
    assert!(std::fs::read(picture).expect("a picture").starts_with(b"\x89PNG"), "{why}");
}

#[test]
fn a_button_with_something_in_front_of_it_cannot_be_pressed() {
    let mut page = open(&Site::start(), "/covered");
    page.patience(Duration::from_millis(200));
    let why = failure(|| page.press("Save"));
    assert!(why.contains("in front of it is <div id=\"cover\""), "{why}");
}

#[test]
fn a_field_without_a_label_is_a_violation() {
    let page = open(&Site::start(), "/unlabelled");
    let found = page.axe();
    assert_eq!(found.iter().map(|it| it.rule.as_str()).collect::<Vec<_>>(), ["label"], "{found:?}");
    let why = failure(|| page.assert_accessible());
    assert!(why.starts_with("label (critical): Form elements must have labels, https://"), "{why}");
    assert!(why.contains("\n    input\n"), "{why}");
}

#[test]
fn a_fair_page_has_no_violation_though_its_policy_forbids_scripts() {
    let page = open(&Site::start(), "/form");
    page.assert_accessible();
    page.assert_quiet();
}

#[test]
fn what_the_content_policy_blocks_fails_a_test() {
    let page = open(&Site::start(), "/blocked");
    page.see("All is well");
    let blocked = page.blocked();
    assert_eq!(blocked.len(), 2, "{blocked:?}");
    assert!(blocked.iter().any(|it| it.contains("script-src-elem")), "{blocked:?}");
    assert!(blocked.iter().any(|it| it.contains("style-src-attr")), "{blocked:?}");
    failure(|| page.assert_quiet());
}

#[test]
fn errors_of_scripts_and_missing_files_are_told() {
    let page = open(&Site::start(), "/errors");
    let errors = page.console_errors().join("\n");
    for part in ["Error: thrown", "said", "404"] {
        assert!(errors.contains(part), "{part}: {errors}");
    }
}

#[test]
fn nothing_outside_this_machine_is_reached() {
    let page = open(&Site::start(), "/outside");
    let errors = page.console_errors().join("\n");
    assert!(errors.contains("ERR_NAME_NOT_RESOLVED"), "{errors}");
}

#[test]
fn scripts_can_be_off() {
    let site = Site::start();
    open(&site, "/script").see("With scripts");
    let page = browser::page();
    page.without_scripts();
    page.go(&site.address("/script"));
    page.see("Without scripts");
    page.does_not_see("With scripts");
    page.go(&site.address("/form"));
    page.fill("Name", "Ana");
    page.press("Save");
    page.see("name=Ana");
}

#[test]
fn keys_lead_through_a_page() {
    let page = open(&Site::start(), "/rows");
    assert_eq!(page.focused(), "");
    page.key("Tab");
    assert_eq!(page.focused(), "Search");
    page.key("Tab");
    page.key("Tab");
    page.key("Shift+Tab");
    assert_eq!(page.focused(), "Assign");
    page.key("Enter");
    page.see("You asked for /assigned?ana");
}

#[test]
fn a_page_is_looked_at_on_other_screens_and_with_other_settings() {
    let site = Site::start();
    let page = browser::page();
    page.width(390, 800);
    page.colour_scheme(Scheme::Dark);
    page.zoom_text(200);
    page.go(&site.address("/settings"));
    page.see("narrow dark 32px");
    assert!(!page.scrolls_sideways());
    page.width(1280, 800);
    page.colour_scheme(Scheme::Light);
    page.zoom_text(100);
    page.go(&site.address("/settings"));
    page.see("wide light 16px");
    page.width(390, 800);
    page.go(&site.address("/wide"));
    assert!(page.scrolls_sideways());
}

#[test]
fn a_picture_shows_all_of_a_page_and_changes_nothing() {
    let page = browser::page();
    page.zoom_text(200);
    page.width(390, 800);
    page.go(&Site::start().address("/long"));
    for name in ["long.png", "long-again.png"] {
        page.screenshot(name);
        let png = std::fs::read(browser::screens().join(name)).expect("a picture");
        let side =
            |at: usize| png[at..at + 4].iter().fold(0, |sum, byte| sum * 256 + u32::from(*byte));
        assert_eq!(side(16), 390);
        assert!(side(20) > 100 * 32, "{}", side(20));
    }
}

#[test]
fn what_jumps_about_is_measured() {
    let site = Site::start();
    let shift = open(&site, "/jumps").layout_shift();
    assert!(shift > 0.1, "{shift}");
    let shift = open(&site, "/rows").layout_shift();
    assert!(shift < 0.001, "{shift}");
}

#[test]
fn what_the_first_content_waits_for_is_counted() {
    let site = Site::start();
    let page = browser::page();
    for _ in 0..2 {
        page.go_afresh(&site.address("/moved"));
        let readable = page.requests_before_readable();
        let ends = |path: &str| readable.waited_for.iter().any(|it| it.url.ends_with(path));
        assert!(ends("/moved") && ends("/styled") && ends("/style.css"), "{readable:?}");
        assert_eq!(readable.waited_for.len(), 3, "{readable:?}");
        assert!(readable.waited_for.iter().all(|it| it.bytes > 50), "{readable:?}");
        assert!(readable.bytes() < 5_000, "{readable:?}");
    }
}

#[test]
fn a_page_has_no_cookies_of_another() {
    let site = Site::start();
    let page = open(&site, "/cookie");
    page.go(&site.address("/cookies"));
    page.see("visited=yes");
    let page = open(&site, "/cookies");
    page.see("You asked for /cookies");
    page.does_not_see("visited=yes");
}

#[test]
fn a_browser_of_its_own_ends_with_it() {
    let browser = browser::Browser::start();
    let page = browser.page();
    page.go("data:text/html,<title>Alone</title>");
    assert_eq!(page.title(), "Alone");
}
