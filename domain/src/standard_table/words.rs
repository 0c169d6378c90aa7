//! What an office's words mean: rules, wanted evidence, methods, how often.

use std::{collections::BTreeMap, sync::LazyLock};

use regex_lite::{Captures, Regex};

use super::cells::{NUMBER, number, plain};
use crate::{
    areas::standards::{Frequency, Method, Period, Requirement, Scoring},
    decimal::Decimal,
    evidence_kind::EvidenceKind,
};

/// Longest label and note of a piece of evidence, in characters.
const LABEL: usize = 60;
const NOTE: usize = 200;
/// Most pieces that one requirement can ask for.
const MOST: i64 = 10_000;

/// A pattern with `N` for a number and `U` for what is counted.
fn pattern(text: &str) -> Option<Regex> {
    let text = text.replace('N', NUMBER).replace(
        'U',
        "处|份|次|项|个|人|家|名|户|件|条|张|期|场|篇|环节|台|套|起|例|天|课时",
    );
    Regex::new(&text).ok()
}

macro_rules! patterns {
    ($($name:ident = $text:literal;)*) => {
        $(static $name: LazyLock<Option<Regex>> = LazyLock::new(|| pattern($text));)*
    };
}

patterns! {
    LEVEL = "(A|B|C|D|优秀|良好|优|良|一般|合格|较差|差)(?:档|级|等)?的?[,:]?(?:得|计|为|按)?(?:(满分)|(不得分|不计分)|N(%|分))";
    PER_PERCENT = "每(?:低|少|降低|下降|差|减少)于?N?个?(?:百分点|%)[^扣\\d]{0,8}扣N分";
    PERCENT = "N%";
    TARGET_PERCENT = "(?:低于|不到|达到|达|≥|不少于|大于等于|少于)N%";
    SAMPLE = "(?:抽查|抽取|抽检|抽样|抽看|抽|查看|考察|检查)N(?:U)";
    PER_FAIL = "(?:每|有|发现)?(?:有|发现)?N?(?:U)?[^\\d,;。扣]{0,12}(?:不符合|不合格|不达标|不到位|不规范|问题|缺失|未)[^\\d,;。扣]{0,10}扣N分";
    COUNT = "(每半年度?|每季度?|每个?月度?|每周|每年度?|全年|年度|年内|本届|届内|周期内|三年内|两年内)[^\\d,;。]{0,20}?(?:不少于|至少|不低于|≥|达到|不得少于|满)?N(?:U)(?:以上)?";
    PER_LESS = "每?少(?:于)?N?(?:U)?[^\\d,;。扣]{0,6}扣N分";
    RATIO = "按(?:实际|完成|达到|相应|所占)?(?:的)?(?:比例|比率|完成率)";
    FULL_AT = "(?:达到|达|满|不少于|不低于|≥|完成)N([^\\d,;。得]{0,16}?)(?:的|以上)?[,;]?(?:得|计|为)满分";
    AT_LEAST = "(?:达到|达|满|不少于|不低于|≥|完成)N([^\\d,;。得]{0,10})";
    PER_MISSING = "每?(?:缺少|缺|少|有|发现|出现|差)N?个?([^\\d,;。扣]{0,12}?)扣N分";
    ONE_COSTS = "(?:每|一)N?(U)[^\\d,;。扣]{0,14}扣N分";
    NOTHING = "不得分|不计分|得0分|零分";
    COUNTED = "^(.*?)(?:[×xX*✕]\\s*N|(?:不少于|至少|各)?\\s*N\\s*(?:U|页|幅|本|分钟)(?:以上)?)(.*)$";
}

fn find<'a>(pattern: &LazyLock<Option<Regex>>, text: &'a str) -> Option<Captures<'a>> {
    pattern.as_ref()?.captures(text)
}

fn at(found: &Captures<'_>, group: usize) -> Option<Decimal> {
    number(found.get(group)?.as_str())
}

/// The rule that the words give for an item of this title and worth; `None` when they say nothing
/// that is understood.
pub fn scoring(words: &str, title: &str, points: Decimal) -> Option<Scoring> {
    let words = &squeezed(words);
    let title = &squeezed(title);
    levels(words, points)
        .or_else(|| percent(words, title))
        .or_else(|| sample(words))
        .or_else(|| count(words, title))
        .or_else(|| ratio(words, title))
        .or_else(|| missing(words))
        .or_else(|| find(&NOTHING, words).map(|_| Scoring::AllOrNothing))
}

