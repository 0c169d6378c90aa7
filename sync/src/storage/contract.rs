//! What every store must keep; run on memory natively and on `IndexedDB` in a browser.

use std::{future::Future, rc::Rc};

use futures::future::LocalBoxFuture;

use super::{Mode, Storage, StorageError, Store};

/// Opens the store of that name, making it where needed; again means to reopen the same one.
pub type Open<'a> =
    &'a dyn Fn(&str) -> LocalBoxFuture<'static, Result<Rc<dyn Storage>, StorageError>>;

/// A fact that held, or what went wrong.
pub type Outcome = (&'static str, Result<(), String>);

/// Checks every fact of the contract, each on a store of its own (named `{prefix}-{fact}`).
pub async fn check_all(prefix: &str, open: Open<'_>) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    macro_rules! facts {
        ($($fact:ident,)*) => {$(
            let name = format!("{prefix}-{}", stringify!($fact));
            outcomes.push((stringify!($fact), $fact(open, &name).await.map_err(|error| error.0)));
        )*};
    }
    facts! {
        a_committed_write_is_there_after_reopening,
        a_dropped_transaction_leaves_nothing_behind,
        a_transaction_reads_its_own_writes,
        a_list_is_by_prefix_and_by_key,
        the_same_key_in_two_stores_is_two_entries,
        bytes_come_back_unchanged,
        any_text_comes_back_unchanged,
        what_is_deleted_is_gone,
        write_transactions_take_turns,
        a_reader_sees_a_write_whole_or_not_at_all,
        a_reading_transaction_refuses_to_write,
        a_thousand_entries_are_listed_in_order,
    }
    outcomes
}

struct Failure(String);

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        Self(error.to_string())
    }
}

type Check = Result<(), Failure>;

fn expect<T: PartialEq + std::fmt::Debug>(found: T, wanted: T) -> Check {
    if found == wanted {
        return Ok(());
    }
    Err(Failure(format!("found {found:?}, wanted {wanted:?}")))
}

async fn put(storage: &dyn Storage, mode: Mode, store: Store, key: &str, value: &str) -> Check {
    let tx = storage.begin(mode).await?;
    tx.put(store, key, value.to_owned()).await?;
    Ok(tx.commit().await?)
}

async fn get(
    storage: &dyn Storage,
    store: Store,
    key: &str,
) -> Result<Option<String>, StorageError> {
    storage.begin(Mode::Read).await?.get(store, key).await
}

async fn a_committed_write_is_there_after_reopening(open: Open<'_>, name: &str) -> Check {
    for (mode, key) in [(Mode::Strict, "strict"), (Mode::Write, "relaxed")] {
        let storage = open(name).await?;
        put(&*storage, mode, Store::Outbox, key, "kept").await?;
        let tx = storage.begin(mode).await?;
        tx.put_bytes(key, b"bytes").await?;
        tx.commit().await?;
        drop(storage);
        let storage = open(name).await?;
        expect(
            get(&*storage, Store::Outbox, key).await?,
            Some("kept".to_owned()),
        )?;
        let tx = storage.begin(Mode::Read).await?;
        expect(tx.get_bytes(key).await?, Some(b"bytes".to_vec()))?;
    }
    Ok(())
}

async fn a_dropped_transaction_leaves_nothing_behind(open: Open<'_>, name: &str) -> Check {
    let storage = open(name).await?;
    put(&*storage, Mode::Strict, Store::Meta, "before", "1").await?;
    let tx = storage.begin(Mode::Strict).await?;
    tx.put(Store::Meta, "dropped", "1".to_owned()).await?;
    tx.delete(Store::Meta, "before").await?;
    tx.put_bytes("dropped", b"1").await?;
    // A read lets the writes reach the store before the transaction is given up.
    tx.get(Store::Meta, "dropped").await?;
    drop(tx);
    let tx = storage.begin(Mode::Read).await?;
    expect(tx.get(Store::Meta, "dropped").await?, None)?;
    expect(tx.get_bytes("dropped").await?, None)?;
    expect(tx.get(Store::Meta, "before").await?, Some("1".to_owned()))
}

