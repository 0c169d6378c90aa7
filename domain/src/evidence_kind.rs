//! What a piece of evidence is: the word that standards ask with and the ledger answers with.

use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($variant:ident = $name:literal, $zh:literal, $en:literal;)*) => {
        /// What a piece of evidence is (佐证材料).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum EvidenceKind {
            $(#[serde(rename = $name)] $variant,)*
        }

        impl EvidenceKind {
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($name => Some(Self::$variant),)* _ => None }
            }

            pub fn name(self) -> (&'static str, &'static str) {
                match self { $(Self::$variant => ($zh, $en),)* }
            }
        }
    };
}

kinds! {
    Document = "doc", "正式文件", "Official document";
    Plan = "plan", "活动方案", "Plan";
    Notice = "notice", "通知", "Notice";
    Minutes = "minutes", "会议纪要", "Minutes";
    SignIn = "sign", "签到表", "Sign-in list";
    Photo = "photo", "现场照片", "Photo";
    Brief = "brief", "信息简报或推送链接", "Brief";
    Summary = "sum", "总结", "Summary";
    Screenshot = "shot", "系统截图", "Screenshot";
    Ledger = "ledger", "台账", "Ledger";
    Certificate = "cert", "证书或文件", "Certificate";
    Agreement = "agree", "协议", "Agreement";
    Voucher = "voucher", "经费凭证", "Voucher";
    Survey = "survey", "问卷结果", "Survey";
    CheckForm = "form", "检查表或记录表", "Check form";
    Report = "report", "说明报告（500字内）", "Report (up to 500 characters)";
    Note = "note", "学习笔记或心得", "Study note";
    Paper = "paper", "试卷与成绩单", "Test papers and marks";
    Link = "link", "公开链接", "Public link";
    Other = "other", "其他材料", "Other";
}
