//! Settings, from (later wins) defaults, the file `minglu.toml`, the environment, and flags.

use std::path::{Path, PathBuf};

use domain::{
    api::sync::PULL_ROWS,
    media::{DOCUMENT_LIMIT, RECORDING_LIMIT},
};
use figment::{
    Figment, Provider,
    providers::{Env, Format, Serialized, Toml},
};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Address and port to listen on.
    pub bind: String,
    /// Where people reach the server, such as `https://minglu.example.cn`; `http://{bind}` unless set.
    pub public_url: String,
    /// The folder for the database and the blobs, unless their addresses say otherwise.
    pub data: PathBuf,
    /// `sqlite:…` or `postgres:…`; a file in the data folder unless set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_url: Option<String>,
    /// A folder, or `s3://bucket/prefix`; a folder in the data folder unless set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blob_url: Option<String>,
    /// Largest photo, in bytes.
    pub photo_limit: i64,
    /// Largest recording, in bytes.
    pub recording_limit: i64,
    /// Largest document that staff may upload, in bytes; volunteers' may be as large as a photo.
    pub document_limit: i64,
    /// The most rows in one page of a pull; fewer suit a slow line.
    pub pull_rows: i64,
    /// Desktop sessions end after so many idle minutes.
    pub idle_minutes: i64,
    /// Phones stay logged in for so many days since they were last seen.
    pub phone_days: i64,
    /// Whether `X-Forwarded-For` names the client; only behind a proxy that sets it.
    pub trust_proxy: bool,
    /// Cost of a password hash (argon2id): memory in KiB, and passes.
    pub argon2_memory_kib: u32,
    pub argon2_passes: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            bind: "127.0.0.1:3000".to_owned(),
            public_url: "http://127.0.0.1:3000".to_owned(),
            data: PathBuf::from("./data"),
            database_url: None,
            blob_url: None,
            photo_limit: 20 * 1024 * 1024,
            recording_limit: RECORDING_LIMIT,
            document_limit: DOCUMENT_LIMIT,
            pull_rows: PULL_ROWS,
            idle_minutes: 30,
            phone_days: 30,
            trust_proxy: false,
            // OWASP's second recommendation for argon2id: 19 MiB, 2 passes, 1 lane.
            argon2_memory_kib: 19 * 1024,
            argon2_passes: 2,
        }
    }
}

/// The file that is read when no other is named and it exists.
pub const FILE: &str = "minglu.toml";

impl Settings {
    /// Puts the settings together; `file` must exist when it is named, `flags` win over everything.
    pub fn load(file: Option<&Path>, flags: impl Provider) -> Result<Self> {
        let mut figment = Figment::from(Serialized::defaults(Self {
            public_url: String::new(),
            ..Self::default()
        }));
        figment = match file {
            Some(file) if !file.exists() => {
                return Err(invalid(&format!("there is no {}", file.display())));
            }
            Some(file) => figment.merge(Toml::file_exact(file)),
            None => figment.merge(Toml::file(FILE)),
        };
        // Only names that are settings: the environment holds other MINGLU_ names too.
        let figment = figment
            .merge(Env::raw().only(&["DATABASE_URL", "BLOB_URL"]))
            .merge(Env::prefixed("MINGLU_").filter(|name| {
                NAMES
                    .iter()
                    .any(|known| name.as_str().eq_ignore_ascii_case(known))
            }))
            .merge(flags);
        let mut settings: Self = figment
            .extract()
            .map_err(|error| invalid(&error.to_string()))?;
        if settings.public_url.is_empty() {
            settings.public_url = format!("http://{}", settings.bind);
        }
        settings.check()?;
        Ok(settings)
    }

