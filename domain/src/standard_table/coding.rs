//! Gives projects, contents and items their codes, and makes the standard of them.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    cells::{is_bare_number, roman},
    rows::{Raw, RawItem},
    words,
};
use crate::{
    areas::standards::{Bonus, Content, Item, Project, SCHEMA_VERSION, Scoring, Standard},
    decimal::Decimal,
    standard_check::{Remark, Weight},
};

/// The standard, what is to be looked at, and in which row what stands.
pub fn build(raw: Raw) -> (Standard, Vec<Remark>, BTreeMap<String, usize>) {
    let mut remarks = raw.remarks;
    let mut places = BTreeMap::new();
    let keeps = keeps_codes(&raw.projects, &mut remarks);
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut projects = Vec::new();
    let with_items = raw.projects.into_iter().filter(|project| {
        let empty = project.contents.iter().all(|it| it.items.is_empty());
        if empty {
            let told = Remark::new(
                Weight::Look,
                "",
                format!("测评项目“{}”下面没有条目，没有读入", project.title),
                format!(
                    "The project “{}” has no items and is left out",
                    project.title
                ),
            );
            remarks.push(told.in_row(project.row));
        }
        !empty
    });
    let with_items: Vec<_> = with_items.collect();
    for (number, project) in (1..).zip(with_items) {
        let own = |level| {
            let items = project.contents.iter().flat_map(|it| &it.items);
            keeps.then(|| shared(items, level)).flatten()
        };
        let code = own(1).unwrap_or_else(|| roman(number));
        let mut contents = Vec::new();
        for content in project
            .contents
            .into_iter()
            .filter(|it| !it.items.is_empty())
        {
            let made = format!("{code}-{}", contents.len() + 1);
            let own = keeps.then(|| shared(content.items.iter(), 2)).flatten();
            let content_code = own.unwrap_or(made);
            let mut items = Vec::new();
            for item in content.items {
                let (at, given) = (items.len() + 1, item.code.clone());
                let code = if keeps && !given.is_empty() {
                    given
                } else {
                    free(&content_code, at, &taken)
                };
                taken.insert(code.clone());
                places.entry(code.clone()).or_insert(item.row);
                items.push(self::item(code, item, &mut remarks));
            }
            places.entry(content_code.clone()).or_insert(content.row);
            contents.push(Content {
                points: content
                    .points
                    .unwrap_or_else(|| items.iter().map(|it| it.points).sum()),
                code: content_code,
                title: content.title,
                items,
            });
        }
        places.entry(code.clone()).or_insert(project.row);
        projects.push(Project {
            points: project
                .points
                .unwrap_or_else(|| contents.iter().map(|it| it.points).sum()),
            code,
            title: project.title,
            contents,
        });
    }
    let title = match raw.title {
        title if title.is_empty() => "文明单位测评标准".to_owned(),
        title => title,
    };
    let standard = Standard {
        schema_version: SCHEMA_VERSION,
        title,
        applies_to: String::new(),
        total_points: raw
            .total
            .unwrap_or_else(|| projects.iter().map(|it| it.points).sum()),
        pass_line: None,
        cycle_years: 3,
        note: String::new(),
        preconditions: Vec::new(),
        negative_list: Vec::new(),
        bonus: Bonus::default(),
        projects,
    };
    (standard, remarks, places)
}

/// Whether the table's own codes are used: not when they only number the rows of a group.
fn keeps_codes(projects: &[super::rows::RawProject], remarks: &mut Vec<Remark>) -> bool {
    let items = projects
        .iter()
        .flat_map(|project| project.contents.iter().flat_map(|it| &it.items));
    let codes: Vec<&str> = items.map(|item| item.code.as_str()).collect();
    let given = codes.iter().filter(|code| !code.is_empty()).count();
    let bare = codes
        .iter()
        .filter(|code| !code.is_empty() && is_bare_number(code))
        .count();
    let (zh, en) = if codes.is_empty() {
        return false;
    } else if given == 0 {
        (
            "表里没有编号，已按层次编成“Ⅰ-1-1”的样子",
            "The table has no codes; they were made, such as “Ⅰ-1-1”",
        )
    } else if bare * 2 > given {
        (
            "表里的编号只是序号，已按层次编成“Ⅰ-1-1”的样子",
            "The table only numbers its rows; codes such as “Ⅰ-1-1” were made",
        )
    } else if given < codes.len() {
        (
            "有的条目没有编号，已按层次补上",
            "Some items have no code; theirs were made",
        )
    } else {
        return true;
    };
    remarks.push(Remark::new(Weight::Look, "", zh, en));
    given > 0 && bare * 2 <= given
}

/// What all codes begin with: their first one or two parts, if each has a part more.
fn shared<'a>(items: impl Iterator<Item = &'a RawItem>, parts: usize) -> Option<String> {
    let mut found: Option<String> = None;
    for item in items.filter(|item| !item.code.is_empty()) {
        let ends: Vec<usize> = item
            .code
            .match_indices(['-', '.'])
            .map(|(at, _)| at)
            .collect();
        // `Ⅰ-1-1` has two marks.
        let start = &item.code[..*ends.get(parts - 1).filter(|_| ends.len() >= 2)?];
        match &found {
            Some(found) if found != start => return None,
            _ => found = Some(start.to_owned()),
        }
    }
    found
}

fn free(content: &str, at: usize, taken: &BTreeSet<String>) -> String {
    let made = (at..).map(|number| format!("{content}-{number}"));
    let mut free = made.filter(|code| !taken.contains(code));
    free.next().unwrap_or_default()
}

fn item(code: String, raw: RawItem, remarks: &mut Vec<Remark>) -> Item {
    let row = raw.row;
    let mut look = |weight, zh: String, en: String| {
        remarks.push(Remark::new(weight, &code, zh, en).in_row(row));
    };
    let points = raw.points.unwrap_or_else(|| {
        look(
            Weight::Difference,
            "没有读到分值，按 0 分计".to_owned(),
            "No points were found; taken as 0".to_owned(),
        );
        Decimal::ZERO
    });
    let rule = if raw.rule.is_empty() {
        &raw.title
    } else {
        &raw.rule
    };
    let scoring = words::scoring(rule, &raw.title, points).unwrap_or_else(|| {
        if raw.rule.is_empty() {
            look(
                Weight::Look,
                "没有评分标准，按“不符合即不得分”处理".to_owned(),
                "It has no rule; taken as all or nothing".to_owned(),
            );
        } else {
            let rule: String = raw.rule.chars().take(40).collect();
            look(
                Weight::Look,
                format!("评分标准“{rule}”没有看懂，按“不符合即不得分”处理，请更正"),
                format!("The rule “{rule}” isn’t understood and taken as all or nothing; please correct it"),
            );
        }
        Scoring::AllOrNothing
    });
    let frequency = words::frequency(&raw.frequency)
        .or_else(|| words::frequency_of_title(&raw.title))
        .unwrap_or_default();
    let sources = raw
        .sources
        .split(['、', '，', ',', '；', ';', '\n'])
        .map(|source| source.trim().to_owned())
        .filter(|source| !source.is_empty());
    Item {
        points,
        scoring,
        scoring_text: raw.rule,
        methods: words::methods(&raw.methods),
        evidence: words::evidence(&raw.evidence),
        frequency,
        owner: raw.owner,
        section: raw.section,
        sources: sources.collect(),
        title: raw.title,
        code,
    }
}
