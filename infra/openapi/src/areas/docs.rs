//! The description itself.

use super::Area;
use crate::operation::Operation;

/// The area.
pub fn area() -> Area {
    Area {
        name: "Docs",
        says: "This description. It needs no sign-in.",
        operations: vec![document(), page()],
    }
}

fn document() -> Operation {
    let says = "An OpenAPI 3.1 document.";
    Operation::get("/openapi.json", "getDocument", "Read this description, for machines")
        .answers_plain(200, "application/json", says)
        .answers_plain(304, "", "You have the newest one: its `ETag` was in `If-None-Match`.")
}

fn page() -> Operation {
    Operation::get("/docs", "getDocs", "Read this description, for people")
        .answers_plain(200, "text/html", "A page without scripts.")
        .answers_plain(304, "", "You have the newest one: its `ETag` was in `If-None-Match`.")
}