/// Plain characters without blanks, with the marks of a sentence alike.
fn squeezed(text: &str) -> String {
    let mark = |c: char| match c {
        '；' => ';',
        '，' => ',',
        '／' => '/',
        other => other,
    };
    plain(text)
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(mark)
        .collect()
}

fn levels(words: &str, points: Decimal) -> Option<Scoring> {
    let mut levels = BTreeMap::new();
    for found in LEVEL.as_ref()?.captures_iter(words) {
        let grade = found.get(1)?.as_str().to_owned();
        let share = match (found.get(2), found.get(3)) {
            (Some(_), _) => Decimal::ONE,
            (_, Some(_)) => Decimal::ZERO,
            _ if found.get(5)?.as_str() == "%" => at(&found, 4)?.over(Decimal::whole(100))?,
            _ => at(&found, 4)?.over(points)?,
        };
        if share <= Decimal::ONE {
            levels.entry(grade).or_insert(share);
        }
    }
    (levels.len() >= 2).then_some(Scoring::StateAbc { levels })
}

fn percent(words: &str, title: &str) -> Option<Scoring> {
    let found = find(&PER_PERCENT, words)?;
    let each = at(&found, 1).unwrap_or(Decimal::ONE);
    let step = at(&found, 2)?.over(each)?;
    let named = |text: &str| {
        let found = find(&TARGET_PERCENT, text).or_else(|| find(&PERCENT, text))?;
        at(&found, 1)
    };
    // `每低1%扣…` names no target.
    let before = words.split("每").next().unwrap_or_default();
    Some(Scoring::DeductPerPercentBelow {
        target_percent: named(before)
            .or_else(|| named(title))
            .unwrap_or(Decimal::whole(100)),
        step_per_percent: step,
    })
}

fn sample(words: &str) -> Option<Scoring> {
    let size = whole(at(&find(&SAMPLE, words)?, 1)?)?;
    let found = find(&PER_FAIL, words).or_else(|| find(&PER_MISSING, words))?;
    let step = at(&found, found.len() - 1)?;
    (size > 0).then_some(Scoring::SampleCheck {
        sample_size: size,
        step_per_fail: step,
    })
}

fn count(words: &str, title: &str) -> Option<Scoring> {
    let found = find(&PER_LESS, words)?;
    let each = at(&found, 1).unwrap_or(Decimal::ONE);
    let step = at(&found, 2)?.over(each)?;
    let target = find(&COUNT, words).or_else(|| find(&COUNT, title))?;
    Some(Scoring::CountInPeriod {
        target: whole(at(&target, 2)?).filter(|target| *target > 0)?,
        period: period(target.get(1)?.as_str()),
        step,
    })
}

fn period(word: &str) -> Period {
    let has = |part: &str| word.contains(part);
    if has("半年") {
        Period::HalfYear
    } else if has("季") {
        Period::Quarter
    } else if has("月") {
        Period::Month
    } else if has("周") && !has("周期") {
        Period::Week
    } else if has("届") || has("周期") || has("三年") || has("两年") {
        Period::Cycle
    } else {
        Period::Year
    }
}

fn ratio(words: &str, title: &str) -> Option<Scoring> {
    find(&RATIO, words)?;
    let found = find(&FULL_AT, words)
        .or_else(|| find(&AT_LEAST, words))
        .or_else(|| find(&AT_LEAST, title));
    let (target, unit) = match &found {
        Some(found) => (at(found, 1)?, found.get(2)?.as_str().to_owned()),
        None => (Decimal::whole(100), "%".to_owned()),
    };
    (target > Decimal::ZERO).then_some(Scoring::RatioOfTarget { target, unit })
}

fn missing(words: &str) -> Option<Scoring> {
    let found = find(&PER_MISSING, words).or_else(|| {
        // A sentence that forbids as a whole isn't counted.
        find(&ONE_COSTS, words)
    })?;
    let each = at(&found, 1).unwrap_or(Decimal::ONE);
    Some(Scoring::DeductPerMissing {
        step: at(&found, 3)?.over(each)?,
        unit: found.get(2)?.as_str().to_owned(),
    })
}

fn whole(number: Decimal) -> Option<i64> {
    (number.0 % Decimal::ONE.0 == 0).then_some(number.0 / Decimal::ONE.0)
}

