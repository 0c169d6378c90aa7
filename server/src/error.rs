//! Everything that can go wrong at the HTTP edge, and the one place that turns it into a response.
//!
//! A message says what to do next, in both languages. Details of the server's own failures go to the
//! log, never to the client.

use std::borrow::Cow;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{Text, api::ApiError};

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("not logged in")]
    Unauthenticated,
    #[error("not allowed")]
    Forbidden,
    #[error("not found")]
    NotFound,
    #[error("gone: {code}")]
    Gone { code: &'static str, message: Text },
    #[error("conflict: {code}")]
    Conflict { code: &'static str, message: Text },
    /// The record changed since it was read.
    #[error("stale revision")]
    Stale,
    #[error("invalid {field}: {}", message.en)]
    Invalid {
        field: Cow<'static, str>,
        message: Text,
    },
    /// The request is larger than `limit` bytes.
    #[error("larger than {limit} bytes")]
    TooLarge { limit: i64 },
    #[error("too many requests")]
    TooManyRequests { retry_after_s: i64 },
    /// Can't now; nothing was written.
    #[error("unavailable")]
    Unavailable { retry_after_s: i64 },
    /// Any other refusal with a code and status of its own.
    #[error("{code}")]
    Refused {
        status: StatusCode,
        code: &'static str,
        message: Text,
    },
    #[error("internal: {0}")]
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    pub fn invalid(
        field: impl Into<Cow<'static, str>>,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self::Invalid {
            field: field.into(),
            message: Text::new(zh, en),
        }
    }

    pub fn conflict(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Conflict {
            code,
            message: Text::new(zh, en),
        }
    }

    pub fn gone(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Gone {
            code,
            message: Text::new(zh, en),
        }
    }

    pub fn refused(
        status: StatusCode,
        code: &'static str,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self::Refused {
            status,
            code,
            message: Text::new(zh, en),
        }
    }

    pub fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }

    /// Whether the same request may succeed a little later, unchanged.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Unavailable { .. } | Self::TooManyRequests { .. } | Self::Internal(_)
        )
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Gone { .. } => StatusCode::GONE,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::Stale => StatusCode::PRECONDITION_FAILED,
            Self::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Refused { status, .. } => *status,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The body of the response.
    pub fn to_api(&self) -> ApiError {
        let plain = |code: &str, zh: &str, en: &str| ApiError {
            code: code.to_owned(),
            message: Text::new(zh, en),
            field: None,
        };
        match self {
            Self::Unauthenticated => plain(
                "not_logged_in",
                "请先登录；未发送的记录都还在本机",
                "Please log in. Unsent records stay on this device",
            ),
            Self::Forbidden => plain(
                "not_permitted",
                "您的角色不能进行此操作，如有需要请联系管理员",
                "Your role doesn't allow this. Please ask an administrator",
            ),
            Self::NotFound => plain(
                "not_found",
                "没有找到，可能已被移除，请返回列表重试",
                "Not found. It may have been removed; please go back to the list",
            ),
            Self::Stale => plain(
                "stale_revision",
                "内容已被他人更新，请刷新后再操作",
                "Somebody changed it meanwhile. Please reload and try again",
            ),
            Self::TooLarge { limit } => ApiError {
                code: "too_large".to_owned(),
                message: Text::new(
                    format!("内容过大，上限为 {}，请减少后重试", size(*limit)),
                    format!("Too large: the limit is {}. Please send less", size(*limit)),
                ),
                field: None,
            },
            Self::TooManyRequests { retry_after_s } => ApiError {
                code: "too_many_requests".to_owned(),
                message: Text::new(
                    format!("尝试次数过多，请在 {} 后再试", wait(*retry_after_s).0),
                    format!(
                        "Too many attempts. Please try again in {}",
                        wait(*retry_after_s).1
                    ),
                ),
                field: None,
            },
            Self::Unavailable { .. } => plain(
                "unavailable",
                "服务器正忙，请稍后再试，内容没有丢失",
                "The server is busy. Please try again later; nothing was lost",
            ),
            Self::Internal(_) => plain(
                "internal",
                "服务器出现问题，请稍后再试，内容没有丢失",
                "Something went wrong on the server. Please try again later; nothing was lost",
            ),
            Self::Invalid { field, message } => ApiError {
                code: format!("invalid_{field}"),
                message: message.clone(),
                field: Some(field.clone().into_owned()),
            },
            Self::Gone { code, message }
            | Self::Conflict { code, message }
            | Self::Refused { code, message, .. } => ApiError {
                code: (*code).to_owned(),
                message: message.clone(),
                field: None,
            },
        }
    }

    /// Writes the server's own failures to the log, since their details never reach the client.
    pub fn log(&self) {
        if let Self::Internal(error) = self {
            tracing::error!(error = %error, detail = ?error, "request failed");
        }
    }

    fn retry_after(&self) -> Option<i64> {
        match self {
            Self::TooManyRequests { retry_after_s } | Self::Unavailable { retry_after_s } => {
                Some(*retry_after_s)
            }
            _ => None,
        }
    }
}

fn size(bytes: i64) -> String {
    if bytes >= 1024 * 1024 {
        format!("{} MB", bytes / (1024 * 1024))
    } else {
        format!("{} KB", bytes / 1024)
    }
}

fn wait(seconds: i64) -> (String, String) {
    if seconds > 90 {
        let minutes = (seconds + 59) / 60;
        (format!("{minutes} 分钟"), format!("{minutes} minutes"))
    } else {
        (format!("{seconds} 秒"), format!("{seconds} seconds"))
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        self.log();
        let mut response = (self.status(), Json(self.to_api())).into_response();
        if let Some(seconds) = self.retry_after()
            && let Ok(value) = HeaderValue::from_str(&seconds.to_string())
        {
            response.headers_mut().insert(header::RETRY_AFTER, value);
        }
        response
    }
}

/// When to ask again while the database is out of reach, in seconds.
const AWAY_S: i64 = 5;
/// When to ask again while the disk is full: a person has to make room.
const FULL_S: i64 = 30;

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let retry_after_s = match &error {
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Io(_) => AWAY_S,
            sqlx::Error::Database(inner) => match inner.code().as_deref().and_then(pause_after) {
                Some(seconds) => seconds,
                None => return Self::internal(error),
            },
            _ => return Self::internal(error),
        };
        tracing::warn!(%error, "the database can't work now");
        Self::Unavailable { retry_after_s }
    }
}

/// When to ask again after a database's error that says nothing about the request; `None` when it may.
fn pause_after(code: &str) -> Option<i64> {
    // SQLSTATE has five characters: connections, resources, intervention, the system.
    if code.len() == 5 {
        return match &code[..2] {
            "53" => Some(FULL_S),
            "08" | "57" | "58" => Some(AWAY_S),
            _ => None,
        };
    }
    // SQLite's result code is in the lowest byte of the extended one.
    match code.parse::<i32>().ok()? & 0xff {
        // Full; reading or writing failed.
        13 | 10 => Some(FULL_S),
        // Busy, locked.
        5 | 6 => Some(AWAY_S),
        _ => None,
    }
}

impl From<object_store::Error> for Error {
    fn from(error: object_store::Error) -> Self {
        // Whatever a folder or a network says that the store has no word for: full, out of reach.
        if matches!(error, object_store::Error::Generic { .. }) {
            tracing::warn!(%error, "the store of photos can't work now");
            return Self::Unavailable {
                retry_after_s: FULL_S,
            };
        }
        Self::internal(error)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}

impl From<uuid::Error> for Error {
    fn from(error: uuid::Error) -> Self {
        Self::internal(error)
    }
}
