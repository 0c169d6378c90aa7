//! An item's sheet (报送材料说明) on A4, to read and print.

use std::sync::Arc;

use domain::{
    Lang,
    api::{
        evidence::NeedLine,
        packs::{ItemSheet, PackSummary, SheetLine},
    },
};
use icondata_lu as lu;
use leptos::prelude::*;

use super::{PATH, left_out_words, take::Take};
use crate::{
    components::{
        button::{Button, ButtonKind},
        page_header::PageHeader,
    },
    i18n::{t, use_lang},
    office::{LoadProblem, Loading, Remote, use_remote},
    platform,
    routing::Page,
};

#[component]
pub fn PackSheetPage(
    year: i32,
    /// The item's position in the standard, from 0.
    number: u32,
) -> impl IntoView {
    let summary: Remote<PackSummary> = use_remote(move || Some(format!("{PATH}?year={year}")));
    let item = Memo::new(move |_| {
        let summary = summary.get()?;
        let mut items = summary.projects.iter().flat_map(|project| &project.items);
        items.nth(number as usize).cloned()
    });
    let sheet: Remote<ItemSheet> = use_remote(move || {
        let code =
            item.with(|item| item.as_ref().map(|item| crate::address::escape(&item.code)))?;
        Some(format!("{PATH}/sheet?year={year}&item={code}"))
    });
    let (print, take) = (t("打印", "Print"), t("下载材料包", "Download the pack"));
    let error = move || sheet.error().or_else(|| summary.error());
    let body = move || match (sheet.get(), error()) {
        (Some(sheet), _) => view! { <Sheet sheet/> }.into_any(),
        (None, Some(error)) => {
            let again = move || {
                summary.reload();
                sheet.reload();
            };
            view! { <LoadProblem error on_retry=again/> }.into_any()
        }
        (None, None) => view! { <Loading/> }.into_any(),
    };
    view! {
        <PageHeader back=Page::Packs>
            {move || {
                item.get()
                    .map(|item| {
                        view! {
                            <Take
                                label=take
                                scope=Some(item.code.clone())
                                year
                                files=item.files
                                bytes=item.bytes
                            />
                        }
                    })
            }}
            <Button
                kind=ButtonKind::Primary
                icon=lu::LuPrinter
                small=true
                on_click=platform::document::print
            >
                {print}
            </Button>
        </PageHeader>
        <div class="page">{body}</div>
    }
    .into_any()
}

#[component]
fn Sheet(sheet: Arc<ItemSheet>) -> impl IntoView {
    let lang = use_lang();
    let title = t("报送材料说明", "Material of the item");
    let year = sheet.year;
    let in_year = move || {
        lang.get()
            .pick(format!("{year} 年度"), format!("Year {year}"))
    };
    let assessed = sheet.assessed.clone();
    let narrative = assessed.as_ref().map(|it| it.narrative.clone());
    let narrative = narrative.unwrap_or_default();
    let score = assessed.map_or_else(String::new, |it| format!("{}（{}）", it.points, it.working));
    let labels = [
        (t("测评标准", "Standard"), sheet.standard.clone()),
        (t("测评项目", "Project"), sheet.project.clone()),
        (t("测评内容", "Content"), sheet.content.clone()),
        (
            t("测评条目", "Item"),
            format!("{} {}", sheet.code, sheet.title),
        ),
        (t("分值", "Points"), sheet.points.to_string()),
        (t("评分办法", "Scoring"), sheet.scoring.clone()),
        (t("自评得分", "Self-assessed"), score),
        (t("自评说明", "Narrative"), narrative),
    ];
    let colon = move || lang.get().pick("：", ": ");
    let facts = labels
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(label, text)| view! { <p class="sheet-line">{label}{colon}{text}</p> })
        .collect_view();
    let needs = sheet
        .needs
        .clone()
        .into_iter()
        .map(|need| view! { <p class="sheet-line">{move || need_words(&need, lang.get())}</p> })
        .collect_view();
    let passages = sheet
        .lines
        .iter()
        .filter(|line| !line.passage.is_empty())
        .map(|line| {
            let words = format!("{}（{:03}《{}》）", line.passage, line.number, line.title);
            view! { <p class="sheet-line">{words}</p> }
        })
        .collect_view();
    let heads = [
        t("序号", "No."),
        t("类别", "Kind"),
        t("题名", "Title"),
        t("责任者", "By"),
        t("日期", "Date"),
        t("备注", "Remarks"),
    ]
    .map(|head| view! { <th scope="col">{head}</th> })
    .collect_view();
    let rows = sheet
        .lines
        .iter()
        .map(|line| row(line, lang))
        .collect_view();
    let photos = sheet
        .lines
        .iter()
        .filter_map(|line| photo(line, lang))
        .collect_view();
    let left = sheet.left_out.clone();
    let (asked, there, proof, list, pictures, out) = (
        t("一、测评要求", "1. What is asked"),
        t("二、材料情况", "2. What is there"),
        t("三、佐证说明", "3. What it proves"),
        t("四、材料目录", "4. The material"),
        t("五、现场照片", "5. Photos"),
        t("未列入的材料", "Left out"),
    );
    let see_list = t("各件材料见下表。", "See the list below.");
    let has_passages = sheet.lines.iter().any(|line| !line.passage.is_empty());
    let has_photos = sheet.lines.iter().any(|line| line.thumbnail.is_some());
    let code = sheet.code.clone();
    view! {
        <article class="sheet">
            <p class="sheet-unit">{sheet.organization.clone()}</p>
            <h2 class="sheet-title">{sheet.code.clone()} " " {title}<br/>{in_year}</h2>
            <h3 class="sheet-heading">{asked}</h3>
            {facts}
            <h3 class="sheet-heading">{there}</h3>
            {needs}
            <h3 class="sheet-heading">{proof}</h3>
            {passages}
            {(!has_passages).then(|| view! { <p class="sheet-line">{see_list}</p> })}
            <h3 class="sheet-heading">{list}</h3>
            <div class="sheet-scroll">
                <table class="sheet-table">
                    <thead>
                        <tr>{heads}</tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {has_photos.then(|| view! { <h3 class="sheet-heading">{pictures}</h3> })}
            <div class="sheet-photos">{photos}</div>
            {(!left.is_empty())
                .then(|| {
                    let lines = left
                        .into_iter()
                        .map(|it| {
                            let code = code.clone();
                            view! { <li>{move || left_out_words(&code, &it, lang.get())}</li> }
                        })
                        .collect_view();
                    view! {
                        <div class="no-print">
                            <h3 class="sheet-heading">{out}</h3>
                            <ul class="sheet-line">{lines}</ul>
                        </div>
                    }
                })}
        </article>
    }
    .into_any()
}

