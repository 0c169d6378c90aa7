//! Photos on the device: reading what was picked, making it small, showing bytes.
//!
//! The re-encoded photo carries no EXIF: no serial number leaves the device by it. Time and place are
//! read before, shown to the author and kept beside the photo. Hashing and storing are the replica's.

use domain::photos::{Exif, Flaw, Likeness};

/// A file that was picked; on the server there is none.
#[derive(Clone, Debug)]
pub struct PickedFile {
    #[cfg(target_arch = "wasm32")]
    pub(crate) file: web_sys::File,
}

impl PickedFile {
    /// A picture that the app drew itself.
    pub fn drawn(bytes: &[u8], mime: &str) -> Option<Self> {
        #[cfg(target_arch = "wasm32")]
        {
            let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
            let options = web_sys::FilePropertyBag::new();
            options.set_type(mime);
            let file =
                web_sys::File::new_with_u8_array_sequence_and_options(&parts, "drawn", &options);
            file.ok().map(|file| Self { file })
        }
        #[cfg(not(target_arch = "wasm32"))]
        {
            let _ = (bytes, mime);
            None
        }
    }
}

/// A photo ready to be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct PreparedPhoto {
    /// JPEG, its longer side at most 1600 px.
    pub bytes: Vec<u8>,
    /// JPEG, its longer side at most 320 px.
    pub thumbnail: Vec<u8>,
    pub width: u32,
    pub height: u32,
    /// When the picked file was last changed, ms: an album photo's age.
    pub source_mtime: i64,
    pub likeness: Option<Likeness>,
    pub flaw: Option<Flaw>,
    pub exif: Exif,
}

/// Why a file can't be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotoError {
    NotAnImage,
    /// More than 40 MB or 100 megapixels.
    TooLarge,
    /// An image that this browser can't read (HEIC on Android, a damaged file).
    Undecodable,
    /// The device has no memory left for it.
    NoMemory,
}

impl PhotoError {
    /// What happened and what to do, in Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::NotAnImage => (
                "这个文件不是图片。请选择照片。",
                "This file is not an image. Choose a photo.",
            ),
            Self::TooLarge => (
                "这张照片太大（超过 40 MB 或 1 亿像素）。请用普通模式重拍，或选另一张。",
                "This photo is too large (over 40 MB or 100 megapixels). Take it again in normal mode, or choose another.",
            ),
            Self::Undecodable => (
                "这张照片打不开，可能已损坏或格式不支持。请直接拍照，或把它另存为 JPEG 再选。",
                "This photo can’t be opened: damaged, or of an unknown format. Take a photo here, or save it as JPEG first.",
            ),
            Self::NoMemory => (
                "手机内存不够，照片没有处理成功。请关掉其他应用后再试。",
                "The phone is out of memory for this photo. Close other apps and try again.",
            ),
        }
    }
}

/// The longer side of a kept photo, px.
pub const PHOTO_SIDE: u32 = 1_600;
/// The longer side of a thumbnail, px.
pub const THUMBNAIL_SIDE: u32 = 320;

/// The files of an `<input type="file">` that just changed; empties it, so that the same file can
/// be picked again.
pub fn picked_files(event: &leptos::ev::Event) -> Vec<PickedFile> {
    #[cfg(target_arch = "wasm32")]
    {
        let input = leptos::prelude::event_target::<web_sys::HtmlInputElement>(event);
        let files = input.files().map_or_else(Vec::new, |list| {
            (0..list.length())
                .filter_map(|index| list.get(index))
                .map(|file| PickedFile { file })
                .collect()
        });
        input.set_value("");
        files
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = event;
        Vec::new()
    }
}

impl PickedFile {
    pub fn name(&self) -> String {
        #[cfg(target_arch = "wasm32")]
        {
            self.file.name()
        }
        #[cfg(not(target_arch = "wasm32"))]
        {
            String::new()
        }
    }
}

