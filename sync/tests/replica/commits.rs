//! Committing: all or nothing, on a full disk, in a crash at any point, on a disk that lies.

use std::{cell::Cell, rc::Rc};

use domain::{Refusal, keys::sha256_hex};
use futures::executor::block_on;
use sync::{CommitError, Status, StorageError, storage::memory::Memory};

use crate::pocket::{self, Device, crash_after, note, open, open_with, signed_tick};

#[test]
fn a_crash_at_any_point_leaves_the_whole_operation_or_nothing() {
    let mut whole = 0;
    let mut nothing = 0;
    for polls in 0..60 {
        let memory = Memory::default();
        let replica = block_on(open(&memory));
        let ended = crash_after(polls, replica.commit(signed_tick(100, b"signature")));
        drop(replica);
        memory.cut_power();
        block_on(async {
            let replica = open(&memory).await;
            let outbox = replica.outbox().await.expect("read");
            let bytes = pocket::has_bytes(&memory, &sha256_hex(b"signature")).await;
            assert_eq!(outbox.len() == 1, bytes, "after {polls} polls");
            if ended.is_some() {
                assert_eq!(outbox.len(), 1, "called saved after {polls} polls");
            }
            whole += usize::from(bytes);
            nothing += usize::from(!bytes);
            // The next one gets the number that follows.
            replica.commit(note(101, "后")).await.expect("saved");
            let numbers: Vec<i64> = replica
                .outbox()
                .await
                .expect("read")
                .iter()
                .filter_map(|item| Some(item.operation.as_ref()?.device_seq))
                .collect();
            let wanted: Vec<i64> = (1..=numbers.len() as i64).collect();
            assert_eq!(numbers, wanted);
        });
    }
    assert!(whole > 1 && nothing > 1, "{whole} and {nothing}");
}

/// A store in which nothing was saved has its name only.
const EMPTY: [usize; 6] = [0, 0, 0, 0, 0, 1];

#[test]
fn several_operations_are_saved_together_or_not_at_all() {
    block_on(async {
        let memory = Memory::default();
        let replica = open(&memory).await;
        let too_long = note(102, &"长".repeat(100_000));
        let refused = replica.commit_all(vec![note(101, "好"), too_long]).await;
        assert!(
            matches!(refused, Err(CommitError::Refused(_))),
            "{refused:?}"
        );
        assert_eq!(pocket::counts(&memory).await, EMPTY);
        replica
            .commit_all(vec![note(101, "一"), note(102, "二")])
            .await
            .expect("saved");
        assert_eq!(replica.outbox().await.expect("read").len(), 2);
    });
}

#[test]
fn a_tick_is_kept_before_the_screens_hear_of_it() {
    block_on(async {
        let memory = Memory::default();
        let replica = open(&memory).await;
        let (told, _listening) = pocket::count_changes(&replica);
        let tick = replica.keep_fact(signed_tick(100, b"signature")).await;
        tick.expect("kept");
        assert_eq!(told.get(), 0);
        // What has answers isn't decided without its form.
        let refused = replica.keep_fact(note(101, "好")).await;
        assert_eq!(refused, Err(CommitError::Refused(Refusal::WrongRecord)));
        replica.tell_saved().await;
        assert!(told.get() > 0);
        drop(replica);
        memory.cut_power();
        let replica = open(&memory).await;
        assert_eq!(replica.outbox().await.expect("read").len(), 1);
        assert!(pocket::has_bytes(&memory, &sha256_hex(b"signature")).await);
    });
}

#[test]
fn a_full_disk_refuses_a_photo_whole_and_still_takes_text() {
    block_on(async {
        let memory = Memory::default();
        let replica = open(&memory).await;
        memory.limit_bytes(Some(3_000));
        let refused = replica.commit(signed_tick(100, &[7; 4_000])).await;
        assert_eq!(refused, Err(CommitError::StorageFull));
        assert_eq!(pocket::counts(&memory).await, EMPTY);
        replica
            .commit(note(101, "字"))
            .await
            .expect("text is saved");
        assert_eq!(replica.status(), Status::SavedOnPhone { unsent: 1 });
    });
}

#[test]
fn an_estimate_refuses_photos_and_never_text() {
    block_on(async {
        let memory = Memory::default();
        let device = Rc::new(Device {
            free_bytes: Cell::new(Some(1_000_000)),
            ..Device::default()
        });
        let replica = open_with(&memory, device).await;
        let refused = replica.commit(signed_tick(100, b"signature")).await;
        assert_eq!(refused, Err(CommitError::StorageFull));
        replica
            .commit(note(101, "字"))
            .await
            .expect("text is saved");
    });
}

#[test]
fn bytes_that_come_back_damaged_are_not_called_saved() {
    // The disk damages the bytes between the commit and the look at them; which poll that is
    // depends on the store, so every one is tried.
    let mut caught = 0;
    for polls in 0..60 {
        let memory = Memory::default();
        let name = sha256_hex(b"signature");
        let replica = block_on(open(&memory));
        let mut work = Box::pin(replica.commit(signed_tick(100, b"signature")));
        if crash_after(polls, work.as_mut()).is_some() {
            break;
        }
        let there = block_on(async {
            let copy = memory.restore_copy();
            pocket::has_bytes(&copy, &name).await
        });
        if there {
            memory.damage_bytes(&name, Some(b"damaged".to_vec()));
        }
        let done = block_on(work);
        let outbox = block_on(replica.outbox()).expect("read");
        match done {
            Ok(_) => assert_eq!(outbox.len(), 1),
            Err(error) => {
                caught += 1;
                assert_eq!(error, CommitError::Storage(StorageError::Corrupt));
                assert!(outbox.is_empty());
                assert_eq!(replica.status(), Status::SavedOnPhone { unsent: 0 });
            }
        }
    }
    assert!(caught > 0);
}

#[test]
fn two_tabs_never_give_out_one_number_twice() {
    block_on(async {
        let memory = Memory::default();
        let (one, other) = (open(&memory).await, open(&memory).await);
        let commit = async |tab: &sync::Replica, from: u128| {
            for n in from..from + 10 {
                tab.commit(note(n, "并行")).await.expect("saved");
            }
        };
        futures::join!(commit(&one, 100), commit(&other, 200));
        let outbox = one.outbox().await.expect("read");
        let mut numbers: Vec<i64> = outbox
            .iter()
            .filter_map(|item| Some(item.operation.as_ref()?.device_seq))
            .collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=20).collect::<Vec<i64>>());
    });
}
