//! Writes an attendance, or that a guest came or left, into this phone's outbox, whatever the proof.

use domain::{
    ActivityId, Area, Change, GuestId, Lang, PersonId, RecordRef,
    areas::{
        attendances::{AttendanceChange, Direction, Proof},
        guests::GuestChange,
    },
    keys::sha256_hex,
};
use leptos::task::spawn_local;
use sync::{NewBlob, NewOperation, Saved};
use uuid::Uuid;

use crate::device::Device;

/// Records that `person` came or left. A signature is a picture's bytes, kept as a blob.
pub async fn record(
    device: Device,
    activity: ActivityId,
    person: PersonId,
    direction: Direction,
    proof: Proof,
    signature: Option<Vec<u8>>,
    lang: Lang,
) -> Result<Saved, String> {
    let record = RecordRef::new(Area::Attendances, Uuid::now_v7());
    let change = Change::Attendances(AttendanceChange::Record {
        activity_id: activity,
        person_id: person,
        direction,
        proof,
    });
    commit(device, NewOperation::new(record, change), signature, lang).await
}

/// Records that somebody came who isn't a member.
pub async fn record_guest(
    device: Device,
    activity: ActivityId,
    name: String,
    unit: String,
    signature: Option<Vec<u8>>,
    lang: Lang,
) -> Result<Saved, String> {
    let record = RecordRef::new(Area::Guests, Uuid::now_v7());
    let change = Change::Guests(GuestChange::Arrive {
        activity_id: activity,
        name,
        unit,
        signature: signature.as_deref().map(sha256_hex),
    });
    commit(device, NewOperation::new(record, change), signature, lang).await
}

/// Records that a guest left.
pub async fn record_guest_leaving(
    device: Device,
    activity: ActivityId,
    guest: GuestId,
    lang: Lang,
) -> Result<Saved, String> {
    let record = RecordRef::new(Area::Guests, guest);
    let change = Change::Guests(GuestChange::Leave {
        activity_id: activity,
    });
    commit(device, NewOperation::new(record, change), None, lang).await
}

async fn commit(
    device: Device,
    mut new: NewOperation,
    signature: Option<Vec<u8>>,
    lang: Lang,
) -> Result<Saved, String> {
    let Some(replica) = device.replica() else {
        return Err(lang.pick("请先登录", "Please log in first").to_owned());
    };
    new.blobs.extend(signature.map(|bytes| NewBlob {
        bytes,
        media_type: "image/png".to_owned(),
    }));
    let saved = replica
        .keep_fact(new)
        .await
        .map_err(|error| error.message(lang))?;
    // Who waits at the gate is told first.
    spawn_local(async move { replica.tell_saved().await });
    Ok(saved)
}
