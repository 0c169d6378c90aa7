//! The privacy notice of version [`domain::api::session::PRIVACY_NOTICE`], in plain words.
//!
//! A changed notice is a new version: people agree to the one that they read.

use domain::Lang;

/// The notice in three sentences.
pub fn short(lang: Lang) -> &'static str {
    lang.pick(
        "只记下办活动要用的：姓名、手机号、签到时间和您填写的记录。不记行踪，不排名，不对外公开。您随时可以查看、更正、导出或删除自己的信息。",
        "Minglu keeps only what running activities takes: your name, mobile number, check-in times and what you write down. No tracking, no ranking, nothing public. You can see, correct, export or delete your data at any time.",
    )
}

/// The whole notice: heading and paragraph.
pub fn full(lang: Lang) -> &'static [(&'static str, &'static str)] {
    lang.pick(ZH, EN)
}

const ZH: &[(&str, &str)] = &[
    (
        "谁在处理您的信息",
        "邀请您加入的单位。单位的办公室负责管理，技术上由单位自己的服务器保存。",
    ),
    (
        "记下哪些信息",
        "姓名、手机号（用来登录和联系）、所在科室和角色、报名与签到签退时间、服务时长、您填写的记录和照片，以及登录过的设备名称。不收集身份证号。",
    ),
    (
        "位置",
        "只有您在记录里点“获取位置”时，才记下这一个点。不记录行踪，不在后台定位。",
    ),
    (
        "用来做什么",
        "证明活动真实开展、计算您的服务时长、形成文明单位创建的工作材料。不排名、不计分，不作商业用途。",
    ),
    (
        "谁能看到",
        "您本人、活动组织者和单位办公室。同事只能看到您的姓名和科室。对外材料中出现您的照片或姓名前，由单位另行征得同意。",
    ),
    (
        "存在哪里，存多久",
        "先存在您的手机里，联网后传到单位的服务器。创建周期结束后按单位档案规定保存或删除；系统日志至少保存六个月。",
    ),
    (
        "您的权利",
        "您可以随时查看、更正、导出或删除自己的信息，也可以撤回同意、退出系统。请联系单位办公室，一般十五个工作日内答复。",
    ),
    (
        "未满十四周岁",
        "须由监护人同意后加入，请由监护人联系单位办公室。",
    ),
];

const EN: &[(&str, &str)] = &[
    (
        "Who handles your data",
        "The organization that invited you. Its office is responsible; the data is kept on the organization's own server.",
    ),
    (
        "What is kept",
        "Your name, mobile number (to log in and to reach you), department and role, sign-ups, check-in and check-out times, service minutes, the records and photos that you make, and the names of the devices that you log in on. No ID numbers.",
    ),
    (
        "Position",
        "A single point, only when you tap “Get position” in a record. No tracking, nothing in the background.",
    ),
    (
        "What it is for",
        "To show that activities took place, to add up your service minutes, and to document the organization's work. No ranking, no scores, no commercial use.",
    ),
    (
        "Who sees it",
        "You, the organizers of your activities and the office. Colleagues see only your name and department. Before your photo or name appears in public material, the organization asks you again.",
    ),
    (
        "Where and how long",
        "First on your phone, then on the organization's server. After the assessment period it is archived or deleted by the organization's rules; system logs are kept for six months at least.",
    ),
    (
        "Your rights",
        "You can see, correct, export or delete your data, withdraw your consent and leave at any time. Ask the office; it answers within fifteen working days.",
    ),
    (
        "Under fourteen",
        "A guardian has to agree first. The guardian should contact the office.",
    ),
];
