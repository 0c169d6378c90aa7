//! The review list: filter, lines, the chosen one, more on demand, fresh while it is seen.

use std::time::Duration;

use domain::{
    Area, Lang, Row, SubmissionId,
    api::{
        Page as Lines,
        office::{SubmissionFilter, SubmissionLine},
    },
    areas::submissions::Submission,
};
use icondata_lu as lu;
use leptos::{prelude::*, task::spawn_local};

use super::{
    circumstances::is_late,
    filter::{LINES, to_path},
    memory::{self, Shown},
    names,
    photos::arrived_text,
};
use crate::{
    components::{Tone, avatar::Avatar, icon::Icon, status::Badge},
    device::Device,
    http::{self, CallError},
    i18n::{t, tp, use_format, use_lang},
    platform::device,
    routing::Page,
};

/// The most lines that one request brings.
const LINES_MAX: i64 = 200;

#[derive(Clone, Copy)]
pub struct Queue {
    pub filter: RwSignal<SubmissionFilter>,
    /// `None` before the first answer.
    pub lines: RwSignal<Option<Vec<SubmissionLine>>>,
    pub next: RwSignal<Option<String>>,
    pub selected: RwSignal<Option<SubmissionId>>,
    pub error: RwSignal<Option<CallError>>,
    pub more_busy: RwSignal<bool>,
    run: StoredValue<u32>,
}

/// Starts with what was shown last if the filter is the same.
pub fn use_queue(filter: SubmissionFilter) -> Queue {
    let shown = memory::recall().filter(|shown| shown.filter == filter);
    let queue = Queue {
        filter: RwSignal::new(filter),
        lines: RwSignal::new(shown.as_ref().map(|shown| shown.lines.clone())),
        next: RwSignal::new(shown.as_ref().and_then(|shown| shown.next.clone())),
        selected: RwSignal::new(shown.and_then(|shown| shown.selected)),
        error: RwSignal::new(None),
        more_busy: RwSignal::new(false),
        run: StoredValue::new(0),
    };
    Effect::new(move |before: Option<()>| {
        queue.filter.track();
        if before.is_some() {
            queue.lines.set(None);
            queue.next.set(None);
            queue.selected.set(None);
        }
        queue.reload();
    });
    Effect::new(move |_| {
        let ask = move || {
            if !is_hidden() {
                queue.reload();
            }
        };
        if let Ok(handle) = set_interval_with_handle(ask, Duration::from_secs(30)) {
            on_cleanup(move || handle.clear());
        }
        let online = window_event_listener(leptos::ev::online, move |_| queue.reload());
        on_cleanup(move || online.remove());
    });
    Effect::new(move |_| {
        if let Some(lines) = queue.lines.get() {
            memory::remember(Shown {
                filter: queue.filter.get(),
                lines,
                next: queue.next.get(),
                selected: queue.selected.get(),
            });
        }
    });
    queue
}

impl Queue {
    fn begin(self) -> u32 {
        let run = self.run.get_value().wrapping_add(1);
        self.run.set_value(run);
        run
    }

    /// Reads as many lines as are shown again.
    pub fn reload(self) {
        let run = self.begin();
        let shown = self
            .lines
            .with_untracked(|lines| lines.as_ref().map_or(0, Vec::len)) as i64;
        let path = to_path(
            &self.filter.get_untracked(),
            None,
            shown.clamp(LINES, LINES_MAX),
        );
        spawn_local(async move {
            let answer = http::call("GET", &path, None, None)
                .await
                .and_then(|body| http::read::<Lines<SubmissionLine>>(&body));
            if self.run.try_get_value() != Some(run) {
                return;
            }
            self.more_busy.set(false);
            match answer {
                Ok(page) => {
                    self.error.set(None);
                    self.next.set(page.next);
                    let same = self
                        .lines
                        .with_untracked(|lines| lines.as_ref() == Some(&page.items));
                    if !same {
                        self.lines.set(Some(page.items));
                    }
                    if self.selected.get_untracked().is_none() && device::is_wide() {
                        self.selected.set(self.first());
                    }
                }
                Err(error) => self.error.set(Some(error)),
            }
        });
    }

    pub fn load_more(self) {
        let Some(after) = self.next.get_untracked() else {
            return;
        };
        if self.more_busy.get_untracked() {
            return;
        }
        let run = self.begin();
        self.more_busy.set(true);
        let path = to_path(&self.filter.get_untracked(), Some(&after), LINES);
        spawn_local(async move {
            let answer = http::call("GET", &path, None, None)
                .await
                .and_then(|body| http::read::<Lines<SubmissionLine>>(&body));
            if self.run.try_get_value() != Some(run) {
                return;
            }
            self.more_busy.set(false);
            match answer {
                Ok(page) => {
                    self.error.set(None);
                    self.next.set(page.next);
                    self.lines.update(|lines| {
                        let lines = lines.get_or_insert_default();
                        for line in page.items {
                            if !lines.iter().any(|known| known.id == line.id) {
                                lines.push(line);
                            }
                        }
                    });
                }
                Err(error) => self.error.set(Some(error)),
            }
        });
    }

    fn first(self) -> Option<SubmissionId> {
        self.lines
            .with_untracked(|lines| lines.as_ref()?.first().map(|line| line.id))
    }

    /// Moves the choice; near the end asks for more.
    pub fn move_by(self, by: isize) {
        let now = self.selected.get_untracked();
        let (next, near_end) = self.lines.with_untracked(|lines| {
            let lines = lines.as_deref().unwrap_or_default();
            let at = lines.iter().position(|line| Some(line.id) == now);
            let next = at.map_or(0, |at| at.saturating_add_signed(by));
            let next = next.min(lines.len().saturating_sub(1));
            (lines.get(next).map(|line| line.id), next + 5 >= lines.len())
        });
        if next.is_some() {
            self.selected.set(next);
        }
        if near_end {
            self.load_more();
        }
        show_selected();
    }

