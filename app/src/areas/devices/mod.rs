//! Which device deserves a look first, and why.
//!
//! Pure. Figures are about devices and their unsent records, never about how much a person does.

use domain::{Timestamp, api::office::DeviceLine, small, time::DAY_MS};

/// Unsent records of this age deserve a look.
const OLD_MS: i64 = DAY_MS;
/// A device with unsent records that wasn't seen for so long deserves a look.
const UNSEEN_MS: i64 = DAY_MS;
/// Less free space than this may keep photos from being stored.
const LITTLE_SPACE: i64 = 200 * 1024 * 1024;

/// How urgent a device is; the order is the list's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Came back empty although it held unsent work.
    Emptied,
    /// Holds unsent work, and it is old or the device is out of sight.
    Stale,
    /// Holds unsent work.
    Pending,
    AllSent,
    /// Shut out by the office; what it holds can't arrive.
    Revoked,
}

pub fn standing(line: &DeviceLine, now: Timestamp) -> Standing {
    let pending = line.outbox > 0 || line.blobs > 0;
    if line.revoked_at.is_some() {
        Standing::Revoked
    } else if line.emptied {
        Standing::Emptied
    } else if !pending {
        Standing::AllSent
    } else if now.since(line.last_seen_at) >= UNSEEN_MS
        || line
            .oldest
            .is_some_and(|oldest| now.since(oldest) >= OLD_MS)
    {
        Standing::Stale
    } else {
        Standing::Pending
    }
}

/// Whether photos may soon not fit.
pub fn has_little_space(line: &DeviceLine) -> bool {
    line.free_bytes.is_some_and(|free| free < LITTLE_SPACE)
}

/// The most urgent first; among equals the one with the oldest unsent record, then the one not seen
/// for longest.
pub fn sort(lines: &mut Vec<DeviceLine>, now: Timestamp) {
    small::sort_by_key(lines, |line| {
        let standing = standing(line, now);
        // Where nothing waits, the one seen last comes first.
        let seen = match standing {
            Standing::AllSent | Standing::Revoked => -line.last_seen_at.0,
            _ => line.last_seen_at.0,
        };
        (standing, line.oldest.map_or(i64::MAX, |at| at.0), seen)
    });
}

/// What all devices together still hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Devices with unsent work.
    pub devices: usize,
    pub records: i64,
    pub blobs: i64,
    pub oldest: Option<Timestamp>,
    pub emptied: usize,
}

pub fn summary(lines: &[DeviceLine]) -> Summary {
    let mut sum = Summary::default();
    for line in lines.iter().filter(|line| line.revoked_at.is_none()) {
        sum.devices += usize::from(line.outbox > 0 || line.blobs > 0);
        sum.records += line.outbox;
        sum.blobs += line.blobs;
        sum.emptied += usize::from(line.emptied);
        if line.outbox > 0 {
            sum.oldest = match (sum.oldest, line.oldest) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            };
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use domain::{DeviceId, PersonId};

    use super::*;

    const NOW: Timestamp = Timestamp(1_795_431_900_000);

    fn line(name: &str, outbox: i64, oldest_days: i64) -> DeviceLine {
        DeviceLine {
            id: DeviceId(uuid::Uuid::nil()),
            name: name.to_owned(),
            person_id: PersonId(uuid::Uuid::nil()),
            person_name: String::new(),
            outbox,
            oldest: (outbox > 0).then(|| NOW.plus_days(-oldest_days)),
            blobs: 0,
            persisted: Some(true),
            free_bytes: None,
            app_build: String::new(),
            last_seen_at: NOW,
            revoked_at: None,
            emptied: false,
        }
    }

    #[test]
    fn what_needs_a_look_comes_first() {
        let mut emptied = line("emptied", 0, 0);
        emptied.emptied = true;
        let mut lines = vec![
            line("sent", 0, 0),
            line("fresh", 2, 0),
            line("old", 1, 3),
            emptied,
            line("older", 1, 5),
        ];
        sort(&mut lines, NOW);
        let names: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
        assert_eq!(names, ["emptied", "older", "old", "fresh", "sent"]);
    }

    #[test]
    fn a_device_out_of_sight_with_unsent_work_is_stale() {
        let mut unseen = line("unseen", 1, 0);
        unseen.last_seen_at = NOW.plus_days(-2);
        assert_eq!(standing(&unseen, NOW), Standing::Stale);
        unseen.outbox = 0;
        assert_eq!(standing(&unseen, NOW), Standing::AllSent);
    }

    #[test]
    fn a_revoked_device_does_not_count() {
        let mut revoked = line("revoked", 4, 9);
        revoked.revoked_at = Some(NOW);
        let sum = summary(&[revoked, line("fresh", 2, 1)]);
        assert_eq!((sum.devices, sum.records), (1, 2));
        assert_eq!(sum.oldest, Some(NOW.plus_days(-1)));
    }
}