/// Makes a picked photo small enough to keep and send.
pub async fn prepare_photo(file: PickedFile) -> Result<PreparedPhoto, PhotoError> {
    #[cfg(target_arch = "wasm32")]
    {
        browser::prepare(file).await
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = file;
        Err(PhotoError::Undecodable)
    }
}

/// What the camera shows at this moment, as a photo.
pub async fn shoot(
    video: leptos::prelude::NodeRef<leptos::html::Video>,
) -> Result<PreparedPhoto, PhotoError> {
    #[cfg(target_arch = "wasm32")]
    {
        browser::shoot(video).await
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = video;
        Err(PhotoError::Undecodable)
    }
}

/// Looks for a QR code in a picked photo, with `bars` also for a bar code.
pub fn read_code(file: PickedFile, bars: bool, done: impl FnOnce(Option<String>) + 'static) {
    #[cfg(target_arch = "wasm32")]
    wasm_bindgen_futures::spawn_local(async move { done(browser::code_in(file, bars).await) });
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (file, bars, done);
}

/// An address under which the page can show bytes; give it back with [`revoke_url`].
pub fn object_url(bytes: &[u8], mime: &str) -> Option<String> {
    #[cfg(target_arch = "wasm32")]
    {
        let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
        let options = web_sys::BlobPropertyBag::new();
        options.set_type(mime);
        let blob = web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
        web_sys::Url::create_object_url_with_blob(&blob).ok()
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = (bytes, mime);
        None
    }
}

/// Frees the bytes behind an object URL.
pub fn revoke_url(url: &str) {
    #[cfg(target_arch = "wasm32")]
    let _ = web_sys::Url::revoke_object_url(url);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = url;
}

