//! Lists that are handed out a page at a time, each behind the place of the last line before it: when
//! that was, and its id.

use std::{fmt, str::FromStr};

use domain::{Timestamp, api::Page};

use crate::{Error, Result};

/// The last line of a page; the next page begins behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<I> {
    pub at: Timestamp,
    pub id: I,
}

impl<I: FromStr> Place<I> {
    /// What a client passes back as `after`; nothing at a list's beginning.
    pub fn read(after: Option<&str>) -> Result<Option<Self>> {
        let Some(text) = after.filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let place = text.split_once('~').and_then(|(at, id)| {
            Some(Self {
                at: Timestamp(at.parse().ok()?),
                id: id.parse().ok()?,
            })
        });
        place.map(Some).ok_or_else(|| {
            Error::invalid(
                "after",
                "翻页位置无法识别，请回到第一页",
                "The place in the list can’t be read. Please go back to its beginning",
            )
        })
    }
}

impl<I: fmt::Display> Place<I> {
    /// Bounds for a list that runs from late to early: every line is before those of no place.
    pub fn bounds(place: Option<&Self>) -> (i64, String) {
        place.map_or((i64::MAX, "~".to_owned()), |place| {
            (place.at.0, place.id.to_string())
        })
    }
}

impl<I: fmt::Display> fmt::Display for Place<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}~{}", self.at.0, self.id)
    }
}

/// A page of what was read: one line more than it holds says that there is another.
pub fn page<T, I: fmt::Display>(
    mut lines: Vec<T>,
    holds: usize,
    place: impl Fn(&T) -> Place<I>,
) -> Page<T> {
    let more = lines.len() > holds;
    lines.truncate(holds);
    let next = lines
        .last()
        .filter(|_| more)
        .map(|last| place(last).to_string());
    Page { items: lines, next }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_ends_where_the_next_begins() {
        let place = |line: &i64| Place {
            at: Timestamp(*line),
            id: *line,
        };
        let first = page(vec![9, 7, 5], 2, place);
        assert_eq!(
            (first.items.as_slice(), first.next.as_deref()),
            (&[9, 7][..], Some("7~7"))
        );
        let behind = Place::<i64>::read(first.next.as_deref()).expect("read");
        assert_eq!(behind, Some(place(&7)));
        assert_eq!(page(vec![5], 2, place).next, None);
        assert_eq!(Place::<i64>::read(Some("")).expect("read"), None);
        assert!(Place::<i64>::read(Some("7")).is_err());
    }
}
