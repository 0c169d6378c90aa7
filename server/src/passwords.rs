//! Passwords: argon2id hashes, and what a password must be.
//!
//! Leaves out counting failures (see the `sessions` area).

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use domain::api::session::PASSWORD_MIN;

use crate::{
    error::{Error, Result},
    settings::Settings,
};

/// The hash to store; takes some ten milliseconds of a core.
pub async fn hash(settings: &Settings, password: String) -> Result<String> {
    let argon2 = argon2(settings)?;
    blocking(move || {
        argon2
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
            .map_err(|error| Error::internal(error.to_string()))
    })
    .await
}

/// Whether `password` fits `stored`; takes as long when there is none, so that nobody learns by the
/// clock which log-ins exist.
pub async fn verify(settings: &Settings, password: String, stored: Option<String>) -> Result<bool> {
    let Some(stored) = stored else {
        hash(settings, password).await?;
        return Ok(false);
    };
    let argon2 = argon2(settings)?;
    blocking(move || {
        let parsed =
            PasswordHash::new(&stored).map_err(|error| Error::internal(error.to_string()))?;
        Ok(argon2.verify_password(password.as_bytes(), &parsed).is_ok())
    })
    .await
}

fn argon2(settings: &Settings) -> Result<Argon2<'static>> {
    let params = Params::new(settings.argon2_memory_kib, settings.argon2_passes, 1, None)
        .map_err(|error| Error::internal(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(Error::internal)?
}

/// The most characters of a password; a longer one only costs time.
const PASSWORD_MAX: usize = 200;

/// Refuses what is guessed first: too short, one character repeated, a plain run, the log-in itself,
/// or one of the most common passwords.
///
/// `field` is the form's name for it.
pub fn check(field: &'static str, password: &str, login: &str) -> Result<()> {
    let refuse = |zh: &str, en: &str| Err(Error::invalid(field, zh, en));
    let length = password.chars().count();
    if length < PASSWORD_MIN {
        return refuse(
            "密码至少需要 8 个字符",
            "A password needs at least 8 characters",
        );
    }
    if length > PASSWORD_MAX {
        return refuse(
            "密码最多 200 个字符",
            "A password has at most 200 characters",
        );
    }
    if is_guessable(password) || password == login {
        return refuse(
            "这个密码太容易被猜到，请换一个，例如几个词加数字",
            "This password is too easy to guess. Try a few words and a number",
        );
    }
    Ok(())
}

fn is_guessable(password: &str) -> bool {
    const COMMON: [&str; 24] = [
        "password",
        "password1",
        "passw0rd",
        "p@ssw0rd",
        "qwertyui",
        "qwertyuiop",
        "qwerty123",
        "1q2w3e4r",
        "1qaz2wsx",
        "qazwsxedc",
        "iloveyou",
        "woaini1314",
        "woaini520",
        "abc12345",
        "abcd1234",
        "a1234567",
        "a12345678",
        "aa123456",
        "admin123",
        "administrator",
        "5201314520",
        "minglu123",
        "mima1234",
        "11223344",
    ];
    let lower = password.to_lowercase();
    if COMMON.contains(&lower.as_str()) {
        return true;
    }
    let bytes: Vec<u32> = lower.chars().map(u32::from).collect();
    let distinct = {
        let mut sorted = bytes.clone();
        sorted.sort_unstable();
        sorted.dedup();
        sorted.len()
    };
    // Digits only are guessed soonest: a date of birth, a repeated pair, a run.
    let digits_only = lower.chars().all(|c| c.is_ascii_digit());
    let run = |step: i64| {
        bytes
            .windows(2)
            .all(|pair| i64::from(pair[1]) - i64::from(pair[0]) == step)
    };
    distinct <= 2
        || (digits_only && distinct <= 4)
        || run(1)
        || run(-1)
        || lower.starts_with("12345678")
        || lower.starts_with("87654321")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guessed_first_is_refused() {
        for bad in [
            "short7!",
            "11111111",
            "12345678",
            "87654321",
            "1234567890",
            "12121212",
            "aaaaaaaa",
            "abcdefgh",
            "password",
            "PassWord1",
            "20011020",
            "13812345678",
            "密码",
        ] {
            assert!(check("password", bad, "13812345678").is_err(), "{bad}");
        }
        for good in ["correct horse", "绿叶对根的情意长", "Wd7-kq2p", "83920175"] {
            assert!(check("password", good, "13812345678").is_ok(), "{good}");
        }
    }

    #[tokio::test]
    async fn a_hash_fits_its_password_only() {
        let settings = Settings {
            argon2_memory_kib: 8,
            argon2_passes: 1,
            ..Settings::default()
        };
        let stored = hash(&settings, "一个好密码".to_owned())
            .await
            .expect("hashes");
        assert!(stored.starts_with("$argon2id$"));
        let fits = |password: &str| verify(&settings, password.to_owned(), Some(stored.clone()));
        assert!(fits("一个好密码").await.expect("verifies"));
        assert!(!fits("一个坏密码").await.expect("verifies"));
        let nobody = verify(&settings, "一个好密码".to_owned(), None).await;
        assert!(!nobody.expect("verifies"));
    }
}
