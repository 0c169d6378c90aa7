//! Finding a QR code in a picture. In a release a part of its own, loaded when a code is first read:
//! the tables of the error correction are large.

/// The text of the first readable code in a picture of so many columns, a byte for each pixel's
/// brightness. `None` as well while the part can't be loaded.
#[cfg(minglu_split)]
pub(crate) async fn decode(width: usize, gray: Vec<u8>) -> Option<String> {
    if let Ok(text) = cut::decode(width, gray).await {
        return text;
    }
    // The next picture asks for it again: not at once.
    gloo_timers::future::TimeoutFuture::new(2_000).await;
    None
}

#[cfg(not(minglu_split))]
pub(crate) fn decode(width: usize, gray: Vec<u8>) -> std::future::Ready<Option<String>> {
    std::future::ready(find(width, &gray))
}

#[cfg(minglu_split)]
mod cut {
    use leptos::wasm_split;

    #[wasm_split::wasm_split(scanner, wasm_split_path = leptos::wasm_split, fallible)]
    pub(super) fn decode(
        width: usize,
        gray: Vec<u8>,
    ) -> Result<Option<String>, wasm_split::SplitLoaderError> {
        Ok(super::find(width, &gray))
    }
}

fn find(width: usize, gray: &[u8]) -> Option<String> {
    let height = gray.len().checked_div(width)?;
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| gray[y * width + x]);
    image
        .detect_grids()
        .iter()
        .find_map(|grid| grid.decode().ok())
        .map(|(_, text)| text)
}
