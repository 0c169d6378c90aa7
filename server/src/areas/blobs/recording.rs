//! Whether bytes are a recording of the type that they are said to be, and no film.

use domain::Refusal;

use super::look::{differs, holds, name_of};

/// MPEG audio: a frame's first bits, or a tag before it.
fn is_mp3(head: &[u8]) -> bool {
    match head {
        [b'I', b'D', b'3', ..] => true,
        // Layer and bit rate must be ones that exist.
        [0xff, second, third, ..] => {
            second & 0xe0 == 0xe0
                && second & 0x18 != 0x08
                && second & 0x06 != 0
                && third & 0xf0 != 0xf0
                && third & 0x0c != 0x0c
        }
        _ => false,
    }
}

pub fn check(head: &[u8], tail: &[u8], declared: &str) -> Result<(), Refusal> {
    let film = match declared {
        "audio/mpeg" if is_mp3(head) => None,
        "audio/mp4" if matches!(head, [_, _, _, _, b'f', b't', b'y', b'p', ..]) => {
            // The list of tracks stands at the beginning or at the end.
            let tracks = |bytes: &[u8]| {
                bytes
                    .windows(16)
                    .any(|box_| box_.starts_with(b"hdlr") && &box_[12..] == b"vide")
            };
            (tracks(head) || tracks(tail)).then_some("video/mp4")
        }
        "audio/ogg" if head.starts_with(b"OggS") => {
            holds(&head[..head.len().min(4096)], b"\x80theora").then_some("video/ogg")
        }
        "audio/webm" if head.starts_with(&[0x1a, 0x45, 0xdf, 0xa3]) => {
            let head = &head[..head.len().min(4096)];
            if !holds(head, b"webm") {
                return Err(differs(declared, "video/x-matroska"));
            }
            // A codec of pictures.
            [b"V_VP8".as_slice(), b"V_VP9", b"V_AV1"]
                .iter()
                .any(|codec| holds(head, codec))
                .then_some("video/webm")
        }
        _ => Some(name_of(head)),
    };
    match film {
        None => Ok(()),
        Some(found) => Err(differs(declared, found)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recordings_pass_under_their_own_type_only() {
        let samples: [(&str, &[u8]); 5] = [
            ("audio/mpeg", b"ID3\x04\x00\x00\x00\x00\x00\x00"),
            ("audio/mpeg", b"\xff\xfb\x90\x64\x00\x00"),
            ("audio/mp4", b"\x00\x00\x00\x18ftypM4A \x00\x00\x02\x00"),
            ("audio/ogg", b"OggS\x00\x02\x00\x00OpusHead"),
            (
                "audio/webm",
                b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm\x42\x87\x81A_OPUS",
            ),
        ];
        for (own, bytes) in samples {
            for declared in ["audio/mpeg", "audio/mp4", "audio/ogg", "audio/webm"] {
                let found = check(bytes, bytes, declared);
                assert_eq!(found.is_ok(), declared == own, "{declared}: {found:?}");
            }
        }
    }

    #[test]
    fn a_film_is_no_recording() {
        let mp4 = b"\x00\x00\x00\x18ftypisom----hdlr\x00\x00\x00\x00\x00\x00\x00\x00vide";
        assert!(check(mp4, mp4, "audio/mp4").is_err());
        let webm = b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm\x86\x85V_VP9";
        assert!(check(webm, webm, "audio/webm").is_err());
        let ogg = b"OggS\x00\x02\x00\x00\x80theora";
        assert!(check(ogg, ogg, "audio/ogg").is_err());
    }

    #[test]
    fn a_photo_is_no_recording() {
        // A JPEG begins like a frame of MPEG audio.
        assert!(check(b"\xff\xd8\xff\xe0\x00\x10", b"", "audio/mpeg").is_err());
        assert!(check(b"", b"", "audio/mpeg").is_err());
    }
}
