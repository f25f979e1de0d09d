//! What is said at the top of the page that follows something done: by a word in the address, so that
//! nothing of anybody is in it.

use maud::{Markup, html};

/// The sentence of that word.
fn sentence(word: &str) -> Option<&'static str> {
    Some(match word {
        "saved" => "Saved.",
        "created" => "Created.",
        "deleted" => "Deleted.",
        "done" => "Done.",
        "program-created" => "Created. It is disabled: add its actions, then enable it.",
        "patients-moved" => "Moved. Each patient's history says so.",
        "program-enabled" => "Enabled. Patients are put on it from now on.",
        "program-disabled" => "Disabled. Nobody new is put on it; those on it go on.",
        "tested" => "The test is on its way to you.",
        "held" => "All sending is on hold now.",
        "released" => "Sending is released.",
        "taken" => "It is yours now.",
        "given" => "Given to them.",
        "given-back" => "Given back: it is nobody's now.",
        "noted" => "The note is kept.",
        "resolved" => "Resolved.",
        "advanced" => "Resolved: the patient's program goes on.",
        "merged" => "The records are merged.",
        "printed" => {
            "The batch is made. Open it, print it, and mark it as posted when it is in the post."
        }
        "posted" => "Marked as posted.",
        "returned" => "Noted that it came back.",
        "again" => "It waits to be printed again.",
        "withdrawn" => "Taken off the list: it is not sent.",
        "enrolled" => "Enrolled.",
        "archived" => "Archived. Nothing is sent to them any more.",
        "restored" => "Restored. They can get messages again.",
        "went-on" => "It goes on.",
        "left-out" => "The action is left out.",
        "tried-again" => "It is tried again now.",
        "ended" => "Ended. Nothing more is sent of it.",
        "counts-anew" => "The reference date is changed.",
        _ => return None,
    })
}

/// What is said of it, if the address has such a word.
pub fn notice(word: Option<&str>) -> Markup {
    html! {
        @if let Some(sentence) = word.and_then(sentence) {
            p.notice role="status" { (sentence) }
        }
    }
}
