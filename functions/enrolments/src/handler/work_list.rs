//! What waits for a person.

use app::ports::WorkList;
use aws::http::Problem;
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::{Ports, Shared};
use crate::wire;

pub(super) async fn list<W: Ports>(State(context): Shared<W>) -> Result<Json<Value>, Problem> {
    let open = context.work_list.open().await?;
    Ok(Json(json!({ "items": open.iter().map(wire::show_work).collect::<Vec<_>>() })))
}