/// What a cell asks for: `会议纪要×2（含议题）；现场照片×2`, `会议记录2份、照片3张以上`.
pub fn evidence(cell: &str) -> Vec<Requirement> {
    let strong = parts(cell, &['；', ';', '\n']);
    let split = if strong.len() > 1 || has_times(cell) && !cell.contains(['、', '，', ',']) {
        strong
    } else {
        parts(cell, &['；', ';', '\n', '、', '，', ',', '。'])
    };
    split.iter().filter_map(|part| requirement(part)).collect()
}

fn has_times(text: &str) -> bool {
    text.contains(['×', '✕', '*'])
}

/// Cuts at the marks that stand outside of brackets.
fn parts(text: &str, marks: &[char]) -> Vec<String> {
    let mut depth = 0_usize;
    let mut parts = vec![String::new()];
    for letter in text.chars() {
        match letter {
            '（' | '(' => depth += 1,
            '）' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && marks.contains(&letter) {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(letter);
        }
    }
    parts
        .into_iter()
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}

fn requirement(part: &str) -> Option<Requirement> {
    let numbering = |c: char| c.is_ascii_digit() || "①②③④⑤⑥⑦⑧⑨⑩.．、 ".contains(c);
    let part = match part.trim_start_matches(numbering) {
        "" => part,
        rest => rest,
    };
    let shown = half_digits(part);
    let (label, min, rest) = match find(&COUNTED, &shown) {
        Some(found) if !found.get(1)?.as_str().trim().is_empty() => {
            let count = at(&found, 2).or_else(|| at(&found, 3)).and_then(whole);
            let text = |group: usize| found.get(group).map_or("", |it| it.as_str());
            (text(1).to_owned(), count, text(4).to_owned())
        }
        _ => {
            // `照片（不少于3张）`
            let (label, rest) = cut_note(&shown);
            let count = COUNTED.as_ref().and_then(|it| it.captures(&rest));
            let count = count.and_then(|it| at(&it, 3)).and_then(whole);
            (label, count, rest)
        }
    };
    let label = label.trim().trim_end_matches(['：', ':']).trim();
    if label.is_empty() {
        return None;
    }
    Some(Requirement {
        kind: kind(label),
        label: label.chars().take(LABEL).collect(),
        min: min.unwrap_or(1).clamp(1, MOST),
        note: unbracketed(&rest).chars().take(NOTE).collect(),
    })
}

/// Full-width digits and the like made plain; brackets and words as they were.
fn half_digits(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '０'..='９' | 'ｘ' | 'Ｘ' | '＊' => {
                plain(&c.to_string()).chars().next().unwrap_or(c)
            }
            other => other,
        })
        .collect()
}

/// What stands in the last brackets, apart from what stands before them.
fn cut_note(text: &str) -> (String, String) {
    let ends = text.ends_with(['）', ')']);
    match text.rfind(['（', '(']).filter(|at| ends && *at > 0) {
        // `说明报告（500字内）` is a name.
        Some(at) if kind_of_name(text).is_none() => (text[..at].to_owned(), text[at..].to_owned()),
        _ => (text.to_owned(), String::new()),
    }
}

fn unbracketed(text: &str) -> &str {
    let text = text.trim();
    let bare = text
        .strip_prefix(['（', '('])
        .and_then(|text| text.strip_suffix(['）', ')']));
    bare.unwrap_or(text).trim()
}

fn kind_of_name(label: &str) -> Option<EvidenceKind> {
    let named = |kind: &&EvidenceKind| kind.name().0 == label;
    EvidenceKind::ALL.iter().find(named).copied()
}

