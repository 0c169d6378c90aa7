//! Photos of a draft or record as addresses that the page can show.
//!
//! From this device while it keeps the bytes, from the server otherwise. Leaves out taking photos.

use std::collections::{BTreeMap, BTreeSet};

use domain::areas::attachments::BlobFacts;
use leptos::{prelude::*, task::spawn_local};

use crate::{components::photo::Photo, device::Device, platform::photos};

/// A photo whose bytes are to be found: `photo` says all but the addresses.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    pub photo: Photo,
    pub thumbnail: BlobFacts,
    pub full: BlobFacts,
}

/// The photos with their addresses; each appears as soon as its bytes were read.
pub fn use_pictures(pictures: Signal<Vec<Picture>>) -> Signal<Vec<Photo>> {
    let blobs = Signal::derive(move || {
        let pictures = pictures.get().into_iter();
        pictures
            .flat_map(|one| [one.thumbnail, one.full])
            .collect::<Vec<_>>()
    });
    let urls = use_addresses(blobs);
    Signal::derive(move || {
        let urls = urls.read();
        let shown = pictures.get().into_iter().filter_map(|picture| {
            let thumbnail = urls.get(&picture.thumbnail.sha256)?.clone();
            let full = urls.get(&picture.full.sha256).unwrap_or(&thumbnail).clone();
            Some(Photo {
                thumbnail,
                full,
                ..picture.photo
            })
        });
        shown.collect()
    })
}

/// Where the bytes are, by their name; each appears as soon as they were read.
pub fn use_addresses(blobs: Signal<Vec<BlobFacts>>) -> RwSignal<BTreeMap<String, String>> {
    let device = Device::get();
    let urls = RwSignal::new(BTreeMap::<String, String>::new());
    let asked = StoredValue::new(BTreeSet::<String>::new());
    Effect::new(move |_| {
        let Some(replica) = device.replica() else {
            return;
        };
        for facts in blobs.get() {
            let new = asked.try_update_value(|asked| asked.insert(facts.sha256.clone()));
            if new != Some(true) {
                continue;
            }
            let replica = replica.clone();
            spawn_local(async move {
                let bytes = replica.blob(&facts.sha256).await.ok().flatten();
                let url = bytes
                    .and_then(|bytes| photos::object_url(&bytes, &facts.media_type))
                    .unwrap_or_else(|| format!("/api/blobs/{}", facts.sha256));
                let mut url = Some(url);
                urls.try_update(|urls| url.take().map(|url| urls.insert(facts.sha256, url)));
                // The page was left meanwhile.
                if let Some(url) = url {
                    photos::revoke_url(&url);
                }
            });
        }
    });
    on_cleanup(move || {
        for url in urls.try_get_untracked().unwrap_or_default().into_values() {
            photos::revoke_url(&url);
        }
    });
    urls
}
