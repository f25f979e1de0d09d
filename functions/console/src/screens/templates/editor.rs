//! The editor of a template: its texts, the tags they may use, and how they look to a patient.

use futures_util::future::OptionFuture;
use http::StatusCode;
use maud::{Markup, html};

use super::look::{Look, fill, look, short};
use super::model::{Channel, Program, Tag, Typed, program_types, tags, users};
use super::readers::{Reader, readers, show_readers};
use crate::api::at;
use crate::failure::{Failure, Problem};
use crate::html::field::{area, input, select, text};
use crate::html::{Section, alert, confirm, heading, hidden, page, said, values};
use crate::staff::Staff;

/// What an editor shows.
pub(super) struct Editor {
    pub(super) typed: Typed,
    /// The template that is changed; none when it is a new one.
    pub(super) saved: Option<Saved>,
    pub(super) problem: Option<Problem>,
    /// What somebody else saved meanwhile.
    pub(super) merge: Option<Markup>,
    pub(super) said: Option<String>,
    /// Whether it holds what is saved nowhere.
    pub(super) unsaved: bool,
}

/// The template that is changed.
#[derive(Debug, Clone)]
pub(super) struct Saved {
    pub(super) id: String,
    /// What `If-Match` takes.
    pub(super) version: String,
}

struct Parts<'a> {
    staff: &'a Staff,
    editor: &'a Editor,
    tags: Vec<Tag>,
    users: Vec<Program>,
    look: Look,
    readers: Vec<Reader>,
}

/// The page, with the status of what is wrong.
pub(super) async fn show(staff: &Staff, editor: Editor) -> Result<(StatusCode, Markup), Failure> {
    let id = editor.saved.as_ref().map(|it| it.id.as_str());
    let of = OptionFuture::from(id.map(|id| users(&staff.api, id)));
    let of = async { of.await.transpose() };
    let (tags, users, look, readers) = futures_util::try_join!(
        tags(&staff.api, editor.typed.channel),
        of,
        fill(staff, &editor.typed),
        readers(staff, &editor.typed),
    )?;
    let users = users.unwrap_or_default();
    let status = editor.problem.as_ref().map_or(StatusCode::OK, Problem::status);
    let title = match &editor.saved {
        Some(_) if !editor.typed.name.is_empty() => editor.typed.name.clone(),
        Some(_) => "Template without a name".to_owned(),
        None => format!("New {}", editor.typed.channel.one()),
    };
    let parts = Parts { staff, editor: &editor, tags, users, look, readers };
    let body = html! {
        (heading(&title, parts.links()))
        (said::notice(editor.said.as_deref()))
        @if let Some(problem) = &editor.problem { @if !problem.is_stale() { (alert(&brief(problem))) } }
        @if let Some(merge) = &editor.merge { (merge) }
        (parts.form())
        (parts.delete())
    };
    Ok((status, page(staff, Section::Templates, &title, body).await))
}

/// What stands above the fields: the tags that there are stand beside them.
fn brief(problem: &Problem) -> Problem {
    let mut brief = problem.clone();
    for error in &mut brief.errors {
        error.detail = short(&error.detail).to_owned();
    }
    brief
}

