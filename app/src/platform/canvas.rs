//! Canvases: scaling, encoding, reading a code off one.

use domain::photos::Gray;
use futures::channel::oneshot;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::decoder;

/// A canvas outside of the page, and its pen.
pub(crate) struct Surface {
    pub(crate) canvas: HtmlCanvasElement,
    pen: CanvasRenderingContext2d,
}

impl Surface {
    pub(crate) fn of(width: u32, height: u32) -> Option<Self> {
        let canvas = web_sys::window()?
            .document()?
            .create_element("canvas")
            .ok()?
            .dyn_into::<HtmlCanvasElement>()
            .ok()?;
        canvas.set_width(width);
        canvas.set_height(height);
        let options = js_sys::Object::new();
        let read_often = js_sys::Reflect::set(&options, &"willReadFrequently".into(), &true.into());
        let pen = match read_often {
            Ok(_) => canvas.get_context_with_context_options("2d", &options),
            Err(_) => canvas.get_context("2d"),
        };
        let pen = pen.ok()??.dyn_into::<CanvasRenderingContext2d>().ok()?;
        Some(Self { canvas, pen })
    }

    fn size(&self) -> (f64, f64) {
        (
            f64::from(self.canvas.width()),
            f64::from(self.canvas.height()),
        )
    }

    pub(crate) fn paint(&self, bitmap: &web_sys::ImageBitmap) -> Option<()> {
        let (w, h) = self.size();
        self.white();
        self.pen
            .draw_image_with_image_bitmap_and_dw_and_dh(bitmap, 0.0, 0.0, w, h)
            .ok()
    }

    pub(crate) fn paint_surface(&self, other: &Self) -> Option<()> {
        let (w, h) = self.size();
        // Each small pixel shall be the mean of the large ones: the server sees the same then.
        let quality = "imageSmoothingQuality".into();
        js_sys::Reflect::set(&self.pen, &quality, &"high".into()).ok();
        self.pen
            .draw_image_with_html_canvas_element_and_dw_and_dh(&other.canvas, 0.0, 0.0, w, h)
            .ok()
    }

    /// The upper part, so high.
    pub(crate) fn paint_image(&self, image: &web_sys::HtmlImageElement, height: u32) -> Option<()> {
        let (w, _) = self.size();
        self.white();
        self.pen
            .draw_image_with_html_image_element_and_dw_and_dh(image, 0.0, 0.0, w, f64::from(height))
            .ok()
    }

    /// Light letters on a dark band from `top` to the lower edge.
    pub(crate) fn write_below(&self, top: u32, letters: f64, lines: &[String]) -> Option<()> {
        let (w, h) = self.size();
        let top = f64::from(top);
        self.pen.set_fill_style_str("#10201d");
        self.pen.fill_rect(0.0, top, w, h - top);
        self.pen.set_fill_style_str("#f4f7f6");
        self.pen.set_text_baseline("middle");
        self.pen.set_font(&format!(
            "{letters:.1}px \"Noto Sans SC\", \"PingFang SC\", \"Microsoft YaHei\", sans-serif"
        ));
        for (at, line) in lines.iter().enumerate() {
            let y = top + letters * (1.3 + 1.6 * at as f64);
            self.pen
                .fill_text_with_max_width(line, letters, y, w - 2.0 * letters)
                .ok()?;
        }
        Some(())
    }

    pub(crate) fn paint_video(&self, video: &web_sys::HtmlVideoElement) -> Option<()> {
        let (w, h) = self.size();
        self.pen
            .draw_image_with_html_video_element_and_dw_and_dh(video, 0.0, 0.0, w, h)
            .ok()
    }

    /// JPEG has no transparency: what is clear in a PNG shall be white, not black.
    fn white(&self) {
        let (w, h) = self.size();
        self.pen.set_fill_style_str("#ffffff");
        self.pen.fill_rect(0.0, 0.0, w, h);
    }

    /// The first readable QR code, with `bars` also bar code.
    pub(crate) async fn code(&self, bars: bool) -> Option<String> {
        let gray = self.gray()?;
        decoder::decode(gray.width(), gray.into_pixels(), bars).await
    }

    pub(crate) fn gray(&self) -> Option<Gray> {
        let (w, h) = self.size();
        let pixels = self.pen.get_image_data(0.0, 0.0, w, h).ok()?.data().0;
        Gray::from_rgba(w as usize, h as usize, &pixels)
    }
}

/// A canvas as an image file; `None` where the browser has no memory for it.
pub(crate) async fn to_bytes(
    canvas: &HtmlCanvasElement,
    mime: &str,
    quality: f64,
) -> Option<Vec<u8>> {
    let (sender, receiver) = oneshot::channel::<Option<web_sys::Blob>>();
    let mut sender = Some(sender);
    let callback = Closure::<dyn FnMut(Option<web_sys::Blob>)>::new(move |blob| {
        if let Some(sender) = sender.take() {
            let _ = sender.send(blob);
        }
    });
    canvas
        .to_blob_with_type_and_encoder_options(
            callback.as_ref().unchecked_ref(),
            mime,
            &quality.into(),
        )
        .ok()?;
    let blob = receiver.await.ok()??;
    let buffer = wasm_bindgen_futures::JsFuture::from(blob.array_buffer())
        .await
        .ok()?;
    Some(js_sys::Uint8Array::new(&buffer).to_vec())
}
