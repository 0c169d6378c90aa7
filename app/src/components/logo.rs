//! The mark, as in `public/icons/icon.svg`: an open ledger and a tick.

use leptos::prelude::*;

#[component]
pub fn Logo() -> impl IntoView {
    view! {
        <svg class="logo" viewBox="0 0 512 512" aria-hidden="true" focusable="false">
            <rect width="512" height="512" rx="116" fill="#12766c"></rect>
            <g transform="translate(-50 -45) scale(1.15)">
                <path
                    fill="#fff"
                    d="M256 168c-34-26-82-38-142-36a14 14 0 0 0-14 14v206a14 14 0 0 0 14 14c58-2 106 9 142 34z"
                ></path>
                <path
                    fill="#d9ebe8"
                    d="M256 168c34-26 82-38 142-36a14 14 0 0 1 14 14v206a14 14 0 0 1-14 14c-58-2-106 9-142 34z"
                ></path>
                <circle cx="352" cy="312" r="88" fill="#f2a33a" stroke="#12766c" stroke-width="18"></circle>
                <path
                    fill="none"
                    stroke="#fff"
                    stroke-width="28"
                    stroke-linecap="round"
                    stroke-linejoin="round"
                    d="M312 314l29 30 52-60"
                ></path>
            </g>
        </svg>
    }
    .into_any()
}
