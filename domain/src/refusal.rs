//! A rule said no: why, in words that tell the person what to do next.

use crate::{
    ids::OpId,
    text::{Lang, Text},
};

crate::tagged! {
    "Refusal", tag = "code";
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum Refusal {
        /// The content can't be read as an operation.
        Unreadable {
            detail: String,
        },
        /// Written by a version of the app that this server doesn't know.
        UnknownSchema {
            version: u32,
        },
        /// Another operation already has this id.
        OperationIdReused {
            op_id: OpId,
        },
        /// The operation names another organization, device or person than the session's.
        NotYours,
        /// The person's role doesn't allow it.
        NotPermitted,
        /// The record's area and the change's don't fit together.
        WrongRecord,
        UnknownActivity,
        UnknownPerson,
        ActivityFull,
        ActivityCancelled,
        /// The form's version isn't known here.
        UnknownForm {
            form_id: String,
            version: String,
        },
        /// An answer doesn't fit the form.
        InvalidAnswer {
            question: String,
            message: Text,
        },
        /// A text is longer than allowed.
        TooLong {
            field: String,
            limit: i64,
        },
        /// A character that can't be kept (NUL or another control character).
        BadCharacter {
            field: String,
        },
        /// The record exists already with other content.
        AlreadyExists,
        /// The office has approved it; ask the office to return it first.
        AlreadyApproved,
        /// It was taken back.
        AlreadyVoided,
        /// The file's type can't be attached.
        MediaType {
            media_type: String,
        },
        /// The file says that it is a photo, but it can't be opened as one.
        BrokenPhoto {
            detail: String,
        },
        /// Larger than the setting allows.
        TooLarge {
            limit: i64,
        },
        /// The record that it builds on never came.
        PredecessorMissing,
    }
}

impl Refusal {
    /// The stable code, as in JSON.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "unreadable",
            Self::UnknownSchema { .. } => "unknown_schema",
            Self::OperationIdReused { .. } => "operation_id_reused",
            Self::NotYours => "not_yours",
            Self::NotPermitted => "not_permitted",
            Self::WrongRecord => "wrong_record",
            Self::UnknownActivity => "unknown_activity",
            Self::UnknownPerson => "unknown_person",
            Self::ActivityFull => "activity_full",
            Self::ActivityCancelled => "activity_cancelled",
            Self::UnknownForm { .. } => "unknown_form",
            Self::InvalidAnswer { .. } => "invalid_answer",
            Self::TooLong { .. } => "too_long",
            Self::BadCharacter { .. } => "bad_character",
            Self::AlreadyExists => "already_exists",
            Self::AlreadyApproved => "already_approved",
            Self::AlreadyVoided => "already_voided",
            Self::MediaType { .. } => "media_type",
            Self::BrokenPhoto { .. } => "broken_photo",
            Self::TooLarge { .. } => "too_large",
            Self::PredecessorMissing => "predecessor_missing",
        }
    }

    /// The sentence for the person, with what to do next.
    pub fn message(&self, lang: Lang) -> String {
        let text = match self {
            Self::Unreadable { detail } => Text::new(
                format!("内容无法识别，原文已完整保留，请联系办公室处理（{detail}）"),
                format!(
                    "The content can't be read. It is kept whole; please ask the office ({detail})"
                ),
            ),
            Self::UnknownSchema { version } => Text::new(
                format!("应用版本过新或过旧（格式 {version}），内容已保留，请更新应用"),
                format!(
                    "Written in format {version}, which the server doesn't know. It is kept; please update the app"
                ),
            ),
            Self::OperationIdReused { .. } => Text::new(
                "编号重复但内容不同，两份都已保留，请联系办公室核对",
                "The same number with other content: both are kept, please ask the office",
            ),
            Self::NotYours => Text::new(
                "这条记录属于另一个单位、设备或账号，已保留，请联系办公室",
                "This belongs to another organization, device or account. It is kept; please ask the office",
            ),
            Self::NotPermitted => Text::new(
                "您的角色不能这样操作，内容已保留，请联系办公室开通权限",
                "Your role doesn't allow this. It is kept; please ask the office for permission",
            ),
            Self::WrongRecord => Text::new(
                "记录与操作不符，内容已保留，请联系办公室",
                "The record and the change don't fit. It is kept; please ask the office",
            ),
            Self::UnknownActivity => Text::new(
                "找不到这个活动，请刷新活动列表或联系组织者",
                "This activity isn't known. Refresh the list or ask the organizer",
            ),
            Self::UnknownPerson => Text::new(
                "找不到这位人员，请核对名单",
                "This person isn't known. Please check the roster",
            ),
            Self::ActivityFull => Text::new(
                "报名人数已满，可联系组织者候补",
                "All places are taken. Ask the organizer about the waiting list",
            ),
            Self::ActivityCancelled => Text::new("活动已取消", "The activity was cancelled"),
            Self::UnknownForm { form_id, version } => Text::new(
                format!("表单 {form_id}（版本 {version}）未知，内容已保留，请联系办公室"),
                format!(
                    "Form {form_id}, version {version}, isn't known. It is kept; please ask the office"
                ),
            ),
            Self::InvalidAnswer { message, .. } => message.clone(),
            Self::TooLong { field, limit } => Text::new(
                format!("“{field}”太长，最多 {limit} 个字符，请缩短后再提交"),
                format!("“{field}” is too long: {limit} characters at most. Please shorten it"),
            ),
            Self::BadCharacter { field } => Text::new(
                format!("“{field}”含有无法保存的字符，请删去后再提交"),
                format!("“{field}” holds a character that can't be kept. Please delete it"),
            ),
            Self::AlreadyExists => Text::new(
                "这条记录已存在且内容不同，两份都已保留，请联系办公室",
                "This record exists with other content. Both are kept; please ask the office",
            ),
            Self::AlreadyApproved => Text::new(
                "办公室已审核通过，如需修改请先联系办公室退回",
                "The office has approved it. Ask the office to return it before you change it",
            ),
            Self::AlreadyVoided => Text::new(
                "这条记录已作废，不能再修改",
                "This record was voided and can't be changed",
            ),
            Self::MediaType { media_type } => Text::new(
                format!(
                    "不支持这种文件（{media_type}）。可用：JPEG、PNG、WebP 照片，MP3、M4A、OGG、WebM 录音，不带密码和宏的 PDF、Word、Excel、PPT、TXT、CSV"
                ),
                format!(
                    "This kind of file ({media_type}) isn't supported. Choose a JPEG, PNG or WebP photo, an MP3, M4A, OGG or WebM recording, or a PDF, Word, Excel, PowerPoint, text or CSV file without password and macros"
                ),
            ),
            Self::BrokenPhoto { detail } => Text::new(
                format!("照片无法打开（{detail}），请重新拍摄或另选一张"),
                format!("The photo can't be opened ({detail}). Please take or choose another one"),
            ),
            Self::TooLarge { limit } => Text::new(
                format!("文件超过上限 {} MB，请压缩后再试", limit / 1_000_000),
                format!(
                    "The file is larger than {} MB. Please make it smaller",
                    limit / 1_000_000
                ),
            ),
            Self::PredecessorMissing => Text::new(
                "等待的前一条记录一直没有到达，内容已保留，请联系办公室",
                "The record that this builds on never arrived. It is kept; please ask the office",
            ),
        };
        text.get(lang).to_owned()
    }
}
