//! What a column holds, by its heading.

use serde::{Deserialize, Serialize};

use super::cells::plain;

/// What a column of the table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    Code,
    Project,
    ProjectPoints,
    Content,
    ContentPoints,
    Item,
    Scoring,
    Methods,
    Points,
    Evidence,
    Frequency,
    Owner,
    Section,
    Sources,
}

impl Column {
    pub const ALL: [Self; 14] = [
        Self::Code,
        Self::Project,
        Self::ProjectPoints,
        Self::Content,
        Self::ContentPoints,
        Self::Item,
        Self::Scoring,
        Self::Methods,
        Self::Points,
        Self::Evidence,
        Self::Frequency,
        Self::Owner,
        Self::Section,
        Self::Sources,
    ];

    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Code => ("编号", "Code"),
            Self::Project => ("测评项目", "Project"),
            Self::ProjectPoints => ("项目分值", "Project’s points"),
            Self::Content => ("测评内容", "Content"),
            Self::ContentPoints => ("内容分值", "Content’s points"),
            Self::Item => ("测评标准", "Item"),
            Self::Scoring => ("评分标准", "Rule"),
            Self::Methods => ("测评方式", "Methods"),
            Self::Points => ("分值", "Points"),
            Self::Evidence => ("需提供材料", "Evidence"),
            Self::Frequency => ("频次", "How often"),
            Self::Owner => ("责任部门", "Department"),
            Self::Section => ("规划条款", "Section"),
            Self::Sources => ("依据", "Sources"),
        }
    }
}

/// The columns of a row of headings; each meaning stands there once.
pub fn guess(cells: &[String]) -> Vec<Option<Column>> {
    let mut columns: Vec<Option<Column>> = Vec::with_capacity(cells.len());
    for cell in cells {
        let mut column = of(cell);
        if column == Some(Column::Points) {
            // A second column of points, right beside the group that it is about.
            let earlier = columns.iter().position(|it| *it == Some(Column::Points));
            if let Some(earlier) = earlier {
                columns[earlier] = beside(&columns[..earlier]);
            }
        }
        if column.is_some_and(|column| columns.contains(&Some(column))) {
            column = None;
        }
        columns.push(column);
    }
    let has = |columns: &[Option<Column>], column| columns.contains(&Some(column));
    // A table of two levels: what is scored stands under the heading of contents.
    if !has(&columns, Column::Item) {
        for stand_in in [Column::Content, Column::Scoring] {
            let at = columns.iter().position(|it| *it == Some(stand_in));
            if let Some(at) = at.filter(|_| !has(&columns, Column::Item)) {
                columns[at] = Some(Column::Item);
            }
        }
    }
    columns
}

/// Whose points stand right behind these columns.
fn beside(before: &[Option<Column>]) -> Option<Column> {
    match before.iter().rev().flatten().next()? {
        Column::Project => Some(Column::ProjectPoints),
        Column::Content => Some(Column::ContentPoints),
        _ => None,
    }
}

fn of(heading: &str) -> Option<Column> {
    let heading: String = plain(heading)
        .to_lowercase()
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '*' | ':' | '★'))
        .collect();
    let bare = heading.split('(').next().unwrap_or_default();
    let has = |words: &[&str]| words.iter().any(|word| bare.contains(word));
    let is = |words: &[&str]| words.contains(&bare);
    if bare.is_empty() || heading.chars().count() > 24 {
        None
    } else if has(&["编号", "序号", "代码", "编码", "条号"]) || is(&["code", "no", "no.", "号"])
    {
        Some(Column::Code)
    } else if has(&[
        "项目分",
        "一级分",
        "项目权重",
        "project’spoints",
        "project'spoints",
    ]) {
        Some(Column::ProjectPoints)
    } else if has(&[
        "内容分",
        "二级分",
        "指标分",
        "content’spoints",
        "content'spoints",
    ]) {
        Some(Column::ContentPoints)
    } else if has(&["评分", "计分", "扣分", "打分", "记分", "赋分", "rule"]) || is(&["scoring"])
    {
        Some(Column::Scoring)
    } else if has(&["方式", "方法", "途径"]) || is(&["methods", "method"]) {
        Some(Column::Methods)
    } else if has(&["分值", "分数", "权重", "标准分", "满分"]) || is(&["分", "points"])
    {
        Some(Column::Points)
    } else if has(&["材料", "佐证", "资料", "印证"]) || is(&["evidence"]) {
        Some(Column::Evidence)
    } else if has(&["频次", "频率", "周期", "时限"]) || is(&["frequency", "howoften"]) {
        Some(Column::Frequency)
    } else if has(&["责任", "牵头", "部门", "科室", "承办"]) || is(&["owner", "department"])
    {
        Some(Column::Owner)
    } else if has(&["条款", "规划"]) || is(&["section"]) {
        Some(Column::Section)
    } else if has(&["依据", "来源", "出处"]) || is(&["sources", "source"]) {
        Some(Column::Sources)
    } else if has(&[
        "测评标准",
        "考核标准",
        "测评要点",
        "具体要求",
        "测评细则",
        "工作要求",
        "基本要求",
        "创建标准",
        "考评标准",
        "三级指标",
        "工作标准",
        "考核要求",
    ]) || is(&["标准", "要求", "要点", "item", "具体内容"])
    {
        Some(Column::Item)
    } else if has(&["项目", "一级指标", "大项", "类别"]) || is(&["project"]) {
        Some(Column::Project)
    } else if has(&["内容", "二级指标", "指标", "小项"]) || is(&["content"]) {
        Some(Column::Content)
    } else {
        None
    }
}
