//! The OpenAPI document and the page that shows it, made from the functions' own routes.
//!
//! `cargo xtask openapi` writes them to `infra/`; the function `programs` serves them. Nothing of
//! this crate is in a function. A route is described by one function in the file of its area; tests
//! hold the schemas against what the functions read and answer, and run every example.

pub mod areas;
pub mod document;
pub mod files;
pub mod guide;
pub mod ids;
mod markdown;
pub mod names;
pub mod operation;
mod page;
mod problems;
pub mod routes;
