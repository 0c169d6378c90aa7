//! The queue's filter as the text of an address: for the page's own URL and for the server.

use std::fmt::Write as _;

use domain::{Timestamp, api::office::SubmissionFilter, areas::submissions::ReviewState};

/// Lines of one page of the list.
pub const LINES: i64 = 50;

/// What the page starts with: what waits for the office.
pub fn waiting() -> SubmissionFilter {
    SubmissionFilter {
        state: Some(ReviewState::Submitted),
        ..SubmissionFilter::default()
    }
}

/// `state=submitted&form_id=…`, without the position and the number of lines.
pub fn to_query(filter: &SubmissionFilter) -> String {
    let mut query = String::new();
    add(&mut query, "state", filter.state.map(ReviewState::as_str));
    add(&mut query, "form_id", filter.form_id.as_deref());
    add(
        &mut query,
        "department_id",
        filter.department_id.map(|id| id.to_string()).as_deref(),
    );
    add(
        &mut query,
        "author_id",
        filter.author_id.map(|id| id.to_string()).as_deref(),
    );
    add(
        &mut query,
        "from",
        filter.from.map(|at| at.0.to_string()).as_deref(),
    );
    add(
        &mut query,
        "until",
        filter.until.map(|at| at.0.to_string()).as_deref(),
    );
    query
}

/// Where the server answers this filter, from `after` on.
pub fn to_path(filter: &SubmissionFilter, after: Option<&str>, lines: i64) -> String {
    let mut query = to_query(filter);
    add(&mut query, "after", after);
    add(&mut query, "limit", Some(&lines.to_string()));
    format!("/api/office/submissions?{query}")
}

/// Reads an address's values by name; what can't be read is left out. No values at all mean
/// [`waiting`]; `state=all` means every state.
pub fn from_query(value: impl Fn(&str) -> Option<String>) -> SubmissionFilter {
    let filter = SubmissionFilter {
        state: value("state").and_then(|text| ReviewState::parse(&text)),
        form_id: value("form_id").filter(|text| !text.is_empty()),
        department_id: value("department_id").and_then(|text| text.parse().ok()),
        author_id: value("author_id").and_then(|text| text.parse().ok()),
        from: value("from")
            .and_then(|text| text.parse().ok())
            .map(Timestamp),
        until: value("until")
            .and_then(|text| text.parse().ok())
            .map(Timestamp),
        after: None,
        limit: None,
    };
    if filter == SubmissionFilter::default() && value("state").is_none() {
        waiting()
    } else {
        filter
    }
}

/// The page's own address for a filter.
pub fn to_address(page: &str, filter: &SubmissionFilter) -> String {
    let query = to_query(filter);
    if filter.state.is_none() {
        let rest = if query.is_empty() { "" } else { "&" };
        format!("{page}?state=all{rest}{query}")
    } else {
        format!("{page}?{query}")
    }
}

/// How many filters are set besides the state.
pub fn narrowed(filter: &SubmissionFilter) -> usize {
    usize::from(filter.form_id.is_some())
        + usize::from(filter.department_id.is_some())
        + usize::from(filter.author_id.is_some())
        + usize::from(filter.from.is_some() || filter.until.is_some())
}

fn add(query: &mut String, name: &str, value: Option<&str>) {
    let Some(value) = value else {
        return;
    };
    if !query.is_empty() {
        query.push('&');
    }
    query.push_str(name);
    query.push('=');
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            query.push(char::from(byte));
        } else {
            // Writing to a String can't fail.
            let _ = write!(query, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use domain::{DepartmentId, PersonId};

    use super::*;

    fn read(query: &str) -> SubmissionFilter {
        let values: BTreeMap<String, String> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        from_query(|name| values.get(name).cloned())
    }

    #[test]
    fn a_filter_survives_the_address() {
        let filter = SubmissionFilter {
            state: Some(ReviewState::Returned),
            form_id: Some("blood_drive".to_owned()),
            department_id: Some(DepartmentId(uuid::Uuid::from_u128(1))),
            author_id: Some(PersonId(uuid::Uuid::from_u128(2))),
            from: Some(Timestamp(5)),
            until: Some(Timestamp(9)),
            after: None,
            limit: None,
        };
        assert_eq!(read(&to_query(&filter)), filter);
        assert_eq!(narrowed(&filter), 4);
    }

    #[test]
    fn an_address_without_a_filter_shows_what_waits() {
        assert_eq!(read(""), waiting());
        assert_eq!(read("state=all"), SubmissionFilter::default());
        assert_eq!(read("author_id=nobody"), waiting());
    }

    #[test]
    fn every_state_is_an_address_of_its_own() {
        let all = SubmissionFilter::default();
        assert_eq!(
            to_address("/office/review", &all),
            "/office/review?state=all"
        );
        assert_eq!(
            to_address("/office/review", &waiting()),
            "/office/review?state=submitted"
        );
    }

    #[test]
    fn a_form_with_an_unusual_name_is_escaped() {
        let filter = SubmissionFilter {
            form_id: Some("巡查 a&b".to_owned()),
            ..SubmissionFilter::default()
        };
        assert_eq!(to_query(&filter), "form_id=%E5%B7%A1%E6%9F%A5%20a%26b");
    }
}
