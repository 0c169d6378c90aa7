//! What another version of the app left in the store: counted and shown as far as it goes, never hidden.

use futures::executor::block_on;
use serde_json::Value;
use sync::{
    Status, Storage as _,
    storage::{Mode, Store, memory::Memory},
};

use crate::pocket::{note, open};

/// Rewrites every outbox entry.
async fn rewrite(memory: &Memory, change: impl Fn(String) -> String) {
    let mut tx = memory.begin(Mode::Write).await.expect("begun");
    for (key, text) in tx.list(Store::Outbox, "").await.expect("read") {
        let put = tx.put(Store::Outbox, &key, change(text));
        put.await.expect("written");
    }
    tx.commit().await.expect("committed");
}

#[test]
fn what_this_version_cant_read_is_counted_and_shown() {
    let changes: [fn(String) -> String; 3] = [
        |text| text.replace("\"type\":\"submit\"", "\"type\":\"explode\""),
        |text| text.replace("\"area\":\"submissions\"", "\"area\":\"journeys\""),
        |text| text.replace("\"op_id\"", "\"number\""),
    ];
    for change in changes {
        block_on(async {
            let memory = Memory::default();
            let replica = open(&memory).await;
            replica.commit(note(100, "一")).await.expect("saved");
            rewrite(&memory, change).await;
            drop(replica);
            let replica = open(&memory).await;
            let outbox = replica.outbox().await.expect("read");
            assert_eq!(outbox.len(), 1);
            assert_eq!(outbox[0].operation, None);
            assert_eq!(replica.status(), Status::SavedOnPhone { unsent: 1 });
        });
    }
}

#[test]
fn a_record_of_an_unknown_area_goes_into_the_rescue_file() {
    block_on(async {
        let memory = Memory::default();
        let replica = open(&memory).await;
        replica.commit(note(100, "一")).await.expect("saved");
        rewrite(&memory, |text| {
            text.replace("\"area\":\"submissions\"", "\"area\":\"journeys\"")
        })
        .await;
        let file = replica.rescue().await.expect("written");
        let file: Value = serde_json::from_slice(&file).expect("JSON");
        assert_eq!(file["operations"][0]["record"]["area"], "journeys");
    });
}
