//! The distribution list of letters.

use serde_json::json;
use utoipa::ToSchema;

use super::Area;
use super::enrolment_schemas::Place;
use crate::ids;
use crate::names::{
    EpostStage, LetterAct, LetterAddressee, LetterPrint, LetterSides, LetterStateName, PictureKind,
    PreviewAddressee, ProgramType,
};
use crate::operation::Operation;

/// A letter that the ePost provider has.
#[derive(Debug, ToSchema)]
pub struct LetterAtEpost {
    /// The provider's id for it; none while we were not told.
    #[schema(required)]
    pub id: Option<String>,
    /// How far it has come there.
    pub stage: EpostStage,
}

/// Where a letter stands.
#[derive(Debug, ToSchema)]
pub struct LetterStanding {
    /// The state.
    pub name: LetterStateName,
    /// The id of the batch it was printed in.
    #[schema(required)]
    pub batch: Option<String>,
    /// Since when.
    #[schema(format = DateTime, required)]
    pub at: Option<String>,
    /// By whom: the id of their account.
    #[schema(required)]
    pub by: Option<String>,
    /// Why.
    #[schema(required)]
    pub why: Option<String>,
    /// Where its file lies, below `files/`.
    #[schema(required)]
    pub path: Option<String>,
    /// Where it stands at the ePost provider, while that has it.
    #[schema(required)]
    pub epost: Option<LetterAtEpost>,
}

/// Something that was done about a letter.
#[derive(Debug, ToSchema)]
pub struct LetterDone {
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// By whom: the id of their account.
    pub by: String,
    /// What.
    pub what: LetterAct,
    /// Why, when a person said why.
    #[schema(required)]
    pub why: Option<String>,
}

macro_rules! letter {
    ($(#[doc = $doc:literal])* $name:ident { $($(#[$meta:meta])* $field:ident: $type:ty),* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, ToSchema)]
        pub struct $name {
            /// Its id.
            pub id: String,
            /// Its version.
            pub version: u64,
            /// To whom it is.
            pub addressee: LetterAddressee,
            /// How it gets there.
            pub print: LetterPrint,
            /// The name and the address, a line each, as they are printed.
            pub to: Vec<String>,
            /// The site it goes out from.
            pub site: Place,
            /// The id of its program.
            pub program: String,
            /// The id of the patient it is about.
            pub patient: String,
            /// That patient's name when the letter was made.
            pub about: String,
            /// The id of its enrolment.
            pub enrolment: String,
            /// The cycle.
            pub cycle: u16,
            /// The id of its action.
            pub action: String,
            /// Which letter it is: the name of its template.
            pub title: String,
            /// The day it is dated.
            #[schema(format = Date)]
            pub date: String,
            /// How many pages it has.
            pub pages: u16,
            /// When it came onto the list.
            #[schema(format = DateTime)]
            pub listed: String,
            /// The ids of the batches it was printed with, the first one first.
            pub batches: Vec<String>,
            /// Where it stands.
            pub state: LetterStanding,
            $($(#[$meta])* pub $field: $type,)*
        }
    };
}

letter! {
    /// A letter of the list.
    ListedLetter {}
}
letter! {
    /// A letter of the list, and what was done about it.
    LetterStory {
        /// What was done about it, the oldest first.
        history: Vec<LetterDone>
    }
}

/// A page of letters.
#[derive(Debug, ToSchema)]
pub struct LetterPage {
    /// The letters: by site, then by state, then by day; of a program by day.
    pub items: Vec<ListedLetter>,
    /// The `cursor` of the next page; `null` on the last one. A page may have fewer letters than it has
    /// room for though others follow.
    #[schema(required)]
    pub next: Option<String>,
}

/// Which letters are to be printed: those of `letters`, or all that wait of what else is said; one of
/// them must be.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchDraft {
    /// The ids of the letters.
    #[schema(min_items = 1, max_items = 99)]
    pub letters: Option<Vec<String>>,
    /// Only letters of the site of this code.
    #[schema(min_length = 1, max_length = 64)]
    pub site: Option<String>,
    /// Only letters dated on this day or later.
    #[schema(format = Date)]
    pub from: Option<String>,
    /// Only letters dated on this day or before.
    #[schema(format = Date)]
    pub to: Option<String>,
    /// Only letters of the program of this id.
    pub program: Option<String>,
    /// Only letters that go like this.
    pub print: Option<LetterPrint>,
    /// `true`, and nothing that narrows it down: all that wait in the whole practice.
    pub all: Option<bool>,
    /// On which sides of the paper; one, when it is left out.
    pub sides: Option<LetterSides>,
}

/// Who did something, and when.
#[derive(Debug, ToSchema)]
pub struct BatchDone {
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// Who: the id of their account.
    pub by: String,
}

/// Letters that were printed together.
#[derive(Debug, ToSchema)]
pub struct Batch {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: u64,
    /// On which sides of the paper.
    pub sides: LetterSides,
    /// How many pages its letters have; the cover sheet is not counted.
    pub pages: u32,
    /// Who printed it, and when.
    pub printed: BatchDone,
    /// Who posted it, and when.
    #[schema(required)]
    pub posted: Option<BatchDone>,
    /// Its letters as they are now, in the order they are printed in.
    pub letters: Vec<ListedLetter>,
    /// Who has done what about it, the oldest first.
    pub history: Vec<LetterDone>,
    /// Letters of what was asked for that wait and may not go, a hundred at most.
    pub left_out: Vec<LetterLeftOut>,
    /// Whether other letters of what was asked for wait: print once more. A batch has at most 99.
    pub more: bool,
}

/// A letter that waits and was not printed.
#[derive(Debug, ToSchema)]
pub struct LetterLeftOut {
    /// Its id.
    pub letter: String,
    /// Why.
    pub why: String,
}

/// A link to a PDF.
#[derive(Debug, ToSchema)]
pub struct Link {
    /// The address. Whoever has it can read the letter.
    pub url: String,
    /// Until when it may be followed.
    #[schema(format = DateTime)]
    pub until: String,
}

/// Why something was done with a letter.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LetterWhy {
    /// The reason, for whoever reads it.
    #[schema(min_length = 1, max_length = 200, examples("unknown at this address"))]
    pub why: String,
}

/// A letter to look at: of a template, or of a text.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LetterToLookAt {
    /// The id of the template.
    pub template: Option<String>,
    /// The text, when it is no template's.
    #[schema(examples("Dear {{ patient.first_name }},"))]
    pub body: Option<String>,
    /// The id of the patient it is about; an example without one.
    pub patient: Option<String>,
    /// To whom it is: the patient, when it is left out.
    pub to: Option<PreviewAddressee>,
    /// The code of the site it goes out from; the patient's, or the first, when it is left out.
    #[schema(min_length = 1, max_length = 64)]
    pub site: Option<String>,
    /// The type of program it is meant for: what that cannot fill is refused.
    pub program_type: Option<ProgramType>,
}

