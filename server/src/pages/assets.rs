//! The built client: embedded in a release build, read from `target/site` in a debug build.
//!
//! Files below `/pkg/` bear the hash of their content in their path and may be kept for ever; all
//! others are asked for again each time. Packed copies (`.br`, `.gz`) stand beside the files.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use app::shell::Assets;
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::keys;
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Deserialize;

#[derive(RustEmbed)]
#[folder = "../target/site"]
struct Site;

/// The client's build that a release embeds. The embedding macro doesn't notice new files; the
/// compiler notices this.
pub const BUILD: Option<&str> = option_env!("MINGLU_BUILD");

const INDEX: &str = "assets.json";

/// `assets.json`, as `cargo xtask client` writes it.
#[derive(Debug, Default, Deserialize)]
pub struct Index {
    #[serde(default)]
    pub build: String,
    /// Logical name → URL path.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
}

impl Index {
    /// What the documents' heads refer to.
    pub fn head(&self) -> Assets {
        let path = |name: &str| {
            self.files
                .get(name)
                .cloned()
                .unwrap_or_else(|| format!("/{name}"))
        };
        Assets {
            build: self.build.clone(),
            style: path("minglu.css"),
            boot: path("boot.js"),
            wasm: path("minglu.wasm"),
            manifest: "/manifest.webmanifest".to_owned(),
            icon: path("icons/icon.svg"),
            apple_touch_icon: path("icons/apple-touch-icon.png"),
        }
    }
}

/// The index of the current build; empty before the client was ever built.
pub fn index() -> Arc<Index> {
    static EMBEDDED: LazyLock<Arc<Index>> = LazyLock::new(read_index);
    if cfg!(debug_assertions) {
        read_index()
    } else {
        EMBEDDED.clone()
    }
}

fn read_index() -> Arc<Index> {
    let index = Site::get(INDEX)
        .and_then(|file| serde_json::from_slice(&file.data).ok())
        .unwrap_or_default();
    Arc::new(index)
}

/// The file at a URL path, if there is one.
pub fn serve(path: &str, headers: &HeaderMap) -> Option<Response> {
    let name = path.strip_prefix('/')?;
    let is_packed_copy = has_extension(name, "br") || has_extension(name, "gz");
    if name.is_empty()
        || name == INDEX
        || is_packed_copy
        || name.split('/').any(|part| matches!(part, "" | "." | ".."))
    {
        return None;
    }
    let plain = Site::get(name)?;
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let (encoding, file) = packed(name, accepted).unwrap_or((None, plain));
    let tag = HeaderValue::from_str(&format!(
        "\"{}\"",
        &keys::hex(&file.metadata.sha256_hash())[..32]
    ))
    .ok()?;
    let known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| known == tag);
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(file.data.into_owned()).into_response()
    };
    let out = response.headers_mut();
    out.insert(header::ETAG, tag);
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    out.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(media_type(name)),
    );
    out.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static(if name.starts_with("pkg/") {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        }),
    );
    if let Some(encoding) = encoding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Some(response)
}

fn packed(name: &str, accepted: &str) -> Option<(Option<&'static str>, EmbeddedFile)> {
    [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .filter(|(encoding, _)| accepts(accepted, encoding))
        .find_map(|(encoding, suffix)| {
            Site::get(&format!("{name}.{suffix}")).map(|file| (Some(encoding), file))
        })
}

/// Whether the browser's list has the encoding, and not with a weight of zero.
fn accepts(accepted: &str, encoding: &str) -> bool {
    accepted.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        parts.next() == Some(encoding)
            && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

fn has_extension(name: &str, extension: &str) -> bool {
    std::path::Path::new(name)
        .extension()
        .is_some_and(|found| found.eq_ignore_ascii_case(extension))
}

fn media_type(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "html" => "text/html; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_taken_only_when_it_is_wanted() {
        assert!(accepts("gzip, deflate, br", "br"));
        assert!(accepts("br;q=0.5", "br"));
        assert!(!accepts("gzip, br;q=0", "br"));
        assert!(!accepts("gzip, brotli", "br"));
        assert!(!accepts("", "gzip"));
    }

    #[test]
    fn no_path_leaves_the_site() {
        for path in [
            "/../Cargo.toml",
            "/pkg/../../Cargo.toml",
            "/",
            "/assets.json",
            "//etc/passwd",
            "/./assets.json",
            "/pkg//etc/passwd",
        ] {
            assert!(serve(path, &HeaderMap::new()).is_none(), "{path}");
        }
    }
}
