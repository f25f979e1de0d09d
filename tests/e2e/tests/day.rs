//! A receptionist's day in Chromium, on the deployed stack: as people do it, by labels and buttons.

#![cfg(test)]

use e2e::browser::{self, Page};
use e2e::people::somebody;
use e2e::practice::{Practice, SOON, created};
use e2e::{console, stack, unique};
use serde_json::{Value, json};
use stack::{Credentials, Stack, wait};

/// Numbers that Australia's regulator keeps free for fiction.
const MOBILE: &str = "0491 571 266";
const ANOTHER_MOBILE: &str = "0491 571 491";

/// A clinic of a test's own, and people who work there.
struct Clinic<'a> {
    practice: Practice<'a>,
    /// What the names of all that a test makes end with.
    mark: String,
    /// The name of its site.
    site: String,
}

impl<'a> Clinic<'a> {
    fn open(stack: &'a Stack) -> Self {
        let (practice, mark) = (Practice::make(stack), unique());
        let site = format!("Quayside-{mark}");
        let wanted = json!({
            "code": format!("day-{mark}"), "name": site, "time_zone": "Australia/Sydney",
            "sms": { "number": "+61491570157" },
        });
        created(practice.admin.post("/v1/sites", &wanted));
        Self { practice, mark, site }
    }

    /// Signs in somebody of that role.
    fn sign_in(&self, role: &str) -> Page {
        let page = browser::page();
        console::sign_in(&page, self.practice.stack, &self.colleague(role));
        page
    }

    fn colleague(&self, role: &str) -> Credentials {
        let (stack, who) = (self.practice.stack, somebody());
        let pool = &stack.description().user_pool_id;
        stack.emulator().create_user(pool, &who, &[role]).expect("the user is made");
        who
    }

    fn go(&self, page: &Page, path: &str) {
        page.go(&console::address(self.practice.stack, path));
    }

    /// A template and a program of it that sends a text at once, for tests that are about something else.
    fn program(&self) -> Program {
        let name = format!("Review-{}", unique());
        let template = created(self.practice.admin.post(
            "/v1/templates",
            &json!({ "channel": "sms", "name": name, "body": "Hi {{ patient.first_name }}, please ring us." }),
        ));
        let program = created(self.practice.admin.post(
            "/v1/programs",
            &json!({
                "type": "recall", "name": name, "cycles": 2, "frequency": { "amount": 6, "unit": "months" },
                "actions": [{
                    "type": "sms", "template": template, "timing": { "when": "enrolled" },
                    "ignore_window": true, "pause_on_error": true,
                }],
            }),
        ));
        let enabled =
            self.practice.admin.post(&format!("/v1/programs/{program}/enable"), &json!({}));
        enabled.and_then(|answer| answer.success()).expect("it is enabled");
        Program { id: program, name, template }
    }

    /// Sweeps until the enrolment of the page waits for a person.
    fn sweep_until_held(&self, enrolment: &str) {
        wait::until("the enrolment to wait for a person", SOON, || {
            self.practice.sweep();
            Ok((self.practice.status(enrolment) == "held").then_some(()))
        })
        .expect("it is held");
    }

    /// The texts in the outbox that name somebody.
    fn texts_to(&self, name: &str) -> Vec<String> {
        let texts = self.practice.stack.emulator().sent_texts().expect("the outbox");
        texts.into_iter().map(|text| text.message).filter(|text| text.contains(name)).collect()
    }
}

struct Program {
    id: String,
    name: String,
    template: String,
}

