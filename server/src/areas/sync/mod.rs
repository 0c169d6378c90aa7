//! Sync: push, pull and certificates. What a phone says to the server and hears from it.
//!
//! The rules are `domain::decide`'s; the bytes of photos are the `blobs` area's. Sync is where areas
//! meet: unlike an area it loads and writes the rows of all of them.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};

use crate::{AppState, error::Result, feed};

mod batch;
mod certificates;
mod circumstances;
mod cursor;
mod device;
mod envelope;
pub mod inbox;
mod people;
mod pull;
mod push;
mod receive;
pub mod rows;
mod throttle;
pub mod visits;
mod world;

pub use batch::{Sender, take_in};
pub use envelope::{Envelope, check_characters, read as read_envelope, read_kept};
pub use receive::{Pushed, Queue, blame};

pub fn routes() -> Router<AppState> {
    Router::new()
        .route(
            "/api/sync/push",
            post(push::push).layer(DefaultBodyLimit::max(push::SINGLE_BYTES)),
        )
        .route("/api/sync/pull", get(pull::pull))
        .route("/api/certificates", post(certificates::issue))
}

/// Gives up on operations whose predecessor never came; run it now and then.
pub async fn expire_held(state: &AppState) -> Result<u64> {
    let now = state.clock.now();
    let mut expired = 0;
    for organization in inbox::organizations_with_expired(state.db.read(), now).await? {
        let mut tx = state.db.begin_for(organization).await?;
        feed::lock(&mut tx, organization).await?;
        let rows = inbox::expire(&mut tx, organization, now).await?;
        feed::publish(&mut tx, organization, &rows).await?;
        expired += rows.len() as u64;
        tx.commit().await?;
    }
    Ok(expired)
}
