//! Sorting and collecting that compile to little: the client bears the bytes.
//!
//! The standard library's sort, which collecting into a `BTreeMap` or `BTreeSet` uses as well, is some
//! 4 KB for each type that is sorted. Here positions are sorted, by one copy for all.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

/// Sorts by a key; equal ones keep their order.
pub fn sort_by_key<T, K: Ord>(list: &mut Vec<T>, key: impl Fn(&T) -> K) {
    let keys: Vec<K> = list.iter().map(key).collect();
    sort_by(list, |a, b| keys[a].cmp(&keys[b]));
}

/// Sorts by comparing positions in the list as it is; equal ones keep their order.
fn sort_by<T>(list: &mut Vec<T>, compare: impl Fn(usize, usize) -> Ordering) {
    let order = order(list.len(), &compare);
    let mut items: Vec<Option<T>> = list.drain(..).map(Some).collect();
    for at in order {
        list.extend(items[at].take());
    }
}

fn order(len: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..len).collect();
    order.sort_by(|a, b| compare(*a, *b));
    order
}

pub fn set<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    for item in items {
        set.insert(item);
    }
    set
}

/// Of two values for one key the later stays.
pub fn map<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    for (key, value) in pairs {
        map.insert(key, value);
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_sorts_as_the_standard_library_does(list: Vec<(u8, u16)>) {
            let (mut ours, mut theirs) = (list.clone(), list);
            sort_by_key(&mut ours, |item| item.0);
            theirs.sort_by_key(|item| item.0);
            prop_assert_eq!(ours, theirs);
        }

        #[test]
        fn it_collects_as_the_standard_library_does(list: Vec<(u8, u16)>) {
            prop_assert_eq!(map(list.clone()), list.clone().into_iter().collect());
            prop_assert_eq!(set(list.clone()), list.into_iter().collect());
        }
    }
}
