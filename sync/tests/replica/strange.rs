//! What another version of the app left in the store: counted and shown as far as it goes, never hidden.

use domain::rescue::{KEY_BYTES, RescueKey, RescuePass};
use futures::executor::block_on;
use serde_json::Value;
use sync::{
    Status, Storage as _,
    storage::{Mode, Store, memory::Memory},
};

use crate::pocket::{note, open};

/// Rewrites every outbox entry.
async fn rewrite(memory: &Memory, change: impl Fn(String) -> String) {
    let tx = memory.begin(Mode::Write).await.expect("begun");
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
                .replace("\"op_id\"", "\"number\"")
        })
        .await;
        let key = RescueKey::derive(&[7; 32]);
        give_pass(&memory, &key).await;
        let file = replica.rescue().await.expect("written");
        let manifest = opened(&key, &file);
        assert_eq!(manifest["operations"][0]["record"]["area"], "journeys");
    });
}

/// As the last page of a pull does.
async fn give_pass(memory: &Memory, key: &RescueKey) {
    let pass = RescuePass {
        key_id: "1".to_owned(),
        public_key: key.public(),
        token: "token".to_owned(),
    };
    let pass = serde_json::to_string(&pass).expect("JSON");
    let tx = memory.begin(Mode::Write).await.expect("begun");
    let put = tx.put(Store::Meta, "rescue", pass);
    put.await.expect("written");
    tx.commit().await.expect("committed");
}

/// The manifest of a file of one chunk, opened as the server opens it.
fn opened(key: &RescueKey, file: &[u8]) -> Value {
    let end = file.iter().position(|byte| *byte == b'\n').expect("a line");
    let line = str::from_utf8(&file[..end]).expect("text");
    let (encapsulated, chunk) = file[end + 1..].split_at(KEY_BYTES);
    let mut opener = key.opener(line, encapsulated).expect("a file");
    let plain = opener.open(&chunk[5..], chunk[0] == 1).expect("opened");
    let (length, rest) = plain.split_at(4);
    let length = u32::from_be_bytes(length.try_into().expect("four bytes")) as usize;
    serde_json::from_slice(&rest[..length]).expect("JSON")
}
