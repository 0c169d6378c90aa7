//! What pages on forms say in several places.

use domain::{
    Lang,
    api::forms::{FormLine, VersionLine},
    areas::people::Department,
    forms::{Offer, What},
};

use crate::i18n::{Format, counted};

/// Who finds the form in the list for new records.
pub fn audience(lang: Lang, offer: &Offer, departments: &[Department]) -> String {
    let everybody = if offer.staff {
        lang.pick("工作人员", "Staff")
    } else {
        lang.pick("所有人", "Everybody")
    };
    if offer.departments.is_empty() {
        return everybody.to_owned();
    }
    let of_form = departments
        .iter()
        .filter(|it| offer.departments.contains(&it.id));
    let names: Vec<&str> = of_form.map(|it| it.name.as_str()).collect();
    let listed = if names.len() > 3 || names.len() < offer.departments.len() {
        let count = offer.departments.len();
        lang.pick(
            format!("{count} 个科室"),
            counted(count as i64, "department", "departments"),
        )
    } else {
        names.join(lang.pick("、", ", "))
    };
    if offer.staff {
        lang.pick(format!("{listed}的工作人员"), format!("Staff of {listed}"))
    } else {
        listed
    }
}

/// Where a version comes from, and when it was published.
pub fn origin(f: Format, version: &VersionLine) -> String {
    let lang = f.lang();
    let source = if version.built_in {
        lang.pick("明录内置", "Came with Minglu")
    } else {
        lang.pick("本单位", "Your own")
    };
    match version.published_at {
        None => source.to_owned(),
        Some(at) if version.published_by.is_empty() => format!("{source} · {}", f.date(at)),
        Some(at) => format!("{source} · {} · {}", f.date(at), version.published_by),
    }
}

pub fn version_of(lang: Lang, line: &FormLine) -> String {
    match line.current() {
        Some(version) => version.version.clone(),
        None => lang.pick("已停用", "Retired").to_owned(),
    }
}

/// What is different, as a heading.
pub fn what(lang: Lang, what: What) -> &'static str {
    match what {
        What::Type => lang.pick("题型", "Type"),
        What::Place => lang.pick("所在分组", "Group"),
        What::Label => lang.pick("题目", "Label"),
        What::Hint => lang.pick("提示", "Hint"),
        What::Required => lang.pick("必填", "Required"),
        What::Relevant => lang.pick("显示条件", "Shown when"),
        What::Constraint => lang.pick("填写规则", "Rule"),
        What::Message => lang.pick("出错提示", "Message"),
        What::Default => lang.pick("默认值", "Default"),
        What::Calculation => lang.pick("计算", "Calculation"),
        What::Choice => lang.pick("选项", "Choice"),
        What::ChoiceFilter => lang.pick("选项筛选", "Filter of choices"),
        What::Readonly => lang.pick("只读", "Read-only"),
        What::Look => lang.pick("显示方式", "Appearance"),
        What::Sensitivity => lang.pick("敏感程度", "Sensitivity"),
        What::Evidence => lang.pick("佐证类型", "Evidence"),
        What::RepeatCount => lang.pick("重复次数", "Repeat count"),
        What::Order => lang.pick("题目顺序有调整", "Questions are in another order"),
        What::Title => lang.pick("表单名称", "Title"),
        What::Items => lang.pick("对应条目", "Standard items"),
        What::Frequency => lang.pick("填写频次", "How often"),
        What::DoneWhen => lang.pick("完整的条件", "Complete when"),
        What::Owner => lang.pick("牵头科室", "Owner"),
        What::Purpose => lang.pick("用途", "Purpose"),
        What::Roster => lang.pick("从名册里选", "Chosen from the roster"),
        What::Pages => lang.pick("分页", "Pages"),
    }
}
