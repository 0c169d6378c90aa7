//! Check-in and check-out on the phone.

pub mod kiosk;
pub mod recording;
pub mod roster;
pub mod rotating;
pub mod situation;
pub mod taking;
pub mod words;
