//! Computes the status line and the heartbeat's figures from the store.

use std::cell::RefCell;

use domain::{Timestamp, small};

use crate::{
    records::{self, Link, LinkState, Tx, Upload, meta},
    rescue,
    shelf::Shelf,
    storage::{StorageError, Store},
    types::{Problem, Status},
};

/// What the store says about work that is still to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    /// Operations the server hasn't received, photos of received ones that it doesn't hold, and
    /// colleagues' files that aren't handed in.
    pub(crate) unsent: usize,
    pub(crate) outbox: usize,
    pub(crate) oldest: Option<Timestamp>,
    /// Blobs the server doesn't hold, thumbnails included.
    pub(crate) blobs: usize,
    pub(crate) problems: usize,
    /// Whether one of the problems is that the device is full.
    pub(crate) full: bool,
    pub(crate) link: Option<Link>,
    pub(crate) all_sent_at: Option<Timestamp>,
}

impl Figures {
    pub(crate) async fn read(tx: &Tx, shelf: &RefCell<Shelf>) -> Result<Self, StorageError> {
        // Asked for at once: a person waits for the answers after each save.
        let (outbox, uploads, problems, link, files) = futures::try_join!(
            tx.list(Store::Outbox, ""),
            records::list::<Upload>(tx, Store::Uploads, ""),
            records::list::<Problem>(tx, Store::Meta, meta::PROBLEM),
            records::get::<LinkState>(tx, Store::Meta, meta::LINK),
            rescue::carried(tx),
        )?;
        // One that can't be read is unsent all the same.
        let count = outbox.len();
        let entries = shelf.borrow_mut().unsent(outbox);
        let carried = small::set(entries.iter().flat_map(|it| &it.entry.blobs));
        let pending: Vec<&Upload> = uploads
            .iter()
            .filter(|upload| upload.is_pending())
            .collect();
        // A photo counts once: as its operation until that is received, then as its bytes.
        let alone = pending
            .iter()
            .filter(|upload| !carried.contains(&upload.sha256));
        let photos = small::set(alone.map(|upload| &upload.photo));
        let carried_files = files.iter().filter(|file| file.is_pending()).count();
        Ok(Self {
            unsent: count + photos.len() + carried_files,
            outbox: count,
            oldest: entries.iter().map(|it| it.entry.captured_at).min(),
            blobs: pending.len(),
            problems: problems.len(),
            full: problems.contains(&Problem::DeviceFull),
            link: link.map(|link| link.link),
            all_sent_at: link.and_then(|link| link.all_sent_at),
        })
    }

    /// `sending` is the total of the round that is under way.
    pub(crate) fn status(&self, sending: Option<usize>) -> Status {
        let unsent = self.unsent;
        match (sending, self.link) {
            (Some(total), _) if unsent > 0 => {
                let total = total.max(unsent);
                Status::Sending {
                    done: total - unsent,
                    total,
                }
            }
            (_, Some(Link::NeedsLogin)) => Status::NeedsLogin { unsent },
            _ if self.problems > 0 => Status::Attention {
                unsent,
                problems: self.problems,
            },
            (_, Some(Link::Offline)) => Status::Offline { unsent },
            _ => match self.all_sent_at {
                Some(at) if unsent == 0 => Status::AllSent { at },
                _ => Status::SavedOnPhone { unsent },
            },
        }
    }
}
