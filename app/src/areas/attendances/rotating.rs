//! A code that changes by itself and is made offline: the gate's, or a volunteer's own.
//!
//! The certificate behind it was obtained while there was a network; without one this says so.

use domain::{
    Timestamp,
    areas::attendances::Direction,
    keys::SecretKey,
    proofs::{
        Certificate, CertificateSubject, DISPLAY_SLOT_MS, PERSONAL_SLOT_MS, display_link,
        personal_link,
    },
    time::SECOND_MS,
};
use icondata_lu as lu;
use leptos::{prelude::*, task::spawn_local};
use std::{sync::Arc, time::Duration};

use crate::{
    components::{button::Button, icon::Icon, qr::QrImage},
    device::Device,
    i18n::{t, use_lang},
    platform::{document, screen::Awake},
};

type Means = Arc<(Certificate, SecretKey)>;

/// Shows the code large, with a ring that runs down until it changes.
#[component]
pub fn RotatingCode(
    subject: CertificateSubject,
    /// Of the gate's code; a personal code has none.
    #[prop(into)]
    direction: Signal<Direction>,
    #[prop(into)] label: TextProp,
) -> impl IntoView {
    let device = Device::get();
    let lang = use_lang();
    let means = RwSignal::new(None::<Means>);
    // Whether the store was asked yet: before, nothing is said.
    let asked = RwSignal::new(false);
    let now = RwSignal::new(Timestamp(0));
    let slot = match subject {
        CertificateSubject::Display { .. } => DISPLAY_SLOT_MS,
        CertificateSubject::Personal { .. } => PERSONAL_SLOT_MS,
    };

    let look = move || {
        let Some(replica) = device.replica() else {
            return;
        };
        now.set(replica.best_now());
        let valid = means.with_untracked(|means| {
            means
                .as_ref()
                .is_some_and(|means| means.0.is_valid_at(replica.best_now()))
        });
        if valid {
            return;
        }
        spawn_local(async move {
            let found = replica.certificate(subject).await.ok().flatten();
            let found =
                found.filter(|(certificate, _)| certificate.is_valid_at(replica.best_now()));
            let _ = means.try_set(found.map(Arc::new));
            let _ = asked.try_set(true);
        });
    };
    Effect::new(move |_| {
        look();
        let handle = set_interval_with_handle(look, Duration::from_secs(1)).ok();
        on_cleanup(move || {
            if let Some(handle) = handle {
                handle.clear();
            }
        });
        let awake = StoredValue::new_local(Some(Awake::new()));
        let back = window_event_listener(leptos::ev::visibilitychange, move |_| {
            let _ = awake.try_update_value(|awake| *awake = Some(Awake::new()));
        });
        on_cleanup(move || {
            back.remove();
            let _ = awake.try_update_value(Option::take);
        });
    });

    let turn = Memo::new(move |_| now.get().0.div_euclid(slot));
    let link = Memo::new(move |_| {
        let at = Timestamp(turn.get().saturating_mul(slot));
        let means = means.get()?;
        let (certificate, key) = &*means;
        let origin = document::origin();
        match subject {
            CertificateSubject::Display { activity_id } => Some(display_link(
                &origin,
                certificate,
                key,
                activity_id,
                direction.get(),
                at,
            )),
            CertificateSubject::Personal { .. } => personal_link(&origin, certificate, key, at),
        }
    });
    let left = move || (slot - now.get().0.rem_euclid(slot)).div_euclid(SECOND_MS) + 1;
    let ring = move || {
        let part = left() as f64 * SECOND_MS as f64 / slot as f64;
        format!("{:.1} 100", (part * 100.0).min(100.0))
    };
    let missing_title = t("还没有拿到签到码", "No code on this phone yet");
    let missing_text = t(
        "需要联网一次来领取，领到后没有信号也能用。",
        "It takes the network once to get it; then it works without signal.",
    );
    let now_label = t("现在领取", "Get it now");
    let text = Signal::derive(move || link.get().unwrap_or_default());
    move || {
        if link.with(Option::is_some) {
            let label = label.clone();
            let changes = move || {
                let seconds = left();
                lang.get().pick(
                    format!("{seconds} 秒后更新"),
                    format!("Changes in {seconds} s"),
                )
            };
            return view! {
                <div class="rotating">
                    <QrImage text label/>
                    <p class="rotating-left">
                        <svg class="ring" viewBox="0 0 36 36" aria-hidden="true">
                            <circle class="ring-rest" cx="18" cy="18" r="15.915"></circle>
                            <circle class="ring-left" cx="18" cy="18" r="15.915" stroke-dasharray=ring></circle>
                        </svg>
                        <span class="tabular">{changes}</span>
                    </p>
                </div>
            }
            .into_any();
        }
        if !asked.get() {
            return view! { <div class="rotating rotating-waiting" aria-busy="true"></div> }
                .into_any();
        }
        view! {
            <div class="empty">
                <span class="empty-icon"><Icon icon=lu::LuWifiOff/></span>
                <p class="empty-title">{missing_title}</p>
                <p class="empty-text">{missing_text}</p>
                <div class="empty-action">
                    <Button
                        icon=lu::LuRefreshCw
                        on_click=move || {
                            if let Some(replica) = device.replica() {
                                replica.wake();
                            }
                        }
                    >
                        {now_label}
                    </Button>
                </div>
            </div>
        }
        .into_any()
    }
}
