//! The report of a month or a year, to take away as a document or a workbook.

use chrono::Datelike as _;
use icondata_lu as lu;
use leptos::prelude::*;

use super::hours::{periods, span};
use crate::{
    components::{choice::DropDown, icon::Icon, page_header::PageHeader, surface::Card},
    i18n::{t, use_lang},
    platform,
};

const PATH: &str = "/api/office/reports/report";

#[component]
pub fn ReportsPage() -> impl IntoView {
    let lang = use_lang();
    let today = platform::today();
    let period = RwSignal::new(format!("{}-{:02}", today.year(), today.month()));
    let href = move |ending: &'static str| {
        move || {
            let lang = lang.get().pick("zh", "en");
            format!("{PATH}.{ending}?{}&lang={lang}", span(&period.read()))
        }
    };
    let (label, docx, xlsx) = (
        t("期间", "Period"),
        t("下载报告（Word）", "Report (Word)"),
        t("下载统计表（Excel）", "Figures (Excel)"),
    );
    let (title, text) = (
        t("月报与年报", "Monthly and yearly report"),
        t(
            "内容自动汇总自已有记录：活动与参加人次（来宾另列）、志愿服务时长、各表单记录、测评材料齐备情况。只统计单位整体，不对个人排名。报告按公文格式排版（中文），可直接修改、打印。",
            "Drawn from what is recorded: activities and attendance with guests told apart, service hours, records by form, and the material of the standard. Figures of the whole unit only. The report is in Chinese, laid out as an official document.",
        ),
    );
    view! {
        <PageHeader/>
        <div class="page page-narrow">
            <Card title>
                <p class="prose muted">{text}</p>
                <div class="stack">
                    <DropDown
                        name="period"
                        label
                        choices=periods()
                        value=period
                        on_change=move |value| period.set(value)
                    />
                    <div class="cluster">
                        <a class="button button-primary" href=href("docx") download="">
                            <Icon icon=lu::LuFileText/>
                            <span class="button-label">{docx}</span>
                        </a>
                        <a class="button button-ghost" href=href("xlsx") download="">
                            <Icon icon=lu::LuSheet/>
                            <span class="button-label">{xlsx}</span>
                        </a>
                    </div>
                </div>
            </Card>
        </div>
    }
    .into_any()
}