/// The kind that a word for a piece of evidence stands for.
pub fn kind(label: &str) -> EvidenceKind {
    const HINTS: [(&str, EvidenceKind); 42] = [
        ("截图", EvidenceKind::Screenshot),
        ("截屏", EvidenceKind::Screenshot),
        ("照片", EvidenceKind::Photo),
        ("图片", EvidenceKind::Photo),
        ("影像", EvidenceKind::Photo),
        ("签到", EvidenceKind::SignIn),
        ("签名", EvidenceKind::SignIn),
        ("会议记录", EvidenceKind::Minutes),
        ("会议纪要", EvidenceKind::Minutes),
        ("纪要", EvidenceKind::Minutes),
        ("学习记录", EvidenceKind::Minutes),
        ("方案", EvidenceKind::Plan),
        ("计划", EvidenceKind::Plan),
        ("通知", EvidenceKind::Notice),
        ("公示", EvidenceKind::Notice),
        ("简报", EvidenceKind::Brief),
        ("信息", EvidenceKind::Brief),
        ("报道", EvidenceKind::Brief),
        ("推送", EvidenceKind::Brief),
        ("链接", EvidenceKind::Link),
        ("网址", EvidenceKind::Link),
        ("总结", EvidenceKind::Summary),
        ("小结", EvidenceKind::Summary),
        ("台账", EvidenceKind::Ledger),
        ("名册", EvidenceKind::Ledger),
        ("清单", EvidenceKind::Ledger),
        ("协议", EvidenceKind::Agreement),
        ("凭证", EvidenceKind::Voucher),
        ("发票", EvidenceKind::Voucher),
        ("问卷", EvidenceKind::Survey),
        ("检查表", EvidenceKind::CheckForm),
        ("记录表", EvidenceKind::CheckForm),
        ("检查记录", EvidenceKind::CheckForm),
        ("证书", EvidenceKind::Certificate),
        ("荣誉", EvidenceKind::Certificate),
        ("说明", EvidenceKind::Report),
        ("报告", EvidenceKind::Report),
        ("心得", EvidenceKind::Note),
        ("笔记", EvidenceKind::Note),
        ("试卷", EvidenceKind::Paper),
        ("文件", EvidenceKind::Document),
        ("制度", EvidenceKind::Document),
    ];
    kind_of_name(label).unwrap_or_else(|| {
        let hint = HINTS.iter().find(|(hint, _)| label.contains(hint));
        hint.map_or(EvidenceKind::Other, |(_, kind)| *kind)
    })
}

/// The evidence as a cell says it, which [`evidence`] reads back.
pub fn evidence_text(evidence: &[Requirement]) -> String {
    let each = evidence.iter().map(|it| {
        let note = if it.note.is_empty() {
            String::new()
        } else {
            format!("（{}）", it.note)
        };
        format!("{}×{}{note}", it.label, it.min)
    });
    each.collect::<Vec<_>>().join("；")
}

/// The methods that a cell names: `材料审核、实地考察`.
pub fn methods(cell: &str) -> Vec<Method> {
    const HINTS: [(&str, Method); 14] = [
        ("材料", Method::MaterialReview),
        ("资料", Method::MaterialReview),
        ("查阅", Method::MaterialReview),
        ("台账", Method::MaterialReview),
        ("实地", Method::OnsiteInspection),
        ("现场", Method::OnsiteInspection),
        ("暗访", Method::OnsiteInspection),
        ("问卷", Method::Questionnaire),
        ("调查", Method::Questionnaire),
        ("访谈", Method::Questionnaire),
        ("部门", Method::DepartmentOpinion),
        ("意见", Method::DepartmentOpinion),
        ("网上", Method::OnlineSubmission),
        ("申报", Method::OnlineSubmission),
    ];
    let mut found = Vec::new();
    for part in cell.split(['、', '，', ',', '；', ';', '\n', '/', '和', '+']) {
        let method = HINTS.iter().find(|(hint, _)| part.contains(hint));
        let method = method.map(|(_, method)| *method);
        found.extend(method.filter(|method| !found.contains(method)));
    }
    found
}

/// How often, by a cell of its own or else by the item's title.
pub fn frequency(cell: &str) -> Option<Frequency> {
    const HINTS: [(&str, Frequency); 14] = [
        ("一次性", Frequency::Once),
        ("长期", Frequency::Once),
        ("半年", Frequency::HalfYear),
        ("季", Frequency::Quarterly),
        ("每周", Frequency::Weekly),
        ("每月", Frequency::Monthly),
        ("月度", Frequency::Monthly),
        ("次活动", Frequency::PerEvent),
        ("每次", Frequency::PerEvent),
        ("节点", Frequency::ByCalendar),
        ("节日", Frequency::ByCalendar),
        ("专项", Frequency::ByCampaign),
        ("年", Frequency::Yearly),
        ("一次", Frequency::Once),
    ];
    let hint = HINTS.iter().find(|(hint, _)| cell.contains(hint));
    hint.map(|(_, frequency)| *frequency)
}

/// How often a title says that something is done: only where it says *each*.
pub fn frequency_of_title(title: &str) -> Option<Frequency> {
    const HINTS: [(&str, Frequency); 5] = [
        ("每半年", Frequency::HalfYear),
        ("每季", Frequency::Quarterly),
        ("每周", Frequency::Weekly),
        ("每月", Frequency::Monthly),
        ("每年", Frequency::Yearly),
    ];
    let hint = HINTS.iter().find(|(hint, _)| title.contains(hint));
    hint.map(|(_, frequency)| *frequency)
}
