//! Finding a code in a picture. In a release a part of its own, loaded when a code is first read:
//! the tables of the error correction are large.

use domain::codes;

/// The text of the first readable code in a picture of so many columns, a byte for each pixel's
/// brightness: a QR code, with `bars` also a bar code. `None` as well while the part can't be loaded.
#[cfg(minglu_split)]
pub(crate) async fn decode(width: usize, gray: Vec<u8>, bars: bool) -> Option<String> {
    if let Ok(text) = cut::decode(width, gray, bars).await {
        return text;
    }
    // The next picture asks for it again: not at once.
    gloo_timers::future::TimeoutFuture::new(2_000).await;
    None
}

#[cfg(not(minglu_split))]
pub(crate) fn decode(
    width: usize,
    gray: Vec<u8>,
    bars: bool,
) -> std::future::Ready<Option<String>> {
    std::future::ready(find(width, &gray, bars))
}

#[cfg(minglu_split)]
mod cut {
    use leptos::wasm_split;

    #[wasm_split::wasm_split(scanner, wasm_split_path = leptos::wasm_split, fallible)]
    pub(super) fn decode(
        width: usize,
        gray: Vec<u8>,
        bars: bool,
    ) -> Result<Option<String>, wasm_split::SplitLoaderError> {
        Ok(super::find(width, &gray, bars))
    }
}

fn find(width: usize, gray: &[u8], bars: bool) -> Option<String> {
    if bars {
        codes::read(width, gray)
    } else {
        codes::read_qr(width, gray)
    }
}
