//! Without a network: the status line, the rescue file, and one store per account.

use futures::executor::block_on;
use sync::{CaptureInput, RescueError, Status, SyncError, storage::memory::Memory};

use crate::pocket::{account, draft, id, note, open, photo, signed_tick};

#[test]
fn the_status_counts_what_is_unsent_and_each_photo_once() {
    block_on(async {
        let memory = Memory::default();
        let replica = open(&memory).await;
        assert_eq!(replica.status(), Status::SavedOnPhone { unsent: 0 });
        replica.commit(note(100, "一")).await.expect("saved");
        assert_eq!(replica.status(), Status::SavedOnPhone { unsent: 1 });
        replica.commit(signed_tick(101, b"s")).await.expect("saved");
        assert_eq!(replica.status(), Status::SavedOnPhone { unsent: 2 });
        replica.save_draft(&draft(1)).await.expect("saved");
        let added = replica
            .add_draft_photo(id(1), photo(b"full", b"thumb"))
            .await;
        added.expect("added");
        // A draft isn't waiting to be sent.
        assert_eq!(replica.status(), Status::SavedOnPhone { unsent: 2 });
        let sent = replica
            .submit_draft(&draft(1), CaptureInput::default())
            .await;
        sent.expect("saved");
        assert_eq!(replica.status(), Status::SavedOnPhone { unsent: 4 });
        let report = replica.sync_once().await;
        assert_eq!(report.error, Some(SyncError::Offline));
        assert_eq!(replica.status(), Status::Offline { unsent: 4 });
        drop(replica);
        let replica = open(&memory).await;
        assert_eq!(replica.status(), Status::Offline { unsent: 4 });
    });
}

#[test]
fn a_round_without_network_changes_nothing_that_waits() {
    block_on(async {
        let memory = Memory::default();
        let replica = open(&memory).await;
        replica.commit(note(100, "一")).await.expect("saved");
        let before = replica.outbox().await.expect("read");
        for _ in 0..10 {
            replica.sync_once().await;
        }
        let after = replica.outbox().await.expect("read");
        assert_eq!(before[0].operation, after[0].operation);
        assert!(replica.sent().await.expect("read").is_empty());
    });
}

#[test]
fn without_the_servers_key_there_is_no_rescue_file() {
    block_on(async {
        let replica = open(&Memory::default()).await;
        replica.commit(note(100, "一")).await.expect("saved");
        assert_eq!(replica.rescue().await, Err(RescueError::NoKey));
    });
}

#[test]
fn each_account_has_a_store_of_its_own() {
    assert_ne!(account(2).store_name(), account(3).store_name());
    let mut elsewhere = account(2);
    elsewhere.organization_id = domain::OrganizationId(id(9));
    assert_ne!(account(2).store_name(), elsewhere.store_name());
    assert_eq!(account(2).store_name(), account(2).store_name());
}
