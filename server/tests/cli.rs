//! The program `minglu`, as somebody at a terminal meets it.

use std::{
    path::Path,
    process::{Command, Output},
};

fn minglu(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("minglu runs")
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_minglu"));
    command
        .current_dir(folder)
        .env_remove("DATABASE_URL")
        .env_remove("BLOB_URL")
        .args(arguments);
    command
}

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

const INIT: [&str; 7] = [
    "init",
    "--name",
    "测试队",
    "--admin-name",
    "李主任",
    "--mobile",
    "13800000001",
];

#[test]
fn each_command_explains_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    for command in [
        "serve",
        "migrate",
        "init",
        "user",
        "backup",
        "restore",
        "keys",
        "verify-receipt",
        "verify-pack",
    ] {
        let output = minglu(folder.path(), &[command, "--help"]);
        assert!(output.status.success(), "{command}");
        assert!(text(&output).contains("Usage: minglu"), "{command}");
    }
}

#[test]
fn an_organization_is_made_and_kept_by_commands_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = minglu(folder.path(), &INIT);
    assert!(made.status.success(), "{}", text(&made));
    assert!(text(&made).contains("/login?token="));
    let twice = minglu(folder.path(), &INIT);
    assert!(!twice.status.success());
    let add = [
        "user",
        "add",
        "--name",
        "王五",
        "--mobile",
        "13900000002",
        "--role",
        "recorder",
    ];
    assert!(minglu(folder.path(), &add).status.success());
    let taken = minglu(folder.path(), &add);
    assert!(text(&taken).contains("13900000002 is a member already"));
    let link = minglu(folder.path(), &["user", "link", "13900000002"]);
    assert!(text(&link).contains("/login?token="));
    let last = minglu(folder.path(), &["user", "deactivate", "13800000001"]);
    assert!(!last.status.success());
    assert!(text(&last).contains("only administrator"));
    assert!(
        minglu(folder.path(), &["user", "deactivate", "13900000002"])
            .status
            .success()
    );
    assert!(
        minglu(folder.path(), &["backup", "all.backup"])
            .status
            .success()
    );
    let restore = ["--data", "elsewhere", "restore", "all.backup"];
    assert!(minglu(folder.path(), &restore).status.success());
    let listed = minglu(folder.path(), &["--data", "elsewhere", "user", "list"]);
    assert!(
        text(&listed).contains("王五  (deactivated)"),
        "{}",
        text(&listed)
    );
    assert!(!minglu(folder.path(), &restore).status.success());
}

#[test]
fn settings_come_from_file_then_environment_then_flags() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("minglu.toml"), "data = \"from-file\"").expect("written");
    let run = |environment: Option<&str>, flags: &[&str]| {
        let mut command = command(folder.path(), flags);
        if let Some(data) = environment {
            command.env("MINGLU_DATA", data);
        }
        command
            .env("MINGLU_BUILD", "not a setting")
            .output()
            .expect("minglu runs")
    };
    let found = |name: &str| folder.path().join(name).join("minglu.db").exists();
    assert!(run(None, &["migrate"]).status.success());
    assert!(found("from-file"));
    assert!(run(Some("from-env"), &["migrate"]).status.success());
    assert!(found("from-env"));
    assert!(
        run(Some("from-env"), &["migrate", "--data", "from-flag"])
            .status
            .success()
    );
    assert!(found("from-flag"));
    let wrong = command(folder.path(), &["migrate"])
        .env("MINGLU_IDLE_MINUTES", "0")
        .output()
        .expect("minglu runs");
    assert!(!wrong.status.success());
    assert!(
        text(&wrong).contains("idle_minutes is 0"),
        "{}",
        text(&wrong)
    );
}

#[test]
fn a_receipt_is_checked_with_the_public_keys_alone() {
    use domain::{OpId, Receipt, Timestamp, keys};
    let folder = tempfile::tempdir().expect("a folder");
    let secret = keys::SecretKey::from_bytes(&[7; 32]);
    let (op_id, at) = (OpId(uuid::Uuid::from_u128(1)), Timestamp(1_764_000_000_000));
    let message = Receipt::message(op_id, "00ff", "applied", at);
    let mut receipt = Receipt {
        op_id,
        payload_hash: "00ff".to_owned(),
        verdict: "applied".to_owned(),
        received_at: at,
        key_id: "1".to_owned(),
        signature: keys::to_base64url(&secret.sign(&message)),
    };
    let public = keys::to_base64url(&secret.public());
    let trust = serde_json::json!({ "keys": [{ "id": "1", "public_key": public }], "revoked": [] });
    std::fs::write(folder.path().join("keys"), trust.to_string()).expect("keys");
    let check = |receipt: &str, arguments: &[&str]| {
        std::fs::write(folder.path().join("receipt"), receipt).expect("a receipt");
        let output = minglu(
            folder.path(),
            &[&["verify-receipt", "receipt"], arguments].concat(),
        );
        (output.status.success(), text(&output))
    };
    let json = |receipt: &Receipt| serde_json::to_string(receipt).expect("JSON");
    let (genuine, said) = check(&json(&receipt), &["--keys", "keys"]);
    assert!(genuine && said.contains("Genuine"), "{said}");
    // The database of another server has neither the key nor the operation.
    let (genuine, said) = check(&json(&receipt), &[]);
    assert!(!genuine && said.contains("NOT GENUINE"), "{said}");
    receipt.verdict = "quarantined".to_owned();
    let (genuine, said) = check(&json(&receipt), &["--keys", "keys"]);
    assert!(!genuine && said.contains("NOT GENUINE"), "{said}");
    let (genuine, said) = check("{}", &["--keys", "keys"]);
    assert!(!genuine && said.contains("no receipt"), "{said}");
    let keys = minglu(folder.path(), &["keys"]);
    assert!(keys.status.success() && text(&keys).contains("public_key"));
}