/// The id that the address of a page ends with.
fn id_of(page: &Page) -> String {
    let url = page.url();
    let path = url.split(['?', '#']).next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

/// Writes the template of an action in place.
fn write_template(page: &Page, action: &str, when: &str, name: &str, text: &str) {
    page.choose_in(action, "When", when);
    page.choose_in(action, "Template", "A new one, written here");
    page.fill_in(action, "Name of the new template", name);
    page.fill_in(action, "Text", text);
}

/// Builds HealthTrack's example from nothing: every kind of action, in order.
fn build_the_example(page: &Page, mark: &str) -> String {
    let program = format!("Heart check {mark}");
    page.press("Programs");
    page.press("New program");
    page.choose("Type", "Recall");
    page.fill("Name", &program);
    page.fill("Cycles", "3");
    page.fill("Frequency: one cycle every", "12");
    page.choose("Days, weeks or months", "months");
    page.press("Create program");
    page.see("It is disabled: add its actions, then enable it.");
    page.see("It does nothing yet.");

    page.press("Add SMS");
    let text = "Hi {{ patient.first_name }}, your heart check is due on {{ reference.date }}. Please reply with \
                your weight.";
    let at_once = "As soon as the patient is added";
    write_template(page, "1. SMS", at_once, &format!("Weight {mark}"), text);
    page.check_in("1. SMS", "Save Reply Content");
    page.fill_in("1. SMS", "Unit of a number in it", "kg");
    page.fill_in("1. SMS", "Lowest that is fine", "40");
    page.fill_in("1. SMS", "Highest that is fine", "160");
    page.check_in("1. SMS", "Goes at any hour");

    page.press("Add Email");
    let next = "Right after the action above";
    let text =
        "# Your heart check\n\nDear {{ patient.first_name }},\n\nplease bring your medicines.";
    write_template(page, "2. Email", next, &format!("Before your check {mark}"), text);
    page.fill_in("2. Email", "Subject", "Your heart check, {{ patient.first_name }}");
    page.check_in("2. Email", "Goes at any hour");

    page.press("Add Letter to patient");
    let text = "Dear {{ patient.first_name }},\n\nyour heart check is due. Please ring us.";
    write_template(page, "3. Letter to patient", next, &format!("Heart letter {mark}"), text);
    page.choose_in("3. Letter to patient", "Print option", "Mail");

    page.press("Add Letter to GP");
    let text = "Dear {{ gp.name }},\n\n{{ patient.full_name }} is due for a heart check.";
    write_template(page, "4. Letter to GP", next, &format!("GP letter {mark}"), text);

    page.press("Add SMS");
    let text = "{{ patient.first_name }}, your heart check is in three days.";
    let before = "Before the proposed booking date";
    write_template(page, "5. SMS", before, &format!("Three days {mark}"), text);
    page.fill_in("5. SMS", "How many", "3");
    page.fill_in("5. SMS", "Time of day", "10:00");
    page.see("3 days before the proposed booking date, at 10:00.");

    page.press("Add Pause");
    page.press_in("6. Pause", "Up");
    page.see("5. Pause");
    page.choose("Booking Types to Complete Cycle", "Any");
    page.press("Save");
    page.see("Saved.");
    page.see("3 days before the proposed booking date, at 10:00");
    page.press("Enable");
    page.see("Enabled. Patients are put on it from now on.");
    program
}

/// Writes somebody down who can be reached by every way.
fn new_patient(page: &Page, clinic: &Clinic<'_>, first: &str, last: &str, mobile: &str) {
    page.press("Patients");
    page.fill("Last name", last);
    page.see("Nobody fits that.");
    page.press("New patient");
    page.fill("First name", first);
    page.fill("Last name", last);
    // No date of birth: with it and the number, somebody of an earlier run might be the same person.
    page.choose("Usual site", &clinic.site);
    page.fill("Mobile", mobile);
    page.fill("Email", &format!("{first}.{}@patients.example", clinic.mark));
    for (place, who) in
        [("Postal address", "12 Quay Street"), ("Address of the GP", "3 Darling Street")]
    {
        page.fill_in(place, "Street or PO box", who);
        page.fill_in(place, "Suburb or town", "Balmain");
        page.fill_in(place, "State", "NSW");
        page.fill_in(place, "Postcode", "2041");
    }
    page.fill("Name of the GP", "Dr Amal Haddad");
    page.press("Create this patient");
    page.see("Created.");
}

/// Puts the patient of the page on a recall.
fn enrol(page: &Page, program: &str) {
    page.press("Enrol on a program");
    page.choose("Program", &format!("{program} (Recall)"));
    page.fill("Reference date", "2031-01-31");
    page.press("Enrol on this program");
}

#[test]
fn a_receptionists_day() {
    let stack = stack();
    let clinic = Clinic::open(&stack);
    let mark = clinic.mark.clone();
    let page = browser::page();
    console::sign_in(&page, &stack, &stack.description().admin);
    let program = build_the_example(&page, &mark);
    page.press("Sign out");
    page.can_press("Sign in");

    // One patient for whom all goes well.
    let page = clinic.sign_in("front-desk");
    let (first, last) = (format!("Maria{mark}"), format!("Rossi{mark}"));
    new_patient(&page, &clinic, &first, &last, MOBILE);
    enrol(&page, &program);
    page.see("Enrolled.");
    let enrolment = id_of(&page);
    clinic.sweep_until_held(&enrolment);
    let texts = clinic.texts_to(&first);
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert!(texts[0].contains("is due on 31 January 2031"), "{texts:?}");
    clinic.go(&page, &format!("/app/enrolments/{enrolment}"));
    page.see(&format!("SMS “Weight {mark}” Sent"));
    page.see(&format!("Email “Before your check {mark}” Sent"));
    page.see("It is at a pause.");

    // One who cannot be reached until somebody asks for the number.
    let (first, last) = (format!("Ben{mark}"), format!("Okoye{mark}"));
    new_patient(&page, &clinic, &first, &last, "");
    enrol(&page, &program);
    page.see("Enrolled, but look at this");
    page.press("See this enrolment");
    let enrolment = id_of(&page);
    clinic.sweep_until_held(&enrolment);
    page.press("Work list");
    page.choose("Site", &clinic.site);
    page.choose("What", "Failed, program waits");
    page.see("A message failed, and the program waits");
    page.press(&format!("{first} {last}"));
    page.press("Edit");
    page.fill("Mobile", ANOTHER_MOBILE);
    page.press("Save");
    page.see("Saved.");
    page.press("Work list");
    page.choose("Site", &clinic.site);
    page.press_in(&last, "Try again");
    page.see("It is tried again now.");
    page.choose("What", "Failed, program waits");
    page.see("Nothing that waits is like this.");
    wait::until("the text", SOON, || {
        clinic.practice.sweep();
        Ok((clinic.texts_to(&first).len() == 1).then_some(()))
    })
    .expect("it goes, once");

    print_and_post(&page, &clinic);
    page.press("Sign out");
    page.can_press("Sign in");
    clinic.go(&page, "/app/work");
    page.does_not_see("What waits for a person");
}

/// The letter to the first patient is printed, looked at, and posted.
fn print_and_post(page: &Page, clinic: &Clinic<'_>) {
    let (mark, last) = (&clinic.mark, format!("Rossi{}", clinic.mark));
    page.press("Letters");
    page.choose("Site", &clinic.site);
    page.press("Show");
    page.check_in(&last, &format!("Tick “Heart letter {mark}”"));
    page.press("Print the ticked");
    page.see("The batch is made.");
    page.see("Batch of 1 letter");
    page.press("Open the PDF");
    let link = page.link("Open the PDF in a new tab");
    let pdf = clinic.practice.stack.download(&link).expect("the file");
    assert!(pdf.starts_with(b"%PDF-"), "{:?}", pdf.get(..8));
    page.press("Mark 1 letter as posted");
    page.see("Marked as posted.");
    page.see(&format!("Heart letter {mark}"));
}

/// What stands on pages that somebody who may only look at things sees.
const OF_VIEWERS: [&str; 2] = ["Sign out", "Search"];

#[test]
fn a_viewer_sees_what_there_is_and_no_button_that_changes_it() {
    let stack = stack();
    let clinic = Clinic::open(&stack);
    let program = clinic.program();
    let patient = clinic.practice.patient().id;
    let wanted =
        json!({ "patient": patient, "program": program.id, "reference_date": "2031-01-31" });
    let enrolment = created(clinic.practice.admin.post("/v1/enrolments", &wanted));
    let page = clinic.sign_in("viewer");
    let pages = [
        "/app/work".to_owned(),
        "/app/patients".to_owned(),
        format!("/app/patients/{patient}"),
        format!("/app/enrolments/{enrolment}"),
        "/app/programs".to_owned(),
        format!("/app/programs/{}", program.id),
        "/app/templates".to_owned(),
        format!("/app/templates/{}", program.template),
        "/app/letters".to_owned(),
        "/app/settings/sites".to_owned(),
        "/app/settings/booking-types".to_owned(),
        "/app/settings/sending".to_owned(),
    ];
    for path in pages {
        clinic.go(&page, &path);
        page.can_press("Sign out");
        let mut buttons = page.posting_buttons();
        buttons.retain(|name| !OF_VIEWERS.contains(&name.as_str()));
        assert_eq!(buttons, [""; 0], "{path}");
    }
}

#[test]
fn a_form_from_a_stale_tab_is_a_choice_and_loses_nothing() {
    let stack = stack();
    let clinic = Clinic::open(&stack);
    let program = clinic.program();
    let tabs = [browser::page(), browser::page()];
    for tab in &tabs {
        console::sign_in(tab, &stack, &stack.description().admin);
    }
    let [mine, theirs] = &tabs;

    let template = format!("/app/templates/{}", program.template);
    for tab in &tabs {
        clinic.go(tab, &template);
    }
    theirs.fill("Text", "Hi {{ patient.first_name }}, ring us today.");
    theirs.press("Save template");
    theirs.see("Saved.");
    mine.fill("Text", "Hi {{ patient.first_name }}, ring us soon.");
    mine.press("Save template");
    mine.see("Somebody else saved it while you were typing.");
    mine.see("ring us today.");
    assert_eq!(mine.value("Text"), "Hi {{ patient.first_name }}, ring us soon.");
    mine.press("Save template");
    mine.see("Saved.");

    let editor = format!("/app/programs/{}/edit", program.id);
    for tab in &tabs {
        clinic.go(tab, &editor);
    }
    let names = [format!("Mine {}", clinic.mark), format!("Theirs {}", clinic.mark)];
    theirs.fill("Name", &names[1]);
    theirs.press("Save");
    theirs.see("Saved.");
    mine.fill("Name", &names[0]);
    mine.press("Save");
    mine.see("Somebody else saved it while you were typing.");
    mine.see(&names[1]);
    assert_eq!(mine.value("Name"), names[0]);
    mine.press("Save");
    mine.see("Saved.");
    let saved = clinic.practice.read(&format!("/v1/programs/{}", program.id));
    assert_eq!(saved["name"], Value::from(names[0].as_str()));
}

#[test]
fn a_patient_is_written_down_and_enrolled_without_scripts() {
    let stack = stack();
    let clinic = Clinic::open(&stack);
    let program = clinic.program();
    let page = browser::page();
    page.without_scripts();
    console::sign_in(&page, &stack, &clinic.colleague("front-desk"));
    // A name like no other: the same text to one number, run after run, would put the number on hold.
    let (first, last) = (format!("Grace{}", clinic.mark), format!("Plain{}", clinic.mark));
    page.press("Patients");
    page.fill("Last name", &last);
    page.press("Search");
    page.see("Nobody fits that.");
    page.press("New patient");
    page.fill("First name", &first);
    page.press("Create this patient");
    // A browser keeps an empty form from being sent; nothing is typed twice.
    assert_eq!(page.value("First name"), first);
    page.fill("Last name", &last);
    page.choose("Usual site", &clinic.site);
    page.fill("Mobile", MOBILE);
    page.press("Create this patient");
    page.see("Created.");
    page.press("Enrol on a program");
    page.choose("Program", &format!("{} (Recall)", program.name));
    page.press("Choose");
    page.fill("Reference date", "2031-01-31");
    page.press("Enrol on this program");
    page.see("Enrolled.");
}

#[test]
fn a_patient_is_written_down_and_enrolled_by_keyboard_alone() {
    let stack = stack();
    let clinic = Clinic::open(&stack);
    let program = clinic.program();
    let page = clinic.sign_in("front-desk");
    let (first, last) = (format!("Grace{}", clinic.mark), format!("Keys{}", clinic.mark));
    page.tab_to("Skip to the page");
    page.tab_to("Patients");
    page.key("Enter");
    // The page begins at its first field.
    page.see("Type the beginning of a name");
    assert_eq!(page.focused(), "Last name");
    page.type_keys(&last);
    page.see("Nobody fits that.");
    clinic.go(&page, "/app/patients");
    page.tab_to("New patient");
    page.key("Enter");
    page.see("Who they are");
    page.tab_to("First name");
    page.type_keys(&first);
    page.tab_to("Last name");
    page.type_keys(&last);
    page.tab_to("Usual site");
    page.type_keys(&clinic.site);
    page.tab_to("Mobile");
    page.type_keys(MOBILE);
    page.key("Enter");
    page.see("Created.");
    page.tab_to("Enrol on a program");
    page.key("Enter");
    page.see("Choose a program");
    page.tab_to("Program");
    page.type_keys(&program.name);
    page.tab_to("Choose");
    page.key("Enter");
    page.see("A recall counts from the proposed date of the booking.");
    page.tab_to("Reference date");
    // Which comes first, the day or the month, depends on the machine.
    page.type_keys("01012031");
    page.tab_to("Enrol on this program");
    page.key("Space");
    page.see("Enrolled.");
    page.see("1 Jan 2031");
}