fn need_words(need: &NeedLine, lang: Lang) -> String {
    let (label, min, there) = (&need.label, need.min, need.there);
    match need.missing() {
        0 => lang.pick(
            format!("{label}：应有 {min} 件，现有 {there} 件，已齐"),
            format!("{label}: {there} of {min}, complete"),
        ),
        missing => lang.pick(
            format!("{label}：应有 {min} 件，现有 {there} 件，还缺 {missing} 件"),
            format!("{label}: {there} of {min}, {missing} missing"),
        ),
    }
}

fn marks(line: &SheetLine, lang: Lang) -> String {
    let marks = line.marks.iter().map(|mark| mark.name());
    let words: Vec<&str> = marks.map(|(zh, en)| lang.pick(zh, en)).collect();
    words.join(lang.pick("、", ", "))
}

fn row(line: &SheetLine, lang: RwSignal<Lang>) -> impl IntoView + use<> {
    let (kind_zh, kind_en) = line.kind.name();
    let line = line.clone();
    let remarks = {
        let line = line.clone();
        move || {
            let marks = marks(&line, lang.get());
            let parts = [line.document_no.as_str(), &marks];
            let parts: Vec<&str> = parts.into_iter().filter(|it| !it.is_empty()).collect();
            parts.join(lang.get().pick("；", "; "))
        }
    };
    view! {
        <tr>
            <td class="numbers">{format!("{:03}", line.number)}</td>
            <td>{move || lang.get().pick(kind_zh, kind_en)}</td>
            <td class="sheet-text">{line.title}</td>
            <td>{line.responsible}</td>
            <td class="numbers">{line.date}</td>
            <td>{remarks}</td>
        </tr>
    }
}

fn photo(line: &SheetLine, lang: RwSignal<Lang>) -> Option<impl IntoView + use<>> {
    let thumbnail = line.thumbnail.clone()?;
    let line = line.clone();
    let words = move || {
        let lang = lang.get();
        let caption = line.caption.clone().unwrap_or_default();
        let unknown = lang.pick("未注明", "not noted");
        let or = |text: String| {
            if text.is_empty() {
                unknown.to_owned()
            } else {
                text
            }
        };
        let parts = [
            (lang.pick("时间", "Time"), caption.time),
            (lang.pick("地点", "Place"), caption.place),
            (lang.pick("人物", "People"), caption.people),
            (lang.pick("主题", "Topic"), caption.topic),
        ]
        .map(|(label, text)| format!("{label}{}{}", lang.pick("：", ": "), or(text)));
        let marks = marks(&line, lang);
        let marks = if marks.is_empty() {
            marks
        } else {
            lang.pick(format!("（{marks}）"), format!(" ({marks})"))
        };
        format!(
            "{:03} {}{marks}",
            line.number,
            parts.join(lang.pick("；", "; "))
        )
    };
    let alt = words.clone();
    Some(view! {
        <figure class="sheet-photo">
            <img src=format!("/api/blobs/{thumbnail}") alt=alt loading="lazy"/>
            <figcaption>{words}</figcaption>
        </figure>
    })
}