async fn a_transaction_reads_its_own_writes(open: Open<'_>, name: &str) -> Check {
    let storage = open(name).await?;
    put(&*storage, Mode::Write, Store::Synced, "a/1", "old").await?;
    put(&*storage, Mode::Write, Store::Synced, "a/2", "old").await?;
    let tx = storage.begin(Mode::Write).await?;
    tx.put(Store::Synced, "a/1", "new".to_owned()).await?;
    tx.delete(Store::Synced, "a/2").await?;
    tx.put(Store::Synced, "a/3", "new".to_owned()).await?;
    tx.put_bytes("x", b"x").await?;
    expect(tx.get(Store::Synced, "a/1").await?, Some("new".to_owned()))?;
    expect(tx.get(Store::Synced, "a/2").await?, None)?;
    expect(tx.get_bytes("x").await?, Some(b"x".to_vec()))?;
    let wanted = [("a/1", "new"), ("a/3", "new")];
    expect(tx.list(Store::Synced, "a/").await?, owned(&wanted))?;
    Ok(tx.commit().await?)
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let pairs = pairs.iter();
    pairs
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

async fn a_list_is_by_prefix_and_by_key(open: Open<'_>, name: &str) -> Check {
    let storage = open(name).await?;
    let tx = storage.begin(Mode::Write).await?;
    for key in ["b/2", "a/1", "b/10", "b/1", "c", "b", "b0"] {
        tx.put(Store::Synced, key, key.to_uppercase()).await?;
    }
    tx.commit().await?;
    let tx = storage.begin(Mode::Read).await?;
    let wanted = [("b/1", "B/1"), ("b/10", "B/10"), ("b/2", "B/2")];
    expect(tx.list(Store::Synced, "b/").await?, owned(&wanted))?;
    expect(tx.list(Store::Synced, "").await?.len(), 7)?;
    expect(tx.list(Store::Synced, "z").await?, Vec::new())
}

async fn the_same_key_in_two_stores_is_two_entries(open: Open<'_>, name: &str) -> Check {
    let storage = open(name).await?;
    for store in Store::ALL {
        put(&*storage, Mode::Write, store, "key", store.name()).await?;
    }
    for store in Store::ALL {
        let found = get(&*storage, store, "key").await?;
        expect(found, Some(store.name().to_owned()))?;
    }
    Ok(())
}

async fn bytes_come_back_unchanged(open: Open<'_>, name: &str) -> Check {
    let storage = open(name).await?;
    let large: Vec<u8> = (0..1_500_000_u32).map(|n| (n % 251) as u8).collect();
    for bytes in [Vec::new(), vec![0, 255, 0, 10, 13], large] {
        let tx = storage.begin(Mode::Strict).await?;
        tx.put_bytes("blob", &bytes).await?;
        tx.commit().await?;
        let tx = storage.begin(Mode::Read).await?;
        let found = tx.get_bytes("blob").await?;
        expect(found.as_ref().map(Vec::len), Some(bytes.len()))?;
        expect(found == Some(bytes), true)?;
    }
    Ok(())
}

async fn any_text_comes_back_unchanged(open: Open<'_>, name: &str) -> Check {
    let storage = open(name).await?;
    for text in [
        "",
        "\0",
        "文明单位 明录",
        "\u{1F9D1}\u{200D}\u{2695}",
        "\"{}\\",
        "\u{feff}",
    ] {
        put(&*storage, Mode::Write, Store::Drafts, "key", text).await?;
        let found = get(&*storage, Store::Drafts, "key").await?;
        expect(found, Some(text.to_owned()))?;
    }
    Ok(())
}

async fn what_is_deleted_is_gone(open: Open<'_>, name: &str) -> Check {
    let storage = open(name).await?;
    put(&*storage, Mode::Strict, Store::Outbox, "key", "1").await?;
    let tx = storage.begin(Mode::Strict).await?;
    tx.put_bytes("key", b"1").await?;
    tx.commit().await?;
    let tx = storage.begin(Mode::Strict).await?;
    tx.delete(Store::Outbox, "key").await?;
    tx.delete(Store::Outbox, "never there").await?;
    tx.delete_bytes("key").await?;
    tx.commit().await?;
    let storage = open(name).await?;
    expect(get(&*storage, Store::Outbox, "key").await?, None)?;
    let tx = storage.begin(Mode::Read).await?;
    expect(tx.get_bytes("key").await?, None)
}

async fn write_transactions_take_turns(open: Open<'_>, name: &str) -> Check {
    let one = open(name).await?;
    let other = open(name).await?;
    let (first, second) = futures::join!(count_up(&*one, 10), count_up(&*other, 10));
    first?;
    second?;
    expect(get(&*one, Store::Meta, "n").await?, Some("20".to_owned()))
}

async fn count_up(storage: &dyn Storage, times: usize) -> Check {
    for _ in 0..times {
        let tx = storage.begin(Mode::Strict).await?;
        let before = tx.get(Store::Meta, "n").await?;
        let before: i64 = before.and_then(|text| text.parse().ok()).unwrap_or(0);
        tx.put(Store::Meta, "n", (before + 1).to_string()).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn a_reader_sees_a_write_whole_or_not_at_all(open: Open<'_>, name: &str) -> Check {
    let one = open(name).await?;
    let other = open(name).await?;
    let write = async {
        for round in 0..20 {
            let tx = one.begin(Mode::Write).await?;
            for key in ["a", "b", "c"] {
                tx.put(Store::Meta, key, round.to_string()).await?;
            }
            tx.commit().await?;
        }
        Ok::<(), Failure>(())
    };
    let read = async {
        for _ in 0..20 {
            let tx = other.begin(Mode::Read).await?;
            let a = tx.get(Store::Meta, "a").await?;
            let all = tx.list(Store::Meta, "").await?;
            expect(all.iter().all(|(_, value)| Some(value) == a.as_ref()), true)?;
        }
        Ok::<(), Failure>(())
    };
    both(write, read).await
}

async fn both(one: impl Future<Output = Check>, other: impl Future<Output = Check>) -> Check {
    let (one, other) = futures::join!(one, other);
    one.and(other)
}

async fn a_reading_transaction_refuses_to_write(open: Open<'_>, name: &str) -> Check {
    let storage = open(name).await?;
    let tx = storage.begin(Mode::Read).await?;
    let refused = tx.put(Store::Meta, "key", "1".to_owned()).await.is_err();
    expect(refused, true)?;
    drop(tx);
    expect(get(&*storage, Store::Meta, "key").await?, None)
}

async fn a_thousand_entries_are_listed_in_order(open: Open<'_>, name: &str) -> Check {
    let storage = open(name).await?;
    let tx = storage.begin(Mode::Write).await?;
    for n in (0..1_000).rev() {
        tx.put(Store::Sent, &format!("{n:04}"), n.to_string())
            .await?;
    }
    tx.commit().await?;
    let tx = storage.begin(Mode::Read).await?;
    let found = tx.list(Store::Sent, "").await?;
    expect(found.len(), 1_000)?;
    let in_order = (0..1_000)
        .zip(&found)
        .all(|(n, (_, value))| *value == n.to_string());
    expect(in_order, true)
}
