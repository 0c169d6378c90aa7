//! The pen on a signature pad's canvas.

use leptos::{html, prelude::*};

/// Draws where the pointer moves.
#[derive(Debug, Default)]
pub struct Pen {
    last: Option<(f64, f64)>,
    /// Something was drawn in the current stroke.
    drawn: bool,
}

#[cfg(target_arch = "wasm32")]
impl Pen {
    /// Begins a stroke. The first one sizes the canvas for the screen's density.
    pub fn down(&mut self, canvas: NodeRef<html::Canvas>, event: &leptos::ev::PointerEvent) {
        if let Some(canvas) = canvas.get_untracked() {
            let _ = canvas.set_pointer_capture(event.pointer_id());
            let ratio = web_sys::window()
                .map_or(1.0, |w| w.device_pixel_ratio())
                .clamp(1.0, 2.0);
            let width = (f64::from(canvas.client_width()) * ratio) as u32;
            if canvas.width() != width {
                // Setting a size wipes the canvas.
                canvas.set_width(width);
                canvas.set_height((f64::from(canvas.client_height()) * ratio) as u32);
            }
            self.last = Some(place(&canvas, event));
        }
        event.prevent_default();
    }

    /// Draws to where the pointer is now.
    pub fn draw(&mut self, canvas: NodeRef<html::Canvas>, event: &leptos::ev::PointerEvent) {
        let (Some(from), Some(canvas)) = (self.last, canvas.get_untracked()) else {
            return;
        };
        let Some(pen) = context(&canvas) else { return };
        let to = place(&canvas, event);
        // Ink, on the white of a document, in any theme.
        pen.set_stroke_style_str("#10201d");
        pen.set_line_cap("round");
        pen.set_line_join("round");
        let scale = f64::from(canvas.width()) / f64::from(canvas.client_width().max(1));
        let pressure = f64::from(event.pressure());
        let thickness = if pressure > 0.0 {
            1.6 + 2.0 * pressure
        } else {
            2.6
        };
        pen.set_line_width(thickness * scale);
        pen.begin_path();
        pen.move_to(from.0, from.1);
        pen.line_to(to.0, to.1);
        pen.stroke();
        self.last = Some(to);
        self.drawn = true;
    }

    /// Ends the stroke; tells whether something was drawn.
    pub fn lift(&mut self) -> bool {
        self.last = None;
        std::mem::take(&mut self.drawn)
    }

    pub fn clear(&mut self, canvas: NodeRef<html::Canvas>) {
        if let Some(canvas) = canvas.get_untracked()
            && let Some(pen) = context(&canvas)
        {
            pen.clear_rect(
                0.0,
                0.0,
                f64::from(canvas.width()),
                f64::from(canvas.height()),
            );
        }
        self.last = None;
    }

    /// Gives the canvas as a PNG's bytes.
    pub fn png(canvas: NodeRef<html::Canvas>, done: Callback<Option<Vec<u8>>>) {
        let Some(canvas) = canvas.get_untracked() else {
            return;
        };
        // Paper: what is kept as a JPEG has no see-through ground.
        if let Some(pen) = context(&canvas) {
            let _ = pen.set_global_composite_operation("destination-over");
            pen.set_fill_style_str("#fff");
            pen.fill_rect(
                0.0,
                0.0,
                f64::from(canvas.width()),
                f64::from(canvas.height()),
            );
            let _ = pen.set_global_composite_operation("source-over");
        }
        wasm_bindgen_futures::spawn_local(async move {
            let bytes = super::canvas::to_bytes(&canvas, "image/png", 1.0).await;
            let _ = done.try_run(bytes);
        });
    }
}

#[cfg(target_arch = "wasm32")]
fn context(canvas: &web_sys::HtmlCanvasElement) -> Option<web_sys::CanvasRenderingContext2d> {
    use wasm_bindgen::JsCast;
    canvas.get_context("2d").ok()??.dyn_into().ok()
}

/// The pointer's place in the canvas's own pixels.
#[cfg(target_arch = "wasm32")]
fn place(canvas: &web_sys::HtmlCanvasElement, event: &leptos::ev::PointerEvent) -> (f64, f64) {
    let frame = canvas.get_bounding_client_rect();
    let x = (f64::from(event.client_x()) - frame.left()) / frame.width().max(1.0);
    let y = (f64::from(event.client_y()) - frame.top()) / frame.height().max(1.0);
    (
        x * f64::from(canvas.width()),
        y * f64::from(canvas.height()),
    )
}

#[cfg(not(target_arch = "wasm32"))]
impl Pen {
    pub fn down(&mut self, _: NodeRef<html::Canvas>, _: &leptos::ev::PointerEvent) {}

    pub fn draw(&mut self, _: NodeRef<html::Canvas>, _: &leptos::ev::PointerEvent) {}

    pub fn lift(&mut self) -> bool {
        self.last = None;
        std::mem::take(&mut self.drawn)
    }

    pub fn clear(&mut self, _: NodeRef<html::Canvas>) {}

    pub fn png(_: NodeRef<html::Canvas>, _: Callback<Option<Vec<u8>>>) {}
}
