//! What a photo's pixels and its file say: likeness to other photos, flaws, time and place.
//!
//! Pure: pixels and bytes come in. Leaves out decoding pictures (the browser, the server).

pub mod exif;
pub mod flaws;
pub mod gray;
pub mod likeness;

pub use exif::{Exif, FilePlace};
pub use flaws::{Flaw, flaw};
pub use gray::Gray;
pub use likeness::{Likeness, Resemblance};
