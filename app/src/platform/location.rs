//! One coordinate, asked for by a tap. Never a track, never in the background.

/// A place as the device measured it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// Meters.
    pub accuracy: f64,
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceError {
    Denied,
    Unavailable,
    Timeout,
}

impl PlaceError {
    /// What happened and what to do, in Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Denied => (
                "没有定位权限。可在系统设置里允许，或直接写明地点。",
                "No permission for the location. Allow it in the settings, or write the place.",
            ),
            Self::Unavailable => (
                "这里测不到位置，请直接写明地点。",
                "No location can be measured here. Write the place instead.",
            ),
            Self::Timeout => (
                "定位超时。到开阔处再试，或直接写明地点。",
                "Locating took too long. Try again in the open, or write the place.",
            ),
        }
    }
}

/// Measures the place once, for at most 15 s.
pub async fn locate() -> Result<Place, PlaceError> {
    #[cfg(target_arch = "wasm32")]
    {
        measure().await
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        Err(PlaceError::Unavailable)
    }
}

#[cfg(target_arch = "wasm32")]
async fn measure() -> Result<Place, PlaceError> {
    use std::{cell::RefCell, rc::Rc};

    use futures::channel::oneshot;
    use wasm_bindgen::{JsCast, prelude::Closure};

    let locator = web_sys::window()
        .and_then(|window| window.navigator().geolocation().ok())
        .ok_or(PlaceError::Unavailable)?;
    let (sender, receiver) = oneshot::channel();
    let sender = Rc::new(RefCell::new(Some(sender)));
    let answer = move |result: Result<Place, PlaceError>| {
        if let Some(sender) = sender.borrow_mut().take() {
            let _ = sender.send(result);
        }
    };
    let found = {
        let answer = answer.clone();
        Closure::<dyn Fn(web_sys::Position)>::new(move |position: web_sys::Position| {
            let at = position.coords();
            answer(Ok(Place {
                latitude: at.latitude(),
                longitude: at.longitude(),
                accuracy: at.accuracy(),
            }));
        })
    };
    let failed =
        Closure::<dyn Fn(web_sys::PositionError)>::new(move |e: web_sys::PositionError| {
            answer(Err(match e.code() {
                1 => PlaceError::Denied,
                3 => PlaceError::Timeout,
                _ => PlaceError::Unavailable,
            }));
        });
    let options = web_sys::PositionOptions::new();
    options.set_enable_high_accuracy(true);
    options.set_timeout(15_000);
    options.set_maximum_age(60_000);
    locator
        .get_current_position_with_error_callback_and_options(
            found.as_ref().unchecked_ref(),
            Some(failed.as_ref().unchecked_ref()),
            &options,
        )
        .map_err(|_| PlaceError::Unavailable)?;
    // The closures must live until the answer is here.
    let result = receiver.await.unwrap_or(Err(PlaceError::Unavailable));
    drop((found, failed));
    result
}
