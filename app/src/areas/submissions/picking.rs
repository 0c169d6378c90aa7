//! Long lists with a search by characters, pinyin and its first letters: choices, people, departments.
//!
//! Leaves out how the search reads (`domain::pinyin`).

use domain::{
    forms::{Question, Roster, split_names},
    pinyin::Wanted,
};
use icondata_lu as lu;
use leptos::prelude::*;

use super::editor::Editor;
use crate::{
    components::{
        avatar::Avatar,
        button::{Button, ButtonKind},
        choice::Choice,
        dialog::Dialog,
        icon::Icon,
    },
    device::Device,
    i18n::{t, tf},
};

/// So many of a long list are shown before anything is looked for.
const FIRST: usize = 12;
/// At most so many are shown at once.
const MOST: usize = 60;

/// Choices of which only some are shown.
#[derive(Clone, Copy)]
pub struct Search {
    typed: RwSignal<String>,
    all: RwSignal<bool>,
}

impl Search {
    pub fn new() -> Self {
        Self {
            typed: RwSignal::default(),
            all: RwSignal::new(false),
        }
    }

    /// What is found, the chosen ones always among it.
    pub fn shown(
        self,
        choices: Signal<Vec<Choice>>,
        chosen: Signal<Vec<String>>,
    ) -> Signal<Vec<Choice>> {
        Signal::derive(move || {
            let wanted = Wanted::new(&self.typed.read());
            let most = if wanted.is_empty() && !self.all.get() {
                FIRST
            } else if wanted.is_empty() {
                usize::MAX
            } else {
                MOST
            };
            choices.with(|choices| chosen.with(|chosen| found(choices, chosen, &wanted, most)))
        })
    }

    /// The field to type into, and what isn't shown.
    pub fn view(self, choices: Signal<Vec<Choice>>, shown: Signal<Vec<Choice>>) -> AnyView {
        let more = move || {
            let hidden = choices.with(Vec::len).saturating_sub(shown.with(Vec::len));
            (hidden > 0).then_some(hidden)
        };
        let words = tf(move |lang| {
            let hidden = more().unwrap_or_default();
            lang.pick(
                format!("还有 {hidden} 项，全部显示"),
                format!("Show {hidden} more"),
            )
        });
        let show_all = Callback::new(move |()| {
            self.typed.set(String::new());
            self.all.set(true);
        });
        view! {
            {search_box(self.typed)}
            {move || {
                let words = words.clone();
                more()
                    .map(|_| {
                        view! {
                            <Button kind=ButtonKind::Ghost small=true on_click=show_all>{words}</Button>
                        }
                    })
            }}
        }
        .into_any()
    }
}

fn found(choices: &[Choice], chosen: &[String], wanted: &Wanted, most: usize) -> Vec<Choice> {
    let mut left = most;
    let shown = choices.iter().filter(|choice| {
        if chosen.contains(&choice.value) {
            return true;
        }
        let is_found = left > 0 && (wanted.is_empty() || wanted.is_in(&choice.label));
        left -= usize::from(is_found);
        is_found
    });
    shown.cloned().collect()
}

/// Of several choices of which only some are shown: those chosen before and not shown, and those chosen
/// among the shown.
pub fn merged(
    choices: &[Choice],
    shown: &[Choice],
    before: &[String],
    chosen: &[String],
) -> Vec<String> {
    let names = choices.iter().map(|choice| &choice.value);
    let stays = |name: &&String| {
        if shown.iter().any(|it| it.value == **name) {
            chosen.contains(name)
        } else {
            before.contains(name)
        }
    };
    names.filter(stays).cloned().collect()
}

fn search_box(typed: RwSignal<String>) -> AnyView {
    let label = t("汉字、拼音或首字母", "Search");
    view! {
        <span class="input-box search-box choice-search">
            <Icon icon=lu::LuSearch/>
            <input
                class="input"
                type="search"
                autocapitalize="none"
                autocomplete="off"
                aria-label=label
                placeholder=label
                prop:value=move || typed.get()
                on:input=move |ev| typed.set(event_target_value(&ev))
            />
        </span>
    }
    .into_any()
}

/// Somebody, or a department, to be named in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    name: String,
    note: String,
}