/// A logo, to be saved.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogoDraft {
    /// A PNG or JPEG file in Base64, of at most 150,000 bytes and 2,400 pixels along a side.
    pub file: String,
    /// What a screen reader says in its place.
    #[schema(min_length = 1, max_length = 80, examples("Harbour Health"))]
    pub description: String,
}

/// A logo, without its file.
#[derive(Debug, ToSchema)]
pub struct Logo {
    /// What kind of file it is.
    pub kind: PictureKind,
    /// What a screen reader says in its place.
    pub description: String,
}

/// The logo of the practice's letters.
#[derive(Debug, ToSchema)]
pub struct LogoSetting {
    /// The version of the settings.
    pub version: u64,
    /// The logo; none when letters have none.
    #[schema(required)]
    pub logo: Option<Logo>,
}

/// The area.
pub fn area() -> Area {
    Area {
        name: "Letters",
        says: "The distribution list: letters that wait to be printed, are printed, posted, or came back.",
        operations: vec![
            list(),
            get(),
            link(),
            print(),
            batch(),
            link_batch(),
            posted_batch(),
            posted(),
            returned(),
            again(),
            withdrawn(),
            preview(),
            save_logo(),
            logo(),
            remove_logo(),
        ],
    }
}

fn list() -> Operation {
    let text = json!({ "type": "string" });
    let day = json!({ "type": "string", "format": "date" });
    let of = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    Operation::get("/v1/letters", "listLetters", "List the letters")
        .query("site", "Only letters of the site of this code.", &text)
        .query("state", "Only letters in this state.", &of("LetterStateName"))
        .query("from", "Only letters dated on this day or later.", &day)
        .query("to", "Only letters dated on this day or before.", &day)
        .query("program", "Only letters of the program of this id.", &text)
        .query("print", "Only letters that go like this.", &of("LetterPrint"))
        .query("patient", "Only letters about the patient of this id.", &text)
        .query("batch", "Only letters printed in the batch of this id.", &text)
        .pages()
        .answers::<LetterPage>(200, "A page of letters.")
        .gives("/items/0/id", ids::LETTER)
}

fn get() -> Operation {
    Operation::get("/v1/letters/{id}", "getLetter", "Read a letter's entry")
        .answers::<LetterStory>(200, "It, and who has done what about it.")
}

fn link() -> Operation {
    Operation::post("/v1/letters/{id}/link", "linkLetter", "Open a letter")
        .says("Who was given a link, and when, is kept.")
        .answers::<Link>(200, "A link to the PDF, for five minutes.")
}

