//! The screens that staff use: pages made on the server over the JSON API.
//!
//! A page asks the API as the person who looks at it, with their own access token. So a page can do
//! nothing that the API would not do for them, and there is one place that checks roles, reads input and
//! says what is wrong with it. The function itself may read and write sessions, and nothing else.
//!
//! * [`handler`]: the routes, and what stands before each: the session, the form's token.
//! * [`sign_in`], [`session`]: Cognito's pages, and who is signed in.
//! * [`api`]: asking the JSON API.
//! * [`html`]: the frame of a page, and the parts it is made of.
//! * `screens`: the pages, a folder for each.

pub mod api;
mod assets;
pub mod failure;
pub mod form;
pub mod handler;
pub mod html;
mod screens;
pub mod session;
pub mod sign_in;
pub mod staff;
