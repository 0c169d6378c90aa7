//! Whether bytes are the photo that they are said to be.
//!
//! Looks at the first bytes and the header only; nothing is decompressed, so that a small file that
//! unpacks to gigabytes costs nothing.

use std::io::Cursor;

use domain::Refusal;
use image::{ImageFormat, ImageReader};

use super::look::name_of;

/// The most pixels on one side.
const SIDE: u32 = 12_000;
/// The most pixels altogether.
const PIXELS: u64 = 64_000_000;

/// What the first bytes say that it is.
pub fn sniff(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some("image/webp"),
        _ => None,
    }
}

/// Refuses what isn't a photo of the type it is said to have, or is too large to open.
pub fn check(head: &[u8], declared: &str) -> Result<(), Refusal> {
    let Some(found) = sniff(head) else {
        return Err(Refusal::MediaType {
            media_type: name_of(head).to_owned(),
        });
    };
    if found != declared {
        return Err(Refusal::MediaType {
            media_type: format!("{declared} ≠ {found}"),
        });
    }
    let format = match found {
        "image/png" => ImageFormat::Png,
        "image/webp" => ImageFormat::WebP,
        _ => ImageFormat::Jpeg,
    };
    let mut reader = ImageReader::new(Cursor::new(head));
    reader.set_format(format);
    let (width, height) = reader.into_dimensions().map_err(|_| broken("header"))?;
    if width == 0 || height == 0 {
        return Err(broken("0 × 0"));
    }
    if width > SIDE || height > SIDE || u64::from(width) * u64::from(height) > PIXELS {
        return Err(broken(&format!("{width} × {height}")));
    }
    Ok(())
}

fn broken(detail: &str) -> Refusal {
    Refusal::BrokenPhoto {
        detail: detail.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{DynamicImage, ImageBuffer, Rgb};

    fn photo(format: ImageFormat) -> Vec<u8> {
        let pixels = ImageBuffer::from_pixel(16, 9, Rgb([120u8, 30, 60]));
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::ImageRgb8(pixels)
            .write_to(&mut bytes, format)
            .expect("written");
        bytes.into_inner()
    }

    #[test]
    fn real_photos_pass_under_their_own_type_only() {
        for (format, own) in [
            (ImageFormat::Jpeg, "image/jpeg"),
            (ImageFormat::Png, "image/png"),
            (ImageFormat::WebP, "image/webp"),
        ] {
            let bytes = photo(format);
            for declared in ["image/jpeg", "image/png", "image/webp", "image/gif"] {
                assert_eq!(
                    check(&bytes, declared).is_ok(),
                    declared == own,
                    "{declared}"
                );
            }
        }
    }

    #[test]
    fn magic_alone_is_no_photo() {
        for bytes in [
            b"\xff\xd8\xff\xe0".as_slice(),
            b"\x89PNG\r\n\x1a\n",
            b"\x89PNG\r\n\x1a\nIHDRIHDRIHDRIHDRIHDR",
            b"RIFF\x00\x00\x00\x00WEBPVP8 ",
        ] {
            let declared = sniff(bytes).expect("magic");
            assert!(matches!(
                check(bytes, declared),
                Err(Refusal::BrokenPhoto { .. })
            ));
        }
        for bytes in [b"".as_slice(), b"GIF89a", b"<svg/>", b"%PDF-1.7", b"MZ"] {
            assert!(matches!(
                check(bytes, "image/png"),
                Err(Refusal::MediaType { .. })
            ));
        }
    }

    #[test]
    fn a_decompression_bomb_is_refused_by_its_header() {
        // The header of a PNG of 60,000 × 60,000 pixels; the checksum is right.
        let mut chunk = b"IHDR".to_vec();
        chunk.extend(60_000u32.to_be_bytes());
        chunk.extend(60_000u32.to_be_bytes());
        chunk.extend([8, 2, 0, 0, 0]);
        let mut bytes = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d".to_vec();
        bytes.extend(&chunk);
        bytes.extend(crc32(&chunk).to_be_bytes());
        bytes.extend(b"\x00\x00\x00\x00IDAT\x35\xaf\x06\x1e\x00\x00\x00\x00IEND\xae\x42\x60\x82");
        assert_eq!(check(&bytes, "image/png"), Err(broken("60000 × 60000")));
    }

    fn crc32(bytes: &[u8]) -> u32 {
        let mut crc = u32::MAX;
        for byte in bytes {
            crc ^= u32::from(*byte);
            for _ in 0..8 {
                crc = if crc & 1 == 1 {
                    (crc >> 1) ^ 0xedb8_8320
                } else {
                    crc >> 1
                };
            }
        }
        !crc
    }
}
