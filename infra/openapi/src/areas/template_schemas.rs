//! Templates, as they are saved, shown and previewed.

use utoipa::ToSchema;

use crate::names::{Channel, Encoding, ProgramType, names};

names! {
    /// A text message.
    OnlySms: ["sms"];
    /// An e-mail.
    OnlyEmail: ["email"];
    /// A letter.
    OnlyLetter: ["letter"];
    /// What a part of a letter is.
    BlockType: ["heading", "paragraph", "list"];
}

macro_rules! by_channel {
    ($(#[doc = $doc:literal])* $name:ident, $preview:ident, $kind:ident { $($(#[$meta:meta])* $field:ident),* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// A template keeps its channel for life.
            pub channel: $kind,
            /// What staff call it.
            #[schema(min_length = 1, max_length = 80)]
            pub name: String,
            $($(#[$meta])* pub $field: String,)*
            /// Taken and passed over, so that an answer can be sent back.
            pub id: Option<String>,
            /// Taken and passed over; `If-Match` says the version.
            pub version: Option<u64>,
            /// Taken and passed over.
            pub tags: Option<Vec<String>>,
            /// Taken and passed over.
            pub saved_at: Option<String>,
            /// Taken and passed over.
            pub saved_by: Option<String>,
        }

        /// A text to preview.
        #[derive(Debug, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $preview {
            /// How it would go.
            pub channel: $kind,
            $($(#[$meta])* pub $field: String,)*
            /// The id of a patient, whose values fill the text; left out, examples do.
            pub patient: Option<String>,
            /// The type of program that is to send it: a tag it cannot fill is refused.
            pub program_type: Option<ProgramType>,
        }
    };
}

by_channel! {
    /// A text message.
    SmsTemplate, SmsPreview, OnlySms {
        /// The text. Tags stand between two braces; `GET /v1/tags` lists them.
        #[schema(examples("Hi {{ patient.first_name }}"))]
        body
    }
}
by_channel! {
    /// An e-mail.
    EmailTemplate, EmailPreview, OnlyEmail {
        /// The subject, which may have tags too.
        #[schema(examples("Your visit to {{ site.name }}"))]
        subject,
        /// The text: `#` and `##` begin a heading, `-` and `1.` an item of a list, `**` stands on both
        /// sides of what is bold. A new line in it is one in the message.
        body
    }
}
by_channel! {
    /// A letter.
    LetterTemplate, LetterPreview, OnlyLetter {
        /// The text, with the same markup as that of an e-mail.
        body
    }
}

/// A template, to be saved.
#[derive(Debug, ToSchema)]
#[serde(untagged)]
pub enum TemplateDraft {
    /// A text message.
    Sms(SmsTemplate),
    /// An e-mail.
    Email(EmailTemplate),
    /// A letter.
    Letter(LetterTemplate),
}

/// A text to preview.
#[derive(Debug, ToSchema)]
#[serde(untagged)]
pub enum PreviewDraft {
    /// A text message.
    Sms(SmsPreview),
    /// An e-mail.
    Email(EmailPreview),
    /// A letter.
    Letter(LetterPreview),
}

/// For whom a saved template is previewed.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewReader {
    /// The id of a patient, whose values fill the text; left out, examples do.
    pub patient: Option<String>,
    /// The type of program that is to send it: a tag it cannot fill is refused.
    pub program_type: Option<ProgramType>,
}

/// Where a test goes.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TestDraft {
    /// A mobile number, as people type it; of a template of e-mail, an address.
    #[schema(examples("0491 570 006"))]
    pub to: String,
}

/// A template.
#[derive(Debug, ToSchema)]
pub struct Template {
    /// Its id.
    pub id: String,
    /// What staff call it.
    pub name: String,
    /// Its version, which is its `ETag` too.
    pub version: u64,
    /// How it goes.
    pub channel: Channel,
    /// Only an e-mail has one.
    pub subject: Option<String>,
    /// The text.
    pub body: String,
    /// The tags in it.
    pub tags: Vec<String>,
    /// When this version was saved.
    #[schema(required, format = DateTime)]
    pub saved_at: Option<String>,
    /// Who saved it: the id of their account.
    #[schema(required)]
    pub saved_by: Option<String>,
}

/// A page of templates.
#[derive(Debug, ToSchema)]
pub struct TemplatePage {
    /// The templates, oldest first.
    pub items: Vec<Template>,
    /// The `cursor` of the next page; `null` on the last one.
    #[schema(required)]
    pub next: Option<String>,
}

/// What a template said, newest first.
#[derive(Debug, ToSchema)]
pub struct TemplateVersions {
    /// The versions.
    pub items: Vec<Template>,
    /// The `cursor` of the next page; `null` on the last one.
    #[schema(required)]
    pub next: Option<String>,
}

/// A filled text message.
#[derive(Debug, ToSchema)]
pub struct FilledSms {
    /// How it would go.
    pub channel: OnlySms,
    /// The text.
    pub body: String,
    /// In how many parts it is sent, each of which costs.
    pub parts: u64,
    /// What these cost, by the practice's settings; `null` while they do not say what a part costs.
    #[schema(required)]
    pub cost: Option<String>,
    /// The alphabet it needs.
    pub encoding: Encoding,
    /// The characters that make its parts short.
    pub not_gsm: String,
    /// The same with plain characters, should that save a part.
    #[schema(required)]
    pub tidied: Option<String>,
}

/// A filled e-mail.
#[derive(Debug, ToSchema)]
pub struct FilledEmail {
    /// How it would go.
    pub channel: OnlyEmail,
    /// Its subject.
    pub subject: String,
    /// As mail programs show it that show no HTML.
    pub text: String,
    /// As all others show it.
    pub html: String,
}

/// A filled letter.
#[derive(Debug, ToSchema)]
pub struct FilledLetter {
    /// How it would go.
    pub channel: OnlyLetter,
    /// Its text, as far as it can be told without a layout.
    pub text: String,
    /// Its parts.
    pub blocks: Vec<LetterBlock>,
}

/// A part of a letter.
#[derive(Debug, ToSchema)]
pub struct LetterBlock {
    /// What it is.
    pub r#type: BlockType,
    /// A heading: how deep it is.
    pub level: Option<u64>,
    /// A heading or a paragraph: what it says.
    pub runs: Option<Vec<LetterRun>>,
    /// A list: the number of its first item; `null` when it has bullets.
    pub from: Option<u64>,
    /// A list: its items, each blocks of its own.
    #[schema(no_recursion)]
    pub items: Option<Vec<Vec<LetterBlock>>>,
}

/// A piece of text in one weight.
#[derive(Debug, ToSchema)]
pub struct LetterRun {
    /// The text.
    pub text: String,
    /// Whether it stands out.
    pub bold: bool,
}

/// A filled message.
#[derive(Debug, ToSchema)]
#[serde(untagged)]
pub enum Preview {
    /// A text message.
    Sms(FilledSms),
    /// An e-mail.
    Email(FilledEmail),
    /// A letter.
    Letter(FilledLetter),
}

/// A tag.
#[derive(Debug, ToSchema)]
pub struct Tag {
    /// As it stands between braces.
    pub name: String,
    /// What is put in its place.
    pub meaning: String,
    /// For example.
    pub example: String,
}

/// The tags a text may use.
#[derive(Debug, ToSchema)]
pub struct TagList {
    /// The tags.
    pub items: Vec<Tag>,
}