impl Parts<'_> {
    fn links(&self) -> Markup {
        html! {
            a.button href="/app/templates" { "All templates" }
            @if let Some(saved) = &self.editor.saved {
                a.button href=(at(&["app", "templates", &saved.id, "versions"], &[])) { "Earlier versions" }
            }
        }
    }

    fn form(&self) -> Markup {
        let Editor { typed, saved, unsaved, .. } = self.editor;
        let action = match saved {
            Some(saved) => at(&["app", "templates", &saved.id], &[]),
            None => "/app/templates/new".to_owned(),
        };
        html! {
            form method="post" action=(action) autocomplete="off" data-guard=(if *unsaved { "typed" } else { "" }) {
                // The button of the Enter key: it looks, and saves nothing.
                button.hidden formaction="/app/templates/preview" formnovalidate tabindex="-1" aria-hidden="true" {
                    "Preview"
                }
                (hidden(self.staff))
                (values(&[("channel", typed.channel.as_str())]))
                @if let Some(saved) = saved { (values(&[("id", &saved.id), ("version", &saved.version)])) }
                div.split.wide-left hx-post="/app/templates/preview" hx-target="#look" hx-sync="this:replace"
                    hx-trigger="input delay:400ms" {
                    div {
                        (self.texts())
                        (used_by(&self.users))
                        p { button.primary { "Save template" } }
                    }
                    div {
                        (self.reader())
                        section aria-labelledby="looks" {
                            h2 #looks { "How patients read it" }
                            div #look aria-live="polite" { (self.look()) }
                            @if typed.channel == Channel::Sms {
                                p { button formaction="/app/templates/preview" formnovalidate { "Preview this text" } }
                            }
                        }
                        (self.test())
                    }
                }
                (self.frame())
            }
        }
    }

    /// How it looks; what is wrong stands above already when that was said.
    fn look(&self) -> Markup {
        match (&self.look, &self.editor.problem) {
            (Look::Wrong(_), Some(problem)) if !problem.is_stale() => html! {
                p.soft { "You see it here when what is wrong above is mended." }
            },
            (shown, _) => look(self.editor.typed.channel, shown),
        }
    }

    fn texts(&self) -> Markup {
        let Editor { typed, problem, .. } = self.editor;
        let wrong = |field: &str| problem.as_ref().and_then(|it| it.of(field));
        let rows = if typed.channel == Channel::Sms { 6 } else { 16 };
        let marks = match typed.channel {
            Channel::Sms => "Tags in double braces are filled for each patient.",
            Channel::Email | Channel::Letter => {
                "Tags in double braces are filled for each patient. Begin a heading with # or ##, an item of a \
                 list with - or 1., and put ** on both sides of what is to be bold."
            }
        };
        html! {
            (text("name", "Name").value(&typed.name).error(wrong("/name")).required()
                .with("maxlength", "80").hint("What staff call it; patients do not see it."))
            @if typed.channel == Channel::Email {
                (text("subject", "Subject").value(&typed.subject).error(wrong("/subject")).required()
                    .hint("It may have tags too."))
            }
            (area("body", "Text", rows).value(&typed.body).error(wrong("/body")).required().hint(marks)
                .with("spellcheck", "true"))
            (tag_list(&self.tags, typed.channel))
        }
    }

    fn reader(&self) -> Markup {
        let typed = &self.editor.typed;
        html! {
            details open[!typed.patient.is_empty() || !typed.find.is_empty() || !typed.program_type.is_empty()] {
                summary { "Look at it for a real patient, or for one type of program" }
                div.row {
                    (input("search", "find", "Patient").value(&typed.find).with("autocomplete", "off")
                        .hint("How the name begins: Rossi, or Maria Rossi."))
                    button formaction="/app/templates/readers" formnovalidate
                        hx-post="/app/templates/readers" hx-target="#readers" { "Find patient" }
                }
                div #readers aria-live="polite" { (show_readers(typed, &self.readers)) }
                (select("program_type", "Sent by", program_types()).value(&typed.program_type)
                    .hint("Not every tag can be filled by every type of program."))
            }
        }
    }

    /// The whole of it, laid out: what was typed is posted into a frame, so that it is in no address.
    fn frame(&self) -> Markup {
        let Editor { typed, saved, unsaved, .. } = self.editor;
        let of_saved = saved.as_ref().filter(|_| !unsaved && typed.patient.is_empty());
        match typed.channel {
            Channel::Sms => html! {},
            Channel::Email => html! {
                section aria-labelledby="frames" {
                    div.heading {
                        h2 #frames { "On a phone and on a desktop" }
                        button formaction="/app/templates/frame" formtarget="look-frame" formnovalidate
                            data-live="look-frame" { "Preview this email" }
                    }
                    @let src = of_saved.map(|it| at(&["app", "templates", &it.id, "frame"], &[]));
                    iframe.look-frame name="look-frame" title="The email on a phone and on a desktop" src=[src] {}
                }
            },
            Channel::Letter => html! {
                section aria-labelledby="frames" {
                    div.heading {
                        h2 #frames { "As it is printed" }
                        div.row {
                            button formaction="/app/templates/letter" formtarget="look-frame" formnovalidate {
                                "Preview this letter"
                            }
                            button formaction="/app/templates/letter" formtarget="_blank" formnovalidate {
                                "Open it in a new tab"
                            }
                        }
                    }
                    @let src = of_saved.map(|it| at(&["app", "templates", &it.id, "letter"], &[]));
                    iframe.look-frame name="look-frame" title="The letter as it is printed" src=[src] {}
                }
            },
        }
    }

    fn test(&self) -> Markup {
        let Editor { typed, saved, problem, .. } = self.editor;
        let Some(saved) = saved else { return html! {} };
        let wrong = problem.as_ref().and_then(|it| it.of("/to"));
        let to = match typed.channel {
            Channel::Sms => input("tel", "to", "Your mobile number").with("autocomplete", "tel"),
            Channel::Email => {
                input("email", "to", "Your email address").with("autocomplete", "email")
            }
            Channel::Letter => return html! {},
        };
        html! {
            section aria-labelledby="test" {
                h2 #test { "Send it to yourself" }
                (to.value(&typed.to).error(wrong)
                    .hint("What is saved is sent once, with examples in the place of a patient. It costs what any other does."))
                button formaction=(at(&["app", "templates", &saved.id, "test"], &[])) formnovalidate { "Send a test" }
            }
        }
    }

    fn delete(&self) -> Markup {
        let Editor { saved, typed, .. } = self.editor;
        let Some(saved) = saved else { return html! {} };
        let action = at(&["app", "templates", &saved.id, "delete"], &[]);
        let consequence = html! {
            p { "No program uses “" (typed.name) "”: nobody is sent anything else by this." }
            p { "It cannot be brought back, but what it said can still be read in the history of what was sent." }
        };
        html! {
            @if self.users.is_empty() {
                hr;
                (confirm(self.staff, &action, "Delete template", consequence, &[("version", &saved.version)]))
            }
        }
    }
}

