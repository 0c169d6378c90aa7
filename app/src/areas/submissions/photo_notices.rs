//! What is to be said of a draft's photos: that one was used before, or doesn't show much. A hint
//! beside the photo; it never blocks, and what was kept on purpose is not asked about again.
//!
//! Compares with what this phone holds: drafts and the records that it pulled. The server compares with
//! all of the organization (`server/src/office/resemblances.rs`).

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Area, Lang, Row, Timestamp,
    areas::attachments::{Attachment, BlobFacts},
    photos::{Flaw, Likeness, Resemblance},
};
use icondata_lu as lu;
use leptos::prelude::*;
use sync::{Draft, DraftPhoto};
use uuid::Uuid;

use crate::{
    components::{button::Button, icon::Icon, photo::Photo},
    device::Device,
    i18n::{Format, t, use_format, use_lang},
};

/// Where the like photo is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Place {
    /// In this very draft.
    Here,
    Draft(Timestamp),
    Record(String, Timestamp),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Note {
    Seen(Resemblance, Place),
    Flaw(Flaw),
}

/// A photo of this phone: of which record or draft it is, and how it looks.
struct Known {
    photo: Uuid,
    owner: Uuid,
    blob: BlobFacts,
    likeness: Option<Likeness>,
    in_draft: Option<Timestamp>,
}

/// The notices under a question's photos. `flaws` is what was seen when they were added.
pub fn notices(
    draft: Uuid,
    own: Signal<Vec<DraftPhoto>>,
    shown: Signal<Vec<Photo>>,
    flaws: RwSignal<BTreeMap<Uuid, Flaw>>,
    on_remove: Callback<String>,
) -> AnyView {
    let device = Device::get();
    let format = use_format();
    let lang = use_lang();
    let settled = RwSignal::new(BTreeSet::<Uuid>::new());
    let found = Memo::new(move |_| {
        let settled = settled.read();
        let open: Vec<DraftPhoto> = own
            .get()
            .into_iter()
            .filter(|photo| !photo.existing && !settled.contains(&photo.id))
            .collect();
        if open.is_empty() {
            return Vec::new();
        }
        let known = known(
            &device.drafts().unwrap_or_default(),
            &device.attachments().unwrap_or_default(),
        );
        let flaws = flaws.read();
        open.iter()
            .filter_map(|photo| {
                let seen = before(draft, photo, &known).map(|(resemblance, other)| {
                    Note::Seen(resemblance, place(device, draft, other))
                });
                let note = seen.or_else(|| flaws.get(&photo.id).copied().map(Note::Flaw))?;
                Some((photo.id, note))
            })
            .collect::<Vec<_>>()
    });
    let (keep, remove) = (t("保留", "Keep"), t("移除", "Remove"));
    let line = move |(id, note): (Uuid, Note)| {
        let words = move || sentence(lang.get(), format, &note);
        let thumbnail = move || {
            let name = id.to_string();
            let shown = shown.read();
            shown.iter().find(|one| one.id == name).map(|one| {
                view! { <img class="photo-notice-picture" src=one.thumbnail.clone() alt=""/> }
            })
        };
        view! {
            <li class="photo-notice">
                {thumbnail}
                <p class="photo-notice-text">
                    <Icon icon=lu::LuInfo/>
                    <span>{words}</span>
                </p>
                <div class="photo-notice-actions">
                    <Button
                        small=true
                        on_click=move |()| {
                            settled.update(|settled| {
                                settled.insert(id);
                            });
                        }
                    >
                        {keep}
                    </Button>
                    <Button small=true on_click=move |()| on_remove.run(id.to_string())>
                        {remove}
                    </Button>
                </div>
            </li>
        }
    };
    view! {
        <div class="photo-notices" role="status">
            <ul class="photo-notices-list">
                <For each=move || found.get() key=Clone::clone children=line/>
            </ul>
        </div>
    }
    .into_any()
}

fn known(drafts: &[Draft], attachments: &[Attachment]) -> Vec<Known> {
    let in_drafts = drafts.iter().flat_map(|draft| {
        let photos = draft.photos.iter().filter(|photo| !photo.existing);
        photos.map(|photo| Known {
            photo: photo.id,
            owner: draft.id,
            blob: photo.blob.clone(),
            likeness: photo.facts.likeness,
            in_draft: Some(draft.updated_at),
        })
    });
    let attached = attachments.iter().filter(|one| !one.withdrawn);
    let in_records = attached.map(|one| Known {
        photo: one.id.0,
        owner: one.subject.id,
        blob: one.blob.clone(),
        likeness: one.facts.likeness,
        in_draft: None,
    });
    in_records.chain(in_drafts).collect()
}

/// The most alike of the known photos. Shots of the same moment look alike, so that within the same
/// record only the same bytes count; and of two equal ones, only the later one is spoken of.
fn before<'k>(
    draft: Uuid,
    photo: &DraftPhoto,
    known: &'k [Known],
) -> Option<(Resemblance, &'k Known)> {
    let candidates = known.iter().filter(|one| one.photo != photo.id);
    let alike = candidates.filter_map(|one| {
        if one.blob.sha256 == photo.blob.sha256 {
            let earlier = one.owner != draft || one.photo < photo.id;
            return earlier.then_some((Resemblance::Same, 0, one));
        }
        let distance = photo.facts.likeness?.distance(&one.likeness?);
        let near = distance <= domain::photos::likeness::NEAR && one.owner != draft;
        near.then_some((Resemblance::NearlySame, distance, one))
    });
    let (resemblance, _, one) = alike.min_by_key(|(how, distance, _)| (*how, *distance))?;
    Some((resemblance, one))
}

