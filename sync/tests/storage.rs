//! The store in memory keeps the contract, and forgets in a power cut what was not strict.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use futures::{FutureExt, executor::block_on};
use sync::{
    Storage, StorageError,
    storage::{Mode, Store, contract, memory::Memory},
};

#[test]
fn memory_keeps_the_contract() {
    let stores: Rc<RefCell<BTreeMap<String, Memory>>> = Rc::default();
    let open = move |name: &str| {
        let memory = stores
            .borrow_mut()
            .entry(name.to_owned())
            .or_default()
            .clone();
        async move { Ok::<Rc<dyn Storage>, StorageError>(Rc::new(memory)) }.boxed_local()
    };
    let outcomes = block_on(contract::check_all("memory", &open));
    let broken: Vec<_> = outcomes.iter().filter(|(_, held)| held.is_err()).collect();
    assert!(broken.is_empty(), "{broken:?}");
    assert!(outcomes.len() >= 12);
}

#[test]
fn a_power_cut_takes_only_relaxed_writes() {
    block_on(async {
        let memory = Memory::default();
        for (mode, key) in [(Mode::Write, "a"), (Mode::Strict, "b"), (Mode::Write, "c")] {
            let tx = memory.begin(mode).await.unwrap();
            tx.put(Store::Meta, key, key.to_owned()).await.unwrap();
            tx.put(Store::Meta, "last", key.to_owned()).await.unwrap();
            tx.commit().await.unwrap();
        }
        memory.cut_power();
        let tx = memory.begin(Mode::Read).await.unwrap();
        assert_eq!(tx.get(Store::Meta, "c").await.unwrap(), None);
        assert_eq!(
            tx.get(Store::Meta, "last").await.unwrap().as_deref(),
            Some("b")
        );
        assert_eq!(
            tx.get(Store::Meta, "a").await.unwrap().as_deref(),
            Some("a")
        );
    });
}

#[test]
fn a_full_store_refuses_whole_transactions() {
    block_on(async {
        let memory = Memory::default();
        memory.limit_bytes(Some(100));
        let tx = memory.begin(Mode::Strict).await.unwrap();
        tx.put(Store::Meta, "small", "1".to_owned()).await.unwrap();
        tx.put_bytes("large", &[0; 200]).await.unwrap();
        assert_eq!(tx.commit().await, Err(StorageError::Full));
        let tx = memory.begin(Mode::Read).await.unwrap();
        assert_eq!(tx.get(Store::Meta, "small").await.unwrap(), None);
    });
}
