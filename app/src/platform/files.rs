//! Files that a person picked, as bytes.

use super::photos::PickedFile;

/// Why a picked file couldn't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileError {
    TooLarge,
    /// Moved, deleted, or the phone has no memory left for it.
    Unreadable,
}

/// The file's bytes, if they are at most so many.
#[cfg(target_arch = "wasm32")]
pub async fn read(file: &PickedFile, limit: usize) -> Result<Vec<u8>, FileError> {
    if file.file.size() > limit as f64 {
        return Err(FileError::TooLarge);
    }
    let buffer = wasm_bindgen_futures::JsFuture::from(file.file.array_buffer())
        .await
        .map_err(|_| FileError::Unreadable)?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}

#[cfg(not(target_arch = "wasm32"))]
pub fn read(file: &PickedFile, limit: usize) -> std::future::Ready<Result<Vec<u8>, FileError>> {
    let _ = (file, limit);
    std::future::ready(Err(FileError::Unreadable))
}
