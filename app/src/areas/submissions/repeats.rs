//! Repeats as cards: one for each instance, with a button that adds the next.
//!
//! A card holds the repeat's nodes under the keys of their instance, so that fields need not know that
//! they are in one.

use domain::forms::{Node, Repeat, key};
use icondata_lu as lu;
use leptos::prelude::*;

use super::{editor::Editor, fields::form_fields};
use crate::{
    components::{
        button::{Button, ButtonKind},
        surface::Section,
    },
    i18n::{t, tx, use_lang},
};

pub fn repeat_view(editor: Editor, repeat: &Repeat) -> AnyView {
    let lang = use_lang();
    let name = repeat.name.clone();
    let counted = name.clone();
    let count = Memo::new(move |_| {
        let evaluation = editor.evaluation.get();
        evaluation
            .instances
            .get(&counted)
            .copied()
            .unwrap_or_default()
    });
    // Cards are drawn anew when one of them goes: those behind it show other answers then.
    let removals = RwSignal::new(0_usize);
    let is_free = repeat.count.is_none();
    let nodes = StoredValue::new(repeat.nodes.clone());
    let label = repeat.label.clone();
    let asked = name.clone();
    let remove = Callback::new(move |index: usize| {
        editor.remove_instance(&asked, index);
        removals.update(|count| *count += 1);
    });
    let cards = move || {
        removals.track();
        let lang = lang.get();
        (0..count.get())
            .map(|index| {
                let own = nodes.with_value(|nodes| at(nodes, index));
                let fields = form_fields(editor, &own);
                let number =
                    lang.pick(format!("第 {} 条", index + 1), format!("No. {}", index + 1));
                let words = lang.pick("删除这一条", "Remove this one");
                let remove = is_free.then(|| {
                    view! {
                        <Button
                            kind=ButtonKind::Ghost
                            small=true
                            icon=lu::LuTrash2
                            on_click=move || remove.run(index)
                        >
                            {words}
                        </Button>
                    }
                });
                view! {
                    <div class="repeat-card">
                        <div class="repeat-head">
                            <span class="repeat-number">{number}</span>
                            {remove}
                        </div>
                        <div class="stack">{fields}</div>
                    </div>
                }
            })
            .collect_view()
    };
    let add = is_free.then(|| {
        let words = t("添加一条", "Add one");
        view! {
            <Button icon=lu::LuPlus on_click=move || editor.add_instance(&name)>
                {words}
            </Button>
        }
    });
    let body = view! { <div class="stack">{cards} {add}</div> };
    if label.zh.is_empty() && label.en.is_empty() {
        return body.into_any();
    }
    view! { <Section title=tx(label)>{body}</Section> }.into_any()
}

/// The nodes of one instance, named by their keys.
fn at(nodes: &[Node], index: usize) -> Vec<Node> {
    let mut nodes = nodes.to_vec();
    for node in &mut nodes {
        match node {
            Node::Question(question) => question.name = key(&question.name, &[index]),
            Node::Group(group) => {
                group.name = key(&group.name, &[index]);
                group.nodes = at(&group.nodes, index);
            }
            Node::Repeat(repeat) => {
                repeat.name = key(&repeat.name, &[index]);
                repeat.nodes = at(&repeat.nodes, index);
            }
        }
    }
    nodes
}
