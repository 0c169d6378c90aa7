//! What the server does by itself, every hour: sweep up sessions, links, counters and uploads whose
//! time is over, bytes that nothing names and what a killed server left behind, settle operations
//! that waited too long, judge evidence and take into the search what was there before, and look at how
//! large tables are.
//!
//! Any number of processes may do it at once.

use std::time::Duration;

use crate::{
    AppState,
    areas::{blobs, evidence, sync},
    error::Result,
    search, throttle,
};

/// Runs for as long as the server does; what fails is tried again in an hour.
pub async fn run(state: AppState) {
    let mut hours = tokio::time::interval(Duration::from_hours(1));
    loop {
        hours.tick().await;
        if let Err(error) = sweep(&state).await {
            tracing::warn!(%error, "sweeping sessions, links and counters failed");
        }
        if let Err(error) = blobs::expire(&state).await {
            tracing::warn!(%error, "expired uploads stay");
        }
        match blobs::sweep(&state).await {
            Ok(swept) if swept == blobs::Swept::default() => {}
            Ok(swept) => tracing::info!(?swept, "bytes that nothing names are gone"),
            Err(error) => tracing::warn!(%error, "bytes that nothing names stay"),
        }
        if let Err(error) = blobs::remove_left_over(&state).await {
            tracing::warn!(%error, "pieces that a killed server left behind stay");
        }
        match evidence::standing::fill(&state.db).await {
            Ok(0) => {}
            Ok(things) => tracing::info!(things, "lines of evidence are judged now"),
            Err(error) => tracing::warn!(%error, "some lines of evidence count for nothing yet"),
        }
        match search::fill(&state).await {
            Ok(0) => {}
            Ok(documents) => tracing::info!(documents, "can be searched now"),
            Err(error) => tracing::warn!(%error, "some things can't be found by their words yet"),
        }
        if let Err(error) = state.db.look_at_sizes().await {
            tracing::warn!(%error, "the sizes of tables aren't known anew");
        }
        if let Err(error) = sync::expire_held(&state).await {
            tracing::warn!(%error, "operations that waited too long stay held");
        }
    }
}

/// Drops sessions, one-time links and counters whose time is over.
pub async fn sweep(state: &AppState) -> Result<()> {
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    throttle::sweep(&mut tx, now).await?;
    sqlx::query("delete from sessions where expires_at < $1")
        .bind(now.plus_days(-1).0)
        .execute(&mut *tx)
        .await?;
    sqlx::query("delete from one_time_links where expires_at < $1")
        .bind(now.plus_days(-30).0)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}
