//! Where somebody was in a draft, so that they go on there.
//!
//! A preference of this device: losing it costs a swipe. Kept for the drafts opened last.

use leptos::prelude::*;

use super::{fields::QUESTION, pages::Pages};
use crate::platform::{document, storage};

const KEY: &str = "minglu.places";
/// Of so many drafts the place is known.
const DRAFTS: usize = 8;
/// How long scrolling must rest before the place is noted, in ms.
const REST_MS: u64 = 400;

type Places = Vec<(String, String)>;

/// Goes to where the draft was left, and follows from now on.
pub fn resume(draft: &str, pages: Pages) {
    let places: Places = storage::get(KEY).unwrap_or_default();
    let place = places.into_iter().find(|(own, _)| own == draft);
    Effect::new(move |before: Option<()>| {
        if let (None, Some((_, question))) = (before, &place) {
            pages.reveal(question, true);
        }
    });
    let draft = StoredValue::new(draft.to_owned());
    let count = StoredValue::new(0_u32);
    let scrolled = window_event_listener(leptos::ev::scroll, move |_| {
        let mine = count.get_value().wrapping_add(1);
        count.set_value(mine);
        set_timeout(
            move || {
                if count.try_get_value() == Some(mine) {
                    let question = document::topmost(&format!("[id^={QUESTION}]"));
                    let question =
                        question.and_then(|id| Some(id.strip_prefix(QUESTION)?.to_owned()));
                    draft.with_value(|draft| note(draft, question));
                }
            },
            std::time::Duration::from_millis(REST_MS),
        );
    });
    on_cleanup(move || scrolled.remove());
}

/// Forgets a draft that is done with.
pub fn forget(draft: &str) {
    note(draft, None);
}

fn note(draft: &str, question: Option<String>) {
    let places: Places = storage::get(KEY).unwrap_or_default();
    storage::set(KEY, &noted(places, draft, question));
}

fn noted(mut places: Places, draft: &str, question: Option<String>) -> Places {
    places.retain(|(own, _)| own != draft);
    places.extend(question.map(|question| (draft.to_owned(), question)));
    let gone = places.len().saturating_sub(DRAFTS);
    places.drain(..gone);
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_drafts_opened_last_are_known() {
        let mut places = Places::new();
        for n in 0..20 {
            places = noted(places, &n.to_string(), Some("q".to_owned()));
        }
        assert_eq!(places.len(), DRAFTS);
        assert_eq!(places[0].0, "12");
        places = noted(places, "13", Some("r[0]".to_owned()));
        assert_eq!(places.last(), Some(&("13".to_owned(), "r[0]".to_owned())));
        assert_eq!(noted(places, "13", None).len(), DRAFTS - 1);
    }
}
