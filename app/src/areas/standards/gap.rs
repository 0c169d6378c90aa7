//! On site: which evidence of an activity's items this phone doesn't have yet. A hint that can be
//! folded; nothing waits for it.

use domain::{
    ActivityId, Area, EvidenceKind, Lang, Row,
    areas::standards::{WantedItem, WantedStandard},
    site_gap::{Missing, There, missing},
};
use leptos::prelude::*;

use crate::{device::Device, i18n::tf};

/// `photos`: those of a record that is being filled in, `form`: its form.
#[component]
pub fn StandardGap(
    /// The codes of the items.
    #[prop(into)]
    items: Signal<Vec<String>>,
    #[prop(into)] activity: Signal<Option<ActivityId>>,
    #[prop(optional, into)] photos: Signal<i64>,
    #[prop(optional, into)] form: Option<String>,
) -> impl IntoView {
    let device = Device::get();
    let lacking = Memo::new(move |_| {
        // The page may have been left, when the phone's records change by that.
        let codes = items.try_get().unwrap_or_default();
        if codes.is_empty() {
            return None;
        }
        let standard = current(device)?;
        let wanted: Vec<&WantedItem> = standard
            .items
            .iter()
            .filter(|item| codes.contains(&item.code))
            .collect();
        if wanted.is_empty() {
            return None;
        }
        let mut there = activity
            .get()
            .map_or_else(|| Some(There::default()), |id| there(device, id))?;
        there.photos += photos.get();
        there.forms.extend(form.clone());
        let titles: Vec<(String, String)> = wanted
            .iter()
            .map(|item| (item.code.clone(), item.title.clone()))
            .collect();
        // What is made on site is said first; the rest is the office's.
        let (here, office): (Vec<Missing>, Vec<Missing>) = missing(&wanted, &there)
            .into_iter()
            .partition(|it| is_made_on_site(it.kind));
        Some((here, office, titles))
    });
    let head = tf(move |lang| {
        let here = lacking.get().map(|it| it.0).unwrap_or_default();
        if here.is_empty() {
            return lang
                .pick("现场佐证已齐", "The evidence from the site is here")
                .to_owned();
        }
        let parts = words(&here, lang);
        lang.pick(format!("还缺：{parts}"), format!("Still missing: {parts}"))
    });
    let later = tf(move |lang| {
        let office = lacking.get().map(|it| it.1).unwrap_or_default();
        if office.is_empty() {
            return String::new();
        }
        let parts = words(&office, lang);
        lang.pick(
            format!("办公室另备：{parts}"),
            format!("The office adds: {parts}"),
        )
    });
    let note = tf(|lang| {
        lang.pick(
            "按本机已有的记录、照片和签到估算，仅供参考，不影响提交。",
            "By the records, photos and attendance on this phone. Only a hint: it holds nothing up.",
        )
        .to_owned()
    });
    let shown = Memo::new(move |_| lacking.try_with(Option::is_some).unwrap_or_default());
    move || {
        if !shown.get() {
            return ().into_any();
        }
        let (head, later, note) = (head.clone(), later.clone(), note.clone());
        let titles = move || {
            let titles = lacking.get().map(|it| it.2).unwrap_or_default();
            titles
                .into_iter()
                .map(|(code, title)| view! { <li>{format!("{code} {title}")}</li> })
                .collect::<Vec<_>>()
        };
        view! {
            <details class="standard-gap">
                <summary>{head}</summary>
                <ul class="small">{titles}</ul>
                <p class="small">{later}</p>
                <p class="small muted">{note}</p>
            </details>
        }
        .into_any()
    }
}

/// The standard that this phone was told of.
fn current(device: Device) -> Option<WantedStandard> {
    let rows = device.rows(Area::Standards)?;
    rows.iter().find_map(|local| match &local.row {
        Row::Standards(standard) => Some((**standard).clone()),
        _ => None,
    })
}

fn there(device: Device, id: ActivityId) -> Option<There> {
    let submissions = device.submissions()?;
    let mine: Vec<_> = submissions
        .into_iter()
        .map(|(submission, _)| submission)
        .filter(|submission| submission.activity_id == Some(id))
        .collect();
    let photos = device
        .attachments()?
        .into_iter()
        .filter(|it| it.is_photo() && !it.withdrawn)
        .filter(|photo| mine.iter().any(|it| it.id.0 == photo.subject.id));
    let sign_in = device
        .attendances()?
        .iter()
        .any(|attendance| attendance.activity_id == id)
        || device
            .guests_at(id)
            .is_some_and(|guests| !guests.is_empty());
    Some(There {
        photos: i64::try_from(photos.count()).unwrap_or_default(),
        sign_in,
        forms: mine.into_iter().map(|it| it.form_id).collect(),
    })
}

fn words(missing: &[Missing], lang: Lang) -> String {
    let each = missing.iter().map(|it| {
        let (count, (zh, en)) = (it.count, it.kind.name());
        let measure = measure(it.kind);
        lang.pick(format!("{zh} {count} {measure}"), format!("{en} × {count}"))
    });
    each.collect::<Vec<_>>().join(lang.pick("、", ", "))
}

fn is_made_on_site(kind: EvidenceKind) -> bool {
    matches!(
        kind,
        EvidenceKind::Photo
            | EvidenceKind::SignIn
            | EvidenceKind::Minutes
            | EvidenceKind::CheckForm
            | EvidenceKind::Note
            | EvidenceKind::Survey
    )
}

/// The measure word of a kind of evidence.
fn measure(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::Photo | EvidenceKind::Screenshot => "张",
        EvidenceKind::Brief | EvidenceKind::Link => "条",
        _ => "份",
    }
}