/// A button beside a text that offers the organization's people or departments, which every phone
/// holds. `value` is the text; `on_pick` gets the new one.
pub fn roster_button(
    editor: Editor,
    question: &Question,
    roster: Roster,
    value: RwSignal<String>,
    on_pick: Callback<String>,
) -> AnyView {
    let open = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let device = editor.device;
    let several = roster == Roster::People;
    let entries = Memo::new(move |_| {
        // Asked for only when somebody looks.
        if open.get() {
            entries(device, roster)
        } else {
            Vec::new()
        }
    });
    let pick = Callback::new(move |name: String| {
        if several {
            on_pick.run(toggled(&value.get_untracked(), &name));
        } else {
            on_pick.run(name);
            open.set(false);
        }
        typed.set(String::new());
    });
    let rows = move || {
        let wanted = Wanted::new(&typed.read());
        let named = value.read();
        let named: Vec<&str> = named.split('、').map(str::trim).collect();
        entries.with(|entries| {
            let found = entries
                .iter()
                .filter(|it| wanted.is_in(&it.name) || wanted.is_in(&it.note));
            found
                .take(MOST)
                .map(|it| row(it, named.contains(&it.name.as_str()), pick))
                .collect_view()
        })
    };
    let nobody = t(
        "名册还没有下载到本机，可以直接填写。",
        "The roster isn’t on this phone yet. You can type the name.",
    );
    let is_empty = move || {
        entries
            .with(Vec::is_empty)
            .then(|| view! { <p class="muted">{nobody}</p> })
    };
    let words = if roster == Roster::Department {
        t("选科室", "Departments")
    } else {
        t("选人", "People")
    };
    let icon = if roster == Roster::Department {
        lu::LuBuilding2
    } else {
        lu::LuUsers
    };
    let done = t("完成", "Done");
    let close = Callback::new(move |()| open.set(false));
    let footer = move || view! { <Button kind=ButtonKind::Primary on_click=close>{done}</Button> };
    let label = question.label.clone();
    let title = tf(move |lang| format!("{} · {}", label.get(lang), words()));
    view! {
        <Button small=true icon=icon on_click=move || open.set(true)>{words}</Button>
        <Dialog open on_close=close title footer>
            {search_box(typed)}
            {is_empty}
            <div class="choice-list pick-list">{rows}</div>
        </Dialog>
    }
    .into_any()
}

fn row(entry: &Entry, named: bool, pick: Callback<String>) -> AnyView {
    let (name, picked) = (entry.name.clone(), entry.name.clone());
    let face = entry.name.clone();
    let note = (!entry.note.is_empty()).then(|| entry.note.clone());
    view! {
        <button
            type="button"
            class="choice-row pick-row"
            aria-pressed=if named { "true" } else { "false" }
            on:click=move |_| pick.run(picked.clone())
        >
            <Avatar name=face/>
            <span class="choice-text">
                <span>{name}</span>
                {note.map(|note| view! { <span class="choice-hint">{note}</span> })}
            </span>
            {named.then(|| view! { <span class="pick-mark"><Icon icon=lu::LuCheck/></span> })}
        </button>
    }
    .into_any()
}

fn entries(device: Device, roster: Roster) -> Vec<Entry> {
    match roster {
        Roster::Person | Roster::People => {
            let people = device.people().unwrap_or_default().into_iter();
            let active = people.filter(|person| person.active);
            active
                .map(|person| Entry {
                    note: device
                        .department_name(person.department_id)
                        .unwrap_or_default(),
                    name: person.name,
                })
                .collect()
        }
        Roster::Department => {
            let departments = device.departments().unwrap_or_default().into_iter();
            departments
                .map(|department| Entry {
                    name: department.name,
                    note: String::new(),
                })
                .collect()
        }
        Roster::Unknown => Vec::new(),
    }
}

/// Names separated by `、` with one more, or without the one that was there.
fn toggled(names: &str, name: &str) -> String {
    let mut list: Vec<&str> = split_names(names).collect();
    if list.contains(&name) {
        list.retain(|own| *own != name);
    } else {
        list.push(name);
    }
    list.join("、")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices(labels: &[&str]) -> Vec<Choice> {
        labels.iter().map(|it| Choice::new(*it, *it)).collect()
    }

    fn names(choices: &[Choice]) -> Vec<&str> {
        choices.iter().map(|it| it.value.as_str()).collect()
    }

    #[test]
    fn a_long_list_shows_what_is_found_and_what_is_chosen() {
        let all = choices(&["传染病防治法", "职业病防治法", "献血法", "基本医疗卫生法"]);
        let chosen = ["献血法".to_owned()];
        let shown = found(&all, &chosen, &Wanted::new("fzf"), 10);
        assert_eq!(names(&shown), ["传染病防治法", "职业病防治法", "献血法"]);
        let first = found(&all, &chosen, &Wanted::new(""), 1);
        assert_eq!(names(&first), ["传染病防治法", "献血法"]);
    }

    #[test]
    fn choosing_among_the_shown_keeps_what_is_hidden() {
        let all = choices(&["a", "b", "c"]);
        let own = |list: &[&str]| list.iter().map(|&it| it.to_owned()).collect::<Vec<_>>();
        let kept = merged(&all, &all[..2], &own(&["a", "c"]), &own(&["b"]));
        assert_eq!(kept, own(&["b", "c"]));
    }

    #[test]
    fn a_tap_names_somebody_and_a_second_one_takes_the_name_away() {
        assert_eq!(toggled("", "王芳"), "王芳");
        assert_eq!(toggled("王芳，李敏", "张珺"), "王芳、李敏、张珺");
        assert_eq!(toggled("王芳、李敏", "王芳"), "李敏");
    }
}
