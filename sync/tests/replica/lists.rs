//! What screens read: the rows of several areas at once.

use domain::Area;
use futures::executor::block_on;
use sync::{
    Storage,
    storage::{Mode, Store, memory::Memory},
};

use crate::pocket::{id, open};

#[test]
fn lists_that_are_read_together_are_those_that_are_read_alone_in_the_order_asked_for() {
    block_on(async {
        let memory = Memory::default();
        let replica = open(&memory).await;
        let tx = memory.begin(Mode::Write).await.expect("begun");
        for n in [7, 8] {
            let (key, row) = department(n);
            tx.put(Store::Synced, &key, row).await.expect("written");
        }
        tx.commit().await.expect("committed");
        let areas = [Area::Submissions, Area::Departments, Area::People];
        let together = replica.rows_of(&areas).await.expect("read");
        let counts: Vec<usize> = together.iter().map(Vec::len).collect();
        assert_eq!(counts, [0, 2, 0]);
        for (area, rows) in areas.into_iter().zip(together) {
            assert_eq!(rows, replica.rows(area).await.expect("read"));
        }
    });
}

/// A row as the store holds it, with its key.
fn department(n: u128) -> (String, String) {
    let id = id(n);
    let row = format!(r#"{{"id":"{id}","revision":1,"name":"办公室","position":1}}"#);
    let synced = format!(r#"{{"g":1,"row":{{"area":"departments","row":{row}}}}}"#);
    (format!("departments/{id}"), synced)
}