    /// Takes in a decision and chooses the record after it.
    pub fn decided(self, submission: &Submission) {
        let gone = self
            .filter
            .with_untracked(|filter| filter.state.is_some_and(|state| state != submission.state));
        let next = self
            .lines
            .try_update(|lines| {
                let lines = lines.as_mut()?;
                let at = lines.iter().position(|line| line.id == submission.id)?;
                if gone {
                    lines.remove(at);
                    let at = at.min(lines.len().saturating_sub(1));
                    lines.get(at).map(|line| line.id)
                } else {
                    lines[at].state = submission.state;
                    lines[at].revision = submission.revision;
                    lines
                        .get(at + 1)
                        .map(|line| line.id)
                        .or(Some(submission.id))
                }
            })
            .flatten();
        self.selected.set(next);
        // A list that runs empty fills up again.
        self.reload();
        show_selected();
    }
}

fn is_hidden() -> bool {
    #[cfg(target_arch = "wasm32")]
    {
        document().hidden()
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        false
    }
}

/// Scrolls the chosen line into view and the record back to its top, once both are drawn.
fn show_selected() {
    request_animation_frame(|| {
        #[cfg(target_arch = "wasm32")]
        {
            if let Ok(Some(line)) = document().query_selector(".queue-line[aria-current]") {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                line.scroll_into_view_with_scroll_into_view_options(&options);
            }
            if let Ok(Some(main)) = document().query_selector(".review .split-main") {
                main.set_scroll_top(0);
            }
        }
    });
}

/// One line: a link to the record's page; on a wide screen a click only chooses it.
pub fn line_view(queue: Queue, line: SubmissionLine) -> AnyView {
    let f = use_format();
    let lang = use_lang();
    let id = line.id;
    let current = move || (queue.selected.get() == Some(id)).then_some("true");
    let (stored, all) = (line.photos_stored as usize, line.photos as usize);
    let incomplete = stored < all;
    let late = is_late(line.occurred_at, line.received_at);
    let late_label = t("晚到", "Late");
    let conflict_label = t("有冲突", "Conflict");
    let occurred = line.occurred_at;
    let state = line.state;
    let with_state = Memo::new(move |_| queue.filter.with(|filter| filter.state.is_none()));
    let form_id = line.form_id.clone();
    let device = Device::get();
    // Every version of every form is here; the latest one's title says what kind it is.
    let kind = move || {
        let lang = lang.get();
        let rows = device.rows(Area::Forms);
        let forms = rows.iter().flat_map(|rows| rows.iter());
        let versions = forms.filter_map(|local| match &local.row {
            Row::Forms(row) if row.form.id == form_id => Some(row),
            _ => None,
        });
        versions.max_by_key(|row| row.current).map_or_else(
            || names::form_name(lang, &form_id),
            |row| row.form.title.get(lang).to_owned(),
        )
    };
    let who = match &line.department_name {
        Some(department) => format!("{} · {department}", line.author_name),
        None => line.author_name.clone(),
    };
    let photos = move || arrived_text(lang.get(), stored, all);
    view! {
        <a
            class="queue-line"
            href=Page::ReviewRecord(id).path()
            aria-current=current
            on:click=move |ev| {
                let plain = !(ev.ctrl_key() || ev.meta_key() || ev.shift_key());
                if plain && ev.detail() > 0 && device::is_wide() {
                    ev.prevent_default();
                    queue.selected.set(Some(id));
                }
            }
        >
            <Avatar name=line.author_name.clone()/>
            <span class="queue-words">
                <span class="queue-top">
                    <span class="queue-kind">{kind}</span>
                    <span class="queue-time">{move || f.relative_day(occurred)}</span>
                </span>
                <span class="queue-title">{line.title.clone()}</span>
                <span class="queue-who">{who}</span>
                <span class="queue-marks">
                    {move || {
                        with_state
                            .get()
                            .then(|| {
                                view! {
                                    <Badge
                                        tone=names::state_tone(state)
                                        icon=names::state_icon(state)
                                        label=tp(names::state_name(state))
                                    />
                                }
                            })
                    }}
                    {(all > 0)
                        .then(|| {
                            let icon = if incomplete { lu::LuSmartphone } else { lu::LuImage };
                            view! {
                                <span class="queue-photos" class:is-waiting=incomplete>
                                    <Icon icon/>
                                    {photos}
                                </span>
                            }
                        })}
                    {late
                        .then(|| {
                            view! {
                                <Badge tone=Tone::Warning icon=lu::LuHourglass label=late_label/>
                            }
                        })}
                    {line
                        .has_conflict
                        .then(|| {
                            view! {
                                <Badge
                                    tone=Tone::Danger
                                    icon=lu::LuGitCompareArrows
                                    label=conflict_label
                                />
                            }
                        })}
                </span>
            </span>
        </a>
    }
    .into_any()
}

/// How many lines are shown.
pub fn shown_text(lang: Lang, n: usize, more: bool) -> String {
    match (lang, more) {
        (Lang::Zh, false) => format!("共 {n} 条"),
        (Lang::Zh, true) => format!("已显示 {n} 条，还有更多"),
        (Lang::En, false) if n == 1 => "1 record".to_owned(),
        (Lang::En, false) => format!("{n} records"),
        (Lang::En, true) => format!("{n} shown, there are more"),
    }
}