/// Which programs send it: what a save changes, and why it cannot be deleted.
pub(super) fn used_by(users: &[Program]) -> Markup {
    let count = users.len();
    html! {
        @if count > 0 {
            div.card {
                h2 { "Used by " (count) @if count == 1 { " program" } @else { " programs" } }
                p.soft { "What goes out after a save says the new text. While it is used it cannot be deleted." }
                ul {
                    @for it in users { li { a href=(at(&["app", "programs", &it.id], &[])) { (it.name) } } }
                }
            }
        }
    }
}

/// The tags of a text, to be read and to be put in: where one wrote last, else into the text.
fn tag_list(tags: &[Tag], channel: Channel) -> Markup {
    let into = if channel == Channel::Email { "f-subject f-body" } else { "f-body" };
    html! {
        details {
            summary { "Tags to insert (" (tags.len()) ")" }
            div.scroll.tags {
                table.stack {
                    caption.hidden { "Tags" }
                    thead { tr {
                        th scope="col" { "Tag" } th scope="col" { "What is put in its place" } th scope="col" { "For example" }
                    } }
                    tbody {
                        @for it in tags {
                            @let written = format!("{{{{ {} }}}}", it.name);
                            tr {
                                th scope="row" {
                                    button.quiet type="button" data-insert=(written) data-into=(into) {
                                        span.hidden { "Insert " } code { (written) }
                                    }
                                }
                                td data-label="In its place" { (it.meaning) }
                                td data-label="For example" { (it.example) }
                            }
                        }
                    }
                }
            }
        }
    }
}
