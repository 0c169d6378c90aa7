//! `POST /api/rescue`: what a phone couldn't send, brought as a sealed file by the office or by a
//! colleague's phone.
//!
//! The file itself shows whose work it is: its operations take the way of a push by that account from
//! that phone, its photos the way of an upload, so that bringing it twice does no harm. Drafts aren't
//! submitted, and stay in the file.

mod file;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, State},
    http::StatusCode,
    routing::post,
};
use domain::{
    Outcome, Refusal,
    api::sync::{PUSH_BYTES, PUSH_OPERATIONS, RescueReport},
    permission::{Ability, may},
    rescue::{CarriedBlob, Manifest},
};
use tokio::sync::Semaphore;

use crate::{
    AppState, Error, Result,
    areas::{
        blobs::{self, Brought, Finished},
        devices,
        sync::{Envelope, Pushed, Sender, read_envelope},
    },
    audit,
    auth::Member,
    extract::Json,
};

/// So many files are opened at once; each lies on the disk, and one photo of it in memory.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

pub fn routes() -> Router<AppState> {
    Router::new().route(
        "/api/rescue",
        // The file has a limit of its own, and goes to the disk.
        post(hand_in).layer(DefaultBodyLimit::disable()),
    )
}

async fn hand_in(
    State(state): State<AppState>,
    member: Member,
    body: Body,
) -> Result<Json<RescueReport>> {
    let _turn = AT_ONCE
        .try_acquire()
        .map_err(|_| Error::Unavailable { retry_after_s: 30 })?;
    let spooled = file::spool(&state.settings, body).await?;
    let opened = file::open(&state.keys, spooled).await?;
    let manifest = &opened.manifest;
    let sender = author(&state, &member, &opened.key_id, manifest).await?;

    let mut report = RescueReport {
        name: manifest.name.clone(),
        saved_at: manifest.saved_at,
        received: 0,
        known: 0,
        quarantined: 0,
        later: 0,
        photos: 0,
        refused: 0,
        drafts: manifest.drafts.len() as i64,
        left_out: manifest.left_out.max(0),
    };
    for pushed in pushes(&member, sender, manifest) {
        let received = state.pushes.receive(&state, pushed).await?;
        for done in &received.done {
            match &done.outcome {
                Outcome::Retry { .. } => report.later += 1,
                Outcome::Duplicate { .. } => {
                    report.received += 1;
                    report.known += 1;
                }
                Outcome::Quarantined { .. } => {
                    report.received += 1;
                    report.quarantined += 1;
                }
                _ => report.received += 1,
            }
        }
    }
    let mut photos = opened.photos;
    for blob in opened.manifest.blobs {
        let bytes;
        (photos, bytes) = file::next_blob(photos, &blob, state.settings.photo_limit).await?;
        if blob.draft {
            continue;
        }
        if take_in(&state, &member, sender, blob, bytes).await? {
            report.photos += 1;
        } else {
            report.refused += 1;
        }
    }
    note(&state, &member, sender, &report).await?;
    Ok(Json(report))
}

/// The account and phone whose work the file holds, if the member may bring it.
async fn author(
    state: &AppState,
    member: &Member,
    key_id: &str,
    manifest: &Manifest,
) -> Result<Sender> {
    if manifest.organization_id != member.organization_id {
        return Err(refused(
            "other_organization",
            "这个文件是其他单位的手机导出的，请交给那个单位导入",
            "This file comes from another organization’s phone. Please give it to that organization",
        ));
    }
    let mut connection = state.db.read().acquire().await?;
    let device = manifest.device_id;
    let known = devices::store::standing(&mut connection, member.organization_id, device).await?;
    let own = known.filter(|device| device.person_id == manifest.person_id);
    let Some(device) = own.filter(|_| state.keys.gave_token(key_id, manifest)) else {
        return Err(refused(
            "unproven",
            "无法证明这个文件出自它所说的手机，请在原手机上重新导出",
            "Nothing shows that this file comes from the phone that it names. Please export it again on that phone",
        ));
    };
    if device.revoked && !may(member.actor.role, Ability::Review) {
        return Err(Error::refused(
            StatusCode::FORBIDDEN,
            "device_revoked",
            "导出这个文件的手机已被管理员撤销，请交给办公室导入",
            "An administrator has revoked the phone that this file comes from. Please give the file to the office",
        ));
    }
    Ok(Sender {
        person_id: manifest.person_id,
        device_id: manifest.device_id,
    })
}

/// The file's operations as a phone would push them.
fn pushes(member: &Member, sender: Sender, manifest: &Manifest) -> Vec<Pushed> {
    let push = |envelopes: Vec<Envelope>, refusal| Pushed {
        organization: member.organization_id,
        sender,
        heartbeat: None,
        envelopes,
        refusal,
    };
    let mut pushes = Vec::new();
    let mut waiting = Vec::new();
    for raw in &manifest.operations {
        let envelope = read_envelope(raw);
        if raw.get().len() > PUSH_BYTES {
            let too_long = Refusal::TooLong {
                field: "operation".to_owned(),
                limit: PUSH_BYTES as i64,
            };
            pushes.push(push(std::mem::take(&mut waiting), None));
            pushes.push(push(vec![envelope], Some(too_long)));
            continue;
        }
        waiting.push(envelope);
        if waiting.len() == PUSH_OPERATIONS {
            pushes.push(push(std::mem::take(&mut waiting), None));
        }
    }
    pushes.push(push(waiting, None));
    pushes.retain(|pushed| !pushed.envelopes.is_empty());
    pushes
}

/// Whether the server now holds the photo.
async fn take_in(
    state: &AppState,
    member: &Member,
    sender: Sender,
    blob: CarriedBlob,
    bytes: Option<Bytes>,
) -> Result<bool> {
    let Some(bytes) = bytes else {
        return Ok(false);
    };
    let brought = Brought {
        organization_id: member.organization_id,
        person_id: sender.person_id,
        device_id: sender.device_id,
        sha256: blob.sha256,
        media_type: blob.media_type,
    };
    Ok(blobs::take_in(state, brought, bytes).await? == Finished::Stored)
}

async fn note(
    state: &AppState,
    member: &Member,
    sender: Sender,
    report: &RescueReport,
) -> Result<()> {
    let mut tx = state.db.begin_for(member.organization_id).await?;
    let detail = format!(
        "person {} device {}: {} operations ({} known), {} photos",
        sender.person_id, sender.device_id, report.received, report.known, report.photos
    );
    let now = state.clock.now();
    audit::by(&mut tx, member, now, "rescue", None, &detail).await?;
    tx.commit().await?;
    Ok(())
}

fn refused(code: &'static str, zh: &str, en: &str) -> Error {
    Error::refused(StatusCode::UNPROCESSABLE_ENTITY, code, zh, en)
}
