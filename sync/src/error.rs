//! Why a request or a round of sync didn't succeed, and what of it concerns the others.

use domain::Text;

use crate::storage::StorageError;

/// Why a request or a round didn't succeed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SyncError {
    #[error("no network")]
    Offline,
    /// Something between the phone and the server answered.
    #[error("the answer wasn't Minglu's")]
    NotMinglu,
    /// The session is over or belongs to somebody else; work is kept until log-in.
    #[error("log-in needed")]
    NeedsLogin,
    #[error("the request is too large")]
    TooLarge,
    /// The server asks to wait, in ms.
    #[error("the server is busy")]
    Busy { after_ms: Option<i64> },
    #[error("the server answered {status}")]
    Server { status: u16, message: Text },
    /// The answer has an error's status but isn't Minglu's: a proxy, a firewall. It decides nothing.
    #[error("something on the way answered {status}")]
    Gateway { status: u16 },
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl SyncError {
    /// Whether other requests would fail the same way now.
    pub(crate) fn ends_round(&self) -> bool {
        match self {
            Self::Offline | Self::NotMinglu | Self::NeedsLogin | Self::Busy { .. } => true,
            // A gateway without its server behind it.
            Self::Server { status, .. } | Self::Gateway { status } => matches!(status, 502 | 504),
            Self::TooLarge | Self::Storage(_) => false,
        }
    }

    /// What happened, for the list of unsent items.
    pub fn text(&self) -> Text {
        match self {
            Self::Offline | Self::NotMinglu => Text::new(
                "没有网络，联网后会自动发送",
                "No network. It will be sent when there is one",
            ),
            Self::NeedsLogin => Text::new("请登录后发送", "Log in to send it"),
            Self::TooLarge => Text::new(
                "内容太大，服务器拒收，请联系办公室",
                "The server says that it is too large. Please tell the office",
            ),
            Self::Busy { .. } => Text::new(
                "服务器忙，稍后自动重试",
                "The server is busy. It will be tried again",
            ),
            Self::Server { message, .. } => message.clone(),
            Self::Gateway { status } => Text::new(
                format!("服务器出错（{status}），稍后自动重试"),
                format!("The server failed ({status}). It will be tried again"),
            ),
            Self::Storage(error) => error.text(),
        }
    }
}