fn place(device: Device, draft: Uuid, known: &Known) -> Place {
    if known.owner == draft {
        return Place::Here;
    }
    if let Some(at) = known.in_draft {
        return Place::Draft(at);
    }
    let rows = device.rows(Area::Submissions).unwrap_or_default();
    let record = rows.iter().find_map(|local| match &local.row {
        Row::Submissions(one) if one.id.0 == known.owner => {
            Some(Place::Record(one.title.clone(), one.capture.occurred_at))
        }
        _ => None,
    });
    record.unwrap_or(Place::Record(String::new(), Timestamp(0)))
}

fn sentence(lang: Lang, f: Format, note: &Note) -> String {
    let (resemblance, place) = match note {
        Note::Flaw(flaw) => {
            let (zh, en) = flaw.words();
            return lang.pick(zh, en).to_owned();
        }
        Note::Seen(resemblance, place) => (*resemblance, place),
    };
    let same = resemblance == Resemblance::Same;
    let alike = match lang {
        Lang::Zh if same => "是同一张",
        Lang::Zh => "很像",
        Lang::En if same => "The same photo as",
        Lang::En => "Looks like the photo",
    };
    match (lang, place) {
        (Lang::Zh, Place::Here) => "这张照片在这里已经有了".to_owned(),
        (Lang::En, Place::Here) => "This photo is here already".to_owned(),
        (Lang::Zh, Place::Draft(at)) => {
            format!("和另一份草稿（{}）里的照片{alike}", f.day(*at))
        }
        (Lang::En, Place::Draft(at)) => format!("{alike} in another draft of {}", f.day(*at)),
        (Lang::Zh, Place::Record(title, at)) if title.is_empty() || at.0 == 0 => {
            format!("和以前一条记录里的照片{alike}")
        }
        (Lang::En, Place::Record(title, at)) if title.is_empty() || at.0 == 0 => {
            format!("{alike} in an earlier record")
        }
        (Lang::Zh, Place::Record(title, at)) => {
            format!("和“{title}”（{}）里的照片{alike}", f.date(*at))
        }
        (Lang::En, Place::Record(title, at)) => {
            format!("{alike} in “{title}”, {}", f.date(*at))
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        areas::attachments::{PhotoFacts, PhotoSource},
        photos::Gray,
    };

    use super::*;

    fn likeness(number: usize) -> Option<Likeness> {
        let pixels = (0..320 * 240).map(|at| {
            let (x, y) = (at % 320 / 40, at / 320 / 40);
            ((x * 31 + y * 57 + number * (x * y + 7)) * 37 % 251) as u8
        });
        Likeness::of(&Gray::new(320, 240, pixels.collect()).expect("a picture"))
    }

    fn photo(id: u128, name: &str, number: usize) -> DraftPhoto {
        let blob = BlobFacts {
            sha256: name.to_owned(),
            size: 1,
            media_type: "image/jpeg".to_owned(),
            width: 1,
            height: 1,
        };
        DraftPhoto {
            id: Uuid::from_u128(id),
            question: "photos".to_owned(),
            blob: blob.clone(),
            thumbnail: blob,
            source: PhotoSource::Album,
            taken_at: None,
            caption: String::new(),
            facts: PhotoFacts {
                likeness: likeness(number),
                ..PhotoFacts::default()
            },
            existing: false,
        }
    }

    fn draft(id: u128, photos: Vec<DraftPhoto>) -> Draft {
        Draft {
            id: Uuid::from_u128(id),
            form_id: "f".to_owned(),
            form_version: "1".to_owned(),
            activity_id: None,
            premises_id: None,
            answers: domain::forms::Answers::new(),
            photos,
            updated_at: Timestamp(1),
            amends: None,
            line: None,
        }
    }

    /// How the first photo of draft 1 resembles something, and whose that is.
    fn found(drafts: &[Draft]) -> Option<(Resemblance, u128)> {
        let known = known(drafts, &[]);
        let photo = drafts.first()?.photos.last()?;
        let (how, one) = before(Uuid::from_u128(1), photo, &known)?;
        Some((how, one.owner.as_u128()))
    }

    #[test]
    fn the_same_bytes_are_found_before_what_only_looks_alike() {
        let drafts = [
            draft(1, vec![photo(10, "a", 1)]),
            draft(2, vec![photo(20, "b", 1)]),
            draft(3, vec![photo(30, "a", 1)]),
            draft(4, vec![photo(40, "c", 2)]),
        ];
        assert_eq!(found(&drafts), Some((Resemblance::Same, 3)));
        assert_eq!(found(&drafts[..2]), Some((Resemblance::NearlySame, 2)));
        assert_eq!(found(&[drafts[0].clone(), drafts[3].clone()]), None);
    }

    #[test]
    fn shots_of_the_same_moment_in_one_record_are_not_spoken_of() {
        assert_eq!(
            found(&[draft(1, vec![photo(9, "a", 1), photo(10, "b", 1)])]),
            None
        );
        let twice = draft(1, vec![photo(9, "a", 1), photo(10, "a", 1)]);
        assert_eq!(found(&[twice]), Some((Resemblance::Same, 1)));
    }
}
