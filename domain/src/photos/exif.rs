//! What a photo's own file says of its time and place: a few tags of a JPEG's EXIF.
//!
//! Read before the photo is scaled down, which drops them. Anybody can write these tags: they are a
//! statement of the file, no proof. Leaves out all other tags; camera and serial number stay unread.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::time::{MINUTE_MS, Timestamp};

/// So many first bytes of a file hold its EXIF, whatever thumbnail it carries.
pub const HEAD: usize = 256 * 1024;

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Exif {
    /// When it was taken, with the file's own offset or, without one, the phone's.
    pub taken_at: Option<Timestamp>,
    pub place: Option<FilePlace>,
}

/// Degrees, north and east positive (WGS 84).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FilePlace {
    pub latitude: f64,
    pub longitude: f64,
}

impl Exif {
    /// From a JPEG's first bytes; nothing where there is no EXIF, or a damaged one.
    pub fn read(head: &[u8], utc_offset_minutes: i32) -> Self {
        find(head)
            .and_then(|tiff| read_tiff(tiff, utc_offset_minutes))
            .unwrap_or_default()
    }
}

/// The TIFF structure in a JPEG's APP1 segment.
fn find(jpeg: &[u8]) -> Option<&[u8]> {
    let mut rest = jpeg.strip_prefix(&[0xff, 0xd8])?;
    loop {
        let [0xff, marker, high, low, ..] = *rest else {
            return None;
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        let content = rest.get(4..(2 + length).min(rest.len()))?;
        if marker == 0xe1
            && let Some(tiff) = content.strip_prefix(b"Exif\0\0")
        {
            return Some(tiff);
        }
        // The picture itself starts: nothing comes after it.
        if marker == 0xda {
            return None;
        }
        rest = rest.get(2 + length.max(2)..)?;
    }
}

/// A list of tags (an "IFD") with what it is read from.
#[derive(Clone, Copy)]
struct Tags<'a> {
    tiff: &'a [u8],
    little: bool,
    entries: &'a [u8],
}

const EXIF_TAGS: u16 = 0x8769;
const GPS_TAGS: u16 = 0x8825;
const CHANGED: u16 = 0x0132;
const TAKEN: u16 = 0x9003;
const TAKEN_OFFSET: u16 = 0x9011;
const LATITUDE: u16 = 2;
const LONGITUDE: u16 = 4;

fn read_tiff(tiff: &[u8], utc_offset_minutes: i32) -> Option<Exif> {
    let little = match tiff.get(..4)? {
        b"II\x2a\0" => true,
        b"MM\0\x2a" => false,
        _ => return None,
    };
    let start = Tags {
        tiff,
        little,
        entries: &[],
    };
    let first = start.at(start.u32(tiff.get(4..8)?)?)?;
    let exif = first.below(EXIF_TAGS);
    let taken = exif
        .and_then(|exif| exif.text(TAKEN))
        .or_else(|| first.text(CHANGED));
    let offset = exif
        .and_then(|exif| exif.text(TAKEN_OFFSET))
        .and_then(offset_minutes);
    let taken_at = taken
        .and_then(|text| NaiveDateTime::parse_from_str(text, "%Y:%m:%d %H:%M:%S").ok())
        .map(|local| {
            let minutes = i64::from(offset.unwrap_or(utc_offset_minutes));
            Timestamp(local.and_utc().timestamp_millis() - minutes * MINUTE_MS)
        })
        // Cameras without a set clock write the beginning of time.
        .filter(|at| at.0 > 0);
    let place = first.below(GPS_TAGS).and_then(|gps| {
        let latitude = gps.degrees(LATITUDE, b'S')?;
        let longitude = gps.degrees(LONGITUDE, b'W')?;
        let on_earth = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
        // Without a fix, some write zeros.
        let somewhere = latitude != 0.0 || longitude != 0.0;
        (on_earth && somewhere).then_some(FilePlace {
            latitude,
            longitude,
        })
    });
    Some(Exif { taken_at, place })
}

/// `+08:00`
fn offset_minutes(text: &str) -> Option<i32> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    ((0..=14).contains(&hours) && (0..60).contains(&minutes))
        .then_some(sign * (hours * 60 + minutes))
}

impl<'a> Tags<'a> {
    /// The list at an offset.
    fn at(self, offset: u32) -> Option<Self> {
        let rest = self.tiff.get(usize::try_from(offset).ok()?..)?;
        let count = usize::from(self.u16(rest.get(..2)?)?);
        let entries = rest.get(2..)?;
        Some(Self {
            entries: entries.get(..count * 12).unwrap_or(entries),
            ..self
        })
    }

    fn below(self, tag: u16) -> Option<Self> {
        let (_, _, value) = self.entry(tag)?;
        self.at(self.u32(value)?)
    }

    /// Its type, count, and four bytes of value or offset.
    fn entry(self, tag: u16) -> Option<(u16, usize, &'a [u8])> {
        self.entries.chunks_exact(12).find_map(|entry| {
            (self.u16(entry)? == tag).then_some(())?;
            let count = usize::try_from(self.u32(&entry[4..])?).ok()?;
            Some((self.u16(&entry[2..])?, count, &entry[8..]))
        })
    }

    /// The bytes that an offset names.
    fn value(self, offset: &[u8], length: usize) -> Option<&'a [u8]> {
        let from = usize::try_from(self.u32(offset)?).ok()?;
        self.tiff.get(from..from.checked_add(length)?)
    }

    fn text(self, tag: u16) -> Option<&'a str> {
        let (kind, count, value) = self.entry(tag)?;
        let bytes = match (kind, count) {
            (2, 0..=4) => value.get(..count)?,
            (2, 5..=64) => self.value(value, count)?,
            _ => return None,
        };
        let text = std::str::from_utf8(bytes).ok()?;
        Some(text.trim_end_matches('\0').trim())
    }

    /// Degrees, minutes and seconds as three fractions; the tag before says on which side.
    fn degrees(self, tag: u16, negative: u8) -> Option<f64> {
        let (5, 3, value) = self.entry(tag)? else {
            return None;
        };
        let (_, _, side) = self.entry(tag - 1)?;
        let mut degrees = 0.0;
        for (fraction, unit) in self
            .value(value, 24)?
            .chunks_exact(8)
            .zip([1.0, 60.0, 3_600.0])
        {
            let (above, below) = (self.u32(fraction)?, self.u32(&fraction[4..])?);
            if below == 0 {
                return None;
            }
            degrees += f64::from(above) / f64::from(below) / unit;
        }
        Some(if side.first() == Some(&negative) {
            -degrees
        } else {
            degrees
        })
    }

    fn u16(self, bytes: &[u8]) -> Option<u16> {
        let bytes: [u8; 2] = bytes.get(..2)?.try_into().ok()?;
        Some(if self.little {
            u16::from_le_bytes(bytes)
        } else {
            u16::from_be_bytes(bytes)
        })
    }

    fn u32(self, bytes: &[u8]) -> Option<u32> {
        let bytes: [u8; 4] = bytes.get(..4)?.try_into().ok()?;
        Some(if self.little {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        })
    }
}