    fn check(&mut self) -> Result<()> {
        while self.public_url.ends_with('/') {
            self.public_url.pop();
        }
        let url = url::Url::parse(&self.public_url)
            .map_err(|error| invalid(&format!("public_url {}: {error}", self.public_url)))?;
        if !matches!(url.scheme(), "http" | "https") || url.path() != "/" {
            return Err(invalid(&format!(
                "public_url {} must be http(s)://host, without a path",
                self.public_url
            )));
        }
        check_address("database_url", self.database_url.as_deref(), |url| {
            ["sqlite:", "postgres:", "postgresql:"]
                .iter()
                .any(|scheme| url.starts_with(scheme))
        })?;
        check_address("blob_url", self.blob_url.as_deref(), |url| {
            // Without a scheme it is a folder.
            !url.contains("://") || url.starts_with("s3://") || url.starts_with("file://")
        })?;
        for (name, value, least, most) in [
            ("photo_limit", self.photo_limit, 100_000, 1_000_000_000),
            (
                "recording_limit",
                self.recording_limit,
                100_000,
                1_000_000_000,
            ),
            (
                "document_limit",
                self.document_limit,
                100_000,
                2_000_000_000,
            ),
            ("pull_rows", self.pull_rows, 1, PULL_ROWS),
            ("idle_minutes", self.idle_minutes, 1, 24 * 60),
            ("phone_days", self.phone_days, 1, 400),
        ] {
            if !(least..=most).contains(&value) {
                return Err(invalid(&format!(
                    "{name} is {value}; it must be between {least} and {most}"
                )));
            }
        }
        Ok(())
    }

    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Where the database is.
    pub fn database(&self) -> String {
        self.database_url
            .clone()
            .unwrap_or_else(|| format!("sqlite:{}", self.data.join("minglu.db").display()))
    }

    /// Where the blobs are.
    pub fn blobs(&self) -> String {
        self.blob_url
            .clone()
            .unwrap_or_else(|| self.data.join("blobs").display().to_string())
    }
}

const NAMES: [&str; 14] = [
    "bind",
    "public_url",
    "data",
    "database_url",
    "blob_url",
    "photo_limit",
    "recording_limit",
    "document_limit",
    "pull_rows",
    "idle_minutes",
    "phone_days",
    "trust_proxy",
    "argon2_memory_kib",
    "argon2_passes",
];

/// Names the setting: what a library says of a wrong address doesn't.
fn check_address(name: &str, url: Option<&str>, fits: impl Fn(&str) -> bool) -> Result<()> {
    let Some(url) = url.filter(|url| !fits(url)) else {
        return Ok(());
    };
    let forms = if name == "blob_url" {
        "a folder, or s3://BUCKET/PREFIX"
    } else {
        "sqlite:FILE, or postgres://USER:PASSWORD@HOST/NAME"
    };
    // An address may hold a password: only its beginning is shown.
    let scheme = url.split("://").next().unwrap_or_default();
    let scheme: String = scheme.chars().take(20).collect();
    Err(invalid(&format!(
        "{name} begins with {scheme:?}; it must be {forms}"
    )))
}

fn invalid(detail: &str) -> Error {
    Error::invalid(
        "settings",
        format!("设置有误：{detail}"),
        format!("wrong settings: {detail}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(flags: &[(&str, &str)]) -> Result<Settings> {
        let flags: figment::value::Dict = flags
            .iter()
            .map(|(name, value)| ((*name).to_owned(), figment::value::Value::from(*value)))
            .collect();
        let none = tempfile::NamedTempFile::new().expect("an empty file");
        Settings::load(Some(none.path()), Serialized::defaults(flags))
    }

    #[test]
    fn every_setting_has_its_name_in_the_environment() {
        let all = Settings {
            database_url: Some(String::new()),
            blob_url: Some(String::new()),
            ..Settings::default()
        };
        let value = serde_json::to_value(all).expect("JSON");
        let mut names: Vec<&str> = value
            .as_object()
            .expect("an object")
            .keys()
            .map(String::as_str)
            .collect();
        names.sort_unstable();
        let mut listed = NAMES;
        listed.sort_unstable();
        assert_eq!(names, listed);
    }

    #[test]
    fn the_public_address_follows_the_port_unless_it_is_set() {
        let settings = load(&[("bind", "127.0.0.1:4000")]).expect("loads");
        assert_eq!(settings.public_url, "http://127.0.0.1:4000");
        let settings = load(&[("public_url", "https://minglu.example/")]).expect("loads");
        assert_eq!(settings.public_url, "https://minglu.example");
        assert!(settings.is_https());
    }

    #[test]
    fn wrong_settings_are_named() {
        for flags in [
            [("public_url", "minglu.example")],
            [("public_url", "https://minglu.example/app")],
            [("idle_minutes", "x")],
            [("colour", "red")],
            [("database_url", "mysql://root:secret@localhost/x")],
            [("database_url", "nonsense")],
            [("blob_url", "ftp://somewhere")],
        ] {
            let error = load(&flags).expect_err("refused");
            assert!(error.to_string().contains("wrong settings"), "{error}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}
