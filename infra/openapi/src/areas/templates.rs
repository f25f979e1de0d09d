//! Templates, their versions, previews, and tags.

use serde_json::{Value, json};

use super::Area;
use super::template_schemas::{
    Preview, PreviewDraft, PreviewReader, TagList, Template, TemplateDraft, TemplatePage,
    TemplateVersions, TestDraft,
};
use crate::ids;
use crate::operation::Operation;

/// The area.
pub fn area() -> Area {
    Area {
        name: "Templates",
        says: "The texts of messages, with tags that are filled for each patient.",
        operations: vec![
            list(),
            create(),
            get(),
            put(),
            delete(),
            preview(),
            preview_saved(),
            send_test(),
            versions(),
            version(),
            tags(),
        ],
    }
}

fn list() -> Operation {
    Operation::get("/v1/templates", "listTemplates", "List the templates")
        .query("q", "A part of the name.", &json!({ "type": "string" }))
        .query(
            "channel",
            "Only those of this channel.",
            &json!({ "$ref": "#/components/schemas/Channel" }),
        )
        .pages()
        .answers::<TemplatePage>(200, "A page of templates.")
}

fn sms() -> Value {
    let body = "Hi {{ patient.first_name }}, your visit to {{ site.name }} is on {{ booking.date }} \
                at {{ booking.time }}.";
    json!({ "channel": "sms", "name": "Booking reminder", "body": body })
}

fn create() -> Operation {
    Operation::post("/v1/templates", "createTemplate", "Create a template")
        .says("Another tag than those of `GET /v1/tags` is refused, so a typing mistake reaches nobody.")
        .takes::<TemplateDraft>()
        .example("reminder", "A text message", sms())
        .gives("/id", ids::TEMPLATE)
        .example(
            "email",
            "An e-mail",
            json!({
                "channel": "email", "name": "Welcome", "subject": "Your visit to {{ site.name }}",
                "body": "Dear {{ patient.full_name }},\n\nsee you soon.",
            }),
        )
        .gives("/id", ids::EMAIL_TEMPLATE)
        .example(
            "recall",
            "A text message that is about no booking",
            json!({
                "channel": "sms", "name": "Time for a visit",
                "body": "Hi {{ patient.first_name }}, it is time for a visit. Please call {{ site.name }}.",
            }),
        )
        .gives("/id", ids::CALL_TEMPLATE)
        .answers::<Template>(201, "The template.")
        .tells_version()
}

fn get() -> Operation {
    Operation::get("/v1/templates/{id}", "getTemplate", "Read a template")
        .answers::<Template>(200, "The template.")
        .tells_version()
}

fn put() -> Operation {
    Operation::put("/v1/templates/{id}", "saveTemplate", "Save a template")
        .says("What it said before is kept. Messages that go out from now on say the new text.")
        .takes::<TemplateDraft>()
        .example("reminder", "The same text", sms())
        .answers::<Template>(200, "The template as it is now.")
        .saves_version()
}

fn delete() -> Operation {
    Operation::delete("/v1/templates/{id}", "deleteTemplate", "Delete a template")
        .answers_plain(204, "", "It is deleted. What it said is kept among its versions.")
        .saves_version()
        .refuses(409, "A program uses it.")
}

fn preview() -> Operation {
    Operation::post("/v1/templates/preview", "previewText", "Fill a text that is not saved")
        .says("422 names every tag that is unknown, or that would be empty.")
        .takes::<PreviewDraft>()
        .example(
            "typed",
            "As somebody types it",
            json!({ "channel": "sms", "body": "Hi {{ patient.first_name }}!", "program_type": "recall" }),
        )
        .answers::<Preview>(200, "The text, filled.")
}

fn preview_saved() -> Operation {
    Operation::post("/v1/templates/{id}/preview", "previewTemplate", "Fill a saved template")
        .takes::<PreviewReader>()
        .example("examples", "With examples", json!({}))
        .answers::<Preview>(200, "The text, filled.")
}

fn send_test() -> Operation {
    Operation::post("/v1/templates/{id}/test", "sendTest", "Send a template to yourself")
        .says("A message with examples in the place of a patient's values. It costs what any other does.")
        .takes::<TestDraft>()
        .example("mine", "To a number of yours", json!({ "to": "0491 570 006" }))
        .answers::<Preview>(202, "What was sent.")
        .goes_once()
        .refuses(
            409,
            "All sending is on hold, the template is for letters or is too long, or the provider refuses \
             where it is to go; or it may have been sent, and a repeat with the same key sends no other.",
        )
        .refuses(502, "Nothing is known to have been sent.")
}

fn versions() -> Operation {
    Operation::get(
        "/v1/templates/{id}/versions",
        "listTemplateVersions",
        "See what a template said",
    )
    .says("The newest first.")
    .pages()
    .answers::<TemplateVersions>(200, "Its versions. They are kept when it is deleted.")
}

fn version() -> Operation {
    let path = "/v1/templates/{id}/versions/{version}";
    Operation::get(path, "getTemplateVersion", "Read one version of a template")
        .answers::<Template>(200, "The version.")
}

fn tags() -> Operation {
    Operation::get("/v1/tags", "listTags", "List the tags a text may use")
        .query(
            "type",
            "Only those that this type of program can fill.",
            &json!({ "$ref": "#/components/schemas/ProgramType" }),
        )
        .query(
            "channel",
            "Only those of this channel.",
            &json!({ "$ref": "#/components/schemas/Channel" }),
        )
        .answers::<TagList>(200, "The tags.")
}
