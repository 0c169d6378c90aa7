//! The mission's 55 mechanisms, and by what each is recorded.

/// What a mechanism leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Document,
    Form(&'static str),
    /// An activity's sign-in list.
    SignIn,
}

use By::{Document, Form, SignIn};

/// In the mission's order, from 1.
pub(super) const MECHANISMS: [(&str, By); 55] = [
    ("领导小组与一把手负责制", Document),
    ("领导小组听取汇报与议定事项", Form("meeting")),
    ("申报与考核验收", Document),
    ("学习制度", Document),
    ("每周集中学习", Form("study_session")),
    ("线上线下与走出去请进来", Form("study_session")),
    ("月度学习内容清单", Form("study_list_item")),
    ("学习笔记与心得交流", Form("study_note")),
    ("理论测试", Form("theory_test")),
    ("公益广告与文明宣传载体", Form("publicity")),
    ("四德教育与道德讲堂", Form("activity")),
    ("道德模范、身边好人推荐评选", Form("honor")),
    ("先进典型学习宣传与关爱", Form("publicity")),
    ("我们的节日", Form("activity")),
    ("妇女、青年、党员、军转干部群体活动", Form("activity")),
    ("党员志愿服务队", Form("volunteer_profile")),
    ("志愿服务活动与时长", SignIn),
    ("3.5与12.5主题志愿日", Form("field_note")),
    ("志愿服务记录证明底稿", Form("volunteer_certificate")),
    ("年度无偿献血", Form("blood_drive")),
    ("爱心帮扶与走访慰问", Form("assistance")),
    ("结对共建", Form("activity")),
    ("文明科室、文明家庭、文明个人评选", Form("honor")),
    ("红色书架与阅览室", Form("activity")),
    ("文体与户外活动", Form("activity")),
    ("年度目标责任制", Document),
    ("四小行业监管", Form("small_hotel")),
    ("疫情防控常态化监督", Form("medical_epidemic")),
    ("专项整治行动", Form("inspection")),
    ("双随机监督", Form("double_random_draw")),
    ("执法全过程记录抽查", Form("case_quality")),
    ("普法教育", Form("law_outreach")),
    ("三服务走访", Form("enforcement_visit")),
    ("审批服务优化与满意度", Document),
    ("内部管理制度", Document),
    ("职工权益与民主议事", Document),
    ("办公环境与内务检查", Form("office_inspection")),
    ("门前三包", Form("patrol")),
    ("垃圾分类与无烟机关", Form("patrol")),
    ("文明就餐与节约", Form("patrol")),
    ("文明上网与网络宣传", Document),
    ("五水共治", Form("activity")),
    ("安全防范与演练", Form("patrol")),
    ("保密与信息安全", Form("patrol")),
    ("三阶段实施", Document),
    ("创建工作任务清单", Document),
    ("对标自查与问题清单", Document),
    ("整改方案与销号", Form("rectification")),
    ("梳理总结与迎接总评", Document),
    ("责任到科室到人", Document),
    ("人人参与、人人有任务", Document),
    ("信息宣传与媒体", Form("publicity")),
    ("创建经费预算", Form("budget_entry")),
    ("年度科室考核", Document),
    ("动态管理与巡查", Form("patrol")),
];

/// The mechanism of a number, as titles begin with it.
pub(super) fn sign(number: usize) -> String {
    format!("机制{number:02} ")
}