fn print() -> Operation {
    Operation::post("/v1/letters/batches", "printLetters", "Print letters together")
        .says(
            "One file, with a cover sheet. No letter is in two batches: each is marked as printed \
             together with the batch, or nothing is. Each is looked at once more: who has died, is \
             no patient any more or has opted out since is left out, and whose address has changed \
             is written to at the new one.",
        )
        .takes::<BatchDraft>()
        .example(
            "waiting",
            "All that wait at a site",
            json!({ "site": "harbour", "sides": "both" }),
        )
        .gives("/id", ids::BATCH)
        .answers::<Batch>(201, "The batch. Its file is at `/link`.")
        .refuses(409, "No such letter waits or may go, or one of those named does not or may not.")
}

fn batch() -> Operation {
    Operation::get("/v1/letters/batches/{id}", "getBatch", "Read a batch")
        .answers::<Batch>(200, "It, and its letters as they are now.")
}

fn link_batch() -> Operation {
    Operation::post("/v1/letters/batches/{id}/link", "linkBatch", "Open a batch to print it")
        .says("The same to print it once more. Who was given a link, and when, is kept.")
        .answers::<Link>(200, "A link to the PDF, for five minutes.")
}

fn posted_batch() -> Operation {
    Operation::post("/v1/letters/batches/{id}/posted", "postBatch", "Mark a batch as posted")
        .says("Its letters too, but for those something else has been done with since.")
        .answers::<Batch>(200, "It, as it is now.")
}

fn posted() -> Operation {
    Operation::post("/v1/letters/{id}/posted", "postLetter", "Mark a letter as posted")
        .answers::<ListedLetter>(200, "It, as it is now. What was said first stands.")
        .refuses(
            409,
            "It came back, was withdrawn, is a file, or is with or on its way to the ePost provider.",
        )
}

fn returned() -> Operation {
    Operation::post("/v1/letters/{id}/returned", "returnLetter", "Say that a letter came back")
        .says(
            "No letter goes to that address any more until another is written down, and a person is \
             asked for it on the work list.",
        )
        .takes::<LetterWhy>()
        .example("unknown", "Unknown there", json!({ "why": "unknown at this address" }))
        .answers::<ListedLetter>(200, "It, as it is now.")
        .refuses(
            409,
            "It has not been printed, was withdrawn, is a file, or is on its way to the ePost provider.",
        )
}

fn again() -> Operation {
    Operation::post("/v1/letters/{id}/again", "printLetterAgain", "Have a letter printed once more")
        .says(
            "It waits again. If the address of its reader has changed, it is made anew for that one; what \
             it says, and its date, stay.",
        )
        .takes::<LetterWhy>()
        .example("jam", "The printer jammed", json!({ "why": "the printer jammed" }))
        .answers::<ListedLetter>(200, "It, as it is now.")
        .refuses(
            409,
            "It is a file, or is on its way to the ePost provider; its reader has died, or has no address \
             any more.",
        )
}

fn withdrawn() -> Operation {
    Operation::post("/v1/letters/{id}/withdrawn", "withdrawLetter", "Take a letter off the list")
        .says("It is not sent. Have it printed once more if that was a mistake.")
        .takes::<LetterWhy>()
        .example("booked", "The patient has booked", json!({ "why": "booked by phone" }))
        .answers::<ListedLetter>(200, "It, as it is now. What was said first stands.")
        .refuses(409, "It is in the post, with or on its way to the ePost provider, or a file.")
}

fn preview() -> Operation {
    Operation::post("/v1/letters/preview", "previewLetter", "Look at a letter")
        .says("The very file that would be printed, with letterhead, address and logo. It is not kept.")
        .takes::<LetterToLookAt>()
        .example(
            "text",
            "A text that is not saved yet",
            json!({ "body": "# Your results\n\nDear {{ patient.first_name }},\n\nplease call us." }),
        )
        .answers_plain(200, "application/pdf", "The letter.")
}

fn logo() -> Operation {
    Operation::get("/v1/settings/logo", "getLogo", "Read the logo of letters")
        .answers_plain(200, "image/png", "The picture; a JPEG one is `image/jpeg`.")
        .tells_version()
}

fn save_logo() -> Operation {
    Operation::put("/v1/settings/logo", "saveLogo", "Save the logo of letters")
        .says("It stands at the top of the letters that are made from now on.")
        .takes::<LogoDraft>()
        .example("dot", "A dot", json!({ "file": DOT, "description": "Harbour Health" }))
        .answers::<LogoSetting>(200, "It, without its file.")
        .saves_version()
}

fn remove_logo() -> Operation {
    Operation::delete("/v1/settings/logo", "removeLogo", "Take the logo off letters")
        .answers::<LogoSetting>(200, "That there is none.")
        .saves_version()
}

/// One red pixel.
const DOT: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";
