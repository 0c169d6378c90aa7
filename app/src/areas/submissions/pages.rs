//! A form as one long page, or as pages (`style`: `pages`): a group or repeat each, questions without a
//! group together.
//!
//! Leaves out the buttons that turn them.

use domain::forms::{Evaluation, Form, Node};
use leptos::prelude::*;

use super::{
    editor::Editor,
    fields::{element_id, form_fields},
};
use crate::platform::document;

#[derive(Clone, Copy)]
pub struct Pages {
    editor: Editor,
    all: StoredValue<Vec<Vec<Node>>>,
    pub at: RwSignal<usize>,
}

impl Pages {
    pub fn new(editor: Editor) -> Self {
        Self {
            editor,
            all: StoredValue::new(split(&editor.form())),
            at: RwSignal::new(0),
        }
    }

    /// The places of the pages that have something to show now.
    pub fn shown(self) -> Vec<usize> {
        let evaluation = self.editor.evaluation.get();
        self.all.with_value(|all| shown(all, &evaluation))
    }

    /// The page before or behind this one, where there is one.
    pub fn beside(self, forward: bool) -> Option<usize> {
        let (at, shown) = (self.at.get(), self.shown());
        if forward {
            shown.into_iter().find(|page| *page > at)
        } else {
            shown.into_iter().rev().find(|page| *page < at)
        }
    }

    pub fn turn(self, page: usize) {
        self.at.set(page);
        document::to_top();
    }

    /// Goes to the question, whatever page it is on, and into its field unless `only_look`.
    pub fn reveal(self, key: &str, only_look: bool) {
        let name = key.split('[').next().unwrap_or(key);
        let page = self
            .all
            .with_value(|all| all.iter().position(|nodes| holds(nodes, name)));
        if let Some(page) = page
            && self.at.get_untracked() != page
        {
            self.at.set(page);
        }
        let id = element_id(key);
        when_drawn(id, TRIES, only_look);
    }

    /// The current page's fields.
    pub fn fields(self) -> AnyView {
        (move || {
            let at = self.at.get();
            self.all.with_value(|all| {
                let nodes = all.get(at).map_or(&[][..], Vec::as_slice);
                form_fields(self.editor, nodes)
            })
        })
        .into_any()
    }
}

/// A long form is drawn bit by bit: so often it is looked whether the question is there yet.
const TRIES: u32 = 40;

fn when_drawn(id: String, tries: u32, only_look: bool) {
    set_timeout(
        move || match (document::has(&id), only_look) {
            (true, true) => document::scroll_to(&id),
            (true, false) => document::enter(&id),
            (false, _) if tries > 0 => when_drawn(id, tries - 1, only_look),
            (false, _) => {}
        },
        std::time::Duration::from_millis(if tries == TRIES { 0 } else { 50 }),
    );
}

fn split(form: &Form) -> Vec<Vec<Node>> {
    if !form.settings.pages {
        return vec![form.nodes.clone()];
    }
    let mut pages: Vec<Vec<Node>> = Vec::new();
    for node in &form.nodes {
        let is_loose = |node: &Node| matches!(node, Node::Question(_));
        match pages.last_mut() {
            Some(page) if is_loose(node) && page.iter().all(is_loose) => page.push(node.clone()),
            _ => pages.push(vec![node.clone()]),
        }
    }
    pages
}

fn shown(pages: &[Vec<Node>], evaluation: &Evaluation) -> Vec<usize> {
    let has_any = |nodes: &[Node]| nodes.iter().any(|node| is_shown(node, evaluation));
    let pages = pages.iter().enumerate();
    pages
        .filter_map(|(place, nodes)| has_any(nodes).then_some(place))
        .collect()
}

fn is_shown(node: &Node, evaluation: &Evaluation) -> bool {
    evaluation.is_relevant(node.name())
        && match node {
            Node::Question(question) => !question.kind.is_hidden(),
            Node::Group(group) => group.nodes.iter().any(|node| is_shown(node, evaluation)),
            Node::Repeat(_) => true,
        }
}

fn holds(nodes: &[Node], name: &str) -> bool {
    nodes
        .iter()
        .any(|node| node.name() == name || holds(node.children(), name))
}

#[cfg(test)]
mod tests {
    use domain::forms::{Answer, Answers, Environment};

    use super::*;

    fn form(style: &str) -> Form {
        let text = format!(
            "\
| survey |
|  | type         | name  | label::中文 (zh) | relevant |
|  | start        | begun |      |             |
|  | text         | a     | 甲   |             |
|  | text         | b     | 乙   |             |
|  | begin group  | g     | 组   | ${{a}} = '1' |
|  | text         | c     | 丙   |             |
|  | end group    |       |      |             |
|  | begin repeat | r     | 条   |             |
|  | text         | d     | 丁   |             |
|  | end repeat   |       |      |             |
|  | text         | e     | 戊   |             |
| settings |
|  | form_id | version | form_title | style |
|  | f       | 1       | 表 | {style} |
"
        );
        Form::from_markdown(&text).expect("a form")
    }

    #[test]
    fn a_form_without_pages_is_one() {
        let form = form("");
        assert_eq!(split(&form), std::slice::from_ref(&form.nodes));
    }

    #[test]
    fn each_group_is_a_page_and_an_irrelevant_one_is_skipped() {
        let form = form("pages");
        let pages = split(&form);
        let names = |page: &Vec<Node>| {
            page.iter()
                .map(|it| it.name().to_owned())
                .collect::<Vec<_>>()
        };
        let told: Vec<Vec<String>> = pages.iter().map(names).collect();
        assert_eq!(
            told,
            [vec!["begun", "a", "b"], vec!["g"], vec!["r"], vec!["e"]]
        );
        let evaluate = |answers: &Answers| form.evaluate(answers, &Environment::default());
        assert_eq!(shown(&pages, &evaluate(&Answers::new())), [0, 2, 3]);
        let answers = Answers::from([("a".to_owned(), Answer::Text("1".to_owned()))]);
        assert_eq!(shown(&pages, &evaluate(&answers)), [0, 1, 2, 3]);
        assert!(holds(&pages[1], "c") && !holds(&pages[1], "d"));
    }
}
