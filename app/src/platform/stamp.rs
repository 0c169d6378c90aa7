//! A stamped copy of a photo: a band below the picture says where it belongs. Nothing of the picture
//! is covered, and the original stays as it is.

/// What the band says, a line each; empty ones are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    pub lines: Vec<String>,
}

/// The width of a line in units of its height, roughly: a Chinese character is as wide as high.
fn width_of(text: &str) -> f64 {
    text.chars()
        .map(|letter| if letter.is_ascii() { 0.55 } else { 1.0 })
        .sum()
}

/// Size of the letters and height of the band for a picture so wide and high.
#[cfg_attr(
    not(any(target_arch = "wasm32", test)),
    expect(dead_code, reason = "browser only")
)]
fn layout(width: u32, height: u32, lines: &[String]) -> (f64, u32) {
    let wanted = f64::from(width.max(height)) / 52.0;
    let longest = lines.iter().map(|line| width_of(line)).fold(1.0, f64::max);
    // Long lines are written smaller, so that none is cut off.
    let letters = wanted.min(f64::from(width) * 0.94 / longest).max(9.0);
    let band = letters * (1.6 * lines.len() as f64 + 1.0);
    (letters, band.ceil() as u32)
}

/// The copy as JPEG, from an address that the page can show; `None` if the picture can't be read.
#[cfg(target_arch = "wasm32")]
pub async fn stamped(address: &str, stamp: &Stamp) -> Option<Vec<u8>> {
    use super::canvas::{Surface, to_bytes};
    let picture = web_sys::HtmlImageElement::new().ok()?;
    picture.set_src(address);
    wasm_bindgen_futures::JsFuture::from(picture.decode())
        .await
        .ok()?;
    let (width, height) = (picture.natural_width(), picture.natural_height());
    let (letters, band) = layout(width, height, &stamp.lines);
    let surface = Surface::of(width, height + band)?;
    surface.paint_image(&picture, height)?;
    surface.write_below(height, letters, &stamp.lines)?;
    to_bytes(&surface.canvas, "image/jpeg", 0.9).await
}

#[cfg(not(target_arch = "wasm32"))]
pub fn stamped(address: &str, stamp: &Stamp) -> std::future::Ready<Option<Vec<u8>>> {
    let _ = (address, stamp);
    std::future::ready(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_line_fits_into_the_picture() {
        let lines = ["市卫生健康综合执法支队".repeat(4), "short".to_owned()];
        for (width, height) in [(1_600, 1_200), (1_200, 1_600), (320, 240)] {
            let (letters, band) = layout(width, height, &lines);
            assert!(letters <= f64::from(width.max(height)) / 52.0 || letters <= 9.0);
            assert!(letters <= 9.0 || letters * width_of(&lines[0]) <= f64::from(width));
            assert!(f64::from(band) > letters * 3.0);
        }
    }
}
