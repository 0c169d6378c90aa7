//! Rows in memory beside the store, so that each row's text is read once and not again with every change.
//!
//! What lies here counts only while the store stands where it stood then: whatever changes synced rows
//! writes [`meta::PULL`](crate::records::meta::PULL) in the same transaction. An entry of the outbox is told
//! by its text.

use std::{collections::BTreeMap, rc::Rc};

use domain::{Area, Operation, RecordRef, Row};

use crate::records::Entry;

/// Of whole areas, as they were read and as pages changed them since; of two for one record the later
/// counts, and `None` is a row that went.
#[derive(Default)]
pub(crate) struct Shelf {
    /// Where the pull stood.
    stand: Option<String>,
    areas: Vec<Part>,
    /// By their keys, with the texts that they were read from.
    outbox: BTreeMap<String, (String, Rc<Unsent>)>,
}

/// An entry of the outbox.
pub(crate) struct Unsent {
    pub(crate) entry: Entry,
    /// `None` where another build made it.
    pub(crate) operation: Option<Operation>,
}

struct Part {
    area: Area,
    /// How many there were at first.
    read: usize,
    rows: Vec<(RecordRef, Option<Row>)>,
}

impl Shelf {
    /// Which of the areas don't lie here, as far as that is known without asking the store.
    pub(crate) fn lacks(&self, areas: &[Area]) -> Vec<Area> {
        let lacks = |area: &&Area| self.part(**area).is_none();
        areas.iter().filter(lacks).copied().collect()
    }

    /// Which of the areas don't lie here as the store has them where it stands so.
    pub(crate) fn lacks_at(&self, stand: Option<&str>, areas: &[Area]) -> Vec<Area> {
        if self.stand.as_deref() == stand {
            self.lacks(areas)
        } else {
            areas.to_vec()
        }
    }

    /// Keeps areas that were read where the store stands so.
    pub(crate) fn keep(&mut self, stand: Option<&str>, found: Vec<(Area, Vec<Row>)>) {
        if self.stand.as_deref() != stand {
            self.areas.clear();
            self.stand = stand.map(str::to_owned);
        }
        for (area, rows) in found {
            self.areas.retain(|part| part.area != area);
            self.areas.push(Part {
                area,
                read: rows.len(),
                rows: rows
                    .into_iter()
                    .map(|row| (row.record(), Some(row)))
                    .collect(),
            });
        }
    }

    /// Takes over what a page changed when the store went from one stand to another.
    pub(crate) fn change(
        &mut self,
        before: Option<&str>,
        after: String,
        changes: impl Iterator<Item = (RecordRef, Option<Row>)>,
    ) {
        if self.stand.as_deref() != before {
            return;
        }
        self.stand = Some(after);
        for (record, row) in changes {
            if let Some(part) = self.areas.iter_mut().find(|it| it.area == record.area) {
                part.rows.push((record, row));
            }
        }
        // What was replaced again and again is better read anew.
        self.areas
            .retain(|part| part.rows.len() <= 2 * part.read + 20_000);
    }

    /// What of the outbox can be read, in its order; an entry that is as it was isn't read again.
    pub(crate) fn unsent(&mut self, outbox: Vec<(String, String)>) -> Vec<Rc<Unsent>> {
        let mut before = std::mem::take(&mut self.outbox);
        let mut read = Vec::with_capacity(outbox.len());
        for (key, text) in outbox {
            let known = before.remove(&key).filter(|(was, _)| *was == text);
            let unsent = match known {
                Some((_, unsent)) => unsent,
                None => match domain::json::read::<Entry>(&text) {
                    Ok(entry) => Rc::new(Unsent {
                        operation: entry.operation(),
                        entry,
                    }),
                    Err(_) => continue,
                },
            };
            self.outbox.insert(key, (text, unsent.clone()));
            read.push(unsent);
        }
        read
    }

    /// Lays an area's rows under what is known already; false where they don't lie here.
    pub(crate) fn lay_under(
        &self,
        known: &mut BTreeMap<RecordRef, Option<Row>>,
        area: Area,
    ) -> bool {
        let Some(part) = self.part(area) else {
            return false;
        };
        for (record, row) in part.rows.iter().rev() {
            known.entry(*record).or_insert_with(|| row.clone());
        }
        true
    }

    fn part(&self, area: Area) -> Option<&Part> {
        self.areas.iter().find(|part| part.area == area)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{DepartmentId, areas::people::Department};

    fn department(n: u128, revision: i64) -> Row {
        Row::Departments(Department {
            id: DepartmentId(uuid::Uuid::from_u128(n)),
            revision,
            name: "办公室".to_owned(),
            position: 1,
        })
    }

    fn revisions(shelf: &Shelf) -> Vec<i64> {
        let mut known = BTreeMap::new();
        assert!(shelf.lay_under(&mut known, Area::Departments));
        known
            .into_values()
            .flatten()
            .map(|row| row.revision())
            .collect()
    }

    #[test]
    fn what_lies_here_counts_only_where_the_store_stands() {
        let mut shelf = Shelf::default();
        let areas = [Area::Departments];
        let all = vec![department(1, 1), department(2, 1)];
        shelf.keep(Some("a"), vec![(Area::Departments, all.clone())]);
        assert!(shelf.lacks_at(Some("a"), &areas).is_empty());
        assert_eq!(shelf.lacks_at(Some("b"), &areas), areas);
        let page = [department(2, 2), department(3, 1)].map(|row| (row.record(), Some(row)));
        let gone = (department(1, 1).record(), None);
        let changes = page.into_iter().chain([gone]);
        // Another tab stored a page in between.
        shelf.change(Some("x"), "y".to_owned(), changes.clone());
        assert_eq!(revisions(&shelf), [1, 1]);
        shelf.change(Some("a"), "b".to_owned(), changes);
        assert_eq!(revisions(&shelf), [2, 1]);
        assert!(shelf.lacks_at(Some("a"), &areas) == areas);
        shelf.keep(Some("c"), Vec::new());
        assert_eq!(shelf.lacks(&areas), areas);
    }
}
