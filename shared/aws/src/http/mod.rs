//! What every function behind API Gateway shares: problem answers, callers and their roles, bodies,
//! versions, pages of lists, and a router in which every route says who may use it.

mod auth;
mod body;
mod idempotency;
mod page;
mod problem;
mod router;

pub use auth::{Caller, Role};
pub use body::{JsonBody, NoBody, RawBody, if_match, is_said_to_be, json_with_etag, parse_json};
pub use idempotency::{KeepsAnswers, NewIds};
pub use page::{BadCursor, Cursor, ListQuery, Order, Page, page_json};
pub use problem::Problem;
pub use router::{Access, Api, Method, RequestId, serve};