/// Width and height so that the longer side is at most `side`; never enlarges.
#[cfg_attr(
    not(any(target_arch = "wasm32", test)),
    expect(dead_code, reason = "browser only")
)]
pub(super) fn fit(width: u32, height: u32, side: u32) -> (u32, u32) {
    let longer = width.max(height);
    if longer <= side {
        return (width.max(1), height.max(1));
    }
    let scale = |n: u32| {
        ((u64::from(n) * u64::from(side) + u64::from(longer) / 2) / u64::from(longer)) as u32
    };
    (scale(width).max(1), scale(height).max(1))
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::JsFuture;

    use domain::photos::{Exif, Likeness, exif, flaw};
    use leptos::prelude::{GetUntracked as _, NodeRef};

    use super::{PHOTO_SIDE, PhotoError, PickedFile, PreparedPhoto, THUMBNAIL_SIDE, fit};
    use crate::platform::canvas::{self, Surface};

    const MAX_BYTES: f64 = 40.0 * 1024.0 * 1024.0;
    const MAX_PIXELS: u64 = 100_000_000;

    pub(super) async fn prepare(file: PickedFile) -> Result<PreparedPhoto, PhotoError> {
        let bitmap = decode(&file).await?;
        let exif = exif_of(&file).await;
        let (width, height) = fit(bitmap.width(), bitmap.height(), PHOTO_SIDE);
        let full = Surface::of(width, height).ok_or(PhotoError::NoMemory)?;
        full.paint(&bitmap).ok_or(PhotoError::NoMemory)?;
        bitmap.close();
        let source_mtime = file.file.last_modified() as i64;
        finish(&full, (width, height), source_mtime, exif).await
    }

    pub(super) async fn shoot(
        video: NodeRef<leptos::html::Video>,
    ) -> Result<PreparedPhoto, PhotoError> {
        let video = video.get_untracked().ok_or(PhotoError::Undecodable)?;
        let (width, height) = fit(video.video_width(), video.video_height(), PHOTO_SIDE);
        let full = Surface::of(width, height).ok_or(PhotoError::NoMemory)?;
        full.paint_video(&video).ok_or(PhotoError::NoMemory)?;
        let now = crate::platform::now_ms();
        finish(&full, (width, height), now, Exif::default()).await
    }

    async fn finish(
        full: &Surface,
        (width, height): (u32, u32),
        source_mtime: i64,
        exif: Exif,
    ) -> Result<PreparedPhoto, PhotoError> {
        let (small_width, small_height) = fit(width, height, THUMBNAIL_SIDE);
        let small = Surface::of(small_width, small_height).ok_or(PhotoError::NoMemory)?;
        small.paint_surface(full).ok_or(PhotoError::NoMemory)?;
        let bytes = encode(full, "image/jpeg", 0.82)
            .await
            .ok_or(PhotoError::NoMemory)?;
        let thumbnail = encode(&small, "image/jpeg", 0.7)
            .await
            .ok_or(PhotoError::NoMemory)?;
        let gray = small.gray();
        Ok(PreparedPhoto {
            bytes,
            thumbnail,
            width,
            height,
            source_mtime,
            likeness: gray.as_ref().and_then(Likeness::of),
            flaw: gray.as_ref().and_then(flaw),
            exif,
        })
    }

    /// What the file says before it is made small.
    async fn exif_of(file: &PickedFile) -> Exif {
        let head = async {
            let length = i32::try_from(exif::HEAD).ok()?;
            let head = file.file.slice_with_i32_and_i32(0, length).ok()?;
            let buffer = JsFuture::from(head.array_buffer()).await.ok()?;
            Some(js_sys::Uint8Array::new(&buffer).to_vec())
        };
        match head.await {
            Some(head) => Exif::read(&head, crate::platform::utc_offset_minutes()),
            None => Exif::default(),
        }
    }

    async fn decode(file: &PickedFile) -> Result<web_sys::ImageBitmap, PhotoError> {
        let kind = file.file.type_();
        // Some Android albums give no type at all: then the decoder decides.
        if !kind.is_empty() && !kind.starts_with("image/") {
            return Err(PhotoError::NotAnImage);
        }
        if file.file.size() > MAX_BYTES {
            return Err(PhotoError::TooLarge);
        }
        let bitmap = web_sys::window()
            .and_then(|window| window.create_image_bitmap_with_blob(&file.file).ok())
            .ok_or(PhotoError::Undecodable)?;
        let bitmap = JsFuture::from(bitmap).await.map_err(|_| {
            if kind.is_empty() {
                PhotoError::NotAnImage
            } else {
                PhotoError::Undecodable
            }
        })?;
        let bitmap: web_sys::ImageBitmap =
            bitmap.dyn_into().map_err(|_| PhotoError::Undecodable)?;
        if u64::from(bitmap.width()) * u64::from(bitmap.height()) > MAX_PIXELS {
            bitmap.close();
            return Err(PhotoError::TooLarge);
        }
        Ok(bitmap)
    }

    pub(super) async fn code_in(file: PickedFile, bars: bool) -> Option<String> {
        let bitmap = decode(&file).await.ok()?;
        // A small code in a large photo needs the detail, a blurred one is easier when small.
        let mut found = None;
        for side in [800, 1_600, 400] {
            let (width, height) = fit(bitmap.width(), bitmap.height(), side);
            let surface = Surface::of(width, height)?;
            surface.paint(&bitmap)?;
            found = surface.code(bars).await;
            if found.is_some() {
                break;
            }
        }
        bitmap.close();
        found
    }

    async fn encode(surface: &Surface, mime: &str, quality: f64) -> Option<Vec<u8>> {
        canvas::to_bytes(&surface.canvas, mime, quality).await
    }
}

#[cfg(test)]
mod tests {
    use super::fit;

    #[test]
    fn the_longer_side_shrinks_to_the_limit_and_the_ratio_stays() {
        assert_eq!(fit(4000, 3000, 1600), (1600, 1200));
        assert_eq!(fit(3000, 4000, 320), (240, 320));
    }

    #[test]
    fn a_small_photo_is_not_enlarged() {
        assert_eq!(fit(640, 480, 1600), (640, 480));
    }

    #[test]
    fn a_very_long_photo_keeps_one_pixel() {
        assert_eq!(fit(20_000, 2, 320), (320, 1));
    }
}
